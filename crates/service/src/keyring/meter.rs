// SPDX-License-Identifier: Apache-2.0
//! What rides on the question for changes: what an isolate was asked for and has answered, and what it may
//! do next. Only an object that says that it [reads](crate::object::message::Reads) this is told it.

use serde::{Deserialize, Serialize};

use crate::{
    throttle::report::{Demand, Lease},
    usage::report::UsageReport,
};

/// What an isolate tells.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MeterReport {
    /// The isolate, by a name that it drew at random.
    pub isolate: String,
    /// What it was asked for, if it wants a lease.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub demand: Option<Demand>,
    /// What it has answered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<UsageReport>,
}

/// What it is told.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metered {
    /// How fast it may go on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lease: Option<Lease>,
    /// The number of the report that was taken in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub usage: Option<u64>,
}
