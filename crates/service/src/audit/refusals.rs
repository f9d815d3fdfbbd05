// SPDX-License-Identifier: Apache-2.0
//! Requests that nobody can be held to account for: not signed, not signed rightly, for a region
//! that is not served. They are counted by reason, and nothing that their sender chose is kept, so
//! that a flood of them is one line every ten seconds and says what happened.

use std::collections::BTreeMap;

use edgekms_api::time::Timestamp;
use serde::Serialize;

/// How long refusals are counted before their line is written.
pub const COUNTED_FOR_MILLIS: u32 = 10_000;

/// One isolate's count.
#[derive(Debug, Default)]
pub struct Refusals {
    counts: BTreeMap<&'static str, u64>,
    since_millis: i64,
}

/// The line that a count becomes.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    event_type: &'static str,
    since: String,
    until: String,
    refused: &'a BTreeMap<&'static str, u64>,
}

impl Refusals {
    /// Counts one. True for the first of a count: its line is to be written after
    /// [`COUNTED_FOR_MILLIS`].
    pub fn count(&mut self, reason: &'static str, now_millis: i64) -> bool {
        let first = self.counts.is_empty();
        if first {
            self.since_millis = now_millis;
        }
        let count = self.counts.entry(reason).or_default();
        *count = count.saturating_add(1);
        first
    }

    /// The line of what was counted, if anything was; the count begins anew.
    pub fn take_line(&mut self, now_millis: i64) -> Option<String> {
        let refused = std::mem::take(&mut self.counts);
        if refused.is_empty() {
            return None;
        }
        let time = |millis: i64| Timestamp::from_unix_secs(millis.div_euclid(1000)).to_string();
        let line = Line {
            event_type: "RefusedCalls",
            since: time(self.since_millis),
            until: time(now_millis),
            refused: &refused,
        };
        serde_json::to_string(&line).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_one_line_without_a_word_of_its_sender() {
        let mut refusals = Refusals::default();
        assert!(refusals.count("SignatureDoesNotMatch", 1_700_000_000_000));
        for _ in 0..999 {
            assert!(!refusals.count("SignatureDoesNotMatch", 1_700_000_000_500));
        }
        refusals.count("RegionNotServed", 1_700_000_001_000);
        let line = refusals.take_line(1_700_000_010_000).unwrap();
        assert_eq!(
            line,
            r#"{"eventType":"RefusedCalls","since":"2023-11-14T22:13:20Z","until":"2023-11-14T22:13:30Z","refused":{"RegionNotServed":1,"SignatureDoesNotMatch":1000}}"#
        );
        assert_eq!(refusals.take_line(1_700_000_011_000), None);
        assert!(refusals.count("MissingParameter", 0), "a new count begins");
    }
}
