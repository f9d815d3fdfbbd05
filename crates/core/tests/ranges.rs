// SPDX-License-Identifier: Apache-2.0
//! Single frames open in any order, and only where they belong.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use std::ops::Range;

use edgekms_core::{
    engine::AesGcmCipher,
    error::Error,
    format::header::HeaderLimits,
    header::{AuthenticatedHeader, ParsedHeader},
    layout::BodyLayout,
    range::RangeOpener,
    suite::{SUITES, Suite},
};
use futures::executor::block_on;
use proptest::prelude::*;
use support::{header_len, keyring, open_any, options, seal, seal_chunks, seal_non_framed};

fn authenticated(message: &[u8]) -> AuthenticatedHeader {
    let header = ParsedHeader::read_whole(message, HeaderLimits::default()).unwrap();
    block_on(header.authenticate(&keyring(), &open_any())).unwrap()
}

/// Opens a range, the frames last to first.
fn open_range(message: &[u8], range: Range<u64>) -> Result<Vec<u8>, Error> {
    let header = authenticated(message);
    let header_len = header.bytes().len() as u64;
    let content = header.body().content;
    let layout = BodyLayout::of_message(header_len, content, message.len() as u64, 0)?;
    let opener = header.range_opener(layout);
    let cipher = AesGcmCipher::new(header.payload_key().expose_secret())?;
    let mut out = Vec::new();
    let mut start = 0;
    for sequence in layout.cover(&range).into_iter().flatten().rev() {
        out.splice(0..0, open_frame(&opener, message, sequence, &cipher)?);
        start = layout.frame(sequence).unwrap().content.start;
    }
    let from = |at: u64| usize::try_from(at - start).unwrap();
    Ok(if range.is_empty() { out } else { out[from(range.start)..from(range.end)].to_vec() })
}

fn open_frame(
    opener: &RangeOpener,
    message: &[u8],
    sequence: u32,
    cipher: &AesGcmCipher,
) -> Result<Vec<u8>, Error> {
    let place = opener.layout().frame(sequence).unwrap().bytes;
    let at = |at: u64| usize::try_from(at).unwrap().min(message.len());
    let frame = &message[at(place.start)..at(place.end)];
    let mut out = Vec::new();
    opener.plan(sequence, frame)?.open(cipher, frame, &mut out)?;
    Ok(out)
}

/// The code of opening the last frame: what proves the end.
fn end(message: &[u8]) -> String {
    let header = authenticated(message);
    let header_len = header.bytes().len() as u64;
    let result = BodyLayout::of_message(header_len, header.body().content, message.len() as u64, 0)
        .and_then(|layout| {
            let cipher = AesGcmCipher::new(header.payload_key().expose_secret())?;
            open_frame(&header.range_opener(layout), message, layout.frames(), &cipher)
        });
    result.map_or_else(|error| error.code().to_owned(), |_| "verified".to_owned())
}

fn sample(len: usize) -> Vec<u8> {
    (0..len).map(|at| u8::try_from(at * 7 % 251).unwrap()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_range_of_any_message_is_that_part_of_its_plaintext(
        suite in 0..SUITES.len(),
        len in 0_usize..200,
        frame_length in 1_u32..64,
        a in 0_usize..200,
        b in 0_usize..200,
    ) {
        let suite = &SUITES[suite];
        prop_assume!(suite.signature.is_none());
        let plaintext = sample(len);
        let (a, b) = (a.min(len), b.min(len));
        let range = a.min(b)..a.max(b);
        let message = seal(&plaintext, options(suite, frame_length));
        let opened = open_range(&message, range.start as u64..range.end as u64).unwrap();
        prop_assert_eq!(opened, &plaintext[range]);
        prop_assert_eq!(end(&message), "verified");
    }
}

fn default_suite() -> &'static Suite {
    Suite::from_id(0x0478).unwrap()
}

#[test]
fn a_body_in_one_piece_opens_as_one_frame() {
    let message = seal_non_framed(b"in one piece", default_suite());
    assert_eq!(open_range(&message, 3..6).unwrap(), b"one");
    assert_eq!(end(&message), "verified");
    assert_eq!(end(&message[..message.len() - 1]), "TruncatedMessage");
}

#[test]
fn a_message_cut_anywhere_has_no_verified_end() {
    let message = seal_chunks(&sample(40), options(default_suite(), 8), &[]);
    let header = header_len(&message);
    assert_eq!(end(&message), "verified");
    for len in header..message.len() {
        assert_eq!(end(&message[..len]), "TruncatedMessage", "{len} of {}", message.len());
    }
}

#[test]
fn bytes_after_the_end_leave_it_unverified_and_do_not_move_frames() {
    let plaintext = sample(43);
    let message = seal(&plaintext, options(default_suite(), 8));
    for more in 1..100 {
        let padded = [message.as_slice(), &vec![0; more]].concat();
        assert_ne!(end(&padded), "verified", "{more}");
        if let Ok(opened) = open_range(&padded, 0..20) {
            assert_eq!(opened, &plaintext[..20], "{more}");
        }
    }
}

#[test]
fn frames_do_not_open_in_each_others_places() {
    let message = seal(&sample(40), options(default_suite(), 8));
    let header = header_len(&message);
    let frame = 8 + 32;
    let mut swapped = message.clone();
    swapped[header..header + 2 * frame].rotate_left(frame);
    for range in [0..1, 8..9] {
        assert_eq!(open_range(&swapped, range).unwrap_err().code(), "FrameOutOfOrder");
    }
    assert_eq!(open_range(&swapped, 16..17).unwrap(), &sample(40)[16..17]);
    // The number alone moved: the tag covers it.
    let mut renumbered = swapped;
    renumbered[header..header + 16].copy_from_slice(&message[header..header + 16]);
    assert_eq!(open_range(&renumbered, 0..1).unwrap_err().code(), "FrameNotAuthentic");
}

#[test]
fn a_changed_byte_of_a_frame_fails_that_frame_and_no_other() {
    let plaintext = sample(24);
    let message = seal(&plaintext, options(default_suite(), 8));
    let header = header_len(&message);
    for at in header..header + 40 {
        let mut changed = message.clone();
        changed[at] ^= 1;
        assert!(open_range(&changed, 0..1).is_err(), "byte {at}");
        assert_eq!(open_range(&changed, 8..24).unwrap(), &plaintext[8..]);
    }
}

#[test]
fn a_final_frame_of_another_length_is_not_the_end() {
    let message = seal(&sample(13), options(default_suite(), 8));
    let at = header_len(&message) + 40 + 20;
    let mut changed = message;
    // It says 5; more would be a cut message, fewer one with bytes after it.
    for (len, code) in [(6_u32, "TruncatedMessage"), (4, "TrailingBytes"), (9, "MalformedFrame")] {
        changed[at..at + 4].copy_from_slice(&len.to_be_bytes());
        assert_eq!(end(&changed), code);
    }
}

#[test]
fn a_frame_that_the_message_does_not_have_is_refused() {
    let message = seal(&sample(13), options(default_suite(), 8));
    let header = authenticated(&message);
    let len = header.bytes().len() as u64;
    let layout =
        BodyLayout::of_message(len, header.body().content, message.len() as u64, 0).unwrap();
    let opener = header.range_opener(layout);
    for sequence in [0, 3, u32::MAX] {
        assert_eq!(opener.plan(sequence, &message).unwrap_err().code(), "InvalidArgument");
    }
    assert_eq!(opener.plan(1, &message[..3]).unwrap_err().code(), "TruncatedMessage");
}
