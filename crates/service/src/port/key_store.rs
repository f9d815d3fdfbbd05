// SPDX-License-Identifier: Apache-2.0
//! The port to whoever holds a key's material and does its operations: our own software, the runtime's
//! cryptography, and stores elsewhere, such as hardware.
//!
//! A store makes material, makes it ready for use, and destroys what it keeps itself. Material that
//! leaves its store comes back wrapped; of material that does not, a [`Handle`] comes back instead.

use std::{fmt, rc::Rc};

pub use edgekms_api::key::signed::Signed;
use edgekms_api::{
    id::KeyVersionId,
    key::{
        KeySpec,
        algorithm::{EncryptionAlgorithm, MacAlgorithm, SigningAlgorithm},
    },
};
use serde::{Deserialize, Serialize};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use super::{LocalFuture, PortError};

/// What one version of a CMK works with: the key itself of a symmetric one, PKCS#8 of a private key.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct KeyMaterial(Vec<u8>);

impl KeyMaterial {
    /// Material of `len` bytes that `fill` writes in place.
    ///
    /// # Errors
    /// Whatever `fill` answers.
    pub fn fill_with<E>(
        len: usize,
        fill: impl FnOnce(&mut [u8]) -> Result<(), E>,
    ) -> Result<Self, E> {
        let mut material = Self(vec![0; len]);
        fill(&mut material.0)?;
        Ok(material)
    }

    /// The bytes themselves. Every use of them is a search for this name away.
    #[must_use]
    pub fn expose_secret(&self) -> &[u8] {
        &self.0
    }
}

impl From<Vec<u8>> for KeyMaterial {
    fn from(bytes: Vec<u8>) -> Self {
        Self(bytes)
    }
}

impl fmt::Debug for KeyMaterial {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyMaterial(..)")
    }
}

/// Where material is that never leaves its store.
///
/// Its name is chosen before the store is asked to make it, so that it can be destroyed although the
/// store's answer never came.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Handle {
    /// The store.
    pub store: String,
    /// The key version that it is the material of, which is its name there.
    pub version_id: KeyVersionId,
}

/// What a store is asked to make.
#[derive(Debug, Clone, Copy)]
pub struct Order<'a> {
    /// The key version that it is for.
    pub version_id: &'a KeyVersionId,
    /// Algorithm and size.
    pub spec: KeySpec,
}

/// What a store has made.
pub struct Made {
    /// The material, or where it is.
    pub material: Material,
    /// DER of the SubjectPublicKeyInfo, of an asymmetric key.
    pub public_key: Option<Vec<u8>>,
}

/// Material, or where it is.
pub enum Material {
    /// It leaves the store, to be wrapped and kept with the key's records.
    Bytes(KeyMaterial),
    /// It stays.
    Held(Handle),
}

/// Why a store did not do what it was asked.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// What was given does not open. No detail: it would be an oracle.
    #[error("it does not open")]
    Refused,
    /// Such a key does not do this.
    #[error("the store does not do this with such a key")]
    NotOffered,
    /// It could not be done now, or nobody knows whether it was. The text is for the log.
    #[error(transparent)]
    Unavailable(#[from] PortError),
}

/// The outcome of asking a store.
pub type Stored<'a, T> = LocalFuture<'a, Result<T, StoreError>>;

/// A store of key material.
pub trait KeyStore {
    /// Makes material. A store that keeps it makes it under the version's id, and a second time of the
    /// same id does no more than the first. An order that has not been carried out within ten minutes
    /// must lapse: by then nobody would know of what it makes.
    fn make<'a>(&'a self, order: Order<'a>) -> Stored<'a, Made>;

    /// Takes material that was made elsewhere, if it is of `spec`: the bytes of a symmetric key, PKCS#8
    /// of a private one. What comes back is its one form, so that equal keys are equal bytes.
    /// [`StoreError::Refused`] for anything else. A store that gives nothing away takes nothing.
    fn adopt<'a>(&'a self, spec: KeySpec, material: KeyMaterial) -> Stored<'a, Made> {
        let _ = (spec, material);
        not_offered()
    }

    /// A key ready for use. Does not wait: what takes long is left for the first use.
    ///
    /// # Errors
    /// [`StoreError::NotOffered`] for material that is not this store's or not of this spec.
    fn load(&self, key: KeyToLoad<'_>) -> Result<Rc<dyn UsableKey>, StoreError>;

    /// Destroys material that the store keeps. Does nothing for what is not there (any more).
    fn destroy<'a>(&'a self, handle: &'a Handle) -> Stored<'a, ()>;
}

/// What is made ready for use.
pub struct KeyToLoad<'a> {
    /// Algorithm and size.
    pub spec: KeySpec,
    /// The material, in the clear, or where it is.
    pub material: &'a Material,
    /// DER of the SubjectPublicKeyInfo, of an asymmetric key.
    pub public_key: Option<&'a [u8]>,
}

/// One version's key, ready for use. What it holds in the clear is wiped when it is dropped.
pub trait UsableKey {
    /// Encrypts and authenticates; `aad` is authenticated alone. The result is opaque but to
    /// [`UsableKey::open`]; the software's is 24 random bytes, the ciphertext and 16 of tag.
    fn seal<'a>(&'a self, aad: &'a [u8], plaintext: &'a [u8]) -> Stored<'a, Vec<u8>> {
        let _ = (aad, plaintext);
        not_offered()
    }

    /// Opens what was sealed with an equal `aad`.
    fn open<'a>(&'a self, aad: &'a [u8], sealed: &'a [u8]) -> Stored<'a, Zeroizing<Vec<u8>>> {
        let _ = (aad, sealed);
        not_offered()
    }

    /// Signs.
    fn sign<'a>(&'a self, algorithm: SigningAlgorithm, signed: Signed<'a>) -> Stored<'a, Vec<u8>> {
        let _ = (algorithm, signed);
        not_offered()
    }

    /// Whether a signature is one of this.
    fn verify<'a>(
        &'a self,
        algorithm: SigningAlgorithm,
        signed: Signed<'a>,
        signature: &'a [u8],
    ) -> Stored<'a, bool> {
        let _ = (algorithm, signed, signature);
        not_offered()
    }

    /// Encrypts under the public key.
    fn encrypt<'a>(
        &'a self,
        algorithm: EncryptionAlgorithm,
        plaintext: &'a [u8],
    ) -> Stored<'a, Vec<u8>> {
        let _ = (algorithm, plaintext);
        not_offered()
    }

    /// Decrypts with the private key.
    fn decrypt<'a>(
        &'a self,
        algorithm: EncryptionAlgorithm,
        ciphertext: &'a [u8],
    ) -> Stored<'a, Zeroizing<Vec<u8>>> {
        let _ = (algorithm, ciphertext);
        not_offered()
    }

    /// The message authentication code of a message, whole. A code that somebody gave is verified by
    /// comparing it with this one, which is wiped, since it would be a forger's.
    fn mac<'a>(
        &'a self,
        algorithm: MacAlgorithm,
        message: &'a [u8],
    ) -> Stored<'a, Zeroizing<Vec<u8>>> {
        let _ = (algorithm, message);
        not_offered()
    }
}

fn not_offered<'a, T: 'a>() -> Stored<'a, T> {
    Box::pin(std::future::ready(Err(StoreError::NotOffered)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn material_does_not_print() {
        assert_eq!(format!("{:?}", KeyMaterial::from(vec![0xab; 32])), "KeyMaterial(..)");
    }
}
