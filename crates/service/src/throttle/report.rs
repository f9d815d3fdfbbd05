// SPDX-License-Identifier: Apache-2.0
//! What an isolate tells of its calls, and what share it is given. Groups go by their names: one that
//! only the other side knows is passed over.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// How much an isolate was asked for since it told last.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Demand {
    /// For how long, in milliseconds.
    pub over_millis: u32,
    /// Calls by group, those that were refused too; groups without any are left out.
    pub calls: BTreeMap<String, u32>,
}

/// The shares of an isolate, by group.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// For how long, in milliseconds, from before it was asked for.
    pub for_millis: u32,
    /// Each group's.
    pub shares: BTreeMap<String, Share>,
}

/// One share.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Share {
    /// Thousandths of a call a second.
    pub milli: u64,
    /// The account's rate that it is a share of, in calls a second.
    pub of: u64,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_texts_are_pinned() {
        let demand = Demand {
            over_millis: 1_500,
            calls: [("symmetric".to_owned(), 7)].into_iter().collect(),
        };
        let text = r#"{"over_millis":1500,"calls":{"symmetric":7}}"#;
        assert_eq!(serde_json::to_string(&demand).unwrap(), text);
        assert_eq!(serde_json::from_str::<Demand>(text).unwrap(), demand);
        let share = Share { milli: 2_500, of: 10 };
        let shares = [("create-key".to_owned(), share)].into_iter().collect();
        let lease = Lease { for_millis: 30_000, shares };
        let text = r#"{"for_millis":30000,"shares":{"create-key":{"milli":2500,"of":10}}}"#;
        assert_eq!(serde_json::to_string(&lease).unwrap(), text);
        assert_eq!(serde_json::from_str::<Lease>(text).unwrap(), lease);
    }
}
