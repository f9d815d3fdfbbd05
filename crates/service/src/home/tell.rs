// SPDX-License-Identifier: Apache-2.0
//! What an object tells isolates: one view, and what has changed.

use std::collections::BTreeMap;

use edgekms_api::error::ApiError;

use super::{Home, Started, job::HomeJob};
use crate::{
    defects::{Defect, is_back},
    keyring::{
        message::{ChangesAnswer, ViewAnswer, ViewQuestion},
        stored,
    },
    object::{
        Batch, Transactor, agenda::JobChange, name::ViewName, since::Since, truth::TruthStore,
    },
};

/// Names of altered views in one answer, at the most.
const ALTERED_LIMIT: u64 = 2_000;
/// How long a view that KV did not have is not published once more: KV takes one write a second for a
/// name, and may take a minute to show it everywhere.
const MISSED_AGAIN_MILLIS: i64 = 5_000;
/// Missed views remembered for that.
const MISSED_CAPACITY: usize = 10_000;

impl Home {
    /// A view as the truth has it.
    ///
    /// # Errors
    /// A store's failure.
    pub fn tell_view<S: TruthStore + ?Sized>(
        &self,
        question: &ViewQuestion,
        started: &Started,
        object: &Transactor<'_, S>,
    ) -> Result<ViewAnswer, ApiError> {
        let ViewQuestion { name, missed } = question;
        let body = object.store.view(name).map_err(stored)?;
        let revision = object.store.revision().map_err(stored)?;
        if *missed && body.is_some() && self.is_missed_anew(name, object.now_millis()) {
            // One that waits already keeps its time: KV may be refusing it.
            let (name, due_millis) = (HomeJob::Publish(name.clone()).name(), object.now_millis());
            let job = JobChange::PutIfNone { name, due_millis };
            let batch = Batch { jobs: vec![job], ..Batch::default() };
            object.commit(&batch).map_err(stored)?;
        }
        Ok(ViewAnswer { epoch: started.epoch.clone(), revision, body })
    }

    fn is_missed_anew(&self, name: &ViewName, now_millis: i64) -> bool {
        let mut missed = self.missed.borrow_mut();
        let recent = |at: &i64| (0..MISSED_AGAIN_MILLIS).contains(&now_millis.saturating_sub(*at));
        if missed.get(name).is_some_and(recent) {
            return false;
        }
        if missed.len() >= MISSED_CAPACITY {
            missed.retain(|_, at| recent(at));
        }
        if missed.len() < MISSED_CAPACITY {
            missed.insert(name.clone(), now_millis);
        }
        true
    }

    /// What has changed since somebody asked last.
    ///
    /// # Errors
    /// A store's failure.
    pub fn tell_changes<S: TruthStore + ?Sized>(
        since: Option<&Since>,
        started: &Started,
        object: &Transactor<'_, S>,
    ) -> Result<ChangesAnswer, ApiError> {
        let store = object.store;
        let revision = store.revision().map_err(stored)?;
        let floor = store.floor().map_err(stored)?;
        // Whoever knew another life of the keyring, or a revision that never was, begins anew.
        let known =
            since.filter(|since| since.epoch == started.epoch && since.revision <= revision);
        let mut complete_since = known.map_or(floor, |since| since.revision.max(floor));
        let rows = store.altered_since(complete_since, ALTERED_LIMIT + 1).map_err(stored)?;
        let limit = usize::try_from(ALTERED_LIMIT).unwrap_or(usize::MAX);
        // The list is whole only after the latest revision that it leaves out.
        if let Some(left_out) = rows.get(limit) {
            complete_since = left_out.revision;
        }
        let keeps_quiet = |name: &ViewName| {
            matches!(name, ViewName::Entity(_)) && is_back(Defect::UntoldRevocation)
        };
        let altered = rows
            .into_iter()
            .take(limit)
            .filter_map(|row| ViewName::from_local(&row.name).map(|name| (name, row.revision)))
            .filter(|(name, _)| !keeps_quiet(name));
        let checks = store.root_checks().map_err(stored)?.into_iter();
        let checks: BTreeMap<_, _> =
            checks.filter_map(|root| Some((root.version, root.check?))).collect();
        Ok(ChangesAnswer {
            epoch: started.epoch.clone(),
            revision,
            complete_since,
            altered: altered.collect(),
            roots: checks,
            metered: None,
            backlog: None,
        })
    }
}
