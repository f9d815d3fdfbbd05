// SPDX-License-Identifier: Apache-2.0
//! Who holds which share: the deciding object's side. In memory alone: an object that was ended learns it
//! again within one lease.

use std::collections::HashMap;

use super::{
    CONTESTED_MILLIS, FIRST_PART, LEASE_MILLIS, MILLI,
    group::{GROUPS, Group, Rates},
    report::{Demand, Lease, Share},
};

/// Isolates whose leases are remembered. One beyond them has a floor's share.
const CAPACITY: usize = 2_000;
/// Whoever was asked for less than this part of its share is quiet; and an isolate that was asked for nothing
/// has room for this part of what all could have.
const QUIET_PART: u64 = 4;
/// What was asked for within less than this counts as if it had been this long: one call in a first
/// millisecond is not a thousand a second.
const LEAST_OVER_MILLIS: u64 = 1_000;

/// The leases of one place.
#[derive(Debug, Default)]
pub struct Leases {
    holders: HashMap<String, Holder>,
}

#[derive(Debug, Clone, Copy)]
struct Holder {
    /// When its lease is over, in milliseconds since 1970.
    until: i64,
    /// Whether it was asked for that over a second or more.
    is_measured: bool,
    /// What it was asked for, in thousandths of a call a second.
    demand: [u64; GROUPS],
    /// What it was given, in thousandths of a call a second.
    share: [u64; GROUPS],
}

impl Leases {
    /// Gives an isolate its next lease.
    pub fn renew(
        &mut self,
        isolate: &str,
        demand: &Demand,
        rates: &Rates,
        now_millis: i64,
    ) -> Lease {
        // A clock that went back must not make a lease hold for ever.
        let holds = |until: i64| (1..=LEASE_MILLIS).contains(&until.saturating_sub(now_millis));
        self.holders.retain(|_, holder| holds(holder.until));
        let before = self.holders.remove(isolate).map_or([0; GROUPS], |holder| holder.demand);
        let is_measured = u64::from(demand.over_millis) >= LEAST_OVER_MILLIS;
        let mut holder = Holder {
            until: now_millis,
            is_measured,
            demand: read(demand, &before),
            share: [0; GROUPS],
        };
        let mut lease = Lease::default();
        // What an isolate is asked for is not known before its first second is over.
        let mut contested = !is_measured;
        for group in Group::all() {
            let (milli, wanted) = self.share(group, &holder, rates.milli(group));
            contested |= wanted > rates.milli(group) / 2;
            if let Some(held) = holder.share.get_mut(group.index()) {
                *held = milli;
            }
            let share = Share { milli, of: rates.get(group) };
            lease.shares.insert(group.name().to_owned(), share);
        }
        let time = if contested { CONTESTED_MILLIS } else { LEASE_MILLIS };
        holder.until = now_millis.saturating_add(time);
        lease.for_millis = u32::try_from(time).unwrap_or(0);
        if self.holders.len() < CAPACITY {
            self.holders.insert(isolate.to_owned(), holder);
        }
        lease
    }

    /// A share of `rate` for a holder who is not among the others, and what all are asked for.
    fn share(&self, group: Group, holder: &Holder, rate: u64) -> (u64, u64) {
        let of = |all: &[u64; GROUPS]| all.get(group.index()).copied().unwrap_or(0);
        let (mut wanted, mut given) = (0_u64, 0_u64);
        for other in self.holders.values() {
            let (demand, share) = (of(&other.demand), of(&other.share));
            wanted = wanted.saturating_add(demand);
            // What a quiet isolate has and does not use must not be kept from those who would.
            let is_quiet = other.is_measured && demand.saturating_mul(QUIET_PART) < share;
            given = given.saturating_add(if is_quiet { demand } else { share });
        }
        let own = of(&holder.demand);
        let (all, number) = (wanted.saturating_add(own), self.holders.len() as u64 + 1);
        let floor = rate / FIRST_PART / number;
        let fair = if all <= rate {
            // What it was asked for, and room for as much again: of the rest no more than anybody could have.
            own + own.max(rate / QUIET_PART / number).min((rate - all) / (number + 1))
        } else {
            floor + part(rate - rate / FIRST_PART, own, all)
        };
        (fair.min(rate.saturating_sub(given)).max(floor), all)
    }
}

/// What was asked for, in thousandths of a call a second; no less than half of what was `before`, since
/// calls come in bursts.
fn read(demand: &Demand, before: &[u64; GROUPS]) -> [u64; GROUPS] {
    let over = u64::from(demand.over_millis).max(LEAST_OVER_MILLIS);
    let mut all = before.map(|before| before / 2);
    for (name, came) in &demand.calls {
        let group = Group::from_name(name);
        if let Some(held) = group.and_then(|group| all.get_mut(group.index())) {
            *held = (*held).max(u64::from(*came).saturating_mul(MILLI * 1_000) / over);
        }
    }
    all
}

/// `of · own / all`, without overflow.
fn part(of: u64, own: u64, all: u64) -> u64 {
    let part = u128::from(of) * u128::from(own) / u128::from(all.max(1));
    u64::try_from(part).unwrap_or(of)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::quota::Quotas;

    const GROUP: Group = Group::Symmetric;

    fn renew(leases: &mut Leases, isolate: &str, calls: u32, now: i64) -> u64 {
        let calls = [(GROUP.name().to_owned(), calls), ("later".to_owned(), 9)];
        let demand = Demand { over_millis: 1_000, calls: calls.into_iter().collect() };
        let rates = Rates::of(&Quotas::default());
        leases.renew(isolate, &demand, &rates, now).shares[GROUP.name()].milli / MILLI
    }

    #[test]
    fn one_isolate_has_what_it_is_asked_for_up_to_the_rate() {
        let mut leases = Leases::default();
        assert_eq!(renew(&mut leases, "a", 0, 0), 250);
        assert_eq!(renew(&mut leases, "a", 200, 500), 450);
        assert_eq!(renew(&mut leases, "a", 600, 1_000), 800);
        assert_eq!(renew(&mut leases, "a", 1_000, 2_000), 1_000);
        assert_eq!(renew(&mut leases, "a", 5_000, 3_000), 1_000);
    }

    #[test]
    fn together_they_have_no_more_than_the_rate_once_each_has_asked_again() {
        let mut leases = Leases::default();
        assert_eq!(renew(&mut leases, "a", 3_000, 0), 1_000);
        assert_eq!(renew(&mut leases, "b", 1_000, 1), 25, "a floor, since nothing is free");
        assert_eq!(renew(&mut leases, "a", 3_000, 1_000), 737);
        assert_eq!(renew(&mut leases, "b", 1_000, 1_001), 262);
    }

    #[test]
    fn a_lease_that_is_over_is_free() {
        let mut leases = Leases::default();
        renew(&mut leases, "a", 3_000, 0);
        assert_eq!(renew(&mut leases, "b", 3_000, 2_999), 25);
        assert_eq!(renew(&mut leases, "b", 3_000, 3_000), 1_000);
        let mut leases = Leases::default();
        renew(&mut leases, "a", 300, 0);
        assert_eq!(
            renew(&mut leases, "b", 3_000, 20_000),
            400,
            "a long one, while little is asked for"
        );
    }

    #[test]
    fn what_a_quiet_isolate_does_not_use_is_not_kept_from_others() {
        let mut leases = Leases::default();
        assert_eq!(renew(&mut leases, "quiet", 10, 0), 260);
        assert_eq!(renew(&mut leases, "b", 2_000, 1), 970);
        // Once it is used, it is shared.
        assert_eq!(renew(&mut leases, "quiet", 2_000, 1_000), 29);
        assert_eq!(renew(&mut leases, "b", 2_000, 1_001), 500);
        assert_eq!(renew(&mut leases, "quiet", 2_000, 2_000), 500);
    }

    #[test]
    fn the_number_of_holders_is_bounded() {
        let mut leases = Leases::default();
        for number in 0..CAPACITY + 10 {
            renew(&mut leases, &number.to_string(), 0, 0);
        }
        assert_eq!(leases.holders.len(), CAPACITY);
    }
}
