// SPDX-License-Identifier: Apache-2.0
//! The job that wraps everything under the current root key version: a page a transaction, with the note
//! of how far it has got, so that it goes on from there after any interruption.

use super::{KeyringRules, Object};
use crate::home::{
    Started,
    event::OwnEvent,
    publish,
    sweep::{SWEEP_PAGE, SWEEP_PAUSE_MILLIS, is_kv_slow},
};
use crate::{
    keyring::{
        record::VersionRecord,
        rewrap::Rewrap,
        roots, share,
        store::{Change, KeyringStore},
    },
    material::hierarchy::HierarchyError,
    object::{Batch, shell::Outcome},
    port::PortError,
};

/// The event's name.
const EVENT: &str = "RewrapKeys";

pub(super) fn rewrap(
    rules: &KeyringRules,
    started: &Started,
    object: &Object<'_>,
) -> Result<Outcome<Change>, PortError> {
    let now = object.now_millis();
    let pause = || Outcome::GoesOn { note: String::new(), due_millis: now + SWEEP_PAUSE_MILLIS };
    // Every version wrapped anew is published anew.
    if is_kv_slow(object)? {
        return Ok(pause());
    }
    let current = rules.roots().current();
    let held = Rewrap::load(object.store)?.filter(|held| held.root == current && !held.done);
    // `ROOT_KEYS` may name another version as current since it began.
    let mut progress = held.unwrap_or_else(|| Rewrap::begin(rules.roots()));
    let page = next_page(&mut progress, rules, object.store)?;
    let mut batch = Batch::default();
    for version in &page {
        let (place, roots, entropy) = (&started.place, rules.roots(), &*object.ports.entropy);
        match version.rewrapped(place, roots, roots, entropy) {
            Ok(version) => {
                progress.rewrapped = progress.rewrapped.saturating_add(1);
                batch.changes.push(Change::RewrapVersion(Box::new(version)));
            }
            // Spoilt. It stays as it is, and its root key version with it.
            Err(HierarchyError::NotAuthentic | HierarchyError::RootVersionMissing) => {
                progress.left = progress.left.saturating_add(1);
            }
            Err(error @ HierarchyError::Entropy(_)) => return Err(PortError(error.to_string())),
        }
    }
    if !page.is_empty() {
        let noted = roots::note(rules.roots(), current, &started.place, object.store)?;
        batch.changes.extend(noted);
        batch.facts.push(progress.fact());
        let altered = share::altered(&batch.changes, object.store)?;
        publish(&mut batch, altered, now);
        object.commit(&batch)?;
        return Ok(pause());
    }
    progress.done = true;
    batch.facts.push(progress.fact());
    let unused = object.store.root_uses()?.into_iter();
    let unused = unused.filter(|root| root.versions == 0 && root.version != current);
    let unnoted = unused.filter(|root| root.left_millis.is_none());
    batch
        .changes
        .extend(unnoted.map(|root| Change::NoteRootLeft { version: root.version, at_millis: now }));
    let event =
        OwnEvent { name: EVENT, place: &started.place, key_id: None, code: None, now_millis: now };
    rules.complete_own(&mut batch, event, object)?;
    Ok(Outcome::Done(batch))
}

/// The next versions that are not under the current root key version, behind which the progress then is;
/// none if all have been looked at. Those under one that `ROOT_KEYS` does not hold are left.
fn next_page(
    progress: &mut Rewrap,
    rules: &KeyringRules,
    store: &dyn KeyringStore,
) -> Result<Vec<VersionRecord>, PortError> {
    for root in store.root_uses()? {
        let (under, after) = &progress.at;
        if root.version == progress.root || root.versions == 0 || root.version < *under {
            continue;
        }
        if rules.roots().version(&root.version).is_none() {
            progress.left = progress.left.saturating_add(root.versions);
            continue;
        }
        let after = if root.version == *under { after.as_str() } else { "" };
        let page = store.wrapped_under(&root.version, after, SWEEP_PAGE)?;
        if let Some(last) = page.last() {
            progress.at = (root.version, last.version_id.to_string());
            return Ok(page);
        }
    }
    Ok(Vec::new())
}
