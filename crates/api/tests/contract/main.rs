// SPDX-License-Identifier: Apache-2.0
//! The contract from outside the crate: recorded requests, the order of checks, golden answers.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod answers;
mod aws;
#[path = "../../../../fuzz/checks/requests.rs"]
mod checks;
mod corpus;
mod recorded;
mod requests;
mod support;
mod unsigned;
