// SPDX-License-Identifier: Apache-2.0
//! What a keyring keeps of one day's calls of one action with one key.

use edgekms_api::id::KeyId;

/// One row. There is one of a day, key and action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsageRow {
    /// Days since 1970, in UTC.
    pub day: u32,
    /// The key, if the calls were about one.
    pub key_id: Option<KeyId>,
    /// The action's name.
    pub action: String,
    /// Calls that were answered.
    pub calls: u64,
    /// Calls that came too fast.
    pub throttled: u64,
    /// Whether the key is one that costs nothing.
    pub free: bool,
}

/// By what a row is found, in the order of rows: day, key (empty for none), action.
pub type UsageName = (u32, String, String);

impl UsageRow {
    /// By what it is found.
    #[must_use]
    pub fn name(&self) -> UsageName {
        name(self.day, self.key_id.as_ref(), &self.action)
    }
}

/// By what a row is found.
#[must_use]
pub fn name(day: u32, key_id: Option<&KeyId>, action: &str) -> UsageName {
    (day, key_id.map_or_else(String::new, ToString::to_string), action.to_owned())
}
