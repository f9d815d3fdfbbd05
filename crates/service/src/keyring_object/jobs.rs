// SPDX-License-Identifier: Apache-2.0
//! What each job of a keyring does. All of them may be carried out twice.

use edgekms_api::{id::KeyId, key::KeyState, place::Place};

use super::{KeyringRules, Object, restore::restore, rewrap::rewrap, rotate::rotate_key};
use crate::{
    backup::restoring::Restoring,
    defects::{Defect, is_back},
    home::{PLACE, Started, event::OwnEvent, job::HomeJob, place_of},
    keyring::{import::without_material, job::KeyringJob, record::KeyRecord, store::Change},
    object::{Batch, Job, agenda::JobChange, shell::Outcome},
    port::{PortError, key_store::Handle},
};

/// How long other jobs wait for a restore before they look again.
const RESTORE_PAUSE_MILLIS: i64 = 2_000;
pub(super) async fn carry_out(
    rules: &KeyringRules,
    job: &Job,
    object: Object<'_>,
) -> Result<Outcome<Change>, PortError> {
    let started = started(rules, &object)?;
    let name = KeyringJob::from_name(&job.name);
    // What a restore has not finished is neither published nor rotated nor deleted.
    if name != Some(KeyringJob::Restore) && Restoring::is_under_way(object.store)? {
        let due_millis = object.now_millis().saturating_add(RESTORE_PAUSE_MILLIS);
        return Ok(Outcome::GoesOn { note: job.note.clone(), due_millis });
    }
    match name {
        Some(KeyringJob::Retire(name)) => {
            rules.home.retire(&name.retired_key(&started.place)).await?;
            Ok(Outcome::done())
        }
        Some(KeyringJob::DeleteKey(id)) => delete_key(rules, &id, &started.place, &object),
        Some(KeyringJob::RotateKey(id)) => rotate_key(rules, &id, &started, &object).await,
        Some(KeyringJob::ExpireMaterial(id)) => {
            expire_material(rules, &id, &started.place, &object)
        }
        Some(KeyringJob::DestroyMaterial(handle)) => destroy(rules, &handle, job, &object).await,
        Some(KeyringJob::Rewrap) => rewrap(rules, &started, &object),
        Some(KeyringJob::Restore) => restore(rules, &started, &object),
        None => match HomeJob::from_name(&job.name) {
            Some(shared) => shared.carry_out(job, &rules.home, &started, &object).await,
            // Of a later release, which will find it again.
            None => Err(PortError::new("this release knows no such job")),
        },
    }
}

/// Jobs run for the place that the keyring has noted; they have no message to name one.
fn started(rules: &KeyringRules, object: &Object<'_>) -> Result<Started, PortError> {
    let place = place_of(object.store.fact(PLACE)?)?;
    let started = rules.start(&place, object);
    started.cloned().map_err(|error| PortError(error.to_string()))
}

/// Decides again, from the truth: the deletion may have been taken back, or put off.
fn delete_key(
    rules: &KeyringRules,
    id: &KeyId,
    place: &Place,
    object: &Object<'_>,
) -> Result<Outcome<Change>, PortError> {
    let now = object.now_millis();
    let key = object.store.key(id)?.filter(|key| key.state == KeyState::PendingDeletion);
    let Some(delete_at) = key.and_then(|key| key.delete_at) else { return Ok(Outcome::done()) };
    let due_millis = delete_at.saturating_mul(1000);
    if due_millis > now {
        return Ok(Outcome::GoesOn { note: String::new(), due_millis });
    }
    let mut batch = Batch::default();
    for version in object.store.versions_of(id, 0, u64::MAX)? {
        if let Some(handle) = version.material.handle() {
            let job = KeyringJob::DestroyMaterial(handle.clone()).name();
            batch.jobs.push(JobChange::put(job, now));
        }
        batch.changes.push(Change::DeleteVersion(version.version_id));
    }
    batch.changes.push(Change::DeleteKey(id.clone()));
    let event = OwnEvent {
        name: "DeleteKey",
        place,
        key_id: Some(id.clone()),
        code: None,
        now_millis: now,
    };
    rules.complete_own(&mut batch, event, object)?;
    Ok(Outcome::Done(batch))
}

/// The name of the event of expired material, for which Alibaba has none: AWS's.
const EXPIRED: &str = "DeleteExpiredKeyMaterial";

/// Decides again, from the truth: the material may have been deleted, or have come again with another
/// time.
fn expire_material(
    rules: &KeyringRules,
    id: &KeyId,
    place: &Place,
    object: &Object<'_>,
) -> Result<Outcome<Change>, PortError> {
    let now = object.now_millis();
    let key = object.store.key(id)?.filter(KeyRecord::has_material);
    let expires = key.as_ref().and_then(KeyRecord::material_expires);
    let (Some(key), Some(expires)) = (key, expires) else { return Ok(Outcome::done()) };
    let due_millis = expires.saturating_mul(1000);
    if due_millis > now {
        return Ok(Outcome::GoesOn { note: String::new(), due_millis });
    }
    let (key, changes) = without_material(key, object.store)?;
    let mut batch = Batch { changes, ..Batch::default() };
    let event =
        OwnEvent { name: EXPIRED, place, key_id: Some(key.key_id), code: None, now_millis: now };
    rules.complete_own(&mut batch, event, object)?;
    Ok(Outcome::Done(batch))
}

/// The note of a job that has begun to destroy: no key is made of that material any more.
const DESTROYING: &str = "destroying";

/// Decides again, from the truth: a key may have been made of it.
async fn destroy(
    rules: &KeyringRules,
    handle: &Handle,
    job: &Job,
    object: &Object<'_>,
) -> Result<Outcome<Change>, PortError> {
    let kept = object.store.version(&handle.version_id)?;
    if kept.is_some_and(|version| version.material.handle() == Some(handle)) {
        return Ok(Outcome::done());
    }
    if job.note.is_empty() && !is_back(Defect::EarlyDestroy) {
        return Ok(Outcome::GoesOn {
            note: DESTROYING.to_owned(),
            due_millis: object.now_millis(),
        });
    }
    rules.stores.destroy(handle).await.map_err(|error| PortError(error.to_string()))?;
    Ok(Outcome::done())
}
