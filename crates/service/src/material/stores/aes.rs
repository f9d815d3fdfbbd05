// SPDX-License-Identifier: Apache-2.0
//! AES-256 in our own software, as XAES-256-GCM (C2SP): random 24-byte nonces, 2^80 messages a key.

use xaes_256_gcm::{
    Nonce, Xaes256Gcm,
    aead::{Aead, Payload, Result},
};

use super::sealing::{Random, SealingKey};
use crate::{material::hierarchy::cipher, port::key_store::KeyMaterial};

/// A key of 32 bytes.
pub struct AesKey {
    cipher: Xaes256Gcm,
}

impl AesKey {
    /// Prepares `material` for use; `None` unless it has 32 bytes.
    #[must_use]
    pub fn new(material: &KeyMaterial) -> Option<Self> {
        let key = material.expose_secret().try_into().ok()?;
        Some(Self { cipher: cipher(key) })
    }
}

impl SealingKey for AesKey {
    fn seal_under(&self, random: &Random, payload: Payload<'_, '_>) -> Result<Vec<u8>> {
        self.cipher.encrypt(&Nonce::from(*random), payload)
    }

    fn open_under(&self, random: &Random, payload: Payload<'_, '_>) -> Result<Vec<u8>> {
        self.cipher.decrypt(&Nonce::from(*random), payload)
    }
}
