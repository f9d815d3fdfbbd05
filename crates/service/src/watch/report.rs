// SPDX-License-Identifier: Apache-2.0
//! What crosses between isolates and the watch object: JSON, pinned by the tests below.

use serde::{Deserialize, Serialize};

use super::metric::Metric;

/// The version of a message.
pub const VERSION: u32 = 1;

/// A metric's name, its labels' values, and a number.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row(pub String, pub Vec<String>, pub u64);

impl Row {
    /// A row of this metric.
    #[must_use]
    pub fn of(metric: Metric, labels: &[&str], number: u64) -> Self {
        let labels = labels.iter().map(|label| (*label).to_owned()).collect();
        Self(metric.name().to_owned(), labels, number)
    }

    /// Whether there is anything to tell.
    #[must_use]
    pub const fn is_some(&self) -> bool {
        self.2 > 0
    }
}

/// What an isolate tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Report {
    /// The isolate, by a name that it drew at random.
    pub isolate: String,
    /// Its reports are numbered from 1.
    pub number: u64,
    /// Whether this one was sent before, and nobody knows if it came.
    pub again: bool,
    /// By how much counters grew.
    pub grown: Vec<Row>,
    /// How much there is now of what grows and falls.
    pub now: Vec<Row>,
}

/// A message to the object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// [`VERSION`].
    pub v: u32,
    /// What is asked.
    pub ask: Ask,
}

/// What the object is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ask {
    /// To add this up.
    Add(Report),
    /// What all of it is.
    Tell,
}

/// A sum.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sum {
    /// The metric's name.
    pub name: String,
    /// Its labels' values.
    pub labels: Vec<String>,
    /// The sum.
    pub number: u64,
    /// Since when a counter counts, in seconds since 1970; 0 for what is no counter.
    #[serde(default, skip_serializing_if = "is_none")]
    pub since: i64,
}

#[allow(
    clippy::trivially_copy_pass_by_ref,
    reason = "serde calls it with a reference; to wasm32 it is no small one"
)]
const fn is_none(since: &i64) -> bool {
    *since == 0
}

/// What the object answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Answer {
    /// The report of this number is in the sums.
    Added(u64),
    /// All sums.
    Sums(Vec<Sum>),
    /// Nothing was done, and why: for the log.
    Refused(String),
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texts_are_pinned() {
        let report = Report {
            isolate: "ab".to_owned(),
            number: 3,
            again: false,
            grown: vec![Row::of(Metric::Throttled, &["reads"], 2)],
            now: vec![Row::of(Metric::AuditWaiting, &[], 7)],
        };
        let add = Message { v: VERSION, ask: Ask::Add(report) };
        let text = r#"{"v":1,"ask":{"add":{"isolate":"ab","number":3,"again":false,"grown":[["edgekms_throttled_calls",["reads"],2]],"now":[["edgekms_audit_waiting_events",[],7]]}}}"#;
        assert_eq!(serde_json::to_string(&add).unwrap(), text);
        assert_eq!(serde_json::from_str::<Message>(text).unwrap(), add);
        let tell = Message { v: VERSION, ask: Ask::Tell };
        assert_eq!(serde_json::to_string(&tell).unwrap(), r#"{"v":1,"ask":"tell"}"#);
        let sum = Sum { name: "a".into(), labels: vec!["b".into()], number: 1, since: 9 };
        let sums = Answer::Sums(vec![sum.clone(), Sum { since: 0, ..sum }]);
        let text = r#"{"sums":[{"name":"a","labels":["b"],"number":1,"since":9},{"name":"a","labels":["b"],"number":1}]}"#;
        assert_eq!(serde_json::to_string(&sums).unwrap(), text);
        assert_eq!(serde_json::from_str::<Answer>(text).unwrap(), sums);
        assert_eq!(serde_json::to_string(&Answer::Added(3)).unwrap(), r#"{"added":3}"#);
    }
}
