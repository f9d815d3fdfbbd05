// SPDX-License-Identifier: Apache-2.0
//! The keys of issuers, as this isolate has fetched them: for an hour, and sooner if a token names a key that is
//! not there, but then at most once a minute, so that tokens which somebody made up do not make an issuer be
//! asked over and over.
//!
//! What several requests wait for together must not hang on one of them, which the runtime may end at any
//! point: who fetches does so in its own request, which is held open to its end, whoever waits looks by its own
//! timer, and goes alone after longer than a fetch can take. What is shared is plain data.

use std::{
    cell::{Cell, RefCell},
    num::NonZeroUsize,
    rc::Rc,
};

use edgekms_api::{account::IssuerUrl, error::ApiError};
use lru::LruCache;

use super::{document, jwk::KeySet};
use crate::{
    keyring::stored,
    port::{Clock, Documents, PortError, Timers, timer::within},
};

/// How long fetched keys are good for.
const LIVES_MILLIS: i64 = 60 * 60 * 1000;
/// How soon keys are fetched again for a name that is not among them.
const UNKNOWN_MILLIS: i64 = 60 * 1000;
/// How soon an issuer is asked again that could not be reached.
const FAILED_MILLIS: i64 = 5 * 1000;
/// How long one document may take, and its longest text in bytes.
const FETCH_LIMIT_MILLIS: u32 = 3_000;
const DOCUMENT_MAX_LEN: usize = 128 * 1024;
/// How long a fetch may take: it is two documents. After that its request is gone.
const FETCHES_MILLIS: i64 = 2 * FETCH_LIMIT_MILLIS as i64 + 250;
/// How long somebody waits for another's fetch.
const JOIN_LIMIT_MILLIS: i64 = FETCHES_MILLIS + 500;
/// How often somebody who waits looks.
const LOOK_MILLIS: u32 = 20;
/// Issuers whose keys are kept.
const ISSUERS: NonZeroUsize = NonZeroUsize::new(64).unwrap();

/// What the requests of one isolate share.
pub struct IssuerKeys(RefCell<LruCache<IssuerUrl, Rc<Shared>>>);

impl Default for IssuerKeys {
    fn default() -> Self {
        Self(RefCell::new(LruCache::new(ISSUERS)))
    }
}

/// Of one issuer.
#[derive(Default)]
struct Shared {
    /// The keys, and since when.
    held: RefCell<Option<(Rc<KeySet>, i64)>>,
    /// Since when somebody fetches them.
    fetching: Cell<Option<i64>>,
    /// Why they could not be had the last time, and when.
    failure: RefCell<Option<(ApiError, i64)>>,
}

impl Shared {
    /// The keys, unless they are too old, or old enough to be fetched anew for a name that is not there.
    fn fresh(&self, kid: &str, now: i64) -> Option<Rc<KeySet>> {
        let held = self.held.borrow();
        let (keys, since) = held.as_ref()?;
        let lives = if keys.has(kid) { LIVES_MILLIS } else { UNKNOWN_MILLIS };
        (0..lives).contains(&now.saturating_sub(*since)).then(|| keys.clone())
    }

    /// Whether somebody fetches who can still be alive.
    fn is_fetched(&self, now: i64) -> bool {
        let lives = |since: i64| (0..FETCHES_MILLIS).contains(&now.saturating_sub(since));
        self.fetching.get().is_some_and(lives)
    }

    /// Why there are none, if that is from after `came`, or so new that nobody is to ask again.
    fn failed(&self, came: i64, now: i64) -> Option<ApiError> {
        let failure = self.failure.borrow();
        let (error, at) = failure.as_ref()?;
        let is_new = (0..FAILED_MILLIS).contains(&now.saturating_sub(*at));
        (*at >= came || is_new).then(|| error.clone())
    }
}

/// One request's way to the keys of issuers.
pub struct KeySource<'a> {
    /// What it shares with others.
    pub shared: &'a IssuerKeys,
    /// What time it is.
    pub clock: &'a dyn Clock,
    /// Its timers.
    pub timers: &'a dyn Timers,
    /// Its way to documents.
    pub documents: &'a dyn Documents,
    /// Whether issuers on the machine itself are asked.
    pub loopback: bool,
}

impl KeySource<'_> {
    /// The keys of an issuer: as many as it has, with the one of this name if it has told it by now.
    pub(super) async fn of(&self, issuer: &IssuerUrl, kid: &str) -> Result<Rc<KeySet>, ApiError> {
        // The account has taken it when that was allowed.
        if issuer.is_loopback() && !self.loopback {
            return Err(super::refused("issuers on the machine itself are not asked"));
        }
        let shared = self.shared(issuer);
        let came = self.clock.now_millis();
        loop {
            let now = self.clock.now_millis();
            if let Some(keys) = shared.fresh(kid, now) {
                return Ok(keys);
            }
            let waits = (0..JOIN_LIMIT_MILLIS).contains(&now.saturating_sub(came));
            if waits && shared.is_fetched(now) {
                // A timer of its own: the one who fetches may be gone before the answer comes.
                self.timers.sleep(LOOK_MILLIS).await;
                continue;
            }
            if let Some(error) = shared.failed(came, now) {
                return Err(error);
            }
            return self.fetch(issuer, &shared, now).await;
        }
    }

    fn shared(&self, issuer: &IssuerUrl) -> Rc<Shared> {
        let mut all = self.shared.0.borrow_mut();
        all.get_or_insert(issuer.clone(), Rc::default).clone()
    }

    async fn fetch(
        &self,
        issuer: &IssuerUrl,
        shared: &Shared,
        now: i64,
    ) -> Result<Rc<KeySet>, ApiError> {
        shared.fetching.set(Some(now));
        let outcome = self.keys(issuer).await.map(Rc::new).map_err(stored);
        let ended = self.clock.now_millis();
        match &outcome {
            // Age counts from before the question.
            Ok(keys) => {
                *shared.held.borrow_mut() = Some((keys.clone(), now));
                *shared.failure.borrow_mut() = None;
            }
            Err(error) => *shared.failure.borrow_mut() = Some((error.clone(), ended)),
        }
        if shared.fetching.get() == Some(now) {
            shared.fetching.set(None);
        }
        outcome
    }

    async fn keys(&self, issuer: &IssuerUrl) -> Result<KeySet, PortError> {
        let of_issuer = |what: &str| PortError(format!("the issuer {issuer} {what}"));
        let document = self.document(&document::url(issuer)).await?;
        let url = document::keys_url(&document, issuer).ok_or_else(|| {
            of_issuer("does not say where its keys are, or a place that is not fetched")
        })?;
        let keys = self.document(&url).await?;
        KeySet::parse(&keys).ok_or_else(|| of_issuer("gives something else than its keys"))
    }

    async fn document(&self, url: &str) -> Result<String, PortError> {
        let fetched = self.documents.fetch(url, DOCUMENT_MAX_LEN);
        let fetched = within(self.timers, FETCH_LIMIT_MILLIS, fetched).await;
        fetched.unwrap_or_else(|| {
            Err(PortError(format!("{url} did not answer within {FETCH_LIMIT_MILLIS} ms")))
        })
    }
}

#[cfg(test)]
mod tests;
