// SPDX-License-Identifier: Apache-2.0
//! May this caller do this to that? The one place where permission is decided, and the one order in
//! which it is asked:
//!
//! 1. what a command *names* is authorised before anything is looked up ([`Permit::named`]), so that
//!    nobody learns from a refusal whether something exists;
//! 2. what an alias or a blob leads to is authorised again ([`Permit::found`]).
//!
//! Whatever looks anything up for a caller asks to be shown a [`Permit`]. Policies of users, sessions
//! and keys will be weighed in [`decide`], an explicit deny winning.

use edgekms_api::{
    action::{ActionName, Command, CreateKey, Scope},
    error::{ApiError, ErrorCode},
    id::{AccountId, AliasName, KeyId},
    key::{KeyReference, kept::Kept},
    place::Place,
};

use crate::identity::{Caller, Permissions};

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
    /// Nothing that is kept: GenerateRandom.
    Service,
    /// A new key that is not the customer's.
    NewKept(&'a Kept),
}

/// The outcome, with its reason so that an explicit deny can win over an allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
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
    /// What for.
    pub action: ActionName,
    /// Whose resource it is.
    pub owner: &'a AccountId,
    /// The resource.
    pub resource: Resource<'a>,
}

/// Decides.
#[must_use]
pub fn decide(access: &Access<'_>) -> Verdict {
    let caller = access.caller;
    match (caller.permissions, access.resource) {
        _ if caller.account != *access.owner => Verdict::ImplicitDeny,
        // Such a key comes with the first call of a product that needs it, and in no other way.
        (Permissions::Product, Resource::NewKept(kept)) => match kept {
            Kept::DefaultMaster => Verdict::Allow,
            Kept::Service(product) if caller.product.as_ref() == Some(product) => Verdict::Allow,
            Kept::Service(_) | Kept::Customer | Kept::CarriedOver => Verdict::ImplicitDeny,
        },
        (Permissions::Product, Resource::Key(_) | Resource::Alias(_) | Resource::Service)
            if OF_PRODUCTS.contains(&access.action) =>
        {
            Verdict::Allow
        }
        (Permissions::Owner, Resource::NewKept(_)) => Verdict::ImplicitDeny,
        (Permissions::Owner, _) => Verdict::Allow,
        (Permissions::Product | Permissions::None, _) => Verdict::ImplicitDeny,
    }
}

/// What products do: envelope encryption of what they keep. With which keys, their classes say
/// ([`crate::keyring::class`]).
const OF_PRODUCTS: [ActionName; 5] = [
    ActionName::DescribeKey,
    ActionName::Encrypt,
    ActionName::Decrypt,
    ActionName::GenerateDataKey,
    ActionName::GenerateDataKeyWithoutPlaintext,
];

/// Leave to look up what a command names: its caller may do its action to all of that.
#[derive(Debug, Clone, Copy)]
pub struct Permit<'a> {
    caller: &'a Caller,
    place: &'a Place,
    action: ActionName,
}

impl<'a> Permit<'a> {
    /// Authorises everything that a command names, without knowing whether it exists.
    ///
    /// # Errors
    /// `Forbidden.NoPermission` unless all of it is allowed.
    pub fn named(
        caller: &'a Caller,
        place: &'a Place,
        command: &Command,
    ) -> Result<Self, ApiError> {
        let permit = Self { caller, place, action: command.action() };
        let own = &place.account;
        let key = command.key().map(|reference| match reference {
            KeyReference::Id(id) => (own, Resource::Key(id)),
            KeyReference::Alias(name) => (own, Resource::Alias(name)),
            KeyReference::Arn(arn) => (&arn.account, Resource::Key(&arn.key_id)),
            KeyReference::AliasArn(arn) => (&arn.account, Resource::Alias(&arn.name)),
        });
        let alias = command.alias().map(|name| (own, Resource::Alias(name)));
        let several = command.resources().iter().map(|id| (own, Resource::Key(id)));
        let names_none = key.is_none() && alias.is_none() && several.len() == 0;
        let scope = match permit.action.row().scope {
            Scope::Keys
                if let Command::CreateKey(CreateKey { kept, .. }) = command
                    && !kept.is_customer() =>
            {
                Some((own, Resource::NewKept(kept)))
            }
            Scope::Keys => names_none.then_some((own, Resource::Keys)),
            Scope::Aliases => Some((own, Resource::Aliases)),
            Scope::Nothing => names_none.then_some((own, Resource::Service)),
        };
        for (owner, resource) in [key, alias, scope].into_iter().flatten().chain(several) {
            permit.require(owner, resource)?;
        }
        Ok(permit)
    }

    /// Authorises the key that an alias or a blob has led to.
    ///
    /// # Errors
    /// `Forbidden.NoPermission` unless it is allowed.
    pub fn found(&self, key_id: &KeyId) -> Result<(), ApiError> {
        self.require(&self.place.account, Resource::Key(key_id))
    }

    /// The place that the command was sent to.
    #[must_use]
    pub const fn place(&self) -> &'a Place {
        self.place
    }

    /// Who asks.
    #[must_use]
    pub const fn caller(&self) -> &'a Caller {
        self.caller
    }

    fn require(&self, owner: &AccountId, resource: Resource<'_>) -> Result<(), ApiError> {
        let Self { caller, action, .. } = *self;
        if action.row().permission.is_none() {
            return Ok(());
        }
        match decide(&Access { caller, action, owner, resource }) {
            Verdict::Allow => Ok(()),
            Verdict::ImplicitDeny | Verdict::ExplicitDeny => {
                Err(ErrorCode::ForbiddenNoPermission.into())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use edgekms_api::action::{DescribeKey, DescribeRegions};

    use super::*;
    use crate::testing::{caller, place};

    fn describe(key: &str) -> Command {
        Command::DescribeKey(DescribeKey { key: key.parse().unwrap() })
    }

    #[test]
    fn root_may_do_everything_to_its_own_and_nothing_to_others() {
        let (caller, own) = (caller(), place());
        let other = Place { account: "6543210987654321".parse().unwrap(), ..own.clone() };
        let create = Command::CreateKey(CreateKey::default());
        assert!(Permit::named(&caller, &own, &create).is_ok());
        for (place, command) in [
            (&other, create),
            (&other, describe("k")),
            (&own, describe("acs:kms:cn-hangzhou:6543210987654321:key/k")),
            (&own, describe("acs:kms:cn-hangzhou:6543210987654321:alias/a")),
        ] {
            let error = Permit::named(&caller, place, &command).unwrap_err();
            assert_eq!(error.code(), ErrorCode::ForbiddenNoPermission, "{command:?}");
        }
        let permit = Permit::named(&caller, &own, &describe("alias/a")).unwrap();
        assert!(permit.found(&"k".parse().unwrap()).is_ok());
    }

    #[test]
    fn an_action_without_a_permission_is_everybody_s() {
        let nobody = Caller { permissions: Permissions::None, ..caller() };
        let regions = Command::DescribeRegions(DescribeRegions {});
        assert!(Permit::named(&nobody, &place(), &regions).is_ok());
        assert!(Permit::named(&nobody, &place(), &describe("k")).is_err());
    }
}
