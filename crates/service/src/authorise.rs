// SPDX-License-Identifier: Apache-2.0
//! May this caller do this to that? The one place where permission is decided, and the one order in
//! which it is asked:
//!
//! 1. what a command *names* is authorised before anything is looked up ([`Permit::named`]), so that
//!    nobody learns from a refusal whether something exists;
//! 2. what an alias or a blob leads to is authorised again ([`Permit::found`]).
//!
//! A command that reads from another key than the one that it works with needs a permission of its own
//! for each (wire reference, section 3.2).
//!
//! Whatever looks anything up for a caller asks to be shown a [`Permit`]. Policies of users, sessions
//! and keys will be weighed in [`decide`], an explicit deny winning.

use edgekms_api::{
    action::{ActionName, Command, Scope},
    error::{ApiError, ErrorCode},
    id::{AccountId, AliasName, KeyId},
    key::{KeyReference, Origin, kept::Kept},
    place::Place,
};

pub use crate::policy::Verdict;

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
    NewKept(&'a Kept, Origin),
}

/// A request for permission.
#[derive(Debug, Clone, Copy)]
pub struct Access<'a> {
    /// Who asks.
    pub caller: &'a Caller,
    /// What for: the name that policies give it.
    pub permission: &'static str,
    /// Whose resource it is.
    pub owner: &'a AccountId,
    /// The resource.
    pub resource: Resource<'a>,
}

/// How the names of the operator's permissions begin.
const OPERATORS: &str = "edgekms:";

/// Decides.
#[must_use]
pub fn decide(access: &Access<'_>) -> Verdict {
    let caller = access.caller;
    let is_operators = access.permission.starts_with(OPERATORS);
    match (caller.permissions, access.resource) {
        (Permissions::Operator, _) if is_operators => Verdict::Allow,
        _ if is_operators || caller.account != *access.owner => Verdict::ImplicitDeny,
        // Such a key comes with the first call of a product that needs it, or the default master key
        // before that, when its account imports the material; and in no other way.
        (Permissions::Owner, Resource::NewKept(Kept::DefaultMaster, Origin::External)) => {
            Verdict::Allow
        }
        (Permissions::Product, Resource::NewKept(kept, Origin::AliyunKms)) => match kept {
            Kept::DefaultMaster => Verdict::Allow,
            Kept::Service(product) if caller.product.as_ref() == Some(product) => Verdict::Allow,
            Kept::Service(_) | Kept::Customer | Kept::CarriedOver => Verdict::ImplicitDeny,
        },
        (Permissions::Product, Resource::Key(_) | Resource::Alias(_) | Resource::Service)
            if is_of_products(access.permission) =>
        {
            Verdict::Allow
        }
        (Permissions::Owner, Resource::NewKept(..)) => Verdict::ImplicitDeny,
        (Permissions::Owner, _) => Verdict::Allow,
        #[cfg(test)]
        (Permissions::Only(allowed), resource) => {
            let resource = match resource {
                Resource::Key(key_id) => key_id.as_str(),
                Resource::Alias(name) => name.as_str(),
                Resource::Keys | Resource::Aliases | Resource::Service | Resource::NewKept(..) => {
                    ""
                }
            };
            let is_it = |(permission, name): &&(&str, String)| {
                *permission == access.permission && name == resource
            };
            allowed.iter().find(is_it).map_or(Verdict::ImplicitDeny, |_| Verdict::Allow)
        }
        (Permissions::Product | Permissions::Operator | Permissions::None, _) => {
            Verdict::ImplicitDeny
        }
    }
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

/// What products do: envelope encryption of what they keep. With which keys, their classes say
/// ([`crate::keyring::class`]).
const OF_PRODUCTS: [ActionName; 5] = [
    ActionName::DescribeKey,
    ActionName::Encrypt,
    ActionName::Decrypt,
    ActionName::GenerateDataKey,
    ActionName::GenerateDataKeyWithoutPlaintext,
];

fn is_of_products(permission: &str) -> bool {
    OF_PRODUCTS.iter().any(|action| action.row().permission == Some(permission))
}

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
        permit
            .names(command)
            .try_for_each(|(role, owner, resource)| permit.require(role, owner, resource))?;
        Ok(permit)
    }

    /// Everything that a command names, with its owner and with what it is to the command.
    fn names<'c>(
        &self,
        command: &'c Command,
    ) -> impl Iterator<Item = (Role, &'c AccountId, Resource<'c>)>
    where
        'a: 'c,
    {
        let own = &self.place.account;
        let named = |role, reference: &'c KeyReference| match reference {
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
        let names_none = key.is_none() && alias.is_none() && several.len() == 0;
        let scope = match self.action.row().scope {
            Scope::Keys
                if let Command::CreateKey(create) = command
                    && !create.kept.is_customer() =>
            {
                Some(Resource::NewKept(&create.kept, create.kind().origin))
            }
            Scope::Keys => names_none.then_some(Resource::Keys),
            Scope::Aliases => Some(Resource::Aliases),
            Scope::Nothing => names_none.then_some(Resource::Service),
        };
        let scope = scope.map(|resource| (Role::Key, own, resource));
        [key, source, alias, scope].into_iter().flatten().chain(several)
    }

    /// Authorises the key that an alias or a blob has led to.
    ///
    /// # Errors
    /// `Forbidden.NoPermission` unless it is allowed.
    pub fn found(&self, key_id: &KeyId) -> Result<(), ApiError> {
        self.found_as(Role::Key, key_id)
    }

    /// As [`Permit::found`], for what the key is to the command.
    ///
    /// # Errors
    /// `Forbidden.NoPermission` unless it is allowed.
    pub fn found_as(&self, role: Role, key_id: &KeyId) -> Result<(), ApiError> {
        self.require(role, &self.place.account, Resource::Key(key_id))
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

    fn require(
        &self,
        role: Role,
        owner: &AccountId,
        resource: Resource<'_>,
    ) -> Result<(), ApiError> {
        let Some(permission) = role.permission(self.action) else { return Ok(()) };
        match decide(&Access { caller: self.caller, permission, owner, resource }) {
            Verdict::Allow => Ok(()),
            Verdict::ImplicitDeny | Verdict::ExplicitDeny => {
                Err(ErrorCode::ForbiddenNoPermission.into())
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use edgekms_api::{
        action::{CreateKey, DescribeKey, DescribeQuotas, DescribeRegions, ReEncrypt},
        bytes::CiphertextBlob,
        context::EncryptionContext,
    };

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
    fn the_operator_may_do_what_is_the_operator_s_and_nothing_else_and_nobody_else_may() {
        let operator = Caller::operator(place().account, "op".to_owned());
        let quotas = Command::DescribeQuotas(DescribeQuotas {});
        assert!(Permit::named(&operator, &place(), &quotas).is_ok());
        assert!(Permit::named(&caller(), &place(), &quotas).is_err());
        for command in [describe("k"), Command::CreateKey(CreateKey::default())] {
            assert!(Permit::named(&operator, &place(), &command).is_err(), "{command:?}");
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
            let permit = Permit::named(&caller, &own, &command).map_err(|error| error.code())?;
            let names = permit.names(&command).map(|(role, owner, resource)| {
                let permission = role.permission(permit.action).unwrap();
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
        assert!(Permit::named(&nobody, &place(), &regions).is_ok());
        assert!(Permit::named(&nobody, &place(), &describe("k")).is_err());
    }
}
