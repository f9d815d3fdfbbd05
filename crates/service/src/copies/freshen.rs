// SPDX-License-Identifier: Apache-2.0
//! Asking the keyring what has changed: beside the calls as long as what is known is fresh, before
//! them once it is not, and one question for all calls that wait.

use edgekms_api::error::ApiError;

use super::{
    Failure, Told,
    knowledge::{Effect, Freshness, Question, bounds},
    source::Source,
    talk::misplaced,
    tally::add,
};
use crate::{
    keyring::{
        message::{Answer, Ask, ChangesAnswer, ChangesQuestion},
        meter::MeterReport,
        roots, stored,
    },
    port::{PortError, entropy::random_bytes, timer::within},
};

/// How long a call waits for another call's question before it asks for itself.
const JOIN_LIMIT_MILLIS: i64 = 1_000;
/// How often a call that waits for another's question looks whether it is answered.
const LOOK_MILLIS: u32 = 5;
/// After a question that failed, the next one beside the calls waits for this part of the interval.
const FAILED_SHARE: i64 = 6;

impl Source<'_> {
    /// How old the knowledge of changes is.
    #[must_use]
    pub fn freshness(&self) -> Freshness {
        let knowledge = self.copies.knowledge.borrow();
        knowledge.freshness(self.consistency, self.clock.now_millis())
    }

    /// Asks what has changed, unless somebody has just begun to, or has just failed to: a keyring
    /// that is overloaded must not be asked by every call.
    ///
    /// # Errors
    /// As [`Source::freshen`].
    pub async fn freshen_beside_calls(&self) -> Result<(), ApiError> {
        if self.has_just_failed() || self.is_asked() { Ok(()) } else { self.freshen().await }
    }

    fn has_just_failed(&self) -> bool {
        let (interval, _) = bounds(self.consistency);
        let age = |failure: &Failure| self.clock.now_millis().saturating_sub(failure.at_millis);
        let failure = self.copies.failure.borrow();
        failure.as_ref().is_some_and(|held| (0..interval / FAILED_SHARE).contains(&age(held)))
    }

    /// Waits for somebody else's question, or asks. Whoever has waited for long enough goes alone,
    /// and a question that failed meanwhile has failed for all who waited.
    ///
    /// # Errors
    /// `ServiceUnavailableTemporary` if the object cannot be asked.
    pub async fn freshen_or_join(&self) -> Result<(), ApiError> {
        let came = self.clock.now_millis();
        let waited = || self.clock.now_millis().saturating_sub(came);
        while self.is_asked() && (0..JOIN_LIMIT_MILLIS).contains(&waited()) {
            // A timer of its own: the one who asks may be gone before the answer comes.
            self.timers.sleep(LOOK_MILLIS).await;
            if self.freshness() != Freshness::Stale {
                return Ok(());
            }
            if let Some(failure) = &*self.copies.failure.borrow()
                && failure.at_millis >= came
            {
                return Err(failure.error.clone());
            }
        }
        self.freshen().await
    }

    fn is_asked(&self) -> bool {
        let now = self.clock.now_millis();
        let recent = |since: i64| (0..JOIN_LIMIT_MILLIS).contains(&now.saturating_sub(since));
        self.copies.asking.get().is_some_and(recent)
    }

    /// Asks the keyring what has changed.
    ///
    /// # Errors
    /// `ServiceUnavailableTemporary` if it cannot be reached; the sentence about `ROOT_KEYS` if this
    /// isolate's are not the ones that the keyring knows.
    pub async fn freshen(&self) -> Result<(), ApiError> {
        let asked = self.clock.now_millis();
        self.copies.asking.set(Some(asked));
        let outcome = self.ask_for_changes(asked).await;
        let at_millis = self.clock.now_millis();
        let failure =
            outcome.as_ref().err().map(|error| Failure { at_millis, error: error.clone() });
        *self.copies.failure.borrow_mut() = failure;
        if self.copies.asking.get() == Some(asked) {
            self.copies.asking.set(None);
        }
        outcome
    }

    async fn ask_for_changes(&self, asked: i64) -> Result<(), ApiError> {
        let jitter =
            random_bytes(self.entropy).map(u16::from_be_bytes).map_err(ApiError::internal)?;
        let (question, since) = self.copies.knowledge.borrow_mut().ask(asked, jitter);
        // An answer that takes longer than the bound is of no use any more.
        let (_, bound) = bounds(self.consistency);
        let bound = u32::try_from(bound).unwrap_or(u32::MAX);
        let talk = self.talk();
        let ask = async {
            let meters = self.copies.meter.borrow().has_any();
            let meters = meters && talk.meters().await.map_err(stored)?;
            let meter = if meters { self.report() } else { None };
            talk.question(Ask::Changes(ChangesQuestion { since, meter })).await
        };
        let answer = within(self.timers, bound, ask).await;
        let answer = answer.ok_or_else(|| {
            stored(PortError(format!("the keyring did not say within {bound} ms what has changed")))
        })??;
        let Answer::Changes(mut answer) = answer else { return Err(misplaced()) };
        self.take_told(&mut answer, asked);
        if let Some(metered) = answer.metered.take() {
            let now = self.clock.now_millis();
            self.copies.meter.borrow_mut().take_in(&metered, asked, now);
        }
        let compared = roots::compare(self.roots, &self.copies.place, &answer.roots);
        if compared.is_err() {
            self.copies.knowledge.borrow_mut().forget();
            return compared;
        }
        self.take_changes(question, answer);
        Ok(())
    }

    /// Keeps what the object tells of itself.
    fn take_told(&self, answer: &mut ChangesAnswer, asked_millis: i64) {
        let roots = answer.roots.keys().cloned().collect();
        let backlog = answer.backlog.take();
        let failed = backlog.as_ref().map_or(0, |backlog| backlog.kv_write_errors);
        add(&self.copies.tally.kv_write_errors, failed);
        *self.copies.told.borrow_mut() = Some(Told { asked_millis, backlog, roots });
    }

    /// What is told of this isolate's calls.
    fn report(&self) -> Option<MeterReport> {
        let name = || random_bytes::<16>(self.entropy).ok().map(hex::encode);
        self.copies.meter.borrow_mut().report(name, self.clock.now_millis())
    }

    fn take_changes(&self, question: Question, answer: ChangesAnswer) {
        let effect = self.copies.knowledge.borrow_mut().take_in(question, answer);
        let mut cache = self.copies.cache.borrow_mut();
        match effect {
            Effect::None => {}
            Effect::Everything => cache.clear(),
            Effect::Altered(altered) => {
                for (name, revision) in altered {
                    cache.drop_older(&name, revision);
                }
            }
        }
    }
}
