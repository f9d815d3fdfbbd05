// SPDX-License-Identifier: Apache-2.0
//! What all isolates have told, added up.

use std::collections::{BTreeMap, HashMap};

use super::{
    metric::{Metric, MetricType, OTHER},
    report::{Report, Row, Sum},
};
use crate::{port::PortError, usage::entered::Entered};

/// Series of counters at the most; their kinds come from tables, and honest deployments have some hundreds.
const SERIES: usize = 5_000;
/// How long what an isolate told of now counts: it tells again within 15 seconds while it is in use.
const NOW_MILLIS: i64 = 60_000;
/// Isolates whose telling is remembered.
const ISOLATES: usize = 10_000;

type Series = (String, Vec<String>);

/// The sums.
#[derive(Debug, Default)]
pub struct Sums {
    counters: BTreeMap<Series, Counter>,
    isolates: HashMap<String, Told>,
    entered: Entered,
}

#[derive(Debug, Clone, Copy)]
struct Counter {
    number: u64,
    /// In seconds since 1970.
    since: i64,
}

#[derive(Debug)]
struct Told {
    at_millis: i64,
    now: Vec<Row>,
}

impl Sums {
    /// The counters as [`Sums::counters`] had them.
    ///
    /// # Errors
    /// [`PortError`] if the text is none of these.
    pub fn read(text: &str) -> Result<Self, PortError> {
        let sums: Vec<Sum> = serde_json::from_str(text)
            .map_err(|error| PortError(format!("the stored sums do not parse: {error}")))?;
        let counter =
            |Sum { name, labels, number, since }| ((name, labels), Counter { number, since });
        Ok(Self { counters: sums.into_iter().map(counter).collect(), ..Self::default() })
    }

    /// The counters, to be stored.
    #[must_use]
    pub fn counters(&self) -> Vec<Sum> {
        let sum = |((name, labels), counter): (&Series, &Counter)| {
            let (name, labels) = (name.clone(), labels.clone());
            Sum { name, labels, number: counter.number, since: counter.since }
        };
        self.counters.iter().map(sum).collect()
    }

    /// Adds up what an isolate tells. False if it is in the sums already, or may be.
    pub fn add(&mut self, report: Report, now_millis: i64) -> bool {
        let Report { isolate, number, again, grown, now } = report;
        let is_new = self.entered.is_new(&isolate, number, again);
        if is_new {
            self.entered.note(&isolate, number);
            let since = now_millis.div_euclid(1000);
            grown.into_iter().for_each(|row| self.grow(row, since));
        }
        self.forget(now_millis);
        self.isolates.insert(isolate, Told { at_millis: now_millis, now });
        is_new
    }

    fn grow(&mut self, Row(name, mut labels, number): Row, since: i64) {
        // Only calls have more kinds than a table says.
        let is_many = self.counters.len() >= SERIES && name == Metric::Calls.name();
        let mut series = (name, labels.clone());
        if is_many && !self.counters.contains_key(&series) {
            labels.fill(OTHER.to_owned());
            series.1 = labels;
        }
        let counter = self.counters.entry(series).or_insert(Counter { number: 0, since });
        counter.number = counter.number.saturating_add(number);
    }

    /// Forgets what isolates told too long ago.
    fn forget(&mut self, now_millis: i64) {
        let is_recent =
            |told: &Told| (0..NOW_MILLIS).contains(&now_millis.saturating_sub(told.at_millis));
        self.isolates.retain(|_, told| is_recent(told));
        if self.isolates.len() >= ISOLATES {
            self.isolates.clear();
        }
    }

    /// All sums.
    pub fn tell(&mut self, now_millis: i64) -> Vec<Sum> {
        self.forget(now_millis);
        let mut sums = self.counters();
        let isolates = u64::try_from(self.isolates.len()).unwrap_or(u64::MAX);
        let mut now = BTreeMap::<Series, u64>::from([
            ((Metric::Isolates.name().to_owned(), Vec::new()), isolates),
            ((Metric::AuditWaiting.name().to_owned(), Vec::new()), 0),
        ]);
        for Row(name, labels, number) in self.isolates.values().flat_map(|told| &told.now) {
            let Some(row) = Metric::rows().find(|row| row.name == name) else { continue };
            let held = now.entry((name.clone(), labels.clone())).or_default();
            *held = match row.kind {
                MetricType::GaugeMost => (*held).max(*number),
                _ => held.saturating_add(*number),
            };
        }
        let sum = |((name, labels), number)| Sum { name, labels, number, since: 0 };
        sums.extend(now.into_iter().map(sum));
        sums
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calls(action: &str, number: u64) -> Row {
        Row::of(Metric::Calls, &[action, "OK", "root"], number)
    }

    fn report(isolate: &str, number: u64, grown: Vec<Row>, now: Vec<Row>) -> Report {
        Report { isolate: isolate.to_owned(), number, again: false, grown, now }
    }

    fn told(sums: &mut Sums, metric: Metric, now: i64) -> Vec<(String, u64, i64)> {
        let sums = sums.tell(now).into_iter().filter(|sum| sum.name == metric.name());
        sums.map(|sum| (sum.labels.join(" "), sum.number, sum.since)).collect()
    }

    #[test]
    fn counters_add_up_and_count_since_they_began() {
        let mut sums = Sums::default();
        sums.add(report("a", 1, vec![calls("Encrypt", 2)], Vec::new()), 5_000);
        sums.add(report("b", 1, vec![calls("Encrypt", 3), calls("Decrypt", 1)], Vec::new()), 9_000);
        let all = [("Decrypt OK root".to_owned(), 1, 9), ("Encrypt OK root".to_owned(), 5, 5)];
        assert_eq!(told(&mut sums, Metric::Calls, 9_000), all);
        let text = serde_json::to_string(&sums.counters()).unwrap();
        assert_eq!(told(&mut Sums::read(&text).unwrap(), Metric::Calls, 0), all);
        assert!(Sums::read("{").is_err());
    }

    #[test]
    fn a_report_counts_once() {
        let mut sums = Sums::default();
        let first = report("a", 1, vec![calls("Encrypt", 2)], Vec::new());
        assert!(sums.add(first.clone(), 0));
        assert!(!sums.add(Report { again: true, ..first.clone() }, 0));
        // This object may have been ended in between.
        assert!(!sums.add(Report { again: true, isolate: "b".to_owned(), ..first }, 0));
        assert_eq!(told(&mut sums, Metric::Calls, 0), [("Encrypt OK root".to_owned(), 2, 0)]);
    }

    #[test]
    fn what_is_now_is_of_isolates_that_told_it_lately() {
        let mut sums = Sums::default();
        let now = |waiting, lag| {
            vec![
                Row::of(Metric::AuditWaiting, &[], waiting),
                Row::of(Metric::PublishLag, &["cn-hangzhou"], lag),
            ]
        };
        sums.add(report("a", 1, Vec::new(), now(9, 9)), 0);
        sums.add(report("a", 2, Vec::new(), now(3, 4)), 10_000);
        sums.add(report("b", 1, Vec::new(), now(2, 7)), 20_000);
        let number = |sums: &mut Sums, metric, at| told(sums, metric, at).first().map(|sum| sum.1);
        assert_eq!(number(&mut sums, Metric::AuditWaiting, 20_000), Some(5));
        assert_eq!(number(&mut sums, Metric::PublishLag, 20_000), Some(7));
        assert_eq!(number(&mut sums, Metric::Isolates, 20_000), Some(2));
        assert_eq!(number(&mut sums, Metric::PublishLag, 75_000), Some(7));
        assert_eq!(number(&mut sums, Metric::Isolates, 75_000), Some(1));
        assert_eq!(number(&mut sums, Metric::PublishLag, 80_000), None, "nobody knows");
        assert_eq!(number(&mut sums, Metric::Isolates, 80_000), Some(0));
    }

    #[test]
    fn series_are_bounded_and_no_call_is_lost() {
        let mut sums = Sums::default();
        let many = 0..SERIES as u64 + 100;
        let rows = many.clone().map(|number| calls(&format!("a{number}"), 1)).collect();
        sums.add(report("a", 1, rows, Vec::new()), 0);
        sums.add(report("a", 2, vec![calls("a7", 1)], Vec::new()), 0);
        assert_eq!(sums.counters.len(), SERIES + 1);
        let all = told(&mut sums, Metric::Calls, 0);
        assert_eq!(all.iter().map(|sum| sum.1).sum::<u64>(), many.end + 1);
        assert!(all.contains(&("other other other".to_owned(), 100, 0)));
        assert!(all.contains(&("a7 OK root".to_owned(), 2, 0)));
    }
}
