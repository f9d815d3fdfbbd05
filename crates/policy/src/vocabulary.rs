// SPDX-License-Identifier: Apache-2.0
//! The names that policies can give permission for: those of the table of actions, whatever service they
//! are of. A statement holds the set of those that its `Action` means, so whether it is about another action
//! costs one bit.
//!
//! What is the operator's alone is no such name: no policy of an account can give it, not even `*`.

use std::sync::LazyLock;

use edgekms_api::action::ActionName;

use super::pattern::Pattern;

/// Most names. A policy has this many bits for each statement.
pub const NAMES_MAX: usize = 512;

const _: () = assert!(ActionName::ALL.len() * 2 <= NAMES_MAX, "the table has outgrown the sets");

/// A name, by its place in a [`Vocabulary`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Permission(u16);

/// The names. Policies and requests must be of one vocabulary.
#[derive(Debug)]
pub struct Vocabulary {
    names: Vec<&'static str>,
    /// The same in lower case: names of actions are the same in any case (RAM's manual, "Policy elements").
    lower: Vec<String>,
    of_actions: Vec<[Option<Permission>; 2]>,
}

impl Vocabulary {
    /// That of the table of actions.
    #[must_use]
    pub fn of_table() -> &'static Self {
        static TABLE: LazyLock<Vocabulary> = LazyLock::new(|| Vocabulary::with(&[]));
        &TABLE
    }

    /// That of the table, and names that no row has. Names beyond [`NAMES_MAX`] cannot be permitted.
    #[must_use]
    pub fn with(more: &[&'static str]) -> Self {
        let mut names: Vec<&'static str> = Vec::new();
        let mut add = |name: Option<&'static str>| {
            let name = name?;
            let at = names.iter().position(|other| *other == name).unwrap_or_else(|| {
                names.push(name);
                names.len() - 1
            });
            u16::try_from(at).ok().filter(|_| at < NAMES_MAX).map(Permission)
        };
        let rows = ActionName::ALL.iter().map(|action| action.row());
        let of_actions = rows
            .map(|row| {
                let open = !row.is_operators;
                [row.permission, row.source_permission].map(|name| add(name.filter(|_| open)))
            })
            .collect();
        more.iter().for_each(|name| {
            add(Some(name));
        });
        let lower = names.iter().map(|name| name.to_ascii_lowercase()).collect();
        Self { names, lower, of_actions }
    }

    /// What an action needs for the key that it works with; none if it needs nothing, or is the operator's.
    #[must_use]
    pub fn permission(&self, action: ActionName) -> Option<Permission> {
        self.of_actions.get(action as usize).and_then(|[permission, _]| *permission)
    }

    /// What an action needs for the key that it reads from besides.
    #[must_use]
    pub fn source_permission(&self, action: ActionName) -> Option<Permission> {
        self.of_actions.get(action as usize).and_then(|[_, source]| *source)
    }

    /// The permission of this name, as policies write it, in any case.
    #[must_use]
    pub fn find(&self, name: &str) -> Option<Permission> {
        let at = self.names.iter().position(|other| other.eq_ignore_ascii_case(name))?;
        u16::try_from(at).ok().filter(|_| at < NAMES_MAX).map(Permission)
    }

    /// The name of a permission.
    #[must_use]
    pub fn name(&self, permission: Permission) -> &'static str {
        self.names.get(usize::from(permission.0)).copied().unwrap_or_default()
    }

    /// The names that an `Action` means.
    pub(super) fn meant_by(&self, actions: &[String]) -> Actions {
        let mut meant = Actions::default();
        for action in actions {
            let pattern = Pattern::new(&action.to_ascii_lowercase());
            for (at, _) in self.lower.iter().enumerate().filter(|(_, name)| pattern.matches(name)) {
                meant.add(at);
            }
        }
        meant
    }
}

/// A set of permissions.
#[derive(Debug, Default)]
pub(super) struct Actions([u64; NAMES_MAX / 64]);

impl Actions {
    fn add(&mut self, at: usize) {
        if let Some(word) = self.0.get_mut(at / 64) {
            *word |= 1 << (at % 64);
        }
    }

    pub(super) fn has(&self, permission: Permission) -> bool {
        let at = usize::from(permission.0);
        self.0.get(at / 64).is_some_and(|word| word >> (at % 64) & 1 == 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn meant(action: &str) -> Vec<&'static str> {
        let table = Vocabulary::of_table();
        let meant = table.meant_by(&[action.to_owned()]);
        let all = table.names.iter().copied();
        all.filter(|name| meant.has(table.find(name).unwrap())).collect()
    }

    #[test]
    fn every_row_s_names_are_in_it_but_the_operator_s() {
        let table = Vocabulary::of_table();
        for &action in ActionName::ALL {
            let row = action.row();
            let name = |permission: Option<Permission>| permission.map(|one| table.name(one));
            let open = |name: Option<&'static str>| name.filter(|_| !row.is_operators);
            assert_eq!(name(table.permission(action)), open(row.permission), "{action:?}");
            assert_eq!(name(table.source_permission(action)), open(row.source_permission));
        }
        assert!(meant("*").iter().all(|name| !name.starts_with("edgekms:")));
        assert!(table.names.len() <= NAMES_MAX);
    }

    #[test]
    fn an_action_means_names_in_any_case_with_wildcards() {
        assert_eq!(meant("KMS:encrypt"), ["kms:Encrypt"]);
        assert_eq!(meant("kms:ReEncrypt*"), ["kms:ReEncryptTo", "kms:ReEncryptFrom"]);
        assert_eq!(meant("kms:?ncrypt"), ["kms:Encrypt"]);
        assert_eq!(meant("oss:*"), [""; 0]);
        let products = ["kms:*", "ram:*", "sts:*", "actiontrail:*"];
        assert_eq!(products.map(|one| meant(one).len()).iter().sum::<usize>(), meant("*").len());
    }
}
