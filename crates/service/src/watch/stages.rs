// SPDX-License-Identifier: Apache-2.0
//! How long the stages of one call took, for a caller who asks for it (W3C Server Timing): names and
//! durations, and nothing else.
//!
//! It is told of calls that were carried out. Of a refusal it could tell whether there is what the caller may
//! not learn of.

use std::cell::Cell;

/// The header of a request that asks for it, with the value `1`. Nobody has to sign it.
pub const ASKED_BY: &str = "x-edgekms-timing";
/// The header of the answer.
pub const TOLD_IN: &str = "server-timing";

/// A stage, in the order in which a call goes through them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Who calls: the signature, and whom the access key stands for.
    Identity,
    /// Reading the command, and whether its caller may ask for it.
    Authorise,
    /// Finding the keys, and whether they may be used.
    Resolve,
    /// Doing it.
    Do,
    /// Having its event stored.
    Record,
}

const NAMES: [&str; 5] = ["identity", "authorise", "resolve", "do", "record"];

/// A call's stages so far.
#[derive(Debug)]
pub struct Stages {
    since_millis: Cell<i64>,
    spent: [Cell<Option<i64>>; NAMES.len()],
}

impl Stages {
    /// A call that began at `now_millis`, if a request with these headers asks for it.
    #[must_use]
    pub fn asked(headers: &[(&str, &str)], now_millis: i64) -> Option<Self> {
        let asks = headers.iter().any(|(name, value)| *name == ASKED_BY && *value == "1");
        let since_millis = Cell::new(now_millis);
        asks.then(|| Self { since_millis, spent: Default::default() })
    }

    /// A stage is over: the time since the one before is its. It may come again.
    pub fn end(&self, stage: Stage, now_millis: i64) {
        let took = now_millis.saturating_sub(self.since_millis.replace(now_millis)).max(0);
        if let Some(spent) = self.spent.get(stage as usize) {
            spent.set(Some(spent.get().unwrap_or(0).saturating_add(took)));
        }
    }

    /// The value of the header, in milliseconds. Stages that a call did not have are left out.
    #[must_use]
    pub fn text(&self) -> String {
        let told = NAMES
            .iter()
            .zip(&self.spent)
            .filter_map(|(name, spent)| spent.get().map(|millis| format!("{name};dur={millis}")));
        told.collect::<Vec<_>>().join(", ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stages_are_told_if_they_were_asked_for() {
        for headers in [&[][..], &[(ASKED_BY, "0")], &[("x-edgekms-timing-2", "1")]] {
            assert!(Stages::asked(headers, 0).is_none());
        }
        let stages = Stages::asked(&[("host", "h"), (ASKED_BY, "1")], 100).unwrap();
        for (stage, now) in [
            (Stage::Identity, 103),
            (Stage::Authorise, 103),
            (Stage::Do, 110),
            (Stage::Resolve, 112),
            (Stage::Do, 120),
        ] {
            stages.end(stage, now);
        }
        assert_eq!(stages.text(), "identity;dur=3, authorise;dur=0, resolve;dur=2, do;dur=15");
    }
}
