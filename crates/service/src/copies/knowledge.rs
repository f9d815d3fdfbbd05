// SPDX-License-Identifier: Apache-2.0
//! What one isolate knows of a keyring's changes, and how old that knowledge is.
//!
//! The bound on a change is ours, not KV's: an isolate in use asks its keyring *what changed since
//! revision r?*, and past the bound no call goes on before that is answered. The age of an answer
//! counts on the isolate's own clock from before it asked, so clocks that differ do not matter.
//!
//! | `STATE_CONSISTENCY` | asks every | bound |
//! |---|---|---|
//! | `eventual` | 30 s, a quarter more or less | 60 s |
//! | `strict` | 2 s, a quarter more or less | 5 s |

use std::collections::HashMap;

use crate::object::name::ViewName;
use crate::object::since::Since;
use crate::{
    defects::{Defect, is_back},
    keyring::message::ChangesAnswer,
    settings::StateConsistency,
};

/// Altered names that an isolate remembers. Beyond it the oldest are forgotten, and with them the
/// belief in copies from before.
const CAPACITY: usize = 8_192;

/// What is known.
#[derive(Debug, Default)]
pub struct Knowledge {
    known: Option<Known>,
    /// Questions asked so far; an answer to an earlier one than the last answered is stale.
    questions: u64,
    answered: u64,
    /// The latest change that a keyring has told this isolate of, and the questions asked until then:
    /// an answer to one of them that is older would make it forgotten.
    noted: Option<Noted>,
    /// Answers in a row that went back behind what is known.
    went_back: u32,
    /// A share of the interval in thousandths, drawn anew for each question.
    jitter: u16,
}

#[derive(Debug)]
struct Known {
    epoch: String,
    revision: u64,
    /// Since which revision `altered` is whole.
    floor: u64,
    altered: HashMap<ViewName, u64>,
    asked_millis: i64,
}

#[derive(Debug)]
struct Noted {
    epoch: String,
    revision: u64,
    questions: u64,
}

/// A question under way.
#[derive(Debug, Clone, Copy)]
pub struct Question {
    number: u64,
    asked_millis: i64,
}

/// How old the knowledge is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Freshness {
    /// Good.
    Fresh,
    /// Good, and it is time to ask again beside the calls.
    Ageing,
    /// Past the bound: no call may go on before it is asked again.
    Stale,
}

/// What an answer does to what an isolate holds.
#[derive(Debug, PartialEq, Eq)]
pub enum Effect {
    /// Nothing: the answer was overtaken.
    None,
    /// These names were altered: whatever is held of them from an earlier revision goes.
    Altered(Vec<(ViewName, u64)>),
    /// Nothing that is held is known to be good.
    Everything,
}

/// Milliseconds between two questions, and the age past which no call goes on.
#[must_use]
pub const fn bounds(consistency: StateConsistency) -> (i64, i64) {
    match consistency {
        StateConsistency::Eventual => (30_000, 60_000),
        StateConsistency::Strict => (2_000, 5_000),
    }
}

impl Knowledge {
    /// How old the knowledge is at `now_millis`, by this isolate's clock. A clock that went back
    /// behind the question is no measure, so the knowledge is stale then.
    #[must_use]
    pub fn freshness(&self, consistency: StateConsistency, now_millis: i64) -> Freshness {
        let (interval, bound) = bounds(consistency);
        let Some(known) = &self.known else { return Freshness::Stale };
        let age = now_millis.saturating_sub(known.asked_millis);
        let interval = interval.saturating_mul(750 + i64::from(self.jitter % 500)) / 1000;
        if !(0..bound).contains(&age) {
            Freshness::Stale
        } else if age >= interval {
            Freshness::Ageing
        } else {
            Freshness::Fresh
        }
    }

    /// A question that is about to be asked.
    pub fn ask(&mut self, now_millis: i64, jitter: u16) -> (Question, Option<Since>) {
        self.questions = self.questions.saturating_add(1);
        self.jitter = jitter;
        let since = |known: &Known| Since { epoch: known.epoch.clone(), revision: known.revision };
        let question = Question { number: self.questions, asked_millis: now_millis };
        (question, self.known.as_ref().map(since))
    }

    /// Takes in the answer to `question`.
    pub fn take_in(&mut self, question: Question, answer: ChangesAnswer) -> Effect {
        let is_older = |noted: &Noted| {
            noted.epoch == answer.epoch
                && question.number <= noted.questions
                && answer.revision < noted.revision
        };
        if question.number <= self.answered || self.noted.as_ref().is_some_and(is_older) {
            return Effect::None;
        }
        let ChangesAnswer { epoch, revision, complete_since, altered, .. } = answer;
        let Some(known) = self.known.as_mut().filter(|known| known.epoch == epoch) else {
            return self.start_over(question, epoch, revision, complete_since, altered);
        };
        if revision < known.revision {
            // An answer that another overtook on the way; twice in a row, the keyring did go back.
            self.went_back = self.went_back.saturating_add(1);
            if self.went_back < 2 {
                return Effect::None;
            }
            return self.start_over(question, epoch, revision, complete_since, altered);
        }
        if complete_since > known.revision {
            return self.start_over(question, epoch, revision, complete_since, altered);
        }
        (self.answered, self.went_back) = (question.number, 0);
        (known.revision, known.asked_millis) = (revision, question.asked_millis);
        for (name, revision) in &altered {
            known.note(name, *revision);
        }
        known.forget_oldest();
        Effect::Altered(altered)
    }

    fn start_over(
        &mut self,
        question: Question,
        epoch: String,
        revision: u64,
        floor: u64,
        altered: Vec<(ViewName, u64)>,
    ) -> Effect {
        (self.answered, self.went_back) = (question.number, 0);
        let altered = altered.into_iter().collect();
        let asked_millis = question.asked_millis;
        self.known = Some(Known { epoch, revision, floor, altered, asked_millis });
        Effect::Everything
    }

    /// Takes note that `revision` altered `name`, as a keyring has just said of a change.
    pub fn note(&mut self, epoch: &str, name: &ViewName, revision: u64) {
        if let Some(known) = self.known.as_mut().filter(|known| known.epoch == epoch) {
            known.note(name, revision);
        }
        let earlier = self.noted.take().filter(|noted| noted.epoch == epoch);
        let revision = earlier.map_or(revision, |noted| noted.revision.max(revision));
        self.noted = Some(Noted { epoch: epoch.to_owned(), revision, questions: self.questions });
    }

    /// Whether `epoch` is another life of the keyring than the one that is known.
    #[must_use]
    pub fn is_of_another_life(&self, epoch: &str) -> bool {
        self.known.as_ref().is_some_and(|known| known.epoch != epoch)
    }

    /// Forgets everything, so that the next call asks.
    pub fn forget(&mut self) {
        self.known = None;
    }

    /// Whether a published view of `name` may be used: this life of the keyring made it, within what
    /// is known, and nothing has altered the name since. One from a revision that is not known yet
    /// is not believed: a keyring that was put back to an earlier state may never get there.
    #[must_use]
    pub fn believes(&self, name: &ViewName, epoch: &str, revision: u64) -> bool {
        let Some(known) = &self.known else { return false };
        if is_back(Defect::LateWrite) {
            return true;
        }
        known.epoch == epoch
            && (known.floor..=known.revision).contains(&revision)
            && known.altered_at(name) <= revision
    }

    /// Whether a view is from a revision that is not known yet.
    #[must_use]
    pub fn is_behind(&self, epoch: &str, revision: u64) -> bool {
        self.known.as_ref().is_some_and(|known| known.epoch == epoch && known.revision < revision)
    }

    /// Whether what the keyring itself has said of `name` is still the last word on it.
    #[must_use]
    pub fn accepts(&self, name: &ViewName, epoch: &str, revision: u64) -> bool {
        let Some(known) = &self.known else { return false };
        if is_back(Defect::SlowRead) {
            return true;
        }
        known.epoch == epoch && known.floor <= revision && known.altered_at(name) <= revision
    }
}

impl Known {
    fn altered_at(&self, name: &ViewName) -> u64 {
        self.altered.get(name).copied().unwrap_or(0)
    }

    fn note(&mut self, name: &ViewName, revision: u64) {
        let held = self.altered.entry(name.clone()).or_insert(revision);
        *held = revision.max(*held);
    }

    fn forget_oldest(&mut self) {
        if self.altered.len() <= CAPACITY {
            return;
        }
        let mut revisions: Vec<u64> = self.altered.values().copied().collect();
        revisions.sort_unstable();
        let Some(&forgotten) = revisions.get(revisions.len() / 2) else { return };
        self.altered.retain(|_, revision| *revision > forgotten);
        self.floor = self.floor.max(forgotten);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name(text: &str) -> ViewName {
        ViewName::from_local(&format!("alias/{text}")).unwrap()
    }

    fn answer(epoch: &str, revision: u64, since: u64, altered: &[(&str, u64)]) -> ChangesAnswer {
        ChangesAnswer {
            epoch: epoch.into(),
            revision,
            complete_since: since,
            altered: altered.iter().map(|(text, revision)| (name(text), *revision)).collect(),
            roots: Default::default(),
            metered: None,
            backlog: None,
        }
    }

    fn known() -> Knowledge {
        let mut knowledge = Knowledge::default();
        let (question, since) = knowledge.ask(0, 250);
        assert!(since.is_none());
        assert_eq!(
            knowledge.take_in(question, answer("e", 10, 4, &[("a", 8)])),
            Effect::Everything
        );
        knowledge
    }

    #[test]
    fn knowledge_ages_on_the_clock_of_who_asked() {
        let knowledge = known();
        let at = |now| knowledge.freshness(StateConsistency::Eventual, now);
        assert_eq!((at(0), at(29_999)), (Freshness::Fresh, Freshness::Fresh));
        assert_eq!((at(30_000), at(59_999)), (Freshness::Ageing, Freshness::Ageing));
        assert_eq!((at(60_000), at(-1)), (Freshness::Stale, Freshness::Stale));
        let strict = |now| knowledge.freshness(StateConsistency::Strict, now);
        assert_eq!((strict(2_000), strict(5_000)), (Freshness::Ageing, Freshness::Stale));
        let nothing = Knowledge::default().freshness(StateConsistency::Eventual, 0);
        assert_eq!(nothing, Freshness::Stale);
    }

    #[test]
    fn a_copy_is_believed_from_the_last_change_of_its_name_to_what_is_known() {
        let knowledge = known();
        let believed = |text, epoch, revision| knowledge.believes(&name(text), epoch, revision);
        assert!(!believed("a", "e", 7) && believed("a", "e", 8) && believed("a", "e", 10));
        assert!(!believed("b", "e", 3), "before what is known, anything may have happened");
        assert!(believed("b", "e", 4) && !believed("b", "e", 11), "nor after it");
        assert!(!believed("a", "another", 9));
        assert!(knowledge.accepts(&name("b"), "e", 11), "the keyring itself is ahead of us");
        assert!(!knowledge.accepts(&name("a"), "e", 7), "a slow answer does not undo a change");
        assert!(!knowledge.accepts(&name("b"), "e", 3), "nor one that may be forgotten");
    }

    #[test]
    fn what_changed_is_added_to_what_was_known() {
        let mut knowledge = known();
        let (question, since) = knowledge.ask(100, 0);
        assert_eq!(since, Some(Since { epoch: "e".into(), revision: 10 }));
        let effect = knowledge.take_in(question, answer("e", 12, 10, &[("b", 12)]));
        assert_eq!(effect, Effect::Altered(vec![(name("b"), 12)]));
        assert!(!knowledge.believes(&name("b"), "e", 11));
        assert!(knowledge.believes(&name("a"), "e", 8), "a is as it was");
    }

    #[test]
    fn a_gap_or_another_life_of_the_keyring_starts_over() {
        for gap in [answer("e", 30, 20, &[]), answer("f", 3, 0, &[])] {
            let mut knowledge = known();
            let (question, _) = knowledge.ask(100, 0);
            assert_eq!(knowledge.take_in(question, gap), Effect::Everything);
            assert!(!knowledge.believes(&name("a"), "e", 8));
        }
        assert!(known().is_of_another_life("f") && !known().is_of_another_life("e"));
    }

    #[test]
    fn an_answer_that_was_overtaken_counts_for_nothing() {
        let mut knowledge = known();
        let (slow, _) = knowledge.ask(100, 0);
        let (quick, _) = knowledge.ask(200, 0);
        knowledge.take_in(quick, answer("e", 12, 10, &[("a", 12)]));
        assert_eq!(knowledge.take_in(slow, answer("e", 10, 10, &[])), Effect::None);
        // Answered in the order asked, decided in the other.
        let (next, _) = knowledge.ask(300, 0);
        assert_eq!(knowledge.take_in(next, answer("e", 11, 11, &[])), Effect::None);
        assert_eq!(knowledge.freshness(StateConsistency::Strict, 5_200), Freshness::Stale);
        let (again, _) = knowledge.ask(400, 0);
        assert_eq!(knowledge.take_in(again, answer("e", 11, 11, &[])), Effect::Everything);
    }

    #[test]
    fn an_answer_from_before_an_own_change_is_not_the_first_thing_known() {
        let mut knowledge = Knowledge::default();
        let (slow, _) = knowledge.ask(0, 0);
        knowledge.note("e", &name("a"), 11);
        assert_eq!(knowledge.take_in(slow, answer("e", 10, 0, &[])), Effect::None);
        let (next, _) = knowledge.ask(1, 0);
        let known = answer("e", 11, 0, &[("a", 11)]);
        assert_eq!(knowledge.take_in(next, known), Effect::Everything);
        // Told in the other order than it happened, and with a gap before the question.
        let (slow, _) = knowledge.ask(2, 0);
        knowledge.note("e", &name("b"), 31);
        knowledge.note("e", &name("a"), 30);
        assert_eq!(knowledge.take_in(slow, answer("e", 30, 25, &[])), Effect::None);
        assert!(!knowledge.believes(&name("b"), "e", 11));
    }

    #[test]
    fn memory_is_bounded_and_what_is_forgotten_is_not_believed() {
        let mut knowledge = known();
        for revision in 11..11 + 2 * CAPACITY as u64 {
            let (question, _) = knowledge.ask(0, 0);
            let text = format!("n{revision}");
            knowledge.take_in(question, answer("e", revision, revision - 1, &[(&text, revision)]));
        }
        assert!(knowledge.known.as_ref().unwrap().altered.len() <= CAPACITY);
        assert!(!knowledge.believes(&name("quiet"), "e", 10));
    }
}
