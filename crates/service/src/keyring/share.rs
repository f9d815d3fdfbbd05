// SPDX-License-Identifier: Apache-2.0
//! Key versions of shared keys. Of each there is an entry that tells whose it is, so that another account's
//! caller who has nothing but a blob gets to the key. Of versions that are not shared there is none.

use edgekms_api::{
    id::{AccountId, KeyVersionId, Region},
    place::Place,
};
use serde::{Deserialize, Serialize};

use super::{
    class,
    record::KeyRecord,
    store::{Change, KeyringStore},
};
use crate::{
    object::{
        name::ViewName,
        truth::{PLACE, place_of},
    },
    port::PortError,
};

/// The version of an entry's text.
const SHARE_VERSION: u8 = 1;

/// What an entry tells: whose a version is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ShareRecord {
    v: u8,
    account: AccountId,
    region: Region,
}

impl ShareRecord {
    fn encode(place: &Place) -> Result<String, PortError> {
        let Place { account, region } = place.clone();
        let record = Self { v: SHARE_VERSION, account, region };
        serde_json::to_string(&record).map_err(|error| PortError(error.to_string()))
    }

    /// The place that an entry names; `None` for what is no entry.
    #[must_use]
    pub fn decode(text: &str) -> Option<Place> {
        let Self { v, account, region } = serde_json::from_str(text).ok()?;
        (v == SHARE_VERSION).then_some(Place { account, region })
    }
}

/// The text of a version's entry; `None` for one that is not shared, or is no more.
///
/// # Errors
/// A store's failure.
pub fn share_in<S: KeyringStore + ?Sized>(
    store: &S,
    id: &KeyVersionId,
) -> Result<Option<String>, PortError> {
    let Some(version) = store.version(id)? else { return Ok(None) };
    let Some(key) = store.key(&version.key_id)? else { return Ok(None) };
    let place = place_of(store.fact(PLACE)?)?;
    if is_shared(&key, &place) { ShareRecord::encode(&place).map(Some) } else { Ok(None) }
}

/// The entry that is to be published beside a view, if there is one.
///
/// # Errors
/// A store's failure.
pub fn beside<S: KeyringStore + ?Sized>(
    store: &S,
    name: &ViewName,
) -> Result<Option<ViewName>, PortError> {
    let ViewName::Version(id) = name else { return Ok(None) };
    Ok(share_in(store, id)?.map(|_| ViewName::Share(id.clone())))
}

/// The views that changes alter, before they are stored.
///
/// # Errors
/// A store's failure.
pub fn altered(changes: &[Change], store: &dyn KeyringStore) -> Result<Vec<ViewName>, PortError> {
    let mut names: Vec<_> = changes.iter().filter_map(Change::view_name).collect();
    let shares = Shares { changes, store };
    for change in changes {
        match change {
            // A policy is replaced, and never taken away.
            Change::PutKey(key) if key.policy.is_some() => shares.of_key(key, &mut names)?,
            Change::PutVersion(version) if shares.are_after(version)? => {
                names.push(ViewName::Share(version.version_id.clone()));
            }
            // The entry goes to its name under the new root key, before the old one may be retired.
            Change::RewrapVersion(version) if share_in(store, &version.version_id)?.is_some() => {
                names.push(ViewName::Share(version.version_id.clone()));
            }
            Change::DeleteVersion(id) if share_in(store, id)?.is_some() => {
                names.push(ViewName::Share(id.clone()));
            }
            _ => {}
        }
    }
    Ok(names)
}

/// What becomes shared by changes, and what no longer is.
struct Shares<'a> {
    changes: &'a [Change],
    store: &'a dyn KeyringStore,
}

impl Shares<'_> {
    /// Adds the entries of all versions of a key that begins to be shared, or ceases to be.
    fn of_key(&self, key: &KeyRecord, names: &mut Vec<ViewName>) -> Result<(), PortError> {
        let Some(before) = self.store.key(&key.key_id)? else { return Ok(()) };
        let place = place_of(self.store.fact(PLACE)?)?;
        if is_shared(&before, &place) != is_shared(key, &place) {
            let versions = self.store.versions_of(&key.key_id, 0, u64::MAX)?.into_iter();
            names.extend(versions.map(|version| ViewName::Share(version.version_id)));
        }
        Ok(())
    }

    /// Whether a new version is of a key that is shared once the changes are stored.
    fn are_after(&self, version: &super::record::VersionRecord) -> Result<bool, PortError> {
        let put = self.changes.iter().find_map(|change| match change {
            Change::PutKey(key) if key.key_id == version.key_id => Some((**key).clone()),
            _ => None,
        });
        let key = put.map_or_else(|| self.store.key(&version.key_id), |key| Ok(Some(key)))?;
        let Some(key) = key.filter(|key| key.policy.is_some()) else { return Ok(false) };
        Ok(is_shared(&key, &place_of(self.store.fact(PLACE)?)?))
    }
}

fn is_shared(key: &KeyRecord, place: &Place) -> bool {
    class::is_shared(key.class(), key.policy.as_ref(), &place.account)
}
