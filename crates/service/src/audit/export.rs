// SPDX-License-Identifier: Apache-2.0
//! An export of the trail: lines of JSON, each an event with its place in its shard's chain or a signed
//! checkpoint. The lines of one shard are in order; shards may be mixed.

use edgekms_api::{
    id::{AccountId, Region},
    place::Place,
};
use serde::{Deserialize, Serialize};

use super::chain::{Checkpoint, Head};
use crate::object::store::EventRow;

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
