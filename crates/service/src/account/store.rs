// SPDX-License-Identifier: Apache-2.0
//! The port to an account's database, on top of what every object's has.
//!
//! Everything that an account holds is a record with an id and a unique name; what is attached to what,
//! or is in what, is a link between two ids. So a new kind of thing needs no new table.

use crate::{nonce::NonceMark, object::truth::TruthStore, port::PortError};

/// What an account holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Users.
    User,
    /// Access keys.
    AccessKey,
    /// Groups.
    Group,
    /// Policies of its own.
    Policy,
    /// Roles.
    Role,
    /// Accounts that the operator has made: in the deployment's own account alone.
    Account,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 6] =
        [Self::User, Self::AccessKey, Self::Group, Self::Policy, Self::Role, Self::Account];

    /// Its name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "user",
            Self::AccessKey => "access-key",
            Self::Group => "group",
            Self::Policy => "policy",
            Self::Role => "role",
            Self::Account => "account",
        }
    }
}

/// How one thing belongs to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum LinkKind {
    /// From a user to a group that it is in.
    Member,
    /// From a user, group or role to a policy that is attached to it.
    Attached,
    /// From an identity to an access key that stands for it.
    Key,
}

impl LinkKind {
    /// Its name in the database.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Member => "member",
            Self::Attached => "attached",
            Self::Key => "key",
        }
    }
}

/// One end of a link, and since when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The other end, as the link was made with it.
    pub end: String,
    /// Seconds since 1970.
    pub since: i64,
}

/// A record as it is stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// What it is known by for as long as there is one.
    pub id: String,
    /// What it is called: of one kind, no two are called the same.
    pub name: String,
    /// Its text.
    pub record: String,
}

/// One change of an account's records.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Change {
    /// A new record, or another one of the same id.
    Put(Kind, Row),
    /// The record of this id is no more.
    Remove(Kind, String),
    /// The first belongs to the second, since so many seconds after 1970.
    Link(LinkKind, String, String, i64),
    /// It does no longer.
    Unlink(LinkKind, String, String),
    /// A change's nonce, so that it cannot be replayed. One of this digest must not be there yet.
    NoteNonce(NonceMark),
    /// Nonces whose time was over before this, in milliseconds since 1970.
    ForgetNonces(i64),
    /// By what a root key version is known again.
    NoteRoot {
        /// The version's name in `ROOT_KEYS`.
        version: String,
        /// Its check value.
        check: String,
    },
}

/// An account's database.
pub trait AccountStore: TruthStore<Change = Change> {
    /// The record of this id.
    ///
    /// # Errors
    /// [`PortError`] when the database fails; so for every method here.
    fn by_id(&self, kind: Kind, id: &str) -> Result<Option<Row>, PortError>;

    /// The record of this name.
    ///
    /// # Errors
    /// As [`AccountStore::by_id`].
    fn by_name(&self, kind: Kind, name: &str) -> Result<Option<Row>, PortError>;

    /// Records in the order of their names, after this one, at most `limit`.
    ///
    /// # Errors
    /// As [`AccountStore::by_id`].
    fn page(&self, kind: Kind, after: &str, limit: u64) -> Result<Vec<Row>, PortError>;

    /// How many records there are.
    ///
    /// # Errors
    /// As [`AccountStore::by_id`].
    fn count(&self, kind: Kind) -> Result<u64, PortError>;

    /// What `from` belongs to, in order of the other end.
    ///
    /// # Errors
    /// As [`AccountStore::by_id`].
    fn links_from(&self, kind: LinkKind, from: &str) -> Result<Vec<Link>, PortError>;

    /// What belongs to `to`, in order of the other end, after this one, at most `limit`.
    ///
    /// # Errors
    /// As [`AccountStore::by_id`].
    fn links_to(
        &self,
        kind: LinkKind,
        to: &str,
        after: &str,
        limit: u64,
    ) -> Result<Vec<Link>, PortError>;

    /// How many belong to `to`.
    ///
    /// # Errors
    /// As [`AccountStore::by_id`].
    fn count_to(&self, kind: LinkKind, to: &str) -> Result<u64, PortError>;
}
