// SPDX-License-Identifier: Apache-2.0
//! Looking events up by time and by one attribute (wire reference, section 4.2), a page at a time.
//!
//! Each shard answers a [`Query`] by a [`Page`] of its own; [`merge`] makes one page of them, and what the
//! next begins from.

use std::collections::BTreeMap;

use edgekms_api::trail::lookup_events::AttributeKey;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::archived::{Archived, archived};
use crate::{
    object::{
        ObjectStore,
        store::{EventSpan, last_event_before},
    },
    port::PortError,
};

/// Events that one question goes through, so that a rare attribute costs bounded time.
const SCANNED: u64 = 1_000;
/// Events of one page at the most.
pub const PAGE_MAX: u64 = 50;

/// Which events are wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Query {
    /// Stored from this moment on, in milliseconds since 1970.
    pub from_millis: i64,
    /// Stored before this moment.
    pub until_millis: i64,
    /// What they must have.
    pub attribute: Option<Attribute>,
    /// Whether the latest come first.
    pub backward: bool,
    /// The event after which the page begins, in the order wanted.
    pub after: Option<u64>,
    /// Events at the most.
    pub limit: u64,
}

impl Query {
    /// Whether an event comes after those of the page before.
    pub(super) fn goes_on_with(&self, seq: u64) -> bool {
        self.after.is_none_or(|after| if self.backward { seq < after } else { seq > after })
    }

    /// Whether an event is wanted, wherever the page before ended.
    pub(super) fn wants(&self, found: &Found) -> bool {
        (self.from_millis..self.until_millis).contains(&found.at_millis)
            && self.asks_for(&found.line)
    }

    fn asks_for(&self, line: &str) -> bool {
        self.attribute
            .as_ref()
            .is_none_or(|wanted| serde_json::from_str(line).is_ok_and(|event| wanted.fits(&event)))
    }
}

/// What an event must have.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Attribute {
    /// Which attribute.
    pub key: AttributeKey,
    /// Its value.
    pub value: String,
}

impl Attribute {
    /// Whether an event has it.
    fn fits(&self, event: &Value) -> bool {
        let value = self.value.as_str();
        let is = |pointer: &str| event.pointer(pointer).and_then(Value::as_str) == Some(value);
        let resources = event.get("referencedResources").and_then(Value::as_object);
        match self.key {
            AttributeKey::ServiceName => is("/serviceName"),
            AttributeKey::EventName => is("/eventName"),
            AttributeKey::User => is("/userIdentity/userName"),
            AttributeKey::EventId => is("/eventId"),
            AttributeKey::ResourceType => resources.is_some_and(|held| held.contains_key(value)),
            AttributeKey::ResourceName => {
                let mut lists = resources.into_iter().flat_map(|held| held.values());
                lists
                    .any(|list| list.as_array().is_some_and(|ids| ids.iter().any(|id| id == value)))
            }
            AttributeKey::EventRW => is("/eventRW"),
            AttributeKey::EventAccessKeyId => is("/userIdentity/accessKeyId"),
        }
    }
}

/// Some of a shard's events.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Page {
    /// In the order wanted.
    pub events: Vec<Found>,
    /// After which event the next page begins; none if there is no further event.
    pub next: Option<u64>,
    /// What of the shard is in the archive, and not here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub archived: Option<Archived>,
}

/// An event that was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Found {
    /// Its number in its shard.
    pub seq: u64,
    /// When it was stored, in milliseconds since 1970.
    pub at_millis: i64,
    /// Its JSON.
    pub line: String,
}

/// The next page of one object's events.
///
/// # Errors
/// [`PortError`] when its database fails.
pub fn page<S: ObjectStore + ?Sized>(store: &S, query: &Query) -> Result<Page, PortError> {
    let mut span = EventSpan {
        after: last_event_before(store, query.from_millis)?,
        before: last_event_before(store, query.until_millis)?.saturating_add(1),
        newest_first: query.backward,
    };
    match query.after {
        Some(seq) if query.backward => span.before = span.before.min(seq),
        Some(seq) => span.after = span.after.max(seq),
        None => {}
    }
    let rows = store.event_rows(span, SCANNED)?;
    let is_whole = (rows.len() as u64) < SCANNED;
    let mut page = Page { archived: archived(store)?, ..Page::default() };
    let limit = query.limit.min(PAGE_MAX);
    for row in rows {
        if page.events.len() as u64 == limit {
            return Ok(page);
        }
        page.next = Some(row.seq);
        if query.asks_for(&row.event.line) {
            let (seq, at_millis, line) = (row.seq, row.at_millis, row.event.line);
            page.events.push(Found { seq, at_millis, line });
        }
    }
    if is_whole {
        page.next = None;
    }
    Ok(page)
}

/// Where each shard goes on, by its name; one that has no more is left out.
pub type Cursors = BTreeMap<String, u64>;

/// One page of the pages of several shards, each asked from its cursor in `from` or from the beginning, and
/// where each goes on. A page may be short of `limit` although there is more: then a shard has gone through
/// as much as one question may. Ends when there are no cursors.
#[must_use]
pub fn merge(
    mut pages: BTreeMap<String, Page>,
    from: &Cursors,
    backward: bool,
    limit: usize,
) -> (Vec<Found>, Cursors) {
    let (mut merged, mut cursors) = (Vec::new(), from.clone());
    pages.values_mut().for_each(|page| page.events.reverse());
    while merged.len() < limit {
        // Nothing may come before what a shard has not told yet.
        let is_silent = |page: &Page| page.events.is_empty() && page.next.is_some();
        if pages.values().any(is_silent) {
            break;
        }
        let heads =
            pages.iter().filter_map(|(name, page)| Some((page.events.last()?.at_millis, name)));
        let first = if backward { heads.max() } else { heads.min() };
        let Some(name) = first.map(|(_, name)| name.clone()) else { break };
        let Some(found) = pages.get_mut(&name).and_then(|page| page.events.pop()) else { break };
        cursors.insert(name, found.seq);
        merged.push(found);
    }
    for (name, page) in pages {
        // It has told more than was taken: that comes first, and nothing that is stored meanwhile before it.
        let left = page.events.last().map(|found| {
            if backward { found.seq.saturating_add(1) } else { found.seq.saturating_sub(1) }
        });
        match left.or(page.next) {
            Some(after) => cursors.insert(name, after),
            None => cursors.remove(&name),
        };
    }
    (merged, cursors)
}
