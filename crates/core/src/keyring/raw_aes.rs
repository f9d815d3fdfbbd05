// SPDX-License-Identifier: Apache-2.0
//! The raw AES keyring (specification: framework/raw-aes-keyring.md).
//!
//! ```text
//! provider info = key name || tag length in bits (u32 = 128) || IV length (u32 = 12) || IV
//! ciphertext    = AES-GCM[wrapping key](IV, data key, AAD = serialized context)
//! ```
//!
//! # Security
//! The IV is random: one wrapping key should wrap at most 2^32 data keys (NIST SP 800-38D, 8.3).

use alloc::{borrow::ToOwned, boxed::Box, string::String, vec::Vec};

use zeroize::Zeroizing;

use super::{Keyring, LocalFuture, check_names};
use crate::{
    engine::{AesGcmCipher, FrameCipher},
    error::Error,
    format::encrypted_data_key::EncryptedDataKey,
    key::{DataKey, Randomness, WrappingKey},
    materials::{OpenMaterials, SealMaterials},
    suite::{IV_LEN, TAG_LEN},
};

/// Bits of the tag and bytes of the IV, as the provider information states them.
const LENGTHS: [u8; 8] = [0, 0, 0, 128, 0, 0, 0, 12];

/// Wraps data keys with AES-GCM under a key that the caller holds.
pub struct RawAesKeyring {
    namespace: String,
    name: String,
    cipher: AesGcmCipher,
}

impl RawAesKeyring {
    /// A keyring for the wrapping key called `name` in `namespace`.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if a name is empty, too long or a key service's.
    pub fn new(namespace: &str, name: &str, key: &WrappingKey) -> Result<Self, Error> {
        check_names(namespace, name)?;
        let cipher = AesGcmCipher::new(key.expose_secret())?;
        Ok(Self { namespace: namespace.to_owned(), name: name.to_owned(), cipher })
    }

    /// [`Keyring::wrap`] without a future: nothing here waits.
    ///
    /// # Errors
    /// [`Error::RandomnessUnavailable`] if the source fails.
    pub fn wrap_now(
        &self,
        materials: &mut SealMaterials,
        random: &mut dyn Randomness,
    ) -> Result<(), Error> {
        let aad = materials.context().to_bytes();
        let mut ciphertext =
            Zeroizing::new(materials.data_key_or_make(random)?.expose_secret().to_vec());
        let mut iv = [0; IV_LEN];
        random.fill(&mut iv)?;
        let tag = self.cipher.seal(&iv, &aad, &mut ciphertext)?;
        let ciphertext = [ciphertext.as_slice(), &tag].concat();
        let info = [self.name.as_bytes(), &LENGTHS, &iv].concat();
        materials.push(EncryptedDataKey::new(self.namespace.clone(), info, ciphertext));
        Ok(())
    }

    /// [`Keyring::unwrap`] without a future.
    ///
    /// # Errors
    /// [`Error::NoDataKey`] if this keyring wrapped none of the data keys.
    pub fn unwrap_now(&self, materials: &OpenMaterials<'_>) -> Result<DataKey, Error> {
        let contexts = materials.context_bytes();
        for key in materials.encrypted_data_keys() {
            let Some(iv) = self.iv(key) else { continue };
            for aad in &contexts {
                if let Some(data_key) = self.decrypt(&iv, aad, &key.ciphertext)
                    && let Ok(data_key) = materials.accept(data_key)
                {
                    return Ok(data_key);
                }
            }
        }
        Err(Error::NoDataKey { causes: Vec::new() })
    }

    /// The IV of an entry, if the entry is of this keyring.
    fn iv(&self, key: &EncryptedDataKey) -> Option<[u8; IV_LEN]> {
        if key.provider_id != self.namespace {
            return None;
        }
        let rest = key.provider_info.strip_prefix(self.name.as_bytes())?;
        rest.strip_prefix(&LENGTHS)?.try_into().ok()
    }

    fn decrypt(&self, iv: &[u8; IV_LEN], aad: &[u8], ciphertext: &[u8]) -> Option<DataKey> {
        let (ciphertext, tag) = ciphertext.split_last_chunk::<TAG_LEN>()?;
        // The box becomes the key: no second copy of the plaintext is made.
        let mut buffer: Box<[u8]> = ciphertext.into();
        self.cipher.open(iv, aad, &mut buffer, tag).ok()?;
        Some(DataKey::from_box(buffer))
    }
}

impl Keyring for RawAesKeyring {
    fn wrap<'a>(
        &'a self,
        mut materials: SealMaterials,
        random: &'a mut dyn Randomness,
    ) -> LocalFuture<'a, Result<SealMaterials, Error>> {
        Box::pin(async move { self.wrap_now(&mut materials, random).map(|()| materials) })
    }

    fn unwrap<'a>(
        &'a self,
        materials: &'a OpenMaterials<'a>,
    ) -> LocalFuture<'a, Result<DataKey, Error>> {
        Box::pin(async move { self.unwrap_now(materials) })
    }
}
