// SPDX-License-Identifier: Apache-2.0
//! Kinds of callers: few, whoever calls.

use crate::identity::Principal;

/// How many kinds there are.
pub const KINDS: usize = 8;

/// What a caller is to whoever reads a metric.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub enum CallerKind {
    /// An account's root.
    Root,
    /// A user of an account.
    User,
    /// Somebody who has taken on a role.
    RoleSession,
    /// Somebody for whom an identity provider vouches.
    Federated,
    /// Whoever runs the deployment.
    Operator,
    /// A cloud product that acts for an account.
    Product,
    /// Any of these, with a key that another account shares.
    OtherAccount,
    /// Nobody who is known.
    #[default]
    Unauthenticated,
}

impl CallerKind {
    /// Every kind, each at its [`CallerKind::index`].
    pub const ALL: [Self; KINDS] = [
        Self::Root,
        Self::User,
        Self::RoleSession,
        Self::Federated,
        Self::Operator,
        Self::Product,
        Self::OtherAccount,
        Self::Unauthenticated,
    ];

    /// Its number.
    #[must_use]
    pub const fn index(self) -> usize {
        self as usize
    }

    /// Its name in metrics.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Root => "root",
            Self::User => "user",
            Self::RoleSession => "role_session",
            Self::Federated => "federated",
            Self::Operator => "operator",
            Self::Product => "product",
            Self::OtherAccount => "other_account",
            Self::Unauthenticated => "unauthenticated",
        }
    }
}

impl From<Principal> for CallerKind {
    fn from(principal: Principal) -> Self {
        match principal {
            Principal::RootAccount => Self::Root,
            Principal::RamUser => Self::User,
            Principal::AssumedRole => Self::RoleSession,
            Principal::OidcUser => Self::Federated,
            Principal::Operator => Self::Operator,
            Principal::Product => Self::Product,
            // It sends no request.
            Principal::System => Self::Unauthenticated,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_kind_is_at_its_number() {
        for (index, kind) in CallerKind::ALL.into_iter().enumerate() {
            assert_eq!(kind.index(), index);
        }
    }
}
