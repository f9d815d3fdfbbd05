// SPDX-License-Identifier: Apache-2.0
//! The job that makes the keyring of a backup whose parts are all there: first the records, a page a
//! transaction, then what the agenda holds of each key. Nobody is answered until it is done, so nobody
//! sees half of it; a job of a key comes only when all of that key is there.

use edgekms_api::kms::restore_keyring::RestoreStatus;

use super::{KeyringRules, Object};
use crate::home::{Started, event::OwnEvent, job::HomeJob};
use crate::object::name::ViewName;
use crate::{
    backup::{
        contents::Row,
        restoring::{Opener, Restoring},
    },
    keyring::{
        QUOTAS, import,
        job::KeyringJob,
        record::VersionRecord,
        roots, rotation,
        store::{Change, KeyringStore},
    },
    object::{Batch, agenda::JobChange, shell::Outcome},
    port::PortError,
};

/// The event's name.
const EVENT: &str = "RestoreKeyring";
/// Between two pages: each is an alarm of its own, with the time that the platform gives one.
const PAUSE_MILLIS: i64 = 10;
/// Keys whose jobs are put on the agenda at once.
const KEYS_PAGE: u64 = 100;

pub(super) fn restore(
    rules: &KeyringRules,
    started: &Started,
    object: &Object<'_>,
) -> Result<Outcome<Change>, PortError> {
    let held = Restoring::load(object.store)?;
    let is_under_way = |held: &Restoring| held.status == RestoreStatus::Restoring;
    let Some(mut restoring) = held.filter(is_under_way) else { return Ok(Outcome::done()) };
    let mut batch = Batch::default();
    if restoring.page < restoring.parts {
        next_page(&mut restoring, rules, started, object, &mut batch)?;
    } else if !next_jobs(&mut restoring, object.store, &mut batch)? {
        return finish(restoring, rules, started, object);
    }
    batch.facts.push(restoring.fact());
    object.commit(&batch)?;
    let due_millis = object.now_millis().saturating_add(PAUSE_MILLIS);
    Ok(Outcome::GoesOn { note: String::new(), due_millis })
}

/// Restores one page of rows.
fn next_page(
    restoring: &mut Restoring,
    rules: &KeyringRules,
    started: &Started,
    object: &Object<'_>,
    batch: &mut Batch<Change>,
) -> Result<(), PortError> {
    let text = |error: &dyn std::fmt::Display| PortError(error.to_string());
    let backup = rules.settings().backup_key.as_ref();
    let backup = backup.ok_or_else(|| PortError::new("BACKUP_KEY is gone; set it again"))?;
    let (place, store) = (&started.place, object.store);
    let opener = Opener::new(backup, &restoring.file, place, store).map_err(|e| text(&e))?;
    let page = opener.page(restoring.page)?;
    for row in page.rows {
        let change = match row {
            Row::Key(key) => Change::PutKey(key),
            Row::Version(version) => {
                let entropy = &*object.ports.entropy;
                let version = version.rewrapped(place, &opener.roots, rules.roots(), entropy);
                put_version(version.map_err(|e| text(&e))?, store)?
            }
            Row::Alias(alias) => Change::PutAlias(alias),
            Row::Gone(ViewName::Key(id)) => Change::DeleteKey(id),
            Row::Gone(ViewName::Version(id)) => Change::DeleteVersion(id),
            Row::Gone(ViewName::Alias(name)) => Change::DeleteAlias(name),
            // None is read out of a backup.
            Row::Gone(ViewName::Share(_) | ViewName::Entity(_)) => continue,
            Row::End(end) => {
                let quotas = serde_json::to_string(&end.quotas).map_err(|e| text(&e))?;
                batch.facts.push((QUOTAS, quotas));
                continue;
            }
        };
        batch.changes.push(change);
    }
    // Published by the sweep in the end; until then nothing is asked for.
    batch.altered = batch.changes.iter().filter_map(Change::view_name).map(|n| n.local()).collect();
    batch.changes.extend(roots::note(rules.roots(), rules.roots().current(), place, store)?);
    restoring.page = page.next;
    Ok(())
}

/// A version comes twice if it was wrapped anew while the backup was made.
fn put_version(version: VersionRecord, store: &dyn KeyringStore) -> Result<Change, PortError> {
    let is_there = store.version(&version.version_id)?.is_some();
    let version = Box::new(version);
    Ok(if is_there { Change::RewrapVersion(version) } else { Change::PutVersion(version) })
}

/// Puts what the agenda holds of the next keys; tells whether there were any.
fn next_jobs(
    restoring: &mut Restoring,
    store: &dyn KeyringStore,
    batch: &mut Batch<Change>,
) -> Result<bool, PortError> {
    let keys = store.keys_made_after(restoring.key, KEYS_PAGE)?;
    for (number, key) in &keys {
        restoring.key = *number;
        batch.jobs.extend([rotation::agenda(key), import::agenda(key)]);
        batch.jobs.extend(key.delete_at.map(|at| {
            let name = KeyringJob::DeleteKey(key.key_id.clone()).name();
            JobChange::put(name, at.saturating_mul(1000))
        }));
    }
    Ok(!keys.is_empty())
}

fn finish(
    restoring: Restoring,
    rules: &KeyringRules,
    started: &Started,
    object: &Object<'_>,
) -> Result<Outcome<Change>, PortError> {
    let now = object.now_millis();
    let restoring = Restoring { status: RestoreStatus::Done, ..restoring };
    let mut batch = Batch {
        changes: vec![Change::DropParts],
        jobs: vec![JobChange::put(HomeJob::Sweep.name(), now)],
        facts: vec![restoring.fact()],
        ..Batch::default()
    };
    let event =
        OwnEvent { name: EVENT, place: &started.place, key_id: None, code: None, now_millis: now };
    rules.complete_own(&mut batch, event, object)?;
    Ok(Outcome::Done(batch))
}
