// SPDX-License-Identifier: Apache-2.0
//! What an operator sees of the worker while it runs: whether it lives and is ready, and what was called.
//!
//! ```text
//! isolate: each call adds to a few counters         (no trip, and no memory but for a new kind of refusal)
//!    | 15 s after the first that was not told: what was added, by number, so that it counts once
//!    v
//! watch object: adds it to its sums, and keeps them
//!    ^ a scrape: the isolate that it came to tells its own first, and writes what the object holds
//! ```
//!
//! Isolates count for themselves, and a scrape reaches one of them, whichever the platform chooses. So what
//! is scraped is the sum of all that isolates have told the one object that adds up for the deployment,
//! which is not an object that decides anything. A counter is a little too small while an isolate has not
//! told yet, and for what an isolate had not told when it was ended; it is never too large, and never goes
//! back, since no sum is told that is not stored.
//!
//! | file | what |
//! |---|---|
//! | [`metric`] | the table of metrics |
//! | [`caller`] | kinds of callers |
//! | [`seen`] | one call, as it is counted |
//! | [`latency`] | the histogram's bounds |
//! | [`tally`] | an isolate's counters |
//! | [`teller`] | when and how it tells them |
//! | [`report`] | what crosses to the object |
//! | [`sums`], [`object`] | the object's side |
//! | [`exposition`] | the text of a scrape |
//! | [`stages`] | how long the stages of one call took |
//! | [`health`], [`readiness`] | what is told to whoever asks whether it lives, and whether it is ready |
//! | [`page`] | which of these a request asks for |
//! | [`token`] | who may read the metrics |
//!
//! May be imported: [`crate::identity`]'s callers, [`crate::throttle`]'s groups, [`crate::usage`],
//! [`crate::object`], [`crate::port`].

pub mod caller;
pub mod exposition;
pub mod health;
pub mod latency;
pub mod metric;
pub mod object;
pub mod page;
pub mod readiness;
pub mod report;
pub mod seen;
pub mod stages;
pub mod sums;
pub mod tally;
pub mod teller;
pub mod token;
