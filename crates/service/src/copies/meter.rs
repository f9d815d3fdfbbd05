// SPDX-License-Identifier: Apache-2.0
//! An isolate's calls of one place: what they are charged to, and what is told of them. It rides on the
//! question for changes, so no call costs a trip for it.

use crate::{
    keyring::meter::{MeterReport, Metered},
    throttle::{group::Rates, share::Shares},
    usage::count::Counts,
};

/// How old counts are before they are told, unless this isolate falls idle: each report is a transaction.
const RIPE_MILLIS: i64 = 10_000;
/// Of throttled calls, one a second leaves an event: see [`Meter::records_refusal`].
const REFUSAL_MILLIS: i64 = 1_000;

/// One isolate's meter of one place.
#[derive(Debug, Default)]
pub struct Meter {
    /// By what the object knows this isolate.
    isolate: Option<String>,
    shares: Option<Shares>,
    /// Calls that the keyring has not been told of.
    pub counts: Counts,
    refused: Option<i64>,
    /// Whether the next question tells all that was counted.
    falls_idle: bool,
}

impl Meter {
    /// This isolate's shares; those it begins with, at the first call.
    pub fn shares(&mut self, rates: impl FnOnce() -> Rates, now_millis: i64) -> &mut Shares {
        self.shares.get_or_insert_with(|| Shares::new(rates(), now_millis))
    }

    /// This isolate's shares, if it has been asked for anything.
    #[must_use]
    pub const fn held(&self) -> Option<&Shares> {
        self.shares.as_ref()
    }

    /// Whether a call that is refused now for coming too fast leaves an event: one a second does, and the
    /// others are in the count of usage. Refusing must cost less than doing.
    pub fn records_refusal(&mut self, now_millis: i64) -> bool {
        let recent = |at: i64| (0..REFUSAL_MILLIS).contains(&now_millis.saturating_sub(at));
        if self.refused.is_some_and(recent) {
            return false;
        }
        self.refused = Some(now_millis);
        true
    }

    /// Has the next question tell all that was counted, however young it is.
    pub const fn fall_idle(&mut self) {
        self.falls_idle = true;
    }

    /// Whether there is anything to tell.
    #[must_use]
    pub const fn has_any(&self) -> bool {
        self.shares.is_some() || self.counts.has_any()
    }

    /// What is told with a question. `name` is taken as this isolate's, if it has none.
    pub fn report(
        &mut self,
        name: impl FnOnce() -> Option<String>,
        now_millis: i64,
    ) -> Option<MeterReport> {
        let isolate = match &self.isolate {
            Some(isolate) => isolate.clone(),
            None => self.isolate.insert(name()?).clone(),
        };
        let demand = self.shares.as_mut().map(|shares| shares.report(now_millis));
        let tells =
            std::mem::take(&mut self.falls_idle) || self.counts.is_old(RIPE_MILLIS, now_millis);
        let usage = if tells { self.counts.report(now_millis) } else { None };
        (demand.is_some() || usage.is_some()).then_some(MeterReport { isolate, demand, usage })
    }

    /// Takes in what is told of a report that was asked with at `asked_millis`.
    pub fn take_in(&mut self, metered: &Metered, asked_millis: i64, now_millis: i64) {
        if let (Some(shares), Some(lease)) = (&mut self.shares, &metered.lease) {
            shares.take_in(lease, asked_millis, now_millis);
        }
        if let Some(number) = metered.usage {
            self.counts.confirm(number);
        }
    }
}
