// SPDX-License-Identifier: Apache-2.0
//! The watch object: one for the deployment, and one more user of the [object shell](crate::object). It adds up
//! and tells, and decides about nothing.
//!
//! Sums are stored with the first report that comes ten seconds after they were stored last, and before they
//! are told: a scrape must never see a sum that is forgotten afterwards, which it would take for a counter that
//! began anew.

use std::{cell::RefCell, marker::PhantomData};

use super::{
    report::{Answer, Ask, Message, Report, VERSION},
    sums::Sums,
};
use crate::{
    object::{Batch, Job, ObjectStore, Rules, Transactor, message::MessageError, shell::Outcome},
    port::{LocalFuture, PortError},
};

/// The object's name.
pub const OBJECT_NAME: &str = "v1/watch";
/// The fact that has the sums.
const SUMS: &str = "sums";
/// For how long sums are in memory alone: a write for each isolate's report would cost more than all else.
const UNSAVED_MILLIS: i64 = 10_000;

/// The rules of a watch object over any store.
pub struct WatchRules<C> {
    held: RefCell<Option<Held>>,
    change: PhantomData<C>,
}

struct Held {
    sums: Sums,
    /// When they were stored, or read.
    saved_millis: i64,
    is_saved: bool,
}

type Store<C> = dyn ObjectStore<Change = C>;

impl<C> Default for WatchRules<C> {
    fn default() -> Self {
        Self { held: RefCell::default(), change: PhantomData }
    }
}

impl<C: Clone + 'static> WatchRules<C> {
    fn respond(&self, ask: Ask, object: &Transactor<'_, Store<C>>) -> Result<Answer, PortError> {
        let mut held = self.held.borrow_mut();
        let held = match &mut *held {
            Some(held) => held,
            None => held.insert(Held::read(object)?),
        };
        let now = object.now_millis();
        match ask {
            Ask::Add(report) => {
                let Report { number, .. } = report;
                held.is_saved &= !held.sums.add(report, now);
                if !(0..UNSAVED_MILLIS).contains(&now.saturating_sub(held.saved_millis)) {
                    held.save(object)?;
                }
                Ok(Answer::Added(number))
            }
            Ask::Tell => {
                held.save(object)?;
                Ok(Answer::Sums(held.sums.tell(now)))
            }
        }
    }
}

impl Held {
    fn read<C: Clone>(object: &Transactor<'_, Store<C>>) -> Result<Self, PortError> {
        let sums = object.store.fact(SUMS)?.map(|text| Sums::read(&text)).transpose()?;
        let (sums, saved_millis) = (sums.unwrap_or_default(), object.now_millis());
        Ok(Self { sums, saved_millis, is_saved: true })
    }

    fn save<C: Clone>(&mut self, object: &Transactor<'_, Store<C>>) -> Result<(), PortError> {
        if self.is_saved {
            return Ok(());
        }
        let text = serde_json::to_string(&self.sums.counters())
            .map_err(|error| PortError(error.to_string()))?;
        object.commit(&Batch { facts: vec![(SUMS, text)], ..Batch::default() })?;
        (self.is_saved, self.saved_millis) = (true, object.now_millis());
        Ok(())
    }
}

impl<C: Clone + 'static> Rules for WatchRules<C> {
    type Store = Store<C>;

    fn answer(
        &self,
        text: &str,
        object: &Transactor<'_, Store<C>>,
    ) -> Result<String, MessageError> {
        let message: Message = serde_json::from_str(text)
            .ok()
            .filter(|message: &Message| message.v == VERSION)
            .ok_or(MessageError::Form { version: VERSION })?;
        let answer = self.respond(message.ask, object);
        let answer = answer.unwrap_or_else(|error| Answer::Refused(error.0));
        // Texts and numbers; serde_json cannot refuse them.
        Ok(serde_json::to_string(&answer).unwrap_or_default())
    }

    /// It has no events.
    fn link(&self, _: &mut Batch<C>, _: &Store<C>) -> Result<(), PortError> {
        Ok(())
    }

    /// It has no jobs.
    fn carry_out<'a>(
        &'a self,
        _: &'a Job,
        _: Transactor<'a, Store<C>>,
    ) -> LocalFuture<'a, Result<Outcome<C>, PortError>> {
        Box::pin(async { Err(PortError::new("this release knows no such job")) })
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, rc::Rc};

    use super::*;
    use crate::{
        testing::{
            StandingClock,
            watch::{TestWatch, Watch},
        },
        watch::{
            metric::Metric,
            report::{Row, Sum},
        },
    };

    fn ask(object: &Watch, ask: Ask) -> Answer {
        let message = serde_json::to_string(&Message { v: VERSION, ask }).unwrap();
        serde_json::from_str(&object.receive(&message).unwrap()).unwrap()
    }

    fn add(isolate: &str, number: u64) -> Ask {
        let grown = vec![Row::of(Metric::Throttled, &["reads"], 2)];
        let now = Vec::new();
        Ask::Add(Report { isolate: isolate.to_owned(), number, again: false, grown, now })
    }

    fn throttled(object: &Watch) -> u64 {
        let Answer::Sums(sums) = ask(object, Ask::Tell) else { panic!() };
        let is_it = |sum: &&Sum| sum.name == Metric::Throttled.name();
        sums.iter().find(is_it).map_or(0, |sum| sum.number)
    }

    #[test]
    fn what_was_told_is_stored_and_is_never_less_later() {
        let clock = Rc::new(StandingClock(Cell::new(0)));
        let watch = TestWatch::new(clock.clone());
        assert_eq!(ask(&watch.object(), add("a", 1)), Answer::Added(1));
        assert_eq!(throttled(&watch.object()), 2);
        ask(&watch.object(), add("a", 2));
        // It is ended: what it had not stored yet is lost, and what a scrape has seen is not.
        watch.end();
        assert_eq!(throttled(&watch.object()), 2);
        ask(&watch.object(), add("a", 3));
        clock.0.set(UNSAVED_MILLIS);
        ask(&watch.object(), add("b", 1));
        watch.end();
        assert_eq!(throttled(&watch.object()), 6);
    }

    #[test]
    fn messages_of_other_versions_are_refused() {
        let object = TestWatch::new(Rc::new(StandingClock(Cell::new(0)))).object();
        for text in ["", "{}", r#"{"v":2,"ask":"tell"}"#, r#"{"v":1,"ask":"tell","extra":1}"#] {
            assert!(object.receive(text).is_err(), "{text}");
        }
    }
}
