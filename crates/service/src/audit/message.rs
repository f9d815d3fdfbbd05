// SPDX-License-Identifier: Apache-2.0
//! What crosses to an audit object, one of the shards that a place's events are spread over. A message has
//! one form; a new form would be a new version, beside which this one is still read.

use edgekms_api::place::Place;
use serde::{Deserialize, Serialize};

use super::{
    event::NewEvent,
    export::Part,
    lookup::{Page, Query},
};

/// The version of the form.
pub const VERSION: u32 = 1;
/// How many shards a place has: each isolate appends to one of them.
pub const SHARDS: u32 = 8;

/// The name of the audit object that is the shard `shard` of a place.
#[must_use]
pub fn object_name(place: &Place, shard: u32) -> String {
    format!("v1/{}/{}/audit/{shard}", place.account, place.region)
}

/// A message to an audit object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Message {
    /// [`VERSION`].
    pub v: u32,
    /// The place whose events it has.
    pub place: Place,
    /// Which shard it is.
    pub shard: u32,
    /// What is asked.
    pub ask: Ask,
}

/// What an audit object is asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Ask {
    /// To store events.
    Append(Vec<NewEvent>),
    /// Which events there are.
    LookUp(Query),
    /// A part of an export, after this event.
    Export(u64),
}

/// What an audit object answers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Answer {
    /// All events are stored, now or since an earlier message.
    Stored,
    /// Events that were looked up.
    Found(Page),
    /// A part of an export.
    Exported(Part),
    /// Nothing was done, and why: for the log.
    Refused(String),
}
