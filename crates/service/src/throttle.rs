// SPDX-License-Identifier: Apache-2.0
//! How many calls a second an account may make in a region, by groups of actions.
//!
//! ```text
//! isolate: a call takes from its group's bucket         (no trip a call)
//!    |  every 10 s in use, each second while much of a rate is used: what was asked for
//!    v
//! deciding object: divides each rate among the isolates that hold leases
//! ```
//!
//! A rate is of an account and region, and calls come to isolates that know nothing of one another. So
//! each isolate holds a lease: a share of each rate, for 30 seconds, or for 3 while more than half of some
//! rate is asked for, so that load which moves finds a share where it comes. It rides on the question that
//! the isolate asks anyway (*what changed since revision r?*). The object that decides for the place gives
//! shares by what each isolate was asked for, and never more than is free. What a quiet isolate has and does
//! not use counts as free; and whoever comes when all is given away still gets a floor, and can begin.
//!
//! This is approximate on purpose. With a rate of L a second and n isolates, in any T seconds at most
//!
//! ```text
//! L·(T + 1)             what is leased, and a second of it at once after a pause
//! + L/20·ln(n)·T        floors of those who came when nothing was free, until the others ask again
//! + L/2·(1 + ln(n))     quiet isolates that are asked for much, until they ask again, in two seconds
//! + n·max(5, L/20)      once for each isolate: what it begins with before it has a lease
//! ```
//!
//! calls are let through. While the object cannot be reached, leases lapse and each isolate has a twentieth
//! of the rate; after the object was ended, up to twice the rate for one lease. `simulation` measures it;
//! docs/operations.md has the numbers.
//!
//! | file | what |
//! |---|---|
//! | [`group`] | which calls share a rate, and which quota is their rate |
//! | [`bucket`] | one rate in one isolate |
//! | [`share`] | an isolate's side |
//! | [`lease`] | the object's side |
//! | [`report`] | what crosses between them |
//!
//! May be imported: [`crate::quota`].

pub mod bucket;
pub mod group;
pub mod lease;
pub mod report;
pub mod share;
#[cfg(test)]
mod simulation;

/// How long a lease holds, in milliseconds: for an isolate from before it asked, for the object from when
/// it answered, so that the isolate's is over first.
pub const LEASE_MILLIS: i64 = 30_000;
/// How long one holds while more than half of a rate is asked for.
pub const CONTESTED_MILLIS: i64 = 3_000;
/// The part of a lease after which an isolate in use asks for the next one: two questions may fail.
const RENEW_PART: i64 = 3;
/// How often one asks whose share was too small, or that has no lease.
pub const SHORT_MILLIS: i64 = 1_000;
/// The part of a rate that an isolate has without a lease, and that all floors together come from.
const FIRST_PART: u64 = 20;
/// Calls that may come at once however small the share is; never more than the rate.
const AT_ONCE: u64 = 5;
/// Thousandths: rates are counted in them, since a share of a small rate is less than one call a second.
const MILLI: u64 = 1_000;
