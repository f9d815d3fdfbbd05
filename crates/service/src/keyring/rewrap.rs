// SPDX-License-Identifier: Apache-2.0
//! Wrapping everything under the current root key version: where that has got to, which is a fact of the
//! keyring, and when a version that nothing is wrapped under any more may be retired.

use serde::{Deserialize, Serialize};

use super::store::{KeyringStore, RootUse};
use crate::{material::root_keys::RootKeys, port::PortError};

/// The fact that says how far the last re-wrap has got.
pub const REWRAP: &str = "rewrap";

/// How long a root key version is kept after nothing is wrapped under it. Copies that were published
/// before are sealed under it, with material under it; they are used for a day, by clocks that may differ
/// by an hour.
pub const KEPT_MILLIS: i64 = 25 * 60 * 60 * 1000;

/// How far a re-wrap has got.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Rewrap {
    /// The root key version that everything is to be under.
    pub root: String,
    /// The root key version that is being gone through, and the last key version of it that was looked at.
    /// Those of lesser names are done.
    pub at: (String, String),
    /// Key versions wrapped anew.
    pub rewrapped: u64,
    /// Key versions left as they are, since they do not unwrap.
    pub left: u64,
    /// Whether everything was looked at.
    pub done: bool,
}

impl Rewrap {
    /// Before the first page.
    #[must_use]
    pub fn begin(roots: &RootKeys) -> Self {
        let at = (String::new(), String::new());
        Self { root: roots.current().to_owned(), at, rewrapped: 0, left: 0, done: false }
    }

    /// The last re-wrap of a keyring, if there was one.
    ///
    /// # Errors
    /// A store's failure.
    pub fn load(store: &dyn KeyringStore) -> Result<Option<Self>, PortError> {
        let Some(text) = store.fact(REWRAP)? else { return Ok(None) };
        serde_json::from_str(&text).map(Some).map_err(|error| PortError(error.to_string()))
    }

    /// The fact to keep.
    #[must_use]
    pub fn fact(&self) -> (&'static str, String) {
        // A struct of texts and numbers has a JSON form; serde_json cannot refuse it.
        (REWRAP, serde_json::to_string(self).unwrap_or_default())
    }
}

/// From when on a root key version may be retired, in milliseconds since 1970, if that is known.
#[must_use]
pub fn retirable_millis(root: &RootUse) -> Option<i64> {
    let left = root.left_millis.filter(|_| root.versions == 0)?;
    Some(left.saturating_add(KEPT_MILLIS))
}
