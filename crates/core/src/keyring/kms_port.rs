// SPDX-License-Identifier: Apache-2.0
//! The key management service, as a keyring sees it.

use alloc::{string::String, vec::Vec};

use super::LocalFuture;
use crate::{context::EncryptionContext, error::Error, key::DataKey};

/// A data key from `GenerateDataKey`.
#[derive(Debug)]
pub struct GeneratedDataKey {
    /// The plaintext data key.
    pub data_key: DataKey,
    /// The wrapped one.
    pub wrapped: WrappedDataKey,
}

/// A data key wrapped by a CMK.
#[derive(Debug)]
pub struct WrappedDataKey {
    /// The ARN of the CMK that wrapped it, in the form of the keyring's provider.
    pub key_arn: String,
    /// The decoded `CiphertextBlob`.
    pub ciphertext_blob: Vec<u8>,
}

/// The calls to a key management service that a keyring makes.
pub trait KmsPort {
    /// `GenerateDataKey`: a new data key of `len` bytes under the CMK `key_id`.
    ///
    /// # Errors
    /// [`Error::Port`] with the service's code.
    fn generate_data_key<'a>(
        &'a self,
        key_id: &'a str,
        len: usize,
        context: &'a EncryptionContext,
    ) -> LocalFuture<'a, Result<GeneratedDataKey, Error>>;

    /// `Encrypt`: wraps a data key that exists.
    ///
    /// # Errors
    /// [`Error::Port`] with the service's code.
    fn encrypt<'a>(
        &'a self,
        key_id: &'a str,
        data_key: &'a DataKey,
        context: &'a EncryptionContext,
    ) -> LocalFuture<'a, Result<WrappedDataKey, Error>>;

    /// `Decrypt`: unwraps; gives the id or ARN of the CMK that did, and the data key.
    ///
    /// # Errors
    /// [`Error::Port`] with the service's code.
    fn decrypt<'a>(
        &'a self,
        ciphertext_blob: &'a [u8],
        context: &'a EncryptionContext,
    ) -> LocalFuture<'a, Result<(String, DataKey), Error>>;

    /// The ARN, of either provider's form, of the CMK that an id, an alias or an alias's ARN names.
    ///
    /// # Errors
    /// [`Error::Port`] with the service's code.
    fn resolve_arn<'a>(&'a self, key_id: &'a str) -> LocalFuture<'a, Result<String, Error>>;
}
