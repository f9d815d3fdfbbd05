// SPDX-License-Identifier: Apache-2.0
//! What each job of a keyring does. All of them may be carried out twice.

use edgekms_api::{id::KeyId, key::KeyState};

use super::{
    KeyringRules, Object, PLACE, Started,
    event::OwnEvent,
    restore::restore,
    rewrap::rewrap,
    rotate::rotate_key,
    sweep::{SWEEP_MILLIS, sweep},
};
use crate::{
    audit::{
        deliver::deliver,
        link::{Forgotten, KEYRING_SHARD, Kept, forget as forget_events, state_head},
    },
    backup::restoring::Restoring,
    copies::view::{KV_LIVES_SECS, MAX_SKEW_MILLIS, View},
    defects::{Defect, is_back},
    keyring::{
        import::without_material,
        job::KeyringJob,
        name::ViewName,
        record::KeyRecord,
        store::{Change, KeyringStore},
    },
    object::{Batch, Job, agenda::JobChange, batch::Forget, shell::Outcome},
    port::{PortError, key_store::Handle},
};
use edgekms_api::place::Place;

const HOUR_MILLIS: i64 = 60 * 60 * 1000;
/// How long other jobs wait for a restore before they look again.
const RESTORE_PAUSE_MILLIS: i64 = 2_000;
/// How often what is too old is forgotten.
const HOUSEKEEPING_MILLIS: i64 = HOUR_MILLIS;
/// How long it is known which names altered: longer than a view lives, by the skew of two clocks.
const ALTERED_KEPT_MILLIS: i64 = 25 * HOUR_MILLIS;
/// How many events a keyring keeps at the most: about a tenth of what an object of the platform may hold.
const EVENTS_KEPT: u64 = 1_000_000;

/// The jobs that come back for ever. A keyring that an earlier release has filled is published anew
/// at once, since its copies have no seal.
pub(super) fn recurring(
    store: &dyn KeyringStore,
    now_millis: i64,
) -> Result<[JobChange; 2], PortError> {
    let first = if store.revision()? == 0 { SWEEP_MILLIS } else { 0 };
    let put = |job: &KeyringJob, after: i64| JobChange::put(job.name(), now_millis + after);
    Ok([put(&KeyringJob::Sweep, first), put(&KeyringJob::Housekeeping, HOUSEKEEPING_MILLIS)])
}

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
        Some(KeyringJob::Publish(name)) => publish(rules, &name, &started, &object).await,
        Some(KeyringJob::Retire(name)) => {
            rules.views.delete(&name.retired_key(&started.place)).await?;
            Ok(Outcome::done())
        }
        Some(KeyringJob::DeleteKey(id)) => delete_key(rules, &id, &started.place, &object),
        Some(KeyringJob::RotateKey(id)) => rotate_key(rules, &id, &started, &object).await,
        Some(KeyringJob::ExpireMaterial(id)) => {
            expire_material(rules, &id, &started.place, &object)
        }
        Some(KeyringJob::DestroyMaterial(handle)) => destroy(rules, &handle, job, &object).await,
        Some(KeyringJob::DeliverEvents) if rules.settings().audit_log => {
            deliver(&*rules.log, &object).await
        }
        Some(KeyringJob::DeliverEvents) => Ok(Outcome::done()),
        Some(KeyringJob::Sweep) => sweep(&job.note, &object),
        Some(KeyringJob::Rewrap) => rewrap(rules, &started, &object),
        Some(KeyringJob::Restore) => restore(rules, &started, &object),
        Some(KeyringJob::Housekeeping) => housekeeping(rules, &started.place, &object).await,
        // Of a later release, which will find it again.
        None => Err(PortError::new("this release knows no such job")),
    }
}

/// Jobs run for the place that the keyring has noted; they have no message to name one.
fn started(rules: &KeyringRules, object: &Object<'_>) -> Result<Started, PortError> {
    let place = place_of(object.store.fact(PLACE)?)?;
    let started = rules.start(&place, object);
    started.cloned().map_err(|error| PortError(error.to_string()))
}

/// The place that a keyring has noted.
pub(super) fn place_of(noted: Option<String>) -> Result<Place, PortError> {
    let text = noted.ok_or_else(|| PortError::new("the keyring does not know where it is"))?;
    serde_json::from_str(&text).map_err(|error| PortError(error.to_string()))
}

async fn publish(
    rules: &KeyringRules,
    name: &ViewName,
    started: &Started,
    object: &Object<'_>,
) -> Result<Outcome<Change>, PortError> {
    // The truth as it is now: several changes of one name are one write.
    let view = View {
        epoch: started.epoch.clone(),
        revision: object.store.revision()?,
        made_millis: object.now_millis(),
        body: object.store.view(name)?,
    };
    let text = view
        .seal(rules.roots(), &started.place, name)
        .map_err(|error| PortError(error.to_string()))?;
    rules.views.put(&name.published_key(&started.place), &text, KV_LIVES_SECS).await?;
    Ok(Outcome::done())
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

async fn housekeeping(
    rules: &KeyringRules,
    place: &Place,
    object: &Object<'_>,
) -> Result<Outcome<Change>, PortError> {
    let now = object.now_millis();
    let days = i64::from(rules.settings().audit_retention_days);
    let kept = Kept { since_millis: now - days * 24 * HOUR_MILLIS, number: EVENTS_KEPT };
    let chain = rules.linker.chain(rules.roots(), place, KEYRING_SHARD)?;
    let Forgotten { through, facts, more } = forget_events(object.store, &chain, kept, now)?;
    let forget = Forget { altered_before: now - ALTERED_KEPT_MILLIS, events_through: through };
    // Another machine's clock may be behind this one's, and would take an expired mark for good.
    let changes = vec![Change::ForgetNonces(now - MAX_SKEW_MILLIS)];
    object.commit(&Batch { changes, facts, forget: Some(forget), ..Batch::default() })?;
    if !more && rules.settings().audit_log {
        state_head(object.store, &chain, &*rules.log, now).await?;
    }
    let due_millis = if more { now } else { now + HOUSEKEEPING_MILLIS };
    Ok(Outcome::GoesOn { note: String::new(), due_millis })
}
