// SPDX-License-Identifier: Apache-2.0
//! What is asked for, and whether a `Resource` names it.

use edgekms_api::id::AccountId;
use edgekms_api::policy::document::Effect;

use super::pattern::Pattern;

/// The parts of a resource's ARN: `acs:<service>:<region>:<owner>:<name>` (wire reference, section 3.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Resource<'a> {
    /// Such as `kms`.
    pub service: &'a str,
    /// Empty where a service has no regions.
    pub region: &'a str,
    /// The account that owns it.
    pub owner: &'a AccountId,
    /// Such as `key/<KeyId>`, `key` for all keys, `role/<name>`.
    pub name: &'a str,
}

/// A `Resource`.
#[derive(Debug)]
pub(super) enum ResourcePattern {
    /// `*`
    Any,
    Arn {
        service: Option<Box<str>>,
        region: Pattern,
        account: Pattern,
        name: Pattern,
    },
}

impl ResourcePattern {
    /// Each part is compared by itself, so that no wildcard reaches into the next.
    pub(super) fn new(text: &str) -> Self {
        let mut parts = text.splitn(5, ':').skip(1);
        let mut next = || parts.next();
        let (Some(service), Some(region), Some(account), Some(name)) =
            (next(), next(), next(), next())
        else {
            return Self::Any;
        };
        Self::Arn {
            service: (service != "*").then(|| service.into()),
            region: Pattern::new(region),
            account: Pattern::new(account),
            name: Pattern::new(name),
        }
    }

    /// Whether it names the resource, which is the caller's own account's or another's. The name is compared
    /// first, as it is where patterns of one policy differ.
    ///
    /// What another account owns is permitted only by an ARN that has that account's id, in full: `*` and
    /// `acs:kms:*:*:key/x` say nothing of others' keys. It is denied by whatever matches it.
    pub(super) fn names(&self, resource: &Resource<'_>, is_own: bool, effect: Effect) -> bool {
        let by_wildcard = is_own || effect == Effect::Deny;
        match self {
            Self::Any => by_wildcard,
            Self::Arn { service, region, account, name } => {
                name.matches(resource.name)
                    && (by_wildcard || matches!(account, Pattern::Exact(_)))
                    && account.matches(resource.owner.as_str())
                    && region.matches(resource.region)
                    && service.as_ref().is_none_or(|service| **service == *resource.service)
            }
        }
    }
}
