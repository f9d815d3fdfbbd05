// SPDX-License-Identifier: Apache-2.0
//! The truth of one account: what each user and role had, and when, as its database had it at each commit.
//!
//! Isolates read the parts of what somebody may in views of their own, each of them as it was at some
//! moment within the bound. So every part has a timeline of its own here, and an answer is right if each
//! part that it needs was as it needs it at some moment.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use edgekms_service::{
    account::store::{Change, Kind, LinkKind, Row},
    object::Batch,
};
use serde_json::Value;

use super::{Findings, Timeline};
use crate::executor::Executor;

/// The policy that always lets its holder do everything that callers try.
pub(crate) const ALWAYS: &str = "always";
/// The policy that does so only as long as its first version counts.
pub(crate) const SOMETIMES: &str = "sometimes";

/// From when to when something may have been read.
pub(crate) type Span = (i64, i64);

/// The truth of one account.
pub struct AccountTruth {
    executor: Rc<Executor>,
    findings: Rc<Findings>,
    told: RefCell<Told>,
}

#[derive(Default)]
struct Told {
    /// Whether an access key may sign; nothing once it is deleted.
    keys: BTreeMap<String, Timeline<Option<bool>>>,
    /// Whether a user is there, by its id.
    users: BTreeMap<String, Timeline<bool>>,
    /// Names of users, each of which is used once.
    names: BTreeMap<String, String>,
    /// The generation of a role by its id; nothing once it is deleted.
    roles: BTreeMap<String, Timeline<Option<u64>>>,
    /// The roles that a name stood for.
    role_names: BTreeMap<String, BTreeSet<String>>,
    /// Whether a policy is attached, by its holder and name.
    attached: BTreeMap<(String, String), Timeline<bool>>,
    /// Whether the policy that does so sometimes allows anything.
    allows: Timeline<bool>,
    commits: u64,
}

impl AccountTruth {
    pub(crate) fn new(executor: Rc<Executor>, findings: Rc<Findings>) -> Rc<Self> {
        Rc::new(Self { executor, findings, told: RefCell::default() })
    }

    /// How many transactions were stored.
    #[must_use]
    pub fn commits(&self) -> u64 {
        self.told.borrow().commits
    }

    /// Takes note of a transaction, at the moment when it was stored.
    pub(crate) fn committed(&self, batch: &Batch<Change>) {
        let now = self.executor.now();
        let told = &mut *self.told.borrow_mut();
        told.commits += 1;
        for change in &batch.changes {
            if let Some(name) = told.change(change, now) {
                self.findings.violate(|| format!("a change happened twice: user {name}"));
            }
        }
        let events = batch.events.len();
        if !batch.altered.is_empty() && events != 1 {
            self.findings.violate(|| format!("a change was stored with {events} events"));
        }
    }

    /// Whether an access key was as `is` says.
    pub(crate) fn key_was(&self, key: &str, span: Span, is: Option<bool>) -> bool {
        let told = self.told.borrow();
        told.keys.get(key).is_some_and(|states| states.was(span.0, span.1, |held| *held == is))
    }

    /// Whether a user was there, or was not.
    pub(crate) fn user_was(&self, user: &str, span: Span, is: bool) -> bool {
        let told = self.told.borrow();
        told.users.get(user).is_some_and(|states| states.was(span.0, span.1, |held| *held == is))
    }

    /// Whether a role was of a generation that `is` recognises; it is given nothing for a role that is gone,
    /// or not there yet: an isolate may believe for a while in the one that had its name before.
    pub(crate) fn role_was(&self, id: &str, span: Span, is: impl Fn(Option<u64>) -> bool) -> bool {
        let told = self.told.borrow();
        told.roles.get(id).is_some_and(|states| {
            states.was(span.0, span.1, |held| is(*held)) || is(None) && states.began_after(span.0)
        })
    }

    /// The generations that a role had.
    pub(crate) fn generations(&self, id: &str, span: Span) -> BTreeSet<u64> {
        let told = self.told.borrow();
        let held = told.roles.get(id).map(|states| states.all(span.0, span.1)).unwrap_or_default();
        held.into_iter().flatten().collect()
    }

    /// Whether at some moment no role had this name.
    pub(crate) fn role_was_absent(&self, name: &str, span: Span) -> bool {
        let told = self.told.borrow();
        let ids = told.role_names.get(name);
        ids.is_none_or(|ids| {
            ids.iter().all(|id| {
                let states = told.roles.get(id);
                states.is_none_or(|states| {
                    states.was(span.0, span.1, Option::is_none) || states.began_after(span.0)
                })
            })
        })
    }

    /// Whether a policy was attached, or was not.
    pub(crate) fn attached_was(&self, holder: &str, policy: &str, span: Span, is: bool) -> bool {
        let told = self.told.borrow();
        let states = told.attached.get(&(holder.to_owned(), policy.to_owned()));
        states.map_or(!is, |states| {
            states.was(span.0, span.1, |held| *held == is) || !is && states.began_after(span.0)
        })
    }

    /// Whether somebody may have been allowed what callers try.
    pub(crate) fn may_have(&self, holder: &str, span: Span) -> bool {
        let allows = self.told.borrow().allows.was(span.0, span.1, |held| *held);
        self.attached_was(holder, ALWAYS, span, true)
            || (allows && self.attached_was(holder, SOMETIMES, span, true))
    }

    /// Whether somebody may have been refused it.
    pub(crate) fn may_have_not(&self, holder: &str, span: Span) -> bool {
        let denies = {
            let told = self.told.borrow();
            told.allows.was(span.0, span.1, |held| !held) || told.allows.began_after(span.0)
        };
        self.attached_was(holder, ALWAYS, span, false)
            && (denies || self.attached_was(holder, SOMETIMES, span, false))
    }
}

impl Told {
    /// Gives back the name of a user that is made a second time.
    fn change(&mut self, change: &Change, now: i64) -> Option<String> {
        match change {
            Change::Put(kind, row) => return self.put(*kind, row, now),
            Change::Remove(Kind::AccessKey, id) => note(&mut self.keys, id.clone(), now, None),
            Change::Remove(Kind::User, id) => note(&mut self.users, id.clone(), now, false),
            Change::Remove(Kind::Role, id) => note(&mut self.roles, id.clone(), now, None),
            Change::Link(LinkKind::Attached, holder, policy, _) => {
                note(&mut self.attached, (holder.clone(), last_of(policy)), now, true);
            }
            Change::Unlink(LinkKind::Attached, holder, policy) => {
                note(&mut self.attached, (holder.clone(), last_of(policy)), now, false);
            }
            Change::Remove(..)
            | Change::Link(..)
            | Change::Unlink(..)
            | Change::NoteNonce(_)
            | Change::ForgetNonces(_)
            | Change::NoteRoot { .. } => {}
        }
        None
    }

    fn put(&mut self, kind: Kind, row: &Row, now: i64) -> Option<String> {
        let record: Value = serde_json::from_str(&row.record).unwrap_or_default();
        let id = row.id.clone();
        match kind {
            Kind::AccessKey => {
                let is_active = record.get("status").and_then(Value::as_str) == Some("Active");
                note(&mut self.keys, id, now, Some(is_active));
            }
            Kind::User => {
                let held = self.names.insert(row.name.clone(), id.clone());
                note(&mut self.users, id.clone(), now, true);
                return held.filter(|held| *held != id).map(|_| row.name.clone());
            }
            Kind::Role => {
                let generation = record.get("generation").and_then(Value::as_u64);
                self.role_names.entry(row.name.clone()).or_default().insert(id.clone());
                note(&mut self.roles, id, now, generation);
            }
            Kind::Policy if row.name == SOMETIMES => {
                let counts = record.get("default_version").map(Value::to_string);
                self.allows.put(now, counts.is_some_and(|version| version.contains('1')));
            }
            Kind::Policy | Kind::Group | Kind::Account | Kind::OidcProvider => {}
        }
        None
    }
}

fn note<K: Ord, T: Clone + PartialEq>(
    all: &mut BTreeMap<K, Timeline<T>>,
    of: K,
    now: i64,
    value: T,
) {
    all.entry(of).or_default().put(now, value);
}

/// The name in the key of a policy.
fn last_of(policy: &str) -> String {
    policy.rsplit('/').next().unwrap_or_default().to_owned()
}
