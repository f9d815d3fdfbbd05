// SPDX-License-Identifier: Apache-2.0
//! What is changed does not open, and says which part is wrong.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use edgekms_core::{
    format::frame,
    suite::{SUITES, Suite},
};
use support::{header_len, open, open_chunks, options, seal};

/// A message of three frames: two regular ones and a final one, each of 8 bytes.
struct Sample {
    header: Vec<u8>,
    frames: [Vec<u8>; 3],
    rest: Vec<u8>,
}

const REGULAR: usize = 4 + 12 + 8 + 16;
const FINAL: usize = 4 + 4 + 12 + 4 + 8 + 16;

impl Sample {
    fn new(suite: &'static Suite) -> Self {
        let message = seal(b"first---second--third---", options(suite, 8));
        let (header, body) = message.split_at(header_len(&message));
        let (first, body) = body.split_at(REGULAR);
        let (second, body) = body.split_at(REGULAR);
        let (third, rest) = body.split_at(FINAL);
        Self {
            header: header.to_vec(),
            frames: [first.to_vec(), second.to_vec(), third.to_vec()],
            rest: rest.to_vec(),
        }
    }

    /// The message with these frames.
    fn with(&self, frames: &[&Vec<u8>]) -> Vec<u8> {
        let body = frames.iter().flat_map(|frame| frame.iter().copied());
        self.header.iter().copied().chain(body).chain(self.rest.iter().copied()).collect()
    }

    fn whole(&self) -> Vec<u8> {
        let [first, second, third] = &self.frames;
        self.with(&[first, second, third])
    }
}

fn default_suite() -> &'static Suite {
    Suite::from_id(0x0478).unwrap()
}

fn code(message: &[u8]) -> String {
    open(message).unwrap_err().code().to_owned()
}

#[test]
fn every_one_byte_change_of_a_message_of_any_suite_fails() {
    for suite in SUITES {
        let message = Sample::new(suite).whole();
        assert!(open(&message).is_ok());
        for at in 0..message.len() {
            for change in [0x01, 0x80] {
                let mut changed = message.clone();
                changed[at] ^= change;
                assert!(open(&changed).is_err(), "{} byte {at} change {change:#x}", suite.name);
            }
        }
    }
}

#[test]
fn every_other_value_of_every_byte_of_a_message_fails() {
    let message = seal(b"x", options(default_suite(), 8));
    for at in 0..message.len() {
        for change in 1..=u8::MAX {
            let mut changed = message.clone();
            changed[at] ^= change;
            assert!(open(&changed).is_err(), "byte {at} change {change:#x}");
        }
    }
}

#[test]
fn every_truncation_fails_and_never_gives_unauthenticated_bytes() {
    for suite in [0x0478, 0x0578, 0x0178] {
        let message = Sample::new(Suite::from_id(suite).unwrap()).whole();
        for len in 0..message.len() {
            assert_eq!(code(&message[..len]), "TruncatedMessage", "{suite:#x} {len}");
            let (opened, result) = open_chunks(&message[..len], &[7; 100]);
            assert!(result.is_err() && b"first---second--third---".starts_with(&opened));
        }
    }
}

#[test]
fn padding_after_the_end_is_trailing_bytes() {
    for suite in SUITES {
        let mut message = Sample::new(suite).whole();
        message.push(0);
        assert_eq!(code(&message), "TrailingBytes", "{}", suite.name);
    }
}

#[test]
fn reordered_duplicated_and_missing_frames_are_out_of_order() {
    let sample = Sample::new(default_suite());
    let [first, second, third] = &sample.frames;
    for frames in [
        vec![second, first, third],
        vec![first, first, second, third],
        vec![first, third],
        vec![second, third],
        vec![third],
    ] {
        assert_eq!(code(&sample.with(&frames)), "FrameOutOfOrder");
    }
}

#[test]
fn frames_after_the_final_one_are_trailing_bytes() {
    let sample = Sample::new(default_suite());
    let [first, second, third] = &sample.frames;
    assert_eq!(code(&sample.with(&[first, second, third, third])), "TrailingBytes");
}

#[test]
fn a_frame_of_another_message_is_not_authentic() {
    for id in [0x0478, 0x0178, 0x0078] {
        let suite = Suite::from_id(id).unwrap();
        let (ours, theirs) = (Sample::new(suite), Sample::new(suite));
        let [first, _, third] = &ours.frames;
        assert_eq!(code(&ours.with(&[first, &theirs.frames[1], third])), "FrameNotAuthentic");
    }
}

#[test]
fn a_header_on_another_messages_body_is_not_authentic() {
    let (ours, theirs) = (Sample::new(default_suite()), Sample::new(default_suite()));
    let [first, second, third] = &theirs.frames;
    assert_eq!(code(&ours.with(&[first, second, third])), "FrameNotAuthentic");
}

#[test]
fn a_final_frame_cut_to_look_regular_or_longer_than_the_frame_length_is_malformed() {
    let sample = Sample::new(default_suite());
    let [first, second, third] = &sample.frames;
    let mut long = third.clone();
    long[20..24].copy_from_slice(&9_u32.to_be_bytes());
    assert_eq!(code(&sample.with(&[first, second, &long])), "MalformedFrame");
    let mut iv = second.clone();
    iv[15] ^= 1;
    assert_eq!(code(&sample.with(&[first, &iv, third])), "MalformedFrame");
}

#[test]
fn a_changed_tag_of_the_header_or_of_a_frame_names_its_part() {
    let sample = Sample::new(default_suite());
    let mut message = sample.whole();
    message[sample.header.len() - 1] ^= 1;
    assert_eq!(code(&message), "HeaderNotAuthentic");
    let mut message = sample.whole();
    message[sample.header.len() + REGULAR - 1] ^= 1;
    assert_eq!(code(&message), "FrameNotAuthentic");
}

#[test]
fn a_changed_commit_key_is_refused() {
    let sample = Sample::new(default_suite());
    let mut message = sample.whole();
    message[sample.header.len() - 16 - 1] ^= 1;
    assert_eq!(code(&message), "HeaderNotAuthentic");
}

#[test]
fn the_last_frame_of_a_signed_message_waits_for_the_signature() {
    let sample = Sample::new(Suite::from_id(0x0578).unwrap());
    let mut message = sample.whole();
    let last = message.len() - 1;
    message[last] ^= 1;
    let (opened, result) = open_chunks(&message, &[]);
    assert_eq!(result.unwrap_err().code(), "SignatureNotValid");
    assert_eq!(opened, b"first---second--");
}

#[test]
fn a_footer_that_claims_more_than_a_signature_is_refused_at_once() {
    let sample = Sample::new(Suite::from_id(0x0578).unwrap());
    let mut message = sample.whole();
    let footer = message.len() - sample.rest.len();
    message.truncate(footer);
    message.extend_from_slice(&[0xff, 0xff]);
    assert_eq!(code(&message), "SignatureNotValid");
}

#[test]
fn a_non_framed_body_opens_and_each_of_its_bytes_is_authenticated() {
    for id in [0x0478, 0x0178, 0x0014] {
        let message = support::seal_non_framed(b"in one piece", Suite::from_id(id).unwrap());
        assert_eq!(open(&message).unwrap(), b"in one piece");
        let (opened, result) = open_chunks(&message, &vec![1; message.len()]);
        assert!(result.is_ok() && opened == b"in one piece");
        for at in 0..message.len() {
            let mut changed = message.clone();
            changed[at] ^= 1;
            assert!(open(&changed).is_err(), "{id:#x} byte {at}");
        }
    }
}

#[test]
fn a_non_framed_body_longer_than_the_format_allows_is_malformed() {
    let mut message = support::seal_non_framed(b"x", default_suite());
    let length = header_len(&message) + 12;
    message[length..length + 8].copy_from_slice(&(frame::MAX_NON_FRAMED_LEN + 1).to_be_bytes());
    assert_eq!(code(&message), "MalformedFrame");
    // The longest allowed claim waits for bytes that do not come; nothing is reserved for it.
    message[length..length + 8].copy_from_slice(&frame::MAX_NON_FRAMED_LEN.to_be_bytes());
    assert_eq!(code(&message), "TruncatedMessage");
}
