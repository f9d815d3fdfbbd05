// SPDX-License-Identifier: Apache-2.0
//! Policies from outside the crate: decisions from the manual, a second evaluator, attacks.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod attacks;
mod aws;
#[path = "../../../../fuzz/checks/policies.rs"]
mod checks;
mod corpus;
mod draw;
mod given;
mod matrix;
mod random;
mod reference;
mod world;
