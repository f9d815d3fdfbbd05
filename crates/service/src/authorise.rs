// SPDX-License-Identifier: Apache-2.0
//! May this caller do this to that? The one place where permission is decided, and the one order in
//! which it is asked:
//!
//! 1. what a command *names* is authorised before anything is looked up ([`Permit::named`]), so that
//!    nobody learns from a refusal whether something exists;
//! 2. what is found is authorised again ([`Permit::found`]), by then with its own policy and its tags.
//!
//! A user's policies can leave the first question open: the key's own policy may permit what they do not,
//! and its tags may make the difference. It is then looked for, and one that is not there gets the answer
//! of one that the caller may not use ([`Permit::hide`]).
//!
//! A key of another account is reached by cryptographic commands alone, and by those alone who have policies:
//! theirs must name it, and then its own must let them. Before it is looked for, only the first is known.
//!
//! A command that reads from another key than the one that it works with needs a permission of its own
//! for each (wire reference, section 3.2).
//!
//! Whatever looks anything up for a caller asks to be shown a [`Permit`].

mod by_kind;
mod by_policy;
mod federated;

use edgekms_api::{
    account::Entity,
    action::{ActionKind, ActionName, Command, Scope},
    error::{ApiError, ErrorCode},
    id::{AccountId, AliasName, KeyId},
    key::{KeyReference, Origin, kept::Kept, tag::Tag},
    place::Place,
    product::Product,
};
use edgekms_policy::LazyPolicy;
pub use edgekms_policy::Verdict;

use self::by_policy::{Known, Weighed, asks_of_key, is_key, weigh};
pub use self::{
    by_policy::{Assumption, may_assume},
    federated::{FederatedAssumption, may_assume_by_token},
};
use crate::{
    audit::RequestFacts,
    identity::{Caller, Permissions},
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
    /// Nothing that is kept: GenerateRandom.
    Service,
    /// A new key that is not the customer's.
    NewKept(&'a Kept, Origin),
    /// Something that an account holds.
    Entity(Entity<'a>),
}

/// A request for permission.
#[derive(Debug, Clone, Copy)]
pub struct Access<'a> {
    /// Who asks.
    pub caller: &'a Caller,
    /// To do what.
    pub action: ActionName,
    /// The name that policies give that.
    pub permission: &'static str,
    /// Whose resource it is.
    pub owner: &'a AccountId,
    /// The resource.
    pub resource: Resource<'a>,
}

/// When and whence a call came: what conditions ask for, whatever it is about.
#[derive(Debug, Clone, Copy)]
pub struct Circumstances<'a> {
    /// Seconds since 1970, by the clock of whoever decides.
    pub now_secs: i64,
    /// What is known of the request.
    pub facts: &'a RequestFacts,
}

/// What is known of a key that was found.
#[derive(Debug, Clone, Copy)]
pub struct KeyFacts<'a> {
    /// Which.
    pub key_id: &'a KeyId,
    /// For whom it is kept.
    pub kept: &'a Kept,
    /// Its labels.
    pub tags: &'a [Tag],
    /// Its policy, if it was given one.
    pub policy: Option<&'a LazyPolicy>,
}

/// What a key is to a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// It works with the key.
    Key,
    /// It reads from the key besides.
    Source,
}

impl Role {
    /// The name of the permission that `action` needs for such a key; none if everybody may.
    const fn permission(self, action: ActionName) -> Option<&'static str> {
        let row = action.row();
        match (self, row.source_permission) {
            (Self::Source, Some(permission)) => Some(permission),
            (Self::Key, _) | (Self::Source, None) => row.permission,
        }
    }
}

/// Leave to look up what a command names.
#[derive(Debug, Clone, Copy)]
pub struct Permit<'a> {
    caller: &'a Caller,
    place: &'a Place,
    command: &'a Command,
    at: Circumstances<'a>,
    /// Whether the key's own policy or tags must say it.
    is_open: bool,
}

impl<'a> Permit<'a> {
    /// Authorises everything that a command names, without knowing whether it exists.
    ///
    /// # Errors
    /// `InvalidSecurityToken.Expired` for a session that is over; `Forbidden.NoPermission` (RAM, STS:
    /// `NoPermission`) unless all of it is allowed, or may still be.
    pub fn named(
        caller: &'a Caller,
        place: &'a Place,
        command: &'a Command,
        at: Circumstances<'a>,
    ) -> Result<Self, ApiError> {
        caller.check_time(at.now_secs)?;
        let mut permit = Self { caller, place, command, at, is_open: false };
        let mut is_open = false;
        for (role, owner, resource) in permit.names() {
            let weighed = permit.ask(role, owner, resource, None);
            match weighed.verdict {
                Verdict::Allow => {}
                _ if permit.may_be_open(weighed, owner, resource) => is_open = true,
                Verdict::ImplicitDeny | Verdict::ExplicitDeny => return Err(permit.refusal()),
            }
        }
        permit.is_open = is_open;
        Ok(permit)
    }

    /// Whether a refusal by the caller's policies is not the last word.
    fn may_be_open(&self, weighed: Weighed, owner: &AccountId, resource: Resource<'_>) -> bool {
        let Permissions::Policies(granted) = &self.caller.permissions else { return false };
        let Weighed { verdict, lacks_key } = weighed;
        if *owner != self.caller.account {
            // An alias is for its own account to point elsewhere, so it is nobody else's name for a key.
            return self.command.action().row().kind == ActionKind::Crypto
                && matches!(resource, Resource::Key(_))
                && (lacks_key || asks_of_key(granted));
        }
        (is_key(resource) || self.command.reads_a_blob())
            && (verdict == Verdict::ImplicitDeny || asks_of_key(granted))
    }

    /// Everything that a command names, with its owner and with what it is to the command.
    fn names(&self) -> impl Iterator<Item = (Role, &'a AccountId, Resource<'a>)> + use<'a> {
        let (command, own) = (self.command, &self.place.account);
        let named = |role, reference: &'a KeyReference| match reference {
            KeyReference::Id(id) => (role, own, Resource::Key(id)),
            KeyReference::Alias(name) => (role, own, Resource::Alias(name)),
            KeyReference::Arn(arn) => (role, &arn.account, Resource::Key(&arn.key_id)),
            KeyReference::AliasArn(arn) => (role, &arn.account, Resource::Alias(&arn.name)),
        };
        let key = command.key().map(|reference| named(Role::Key, reference));
        let source = command.source_key().map(|reference| named(Role::Source, reference));
        let alias = command.alias().map(|name| (Role::Key, own, Resource::Alias(name)));
        let several = command.resources().iter();
        let several = several.map(move |id| (Role::Key, own, Resource::Key(id)));
        let entities = command.entities().into_iter();
        let entities = entities.map(move |entity| (Role::Key, own, Resource::Entity(entity)));
        let names_none =
            key.is_none() && alias.is_none() && several.len() == 0 && entities.len() == 0;
        let scope = match command.action().row().scope {
            Scope::Keys
                if let Command::CreateKey(create) = command
                    && !create.kept.is_customer() =>
            {
                Some(Resource::NewKept(&create.kept, create.kind().origin))
            }
            Scope::Keys => names_none.then_some(Resource::Keys),
            Scope::Aliases => Some(Resource::Aliases),
            // It is weighed with the role's own policy (`may_assume`).
            Scope::Nothing if command.action().row().kind == ActionKind::Session => None,
            Scope::Nothing => names_none.then_some(Resource::Service),
        };
        let scope = scope.map(|resource| (Role::Key, own, resource));
        [key, source, alias, scope].into_iter().flatten().chain(several).chain(entities)
    }

    /// Authorises the key that the command works with, once it is found.
    ///
    /// # Errors
    /// `Forbidden.NoPermission` unless it is allowed.
    pub fn found(&self, key: &KeyFacts<'_>) -> Result<(), ApiError> {
        self.found_as(Role::Key, &self.place.account, key)
    }

    /// As [`Permit::found`], for what the key is to the command, and whose it is.
    ///
    /// # Errors
    /// `Forbidden.NoPermission` unless it is allowed.
    pub fn found_as(
        &self,
        role: Role,
        owner: &AccountId,
        key: &KeyFacts<'_>,
    ) -> Result<(), ApiError> {
        let resource = Resource::Key(key.key_id);
        match self.ask(role, owner, resource, Some(key)).verdict {
            Verdict::Allow => Ok(()),
            Verdict::ImplicitDeny | Verdict::ExplicitDeny => Err(self.refusal()),
        }
    }

    /// The error that the caller may see: whether something exists is not for those to learn who may have
    /// no leave to use it.
    #[must_use]
    pub fn hide(&self, error: ApiError) -> ApiError {
        let tells = matches!(error.code(), ErrorCode::KeyNotFound | ErrorCode::AliasNotFound);
        if self.is_open && tells { self.refusal() } else { error }
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

    fn ask(
        &self,
        role: Role,
        owner: &AccountId,
        resource: Resource<'_>,
        key: Option<&KeyFacts<'_>>,
    ) -> Weighed {
        let action = self.command.action();
        let Some(permission) = role.permission(action) else { return Verdict::Allow.into() };
        let access = Access { caller: self.caller, action, permission, owner, resource };
        if let Some(verdict) = by_kind::decide(&access) {
            return verdict.into();
        }
        let Permissions::Policies(granted) = &self.caller.permissions else {
            return Verdict::ImplicitDeny.into();
        };
        let used = match role {
            Role::Key => self.command.used(),
            Role::Source => self.command.source_used(),
        };
        let (at, region, product) = (self.at, self.place.region.as_str(), action.row().product);
        weigh(granted, &access, &Known { key, used, at, region, role, product })
    }

    fn refusal(&self) -> ApiError {
        match self.command.action().row().product {
            Product::Kms => ErrorCode::ForbiddenNoPermission.into(),
            Product::Ram | Product::Sts | Product::Ims | Product::Trail => {
                ErrorCode::NoPermission.into()
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::LazyLock;

    use edgekms_api::{
        action::{CreateKey, DescribeKey, DescribeQuotas, DescribeRegions, ReEncrypt},
        bytes::CiphertextBlob,
        context::EncryptionContext,
    };

    use super::*;
    use crate::testing::{NOW_SECS, caller, place};

    fn named<'a>(
        caller: &'a Caller,
        place: &'a Place,
        command: &'a Command,
    ) -> Result<Permit<'a>, ApiError> {
        static FACTS: LazyLock<RequestFacts> = LazyLock::new(RequestFacts::default);
        Permit::named(caller, place, command, Circumstances { now_secs: NOW_SECS, facts: &FACTS })
    }

    fn describe(key: &str) -> Command {
        Command::DescribeKey(DescribeKey { key: key.parse().unwrap() })
    }

    #[test]
    fn root_may_do_everything_to_its_own_and_nothing_to_others() {
        let (caller, own) = (caller(), place());
        let other = Place { account: "6543210987654321".parse().unwrap(), ..own.clone() };
        let create = Command::CreateKey(CreateKey::default());
        assert!(named(&caller, &own, &create).is_ok());
        for (place, command) in [
            (&other, create),
            (&other, describe("k")),
            (&own, describe("acs:kms:cn-hangzhou:6543210987654321:key/k")),
            (&own, describe("acs:kms:cn-hangzhou:6543210987654321:alias/a")),
        ] {
            let error = named(&caller, place, &command).unwrap_err();
            assert_eq!(error.code(), ErrorCode::ForbiddenNoPermission, "{command:?}");
        }
        let by_alias = describe("alias/a");
        let permit = named(&caller, &own, &by_alias).unwrap();
        let key_id = "k".parse().unwrap();
        let facts = KeyFacts { key_id: &key_id, kept: &Kept::Customer, tags: &[], policy: None };
        assert!(permit.found(&facts).is_ok());
    }

    #[test]
    fn the_operator_may_do_what_is_the_operator_s_and_nothing_else_and_nobody_else_may() {
        let operator = Caller::operator(place().account, "op".to_owned());
        let quotas = Command::DescribeQuotas(DescribeQuotas {});
        assert!(named(&operator, &place(), &quotas).is_ok());
        assert!(named(&caller(), &place(), &quotas).is_err());
        for command in [describe("k"), Command::CreateKey(CreateKey::default())] {
            assert!(named(&operator, &place(), &command).is_err(), "{command:?}");
        }
    }

    #[test]
    fn each_key_that_a_command_names_needs_a_permission_of_its_own() {
        let (caller, own) = (caller(), place());
        let mut moved = ReEncrypt {
            ciphertext_blob: CiphertextBlob(vec![0]),
            destination: "alias/a".parse().unwrap(),
            source_encryption_context: EncryptionContext::new(),
            destination_encryption_context: EncryptionContext::new(),
            source: Some("k".parse().unwrap()),
            source_version: None,
            source_algorithm: None,
            dry_run: false,
            destination_algorithm: None,
        };
        let asked = |moved: &ReEncrypt| {
            let command = Command::ReEncrypt(moved.clone());
            let permit = named(&caller, &own, &command).map_err(|error| error.code())?;
            let names = permit.names().map(|(role, owner, resource)| {
                let permission = role.permission(command.action()).unwrap();
                format!("{permission} {owner} {resource:?}")
            });
            Ok(names.collect::<Vec<_>>())
        };
        let account = own.account.as_str();
        assert_eq!(
            asked(&moved).unwrap(),
            [
                format!("kms:ReEncryptTo {account} Alias(AliasName(\"alias/a\"))"),
                format!("kms:ReEncryptFrom {account} Key(KeyId(\"k\"))"),
            ]
        );
        let foreign: KeyReference = "acs:kms:cn-hangzhou:6543210987654321:key/k".parse().unwrap();
        moved.source = Some(foreign.clone());
        assert_eq!(asked(&moved), Err(ErrorCode::ForbiddenNoPermission));
        (moved.source, moved.destination) = (None, foreign);
        assert_eq!(asked(&moved), Err(ErrorCode::ForbiddenNoPermission));
        // What reads from one key alone needs no other permission for it.
        let export = Role::Source.permission(ActionName::ExportDataKey);
        assert_eq!(export, Some("kms:ExportDataKey"));
    }

    #[test]
    fn an_action_without_a_permission_is_everybody_s() {
        let nobody = Caller { permissions: Permissions::None, ..caller() };
        let regions = Command::DescribeRegions(DescribeRegions {});
        assert!(named(&nobody, &place(), &regions).is_ok());
        assert!(named(&nobody, &place(), &describe("k")).is_err());
    }
}
