// SPDX-License-Identifier: Apache-2.0
//! The raw RSA keyring (specification: framework/raw-rsa-keyring.md).
//!
//! ```text
//! provider info = key name
//! ciphertext    = RSA[public key, padding](data key)
//! ```
//! RSA binds no context; the header's tag does. The RSA itself is the host's: constant-time
//! private operations are there (WebCrypto, Node's `crypto`) and not in portable Rust.

use alloc::{borrow::ToOwned, boxed::Box, string::String, vec::Vec};

use super::{Keyring, LocalFuture, check_names};
use crate::{
    error::Error,
    format::encrypted_data_key::EncryptedDataKey,
    key::{DataKey, Randomness},
    materials::{OpenMaterials, SealMaterials},
    reason::Reason,
};

/// The host's RSA, bound to one key and one padding.
pub trait RsaPort {
    /// Encrypts with the public key.
    ///
    /// # Errors
    /// [`Error::Port`] if there is no public key or the host refuses.
    fn encrypt<'a>(&'a self, data: &'a [u8]) -> LocalFuture<'a, Result<Vec<u8>, Error>>;

    /// Decrypts with the private key.
    ///
    /// # Errors
    /// [`Error::Port`] if there is no private key or the host refuses.
    fn decrypt<'a>(&'a self, data: &'a [u8]) -> LocalFuture<'a, Result<DataKey, Error>>;
}

/// A padding scheme. OAEP uses MGF1 with the same hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RsaPadding {
    /// OAEP with SHA-1.
    OaepSha1,
    /// OAEP with SHA-256.
    OaepSha256,
    /// OAEP with SHA-384.
    OaepSha384,
    /// OAEP with SHA-512.
    OaepSha512,
    /// PKCS#1 v1.5: opens only. Its padding errors have leaked keys since 1998.
    Pkcs1,
}

impl RsaPadding {
    /// Reads `oaep-sha1`, `oaep-sha256`, `oaep-sha384`, `oaep-sha512` or `pkcs1`.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for any other name.
    pub fn from_name(name: &str) -> Result<Self, Error> {
        match name {
            "oaep-sha1" => Ok(Self::OaepSha1),
            "oaep-sha256" => Ok(Self::OaepSha256),
            "oaep-sha384" => Ok(Self::OaepSha384),
            "oaep-sha512" => Ok(Self::OaepSha512),
            "pkcs1" => Ok(Self::Pkcs1),
            _ => Err(Error::InvalidArgument { reason: Reason::RsaPadding }),
        }
    }
}

/// Wraps data keys with RSA.
pub struct RawRsaKeyring<P> {
    namespace: String,
    name: String,
    padding: RsaPadding,
    port: P,
}

impl<P: RsaPort> RawRsaKeyring<P> {
    /// A keyring for the RSA key called `name` in `namespace`, which `port` holds.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if a name is empty, too long or a key service's.
    pub fn new(namespace: &str, name: &str, padding: RsaPadding, port: P) -> Result<Self, Error> {
        check_names(namespace, name)?;
        Ok(Self { namespace: namespace.to_owned(), name: name.to_owned(), padding, port })
    }

    fn is_mine(&self, key: &EncryptedDataKey) -> bool {
        key.provider_id == self.namespace && key.provider_info == self.name.as_bytes()
    }
}

impl<P: RsaPort> Keyring for RawRsaKeyring<P> {
    fn wrap<'a>(
        &'a self,
        mut materials: SealMaterials,
        random: &'a mut dyn Randomness,
    ) -> LocalFuture<'a, Result<SealMaterials, Error>> {
        Box::pin(async move {
            if self.padding == RsaPadding::Pkcs1 {
                return Err(Error::InvalidArgument { reason: Reason::Pkcs1OnlyOpens });
            }
            let data_key = materials.data_key_or_make(random)?;
            let ciphertext = self.port.encrypt(data_key.expose_secret()).await?;
            let info = self.name.as_bytes().to_vec();
            materials.push(EncryptedDataKey::new(self.namespace.clone(), info, ciphertext));
            Ok(materials)
        })
    }

    fn unwrap<'a>(
        &'a self,
        materials: &'a OpenMaterials<'a>,
    ) -> LocalFuture<'a, Result<DataKey, Error>> {
        Box::pin(async move {
            let mut causes = Vec::new();
            for key in materials.encrypted_data_keys().iter().filter(|key| self.is_mine(key)) {
                let unwrapped = self.port.decrypt(&key.ciphertext).await;
                match unwrapped.and_then(|data_key| materials.accept(data_key)) {
                    Ok(data_key) => return Ok(data_key),
                    Err(cause) => causes.push(cause),
                }
            }
            Err(Error::NoDataKey { causes })
        })
    }
}
