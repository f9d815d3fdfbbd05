// SPDX-License-Identifier: Apache-2.0
//! The cache told simply: lists that are gone through from their start, and every promise asserted.

use std::collections::BTreeMap;

use edgekms_core::materials::cache::{Counters, Work};

/// What a message is told: the number of the ticket that brought its key, or one to fetch or to wait for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Hit(u64, Option<u64>),
    Fetch(u64),
    Join(u64),
    Alone,
}

#[derive(Clone, Debug)]
struct Key {
    ticket: u64,
    name: u8,
    born: u64,
    used: (u64, u64),
}

#[derive(Clone, Debug)]
struct Fetch {
    ticket: u64,
    name: u8,
    began: u64,
    own: Option<Work>,
    promised: (u64, u64),
}

#[derive(Clone, Debug)]
pub(crate) struct Reference {
    pub(crate) now: u64,
    pub(crate) counters: Counters,
    limits: (u64, u64, u64, usize, u64),
    /// Names in the order of their last use.
    recent: Vec<u8>,
    keys: Vec<Key>,
    fetches: Vec<Fetch>,
    paused_until: u64,
    next_ticket: u64,
    /// What each key has sealed ever, to hold it against the limits.
    sealed: BTreeMap<u64, (u64, u64)>,
}

fn with((messages, bytes): (u64, u64), work: Work) -> (u64, u64) {
    match work {
        Work::Open => (messages, bytes),
        Work::Seal { bytes: more } => (messages + 1, bytes + more),
    }
}

impl Reference {
    pub(crate) fn new(limits: (u64, u64, u64, usize, u64)) -> Self {
        Self {
            now: 0,
            counters: Counters::default(),
            limits,
            recent: Vec::new(),
            keys: Vec::new(),
            fetches: Vec::new(),
            paused_until: 0,
            next_ticket: 0,
            sealed: BTreeMap::new(),
        }
    }

    pub(crate) fn tickets(&self) -> usize {
        usize::try_from(self.next_ticket).unwrap()
    }

    fn fits(&self, (messages, bytes): (u64, u64)) -> bool {
        messages <= self.limits.1 && bytes <= self.limits.2
    }

    fn is_live(&self, key: &Key) -> bool {
        self.now - key.born < self.limits.0 && self.fits((key.used.0 + 1, key.used.1))
    }

    fn touch(&mut self, name: u8) {
        if self.recent.contains(&name) {
            self.recent.retain(|other| *other != name);
            self.recent.push(name);
        }
    }

    fn drop_keys(&mut self, dropped: impl Fn(&Self, &Key) -> bool) {
        let keys = self.keys.clone();
        self.keys = keys.into_iter().filter(|key| !dropped(self, key)).collect();
        let keys = &self.keys;
        self.recent.retain(|name| keys.iter().any(|key| key.name == *name));
    }

    pub(crate) fn begin(&mut self, name: u8, work: Work) -> Answer {
        let alone = with((0, 0), work);
        if !self.fits(alone) || alone.0 == self.limits.1 {
            self.counters.misses += 1;
            return Answer::Alone;
        }
        let (now, patience) = (self.now, self.limits.4);
        self.fetches.retain(|fetch| fetch.name != name || now - fetch.began < patience);
        self.touch(name);
        self.drop_keys(|this, key| key.name == name && !this.is_live(key));
        let own: Vec<usize> =
            (0..self.keys.len()).filter(|at| self.keys[*at].name == name).collect();
        let usable = own.iter().find(|at| self.fits(with(self.keys[**at].used, work)));
        let Some(at) = usable.copied() else { return self.fetch_or_join(name, work) };
        let is_last = own.last() == Some(&at);
        let key = &mut self.keys[at];
        key.used = with(key.used, work);
        let key = key.clone();
        self.counters.hits += 1;
        self.count(key.ticket, work);
        let is_worn = (now - key.born) * 4 >= self.limits.0 * 3
            || key.used.0 * 4 >= self.limits.1 * 3
            || key.used.1 * 4 >= self.limits.2 * 3;
        let is_free = is_last
            && work != Work::Open
            && now >= self.paused_until
            && self.fetches.iter().all(|fetch| fetch.name != name);
        Answer::Hit(key.ticket, (is_worn && is_free).then(|| self.start(name, None)))
    }

    fn fetch_or_join(&mut self, name: u8, work: Work) -> Answer {
        let latest = self.fetches.iter().rposition(|fetch| fetch.name == name);
        if let Some(at) = latest {
            let promised = with(self.fetches[at].promised, work);
            if self.fits(promised) {
                self.fetches[at].promised = promised;
                self.counters.joins += 1;
                return Answer::Join(self.fetches[at].ticket);
            }
        }
        self.counters.misses += 1;
        Answer::Fetch(self.start(name, Some(work)))
    }

    fn start(&mut self, name: u8, own: Option<Work>) -> u64 {
        let ticket = self.next_ticket;
        self.next_ticket += 1;
        self.counters.fetches += 1;
        let promised = own.map_or((0, 0), |work| with((0, 0), work));
        self.fetches.push(Fetch { ticket, name, began: self.now, own, promised });
        ticket
    }

    fn count(&mut self, ticket: u64, work: Work) {
        self.counters.messages += 1;
        self.counters.bytes += with((0, 0), work).1;
        let sealed = self.sealed.entry(ticket).or_default();
        *sealed = with(*sealed, work);
        // Whatever else goes on: no key seals more than its limits allow.
        assert!(sealed.0 <= self.limits.1 && sealed.1 <= self.limits.2);
    }

    fn take(&mut self, ticket: u64) -> Option<Fetch> {
        let at = self.fetches.iter().position(|fetch| fetch.ticket == ticket)?;
        Some(self.fetches.remove(at))
    }

    pub(crate) fn complete(&mut self, ticket: u64) {
        let Some(fetch) = self.take(ticket) else { return };
        self.sweep();
        let mut used = (0, 0);
        if let Some(work) = fetch.own {
            used = with(used, work);
            self.count(ticket, work);
        }
        self.keys.push(Key { ticket, name: fetch.name, born: fetch.began, used });
        self.recent.retain(|other| *other != fetch.name);
        self.recent.push(fetch.name);
        if self.recent.len() > self.limits.3 {
            let oldest = self.recent[0];
            self.drop_keys(|_, key| key.name == oldest);
            self.counters.evictions += 1;
        }
    }

    pub(crate) fn fail(&mut self, ticket: u64) {
        if let Some(Fetch { own: None, .. }) = self.take(ticket) {
            self.paused_until = self.now + self.limits.0 / 16;
        }
    }

    pub(crate) fn sweep(&mut self) {
        self.drop_keys(|this, key| !this.is_live(key));
    }

    pub(crate) fn clear(&mut self) {
        self.drop_keys(|_, _| true);
        self.fetches.clear();
    }
}
