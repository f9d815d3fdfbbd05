// SPDX-License-Identifier: Apache-2.0
//! Derivation of the payload key and the commit key
//! (specification: framework/transitive-requirements.md, HKDF).
//!
//! ```text
//! version 1:  payload key = HKDF(salt = none, data key, info = suite id || message id)
//! version 2:  payload key = HKDF(salt = message id, data key, info = suite id || "DERIVEKEY")
//!             commit key  = HKDF(salt = message id, data key, info = "COMMITKEY")
//! ```

use alloc::vec;

use hkdf::Hkdf;
use sha2::{Sha256, Sha384, Sha512};

use crate::{
    error::Error,
    key::{DataKey, PayloadKey},
    reason::Reason,
    suite::{COMMIT_KEY_LEN, Derivation, Suite},
};

/// What a data key gives for one message.
pub(crate) struct Derived {
    pub(crate) payload_key: PayloadKey,
    /// Public: it is stored in the header.
    pub(crate) commit_key: Option<[u8; COMMIT_KEY_LEN]>,
}

/// Derives the keys of the message `message_id`.
pub(crate) fn derive(suite: &Suite, key: &DataKey, message_id: &[u8]) -> Result<Derived, Error> {
    let ikm = key.expose_secret();
    if ikm.len() != suite.key_len {
        return Err(Error::InvalidArgument { reason: Reason::DataKeyLength });
    }
    let id = suite.id.to_be_bytes();
    let mut okm = vec![0; suite.key_len].into_boxed_slice();
    let mut commit_key = None;
    match suite.derivation {
        Derivation::Identity => okm.copy_from_slice(ikm),
        Derivation::HkdfSha256 => {
            Hkdf::<Sha256>::new(None, ikm)
                .expand_multi_info(&[&id, message_id], &mut okm)
                .map_err(|_| TOO_LONG)?;
        }
        Derivation::HkdfSha384 => {
            Hkdf::<Sha384>::new(None, ikm)
                .expand_multi_info(&[&id, message_id], &mut okm)
                .map_err(|_| TOO_LONG)?;
        }
        Derivation::HkdfSha512Commit => {
            let hkdf = Hkdf::<Sha512>::new(Some(message_id), ikm);
            hkdf.expand_multi_info(&[&id, b"DERIVEKEY"], &mut okm).map_err(|_| TOO_LONG)?;
            let mut commit = [0; COMMIT_KEY_LEN];
            hkdf.expand(b"COMMITKEY", &mut commit).map_err(|_| TOO_LONG)?;
            commit_key = Some(commit);
        }
    }
    Ok(Derived { payload_key: PayloadKey::from_box(okm), commit_key })
}

/// Never seen: the table's lengths are far below 255 hashes.
const TOO_LONG: Error = Error::InvalidArgument { reason: Reason::HkdfLength };
