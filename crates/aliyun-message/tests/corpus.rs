// SPDX-License-Identifier: Apache-2.0
//! Replays the fuzz corpus of `fuzz/corpus/aliyun_message`: what a fuzzer once found stays found, without a
//! fuzzer. The assertions are those of `fuzz/fuzz_targets/aliyun_message.rs`.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use std::{fs, path::PathBuf};

use edgekms_aliyun_message::{
    header::Limits,
    message::{Message, Unauthenticated},
};
use support::{key, vectors};

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/aliyun_message")
}

#[test]
fn messages_of_the_corpus_have_fields_that_hold_together() {
    let mut read = 0;
    for file in fs::read_dir(folder()).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        let Ok(message) = Message::parse(&bytes, Limits::default()) else { continue };
        let fields = message.fields();
        let keys = fields.encrypted_data_keys();
        assert!(!keys.is_empty() && keys.is_sorted_by(|one, other| one.key_arn < other.key_arn));
        // What was changed on the way is not opened, and what was not needs its key.
        let key = key(&vec![0xa5; fields.algorithm().key_len()]);
        let refused = message.open(&key, Unauthenticated::Release).unwrap_err();
        assert_eq!(refused.code(), "HeaderNotAuthentic");
        read += 1;
    }
    assert!(read >= 24, "{read} messages in the corpus");
}

/// Writes the seeds: `cargo test -p edgekms-aliyun-message --test corpus -- --ignored`.
#[test]
#[ignore = "writes fuzz/corpus"]
fn write_seeds() {
    for (number, vector) in vectors().into_iter().enumerate() {
        let name =
            format!("{:?}-{number:02}-{}", vector.layout, vector.algorithm.name).to_lowercase();
        fs::write(folder().join(&name), &vector.message).unwrap();
    }
    let claim = [&b"\0\0\0\x01\0\0\0\x02\0\0\0\0"[..], &[0xff; 4]].concat();
    fs::write(folder().join("keys-claimed"), claim).unwrap();
    fs::write(folder().join("length-claimed"), b"\x30\x84\xff\xff\xff\xff\x30\x84\xff\xff\xff\xf0")
        .unwrap();
}
