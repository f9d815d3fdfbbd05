// SPDX-License-Identifier: Apache-2.0
//! May this caller do this to that? The one place where permission is decided.
//!
//! For now every caller is its account's root, which may do everything to its own resources
//! (wire reference, section 3.3). RAM policies, session policies and key policies will be weighed
//! here, an explicit deny winning.

use edgekms_api::{
    error::{ApiError, ErrorCode},
    id::{AccountId, AliasName, KeyId},
};

use crate::{
    identity::{Caller, Principal},
    place::Place,
};

/// What an action touches (wire reference, section 3.2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource<'a> {
    /// All keys of a place: CreateKey, ListKeys.
    Keys,
    /// All aliases of a place: ListAliases.
    Aliases,
    /// One key.
    Key(&'a KeyId),
    /// One alias.
    Alias(&'a AliasName),
}

/// The outcome, with its reason so that an explicit deny can win over an allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Decision {
    /// Something allows it and nothing denies it.
    Allow,
    /// Nothing allows it.
    ImplicitDeny,
    /// Something denies it.
    ExplicitDeny,
}

/// A request for permission.
#[derive(Debug, Clone, Copy)]
pub struct Access<'a> {
    /// Who asks.
    pub caller: &'a Caller,
    /// The keyring concerned.
    pub place: &'a Place,
    /// The action, such as `Encrypt` (in policies `kms:Encrypt`).
    pub action: &'a str,
    /// Everything it touches; all of it must be allowed.
    pub resources: &'a [Resource<'a>],
}

/// Decides.
#[must_use]
pub fn decide(access: &Access<'_>) -> Decision {
    match access.caller.principal {
        Principal::RootAccount if owns(&access.caller.account, access.place) => Decision::Allow,
        Principal::RootAccount | Principal::System => Decision::ImplicitDeny,
    }
}

fn owns(account: &AccountId, place: &Place) -> bool {
    *account == place.account
}

/// Decides, as an error.
///
/// # Errors
/// `Forbidden.NoPermission` unless allowed.
pub fn require(access: &Access<'_>) -> Result<(), ApiError> {
    match decide(access) {
        Decision::Allow => Ok(()),
        Decision::ImplicitDeny | Decision::ExplicitDeny => {
            Err(ErrorCode::ForbiddenNoPermission.into())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{caller, place};

    #[test]
    fn root_may_do_everything_to_its_own_and_nothing_to_others() {
        let (caller, own) = (caller(), place());
        let other = Place { account: "6543210987654321".parse().unwrap(), ..own.clone() };
        let access = |place| Access {
            caller: &caller,
            place,
            action: "CreateKey",
            resources: &[Resource::Keys],
        };
        assert_eq!(decide(&access(&own)), Decision::Allow);
        assert_eq!(decide(&access(&other)), Decision::ImplicitDeny);
        let error = require(&access(&other)).unwrap_err();
        assert_eq!(error.code(), ErrorCode::ForbiddenNoPermission);
    }
}
