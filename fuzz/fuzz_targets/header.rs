// SPDX-License-Identifier: Apache-2.0
//! A header that reads is written back to the same bytes.
#![no_main]
use edgekms_core::{
    format::header::HeaderLimits,
    header::{HeaderRead, ParsedHeader},
};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(HeaderRead::Header(header)) = ParsedHeader::read(bytes, HeaderLimits::default()) {
        let body = header.body().to_bytes().expect("what was read can be written");
        assert!(header.bytes().starts_with(&body) && bytes.starts_with(header.bytes()));
    }
});
