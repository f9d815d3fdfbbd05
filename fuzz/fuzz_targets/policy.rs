// SPDX-License-Identifier: Apache-2.0
//! Policies: reading them, and deciding by them.
#![no_main]

#[path = "../checks/policies.rs"]
mod policies;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    policies::policy(bytes);
});
