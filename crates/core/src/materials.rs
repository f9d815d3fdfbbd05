// SPDX-License-Identifier: Apache-2.0
//! What keyrings work on (specification: framework/structures.md, materials).

pub mod cache;

use alloc::{vec, vec::Vec};

use crate::{
    context::{EncryptionContext, StoredContext},
    error::Error,
    format::encrypted_data_key::EncryptedDataKey,
    key::{DataKey, Randomness},
    reason::Reason,
    suite::Suite,
};

/// What sealing collects: a data key, and that key wrapped by each keyring.
#[derive(Debug)]
pub struct SealMaterials {
    suite: &'static Suite,
    context: EncryptionContext,
    data_key: Option<DataKey>,
    encrypted_data_keys: Vec<EncryptedDataKey>,
}

impl SealMaterials {
    /// Materials without a data key.
    #[must_use]
    pub fn new(suite: &'static Suite, context: EncryptionContext) -> Self {
        Self { suite, context, data_key: None, encrypted_data_keys: Vec::new() }
    }

    /// The suite that the data key is for.
    #[must_use]
    pub fn suite(&self) -> &'static Suite {
        self.suite
    }

    /// The whole context, stored or not.
    #[must_use]
    pub fn context(&self) -> &EncryptionContext {
        &self.context
    }

    /// The data key, once a keyring has made one.
    #[must_use]
    pub fn data_key(&self) -> Option<&DataKey> {
        self.data_key.as_ref()
    }

    /// The data key; makes one from `random` if there is none yet.
    ///
    /// # Errors
    /// [`Error::RandomnessUnavailable`] if the source fails.
    pub fn data_key_or_make(&mut self, random: &mut dyn Randomness) -> Result<&DataKey, Error> {
        match self.data_key {
            Some(ref key) => Ok(key),
            None => Ok(self.data_key.insert(DataKey::make(self.suite.key_len, random)?)),
        }
    }

    /// Takes a data key that a key service made.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if there is one already or its length is not the suite's.
    pub fn set_data_key(&mut self, key: DataKey) -> Result<(), Error> {
        if self.data_key.is_some() || key.expose_secret().len() != self.suite.key_len {
            return Err(Error::InvalidArgument { reason: Reason::UnexpectedDataKey });
        }
        self.data_key = Some(key);
        Ok(())
    }

    /// Adds a wrapped form of the data key.
    pub fn push(&mut self, key: EncryptedDataKey) {
        self.encrypted_data_keys.push(key);
    }

    /// The wrapped forms alone, of which there may be none.
    pub(crate) fn into_encrypted_data_keys(self) -> Vec<EncryptedDataKey> {
        self.encrypted_data_keys
    }

    pub(crate) fn into_parts(
        self,
    ) -> Result<(DataKey, Vec<EncryptedDataKey>, EncryptionContext), Error> {
        match self.data_key {
            Some(key) if !self.encrypted_data_keys.is_empty() => {
                Ok((key, self.encrypted_data_keys, self.context))
            }
            _ => Err(Error::InvalidArgument { reason: Reason::NothingWrapped }),
        }
    }
}

/// What opening gives to keyrings.
#[derive(Debug)]
pub struct OpenMaterials<'a> {
    /// The suite that the data key must fit.
    pub(crate) suite: &'static Suite,
    /// The whole context, with the pairs that the caller reproduced.
    pub(crate) context: &'a EncryptionContext,
    /// The context as the header stores it.
    pub(crate) stored: &'a StoredContext,
    /// The header's encrypted data keys.
    pub(crate) encrypted_data_keys: &'a [EncryptedDataKey],
}

impl OpenMaterials<'_> {
    /// The whole context, with the pairs that the caller reproduced.
    #[must_use]
    pub fn context(&self) -> &EncryptionContext {
        self.context
    }

    /// The header's encrypted data keys, in order.
    #[must_use]
    pub fn encrypted_data_keys(&self) -> &[EncryptedDataKey] {
        self.encrypted_data_keys
    }

    /// The serialized contexts that a wrapping may have been authenticated with: the canonical one,
    /// and, where a foreign writer ordered the pairs otherwise, the one in its order.
    #[must_use]
    pub fn context_bytes(&self) -> Vec<Vec<u8>> {
        let canonical = self.context.to_bytes();
        let stored = self.stored.to_bytes();
        let foreign_order = stored != canonical && self.stored.to_context() == *self.context;
        if foreign_order { vec![canonical, stored] } else { vec![canonical] }
    }

    /// Takes an unwrapped key if it fits the suite.
    ///
    /// # Errors
    /// [`Error::NoDataKey`] if its length is not the suite's.
    pub fn accept(&self, key: DataKey) -> Result<DataKey, Error> {
        if key.expose_secret().len() == self.suite.key_len {
            Ok(key)
        } else {
            Err(Error::NoDataKey { causes: Vec::new() })
        }
    }
}
