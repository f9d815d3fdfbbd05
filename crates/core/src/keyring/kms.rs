// SPDX-License-Identifier: Apache-2.0
//! Keyrings whose wrapping key is a CMK of a key management service.
//!
//! ```text
//! provider id   = "aliyun-kms"
//! provider info = the CMK's ARN, acs:kms:<region>:<account>:key/<key id>
//! ciphertext    = the decoded CiphertextBlob
//! ```
//! After the model of the specification's AWS KMS keyrings (framework/aws-kms): the strict keyring
//! opens only what names a CMK that it was given; discovery opens whatever the service will.

use super::{Keyring, KmsPort, LocalFuture, WrappedDataKey};
use crate::{
    error::Error,
    format::encrypted_data_key::EncryptedDataKey,
    key::{DataKey, Randomness},
    materials::{OpenMaterials, SealMaterials},
};

/// The provider id of data keys that a CMK wrapped.
pub const PROVIDER_ID: &str = "aliyun-kms";

/// The parts of `acs:kms:<region>:<account>:key/<key id>`.
struct KeyArn<'a> {
    account: &'a str,
    key_id: &'a str,
}

impl<'a> KeyArn<'a> {
    fn parse(arn: &'a str) -> Option<Self> {
        let mut parts = arn.strip_prefix("acs:kms:")?.splitn(3, ':');
        let _region = parts.next()?;
        let account = parts.next()?;
        let key_id = parts.next()?.strip_prefix("key/")?;
        (!account.is_empty() && !key_id.is_empty()).then_some(Self { account, key_id })
    }
}

/// Seals with one CMK or several, and opens only what one of them wrapped.
pub struct KmsKeyring<P> {
    key_id: String,
    additional_key_ids: Vec<String>,
    port: P,
}

impl<P: KmsPort> KmsKeyring<P> {
    /// A keyring of the CMK `key_id` (id, alias or ARN), which makes the data keys, and of further
    /// CMKs, which wrap them too.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if an id is empty.
    pub fn new(key_id: &str, additional_key_ids: &[String], port: P) -> Result<Self, Error> {
        if key_id.is_empty() || additional_key_ids.iter().any(String::is_empty) {
            return Err(Error::InvalidArgument { reason: "a key id must not be empty" });
        }
        let additional_key_ids = additional_key_ids.to_vec();
        Ok(Self { key_id: key_id.to_owned(), additional_key_ids, port })
    }

    /// Whether one of this keyring's CMKs has the ARN `arn`. ARNs are compared first: they need no
    /// call. The others are resolved in order, each once a message: `resolved` keeps what they are,
    /// so that a message with many entries does not cause as many calls.
    async fn holds(
        &self,
        arn: &str,
        resolved: &mut Vec<Option<String>>,
        causes: &mut Vec<Error>,
    ) -> bool {
        let key_ids = || std::iter::once(&self.key_id).chain(&self.additional_key_ids);
        if key_ids().any(|key_id| key_id == arn) {
            return true;
        }
        let names = key_ids().filter(|key_id| KeyArn::parse(key_id).is_none());
        for (index, name) in names.enumerate() {
            if index == resolved.len() {
                let answer = self.port.resolve_arn(name).await;
                resolved.push(answer.map_err(|cause| causes.push(cause)).ok());
            }
            if resolved.get(index).and_then(Option::as_deref) == Some(arn) {
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
            let wrapped = match materials.data_key() {
                Some(data_key) => {
                    self.port.encrypt(&self.key_id, data_key, materials.context()).await?
                }
                None => {
                    let len = materials.suite().key_len;
                    let generated =
                        self.port.generate_data_key(&self.key_id, len, materials.context()).await?;
                    materials.set_data_key(generated.data_key)?;
                    generated.wrapped
                }
            };
            materials.push(entry(wrapped)?);
            for key_id in &self.additional_key_ids {
                let Some(data_key) = materials.data_key() else { break };
                let wrapped = self.port.encrypt(key_id, data_key, materials.context()).await?;
                materials.push(entry(wrapped)?);
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
                let Some((arn, parsed)) = arn_of(key) else { continue };
                if !self.holds(arn, &mut resolved, &mut causes).await {
                    continue;
                }
                match decrypt(&self.port, arn, &parsed, key, materials).await {
                    Ok(data_key) => return Ok(data_key),
                    Err(cause) => causes.push(cause),
                }
            }
            Err(Error::NoDataKey { causes })
        })
    }
}

/// Opens with whatever CMK a message names, in the accounts that the caller trusts; never seals.
pub struct KmsDiscoveryKeyring<P> {
    account_ids: Vec<String>,
    port: P,
}

impl<P: KmsPort> KmsDiscoveryKeyring<P> {
    /// A keyring for CMKs of these accounts; of any account if there are none.
    #[must_use]
    pub fn new(account_ids: Vec<String>, port: P) -> Self {
        Self { account_ids, port }
    }

    fn trusts(&self, arn: &KeyArn<'_>) -> bool {
        self.account_ids.is_empty() || self.account_ids.iter().any(|id| id == arn.account)
    }
}

impl<P: KmsPort> Keyring for KmsDiscoveryKeyring<P> {
    fn wrap<'a>(
        &'a self,
        _materials: SealMaterials,
        _random: &'a mut dyn Randomness,
    ) -> LocalFuture<'a, Result<SealMaterials, Error>> {
        Box::pin(async {
            Err(Error::InvalidArgument {
                reason: "a discovery keyring only opens; seal with a keyring that names a CMK",
            })
        })
    }

    fn unwrap<'a>(
        &'a self,
        materials: &'a OpenMaterials<'a>,
    ) -> LocalFuture<'a, Result<DataKey, Error>> {
        Box::pin(async move {
            let mut causes = Vec::new();
            for key in materials.encrypted_data_keys() {
                let Some((arn, parsed)) = arn_of(key) else { continue };
                if !self.trusts(&parsed) {
                    continue;
                }
                match decrypt(&self.port, arn, &parsed, key, materials).await {
                    Ok(data_key) => return Ok(data_key),
                    Err(cause) => causes.push(cause),
                }
            }
            Err(Error::NoDataKey { causes })
        })
    }
}

/// The ARN of an entry that a CMK wrapped.
fn arn_of(key: &EncryptedDataKey) -> Option<(&str, KeyArn<'_>)> {
    if key.provider_id != PROVIDER_ID {
        return None;
    }
    let arn = std::str::from_utf8(&key.provider_info).ok()?;
    Some((arn, KeyArn::parse(arn)?))
}

/// Unwraps one entry, and checks that the CMK that did it is the one that the entry names.
async fn decrypt<P: KmsPort>(
    port: &P,
    arn: &str,
    parsed: &KeyArn<'_>,
    key: &EncryptedDataKey,
    materials: &OpenMaterials<'_>,
) -> Result<DataKey, Error> {
    let (key_id, data_key) = port.decrypt(&key.ciphertext, materials.context()).await?;
    if key_id != arn && key_id != parsed.key_id {
        return Err(Error::InvalidArgument {
            reason: "the key service used another CMK than the message names",
        });
    }
    materials.accept(data_key)
}

fn entry(wrapped: WrappedDataKey) -> Result<EncryptedDataKey, Error> {
    if KeyArn::parse(&wrapped.key_arn).is_none() {
        return Err(Error::InvalidArgument { reason: "the key service gave no ARN of its CMK" });
    }
    let info = wrapped.key_arn.into_bytes();
    Ok(EncryptedDataKey::new(PROVIDER_ID.to_owned(), info, wrapped.ciphertext_blob))
}
