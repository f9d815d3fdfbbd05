// SPDX-License-Identifier: Apache-2.0
//! New versions of a key that goes on. What was encrypted under an earlier version still decrypts, so an
//! isolate that has not heard of the new one is late, and not wrong.

use edgekms_api::{
    error::{ApiError, ErrorCode},
    key::{AutomaticRotation, Origin},
    kms::list_key_rotations::RotationType,
    place::Place,
    quota::Quota,
};

use super::{
    job::KeyringJob,
    prepared::PreparedVersion,
    record::{KeyRecord, VersionRecord},
    roots,
    store::{Change, KeyringStore},
    stored,
};
use crate::{material::root_keys::RootKeys, object::agenda::JobChange, quota::Quotas};

/// What a new version is decided with.
pub struct Turn<'a> {
    /// The truth.
    pub store: &'a dyn KeyringStore,
    /// What unwraps the version's material.
    pub roots: &'a RootKeys,
    /// The keyring's place.
    pub place: &'a Place,
    /// Bounds.
    pub quotas: &'a Quotas,
    /// Seconds since 1970.
    pub now_secs: i64,
}

/// A key with its new version.
pub struct Turned {
    /// The key, whose primary version is the new one.
    pub key: KeyRecord,
    /// The version.
    pub version: VersionRecord,
    /// What to store.
    pub changes: Vec<Change>,
}

/// What the agenda holds of a key's rotation: the next one, or nothing while there is none to come.
/// Belongs to every change of a key's state, its policy or its primary version.
#[must_use]
pub fn agenda(key: &KeyRecord) -> JobChange {
    let name = KeyringJob::RotateKey(key.key_id.clone()).name();
    match (key.automatic_rotation(), key.next_rotation()) {
        (AutomaticRotation::Enabled, Some(next)) => JobChange::put(name, next.saturating_mul(1000)),
        _ => JobChange::Remove { name },
    }
}

impl Turn<'_> {
    /// Whether a key has room for one more version.
    ///
    /// # Errors
    /// `Rejected.LimitExceeded`, or a store's failure.
    pub fn has_room(&self, key: &KeyRecord) -> Result<(), ApiError> {
        let held = self.store.count_versions().map_err(stored)?;
        self.quotas.check(Quota::KeyVersions, held, 1)?;
        if !key.is_asymmetric() {
            return Ok(());
        }
        let held = self.store.count_versions_of(&key.key_id).map_err(stored)?;
        self.quotas.check(Quota::AsymmetricKeyVersions, held, 1)
    }

    /// Gives a key the version that was prepared for it.
    ///
    /// # Errors
    /// `Rejected.LimitExceeded`; `ServiceUnavailableTemporary` for a version that is not good for this
    /// key (any more).
    pub fn over(
        &self,
        key: KeyRecord,
        prepared: PreparedVersion,
        by: RotationType,
    ) -> Result<Turned, ApiError> {
        self.has_room(&key)?;
        if prepared.key_id != key.key_id || prepared.spec != key.spec {
            return Err(ApiError::internal("a version was prepared for another key"));
        }
        if self.store.version(&prepared.version_id).map_err(stored)?.is_some() {
            return Err(ApiError::internal("a new version's id is another's"));
        }
        let Self { store, roots, place, now_secs, .. } = *self;
        let mut version = prepared.into_record(now_secs, place, roots, store)?;
        version.rotated = Some(by);
        let key = key.changed(|key| {
            key.primary_version = version.version_id.clone();
            key.last_rotation = now_secs;
        });
        let mut changes = vec![
            Change::PutVersion(Box::new(version.clone())),
            Change::PutKey(Box::new(key.clone())),
        ];
        changes.extend(roots::note_of(&version, roots, place, store)?);
        Ok(Turned { key, version, changes })
    }
}

/// Days that must be between two versions of an asymmetric key.
const ASYMMETRIC_DAYS: i64 = 7;

/// Whether an asymmetric key may have another version now (wire reference, section 2.2).
///
/// # Errors
/// `Unsupported.Origin` for imported material, `UnsupportedOperation` for a symmetric key, `Rejected.LimitExceeded` if the last one is too young.
pub fn check_asymmetric(key: &KeyRecord, now_secs: i64) -> Result<(), ApiError> {
    if key.origin != Origin::AliyunKms {
        return Err(ErrorCode::UnsupportedOrigin.into());
    }
    if !key.is_asymmetric() {
        return Err(ApiError::with_message(
            ErrorCode::UnsupportedOperation,
            "Only asymmetric keys get versions by this action. A symmetric key rotates: see \
             UpdateRotationPolicy.",
        ));
    }
    let young = now_secs.saturating_sub(key.last_rotation) < ASYMMETRIC_DAYS * 24 * 60 * 60;
    if young {
        return Err(ApiError::with_message(
            ErrorCode::LimitExceeded,
            format!("A key gets one new version in {ASYMMETRIC_DAYS} days. Try again later."),
        ));
    }
    Ok(())
}
