// SPDX-License-Identifier: Apache-2.0
//! Sizes and places are those of the messages that are written.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use std::ops::Range;

use edgekms_core::{
    format::{
        frame::{FrameKind, MAX_NON_FRAMED_LEN},
        header::ContentType,
    },
    layout::{BodyLayout, Ending, plaintext_size, sealed_size},
    suite::{Curve, SUITES, Suite},
};
use proptest::prelude::*;
use support::{header_len, options, seal, seal_non_framed};

fn framed(length: u32) -> ContentType {
    ContentType::framed(length).unwrap()
}

/// Frame lengths of every magnitude, not mostly those near 2^32.
fn frame_lengths() -> impl Strategy<Value = u32> {
    (0_u32..32, any::<u32>()).prop_map(|(bits, x)| (x >> bits).max(1))
}

/// Plaintext lengths: any, and those at and around whole frames.
fn lengths(frame_length: u32) -> impl Strategy<Value = u64> {
    let frames = u64::from(u32::MAX - 2);
    let near = (0..frames, -1_i64..2).prop_map(move |(frames, off)| {
        (frames * u64::from(frame_length)).saturating_add_signed(off)
    });
    let few = (0_u64..5, -1_i64..2).prop_map(move |(frames, off)| {
        (frames * u64::from(frame_length)).saturating_add_signed(off)
    });
    prop_oneof![near, few, 0..frames * u64::from(frame_length)]
}

prop_compose! {
    fn layouts()(frame_length in frame_lengths())(
        frame_length in Just(frame_length),
        plaintext_len in lengths(frame_length),
        header_len in 0_u64..200_000,
        full in any::<bool>(),
    ) -> (BodyLayout, u32, u64) {
        let ending = if full { Ending::Full } else { Ending::Empty };
        let layout = BodyLayout::of_plaintext(header_len, framed(frame_length), plaintext_len, ending);
        (layout.unwrap(), frame_length, header_len)
    }
}

proptest! {
    #[test]
    fn a_size_has_one_layout_and_it_is_the_one_that_was_written(
        (layout, frame_length, header_len) in layouts(),
    ) {
        let found =
            BodyLayout::of_message(header_len, framed(frame_length), layout.message_len(), 0).unwrap();
        prop_assert_eq!(found, layout);
        let size = plaintext_size(header_len, framed(frame_length), layout.message_len()).unwrap();
        prop_assert_eq!(size, layout.plaintext_len());
    }

    #[test]
    fn frames_follow_one_another_without_a_gap_in_message_and_plaintext(
        (layout, frame_length, header_len) in layouts(),
        pick in any::<u32>(),
    ) {
        let sequence = pick % layout.frames() + 1;
        let place = layout.frame(sequence).unwrap();
        prop_assert_eq!(place.sequence, sequence);
        match layout.frame(sequence - 1) {
            Some(before) => {
                prop_assert_eq!(before.bytes.end, place.bytes.start);
                prop_assert_eq!(before.content.end, place.content.start);
            }
            None => {
                prop_assert_eq!(place.bytes.start, header_len);
                prop_assert_eq!(place.content.start, 0);
            }
        }
        let content_len = place.content.end - place.content.start;
        let overhead = place.bytes.end - place.bytes.start - content_len;
        if let Some(next) = layout.frame(sequence + 1) {
            prop_assert_eq!((place.kind, content_len, overhead), (FrameKind::Regular, frame_length.into(), 32));
            prop_assert_eq!(next.bytes.start, place.bytes.end);
        } else {
            prop_assert_eq!((place.kind, overhead), (FrameKind::Final, 40));
            prop_assert_eq!(place.bytes.end, layout.message_len());
            prop_assert_eq!(place.content.end, layout.plaintext_len());
        }
        prop_assert_eq!(layout.frame(0), None);
        prop_assert_eq!(layout.frame(layout.frames() + 1), None);
    }

    #[test]
    fn the_frames_of_a_range_hold_it_and_no_fewer_would(
        (layout, _, _) in layouts(),
        a in any::<u64>(),
        b in any::<u64>(),
    ) {
        let len = layout.plaintext_len();
        let (a, b) = (a % (len + 1), b % (len + 1));
        let range = a.min(b)..a.max(b);
        match layout.cover(&range) {
            None => prop_assert!(range.is_empty()),
            Some(frames) => {
                let first = layout.frame(*frames.start()).unwrap();
                let last = layout.frame(*frames.end()).unwrap();
                prop_assert!(first.content.contains(&range.start));
                prop_assert!(last.content.contains(&(range.end - 1)));
            }
        }
        prop_assert_eq!(layout.cover(&(0..len + 1)), None);
    }
}

#[test]
fn sizes_are_those_of_messages_of_every_suite_that_signs_nothing() {
    for suite in SUITES.iter().filter(|suite| suite.signature.is_none()) {
        for len in [0, 1, 7, 8, 9, 16, 17] {
            let message = seal(&vec![1; len], options(suite, 8));
            let header = header_len(&message) as u64;
            let sizes = |ending| sealed_size(header, framed(8), len as u64, ending).unwrap();
            assert_eq!(sizes(Ending::Full), message.len() as u64, "{} {len}", suite.name);
            let empty = if len > 0 && len % 8 == 0 { 32 } else { 0 };
            assert_eq!(sizes(Ending::Empty), sizes(Ending::Full) + empty);
            for size in [sizes(Ending::Full), sizes(Ending::Empty)] {
                assert_eq!(plaintext_size(header, framed(8), size).unwrap(), len as u64);
            }
        }
    }
}

#[test]
fn a_size_that_no_message_has_is_refused() {
    let code = |len| plaintext_size(100, framed(8), len).unwrap_err().code().to_owned();
    // A final frame has 40 bytes and up to 8 of plaintext; with one of 40 before it, 80 to 88.
    let good = |len: u64| matches!(len, 140..=148 | 180..=188 | 220..=228);
    for len in 0..229 {
        if good(len) {
            assert!(plaintext_size(100, framed(8), len).is_ok(), "{len}");
        } else {
            assert_eq!(code(len), "TruncatedMessage", "{len}");
        }
    }
}

#[test]
fn more_than_the_format_or_64_bits_hold_is_refused() {
    let layout = |header, length, plaintext| {
        BodyLayout::of_plaintext(header, framed(length), plaintext, Ending::Full)
    };
    let frames = u64::from(u32::MAX);
    assert_eq!(layout(0, 1, frames).unwrap().frames(), u32::MAX);
    assert_eq!(layout(0, 1, frames + 1).unwrap_err().code(), "MessageTooLong");
    assert_eq!(layout(0, u32::MAX, u64::MAX).unwrap_err().code(), "MessageTooLong");
    assert_eq!(layout(u64::MAX, 1, 0).unwrap_err().code(), "MessageTooLong");
    assert!(layout(0, u32::MAX, u64::MAX / 2).is_ok());
    // As many frames as the format has, and one more.
    let longest = layout(0, 1, frames).unwrap().message_len();
    assert!(plaintext_size(0, framed(1), longest).is_ok());
    assert_eq!(plaintext_size(0, framed(1), longest + 33).unwrap_err().code(), "TruncatedMessage");
    let piece = |len| BodyLayout::of_plaintext(0, ContentType::NonFramed, len, Ending::Full);
    assert!(piece(MAX_NON_FRAMED_LEN).is_ok());
    assert_eq!(piece(MAX_NON_FRAMED_LEN + 1).unwrap_err().code(), "MessageTooLong");
    let tail = MAX_NON_FRAMED_LEN + 1 + 36;
    assert!(plaintext_size(0, ContentType::NonFramed, tail).is_err());
}

#[test]
fn a_body_in_one_piece_is_its_own_last_frame() {
    let message = seal_non_framed(b"in one piece", Suite::from_id(0x0478).unwrap());
    let header = header_len(&message) as u64;
    let layout =
        BodyLayout::of_message(header, ContentType::NonFramed, message.len() as u64, 0).unwrap();
    assert_eq!((layout.plaintext_len(), layout.frames()), (12, 1));
    let place = layout.last();
    assert_eq!((place.kind, place.bytes), (FrameKind::NonFramed, header..message.len() as u64));
    assert_eq!(layout.cover(&(3..4)), Some(1..=1));
    let range: Range<u64> = 3..13;
    assert_eq!(layout.cover(&range), None);
}

#[test]
fn the_end_of_a_signed_body_is_found_from_the_messages_last_bytes() {
    for (id, curve) in [(0x0578, Curve::P384), (0x0214, Curve::P256)] {
        let suite = Suite::from_id(id).unwrap();
        // Signatures have several lengths; so do plaintexts, some of which would fit another signature.
        for len in 0..40 {
            let message = seal(&vec![0; len], options(suite, 16));
            let header = header_len(&message) as u64;
            let tail = &message[message.len().saturating_sub(curve.max_signature_len() + 2)..];
            let found = BodyLayout::of_signed_message(
                header,
                framed(16),
                message.len() as u64,
                tail,
                curve,
            );
            let right = found.iter().filter(|layout| {
                let place = layout.last();
                let at = usize::try_from(place.bytes.start).unwrap();
                layout.plaintext_len() == len as u64
                    && layout.message_len() == message.len() as u64
                    && message[at..].starts_with(&[0xff; 4])
            });
            assert_eq!(right.count(), 1, "{id:#x} {len}: {found:?}");
        }
    }
}

#[test]
fn a_tail_without_a_signature_has_no_layout() {
    for tail in [&[][..], &[0], &[0, 0], &[0, 1, 0x30], &[0; 110], &[0, 3, 0x30, 2, 0]] {
        let found = BodyLayout::of_signed_message(0, framed(16), 1 << 20, tail, Curve::P384);
        assert_eq!(found, [], "{tail:?}");
    }
}
