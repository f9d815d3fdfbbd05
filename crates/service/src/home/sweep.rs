// SPDX-License-Identifier: Apache-2.0
//! The job that publishes everything anew, and the pace of whatever publishes page by page.

use super::job::HomeJob;
use crate::{
    object::{
        Batch, Transactor, agenda::JobChange, name::ViewName, shell::Outcome, truth::TruthStore,
    },
    port::PortError,
};

/// How often everything is published anew: well before a view's day is over.
pub(super) const SWEEP_MILLIS: i64 = 16 * 60 * 60 * 1000;
/// Views of a sweep that are put on the agenda at once, and the pause after them.
pub const SWEEP_PAGE: u64 = 100;
/// See [`SWEEP_PAGE`].
pub const SWEEP_PAUSE_MILLIS: i64 = 2_000;

/// Whether views still wait to be published: a page must not pile up on the one before.
///
/// # Errors
/// A store's failure.
pub fn is_kv_slow<S: TruthStore + ?Sized>(object: &Transactor<'_, S>) -> Result<bool, PortError> {
    let waiting = object.store.due_jobs(object.now_millis(), false, SWEEP_PAGE)?.len();
    Ok(u64::try_from(waiting).is_ok_and(|waiting| waiting > SWEEP_PAGE / 2))
}

/// Puts a page of views on the agenda, each as a job of its own, and goes on after them.
pub(super) fn sweep<S: TruthStore + ?Sized>(
    after: &str,
    object: &Transactor<'_, S>,
) -> Result<Outcome<S::Change>, PortError> {
    let now = object.now_millis();
    if is_kv_slow(object)? {
        return Ok(Outcome::GoesOn {
            note: after.to_owned(),
            due_millis: now + SWEEP_PAUSE_MILLIS,
        });
    }
    let names = object.store.view_names(after, SWEEP_PAGE)?;
    let Some(last) = names.last() else {
        return Ok(Outcome::GoesOn { note: String::new(), due_millis: now + SWEEP_MILLIS });
    };
    let put = |name: ViewName| {
        let name = HomeJob::Publish(name).name();
        JobChange::PutIfNone { name, due_millis: now }
    };
    let mut jobs = Vec::new();
    for name in &names {
        jobs.push(put(name.clone()));
        jobs.extend(object.store.beside(name)?.map(put));
    }
    object.commit(&Batch { jobs, ..Batch::default() })?;
    Ok(Outcome::GoesOn { note: last.local(), due_millis: now + SWEEP_PAUSE_MILLIS })
}
