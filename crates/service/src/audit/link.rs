// SPDX-License-Identifier: Apache-2.0
//! Linking the events that an object is about to store, and what says where its chain begins and ends.

use std::{cell::RefCell, rc::Rc};

use edgekms_api::{place::Place, time::Timestamp};

use super::{
    chain::{Chain, Checkpoint, CheckpointKind, Head},
    sink::EventLog,
};
use crate::{
    material::root_keys::RootKeys,
    object::{Batch, ObjectStore, batch::Link, store::EventSpan},
    port::PortError,
};

/// The fact that says what the chain has got to.
const HEAD: &str = "audit-head";
/// The fact that says from where on events are kept: a [`Checkpoint`].
const START: &str = "audit-start";
/// The name of a keyring's own shard. Those of the audit objects are numbers.
pub const KEYRING_SHARD: &str = "keyring";
/// The name of an account's own shard.
pub const ACCOUNT_SHARD: &str = "account";

/// What links the events of one object.
#[derive(Default)]
pub struct Linker(RefCell<Option<Rc<Chain>>>);

impl Linker {
    /// Links every event of `batch` to what `store` has, and notes the new head with them.
    ///
    /// # Errors
    /// [`PortError`]; the batch must not be stored then.
    pub fn link<S: ObjectStore + ?Sized>(
        &self,
        batch: &mut Batch<S::Change>,
        chain: &Chain,
        store: &S,
    ) -> Result<(), PortError> {
        let mut head = head(store)?;
        for event in &mut batch.events {
            head = chain.next(&head, &event.line);
            let (root, mac) = (chain.root().to_owned(), head.mac.clone());
            event.link = Some(Link { seq: head.seq, root, mac });
        }
        batch.facts.push((HEAD, encode(&head)?));
        Ok(())
    }

    /// The chain of a shard under the current root key version; derived once.
    ///
    /// # Errors
    /// [`PortError`] if it cannot be derived.
    pub fn chain(
        &self,
        roots: &RootKeys,
        place: &Place,
        shard: &str,
    ) -> Result<Rc<Chain>, PortError> {
        if let Some(chain) = &*self.0.borrow() {
            return Ok(chain.clone());
        }
        let chain = Chain::new(roots, roots.current(), place, shard);
        let chain = Rc::new(chain.map_err(|error| PortError(error.to_string()))?);
        *self.0.borrow_mut() = Some(chain.clone());
        Ok(chain)
    }
}

fn encode(value: &impl serde::Serialize) -> Result<String, PortError> {
    serde_json::to_string(value).map_err(|error| PortError(error.to_string()))
}

fn decode<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, PortError> {
    serde_json::from_str(text).map_err(|error| PortError(error.to_string()))
}

/// What an object's chain has got to. One whose events are from before there was a chain begins after them.
///
/// # Errors
/// [`PortError`] when the database fails or the fact does not parse.
pub fn head<S: ObjectStore + ?Sized>(store: &S) -> Result<Head, PortError> {
    if let Some(text) = store.fact(HEAD)? {
        return decode(&text);
    }
    let last = store.event_rows(EventSpan::newest(), 1)?.pop();
    Ok(Head { seq: last.map_or(0, |row| row.seq), mac: String::new() })
}

/// The checkpoint after which an object keeps events, once it has forgotten any.
///
/// # Errors
/// As [`head`].
pub fn start<S: ObjectStore + ?Sized>(store: &S) -> Result<Option<Checkpoint>, PortError> {
    store.fact(START)?.map(|text| decode(&text)).transpose()
}

/// A signed statement of what an object's chain has got to.
///
/// # Errors
/// As [`head`].
pub fn head_checkpoint<S: ObjectStore + ?Sized>(
    store: &S,
    chain: &Chain,
    now_millis: i64,
) -> Result<Checkpoint, PortError> {
    Ok(chain.checkpoint(CheckpointKind::Head, &head(store)?, time_of(now_millis)))
}

/// States in the log what an object's chain has got to, where others than the database's holder can keep it.
///
/// # Errors
/// As [`head`], and if the log does not take it.
pub async fn state_head<S: ObjectStore + ?Sized>(
    store: &S,
    chain: &Chain,
    log: &dyn EventLog,
    now_millis: i64,
) -> Result<(), PortError> {
    log.write(&encode(&head_checkpoint(store, chain, now_millis)?)?).await
}

/// The fact by which what is left verifies once all is forgotten through an event.
///
/// # Errors
/// As [`head`].
pub fn start_after<S: ObjectStore + ?Sized>(
    store: &S,
    chain: &Chain,
    through: u64,
    now_millis: i64,
) -> Result<(&'static str, String), PortError> {
    let span = EventSpan {
        after: through.saturating_sub(1),
        before: through.saturating_add(1),
        newest_first: true,
    };
    let mac = store.event_rows(span, 1)?.pop().and_then(|row| row.event.link).map(|link| link.mac);
    let head = Head { seq: through, mac: mac.unwrap_or_default() };
    let start = chain.checkpoint(CheckpointKind::Start, &head, time_of(now_millis));
    Ok((START, encode(&start)?))
}

/// A moment as checkpoints have it.
pub(super) fn time_of(now_millis: i64) -> String {
    Timestamp::from_unix_secs(now_millis.div_euclid(1000)).to_string()
}
