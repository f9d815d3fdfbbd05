// SPDX-License-Identifier: Apache-2.0
//! Who asks, and whether a `Principal` names them.

use edgekms_api::id::AccountId;
use edgekms_api::policy::document::{ANYBODY, Effect, PrincipalClass, PrincipalName};
use edgekms_api::policy::{PolicyFault, PolicyKind};

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject<'a> {
    /// An account itself.
    Root {
        /// The account.
        account: &'a AccountId,
    },
    /// A user of an account.
    User {
        /// The account.
        account: &'a AccountId,
        /// The user's name.
        name: &'a str,
    },
    /// A session of a role: it is named by its role.
    Role {
        /// The account that has the role.
        account: &'a AccountId,
        /// The role's name.
        name: &'a str,
    },
    /// Somebody for whom an identity provider vouches.
    Federated {
        /// The provider's ARN.
        provider: &'a str,
    },
    /// A service.
    Service {
        /// Its name, such as `ecs.aliyuncs.com`.
        name: &'a str,
    },
}

impl<'a> Subject<'a> {
    /// The account that it is of.
    #[must_use]
    pub const fn account(&self) -> Option<&'a AccountId> {
        match *self {
            Self::Root { account } | Self::User { account, .. } | Self::Role { account, .. } => {
                Some(account)
            }
            Self::Federated { .. } | Self::Service { .. } => None,
        }
    }

    /// Whether it is an account itself.
    pub(super) const fn is_root(&self) -> bool {
        matches!(self, Self::Root { .. })
    }

    /// Whether policies can be attached to it. Who has none needs nobody's leave but the resource's.
    pub(super) const fn has_policies(&self) -> bool {
        self.account().is_some()
    }
}

/// A name of a `Principal`.
#[derive(Debug)]
pub(super) enum Named {
    /// Everybody who has an account, by itself and not by its account's leave.
    Anybody,
    /// An account: `root` and `*` mean the same.
    Account(Box<str>),
    User {
        account: Box<str>,
        name: Box<str>,
    },
    Role {
        account: Box<str>,
        name: Box<str>,
    },
    Federated(Box<str>),
    Service(Box<str>),
}

impl Named {
    pub(super) fn compile(principal: &PrincipalName) -> Result<Self, PolicyFault> {
        let text = principal.name.as_str();
        let named = match principal.class {
            PrincipalClass::Federated => Some(Self::Federated(text.into())),
            PrincipalClass::Service => Some(Self::Service(text.into())),
            PrincipalClass::Ram => of_ram(text),
            PrincipalClass::Aws => None,
        };
        named.ok_or_else(|| PolicyFault::Malformed("Principal must hold names of RAM.".into()))
    }

    /// Whether it is this account as a whole.
    pub(super) fn is_account(&self, account: &AccountId) -> bool {
        matches!(self, Self::Account(named) if **named == *account.as_str())
    }

    /// Whether somebody of another account than this is named by it.
    pub(super) fn is_of_others(&self, owner: &AccountId) -> bool {
        match self {
            Self::Anybody => true,
            Self::Account(account) | Self::User { account, .. } | Self::Role { account, .. } => {
                **account != *owner.as_str()
            }
            // They call nothing but STS.
            Self::Federated(_) | Self::Service(_) => false,
        }
    }

    /// Whether `subject` is who is named, by a statement of a policy of this kind and effect about something
    /// that `owner` owns.
    ///
    /// A key policy that permits its own account something leaves it to the account's own policies who of
    /// its users and roles may do it: it permits nobody by itself. Else the default policy, which names the
    /// account, would give every user every key.
    pub(super) fn names(
        &self,
        subject: &Subject<'_>,
        owner: &AccountId,
        kind: PolicyKind,
        effect: Effect,
    ) -> bool {
        match (self, *subject) {
            (Self::Anybody, _) => subject.account().is_some(),
            (Self::Account(named), _) => {
                let is_own = **named == *owner.as_str();
                let leaves_it = is_own && kind == PolicyKind::Key && effect == Effect::Allow;
                !leaves_it && subject.account().is_some_and(|account| **named == *account.as_str())
            }
            (Self::User { account, name }, Subject::User { account: of, name: other }) => {
                **account == *of.as_str() && **name == *other
            }
            // ARNs of roles are told in lower case, whatever the role is called.
            (Self::Role { account, name }, Subject::Role { account: of, name: other }) => {
                **account == *of.as_str() && name.eq_ignore_ascii_case(other)
            }
            (Self::Federated(named), Subject::Federated { provider: other })
            | (Self::Service(named), Subject::Service { name: other }) => **named == *other,
            _ => false,
        }
    }
}

fn of_ram(text: &str) -> Option<Named> {
    if text == ANYBODY {
        return Some(Named::Anybody);
    }
    let (account, who) = text.strip_prefix("acs:ram::")?.split_once(':')?;
    match who.split_once('/') {
        Some(("user", name)) => Some(Named::User { account: account.into(), name: name.into() }),
        Some(("role", name)) => Some(Named::Role { account: account.into(), name: name.into() }),
        None if ["root", "*"].contains(&who) => Some(Named::Account(account.into())),
        _ => None,
    }
}
