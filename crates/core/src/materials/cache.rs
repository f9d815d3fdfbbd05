// SPDX-License-Identifier: Apache-2.0
//! Data keys that are used for more than one message, after the model of the specification's caching CMM
//! (framework/caching-cmm.md).
//!
//! A state machine that waits for nothing: [`MaterialsCache::begin`] says whether a message has its data key
//! already ([`Step::Hit`]), must fetch one ([`Step::Fetch`]) or waits for a fetch that another message has
//! begun ([`Step::Join`]). Whoever fetched says how it went by [`MaterialsCache::complete`] or
//! [`MaterialsCache::fail`]; whoever joined then begins again. Time is an argument, in milliseconds.
//!
//! # Security
//! A data key seals and opens until it is as old as [`Limits::max_age_ms`], whatever has become of the CMK.
//! Suites without a key derivation are not cached ([`is_cached`]): their messages would share one AES-GCM key.
//! Materials that are dropped wipe themselves.

mod id;

use alloc::{
    collections::{BTreeMap, VecDeque},
    vec::Vec,
};
use core::num::{NonZeroU64, NonZeroUsize};

pub use id::EntryId;
use lru::LruCache;

use crate::suite::{Derivation, Suite};

/// A data key as worn as this is replaced in the background before it is used up: `3 / 4` of a limit.
const WORN: (u64, u64) = (3, 4);

/// Whether data keys of this suite may be used again. Without a key derivation a data key is itself the key of
/// a message's frames (specification: Identity KDF).
#[must_use]
pub fn is_cached(suite: &Suite) -> bool {
    suite.derivation != Derivation::Identity
}

/// How long and for how much a data key is used.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Milliseconds since its fetch was begun, for sealing and opening.
    pub max_age_ms: NonZeroU64,
    /// Messages that it seals.
    pub max_messages: NonZeroU64,
    /// Bytes of plaintext that it seals.
    pub max_bytes: NonZeroU64,
    /// Entries; beyond, the one that was not used for longest goes.
    pub capacity: NonZeroUsize,
    /// Milliseconds after which a fetch of which nothing was heard is given up: a host may have ended it.
    pub patience_ms: Option<NonZeroU64>,
}

/// What a message needs a data key for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Work {
    /// To seal so many bytes.
    Seal {
        /// Of plaintext.
        bytes: u64,
    },
    /// To open.
    Open,
}

/// A fetch that was begun. It ends by `complete` or `fail`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ticket(pub u64);

/// What a message is to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Step<'a, M> {
    /// Use these.
    Hit {
        /// What was fetched.
        materials: &'a M,
        /// Whoever has this fetches the next ones in the background; nobody waits.
        refresh: Option<Ticket>,
    },
    /// Fetch some, which are its own too, and say how it went.
    Fetch(Ticket),
    /// Wait for that fetch, then begin again. If it failed, so has this message.
    Join(Ticket),
    /// Do without the cache: no data key may seal as much, or as often, as that needs.
    Alone,
}

/// What has happened since the cache was made.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// Messages whose data key was there, or there after they had waited for another's fetch.
    pub hits: u64,
    /// Messages that fetched one, or did without the cache.
    pub misses: u64,
    /// Times that a message waited for another's fetch.
    pub joins: u64,
    /// Fetches that were begun, those in the background among them.
    pub fetches: u64,
    /// Entries that went to make room.
    pub evictions: u64,
    /// Messages sealed or opened with cached data keys, their first ones among them.
    pub messages: u64,
    /// Bytes of plaintext sealed with them.
    pub bytes: u64,
}

/// A data key, with how much it was used.
struct Entry<M> {
    materials: M,
    born_ms: u64,
    used: Usage,
}

impl<M> Entry<M> {
    /// Whether it is young enough, and there is a message that it could seal. What opens is never used up.
    fn is_live(&self, limits: &Limits, now_ms: u64) -> bool {
        elapsed(self.born_ms, now_ms) < limits.max_age_ms.get()
            && self.used.with(Work::Seal { bytes: 0 }).is_within(limits)
    }
}

/// A fetch under way, with what is to be done with what it brings.
struct Fetching {
    ticket: Ticket,
    began_ms: u64,
    /// The message that fetches; none in the background.
    own: Option<Work>,
    promised: Usage,
}

#[derive(Clone, Copy, Default)]
struct Usage {
    messages: u64,
    bytes: u64,
}

impl Usage {
    fn with(self, work: Work) -> Self {
        match work {
            Work::Open => self,
            Work::Seal { bytes } => Self {
                messages: self.messages.saturating_add(1),
                bytes: self.bytes.saturating_add(bytes),
            },
        }
    }

    fn is_within(self, limits: &Limits) -> bool {
        self.messages <= limits.max_messages.get() && self.bytes <= limits.max_bytes.get()
    }
}

/// The data keys, and the fetches under way.
pub struct MaterialsCache<M> {
    limits: Limits,
    /// The data keys of each entry in the order in which they came: several, if messages came faster than one
    /// could seal them.
    entries: LruCache<EntryId, VecDeque<Entry<M>>>,
    fetching: BTreeMap<EntryId, Vec<Fetching>>,
    tickets: BTreeMap<Ticket, EntryId>,
    /// No refresh is begun before, after one has failed.
    paused_until_ms: u64,
    next_ticket: u64,
    counters: Counters,
}

impl<M> MaterialsCache<M> {
    /// An empty cache.
    #[must_use]
    pub fn new(limits: Limits) -> Self {
        Self {
            limits,
            entries: LruCache::new(limits.capacity),
            fetching: BTreeMap::new(),
            tickets: BTreeMap::new(),
            paused_until_ms: 0,
            next_ticket: 0,
            counters: Counters::default(),
        }
    }

    /// What a message is to do.
    pub fn begin(&mut self, id: &EntryId, work: Work, now_ms: u64) -> Step<'_, M> {
        if !self.is_shared(work) {
            self.counters.misses += 1;
            return Step::Alone;
        }
        self.give_up_orphans(id, now_ms);
        let Some(index) = self.usable(id, work, now_ms) else {
            return self.fetch_or_join(id, work, now_ms);
        };
        let refresh = self.refresh(id, index, work, now_ms);
        // The same entry as `usable` found: nothing came between.
        let Some(entry) = self.entries.get_mut(id).and_then(|keys| keys.get_mut(index)) else {
            return Step::Alone;
        };
        entry.used = entry.used.with(work);
        self.counters.hits += 1;
        count(&mut self.counters, work);
        Step::Hit { materials: &entry.materials, refresh }
    }

    /// Keeps what a fetch brought, and counts the message that fetched it. Does nothing if the cache was cleared
    /// meanwhile, or the fetch given up.
    pub fn complete(&mut self, ticket: Ticket, materials: M, now_ms: u64) {
        let Some((id, fetch)) = self.take(ticket) else { return };
        // Before there is need of room: what is over must push nothing out.
        self.sweep(now_ms);
        let mut used = Usage::default();
        if let Some(work) = fetch.own {
            used = used.with(work);
            count(&mut self.counters, work);
        }
        let entry = Entry { materials, born_ms: fetch.began_ms, used };
        if let Some(keys) = self.entries.get_mut(&id) {
            keys.push_back(entry);
        } else if let Some((old, _)) = self.entries.push(id, VecDeque::from([entry]))
            && old != id
        {
            self.counters.evictions += 1;
        }
    }

    /// Forgets a fetch that failed. Nothing of the failure is kept: the next message fetches anew. Only what is
    /// fetched in the background waits a little.
    pub fn fail(&mut self, ticket: Ticket, now_ms: u64) {
        if let Some((_, Fetching { own: None, .. })) = self.take(ticket) {
            self.paused_until_ms = now_ms.saturating_add(self.limits.max_age_ms.get() / 16);
        }
    }

    /// Wipes what is too old or used up. `complete` does it, too; whoever has a timer calls it so that nothing
    /// stays after the last message.
    pub fn sweep(&mut self, now_ms: u64) {
        let limits = self.limits;
        let mut empty = Vec::new();
        for (id, keys) in &mut self.entries {
            keys.retain(|entry| entry.is_live(&limits, now_ms));
            if keys.is_empty() {
                empty.push(*id);
            }
        }
        for id in empty {
            self.entries.pop(&id);
        }
    }

    /// Wipes everything. What fetches that are under way bring is not kept.
    pub fn clear(&mut self) {
        self.entries.clear();
        self.fetching.clear();
        self.tickets.clear();
    }

    /// What has happened.
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.counters
    }

    /// Entries that are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether none is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Whether a data key that does this work can do another's besides.
    fn is_shared(&self, work: Work) -> bool {
        let alone = Usage::default().with(work);
        alone.is_within(&self.limits) && alone.messages < self.limits.max_messages.get()
    }

    fn give_up_orphans(&mut self, id: &EntryId, now_ms: u64) {
        let Some(patience) = self.limits.patience_ms else { return };
        let Some(fetching) = self.fetching.get_mut(id) else { return };
        for orphan in
            fetching.extract_if(.., |fetch| elapsed(fetch.began_ms, now_ms) >= patience.get())
        {
            self.tickets.remove(&orphan.ticket);
        }
        if fetching.is_empty() {
            self.fetching.remove(id);
        }
    }

    /// The first data key of the entry that is young enough and has room. Those before it have none and go.
    fn usable(&mut self, id: &EntryId, work: Work, now_ms: u64) -> Option<usize> {
        let limits = self.limits;
        let keys = self.entries.get_mut(id)?;
        keys.retain(|entry| entry.is_live(&limits, now_ms));
        let index = keys.iter().position(|entry| entry.used.with(work).is_within(&limits));
        if keys.is_empty() {
            self.entries.pop(id);
        }
        index
    }

    /// A ticket for the background, if the entry's last data key is worn and nobody fetches another.
    fn refresh(&mut self, id: &EntryId, index: usize, work: Work, now_ms: u64) -> Option<Ticket> {
        let keys = self.entries.peek(id)?;
        let entry = keys.get(index)?;
        let is_last = index + 1 == keys.len();
        // What opens needs a call a blob: there is no telling whether it will be asked for again.
        let Work::Seal { .. } = work else { return None };
        if !is_last || self.fetching.contains_key(id) || now_ms < self.paused_until_ms {
            return None;
        }
        let used = entry.used.with(work);
        let limits = &self.limits;
        let is_worn = is_worn(elapsed(entry.born_ms, now_ms), limits.max_age_ms)
            || is_worn(used.messages, limits.max_messages)
            || is_worn(used.bytes, limits.max_bytes);
        is_worn.then(|| self.start(id, None, now_ms))
    }

    fn fetch_or_join(&mut self, id: &EntryId, work: Work, now_ms: u64) -> Step<'_, M> {
        let limits = self.limits;
        let latest = self.fetching.get_mut(id).and_then(|fetching| fetching.last_mut());
        if let Some(fetch) = latest {
            let promised = fetch.promised.with(work);
            if promised.is_within(&limits) {
                fetch.promised = promised;
                self.counters.joins += 1;
                return Step::Join(fetch.ticket);
            }
        }
        self.counters.misses += 1;
        Step::Fetch(self.start(id, Some(work), now_ms))
    }

    fn start(&mut self, id: &EntryId, own: Option<Work>, now_ms: u64) -> Ticket {
        let ticket = Ticket(self.next_ticket);
        self.next_ticket += 1;
        self.counters.fetches += 1;
        let promised = own.map_or(Usage::default(), |work| Usage::default().with(work));
        let fetch = Fetching { ticket, began_ms: now_ms, own, promised };
        self.fetching.entry(*id).or_default().push(fetch);
        self.tickets.insert(ticket, *id);
        ticket
    }

    fn take(&mut self, ticket: Ticket) -> Option<(EntryId, Fetching)> {
        let id = self.tickets.remove(&ticket)?;
        let fetching = self.fetching.get_mut(&id)?;
        let index = fetching.iter().position(|fetch| fetch.ticket == ticket)?;
        let fetch = fetching.remove(index);
        if fetching.is_empty() {
            self.fetching.remove(&id);
        }
        Some((id, fetch))
    }
}

fn count(counters: &mut Counters, work: Work) {
    counters.messages += 1;
    if let Work::Seal { bytes } = work {
        counters.bytes = counters.bytes.saturating_add(bytes);
    }
}

/// Of a clock that was put back nothing is known: as if for ever.
fn elapsed(since_ms: u64, now_ms: u64) -> u64 {
    now_ms.checked_sub(since_ms).unwrap_or(u64::MAX)
}

fn is_worn(used: u64, limit: NonZeroU64) -> bool {
    let (part, whole) = WORN;
    u128::from(used) * u128::from(whole) >= u128::from(limit.get()) * u128::from(part)
}
