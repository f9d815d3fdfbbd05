// SPDX-License-Identifier: Apache-2.0
//! Whom policies are attached to.

/// Somebody who can have policies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// A user, by its id.
    User(String),
    /// A group, by its id.
    Group(String),
    /// A role, by its id.
    Role(String),
}

impl Holder {
    /// As it stands in links.
    #[must_use]
    pub fn key(&self) -> String {
        match self {
            Self::User(id) => format!("user/{id}"),
            Self::Group(id) => format!("group/{id}"),
            Self::Role(id) => format!("role/{id}"),
        }
    }

    /// The inverse of [`Holder::key`].
    #[must_use]
    pub fn of_key(key: &str) -> Option<Self> {
        let (kind, id) = key.split_once('/')?;
        match kind {
            "user" => Some(Self::User(id.to_owned())),
            "group" => Some(Self::Group(id.to_owned())),
            "role" => Some(Self::Role(id.to_owned())),
            _ => None,
        }
    }
}
