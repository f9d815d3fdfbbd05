// SPDX-License-Identifier: Apache-2.0
//! Whether the worker can do its work: a few named checks, each with a reason where it failed. The reasons
//! are for everybody to read; they name regions and variables, and nothing of what an error said.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

use serde::Serialize;

/// For how long an outcome is told again: asking often costs the objects nothing.
const TOLD_MILLIS: i64 = 5_000;
/// How long checks may take; whoever began them is taken for gone then.
pub const CHECKED_WITHIN_MILLIS: u32 = 3_000;

/// What is checked, in the order in which it is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Check {
    /// The settings can be read.
    Settings,
    /// The settings' own account's keyring of each region answers.
    Keyring,
    /// `ROOT_KEYS` lists what records are wrapped under.
    RootKeys,
    /// KV is read, and takes what keyrings write.
    Kv,
    /// Events can be stored, where calls wait for that.
    Audit,
}

/// The outcome of all checks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Readiness(BTreeMap<Check, Option<String>>);

#[derive(Serialize)]
struct Told<'a> {
    status: &'static str,
    checks: BTreeMap<Check, ToldCheck<'a>>,
}

#[derive(Serialize)]
struct ToldCheck<'a> {
    status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'a str>,
}

impl Readiness {
    /// That the settings cannot be read, for this reason. Nothing else is known then.
    #[must_use]
    pub fn without_settings(reason: String) -> Self {
        let mut readiness = Self::default();
        readiness.note(Check::Settings, Err(reason));
        readiness
    }

    /// Notes an outcome. Of several of one check the first failure stays.
    pub fn note(&mut self, check: Check, outcome: Result<(), String>) {
        let held = self.0.entry(check).or_default();
        if held.is_none() {
            *held = outcome.err();
        }
    }

    /// Whether every check is good.
    #[must_use]
    pub fn is_ready(&self) -> bool {
        self.0.values().all(Option::is_none)
    }

    /// The outcome in JSON.
    #[must_use]
    pub fn text(&self) -> String {
        let mut checks = BTreeMap::new();
        for (check, reason) in &self.0 {
            let reason = reason.as_deref();
            checks.insert(*check, ToldCheck { status: status(reason.is_none()), reason });
        }
        let told = Told { status: status(self.is_ready()), checks };
        // Texts; serde_json cannot refuse them.
        serde_json::to_string(&told).unwrap_or_default()
    }
}

const fn status(is_good: bool) -> &'static str {
    if is_good { "ok" } else { "failed" }
}

/// What an isolate knows of it, and whether somebody is checking.
#[derive(Debug, Default)]
pub struct Known {
    last: RefCell<Option<(i64, Rc<Readiness>)>>,
    checking_since: Cell<Option<i64>>,
}

impl Known {
    /// The last outcome, if it is young enough to be told.
    #[must_use]
    pub fn recent(&self, now_millis: i64) -> Option<Rc<Readiness>> {
        let last = self.last.borrow();
        let (at, readiness) = last.as_ref()?;
        let is_recent = (0..TOLD_MILLIS).contains(&now_millis.saturating_sub(*at));
        is_recent.then(|| readiness.clone())
    }

    /// Whether the checks are this caller's to make now, for all who ask meanwhile.
    #[must_use]
    pub fn begin(&self, now_millis: i64) -> bool {
        let lives = |since: i64| {
            (0..i64::from(CHECKED_WITHIN_MILLIS)).contains(&now_millis.saturating_sub(since))
        };
        let is_free = !self.checking_since.get().is_some_and(lives);
        if is_free {
            self.checking_since.set(Some(now_millis));
        }
        is_free
    }

    /// Takes in an outcome.
    pub fn take_in(&self, readiness: Rc<Readiness>, now_millis: i64) {
        *self.last.borrow_mut() = Some((now_millis, readiness));
        self.checking_since.set(None);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_check_that_failed_is_told_with_its_first_reason() {
        let mut readiness = Readiness::default();
        readiness.note(Check::Settings, Ok(()));
        assert!(readiness.is_ready());
        for reason in ["a", "b"] {
            readiness.note(Check::RootKeys, Err(reason.to_owned()));
        }
        readiness.note(Check::RootKeys, Ok(()));
        assert!(!readiness.is_ready());
        assert_eq!(
            readiness.text(),
            r#"{"status":"failed","checks":{"settings":{"status":"ok"},"root-keys":{"status":"failed","reason":"a"}}}"#
        );
    }

    #[test]
    fn one_checks_for_all_and_is_taken_for_gone_if_it_does_not_end() {
        let known = Known::default();
        let late = i64::from(CHECKED_WITHIN_MILLIS);
        assert!(known.begin(0) && !known.begin(1) && known.begin(late) && !known.begin(late + 1));
        known.take_in(Rc::default(), late + 2);
        assert!(known.recent(late + 1 + TOLD_MILLIS).is_some());
        assert!(known.recent(late + 2 + TOLD_MILLIS).is_none());
        assert!(known.recent(late + 1).is_none(), "a clock that went back");
        assert!(known.begin(late + 3));
    }
}
