// SPDX-License-Identifier: Apache-2.0
//! Names that prove nothing by themselves: identity providers in calls that nobody signs, and access key ids
//! whose check value is of no root key that is listed. Anybody may send one, and that there is no such thing
//! only the account itself can say: an isolate lets it be asked so often in a while, and no more.

use std::cell::Cell;

use edgekms_api::{id::AccountId, place::Place};

use super::Server;
use crate::object::name::EntityName;

/// How often accounts are asked in vain in `WHILE_MILLIS`.
const STRANGERS_MAX: u32 = 20;
const WHILE_MILLIS: i64 = 10_000;

/// How many there were lately.
#[derive(Default)]
pub(super) struct Strangers {
    since_millis: Cell<i64>,
    number: Cell<u32>,
}

impl Strangers {
    /// Whether no more are looked up for now.
    pub(super) fn are_many(&self, now_millis: i64) -> bool {
        if !(0..WHILE_MILLIS).contains(&now_millis.saturating_sub(self.since_millis.get())) {
            self.since_millis.set(now_millis);
            self.number.set(0);
        }
        self.number.get() >= STRANGERS_MAX
    }

    /// Notes one that was looked up in vain.
    pub(super) fn count(&self, now_millis: i64) {
        // Begins anew what is over.
        let _ = self.are_many(now_millis);
        self.number.set(self.number.get().saturating_add(1));
    }
}

impl Server {
    /// Whether this isolate has the view already: what is in the cache costs nothing.
    pub(super) fn holds(&self, account: &AccountId, name: EntityName) -> bool {
        let place = Place::global(account.clone());
        place.is_some_and(|place| self.copies(&place).cache.borrow_mut().entity(&name).is_some())
    }
}
