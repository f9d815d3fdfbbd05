// SPDX-License-Identifier: Apache-2.0
//! From a blob of another account's to the place that has its key: the entries of shared key versions.
//!
//! ```text
//! share key      = HKDF-SHA-256(root key version, info = framed("edgekms/v1/share"))
//! published name = "v2/shares/" || hex(HMAC-SHA-256(share key, version id))
//! entry          = a view (see [`super::view`]) whose seal is over the name "v2/<account>/<region>/share/<version id>"
//! ```
//!
//! Whoever reads KV sees neither which versions are shared nor with whom. An entry is believed if the place
//! that it names has sealed it for the version that is looked for: one that was made up, changed or moved
//! is one that is not there. It says *where* a key is and nothing else. Whether it may be used is decided
//! there, by the key's state and policy as they are within the bound; so an entry that is late, or that
//! somebody has put back, opens nothing.

use std::{cell::RefCell, num::NonZeroUsize};

use edgekms_api::{error::ApiError, id::KeyVersionId, place::Place};
use hmac::{Hmac, KeyInit, Mac};
use lru::LruCache;
use sha2::Sha256;

use super::{
    source::{LOAD_LIMIT_MILLIS, Source},
    tally::add,
    view::View,
};
use crate::{
    keyring::{share::ShareRecord, stored},
    material::{
        hierarchy::{HierarchyError, derive_share_key},
        root_keys::RootKeys,
    },
    object::name::ViewName,
    port::{PortError, timer::within},
};

/// Versions whose places one isolate remembers at the most.
const CAPACITY: NonZeroUsize = NonZeroUsize::new(4_096).unwrap();

/// The names of a version's entry, one for each root key version: the current one's, under which it is
/// published, then those under which earlier releases have.
///
/// # Errors
/// [`HierarchyError`] only if the root keys are inconsistent.
pub fn published_keys(roots: &RootKeys, id: &KeyVersionId) -> Result<Vec<String>, HierarchyError> {
    let current = roots.current();
    let others = roots.versions().filter(|version| *version != current);
    std::iter::once(current).chain(others).map(|root| published_key(roots, root, id)).collect()
}

fn published_key(
    roots: &RootKeys,
    root: &str,
    id: &KeyVersionId,
) -> Result<String, HierarchyError> {
    let key = derive_share_key(roots, root)?;
    let mut mac = Hmac::<Sha256>::new_from_slice(key.expose_secret())
        .map_err(|_| HierarchyError::NotAuthentic)?;
    mac.update(id.as_str().as_bytes());
    Ok(format!("v2/shares/{}", hex::encode(mac.finalize().into_bytes())))
}

/// The places of shared versions that an isolate has found. A version never moves, so what was found once
/// stays true.
pub struct FoundShares(RefCell<LruCache<KeyVersionId, Place>>);

impl Default for FoundShares {
    fn default() -> Self {
        Self(RefCell::new(LruCache::new(CAPACITY)))
    }
}

impl FoundShares {
    /// Where a version is, if that is known.
    #[must_use]
    pub fn get(&self, id: &KeyVersionId) -> Option<Place> {
        self.0.borrow_mut().get(id).cloned()
    }

    /// Looks for a version among the entries. One read of KV for each root key version if there is none.
    ///
    /// # Errors
    /// `ServiceUnavailableTemporary` if KV cannot be read: there is no truth to ask instead, and a blob that
    /// may be good must not be called bad.
    pub async fn find(
        &self,
        id: &KeyVersionId,
        source: &Source<'_>,
    ) -> Result<Option<Place>, ApiError> {
        for key in published_keys(source.roots, id).map_err(ApiError::internal)? {
            let load = within(source.timers, LOAD_LIMIT_MILLIS, source.published.load(&key)).await;
            let text = load.unwrap_or_else(|| Err(PortError::new("KV did not answer in time")));
            let text = text.inspect_err(|_| add(&source.copies.tally.kv_read_errors, 1));
            let Some(text) = text.map_err(stored)? else { continue };
            if let Some(place) = open(&text, id, source) {
                self.0.borrow_mut().put(id.clone(), place.clone());
                return Ok(Some(place));
            }
        }
        Ok(None)
    }
}

/// The place that an entry names, if that place has sealed it for this version.
fn open(text: &str, id: &KeyVersionId, source: &Source<'_>) -> Option<Place> {
    let claimed = ShareRecord::decode(&View::claimed_body(text)?)?;
    let name = ViewName::Share(id.clone());
    let view = View::open(text, source.roots, &claimed, &name, source.clock.now_millis())?;
    // What was sealed is what was read.
    let place = ShareRecord::decode(&view.body?)?;
    (place == claimed).then_some(place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::root_keys;

    /// Published names are stored state; the code was computed with Python's `hmac` and `hashlib`.
    #[test]
    fn the_name_is_pinned_and_tells_nothing() {
        let id = "01234567-89ab-cdef-0123-456789abcdef".parse().unwrap();
        let keys = published_keys(&root_keys(), &id).unwrap();
        assert_eq!(keys, [format!("v2/shares/{PINNED}")]);
    }

    const PINNED: &str = "6014fb87aea22be4eb1e3ef251c9bcb4546f8ffbedb78a94b6f4e1e6567a25f9";
}
