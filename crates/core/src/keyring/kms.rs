// SPDX-License-Identifier: Apache-2.0
//! Keyrings whose wrapping key is a CMK of a key management service.
//!
//! ```text
//! provider id   = "aliyun-kms" or "aws-kms"
//! provider info = the CMK's ARN, in the provider's form
//! ciphertext    = the decoded CiphertextBlob
//! ```
//! Entries of the provider that the keyring was made with are written; those of both are opened,
//! because one key service may be reached through either cloud's protocol ([`KeyProvider`]).
//!
//! After the model of the specification's AWS KMS keyrings (framework/aws-kms): the strict keyring
//! opens only what names a CMK that it was given; discovery opens whatever the service will.

use alloc::{borrow::ToOwned, boxed::Box, string::String, vec, vec::Vec};

use super::{
    Keyring, LocalFuture,
    key_provider::{KEY_PROVIDERS, KeyArn, KeyProvider},
    kms_port::{KmsPort, WrappedDataKey},
};
use crate::{
    error::Error,
    format::encrypted_data_key::EncryptedDataKey,
    key::{DataKey, Randomness},
    materials::{OpenMaterials, SealMaterials},
    reason::Reason,
};

/// Seals with one CMK or several, and opens only what one of them wrapped.
pub struct KmsKeyring<P> {
    /// The first makes the data key, the others wrap it too.
    key_ids: Vec<String>,
    port: P,
    provider: KeyProvider,
}

impl<P: KmsPort> KmsKeyring<P> {
    /// A keyring of the CMK `key_id` (id, alias or ARN), which makes the data keys, and of further
    /// CMKs, which wrap them too. `provider` is what messages name; the port's ARNs must have its
    /// form.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if an id is empty.
    pub fn new(
        key_id: &str,
        additional_key_ids: &[String],
        port: P,
        provider: KeyProvider,
    ) -> Result<Self, Error> {
        let mut key_ids = vec![key_id.to_owned()];
        key_ids.extend_from_slice(additional_key_ids);
        if key_ids.iter().any(String::is_empty) {
            return Err(Error::InvalidArgument { reason: Reason::EmptyKeyId });
        }
        Ok(Self { key_ids, port, provider })
    }

    /// Whether `arn` is that of one of this keyring's CMKs. ARNs are compared first: they need no
    /// call. The others are resolved in order, each once a message: `resolved` keeps what they are,
    /// so that a message with many entries does not cause as many calls.
    async fn holds(
        &self,
        arn: KeyArn<'_>,
        resolved: &mut Vec<Option<String>>,
        causes: &mut Vec<Error>,
    ) -> bool {
        if self.key_ids.iter().any(|key_id| KeyArn::parse(key_id) == Some(arn)) {
            return true;
        }
        let names = self.key_ids.iter().filter(|key_id| KeyArn::parse(key_id).is_none());
        for (index, name) in names.enumerate() {
            if index == resolved.len() {
                let answer = self.port.resolve_arn(name).await;
                resolved.push(answer.map_err(|cause| causes.push(cause)).ok());
            }
            let named = resolved.get(index).and_then(Option::as_deref);
            if named.and_then(KeyArn::parse) == Some(arn) {
                return true;
            }
        }
        false
    }
}

impl<P: KmsPort> Keyring for KmsKeyring<P> {
    fn wrap<'a>(
        &'a self,
        mut materials: SealMaterials,
        _random: &'a mut dyn Randomness,
    ) -> LocalFuture<'a, Result<SealMaterials, Error>> {
        Box::pin(async move {
            for key_id in &self.key_ids {
                let context = materials.context();
                let wrapped = match materials.data_key() {
                    Some(data_key) => self.port.encrypt(key_id, data_key, context).await?,
                    None => {
                        let len = materials.suite().key_len;
                        let generated = self.port.generate_data_key(key_id, len, context).await?;
                        materials.set_data_key(generated.data_key)?;
                        generated.wrapped
                    }
                };
                materials.push(entry(self.provider, wrapped)?);
            }
            Ok(materials)
        })
    }

    fn unwrap<'a>(
        &'a self,
        materials: &'a OpenMaterials<'a>,
    ) -> LocalFuture<'a, Result<DataKey, Error>> {
        Box::pin(async move {
            let (mut causes, mut resolved) = (Vec::new(), Vec::new());
            for key in materials.encrypted_data_keys() {
                let Some(arn) = arn_of(key) else { continue };
                if !self.holds(arn, &mut resolved, &mut causes).await {
                    continue;
                }
                match decrypt(&self.port, arn, key, materials).await {
                    Ok(data_key) => return Ok(data_key),
                    Err(cause) => causes.push(cause),
                }
            }
            Err(Error::NoDataKey { causes })
        })
    }
}

/// Opens with whatever CMK a message names, in the accounts that the caller trusts; never seals,
/// so it needs no [`KeyProvider`].
pub struct KmsDiscoveryKeyring<P> {
    account_ids: Vec<String>,
    port: P,
}

impl<P: KmsPort> KmsDiscoveryKeyring<P> {
    /// A keyring for CMKs of these accounts, whichever the provider; of any account if there are
    /// none.
    #[must_use]
    pub fn new(account_ids: Vec<String>, port: P) -> Self {
        Self { account_ids, port }
    }

    fn trusts(&self, arn: KeyArn<'_>) -> bool {
        self.account_ids.is_empty() || self.account_ids.iter().any(|id| arn.is_of(id))
    }
}

impl<P: KmsPort> Keyring for KmsDiscoveryKeyring<P> {
    fn wrap<'a>(
        &'a self,
        _materials: SealMaterials,
        _random: &'a mut dyn Randomness,
    ) -> LocalFuture<'a, Result<SealMaterials, Error>> {
        Box::pin(async { Err(Error::InvalidArgument { reason: Reason::DiscoveryOnlyOpens }) })
    }

    fn unwrap<'a>(
        &'a self,
        materials: &'a OpenMaterials<'a>,
    ) -> LocalFuture<'a, Result<DataKey, Error>> {
        Box::pin(async move {
            let mut causes = Vec::new();
            for key in materials.encrypted_data_keys() {
                let Some(arn) = arn_of(key) else { continue };
                if !self.trusts(arn) {
                    continue;
                }
                match decrypt(&self.port, arn, key, materials).await {
                    Ok(data_key) => return Ok(data_key),
                    Err(cause) => causes.push(cause),
                }
            }
            Err(Error::NoDataKey { causes })
        })
    }
}

/// The ARN of an entry that a CMK wrapped.
fn arn_of(key: &EncryptedDataKey) -> Option<KeyArn<'_>> {
    let provider = KEY_PROVIDERS.iter().find(|provider| provider.id() == key.provider_id)?;
    provider.key_arn(core::str::from_utf8(&key.provider_info).ok()?)
}

/// Unwraps one entry, and checks that the CMK that did it is the one that the entry names.
async fn decrypt<P: KmsPort>(
    port: &P,
    arn: KeyArn<'_>,
    key: &EncryptedDataKey,
    materials: &OpenMaterials<'_>,
) -> Result<DataKey, Error> {
    let (used, data_key) = port.decrypt(&key.ciphertext, materials.context()).await?;
    if !arn.is_named(&used) {
        return Err(Error::InvalidArgument { reason: Reason::OtherCmk });
    }
    materials.accept(data_key)
}

fn entry(provider: KeyProvider, wrapped: WrappedDataKey) -> Result<EncryptedDataKey, Error> {
    if provider.key_arn(&wrapped.key_arn).is_none() {
        return Err(Error::InvalidArgument { reason: Reason::NoArn });
    }
    let info = wrapped.key_arn.into_bytes();
    Ok(EncryptedDataKey::new(provider.id().to_owned(), info, wrapped.ciphertext_blob))
}
