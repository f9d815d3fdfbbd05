// SPDX-License-Identifier: Apache-2.0
//! Another header for a message that exists: other keyrings open it, its body stays as it is.
//!
//! The data key stays, and with it the message id, the payload key and the commit key; what changes is the list of
//! encrypted data keys, and the header's tag over it. The specification has no such operation, but what comes out is
//! an ordinary message.
//!
//! # Security
//! - Whoever could open the old message and kept it, or its data key, still can: only sealing anew takes that away.
//! - **Version 2** fixes the IV of a header's tag to zeros. The old and the new header are then two texts
//!   authenticated under one key and one IV, and whoever has both can compute GHASH's key from their tags (NIST SP
//!   800-38D, appendix A). With it, and no secret, they can change frames whose tags still fit, flipping the bits of
//!   plaintext that they choose, and headers too; they can read nothing. Commitment does not help: the data key is
//!   the right one. So old and new must not both reach someone who could also change the message on its way; where
//!   they may, open the message and seal it anew.
//! - **Version 1** stores the IV, and the new header has a fresh random one: nothing repeats.

use alloc::vec::Vec;

use crate::{
    error::Error,
    format::{
        encrypted_data_key::EncryptedDataKey,
        header::{Authentication, HeaderBody},
    },
    header::{AuthenticatedHeader, OpenOptions, ParsedHeader, PreparedHeader},
    key::{DataKey, Randomness},
    keyring::Keyring,
    materials::SealMaterials,
    reason::Reason,
    suite::{FormatVersion, IV_LEN},
};

/// Which encrypted data keys the new header has: some of the old ones, in their order, then the new ones.
pub struct Change<'a> {
    /// Whether an old one stays.
    pub keep: &'a dyn Fn(&EncryptedDataKey) -> bool,
    /// Wraps the data key anew; without it, keys are only removed.
    pub add: Option<&'a dyn Keyring>,
    /// Most encrypted data keys of the new header; without it, the format's 65,535.
    pub max_encrypted_data_keys: Option<u16>,
}

impl<'a> Change<'a> {
    /// None of the old ones, and what `keyring` makes.
    #[must_use]
    pub fn to(keyring: &'a dyn Keyring) -> Self {
        Self { keep: &|_| false, add: Some(keyring), max_encrypted_data_keys: None }
    }
}

/// The bytes of a new header for the message of `header`, which `keyring` opens.
///
/// # Security
/// See the module: of version 2, old and new header must not both be known to whoever could change the message.
///
/// # Errors
/// As [`ParsedHeader::prepare`], [`begin`] and [`finish`], and what the keyrings give.
pub async fn rewrap(
    header: ParsedHeader,
    keyring: &dyn Keyring,
    options: &OpenOptions,
    change: &Change<'_>,
    random: &mut dyn Randomness,
) -> Result<Vec<u8>, Error> {
    let prepared = header.prepare(options)?;
    let data_key = keyring.unwrap(&prepared.materials()).await?;
    let (header, mut materials) = begin(prepared, data_key)?;
    if let Some(keyring) = change.add {
        materials = keyring.wrap(materials, random).await?;
    }
    let keep = |_, key: &EncryptedDataKey| (change.keep)(key);
    finish(header, materials, keep, change.max_encrypted_data_keys, random)
}

/// Checks a header with its data key; gives the materials in which keyrings wrap that key anew.
///
/// # Errors
/// [`Error::SignedMessage`], [`Error::HeaderNotAuthentic`].
pub fn begin(
    prepared: PreparedHeader,
    data_key: DataKey,
) -> Result<(AuthenticatedHeader, SealMaterials), Error> {
    // A signature is over the header's bytes, by a key that nobody has any more.
    if prepared.body().suite.signature.is_some() {
        return Err(Error::SignedMessage { reason: Reason::SignatureCoversHeader });
    }
    let header = prepared.authenticate(&data_key)?;
    let mut materials = SealMaterials::new(header.body().suite, header.context().clone());
    materials.set_data_key(data_key)?;
    Ok((header, materials))
}

/// The bytes of the header with those of its encrypted data keys that `keep` keeps, by place and value, and those of
/// the materials.
///
/// # Errors
/// [`Error::InvalidArgument`] if there are none, or one is too long; [`Error::TooManyEncryptedDataKeys`];
/// [`Error::RandomnessUnavailable`].
pub fn finish(
    header: AuthenticatedHeader,
    materials: SealMaterials,
    keep: impl Fn(usize, &EncryptedDataKey) -> bool,
    max_encrypted_data_keys: Option<u16>,
    random: &mut dyn Randomness,
) -> Result<Vec<u8>, Error> {
    let (mut body, old, required, cipher) = header.into_parts();
    let mut at = 0;
    body.encrypted_data_keys.retain(|key| {
        at += 1;
        keep(at - 1, key)
    });
    body.encrypted_data_keys.append(&mut materials.into_encrypted_data_keys());
    let got = body.encrypted_data_keys.len();
    if let Some(limit) = max_encrypted_data_keys.filter(|limit| got > usize::from(*limit)) {
        return Err(Error::TooManyEncryptedDataKeys { limit, got });
    }
    let iv = fresh_iv(&body, &old, random)?;
    body.authenticated(&iv, &required, &cipher)
}

/// Of version 1, an IV that neither the old header nor a frame has, those of early SDKs with random IVs left to
/// chance (2^-96); of version 2, zeros.
fn fresh_iv(
    body: &HeaderBody,
    old: &Authentication,
    random: &mut dyn Randomness,
) -> Result<[u8; IV_LEN], Error> {
    let mut iv = [0; IV_LEN];
    if body.suite.version == FormatVersion::V1 {
        random.fill(&mut iv)?;
        // Sequence numbers fill the last 4 bytes; a source that gives 8 bytes of zeros, or the old IV, is broken.
        if iv.starts_with(&[0; 8]) || iv == old.iv {
            return Err(Error::RandomnessUnavailable);
        }
    }
    Ok(iv)
}
