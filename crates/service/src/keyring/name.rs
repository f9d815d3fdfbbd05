// SPDX-License-Identifier: Apache-2.0
//! What is published from a keyring, under which names, and when to try again.
//!
//! A change writes an outbox row for each view that it alters, in its own transaction. Publishing
//! reads the truth *then*, so that several changes of one key are one write; a row goes only when
//! its view has not altered since. So a failed write delays a copy and never loses it.

use edgekms_api::id::{AliasName, KeyId, KeyVersionId};
use serde::{Deserialize, Serialize};

use crate::place::Place;

/// The name of one view inside a keyring.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "name", rename_all = "lowercase")]
pub enum ViewName {
    /// A key's state and primary version.
    Key(KeyId),
    /// A key version's wrapped material.
    Version(KeyVersionId),
    /// The key that an alias stands for.
    Alias(AliasName),
}

impl ViewName {
    /// The name under which the view of `place` is published: versioned, since a newer edgekms may
    /// publish beside an older one.
    #[must_use]
    pub fn published_key(&self, place: &Place) -> String {
        format!("v1/{}/{}/{}", place.account, place.region, self.local())
    }

    /// The name inside its keyring, such as `alias/photos` or `key/<id>`.
    #[must_use]
    pub fn local(&self) -> String {
        match self {
            Self::Key(id) => format!("key/{id}"),
            Self::Version(id) => format!("version/{id}"),
            Self::Alias(name) => name.to_string(),
        }
    }

    /// The inverse of [`ViewName::local`].
    #[must_use]
    pub fn from_local(text: &str) -> Option<Self> {
        match text.split_once('/')? {
            ("key", id) => id.parse().ok().map(Self::Key),
            ("version", id) => id.parse().ok().map(Self::Version),
            _ => text.parse().ok().map(Self::Alias),
        }
    }
}

/// A view that waits to be published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OutboxRow {
    /// Which view.
    pub name: ViewName,
    /// Grows with each change of the keyring, so that a later change is noticed.
    pub revision: i64,
}

const FIRST_RETRY_MILLIS: i64 = 200;
/// Workers KV takes one write a second for a key, and faults pass: a minute is the longest wait.
const LAST_RETRY_MILLIS: i64 = 60_000;

/// How long to wait after `failures` failed attempts in a row: 0.2 s, doubling, at most 60 s.
#[must_use]
pub fn retry_after_millis(failures: u32) -> i64 {
    FIRST_RETRY_MILLIS
        .checked_shl(failures.min(16))
        .unwrap_or(LAST_RETRY_MILLIS)
        .min(LAST_RETRY_MILLIS)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_survive_the_store() {
        let id = "01234567-89ab-cdef-0123-456789abcdef";
        for text in [format!("key/{id}"), format!("version/{id}"), "alias/key/a".to_owned()] {
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
        assert_eq!(name.published_key(&place), "v1/1234567890123456/cn-hangzhou/alias/photos");
    }

    #[test]
    fn waiting_doubles_up_to_a_minute() {
        let waits: Vec<_> = [0, 1, 2, 8, 9, 1_000].map(retry_after_millis).into();
        assert_eq!(waits, [200, 400, 800, 51_200, 60_000, 60_000]);
    }
}
