// SPDX-License-Identifier: Apache-2.0
//! LookupEvents: who did what, by time and by one attribute.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Limits};
use crate::error::ApiError;
use crate::number::Whole;
use crate::repeat::Repeat;
use crate::text::{checked_text, words};
use crate::time::Timestamp;

/// Longest token read, in bytes: one that is made here says where each shard of a trail goes on.
const TOKEN_MAX_LEN: usize = 4 * 1024;
/// Longest value of an attribute that is looked for, in bytes: a user agent's program has no more, and no
/// attribute holds one.
const VALUE_MAX_LEN: usize = 512;

/// Finds events of the region, and the account's own, which belong to no region: what was done with users,
/// roles and policies, and sessions that were made. A page at a time, in the order of time.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct LookupEvents {
    /// From this second on; seven days before EndTime if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_time: Option<Timestamp>,
    /// To the end of this second; now if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_time: Option<Timestamp>,
    /// What events must have: one condition at the most.
    #[serde(default, skip_serializing_if = "Repeat::is_empty")]
    pub lookup_attribute: Repeat<LookupAttribute, 1>,
    /// Which events come first: the latest (`BACKWARD`) if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub direction: Option<Direction>,
    /// Events a page, at most 50; 20 if absent or 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_results: Option<Whole<0, 50>>,
    /// Where the page before said to go on, with all else asked as before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_token: Option<NextToken>,
}

/// What events must have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct LookupAttribute {
    /// Which attribute.
    pub key: AttributeKey,
    /// Its value, exactly.
    pub value: AttributeValue,
}

words! {
    /// What events can be looked up by.
    AttributeKey, "It must be ServiceName, EventName, User, EventId, ResourceType, ResourceName, EventRW or \
        EventAccessKeyId.";
    /// Whose API was called, such as `Kms`.
    ServiceName = "ServiceName",
    /// The action.
    EventName = "EventName",
    /// The name of who called; `<role>:<session>` of a session.
    User = "User",
    /// The event's id.
    EventId = "EventId",
    /// Such as `ACS::KMS::Key`.
    ResourceType = "ResourceType",
    /// Such as a key's id.
    ResourceName = "ResourceName",
    /// `Read` or `Write`.
    EventRW = "EventRW",
    /// The access key that called.
    EventAccessKeyId = "EventAccessKeyId",
}

words! {
    /// Which events come first.
    Direction, "It must be BACKWARD or FORWARD.";
    /// The latest.
    Backward = "BACKWARD",
    /// The earliest.
    Forward = "FORWARD",
}

checked_text!(
    /// What an attribute must be.
    AttributeValue,
    is_value,
    "It must have 1 to 512 characters."
);

checked_text!(
    /// Where a list of events goes on. It means something to the service alone.
    NextToken,
    is_token,
    "It must be the NextToken that the page before has told."
);

fn is_value(text: &str) -> bool {
    (1..=VALUE_MAX_LEN).contains(&text.len())
}

fn is_token(text: &str) -> bool {
    let is_one = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_';
    (1..=TOKEN_MAX_LEN).contains(&text.len()) && text.bytes().all(is_one)
}

/// A page of events.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct LookupEventsReply {
    /// In the order asked for.
    pub events: Vec<TrailEvent>,
    /// Where to go on. A page may be short, or have no event at all, and still have one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_token: Option<NextToken>,
    /// As asked, or as it was taken to be.
    pub start_time: Timestamp,
    /// As asked, or as it was taken to be.
    pub end_time: Timestamp,
}

/// One event, in ActionTrail's field names (`docs/security-model.md`, "The audit record").
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TrailEvent(pub serde_json::Value);

#[cfg(feature = "schema")]
crate::schema::inline_schema!(TrailEvent, { "type": "object", "format": "any-object" });

impl LookupEvents {
    /// Whether the latest come first.
    #[must_use]
    pub fn is_backward(&self) -> bool {
        self.direction.is_none_or(|direction| direction == Direction::Backward)
    }

    /// Events of a page at the most.
    #[must_use]
    pub fn page_len(&self) -> u32 {
        self.max_results.map(Whole::get).filter(|asked| *asked > 0).unwrap_or(20)
    }
}

impl Action for LookupEvents {
    const NAME: ActionName = ActionName::LookupEvents;
    type Reply = LookupEventsReply;

    fn check(&self, _: &Limits) -> Result<(), ApiError> {
        match (self.start_time, self.end_time) {
            (Some(start), Some(end)) if start > end => {
                let remedy = "It must not be after EndTime.";
                Err(ApiError::invalid_parameter("StartTime", remedy))
            }
            _ => Ok(()),
        }
    }
}
