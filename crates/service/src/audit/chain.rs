// SPDX-License-Identifier: Apache-2.0
//! The chain over a shard's events: each event's code covers the one before, so that none can be taken
//! out, changed, put in or moved by somebody who lacks the key.
//!
//! ```text
//! mac        = HMAC-SHA-256(audit key, framed("edgekms/v1/audit-event", shard, root version, u64be(seq), mac before, line))
//! checkpoint = HMAC-SHA-256(audit key, framed("edgekms/v1/audit-checkpoint", kind, shard, root version, u64be(seq), mac, time))
//! ```
//!
//! The first event of a shard has nothing before it: `mac before` is empty. The audit key hangs on account
//! and region (see [`crate::material::hierarchy`]); the root key version is the current one when an event
//! is chained, so after a rotation a chain goes on under another key. What the chain cannot show is that its
//! end was cut off: for that, compare with a [`Checkpoint`] that was kept elsewhere.

use edgekms_api::{
    id::{AccountId, Region},
    place::Place,
};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use subtle::ConstantTimeEq;

use crate::{
    encoding::framed,
    material::{
        hierarchy::{HierarchyError, derive_audit_key},
        root_keys::RootKeys,
        secret::AuditKey,
    },
};

const EVENT_LABEL: &[u8] = b"edgekms/v1/audit-event";
const CHECKPOINT_LABEL: &[u8] = b"edgekms/v1/audit-checkpoint";

/// What a chain has got to: the last event's number and code.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The number of the last event; 0 before the first.
    pub seq: u64,
    /// Its code, 64 hexadecimal digits; empty before the first.
    pub mac: String,
}

/// A shard's chain under one root key version.
pub struct Chain {
    place: Place,
    shard: String,
    root: String,
    key: AuditKey,
}

impl Chain {
    /// The chain of the shard named `shard` under the root key version `root`.
    ///
    /// # Errors
    /// [`HierarchyError::RootVersionMissing`].
    pub fn new(
        roots: &RootKeys,
        root: &str,
        place: &Place,
        shard: &str,
    ) -> Result<Self, HierarchyError> {
        let key = derive_audit_key(roots, root, place)?;
        let (place, shard, root) = (place.clone(), shard.to_owned(), root.to_owned());
        Ok(Self { place, shard, root, key })
    }

    /// The root key version.
    #[must_use]
    pub fn root(&self) -> &str {
        &self.root
    }

    /// The head once an event has come after `head`.
    #[must_use]
    pub fn next(&self, head: &Head, line: &str) -> Head {
        let seq = head.seq.saturating_add(1);
        // What is stored as no code at all is bound as such; it verifies as nothing.
        let before = hex::decode(&head.mac).unwrap_or_default();
        let fields = [
            EVENT_LABEL,
            self.shard.as_bytes(),
            self.root.as_bytes(),
            &seq.to_be_bytes(),
            &before,
            line.as_bytes(),
        ];
        Head { seq, mac: self.code(&fields) }
    }

    /// Whether an event that says it is `found` may come after `head`.
    #[must_use]
    pub fn follows(&self, head: &Head, found: &Head, line: &str) -> bool {
        let next = self.next(head, line);
        next.seq == found.seq && same(&next.mac, &found.mac)
    }

    /// A signed statement of what the chain had got to at `time`, `YYYY-MM-DDThh:mm:ssZ`.
    #[must_use]
    pub fn checkpoint(&self, kind: CheckpointKind, head: &Head, time: String) -> Checkpoint {
        let mut checkpoint = Checkpoint {
            kind,
            account: self.place.account.clone(),
            region: self.place.region.clone(),
            shard: self.shard.clone(),
            seq: head.seq,
            mac: head.mac.clone(),
            root: self.root.clone(),
            time,
            signature: String::new(),
        };
        checkpoint.signature = self.sign(&checkpoint);
        checkpoint
    }

    fn sign(&self, checkpoint: &Checkpoint) -> String {
        let Checkpoint { kind, seq, mac, time, .. } = checkpoint;
        let mac = hex::decode(mac).unwrap_or_default();
        self.code(&[
            CHECKPOINT_LABEL,
            kind.name().as_bytes(),
            self.shard.as_bytes(),
            self.root.as_bytes(),
            &seq.to_be_bytes(),
            &mac,
            time.as_bytes(),
        ])
    }

    fn code(&self, fields: &[&[u8]]) -> String {
        // HMAC takes a key of any length.
        let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(self.key.expose_secret()) else {
            return String::new();
        };
        mac.update(&framed(fields));
        hex::encode(mac.finalize().into_bytes())
    }
}

/// Whether two codes are the same; a code that is missing is like no other.
fn same(one: &str, other: &str) -> bool {
    !one.is_empty() && bool::from(one.as_bytes().ct_eq(other.as_bytes()))
}

/// What a checkpoint stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum CheckpointKind {
    /// The chain had got so far. Kept elsewhere, it shows whether the end was cut off since.
    Head,
    /// Everything up to here has been forgotten on time, and the chain begins after it.
    Start,
}

impl CheckpointKind {
    const fn name(self) -> &'static str {
        match self {
            Self::Head => "head",
            Self::Start => "start",
        }
    }
}

/// A signed statement of what a chain has got to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Checkpoint {
    /// What it stands for.
    pub kind: CheckpointKind,
    /// The account.
    pub account: AccountId,
    /// The region.
    pub region: Region,
    /// The shard.
    pub shard: String,
    /// The number of the last event.
    pub seq: u64,
    /// Its code.
    pub mac: String,
    /// The root key version that signs.
    pub root: String,
    /// When it was made.
    pub time: String,
    /// The code over all of that.
    pub signature: String,
}

impl Checkpoint {
    /// Whether these root keys have signed it.
    ///
    /// # Errors
    /// [`HierarchyError::RootVersionMissing`].
    pub fn is_authentic(&self, roots: &RootKeys) -> Result<bool, HierarchyError> {
        let place = Place { account: self.account.clone(), region: self.region.clone() };
        let chain = Chain::new(roots, &self.root, &place, &self.shard)?;
        Ok(same(&chain.sign(self), &self.signature))
    }

    /// The head that it states.
    #[must_use]
    pub fn head(&self) -> Head {
        Head { seq: self.seq, mac: self.mac.clone() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{place, root_keys};

    fn chain(shard: &str) -> Chain {
        Chain::new(&root_keys(), "1", &place(), shard).unwrap()
    }

    /// The values were computed with Python's `hmac`.
    #[test]
    fn codes_are_pinned() {
        let chain = chain("7");
        let first = chain.next(&Head::default(), r#"{"eventId":"a"}"#);
        let second = chain.next(&first, r#"{"eventId":"b"}"#);
        assert_eq!((first.seq, second.seq), (1, 2));
        assert_eq!(first.mac, "b51fc99a9b609249be9e0dc7f47e6e6901debc20bb062a9fcd3eca2d5228ecdb");
        assert_eq!(second.mac, "207f8fedb33e013ef462de3f7242e4d57562e0fdd491da59f140be15f9e0c944");
        let checkpoint =
            chain.checkpoint(CheckpointKind::Head, &second, "2023-11-14T22:13:20Z".to_owned());
        assert_eq!(
            checkpoint.signature,
            "04baa2be2758114acd974047a66936a26ee03f11ae74c37d1f01d775c2574521"
        );
        assert_eq!(checkpoint.is_authentic(&root_keys()), Ok(true));
    }

    #[test]
    fn an_event_follows_only_where_it_was_chained() {
        let (mine, head) = (chain("7"), Head::default());
        let next = mine.next(&head, "a");
        assert!(mine.follows(&head, &next, "a"));
        assert!(!mine.follows(&head, &next, "b"));
        assert!(!mine.follows(&next, &next, "a"));
        assert!(!chain("8").follows(&head, &next, "a"), "of another shard");
        let bare = Head { mac: String::new(), ..next };
        assert!(!mine.follows(&head, &bare, "a"), "without a code");
    }

    #[test]
    fn every_field_of_a_checkpoint_is_signed() {
        let head = chain("7").next(&Head::default(), "a");
        let made = chain("7").checkpoint(CheckpointKind::Head, &head, "t".to_owned());
        let changed = [
            Checkpoint { kind: CheckpointKind::Start, ..made.clone() },
            Checkpoint { region: "cn-beijing".parse().unwrap(), ..made.clone() },
            Checkpoint { account: "1234567890123457".parse().unwrap(), ..made.clone() },
            Checkpoint { shard: "8".to_owned(), ..made.clone() },
            Checkpoint { seq: 2, ..made.clone() },
            Checkpoint { mac: "00".repeat(32), ..made.clone() },
            Checkpoint { time: "u".to_owned(), ..made.clone() },
            Checkpoint { signature: String::new(), ..made.clone() },
        ];
        for checkpoint in changed {
            assert_eq!(checkpoint.is_authentic(&root_keys()), Ok(false), "{checkpoint:?}");
        }
        let missing = Checkpoint { root: "2".to_owned(), ..made };
        assert_eq!(missing.is_authentic(&root_keys()), Err(HierarchyError::RootVersionMissing));
    }
}
