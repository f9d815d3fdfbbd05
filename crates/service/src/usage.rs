// SPDX-License-Identifier: Apache-2.0
//! How many calls were made, by day, key and action: what a bill would need.
//!
//! An isolate counts in memory and tells the keyring now and then, with the question that it asks anyway;
//! a call is never held up for it. A report has a number, and is sent again with the same one until it is
//! answered, so that no call is counted twice. What is lost is what an isolate held when it was ended: the
//! calls since its last report, which is at most a minute old while calls come, and 25 seconds after the
//! last cryptographic one; and a report that is sent again just after the keyring was ended.
//!
//! | file | what |
//! |---|---|
//! | [`count`] | an isolate's counts |
//! | [`report`] | what crosses to the keyring |
//! | [`entered`] | which reports an object has entered |
//! | [`row`] | what the keyring keeps |
//!
//! How a report is entered is the keyring's ([`crate::keyring::usage`]). May be imported: nothing.

pub mod count;
pub mod entered;
pub mod report;
pub mod row;

/// For how many days counts are kept: a year, and the month in which it is looked at.
pub const KEPT_DAYS: u32 = 400;
