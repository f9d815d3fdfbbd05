// SPDX-License-Identifier: Apache-2.0
//! A policy with its versions, as it is told.

use serde::{Deserialize, Serialize};

use super::{PolicyName, RamDescription};
use crate::list::Row;
use crate::text::{checked_text, words};
use crate::time::Timestamp;

words! {
    /// Whose policy it is.
    PolicyType, "It must be System or Custom.";
    /// The service's: the same for every account, and changed by nobody.
    System = "System",
    /// The account's own.
    Custom = "Custom",
}

words! {
    /// What to do when a policy has as many versions as it can.
    RotateStrategy, "It must be None or DeleteOldestNonDefaultVersionWhenLimitExceeded.";
    /// Refuse another.
    None = "None",
    /// Drop the oldest that does not count.
    DeleteOldest = "DeleteOldestNonDefaultVersionWhenLimitExceeded",
}

checked_text!(
    /// A version's name: `v` and a number from 1 on, without leading zeros.
    PolicyVersionId, is_version_id, "It must be a version such as v1."
);

fn is_version_id(text: &str) -> bool {
    text.strip_prefix('v').is_some_and(|number| {
        (1..=9).contains(&number.len())
            && !number.starts_with('0')
            && number.bytes().all(|byte| byte.is_ascii_digit())
    })
}

/// A policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct Policy {
    /// Its name.
    pub policy_name: PolicyName,
    /// Whose it is.
    pub policy_type: PolicyType,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<RamDescription>,
    /// The version that counts.
    pub default_version: PolicyVersionId,
    /// To how many users, groups and roles it is attached.
    pub attachment_count: u32,
    /// When it was made.
    pub create_date: Timestamp,
    /// When it was changed last.
    pub update_date: Timestamp,
}

impl Row for Policy {
    const NAME: &'static str = "Policy";
}

/// A version of a policy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct PolicyVersion {
    /// Its name.
    pub version_id: PolicyVersionId,
    /// Whether it is the one that counts.
    pub is_default_version: bool,
    /// What it allows and denies, in JSON.
    pub policy_document: String,
    /// When it was made.
    pub create_date: Timestamp,
}

impl Row for PolicyVersion {
    const NAME: &'static str = "PolicyVersion";
}

/// A policy that is attached to somebody.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct AttachedPolicy {
    /// Its name.
    pub policy_name: PolicyName,
    /// Whose it is.
    pub policy_type: PolicyType,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<RamDescription>,
    /// The version that counts.
    pub default_version: PolicyVersionId,
    /// When it was attached.
    pub attach_date: Timestamp,
}

impl Row for AttachedPolicy {
    const NAME: &'static str = "Policy";
}
