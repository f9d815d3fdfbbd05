// SPDX-License-Identifier: Apache-2.0
//! Requests of Alibaba's dialect: a line with method and target, a line a header, an empty line, the body.
#![no_main]

#[path = "../checks/requests.rs"]
mod requests;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    requests::alibaba(bytes);
});
