// SPDX-License-Identifier: Apache-2.0
//! Names of views: what is published from a keyring or an account, and under which key in KV.

use edgekms_api::{
    account::{EntityId, OidcProviderName, PolicyName, RoleName},
    id::{AccessKeyId, AccountId, AliasName, KeyId, KeyVersionId},
};
use serde::{Deserialize, Serialize};

use edgekms_api::place::Place;

/// The name of one view inside a keyring, or of an account.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "name", rename_all = "lowercase")]
pub enum ViewName {
    /// A key's state and primary version.
    Key(KeyId),
    /// A key version's wrapped material.
    Version(KeyVersionId),
    /// The key that an alias stands for.
    Alias(AliasName),
    /// Whose a version is, where its key is shared with other accounts.
    Share(KeyVersionId),
    /// What an account holds.
    Entity(EntityName),
}

/// The name of one view of an account.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", content = "name", rename_all = "kebab-case")]
pub enum EntityName {
    /// Whom an access key stands for, and its wrapped secret.
    AccessKey(AccessKeyId),
    /// What a user has, by its id.
    User(EntityId),
    /// What the members of a group have, by its id.
    Group(EntityId),
    /// A role, by its name in lower case: who may take it on, and what it has.
    Role(RoleName),
    /// What a policy of the account's own says.
    Policy(PolicyName),
    /// That an account is one of the deployment's: published by the deployment's own.
    Account(AccountId),
    /// An identity provider.
    OidcProvider(OidcProviderName),
}

impl ViewName {
    /// The name under which the view of `place` is published, and which its seal is over: versioned, since a
    /// newer edgekms may publish beside an older one. What is sealed so for a share is published under a
    /// name that tells nothing ([`crate::copies::share`]).
    #[must_use]
    pub fn published_key(&self, place: &Place) -> String {
        format!("v2/{}/{}/{}", place.account, place.region, self.local())
    }

    /// Whether isolates are told when it changes. Whose a version is never does, and who may use it the
    /// key's policy says: an entry that is too many or too few misleads nobody.
    #[must_use]
    pub const fn is_told(&self) -> bool {
        !matches!(self, Self::Share(_))
    }

    /// The name under which the first slice published it, without a seal. Retired: its isolates must
    /// not go on believing what nobody brings up to date.
    #[must_use]
    pub fn retired_key(&self, place: &Place) -> String {
        format!("v1/{}/{}/{}", place.account, place.region, self.local())
    }

    /// The name inside its keyring, such as `alias/photos` or `key/<id>`.
    #[must_use]
    pub fn local(&self) -> String {
        match self {
            Self::Key(id) => format!("key/{id}"),
            Self::Version(id) => format!("version/{id}"),
            Self::Share(id) => format!("share/{id}"),
            Self::Alias(name) => name.to_string(),
            Self::Entity(name) => name.local(),
        }
    }

    /// The inverse of [`ViewName::local`].
    #[must_use]
    pub fn from_local(text: &str) -> Option<Self> {
        match text.split_once('/')? {
            ("key", id) => id.parse().ok().map(Self::Key),
            ("version", id) => id.parse().ok().map(Self::Version),
            ("share", id) => id.parse().ok().map(Self::Share),
            ("alias", _) => text.parse().ok().map(Self::Alias),
            _ => EntityName::from_local(text).map(Self::Entity),
        }
    }
}

impl EntityName {
    /// The name inside its account, such as `user/<id>`.
    #[must_use]
    pub fn local(&self) -> String {
        match self {
            Self::AccessKey(id) => format!("access-key/{id}"),
            Self::User(id) => format!("user/{id}"),
            Self::Group(id) => format!("group/{id}"),
            Self::Role(name) => format!("role/{name}"),
            Self::Policy(name) => format!("policy/{name}"),
            Self::Account(id) => format!("account/{id}"),
            Self::OidcProvider(name) => format!("oidc-provider/{name}"),
        }
    }

    /// The inverse of [`EntityName::local`].
    #[must_use]
    pub fn from_local(text: &str) -> Option<Self> {
        match text.split_once('/')? {
            ("access-key", id) => id.parse().ok().map(Self::AccessKey),
            ("user", id) => id.parse().ok().map(Self::User),
            ("group", id) => id.parse().ok().map(Self::Group),
            ("role", name) => name.parse().ok().map(Self::Role),
            ("policy", name) => name.parse().ok().map(Self::Policy),
            ("account", id) => id.parse().ok().map(Self::Account),
            ("oidc-provider", name) => name.parse().ok().map(Self::OidcProvider),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_survive_the_store() {
        let id = "01234567-89ab-cdef-0123-456789abcdef";
        let own = [
            "access-key/EKMS00",
            "account/1000000000000000",
            "user/200",
            "group/g-0",
            "role/browser",
            "policy/p",
            "oidc-provider/p",
        ];
        let texts = [
            format!("key/{id}"),
            format!("version/{id}"),
            format!("share/{id}"),
            "alias/key/a".to_owned(),
        ];
        for text in texts.into_iter().chain(own.map(str::to_owned)) {
            assert_eq!(ViewName::from_local(&text).unwrap().local(), text);
        }
        assert_eq!(ViewName::from_local("alias/"), None);
        assert_eq!(ViewName::from_local("nonsense"), None);
    }

    /// Published names are stored state: a change of one needs a new version prefix.
    #[test]
    fn published_names_are_pinned() {
        let place = crate::testing::place();
        let name = ViewName::from_local("alias/photos").unwrap();
        assert_eq!(name.published_key(&place), "v2/1234567890123456/cn-hangzhou/alias/photos");
        let retired = name.retired_key(&place);
        assert_eq!(retired, "v1/1234567890123456/cn-hangzhou/alias/photos");
    }
}
