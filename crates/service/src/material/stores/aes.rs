// SPDX-License-Identifier: Apache-2.0
//! AES-256 in our own software, as XAES-256-GCM (C2SP): random 24-byte nonces, 2^80 messages a key.

use std::{future::ready, rc::Rc};

use xaes_256_gcm::{
    Nonce, Xaes256Gcm,
    aead::{Aead, Payload},
};
use zeroize::Zeroizing;

use crate::{
    material::hierarchy::{NONCE_LEN, cipher},
    port::{
        Entropy, EntropyError, PortError,
        entropy::random_bytes,
        key_store::{KeyMaterial, StoreError, Stored, UsableKey},
    },
};

/// A symmetric key.
pub struct AesKey {
    cipher: Xaes256Gcm,
}

impl AesKey {
    /// Bytes of its material.
    pub const LEN: usize = 32;

    /// Prepares `material` for use; `None` unless it has [`AesKey::LEN`] bytes.
    #[must_use]
    pub fn new(material: &KeyMaterial) -> Option<Self> {
        let key = material.expose_secret().try_into().ok()?;
        Some(Self { cipher: cipher(key) })
    }

    /// Nonce, ciphertext and tag.
    ///
    /// # Errors
    /// [`EntropyError`]: no nonce, no ciphertext.
    pub fn seal(
        &self,
        aad: &[u8],
        plaintext: &[u8],
        entropy: &dyn Entropy,
    ) -> Result<Vec<u8>, EntropyError> {
        let nonce: [u8; NONCE_LEN] = random_bytes(entropy)?;
        let payload = Payload { msg: plaintext, aad };
        // Refused only above GCM's 64 GiB, which no request can hold.
        let sealed = self.cipher.encrypt(&Nonce::from(nonce), payload).map_err(|_| EntropyError)?;
        Ok([&nonce[..], &sealed].concat())
    }

    /// The plaintext, if nothing was changed.
    #[must_use]
    pub fn open(&self, aad: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (nonce, sealed) = sealed.split_first_chunk::<NONCE_LEN>()?;
        let payload = Payload { msg: sealed, aad };
        self.cipher.decrypt(&Nonce::from(*nonce), payload).map(Zeroizing::new).ok()
    }
}

/// A symmetric key with the randomness that it seals by.
pub(super) struct UsableAes {
    pub(super) key: AesKey,
    pub(super) entropy: Rc<dyn Entropy>,
}

impl UsableKey for UsableAes {
    fn seal<'a>(&'a self, aad: &'a [u8], plaintext: &'a [u8]) -> Stored<'a, Vec<u8>> {
        let sealed = self.key.seal(aad, plaintext, &*self.entropy);
        Box::pin(ready(sealed.map_err(|error| PortError::new(error.to_string()).into())))
    }

    fn open<'a>(&'a self, aad: &'a [u8], sealed: &'a [u8]) -> Stored<'a, Zeroizing<Vec<u8>>> {
        Box::pin(ready(self.key.open(aad, sealed).ok_or(StoreError::Refused)))
    }
}
