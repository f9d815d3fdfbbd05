// SPDX-License-Identifier: Apache-2.0
//! How far an object has handed its events on to the [archive](super::archive).

use serde::{Deserialize, Serialize};

use crate::{object::ObjectStore, port::PortError};

/// The fact that says what an object has handed on: an [`Archived`].
pub(super) const ARCHIVED: &str = "audit-archived";

/// What an object has handed on to the archive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Archived {
    /// The number of the last event.
    pub through: u64,
    /// When that was stored, in milliseconds since 1970.
    pub until_millis: i64,
}

/// What an object has handed on; none if nothing.
///
/// # Errors
/// [`PortError`] when the database fails or the fact does not parse.
pub fn archived<S: ObjectStore + ?Sized>(store: &S) -> Result<Option<Archived>, PortError> {
    let read =
        |text: String| serde_json::from_str(&text).map_err(|error| PortError(error.to_string()));
    store.fact(ARCHIVED)?.map(read).transpose()
}
