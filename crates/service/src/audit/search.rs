// SPDX-License-Identifier: Apache-2.0
//! One search through all that holds events of a place: each region's keyring and audit objects, and, for
//! every region alike, the account's own.

use std::{borrow::Cow, collections::BTreeMap};

use edgekms_api::{error::ApiError, place::Place};
use futures_util::future::try_join_all;

use super::{
    export::Part,
    link::{ACCOUNT_SHARD, KEYRING_SHARD},
    lookup::{Cursors, Found, Page, Query, merge},
    message::SHARDS,
};
use crate::port::LocalFuture;

/// How often the shards are asked for one page of what is rare: each goes through a bounded number of
/// events at a time.
const ROUNDS: u32 = 4;

/// One chain of events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shard {
    /// Whose events they are.
    pub place: Place,
    /// Which object of that place has them.
    pub held_by: HeldBy,
}

/// Which object holds a shard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeldBy {
    /// The keyring, or the account itself.
    Own,
    /// An audit object.
    Audit(u32),
}

impl Shard {
    /// All that a search of this place goes through.
    #[must_use]
    pub fn all_of(place: &Place) -> Vec<Self> {
        let places = [Some(place.clone()), Place::global(place.account.clone())];
        let of_place = |place: Place| {
            let held = std::iter::once(HeldBy::Own).chain((0..SHARDS).map(HeldBy::Audit));
            held.map(move |held_by| Self { place: place.clone(), held_by })
        };
        places.into_iter().flatten().flat_map(of_place).collect()
    }

    /// Its name within its account: `cn-hangzhou/keyring`, `global/3`.
    #[must_use]
    pub fn name(&self) -> String {
        format!("{}/{}", self.place.region, self.chain())
    }

    /// The name of its chain: `keyring`, `3`.
    #[must_use]
    pub fn chain(&self) -> Cow<'static, str> {
        match self.held_by {
            HeldBy::Own if self.place.is_global() => ACCOUNT_SHARD.into(),
            HeldBy::Own => KEYRING_SHARD.into(),
            HeldBy::Audit(number) => number.to_string().into(),
        }
    }
}

/// The way to what holds events.
pub trait Shards {
    /// Some of a shard's events.
    ///
    /// Errors: `ServiceUnavailableTemporary` if it cannot be asked.
    fn look_up<'a>(
        &'a self,
        shard: &'a Shard,
        query: Query,
    ) -> LocalFuture<'a, Result<Page, ApiError>>;

    /// A part of a shard's export, after an event.
    ///
    /// Errors: as [`Shards::look_up`].
    fn export<'a>(
        &'a self,
        shard: &'a Shard,
        after: u64,
    ) -> LocalFuture<'a, Result<Part, ApiError>>;
}

/// Events of a place in the order of time, and where each shard goes on. It begins at `from`, or at the
/// beginning; there is no more once there are no cursors.
///
/// # Errors
/// As [`Shards::look_up`]: one shard that says nothing could hold any event, so there is no page without it.
pub async fn search(
    shards: &dyn Shards,
    place: &Place,
    query: &Query,
    from: Option<Cursors>,
) -> Result<(Vec<Found>, Cursors), ApiError> {
    let all = Shard::all_of(place);
    let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
    let (mut found, mut from) = (Vec::new(), from);
    for _ in 0..ROUNDS {
        let left = limit.saturating_sub(found.len());
        let pages = ask(shards, &all, query, from.as_ref(), left).await?;
        let (some, cursors) = merge(pages, &from.unwrap_or_default(), query.backward, left);
        found.extend(some);
        if found.len() >= limit || cursors.is_empty() {
            return Ok((found, cursors));
        }
        from = Some(cursors);
    }
    Ok((found, from.unwrap_or_default()))
}

/// A page of each shard that may have more.
async fn ask(
    shards: &dyn Shards,
    all: &[Shard],
    query: &Query,
    from: Option<&Cursors>,
    limit: usize,
) -> Result<BTreeMap<String, Page>, ApiError> {
    let named = all.iter().map(|shard| (shard, shard.name()));
    let asked = named.filter(|(_, name)| from.is_none_or(|from| from.contains_key(name)));
    let pages = asked.map(|(shard, name)| async move {
        let after = from.and_then(|from| from.get(&name)).copied();
        let query = Query { after, limit: limit as u64, ..query.clone() };
        Ok::<_, ApiError>((name, shards.look_up(shard, query).await?))
    });
    Ok(try_join_all(pages).await?.into_iter().collect())
}
