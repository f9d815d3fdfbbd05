// SPDX-License-Identifier: Apache-2.0
//! What Alibaba's SDKs for Python and Java wrote is read, and what we write has their very bytes.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use std::{collections::BTreeSet, fs};

use edgekms_aliyun_message::{
    header::{Fields, Limits},
    layout::Layout,
    message::{Message, Unauthenticated},
    seal::seal,
};
use serde_json::Value;
use support::{Replay, key, open, vectors};

#[test]
fn the_vectors_have_every_algorithm_in_every_layout() {
    let seen: BTreeSet<_> =
        vectors().iter().map(|v| (v.layout == Layout::Der, v.algorithm.id)).collect();
    assert_eq!(seen.len(), 24);
}

#[test]
fn messages_of_the_sdks_say_who_can_open_them() {
    for vector in vectors() {
        let message = Message::parse(&vector.message, Limits::default()).unwrap();
        let fields = message.fields();
        assert_eq!(fields.algorithm(), vector.algorithm, "{}", vector.name);
        assert_eq!(fields.context(), &vector.context, "{}", vector.name);
        assert_eq!(fields.encrypted_data_keys(), vector.keys, "{}", vector.name);
    }
}

#[test]
fn messages_of_the_sdks_are_opened() {
    for vector in vectors() {
        assert_eq!(
            open(&vector.message, &vector.data_key).unwrap(),
            vector.plaintext,
            "{}",
            vector.name
        );
    }
}

#[test]
fn content_that_nothing_authenticates_is_released_only_where_that_was_asked_for() {
    for vector in vectors() {
        let message = Message::parse(&vector.message, Limits::default()).unwrap();
        let opened = message.open(&key(&vector.data_key), Unauthenticated::Refuse);
        if vector.algorithm.authenticates() {
            assert_eq!(*opened.unwrap(), vector.plaintext, "{}", vector.name);
        } else {
            let refused = opened.unwrap_err();
            assert_eq!(refused.code(), "UnauthenticatedAlgorithm", "{}", vector.name);
            assert!(refused.to_string().contains(vector.algorithm.name));
        }
    }
}

/// With the same initialisation vectors, so that nothing else is left to differ.
#[test]
fn what_is_written_has_the_bytes_that_the_sdks_write() {
    let mut written = 0;
    for vector in vectors().into_iter().filter(|vector| vector.algorithm.authenticates()) {
        let [header_iv, body_iv] = ivs(&vector.message, vector.layout);
        let mut random = Replay([header_iv, body_iv].concat());
        let mut keys = vector.keys.clone();
        keys.reverse();
        let fields = Fields::new(vector.algorithm, keys, vector.context).unwrap();
        let data_key = key(&vector.data_key);
        let message =
            seal(&vector.plaintext, &data_key, fields, vector.layout, &mut random).unwrap();
        assert_eq!(message, vector.message, "{}", vector.name);
        written += 1;
    }
    assert_eq!(written, 21);
}

/// The header's and the body's, found by what stands around them.
fn ivs(message: &[u8], layout: Layout) -> [&[u8]; 2] {
    let (length, tag, body_iv_after): (&[u8], &[u8], usize) = match layout {
        Layout::Der => (b"\x04\x0c", b"\x04\x10", 2 + 16),
        Layout::Stream => (b"\0\0\0\x0c", b"\0\0\0\x10", 4 + 16),
    };
    let n = length.len();
    let at =
        |&at: &usize| message[at..].starts_with(length) && message[at + n + 12..].starts_with(tag);
    let start = (0..message.len() - 64).find(at).unwrap();
    let header_iv = &message[start + n..start + n + 12];
    let rest = &message[start + n + 12 + body_iv_after..];
    let body_iv: &[u8] = match layout {
        // The body's SEQUENCE begins with the IV, after a length of one to three bytes.
        Layout::Der => {
            let at = (2..6).find(|&at| rest[at..].starts_with(length)).unwrap();
            &rest[at + 2..at + 14]
        }
        Layout::Stream => &rest[4..16],
    };
    [header_iv, body_iv]
}

/// Recorded apart from the others, when the SDK's calls to a KMS were.
#[test]
fn messages_recorded_with_the_calls_to_a_kms_are_opened() {
    let text = fs::read_to_string(support::folder().join("python-recorded.json")).unwrap();
    let file: Value = serde_json::from_str(&text).unwrap();
    let data_key = hex::decode(file["dataKeyHex"].as_str().unwrap()).unwrap();
    let messages = file["messages"].as_array().unwrap();
    assert_eq!(messages.len(), 2);
    for recorded in messages {
        let message = hex::decode(recorded["messageHex"].as_str().unwrap()).unwrap();
        let parsed = Message::parse(&message, Limits::default()).unwrap();
        let fields = parsed.fields();
        let [wrapped] = fields.encrypted_data_keys() else { panic!("one data key") };
        assert_eq!(wrapped.key_arn, file["cmkArn"].as_str().unwrap());
        assert_eq!(wrapped.ciphertext_blob, b"dk");
        let context = recorded["encryptionContext"].as_object().unwrap();
        let pairs: Vec<_> =
            context.iter().map(|(k, v)| (k.as_str(), v.as_str().unwrap())).collect();
        assert!(fields.context().pairs().eq(pairs));
        let plaintext = file["plaintextUtf8"].as_str().unwrap().as_bytes();
        assert_eq!(open(&message, &data_key).unwrap(), plaintext);
    }
}
