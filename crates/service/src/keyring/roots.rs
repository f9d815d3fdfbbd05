// SPDX-License-Identifier: Apache-2.0
//! Knowing a root key again. A keyring keeps a check value of every root key version that it has
//! wrapped material under, so that another key under the same name is noticed before anything is
//! wrapped under it, and not when the right one is back and those keys are lost.

use std::collections::BTreeMap;

use edgekms_api::error::{ApiError, ErrorCode};

use super::{
    record::VersionRecord,
    store::{Change, KeyringStore},
};
use crate::{
    material::{hierarchy::root_check_value, root_keys::RootKeys},
    object::truth::{RootCheck, TruthStore},
    port::PortError,
};
use edgekms_api::place::Place;

/// Check values by root key version.
pub type Checks = BTreeMap<String, String>;

/// Records tried before a root key is taken for another: one of them may be spoilt itself.
const TRIED: u64 = 3;

/// Compares the root keys given with the ones that the keyring knows, and tries those that it has no
/// check value of on what they wrapped. Returns what was learnt.
///
/// # Errors
/// [`mismatch`] for a version that is another key than before; a store's failure.
pub fn examine(
    roots: &RootKeys,
    place: &Place,
    store: &dyn KeyringStore,
) -> Result<Vec<Change>, ApiError> {
    let mut learnt = Vec::new();
    for RootCheck { version, check } in store.root_checks().map_err(super::stored)? {
        let Some(given) = root_check_value(roots, &version, place) else { continue };
        match check {
            Some(known) if known == given => {}
            Some(_) => return Err(mismatch(&version)),
            None => {
                if !opens(roots, place, &version, store).map_err(super::stored)? {
                    return Err(mismatch(&version));
                }
                learnt.push(Change::NoteRoot { version, check: given });
            }
        }
    }
    Ok(learnt)
}

fn opens(
    roots: &RootKeys,
    place: &Place,
    version: &str,
    store: &dyn KeyringStore,
) -> Result<bool, PortError> {
    let wrapped = store.wrapped_under(version, "", TRIED)?;
    Ok(wrapped.is_empty() || wrapped.iter().any(|record| record.unwraps(place, roots)))
}

/// The change that keeps the check value of the root key version that wraps a key version, if it is not
/// kept yet.
///
/// # Errors
/// A store's failure.
pub fn note_of(
    version: &VersionRecord,
    roots: &RootKeys,
    place: &Place,
    store: &dyn KeyringStore,
) -> Result<Option<Change>, ApiError> {
    let root = version.material.root_version();
    let noted = root.map(|root| note(roots, root, place, store)).transpose();
    Ok(noted.map_err(super::stored)?.flatten())
}

/// The change that keeps the check value of a version that wraps something from now on, if it is not
/// kept yet.
///
/// # Errors
/// A store's failure.
pub fn note(
    roots: &RootKeys,
    version: &str,
    place: &Place,
    store: &dyn KeyringStore,
) -> Result<Option<Change>, PortError> {
    let known = store.root_checks()?.into_iter();
    let known = known.filter(|known| known.check.is_some()).any(|known| known.version == version);
    let check = root_check_value(roots, version, place).filter(|_| !known);
    Ok(check.map(|check| Change::NoteRoot { version: version.to_owned(), check }))
}

/// Compares the root keys given with the check values that an object knows.
///
/// # Errors
/// [`mismatch`] for a version that is another key than before; a store's failure.
pub fn check_known<S: TruthStore + ?Sized>(
    roots: &RootKeys,
    place: &Place,
    store: &S,
) -> Result<(), ApiError> {
    let checks = store.root_checks().map_err(super::stored)?;
    let checks = checks.into_iter().filter_map(|root| Some((root.version, root.check?)));
    compare(roots, place, &checks.collect())
}

/// The check value of the current root key version, if an object does not know it yet.
///
/// # Errors
/// A store's failure.
pub fn unknown_current<S: TruthStore + ?Sized>(
    roots: &RootKeys,
    place: &Place,
    store: &S,
) -> Result<Option<(String, String)>, PortError> {
    let version = roots.current();
    let known = store.root_checks()?.into_iter();
    let known = known.filter(|known| known.check.is_some()).any(|known| known.version == version);
    let check = root_check_value(roots, version, place).filter(|_| !known);
    Ok(check.map(|check| (version.to_owned(), check)))
}

/// Compares this isolate's root keys with the check values that a keyring told.
///
/// # Errors
/// [`mismatch`] for the first version that is another key.
pub fn compare(roots: &RootKeys, place: &Place, checks: &Checks) -> Result<(), ApiError> {
    let other = checks.iter().find(|(version, check)| {
        root_check_value(roots, version, place).is_some_and(|given| given != **check)
    });
    other.map_or(Ok(()), |(version, _)| Err(mismatch(version)))
}

/// The refusal of every call while a root key version is another key than before. The sentence
/// holds no secret, so whoever deploys sees it where they look first.
#[must_use]
pub fn mismatch(version: &str) -> ApiError {
    ApiError::with_message(
        ErrorCode::InternalFailure,
        format!(
            "The secret ROOT_KEYS holds, as version \"{version}\", another key than the one that \
             this keyring's keys are wrapped under. Put that key back, and give a new one a version \
             name of its own."
        ),
    )
}
