// SPDX-License-Identifier: Apache-2.0
//! The job that gives a key its next version when that is due.

use edgekms_api::{
    error::ApiError,
    id::KeyId,
    key::{AutomaticRotation, KeyReference},
    kms::list_key_rotations::RotationType,
};

use super::{KeyringRules, Object, reserve, settle};
use crate::home::{Started, event::OwnEvent};
use crate::object::since::Since;
use crate::{
    keyring::{
        job::KeyringJob,
        prepared::{LookUp, PreparedVersion, Preparing, Reserve},
        record::{KeyRecord, KeyView},
        rotation::{self, Turn, Turned},
        store::Change,
    },
    object::{Batch, agenda::JobChange, shell::Outcome},
    port::{LocalFuture, PortError, key_store::Handle},
};

/// How long a rotation that a quota refuses waits for room: it is recorded each time.
const NO_ROOM_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// The event's name, for which Alibaba has none: AWS's.
const EVENT: &str = "RotateKey";

/// Makes the material, then decides from the truth as it then is: the key may have been disabled, or its
/// policy changed, while a store was waited for.
pub(super) async fn rotate_key(
    rules: &KeyringRules,
    id: &KeyId,
    started: &Started,
    object: &Object<'_>,
) -> Result<Outcome<Change>, PortError> {
    let key = match due(id, object)? {
        Due::Now(key) => key,
        Due::At(due_millis) => return Ok(Outcome::GoesOn { note: String::new(), due_millis }),
        Due::Never => return Ok(Outcome::done()),
    };
    let elsewhere = Elsewhere(object);
    let preparing = Preparing {
        stores: &rules.stores,
        roots: rules.roots(),
        entropy: &*object.ports.entropy,
        place: &started.place,
        now_millis: object.now_millis(),
        pkcs1: rules.settings().import_pkcs1,
        offer: rules.settings().offer,
        reserve: &elsewhere,
        keys: &elsewhere,
    };
    let made = preparing.make(key.key_id, key.spec, key.protection_level).await;
    let made = made.map_err(|error| PortError(error.to_string()))?;
    let handle = made.material.handle().cloned();
    let turned = match due(id, object)? {
        Due::Now(key) => Some(turn(rules, *key, made, started, object)),
        Due::At(_) | Due::Never => None,
    };
    let now = object.now_millis();
    let mut batch = Batch::default();
    let kept = matches!(turned, Some(Ok(_)));
    batch.jobs.extend(handle.and_then(|handle| settle(&handle, kept, object)));
    let code = match turned {
        None => return Ok(Outcome::Done(batch)),
        Some(Ok(turned)) => {
            batch.jobs.push(rotation::agenda(&turned.key));
            batch.changes = turned.changes;
            None
        }
        Some(Err(error)) => {
            let name = KeyringJob::RotateKey(id.clone()).name();
            batch.jobs.push(JobChange::put(name, now.saturating_add(NO_ROOM_MILLIS)));
            Some(error.code())
        }
    };
    let event = OwnEvent {
        name: EVENT,
        place: &started.place,
        key_id: Some(id.clone()),
        code,
        now_millis: now,
    };
    rules.complete_own(&mut batch, event, object)?;
    Ok(Outcome::Done(batch))
}

/// When a key's next version is due.
enum Due {
    Now(Box<KeyRecord>),
    At(i64),
    Never,
}

fn due(id: &KeyId, object: &Object<'_>) -> Result<Due, PortError> {
    let Some(key) = object.store.key(id)? else { return Ok(Due::Never) };
    Ok(match (key.automatic_rotation(), key.next_rotation()) {
        (AutomaticRotation::Enabled, Some(next)) => {
            let at = next.saturating_mul(1000);
            if at > object.now_millis() { Due::At(at) } else { Due::Now(Box::new(key)) }
        }
        // Whoever enables the key or its rotation puts the job again.
        _ => Due::Never,
    })
}

fn turn(
    rules: &KeyringRules,
    key: KeyRecord,
    made: PreparedVersion,
    started: &Started,
    object: &Object<'_>,
) -> Result<Turned, ApiError> {
    let turn = Turn {
        store: object.store,
        roots: rules.roots(),
        place: &started.place,
        quotas: &rules.quotas(object.store).map_err(crate::keyring::stored)?,
        now_secs: object.now_millis().div_euclid(1000),
    };
    turn.over(key, made, RotationType::Automatic)
}

/// Stores elsewhere, for a job.
struct Elsewhere<'a, 'b>(&'a Object<'b>);

impl Reserve for Elsewhere<'_, '_> {
    fn reserve(&self, handle: Handle) -> LocalFuture<'_, Result<(), ApiError>> {
        Box::pin(std::future::ready(reserve(&handle, self.0)))
    }
}

impl LookUp for Elsewhere<'_, '_> {
    fn look_up<'a>(
        &'a self,
        _: &'a KeyReference,
    ) -> LocalFuture<'a, Result<(KeyView, Since), ApiError>> {
        let nothing = ApiError::internal("a job names its key by its id alone");
        Box::pin(std::future::ready(Err(nothing)))
    }
}
