// SPDX-License-Identifier: Apache-2.0
//! The parameter decoder and every typed command behind it.
#![no_main]

#[path = "../checks/requests.rs"]
mod requests;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    requests::params(bytes);
});
