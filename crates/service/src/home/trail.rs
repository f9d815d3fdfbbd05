// SPDX-License-Identifier: Apache-2.0
//! What an object tells of its own events, as the audit objects do of theirs.

use edgekms_api::error::ApiError;

use super::{Home, Started};
use crate::{
    audit::{
        export::{Origin, Part, part},
        lookup::{Page, Query, page},
    },
    keyring::stored,
    object::{Transactor, truth::TruthStore},
};

impl Home {
    /// Events that are looked up.
    ///
    /// # Errors
    /// A store's failure.
    pub fn look_up<S: TruthStore + ?Sized>(
        query: &Query,
        object: &Transactor<'_, S>,
    ) -> Result<Page, ApiError> {
        page(object.store, query).map_err(stored)
    }

    /// A part of an export, after an event.
    ///
    /// # Errors
    /// A store's failure.
    pub fn export<S: TruthStore + ?Sized>(
        &self,
        after: u64,
        started: &Started,
        object: &Transactor<'_, S>,
    ) -> Result<Part, ApiError> {
        let chain = self.chain(&started.place).map_err(stored)?;
        let origin = Origin { place: &started.place, shard: self.shard, chain: &chain };
        part(object.store, &origin, after, object.now_millis()).map_err(stored)
    }
}
