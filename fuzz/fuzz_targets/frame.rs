// SPDX-License-Identifier: Apache-2.0
//! Frames read with lengths that add up; the first two bytes choose the kind of body.
#![no_main]
use edgekms_core::{format::header::ContentType, open, suite::FormatVersion};

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let [length, version, rest @ ..] = bytes else { return };
    let mut rest = rest;
    let content = ContentType::framed(u32::from(*length)).unwrap_or(ContentType::NonFramed);
    let version = if version % 2 == 0 { FormatVersion::V1 } else { FormatVersion::V2 };
    let mut opener = open::FrameOpener::new(vec![0; version.message_id_len()], content, version);
    while let Ok(open::FrameRead::Frame(frame)) = opener.read(rest) {
        assert_eq!(frame.prefix_len + frame.content_len + 16, frame.total_len);
        let Some(next) = rest.get(frame.total_len..) else { return };
        opener.opened(&frame).expect("it was the next frame");
        rest = next;
    }
});
