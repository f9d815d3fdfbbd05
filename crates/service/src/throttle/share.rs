// SPDX-License-Identifier: Apache-2.0
//! An isolate's shares of the rates of one place: what each call is charged to, and when the next lease
//! is asked for.

use super::{
    AT_ONCE, FIRST_PART, MILLI, RENEW_PART, SHORT_MILLIS,
    bucket::Bucket,
    group::{GROUPS, Group, Rates},
    report::{Demand, Lease},
};

/// One isolate's shares.
#[derive(Debug, Clone)]
pub struct Shares {
    rates: Rates,
    meters: [Meter; GROUPS],
    /// When the lease is over, in milliseconds since 1970; before any moment if there is none.
    leased_until: i64,
    /// How long after it was asked for the next one is.
    renew: i64,
    /// Since when what is asked for is counted.
    counted_since: i64,
    /// When a lease was asked for last.
    asked: Option<i64>,
    /// Whether a call was refused since then.
    short: bool,
}

#[derive(Debug, Clone, Copy, Default)]
struct Meter {
    bucket: Bucket,
    /// Calls that came since the last report, let through or not.
    came: u32,
}

/// A call that was not let through.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TooFast {
    /// The group that it was charged to.
    pub group: Group,
    /// The account's rate, in calls a second.
    pub rate: u64,
}

impl Shares {
    /// What an isolate begins with: the part of each rate that one without a lease has.
    #[must_use]
    pub fn new(rates: Rates, now_millis: i64) -> Self {
        let mut shares = Self {
            rates,
            meters: [Meter::default(); GROUPS],
            leased_until: i64::MIN,
            renew: SHORT_MILLIS,
            counted_since: now_millis,
            asked: None,
            short: false,
        };
        for group in Group::all() {
            let (rate, at_once) = first_share(&rates, group);
            if let Some(meter) = shares.meters.get_mut(group.index()) {
                meter.bucket = Bucket::full(rate, at_once, now_millis);
            }
        }
        shares
    }

    /// The account's rate of a group, as far as this isolate knows, in calls a second.
    #[must_use]
    pub fn rate(&self, group: Group) -> u64 {
        self.rates.get(group)
    }

    /// Charges a call that is about to be done.
    ///
    /// # Errors
    /// [`TooFast`] if this isolate's share is used up; the call must not be done.
    pub fn charge(&mut self, group: Group, now_millis: i64) -> Result<(), TooFast> {
        self.with_meter(group, now_millis, |meter| {
            meter.came = meter.came.saturating_add(1);
            meter.bucket.take(now_millis)
        })
    }

    /// Whether a call could be charged now. For groups that are charged after the fact.
    ///
    /// # Errors
    /// [`TooFast`] if it could not.
    pub fn check(&mut self, group: Group, now_millis: i64) -> Result<(), TooFast> {
        self.with_meter(group, now_millis, |meter| meter.bucket.has_one(now_millis))
    }

    /// Charges what has been done already, whatever is left.
    pub fn charge_afterwards(&mut self, group: Group, now_millis: i64) {
        let _ = self.with_meter(group, now_millis, |meter| {
            meter.came = meter.came.saturating_add(1);
            meter.bucket.owe(now_millis);
            true
        });
    }

    fn with_meter(
        &mut self,
        group: Group,
        now_millis: i64,
        ask: impl FnOnce(&mut Meter) -> bool,
    ) -> Result<(), TooFast> {
        if self.leased_until != i64::MIN && now_millis >= self.leased_until {
            self.lapse(now_millis);
        }
        let passes = self.meters.get_mut(group.index()).is_some_and(ask);
        if passes {
            return Ok(());
        }
        self.short = true;
        Err(TooFast { group, rate: self.rates.get(group) })
    }

    /// Whether it is time to ask for a lease; asking is then this caller's, and nobody else is told so
    /// for a second.
    pub fn is_due(&mut self, now_millis: i64) -> bool {
        let leased = now_millis < self.leased_until && !self.short;
        let wait = if leased { self.renew } else { SHORT_MILLIS };
        let waits = |asked: i64| (0..wait).contains(&now_millis.saturating_sub(asked));
        if self.asked.is_some_and(waits) {
            return false;
        }
        self.asked = Some(now_millis);
        true
    }

    /// What is told with a question; counting begins anew.
    pub fn report(&mut self, now_millis: i64) -> Demand {
        let over = now_millis.saturating_sub(self.counted_since).max(1);
        self.counted_since = now_millis;
        (self.asked, self.short) = (Some(now_millis), false);
        let mut came = |group: Group| {
            let meter = self.meters.get_mut(group.index())?;
            let came = std::mem::take(&mut meter.came);
            (came > 0).then(|| (group.name().to_owned(), came))
        };
        Demand {
            over_millis: u32::try_from(over).unwrap_or(u32::MAX),
            calls: Group::all().filter_map(&mut came).collect(),
        }
    }

    /// Takes in a lease that was asked for at `asked_millis`, by this isolate's clock.
    pub fn take_in(&mut self, lease: &Lease, asked_millis: i64, now_millis: i64) {
        for group in Group::all() {
            let Some(share) = lease.shares.get(group.name()) else { continue };
            self.rates = self.rates.with(group, share.of);
            let at_once = (share.milli / MILLI).max(AT_ONCE.min(share.of));
            if let Some(meter) = self.meters.get_mut(group.index()) {
                meter.bucket.set(share.milli, at_once, now_millis);
            }
        }
        let time = i64::from(lease.for_millis);
        self.leased_until = asked_millis.saturating_add(time);
        self.renew = (time / RENEW_PART).max(SHORT_MILLIS);
    }

    /// The lease is over: back to what there is without one.
    fn lapse(&mut self, now_millis: i64) {
        self.leased_until = i64::MIN;
        for group in Group::all() {
            let (rate, at_once) = first_share(&self.rates, group);
            if let Some(meter) = self.meters.get_mut(group.index()) {
                meter.bucket.set(rate, at_once, now_millis);
            }
        }
    }
}

/// A share without a lease: thousandths of a call a second, and calls at once.
fn first_share(rates: &Rates, group: Group) -> (u64, u64) {
    let rate = rates.get(group);
    (rates.milli(group) / FIRST_PART, (rate / FIRST_PART).max(AT_ONCE.min(rate)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{quota::Quotas, throttle::report::Share};

    fn shares() -> Shares {
        Shares::new(Rates::of(&Quotas::default()), 0)
    }

    fn passed(shares: &mut Shares, group: Group, now: i64) -> usize {
        (0..10_000).take_while(|_| shares.charge(group, now).is_ok()).count()
    }

    fn lease(group: Group, milli: u64, of: u64) -> Lease {
        let shares = [(group.name().to_owned(), Share { milli, of })].into_iter().collect();
        Lease { for_millis: 30_000, shares }
    }

    #[test]
    fn an_isolate_begins_with_a_twentieth_and_at_least_five_calls() {
        let mut shares = shares();
        assert_eq!(passed(&mut shares, Group::Symmetric, 0), 50);
        assert_eq!(passed(&mut shares, Group::CreateKey, 0), 5);
        assert_eq!(passed(&mut shares, Group::Account, 0), 1);
        assert_eq!(passed(&mut shares, Group::Symmetric, 1_000), 50);
        let refused = shares.charge(Group::Symmetric, 1_000);
        assert_eq!(refused, Err(TooFast { group: Group::Symmetric, rate: 1_000 }));
    }

    #[test]
    fn a_lease_is_taken_in_and_lapses_with_its_time() {
        let mut shares = shares();
        passed(&mut shares, Group::Symmetric, 0);
        shares.take_in(&lease(Group::Symmetric, 400_000, 2_000), 0, 50);
        assert_eq!(passed(&mut shares, Group::Symmetric, 1_050), 400);
        assert_eq!(shares.rate(Group::Symmetric), 2_000);
        assert_eq!(passed(&mut shares, Group::Symmetric, 29_999), 400);
        assert_eq!(passed(&mut shares, Group::Symmetric, 30_999), 100, "a twentieth of 2,000");
        // What is not in it keeps its share.
        assert_eq!(passed(&mut shares, Group::Reads, 30_999), 5);
    }

    #[test]
    fn a_lease_is_asked_for_at_once_then_now_and_then_and_soon_if_it_is_too_small() {
        let mut shares = shares();
        shares.charge(Group::Reads, 0).unwrap();
        assert!(shares.is_due(0) && !shares.is_due(0) && !shares.is_due(999));
        assert!(shares.is_due(1_000), "there was no answer");
        let demand = shares.report(1_000);
        assert_eq!(demand.calls, [("reads".to_owned(), 1)].into_iter().collect());
        shares.take_in(&lease(Group::Reads, 1_000, 50), 1_000, 1_020);
        assert!(!shares.is_due(10_999) && shares.is_due(11_000));
        assert!(!shares.is_due(12_500));
        while shares.charge(Group::Reads, 12_500).is_ok() {}
        assert!(shares.is_due(12_500), "a second and more after the last");
    }

    #[test]
    fn what_is_charged_after_the_fact_stops_the_next() {
        let mut shares = shares();
        for _ in 0..5 {
            assert_eq!(shares.check(Group::Misses, 0), Ok(()));
            shares.charge_afterwards(Group::Misses, 0);
        }
        assert!(shares.check(Group::Misses, 0).is_err());
        assert!(shares.charge(Group::Symmetric, 0).is_ok());
    }
}
