// SPDX-License-Identifier: Apache-2.0
//! When an isolate tells what it has counted, and that it tells it once.
//!
//! Nobody calls an isolate that has nothing to do, so whoever is counted first begins to wait, beside the
//! call, and tells what has come meanwhile. What was told is told again, under the same number, until it is
//! answered.

use std::cell::{Cell, RefCell};

use super::{
    report::{Report, Row},
    seen::Seen,
    tally::Tally,
};

/// How long counts gather. The platform lets work go on for 30 s after an answer.
pub const GATHER_MILLIS: u32 = 15_000;
/// After so long whoever waits is taken for ended.
const TELLER_LIVES_MILLIS: i64 = 28_000;

/// One isolate's.
#[derive(Debug, Default)]
pub struct Teller {
    tally: RefCell<Tally>,
    waiting_since: Cell<Option<i64>>,
    /// By what the object knows this isolate.
    isolate: RefCell<Option<String>>,
    reports: Cell<u64>,
    /// The report that is on its way, or was when it got lost.
    sent: RefCell<Option<Report>>,
}

impl Teller {
    /// Counts a call. True if somebody is to begin to wait now.
    pub fn count(&self, seen: &Seen, now_millis: i64) -> bool {
        self.tally.borrow_mut().count(seen);
        let lives =
            |since: i64| (0..TELLER_LIVES_MILLIS).contains(&now_millis.saturating_sub(since));
        let begins = !self.waiting_since.get().is_some_and(lives);
        if begins {
            self.waiting_since.set(Some(now_millis));
        }
        begins
    }

    /// Counts events that are lost. Whoever is counted next tells it.
    pub fn count_lost(&self, events: usize) {
        self.tally.borrow_mut().count_lost(events);
    }

    /// Whoever waited tells now.
    pub fn end_wait(&self) {
        self.waiting_since.set(None);
    }

    /// Whether there is anything that the object has not confirmed.
    #[must_use]
    pub fn has_any(&self) -> bool {
        self.sent.borrow().is_some() || self.tally.borrow().has_any()
    }

    /// What to tell: what was told last, until that is confirmed; else what was counted, with `grown` and
    /// `now` from elsewhere. `name` is taken as this isolate's, if it has none.
    pub fn report(
        &self,
        name: impl FnOnce() -> Option<String>,
        grown: impl FnOnce() -> Vec<Row>,
        now: Vec<Row>,
    ) -> Option<Report> {
        if let Some(sent) = &*self.sent.borrow() {
            return Some(sent.clone());
        }
        let isolate = self.isolate.borrow().clone();
        let isolate = match isolate {
            Some(isolate) => isolate,
            None => self.isolate.borrow_mut().insert(name()?).clone(),
        };
        let mut rows = self.tally.borrow_mut().take();
        rows.extend(grown());
        let number = self.reports.get().saturating_add(1);
        self.reports.set(number);
        let report = Report { isolate, number, again: false, grown: rows, now };
        *self.sent.borrow_mut() = Some(Report { again: true, ..report.clone() });
        Some(report)
    }

    /// The object has the report of this number.
    pub fn confirm(&self, number: u64) {
        let mut sent = self.sent.borrow_mut();
        if sent.as_ref().is_some_and(|sent| sent.number == number) {
            *sent = None;
        }
    }
}

#[cfg(test)]
mod tests {
    use edgekms_api::action::ActionName;

    use super::*;
    use crate::watch::caller::CallerKind;

    const CALL: Seen = Seen {
        action: Some(ActionName::ListKeys),
        code: None,
        caller: CallerKind::Root,
        millis: 0,
    };

    fn report(teller: &Teller) -> Report {
        teller.report(|| Some("ab".to_owned()), Vec::new, Vec::new()).unwrap()
    }

    #[test]
    fn the_first_call_waits_for_the_others_and_one_that_is_ended_is_replaced() {
        let teller = Teller::default();
        assert!(!teller.has_any());
        assert!(teller.count(&CALL, 0) && !teller.count(&CALL, 1));
        assert!(teller.has_any());
        assert!(teller.count(&CALL, TELLER_LIVES_MILLIS));
        teller.end_wait();
        assert!(teller.count(&CALL, TELLER_LIVES_MILLIS + 1));
    }

    #[test]
    fn a_report_that_is_not_answered_is_sent_again_as_it_was() {
        let teller = Teller::default();
        teller.count(&CALL, 0);
        let first = report(&teller);
        assert_eq!((first.number, first.again, &*first.isolate), (1, false, "ab"));
        teller.count(&CALL, 1);
        assert_eq!(report(&teller), Report { again: true, ..first });
        teller.confirm(7);
        teller.confirm(1);
        let next = report(&teller);
        assert_eq!((next.number, next.again), (2, false));
        teller.confirm(2);
        assert!(!teller.has_any());
    }
}
