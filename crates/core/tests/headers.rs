// SPDX-License-Identifier: Apache-2.0
//! parse(write(h)) = h, and headers that break a rule are refused with its code.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use edgekms_core::{
    error::Error,
    format::header::HeaderLimits,
    header::{HeaderRead, ParsedHeader},
    seal::SealOptions,
    suite::{SUITES, Suite},
};
use proptest::prelude::*;
use support::{context, header_len, keyring, open, open_with, options, seal, seal_with};

fn read(bytes: &[u8]) -> Result<Box<ParsedHeader>, Error> {
    ParsedHeader::read_whole(bytes, HeaderLimits::default())
}

/// A version 2 header up to its encrypted data keys, with an empty context.
fn start_v2(keys: u16) -> Vec<u8> {
    let mut bytes = vec![2, 0x04, 0x78];
    bytes.extend_from_slice(&[9; 32]);
    bytes.extend_from_slice(&[0, 0]);
    bytes.extend_from_slice(&keys.to_be_bytes());
    bytes
}

proptest! {
    #[test]
    fn what_is_written_reads_back_the_same(
        suite in 0..SUITES.len(),
        pairs in prop::collection::btree_map("[a-zé\u{10000}]{1,9}", ".{0,20}", 0..6),
        frame_length in 1_u32..,
    ) {
        let mut options = options(&SUITES[suite], frame_length);
        let pairs: Vec<_> = pairs.iter().map(|(key, value)| (key.as_str(), value.as_str())).collect();
        options.context = context(&pairs);
        let message = seal(b"", options);
        let header = read(&message).unwrap();
        let body = header.body().to_bytes().unwrap();
        prop_assert!(header.bytes().starts_with(&body));
        let mut again = body.clone();
        again.extend_from_slice(&header.bytes()[body.len()..]);
        let again = read(&again).unwrap();
        prop_assert_eq!(again.body(), header.body());
    }

    #[test]
    fn arbitrary_bytes_never_panic_and_ask_for_more_than_they_have(
        bytes in prop::collection::vec(any::<u8>(), 0..200),
        version in 1_u8..3,
    ) {
        let mut bytes = bytes;
        if let Some(first) = bytes.first_mut() {
            *first = version;
        }
        if let Ok(HeaderRead::NeedMore(len)) = ParsedHeader::read(&bytes, HeaderLimits::default()) {
            prop_assert!(len > bytes.len());
        }
    }
}

#[test]
fn every_prefix_of_a_header_asks_for_more_bytes_but_never_for_more_than_the_header_has() {
    for suite in SUITES {
        let message = seal(b"x", options(suite, 5));
        let len = header_len(&message);
        for at in 0..len {
            match ParsedHeader::read(&message[..at], HeaderLimits::default()).unwrap() {
                HeaderRead::NeedMore(needed) => assert!(needed > at && needed <= len),
                HeaderRead::Header(_) => panic!("{} of {len} bytes are no header", at),
            }
        }
    }
}

#[test]
fn a_claim_of_65535_keys_in_40_bytes_is_refused_at_once() {
    let bytes = start_v2(u16::MAX);
    assert_eq!(bytes.len(), 39);
    assert_eq!(read(&bytes).unwrap_err().code(), "TruncatedMessage");
    // In a stream the rest may follow: six bytes a key at the least, and the end of the header.
    let needed = 39 + 65_535 * 6 + 1 + 4 + 32 + 16;
    let read = ParsedHeader::read(&bytes, HeaderLimits::default()).unwrap();
    assert!(matches!(read, HeaderRead::NeedMore(len) if len == needed));
    // With a cap there is nothing to wait for.
    let limits = HeaderLimits::max_encrypted_data_keys(Some(10));
    let refused = ParsedHeader::read(&bytes, limits).unwrap_err();
    assert_eq!(refused.code(), "TooManyEncryptedDataKeys");
}

#[test]
fn a_header_with_65535_keys_reads() {
    let message = seal(b"x", SealOptions::default());
    let header = read(&message).unwrap();
    let mut body = header.body().clone();
    let key = body.encrypted_data_keys[0].clone();
    body.encrypted_data_keys = vec![key; usize::from(u16::MAX)];
    let mut bytes = body.to_bytes().unwrap();
    bytes.extend_from_slice(&[0; 16]);
    assert_eq!(read(&bytes).unwrap().body().encrypted_data_keys.len(), 65_535);
    body.encrypted_data_keys.push(body.encrypted_data_keys[0].clone());
    assert_eq!(body.to_bytes().unwrap_err().code(), "TooManyEncryptedDataKeys");
}

#[test]
fn no_keys_at_all_are_malformed() {
    assert_eq!(read(&start_v2(0)).unwrap_err().code(), "MalformedHeader");
}

#[test]
fn each_broken_rule_of_a_version_1_header_is_malformed() {
    let message = seal(b"x", options(Suite::from_id(0x0178).unwrap(), 5));
    let len = header_len(&message);
    // From the end: tag 16, IV 12, frame length 4, IV length 1, reserved 4, content type 1.
    for (what, at, byte) in [
        ("version", 0, 3),
        ("type", 1, 0x81),
        ("IV length", len - 33, 16),
        ("reserved", len - 37, 1),
        ("content type", len - 38, 3),
        ("not framed with a frame length", len - 38, 1),
        ("frame length 0", len - 29, 0),
    ] {
        let mut changed = message.clone();
        changed[at] = byte;
        assert_eq!(read(&changed).unwrap_err().code(), "MalformedHeader", "{what}");
    }
}

#[test]
fn a_suite_of_the_other_version_is_malformed_and_an_unknown_one_unsupported() {
    let mut message = seal(b"x", SealOptions::default());
    message[1..3].copy_from_slice(&[0x01, 0x78]);
    assert_eq!(read(&message).unwrap_err().code(), "MalformedHeader");
    message[1..3].copy_from_slice(&[0xff, 0xff]);
    assert_eq!(read(&message).unwrap_err().code(), "UnsupportedSuite");
}

#[test]
fn contexts_that_are_not_utf8_or_disagree_with_their_lengths_are_malformed() {
    let message = seal(b"x", SealOptions::with_context(context(&[("k1", "v1"), ("k2", "v2")])));
    // version 1 + suite 2 + message id 32; then length 2, count 2, key length 2, key 2, ...
    let at = 35;
    for (what, offset, byte) in [
        ("not UTF-8", 6, 0xff),
        ("count too small", 3, 1),
        ("count too large", 3, 3),
        ("count 0", 3, 0),
        ("a key longer than the context", 5, 200),
        ("a repeated key", 15, b'1'),
    ] {
        let mut changed = message.clone();
        changed[at + offset] = byte;
        assert_eq!(read(&changed).unwrap_err().code(), "MalformedHeader", "{what}");
    }
}

#[test]
fn a_message_under_the_wrong_policy_is_refused_before_any_key_is_used() {
    let message = seal(b"x", options(Suite::from_id(0x0178).unwrap(), 5));
    let refused = open_with(&message, &keyring(), &Default::default()).unwrap_err();
    assert_eq!(refused.code(), "CommitmentPolicyViolation");
    let mut options = SealOptions::default();
    options.suite = Suite::from_id(0x0178).unwrap();
    let refused = seal_with(b"x", &keyring(), options).unwrap_err();
    assert_eq!(refused.code(), "CommitmentPolicyViolation");
}

#[test]
fn empty_input_is_truncated_and_other_files_are_malformed() {
    assert_eq!(open(b"").unwrap_err().code(), "TruncatedMessage");
    assert_eq!(open(b"\x89PNG\r\n\x1a\n").unwrap_err().code(), "MalformedHeader");
}

#[test]
fn a_frame_length_of_0_is_refused_and_the_longest_is_not() {
    let mut options = SealOptions::default();
    options.frame_length = 0;
    assert_eq!(seal_with(b"x", &keyring(), options).unwrap_err().code(), "InvalidArgument");
    let mut options = SealOptions::default();
    options.frame_length = u32::MAX;
    assert_eq!(open(&seal_with(b"x", &keyring(), options).unwrap()).unwrap(), b"x");
}
