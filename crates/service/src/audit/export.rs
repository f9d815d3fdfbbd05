// SPDX-License-Identifier: Apache-2.0
//! An export of the trail: lines of JSON, each an event with its place in its shard's chain or a signed
//! checkpoint. The lines of one shard are in order; shards may be mixed.

use edgekms_api::{
    id::{AccountId, Region},
    place::Place,
};
use serde::{Deserialize, Serialize};

use super::{
    chain::{Chain, Checkpoint, Head},
    link::{head_checkpoint, start},
};
use crate::{
    object::{
        ObjectStore,
        store::{EventRow, EventSpan},
    },
    port::PortError,
};

/// Events of one part.
const EXPORTED_AT_ONCE: u64 = 500;

/// A part of one shard's export: the checkpoint that it begins after, events, and with the last of them the
/// checkpoint of the head.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Part {
    /// Its lines.
    pub lines: Vec<Exported>,
    /// After which event it goes on; none at its end.
    pub next: Option<u64>,
}

/// Which shard of which place an object is, and its chain.
pub struct Origin<'a> {
    /// The place.
    pub place: &'a Place,
    /// The shard's name.
    pub shard: &'a str,
    /// Its chain under the current root key version.
    pub chain: &'a Chain,
}

/// The part of one object's export after an event.
///
/// # Errors
/// [`PortError`] when its database fails.
pub fn part<S: ObjectStore + ?Sized>(
    store: &S,
    origin: &Origin<'_>,
    after: u64,
    now_millis: i64,
) -> Result<Part, PortError> {
    let mut lines = Vec::new();
    if after == 0 {
        lines.extend(start(store)?.map(Exported::Checkpoint));
    }
    let rows = store.event_rows(EventSpan::after(after), EXPORTED_AT_ONCE)?;
    let is_last = (rows.len() as u64) < EXPORTED_AT_ONCE;
    let next = rows.last().map(|row| row.seq).filter(|_| !is_last);
    let event = |row| Exported::Event(ExportedEvent::new(origin.place, origin.shard, row));
    lines.extend(rows.into_iter().map(event));
    if is_last {
        let head = head_checkpoint(store, origin.chain, now_millis)?;
        lines.push(Exported::Checkpoint(head));
    }
    Ok(Part { lines, next })
}

/// One line of an export.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Exported {
    /// An event.
    Event(ExportedEvent),
    /// A checkpoint.
    Checkpoint(Checkpoint),
}

/// An event, and where it stands.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExportedEvent {
    /// The account.
    pub account: AccountId,
    /// The region.
    pub region: Region,
    /// The shard.
    pub shard: String,
    /// Its number in the shard.
    pub seq: u64,
    /// When it was stored, in milliseconds since 1970. Not covered by its code; absent in older exports.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_millis: Option<i64>,
    /// The root key version of its code; empty for one from before there was a chain.
    pub root: String,
    /// Its code; empty as well.
    pub mac: String,
    /// The event as it was stored, byte for byte.
    pub line: String,
}

impl ExportedEvent {
    /// A stored event of a shard.
    #[must_use]
    pub fn new(place: &Place, shard: &str, row: EventRow) -> Self {
        let (root, mac) =
            row.event.link.map_or_else(Default::default, |link| (link.root, link.mac));
        Self {
            account: place.account.clone(),
            region: place.region.clone(),
            shard: shard.to_owned(),
            seq: row.seq,
            at_millis: Some(row.at_millis),
            root,
            mac,
            line: row.event.line,
        }
    }

    /// What the chain has got to with it, if it says the truth.
    #[must_use]
    pub fn head(&self) -> Head {
        Head { seq: self.seq, mac: self.mac.clone() }
    }
}

impl Exported {
    /// Which chain it belongs to.
    #[must_use]
    pub fn shard(&self) -> (Place, String) {
        let (account, region, shard) = match self {
            Self::Event(ExportedEvent { account, region, shard, .. })
            | Self::Checkpoint(Checkpoint { account, region, shard, .. }) => {
                (account, region, shard)
            }
        };
        (Place { account: account.clone(), region: region.clone() }, shard.clone())
    }
}
