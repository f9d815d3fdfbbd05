// SPDX-License-Identifier: Apache-2.0
//! Key providers: the key management services whose CMKs wrap data keys, and the form of their
//! ARNs, as one table.

use crate::error::Error;
use crate::reason::Reason;

/// A key management service, as encrypted data keys name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyProvider {
    id: &'static str,
    /// The parts of a key's ARN before the region; a `*` at the end of one stands for any rest.
    arn_start: &'static [&'static str],
}

/// Every key provider whose entries the KMS keyrings open.
pub const KEY_PROVIDERS: &[KeyProvider] = &[KeyProvider::ALIYUN_KMS, KeyProvider::AWS_KMS];

impl KeyProvider {
    /// Alibaba Cloud: `acs:kms:<region>:<account>:key/<key id>`.
    pub const ALIYUN_KMS: Self = Self { id: "aliyun-kms", arn_start: &["acs", "kms"] };
    /// AWS: `arn:<partition>:kms:<region>:<account>:key/<key id>`. New partitions come up, and all
    /// that there were begin with `aws`.
    pub const AWS_KMS: Self = Self { id: "aws-kms", arn_start: &["arn", "aws*", "kms"] };

    /// The provider id in messages.
    #[must_use]
    pub fn id(&self) -> &'static str {
        self.id
    }

    /// The provider whose id this is.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for any other text.
    pub fn from_id(id: &str) -> Result<Self, Error> {
        let found = KEY_PROVIDERS.iter().find(|provider| provider.id == id).copied();
        found.ok_or(Error::InvalidArgument { reason: Reason::KeyProvider })
    }

    /// Reads the ARN of one of this provider's keys; nothing else, so no alias.
    pub(super) fn key_arn<'a>(&self, text: &'a str) -> Option<KeyArn<'a>> {
        // As bytes: pages download this, and the search in text would be another 0.9 kB.
        let mut parts = text.as_bytes().split(|byte| *byte == b':');
        for expected in self.arn_start {
            let part = parts.next()?;
            let fits = match expected.as_bytes() {
                [start @ .., b'*'] => part.starts_with(start),
                whole => part == whole,
            };
            if !fits {
                return None;
            }
        }
        let (region, account) = (parts.next()?, parts.next()?);
        let key_id = parts.next()?.strip_prefix(b"key/")?;
        let whole = parts.next().is_none()
            && !(region.is_empty() || account.is_empty() || key_id.is_empty());
        whole.then_some(KeyArn { region, account, key_id })
    }
}

/// Which key an ARN names. Equal means the same key, whichever provider's form the ARNs have: one
/// edgekms answers both clouds' protocols, so its keys have an ARN of each form. AWS's multi-region
/// keys (`mrk-`) get no treatment of their own: in another region it is another key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct KeyArn<'a> {
    region: &'a [u8],
    account: &'a [u8],
    key_id: &'a [u8],
}

impl<'a> KeyArn<'a> {
    /// Reads a key ARN of any provider.
    pub(super) fn parse(text: &'a str) -> Option<Self> {
        KEY_PROVIDERS.iter().find_map(|provider| provider.key_arn(text))
    }

    /// Whether the key is of this account.
    pub(super) fn is_of(&self, account: &str) -> bool {
        account.as_bytes() == self.account
    }

    /// Whether a key service that used the key `name`, a key id or a key ARN, used this one.
    pub(super) fn is_named(&self, name: &str) -> bool {
        name.as_bytes() == self.key_id || KeyArn::parse(name) == Some(*self)
    }
}

#[cfg(test)]
mod tests {
    extern crate std;

    use alloc::{string::ToString, vec::Vec};

    use serde_json::Value;

    use super::*;

    /// The cases that the package's TypeScript passes too.
    fn vectors(kind: &str) -> Vec<Value> {
        let all = include_str!("../../../../tests/vectors/key-arns.json");
        let all: Value = serde_json::from_str(all).unwrap();
        let vectors = all[kind].as_array().unwrap().clone();
        assert!(!vectors.is_empty());
        vectors
    }

    #[test]
    fn each_provider_reads_its_own_form_alone_and_nothing_else_is_read() {
        for vector in vectors("read") {
            let field = |name: &str| vector[name].as_str();
            let text = field("text").unwrap();
            let part = |name| field(name).unwrap().as_bytes();
            let expected = field("provider").map(|_| KeyArn {
                region: part("region"),
                account: part("account"),
                key_id: part("keyId"),
            });
            assert_eq!(KeyArn::parse(text), expected, "{text}");
            for provider in KEY_PROVIDERS {
                let own = expected.filter(|_| field("provider") == Some(provider.id()));
                assert_eq!(provider.key_arn(text), own, "{text}");
            }
        }
    }

    #[test]
    fn a_key_is_named_by_its_id_and_by_both_arns_and_by_nothing_near_them() {
        for vector in vectors("named") {
            let arn = KeyArn::parse(vector["arn"].as_str().unwrap()).unwrap();
            let named = arn.is_named(vector["name"].as_str().unwrap());
            assert_eq!(Some(named), vector["same"].as_bool(), "{vector}");
        }
    }

    #[test]
    fn providers_are_known_by_their_ids() {
        for provider in KEY_PROVIDERS {
            assert_eq!(KeyProvider::from_id(provider.id()).unwrap(), *provider);
        }
        let unknown = KeyProvider::from_id("aws-kms-hierarchy").unwrap_err();
        assert_eq!(unknown.code(), "InvalidArgument");
        assert!(KEY_PROVIDERS.iter().all(|provider| unknown.to_string().contains(provider.id())));
    }
}
