// SPDX-License-Identifier: Apache-2.0
//! AES-128, AES-192 and SM4 in our own software: GCM under a key of its own for every message.
//!
//! ```text
//! message key || nonce(12) = HKDF-SHA-256(ikm = material, salt = random(24),
//!                                         info = framed("edgekms/v1/message-key", key spec))
//! sealed                   = random(24) || GCM(message key, nonce, AAD, plaintext) || tag(16)
//! ```
//!
//! # Security
//! A key that lives for years under GCM's random 12-byte nonces would be spent after 2^32 messages
//! (NIST SP 800-38D, section 8.3), and nobody counts them. XAES-256-GCM has no form for shorter keys, so
//! what it does is done here by HKDF (RFC 5869): key and nonce are equal only where the random value is,
//! which makes 2^80 messages as safe as there. Sealed bytes are as long as those of AES-256, so a blob has
//! one layout.

use std::marker::PhantomData;

use aes_gcm::{
    Aes128Gcm, AesGcm,
    aead::{Aead, AeadCore, Error, KeyInit, Nonce, Payload, Result, consts::U12},
    aes::Aes192,
};
use edgekms_api::key::KeySpec;
use hkdf::Hkdf;
use sha2::Sha256;
use sm4::Sm4;
use zeroize::Zeroizing;

use super::sealing::{Random, SealingKey};
use crate::{encoding::framed, port::key_store::KeyMaterial};

/// AES-192-GCM.
type Aes192Gcm = AesGcm<Aes192, U12>;
/// AEAD_SM4_GCM (RFC 8998, section 2.1).
type Sm4Gcm = AesGcm<Sm4, U12>;

const LABEL: &[u8] = b"edgekms/v1/message-key";
const GCM_NONCE_LEN: usize = 12;
/// Bytes of the longest message key.
const KEY_MAX_LEN: usize = 24;

/// Prepares `material` for use; `None` for another spec, or for material that is not as long as its.
pub(super) fn load(spec: KeySpec, material: &KeyMaterial) -> Option<Box<dyn SealingKey>> {
    if material.expose_secret().len() != spec.size_bytes() {
        return None;
    }
    match spec {
        KeySpec::Aes128 => Some(boxed::<Aes128Gcm>(spec, material)),
        KeySpec::Aes192 => Some(boxed::<Aes192Gcm>(spec, material)),
        KeySpec::Sm4 => Some(boxed::<Sm4Gcm>(spec, material)),
        _ => None,
    }
}

fn boxed<C: Gcm>(spec: KeySpec, material: &KeyMaterial) -> Box<dyn SealingKey> {
    Box::new(MessageKeys::<C> { spec, material: material.clone(), cipher: PhantomData })
}

/// GCM of a block cipher, with nonces of 12 bytes.
trait Gcm: Aead + AeadCore<NonceSize = U12> + KeyInit + 'static {}
impl<C: Aead + AeadCore<NonceSize = U12> + KeyInit + 'static> Gcm for C {}

/// A key that encrypts nothing itself.
struct MessageKeys<C> {
    spec: KeySpec,
    material: KeyMaterial,
    cipher: PhantomData<C>,
}

impl<C: Gcm> MessageKeys<C> {
    /// A message's cipher and nonce.
    fn of_message(&self, random: &Random) -> Result<(C, Nonce<C>)> {
        let mut derived = Zeroizing::new([0; KEY_MAX_LEN + GCM_NONCE_LEN]);
        let derived = derived.get_mut(..self.spec.size_bytes() + GCM_NONCE_LEN).ok_or(Error)?;
        Hkdf::<Sha256>::new(Some(random), self.material.expose_secret())
            .expand(&framed(&[LABEL, self.spec.as_str().as_bytes()]), derived)
            .map_err(|_| Error)?;
        let (key, nonce) = derived.split_last_chunk::<GCM_NONCE_LEN>().ok_or(Error)?;
        Ok((C::new_from_slice(key).map_err(|_| Error)?, (*nonce).into()))
    }
}

impl<C: Gcm> SealingKey for MessageKeys<C> {
    fn seal_under(&self, random: &Random, payload: Payload<'_, '_>) -> Result<Vec<u8>> {
        let (cipher, nonce) = self.of_message(random)?;
        cipher.encrypt(&nonce, payload)
    }

    fn open_under(&self, random: &Random, payload: Payload<'_, '_>) -> Result<Vec<u8>> {
        let (cipher, nonce) = self.of_message(random)?;
        cipher.decrypt(&nonce, payload)
    }
}

#[cfg(test)]
mod tests;
