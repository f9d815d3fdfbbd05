// SPDX-License-Identifier: Apache-2.0
//! An isolate's counts of one place. A call with a key that was counted before costs two look-ups and no
//! memory.

use std::collections::HashMap;

use edgekms_api::{action::ActionName, id::KeyId, usage::Day};

use super::report::{UsageCount, UsageReport};

/// Keys that are counted one by one. Calls with one beyond them count as being about no key.
const KEYS_HELD: usize = 2_000;
/// Rows of one report: some 50 KB.
const ROWS: usize = 500;
/// How long counts wait for a question that is asked anyway before one is asked for their sake.
const WAIT_MILLIS: i64 = 30_000;

/// Counts that the keyring has not been told of.
#[derive(Debug, Default)]
pub struct Counts {
    day: u32,
    keys: HashMap<KeyId, Vec<Tally>>,
    keyless: Vec<Tally>,
    /// What is ready to be told.
    closed: Vec<UsageCount>,
    /// The report that is on its way, or was when it got lost.
    sent: Option<UsageReport>,
    /// Reports made so far.
    reports: u64,
    /// Since when there is something to tell.
    since: Option<i64>,
    /// When it was last asked for their sake.
    tried: Option<i64>,
}

#[derive(Debug, Clone, Copy)]
struct Tally {
    action: ActionName,
    calls: u32,
    throttled: u32,
}

impl Counts {
    /// Counts a call that was answered.
    pub fn count(&mut self, key_id: Option<&KeyId>, action: ActionName, now_millis: i64) {
        let add = |tally: &mut Tally| tally.calls = tally.calls.saturating_add(1);
        self.open(now_millis);
        let Some(key_id) = key_id else { return tally(&mut self.keyless, action, add) };
        if let Some(tallies) = self.keys.get_mut(key_id) {
            tally(tallies, action, add);
        } else if self.keys.len() < KEYS_HELD {
            tally(self.keys.entry(key_id.clone()).or_default(), action, add);
        } else {
            tally(&mut self.keyless, action, add);
        }
    }

    /// Counts a call that came too fast. Which key it named nobody has looked up: it may be none.
    pub fn count_throttled(&mut self, action: ActionName, now_millis: i64) {
        self.open(now_millis);
        tally(&mut self.keyless, action, |tally| {
            tally.throttled = tally.throttled.saturating_add(1)
        });
    }

    fn open(&mut self, now_millis: i64) {
        let day = Day::of_unix_secs(now_millis.div_euclid(1_000)).number();
        if day != self.day {
            self.close();
            self.day = day;
        }
        self.since.get_or_insert(now_millis);
    }

    /// Makes ready to be told what was counted.
    fn close(&mut self) {
        let keyless = std::mem::take(&mut self.keyless);
        let keyless = keyless.into_iter().map(|tally| (None, tally));
        let keys = self.keys.drain();
        let keyed = keys.flat_map(|(key_id, tallies)| {
            tallies.into_iter().map(move |tally| (Some(key_id.clone()), tally))
        });
        let day = self.day;
        let count = |(key_id, tally): (Option<KeyId>, Tally)| UsageCount {
            day,
            key_id,
            action: tally.action.as_str().to_owned(),
            calls: tally.calls,
            throttled: tally.throttled,
        };
        self.closed.extend(keyless.chain(keyed).map(count));
    }

    /// Whether counts have waited for long enough; trying is then this caller's for a while.
    pub fn is_due(&mut self, now_millis: i64) -> bool {
        let tried = self.tried.map_or(i64::MIN, |tried| tried.saturating_add(WAIT_MILLIS));
        let is_due = self.is_old(WAIT_MILLIS, now_millis) && now_millis >= tried;
        if is_due {
            self.tried = Some(now_millis);
        }
        is_due
    }

    /// Whether there are counts that are so old. A clock that went back makes any old.
    #[must_use]
    pub fn is_old(&self, millis: i64, now_millis: i64) -> bool {
        self.since.is_some_and(|since| !(0..millis).contains(&now_millis.saturating_sub(since)))
    }

    /// Whether there is anything to tell.
    #[must_use]
    pub const fn has_any(&self) -> bool {
        self.since.is_some()
    }

    /// What to tell with a question, if there is anything: what was told last, until that is confirmed.
    pub fn report(&mut self, now_millis: i64) -> Option<UsageReport> {
        if let Some(sent) = &self.sent {
            return Some(sent.clone());
        }
        self.close();
        let rows: Vec<_> = self.closed.drain(..self.closed.len().min(ROWS)).collect();
        if rows.is_empty() {
            self.since = None;
            return None;
        }
        self.since = Some(now_millis);
        self.reports = self.reports.saturating_add(1);
        let report = UsageReport { number: self.reports, again: false, rows };
        self.sent = Some(UsageReport { again: true, ..report.clone() });
        Some(report)
    }

    /// The keyring has taken in the report of this number.
    pub fn confirm(&mut self, number: u64) {
        if self.sent.as_ref().is_some_and(|sent| sent.number == number) {
            self.sent = None;
            if self.keys.is_empty() && self.keyless.is_empty() && self.closed.is_empty() {
                self.since = None;
            }
        }
    }
}

/// An action is one of a handful with any one key.
fn tally(tallies: &mut Vec<Tally>, action: ActionName, add: impl FnOnce(&mut Tally)) {
    if let Some(held) = tallies.iter_mut().find(|tally| tally.action == action) {
        return add(held);
    }
    let mut fresh = Tally { action, calls: 0, throttled: 0 };
    add(&mut fresh);
    tallies.push(fresh);
}

#[cfg(test)]
mod tests {
    use super::*;

    const DAY: i64 = 24 * 60 * 60 * 1_000;

    fn rows(report: &UsageReport) -> Vec<(u32, String, &str, u32, u32)> {
        let row = |row: &UsageCount| {
            let key = row.key_id.as_ref().map_or(String::new(), ToString::to_string);
            let action = ActionName::ALL.iter().find(|action| action.as_str() == row.action);
            (row.day, key, action.unwrap().as_str(), row.calls, row.throttled)
        };
        let mut rows: Vec<_> = report.rows.iter().map(row).collect();
        rows.sort();
        rows
    }

    #[test]
    fn calls_are_counted_by_day_key_and_action_and_told_once() {
        let mut counts = Counts::default();
        let key = "k".parse().unwrap();
        for now in [0, 1, DAY] {
            counts.count(Some(&key), ActionName::Encrypt, now);
        }
        counts.count(None, ActionName::ListKeys, DAY);
        counts.count_throttled(ActionName::ListKeys, DAY);
        let report = counts.report(DAY).unwrap();
        let told = [
            (0, "k".to_owned(), "Encrypt", 2, 0),
            (1, String::new(), "ListKeys", 1, 1),
            (1, "k".to_owned(), "Encrypt", 1, 0),
        ];
        assert_eq!(rows(&report), told);
        assert!((report.number, report.again) == (1, false));
        counts.confirm(1);
        assert!(!counts.has_any());
        assert_eq!(counts.report(DAY), None);
    }

    #[test]
    fn a_report_that_is_not_answered_is_sent_again_as_it_was() {
        let mut counts = Counts::default();
        counts.count(None, ActionName::ListKeys, 0);
        let first = counts.report(0).unwrap();
        counts.count(None, ActionName::ListKeys, 1);
        let second = counts.report(2).unwrap();
        assert_eq!(second, UsageReport { again: true, ..first });
        counts.confirm(9);
        counts.confirm(1);
        assert_eq!(counts.report(3).unwrap().number, 2);
    }

    #[test]
    fn it_is_time_to_tell_after_half_a_minute_and_once_for_all_calls() {
        let mut counts = Counts::default();
        assert!(!counts.is_due(WAIT_MILLIS));
        counts.count(None, ActionName::ListKeys, 5);
        assert!(!counts.is_due(5 + WAIT_MILLIS - 1));
        assert!(counts.is_due(5 + WAIT_MILLIS) && !counts.is_due(6 + WAIT_MILLIS));
    }

    #[test]
    fn what_is_held_and_told_is_bounded_and_nothing_is_lost() {
        let mut counts = Counts::default();
        for number in 0..KEYS_HELD + 10 {
            counts.count(Some(&format!("k{number}").parse().unwrap()), ActionName::Encrypt, 0);
        }
        assert_eq!(counts.keys.len(), KEYS_HELD);
        let mut told = 0;
        while let Some(report) = counts.report(0) {
            assert!(report.rows.len() <= ROWS);
            told += report.rows.iter().map(|row| row.calls).sum::<u32>() as usize;
            counts.confirm(report.number);
        }
        assert_eq!(told, KEYS_HELD + 10);
    }
}
