// SPDX-License-Identifier: Apache-2.0
//! What symmetric keys have in common: a random value goes before what is sealed under it.

use std::{future::ready, rc::Rc};

use xaes_256_gcm::aead::{Payload, Result};
use zeroize::Zeroizing;

use crate::{
    material::hierarchy::NONCE_LEN,
    port::{
        Entropy, EntropyError, PortError,
        entropy::random_bytes,
        key_store::{StoreError, Stored, UsableKey},
    },
};

/// What is drawn for each message. It is no secret.
pub type Random = [u8; NONCE_LEN];

/// A symmetric key, whatever its cipher. What it holds is wiped when it is dropped.
pub trait SealingKey {
    /// Ciphertext and tag.
    ///
    /// # Errors
    /// Only for more than GCM's 64 GiB, which no request can hold.
    fn seal_under(&self, random: &Random, payload: Payload<'_, '_>) -> Result<Vec<u8>>;

    /// The plaintext of a ciphertext and its tag.
    ///
    /// # Errors
    /// If anything was changed. It does not tell what.
    fn open_under(&self, random: &Random, payload: Payload<'_, '_>) -> Result<Vec<u8>>;

    /// Random value, ciphertext and tag.
    ///
    /// # Errors
    /// [`EntropyError`]: no random value, no ciphertext.
    fn seal(
        &self,
        aad: &[u8],
        plaintext: &[u8],
        entropy: &dyn Entropy,
    ) -> std::result::Result<Vec<u8>, EntropyError> {
        let random: Random = random_bytes(entropy)?;
        let payload = Payload { msg: plaintext, aad };
        let sealed = self.seal_under(&random, payload).map_err(|_| EntropyError)?;
        Ok([&random[..], &sealed].concat())
    }

    /// The plaintext, if nothing was changed.
    fn open(&self, aad: &[u8], sealed: &[u8]) -> Option<Zeroizing<Vec<u8>>> {
        let (random, sealed) = sealed.split_first_chunk::<NONCE_LEN>()?;
        let payload = Payload { msg: sealed, aad };
        self.open_under(random, payload).map(Zeroizing::new).ok()
    }
}

/// A symmetric key with the randomness that it seals by.
pub(super) struct UsableSealing {
    pub(super) key: Box<dyn SealingKey>,
    pub(super) entropy: Rc<dyn Entropy>,
}

impl UsableKey for UsableSealing {
    fn seal<'a>(&'a self, aad: &'a [u8], plaintext: &'a [u8]) -> Stored<'a, Vec<u8>> {
        let sealed = self.key.seal(aad, plaintext, &*self.entropy);
        Box::pin(ready(sealed.map_err(|error| PortError::new(error.to_string()).into())))
    }

    fn open<'a>(&'a self, aad: &'a [u8], sealed: &'a [u8]) -> Stored<'a, Zeroizing<Vec<u8>>> {
        Box::pin(ready(self.key.open(aad, sealed).ok_or(StoreError::Refused)))
    }
}
