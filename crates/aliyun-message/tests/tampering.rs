// SPDX-License-Identifier: Apache-2.0
//! What is not a message as the SDKs write it, or was changed after it was written, is refused.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use edgekms_aliyun_message::{
    algorithm::{ALGORITHMS, Algorithm, DEFAULT},
    context::EncryptionContext,
    header::{Fields, Limits},
    key::EncryptedDataKey,
    layout::Layout,
    message::Message,
    seal::seal,
};
use support::{code, key, open, small, vectors};

const LAYOUTS: [Layout; 2] = [Layout::Der, Layout::Stream];

fn written() -> impl Iterator<Item = (Vec<u8>, Vec<u8>)> {
    let algorithms = ALGORITHMS.into_iter().filter(|algorithm| algorithm.authenticates());
    algorithms.flat_map(|algorithm| LAYOUTS.map(|layout| small(algorithm, layout)))
}

#[test]
fn every_one_bit_change_at_both_ends_of_a_byte_fails() {
    for (message, data_key) in written() {
        for at in 0..message.len() {
            for change in [0x01, 0x80] {
                let mut changed = message.clone();
                changed[at] ^= change;
                assert!(open(&changed, &data_key).is_err(), "byte {at} change {change:#x}");
            }
        }
    }
}

#[test]
fn every_other_value_of_every_byte_of_a_message_fails() {
    let (message, data_key) = small(DEFAULT, Layout::Der);
    for at in 0..message.len() {
        for change in 2..=u8::MAX {
            let mut changed = message.clone();
            changed[at] ^= change;
            assert!(open(&changed, &data_key).is_err(), "byte {at} change {change:#x}");
        }
    }
}

/// Of CBC and CTR the header alone is authentic: nobody notices another content.
#[test]
fn only_the_content_can_be_changed_where_nothing_authenticates_it() {
    for vector in vectors().iter().filter(|vector| vector.algorithm.name.contains("CTR")) {
        let content_at = vector.message.len()
            - vector.plaintext.len()
            - if vector.layout == Layout::Der { 2 } else { 0 };
        let mut released = Vec::new();
        for at in 0..vector.message.len() {
            let mut changed = vector.message.clone();
            changed[at] ^= 1;
            if open(&changed, &vector.data_key).is_ok() {
                released.push(at);
            }
        }
        let iv = match vector.layout {
            Layout::Der => content_at - 18..content_at - 2,
            Layout::Stream => content_at - 16..content_at,
        };
        let content = content_at..content_at + vector.plaintext.len();
        assert_eq!(released, iv.chain(content).collect::<Vec<_>>(), "{}", vector.name);
    }
}

#[test]
fn every_truncation_fails() {
    for vector in vectors().into_iter().filter(|vector| vector.message.len() < 800) {
        for len in 0..vector.message.len() {
            let cut = &vector.message[..len];
            match (vector.layout, vector.algorithm.name.contains("CTR")) {
                (Layout::Der, _) => assert_eq!(code(cut, &vector.data_key), "TruncatedMessage"),
                // The end of such a stream is not authentic either.
                (Layout::Stream, true) if len + vector.plaintext.len() >= vector.message.len() => {
                    assert!(vector.plaintext.starts_with(&open(cut, &vector.data_key).unwrap()));
                }
                (Layout::Stream, _) => {
                    // Whole blocks without padding are whole blocks after a cut, too.
                    let blocks = vector.algorithm.name.contains("CBC_NOPADDING");
                    assert!(
                        open(cut, &vector.data_key)
                            .map_or(true, |opened| blocks && vector.plaintext.starts_with(&opened)),
                        "{} {len}",
                        vector.name
                    );
                }
            }
        }
    }
}

#[test]
fn bytes_after_the_end_are_refused() {
    for (mut message, data_key) in written() {
        message.push(0);
        let expected = if message[0] == 0x30 { "TrailingBytes" } else { "FrameNotAuthentic" };
        assert_eq!(code(&message, &data_key), expected);
    }
}

#[test]
fn another_data_key_is_told_by_the_header() {
    for (message, mut data_key) in written() {
        data_key[0] ^= 1;
        assert_eq!(code(&message, &data_key), "HeaderNotAuthentic");
        assert_eq!(code(&message, &data_key[1..]), "InvalidArgument");
        assert_eq!(code(&message, &[]), "InvalidArgument");
    }
}

/// Both would do with a key of 16 bytes.
#[test]
fn an_algorithm_cannot_be_exchanged_for_another_with_keys_of_the_same_length() {
    let at = |message: &[u8]| {
        message.windows(6).position(|w| w == b"\x02\x01\x01\x02\x01\x01").unwrap() + 5
    };
    let (message, data_key) = small(ALGORITHMS[0], Layout::Der);
    for algorithm in ALGORITHMS.into_iter().filter(|other| other.key_len() == 16 && other.id != 1) {
        let mut changed = message.clone();
        changed[at(&message)] = u8::try_from(algorithm.id).unwrap();
        let expected =
            if algorithm.authenticates() { "HeaderNotAuthentic" } else { "MalformedFrame" };
        assert_eq!(code(&changed, &data_key), expected, "{}", algorithm.name);
    }
    let mut changed = message.clone();
    changed[at(&message)] = 13;
    assert_eq!(code(&changed, &data_key), "UnsupportedSuite");
    changed[at(&message) - 3] = 2;
    assert_eq!(code(&changed, &data_key), "MalformedHeader");
}

#[test]
fn no_message_has_one_cmk_twice_or_none() {
    let one = |blob: &[u8]| EncryptedDataKey {
        key_arn: "acs:kms:r:1:key/k".into(),
        ciphertext_blob: blob.into(),
    };
    for keys in [vec![], vec![one(b"1"), one(b"2")], vec![one(b"1"), one(b"1")]] {
        let fields = Fields::new(DEFAULT, keys, EncryptionContext::default());
        assert_eq!(fields.unwrap_err().code(), "InvalidArgument");
    }
    for (keys, expected) in [
        ("3100", "it has no encrypted data key"),
        ("3110 3006 04016b 040100 3006 04016b 040101", "two encrypted data keys"),
        ("3110 3006 04016b 040100 3006 04016b 040100", "two encrypted data keys"),
        ("3110 3006 04016b 040100 3006 04016a 040100", "not in DER's order"),
    ] {
        let keys = hex::decode(keys.replace(' ', "")).unwrap();
        let refused = open(&der_with(&keys, b"\x31\0"), &[0; 32]).unwrap_err();
        assert_eq!(refused.code(), "MalformedHeader");
        assert!(refused.to_string().contains(expected), "{refused}");
    }
}

#[test]
fn contexts_that_the_sdks_do_not_write_are_refused() {
    let key = b"\x31\x08\x30\x06\x04\x01k\x04\x01b";
    for context in [
        &b"\x31\x10\x30\x06\x04\x01a\x04\x01b\x30\x06\x04\x01a\x04\x01b"[..],
        b"\x31\x10\x30\x06\x04\x01b\x04\x01b\x30\x06\x04\x01a\x04\x01b",
        b"\x31\x08\x30\x06\x04\x01\xff\x04\x01b",
        b"\x30\0",
        b"\x31\x80\0\0",
    ] {
        assert_eq!(code(&der_with(key, context), &[0; 32]), "MalformedHeader", "{context:?}");
    }
    // The control: with a context that is in order, the tag is what is wrong.
    let fine = b"\x31\x10\x30\x06\x04\x01a\x04\x01b\x30\x06\x04\x01b\x04\x01b";
    assert_eq!(code(&der_with(key, fine), &[0; 32]), "HeaderNotAuthentic");
    // A length in more bytes than it needs is BER.
    assert_eq!(code(&der_with(key, b"\x31\x81\0"), &[0; 32]), "MalformedHeader");
}

/// A message in DER with these sets, and nothing authentic.
fn der_with(data_keys: &[u8], context: &[u8]) -> Vec<u8> {
    let sequence = |parts: &[&[u8]]| {
        let content = parts.concat();
        [&[0x30, u8::try_from(content.len()).unwrap()], &content[..]].concat()
    };
    let (iv, tag) = ([&b"\x04\x0c"[..], &[0; 12]].concat(), [&b"\x04\x10"[..], &[0; 16]].concat());
    let header = sequence(&[b"\x02\x01\x01\x02\x01\x02", data_keys, context, &iv, &tag]);
    sequence(&[&header, &sequence(&[&iv, b"\x04\0", &tag])])
}

#[test]
fn a_message_with_more_data_keys_than_allowed_is_refused() {
    for layout in LAYOUTS {
        let (message, _) = small(DEFAULT, layout);
        let parsed = |limit| Message::parse(&message, Limits { max_encrypted_data_keys: limit });
        assert!(parsed(2).is_ok());
        assert_eq!(parsed(1).unwrap_err().code(), "TooManyEncryptedDataKeys");
    }
    // Claimed, and not there.
    let claim = [&b"\0\0\0\x01\0\0\0\x02\0\0\0\0"[..], &[0xff; 4]].concat();
    assert_eq!(code(&claim, &[0; 32]), "TooManyEncryptedDataKeys");
}

#[test]
fn streams_that_the_java_sdk_does_not_write_are_refused() {
    let (message, data_key) = small(DEFAULT, Layout::Stream);
    assert_eq!(open(&message, &data_key).unwrap(), b"text");
    // Other base64 of the same bytes.
    let blob = message.windows(8).position(|w| w == b"YmxvYg==").unwrap();
    for other in [b"YmxvYh==", b"YmxvYg=\n", b"YmxvYg\0\0"] {
        let mut changed = message.clone();
        changed[blob..blob + 8].copy_from_slice(other);
        assert_eq!(code(&changed, &data_key), "MalformedHeader");
    }
    // The two CMKs the other way round.
    let (one, two) = (
        message.windows(3).position(|w| w == b"one").unwrap(),
        message.windows(3).position(|w| w == b"two").unwrap(),
    );
    let mut changed = message.clone();
    changed[one..one + 3].copy_from_slice(b"two");
    changed[two..two + 3].copy_from_slice(b"one");
    assert_eq!(code(&changed, &data_key), "MalformedHeader");
    changed[two..two + 3].copy_from_slice(b"two");
    assert_eq!(code(&changed, &data_key), "MalformedHeader");
}

#[test]
fn nothing_is_written_that_nothing_authenticates() {
    for algorithm in ALGORITHMS.into_iter().filter(|algorithm| !algorithm.authenticates()) {
        let wrapped = EncryptedDataKey { key_arn: "a".into(), ciphertext_blob: b"b".into() };
        let fields = Fields::new(algorithm, vec![wrapped], EncryptionContext::default()).unwrap();
        let data_key = key(&vec![0; algorithm.key_len()]);
        let sealed = seal(b"text", &data_key, fields, Layout::Der, &mut getrandom::SysRng);
        assert_eq!(sealed.unwrap_err().code(), "InvalidArgument");
    }
}

#[test]
fn what_begins_like_no_message_is_told_so() {
    assert_eq!(code(b"", &[]), "TruncatedMessage");
    // A message of the AWS Encryption SDK begins with its version, 1 or 2.
    assert_eq!(code(b"\x02\x05\x78", &[]), "MalformedHeader");
    assert_eq!(code(b"\0\0\0\x02", &[]), "MalformedHeader");
    assert_eq!(code(b"0", &[]), "TruncatedMessage");
    assert_eq!(code(b"0\0", &[]), "MalformedHeader");
    assert_eq!(Algorithm::from_id(2).unwrap(), DEFAULT);
}
