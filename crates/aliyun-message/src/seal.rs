// SPDX-License-Identifier: Apache-2.0
//! A message that is written.

use zeroize::Zeroizing;

use crate::{
    algorithm::GCM_IV_LEN,
    cipher, der_form,
    error::Error,
    header::{Fields, Header},
    key::DataKey,
    layout::Layout,
    parts::{Body, Parts},
    stream_form,
};

/// Seals `plaintext` under a data key that was made for this message alone.
///
/// # Security
/// Two initialisation vectors are drawn for each message. A data key that seals many must be changed before
/// 2^31 messages (NIST SP 800-38D, section 8.3).
///
/// # Errors
/// [`Error::InvalidArgument`] if the algorithm is not one of GCM, or the data key is not as long as its keys;
/// [`Error::RandomnessUnavailable`]; [`Error::MessageTooLong`] for what has more bytes than lengths of 32 bits
/// can say.
pub fn seal(
    plaintext: &[u8],
    key: &DataKey,
    fields: Fields,
    layout: Layout,
    random: &mut impl rand_core::TryCryptoRng,
) -> Result<Vec<u8>, Error> {
    let algorithm = fields.algorithm();
    if !algorithm.authenticates() {
        return Err(Error::InvalidArgument {
            reason: "messages are written with GCM alone; CBC and CTR do not notice changes",
        });
    }
    let header = Header::seal(fields, key, fresh_iv(random)?)?;
    let iv = fresh_iv(random)?;
    let aad = header.fields.context().to_bytes()?;
    // Wiped if sealing fails half-way, when it is still plaintext.
    let mut content = Zeroizing::new(plaintext.to_vec());
    let tag = cipher::gcm_seal(algorithm.cipher, key, &iv, &aad, &mut content)?;
    let body = Body { iv: &iv, ciphertext: &content, tag: &tag };
    let parts = Parts { header, body };
    match layout {
        Layout::Der => der_form::write(&parts),
        Layout::Stream => stream_form::write(&parts),
    }
}

fn fresh_iv(random: &mut impl rand_core::TryCryptoRng) -> Result<[u8; GCM_IV_LEN], Error> {
    let mut iv = [0; GCM_IV_LEN];
    random.try_fill_bytes(&mut iv).map_err(|_| Error::RandomnessUnavailable)?;
    Ok(iv)
}
