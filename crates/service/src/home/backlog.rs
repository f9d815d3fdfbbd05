// SPDX-License-Identifier: Apache-2.0
//! What waits in an object. It is told with each answer to a question for changes, so its price is two looks
//! at the agenda, which find nothing in an object that is well.

use super::Home;
use crate::{
    audit::{deliver::DELIVERED, link::head},
    keyring::message::Backlog,
    object::{
        Transactor,
        agenda::{LAST_RETRY_MILLIS, waited_millis},
        truth::TruthStore,
    },
    port::PortError,
};

/// Jobs that are looked at: of those that failed, and of those that are due.
const LOOKED_AT: u64 = 64;
/// The kind of job that publishes.
const PUBLISH: &str = "publish";

impl Home {
    pub(super) fn count_kv_write_error(&self) {
        self.kv_write_errors.set(self.kv_write_errors.get().saturating_add(1));
    }

    /// What waits; none where the database does not say.
    pub fn backlog<S: TruthStore + ?Sized>(&self, object: &Transactor<'_, S>) -> Option<Backlog> {
        let mut backlog = self.look(object).ok()?;
        backlog.kv_write_errors = self.kv_write_errors.take();
        Some(backlog)
    }

    fn look<S: TruthStore + ?Sized>(
        &self,
        object: &Transactor<'_, S>,
    ) -> Result<Backlog, PortError> {
        let (store, now) = (object.store, object.now_millis());
        // Whatever failed is due again within the longest wait.
        let failing = store.due_jobs(now.saturating_add(LAST_RETRY_MILLIS), true, LOOKED_AT)?;
        let due = store.due_jobs(now, false, LOOKED_AT)?;
        let publishing = || failing.iter().chain(&due).filter(|job| job.kind() == PUBLISH);
        let lag = publishing().map(|job| waited_millis(job, now)).max();
        let count = |number: usize| u64::try_from(number).unwrap_or(u64::MAX);
        Ok(Backlog {
            publish_lag_millis: lag.unwrap_or(0),
            publish_waiting: count(publishing().count()),
            failing_jobs: count(failing.len()),
            undelivered_events: if self.settings().audit_log { undelivered(store)? } else { 0 },
            kv_write_errors: 0,
        })
    }
}

fn undelivered<S: TruthStore + ?Sized>(store: &S) -> Result<u64, PortError> {
    let delivered = store.fact(DELIVERED)?.and_then(|text| text.parse().ok()).unwrap_or(0);
    Ok(head(store)?.seq.saturating_sub(delivered))
}
