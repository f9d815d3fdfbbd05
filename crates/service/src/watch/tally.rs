// SPDX-License-Identifier: Apache-2.0
//! An isolate's counters since it last told them. A call adds to three numbers at places that are known; a
//! refusal is looked up by its kind.

use std::collections::HashMap;

use edgekms_api::{action::ActionName, error::ErrorCode};

use super::{
    caller::{CallerKind, KINDS},
    latency::{self, BUCKETS},
    metric::{Metric, OTHER},
    report::Row,
    seen::Seen,
};
use crate::throttle::group::{GROUPS, Group};

/// Kinds of refusals that are told apart between two reports: far more than honest callers meet.
const REFUSALS: usize = 1_000;

/// The counters.
#[derive(Debug)]
pub struct Tally {
    /// Calls that were answered as they were wanted, by action and caller.
    answered: Vec<[u32; KINDS]>,
    refused: HashMap<(&'static str, &'static str, CallerKind), u32>,
    latencies: [Latency; GROUPS],
    throttled: [u32; GROUPS],
    lost_events: u64,
    has_any: bool,
}

#[derive(Debug, Clone, Copy, Default)]
struct Latency {
    buckets: [u32; BUCKETS],
    sum_millis: u64,
}

impl Default for Tally {
    fn default() -> Self {
        Self {
            answered: vec![[0; KINDS]; ActionName::ALL.len()],
            refused: HashMap::new(),
            latencies: [Latency::default(); GROUPS],
            throttled: [0; GROUPS],
            lost_events: 0,
            has_any: false,
        }
    }
}

impl Tally {
    /// Counts a call.
    pub fn count(&mut self, seen: &Seen) {
        self.has_any = true;
        match (seen.action, seen.code) {
            (Some(action), None) => {
                let of_action = self.answered.get_mut(action as usize);
                add(of_action.and_then(|callers| callers.get_mut(seen.caller.index())));
            }
            _ => self.count_refusal(seen),
        }
        let Some(group) = seen.group() else { return };
        if let Some(latency) = self.latencies.get_mut(group.index()) {
            add(latency.buckets.get_mut(latency::bucket(seen.millis)));
            latency.sum_millis = latency.sum_millis.saturating_add(u64::from(seen.millis));
        }
        if seen.code == Some(ErrorCode::RejectedThrottling) {
            add(self.throttled.get_mut(group.index()));
        }
    }

    fn count_refusal(&mut self, seen: &Seen) {
        let kind = (seen.action_name(), seen.code_name(), seen.caller);
        let is_told_apart = self.refused.len() < REFUSALS || self.refused.contains_key(&kind);
        let kind = if is_told_apart { kind } else { (OTHER, OTHER, seen.caller) };
        add(Some(self.refused.entry(kind).or_default()));
    }

    /// Counts events that are lost.
    pub fn count_lost(&mut self, events: usize) {
        self.has_any = true;
        let events = u64::try_from(events).unwrap_or(u64::MAX);
        self.lost_events = self.lost_events.saturating_add(events);
    }

    /// Whether anything was counted.
    #[must_use]
    pub const fn has_any(&self) -> bool {
        self.has_any
    }

    /// What was counted; the count begins anew.
    pub fn take(&mut self) -> Vec<Row> {
        let Self { answered, refused, latencies, throttled, lost_events, .. } =
            std::mem::take(self);
        let calls = |action: &str, code: &str, caller: CallerKind, number: u32| {
            Row::of(Metric::Calls, &[action, code, caller.name()], u64::from(number))
        };
        let mut rows: Vec<_> = refused
            .into_iter()
            .map(|((action, code, who), n)| calls(action, code, who, n))
            .collect();
        for (action, callers) in ActionName::ALL.iter().zip(answered) {
            for (caller, number) in CallerKind::ALL.into_iter().zip(callers) {
                rows.push(calls(action.as_str(), super::seen::OK, caller, number));
            }
        }
        for (group, (latency, throttled)) in Group::all().zip(latencies.iter().zip(throttled)) {
            let group = group.name();
            rows.push(Row::of(Metric::Throttled, &[group], u64::from(throttled)));
            let buckets = latency::names().zip(latency.buckets);
            let buckets = buckets.map(|(name, number)| (name, u64::from(number)));
            let duration = |(name, number)| Row::of(Metric::CallDuration, &[group, name], number);
            rows.extend(buckets.chain([(latency::SUM, latency.sum_millis)]).map(duration));
        }
        rows.push(Row::of(Metric::AuditLost, &[], lost_events));
        rows.retain(Row::is_some);
        rows
    }
}

fn add(number: Option<&mut u32>) {
    if let Some(number) = number {
        *number = number.saturating_add(1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seen(action: ActionName, code: Option<ErrorCode>, millis: u32) -> Seen {
        Seen { action: Some(action), code, caller: CallerKind::User, millis }
    }

    fn told(tally: &mut Tally) -> Vec<String> {
        let mut rows: Vec<_> = tally
            .take()
            .iter()
            .map(|Row(name, labels, n)| format!("{name} {labels:?} {n}"))
            .collect();
        rows.sort();
        rows
    }

    #[test]
    fn the_number_of_an_action_is_its_place_in_the_table() {
        for (index, action) in ActionName::ALL.iter().enumerate() {
            assert_eq!(*action as usize, index);
        }
    }

    #[test]
    fn calls_are_counted_by_action_code_and_caller_and_told_once() {
        let mut tally = Tally::default();
        assert!(!tally.has_any() && tally.take().is_empty());
        tally.count(&seen(ActionName::Encrypt, None, 1));
        tally.count(&seen(ActionName::Encrypt, None, 30));
        tally.count(&seen(ActionName::ListKeys, Some(ErrorCode::RejectedThrottling), 0));
        let nobody = CallerKind::Unauthenticated;
        let code = Some(ErrorCode::SignatureDoesNotMatch);
        tally.count(&Seen { action: None, code, caller: nobody, millis: 9 });
        tally.count_lost(3);
        assert_eq!(
            told(&mut tally),
            [
                "edgekms_audit_lost_events [] 3",
                "edgekms_call_duration_seconds [\"reads\", \"0.001\"] 1",
                "edgekms_call_duration_seconds [\"symmetric\", \"0.001\"] 1",
                "edgekms_call_duration_seconds [\"symmetric\", \"0.05\"] 1",
                "edgekms_call_duration_seconds [\"symmetric\", \"sum\"] 31",
                "edgekms_calls [\"Encrypt\", \"OK\", \"user\"] 2",
                "edgekms_calls [\"ListKeys\", \"Rejected.Throttling\", \"user\"] 1",
                "edgekms_calls [\"unknown\", \"SignatureDoesNotMatch\", \"unauthenticated\"] 1",
                "edgekms_throttled_calls [\"reads\"] 1",
            ]
        );
        assert!(!tally.has_any() && tally.take().is_empty());
    }

    /// Alibaba has one code for several errors, and a series is told once.
    #[test]
    fn errors_of_one_code_are_one_series() {
        let mut tally = Tally::default();
        tally.count(&seen(ActionName::Decrypt, Some(ErrorCode::InvalidCiphertext), 0));
        tally.count(&seen(ActionName::Decrypt, Some(ErrorCode::InvalidParameter), 0));
        let told = told(&mut tally);
        assert!(
            told.contains(
                &"edgekms_calls [\"Decrypt\", \"InvalidParameter\", \"user\"] 2".to_owned()
            )
        );
    }

    #[test]
    fn kinds_of_refusals_are_bounded_and_none_is_lost() {
        let mut tally = Tally::default();
        let mut calls = 0;
        for action in ActionName::ALL {
            for code in ErrorCode::ALL {
                tally.count(&seen(*action, Some(*code), 0));
                calls += 1;
            }
        }
        let rows = tally.take();
        let rows: Vec<_> =
            rows.iter().filter(|Row(name, ..)| name == Metric::Calls.name()).collect();
        assert!(rows.len() <= REFUSALS + 1, "{}", rows.len());
        assert_eq!(rows.iter().map(|Row(_, _, number)| number).sum::<u64>(), calls);
    }
}
