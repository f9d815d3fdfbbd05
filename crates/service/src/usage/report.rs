// SPDX-License-Identifier: Apache-2.0
//! What an isolate tells of the calls that it has answered.

use edgekms_api::id::KeyId;
use serde::{Deserialize, Serialize};

/// Counts since the last report.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UsageReport {
    /// The isolate's reports are numbered from 1.
    pub number: u64,
    /// Whether this one was sent before, and nobody knows if it came.
    pub again: bool,
    /// The counts.
    pub rows: Vec<UsageCount>,
}

/// A count.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct UsageCount {
    /// Days since 1970, by the isolate's clock.
    pub day: u32,
    /// The key, if the calls were about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key_id: Option<KeyId>,
    /// The action's name.
    pub action: String,
    /// Calls that were answered.
    pub calls: u32,
    /// Calls that came too fast.
    #[serde(default, skip_serializing_if = "is_none")]
    pub throttled: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
const fn is_none(number: &u32) -> bool {
    *number == 0
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_text_is_pinned() {
        let count = UsageCount {
            day: 20_000,
            key_id: Some("k".parse().unwrap()),
            action: "Encrypt".to_owned(),
            calls: 7,
            throttled: 0,
        };
        let keyless = UsageCount { key_id: None, throttled: 2, ..count.clone() };
        let report = UsageReport { number: 3, again: false, rows: vec![count, keyless] };
        let text = r#"{"number":3,"again":false,"rows":[{"day":20000,"key_id":"k","action":"Encrypt","calls":7},{"day":20000,"action":"Encrypt","calls":7,"throttled":2}]}"#;
        assert_eq!(serde_json::to_string(&report).unwrap(), text);
        assert_eq!(serde_json::from_str::<UsageReport>(text).unwrap(), report);
    }
}
