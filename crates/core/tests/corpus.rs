// SPDX-License-Identifier: Apache-2.0
//! Replays the fuzz corpora of `fuzz/corpus/{header,frame}`: what a fuzzer once found stays found,
//! without a fuzzer. The assertions are those of `fuzz/fuzz_targets`.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use std::{fs, path::PathBuf};

use edgekms_core::{
    format::header::{ContentType, HeaderLimits},
    header::{HeaderRead, ParsedHeader},
    open::{FrameOpener, FrameRead},
    suite::{FormatVersion, SUITES},
};

fn folder(target: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus").join(target)
}

fn corpus(target: &str) -> Vec<Vec<u8>> {
    let files = fs::read_dir(folder(target)).unwrap();
    let inputs: Vec<_> = files.map(|file| fs::read(file.unwrap().path()).unwrap()).collect();
    assert!(!inputs.is_empty(), "the corpus of {target} is empty");
    inputs
}

#[test]
fn headers_of_the_corpus_write_back_to_the_same_bytes() {
    let mut whole = 0;
    for bytes in corpus("header") {
        if let Ok(HeaderRead::Header(header)) = ParsedHeader::read(&bytes, HeaderLimits::default())
        {
            let body = header.body().to_bytes().unwrap();
            assert!(header.bytes().starts_with(&body) && bytes.starts_with(header.bytes()));
            whole += 1;
        }
    }
    assert!(whole >= SUITES.len(), "{whole} whole headers in the corpus");
}

#[test]
fn frames_of_the_corpus_have_lengths_that_add_up() {
    let mut frames = 0;
    for bytes in corpus("frame") {
        let [length, version, rest @ ..] = bytes.as_slice() else { continue };
        let mut rest = rest;
        let content = ContentType::framed(u32::from(*length)).unwrap_or(ContentType::NonFramed);
        let version = if version % 2 == 0 { FormatVersion::V1 } else { FormatVersion::V2 };
        let mut opener = FrameOpener::new(vec![0; version.message_id_len()], content, version);
        while let Ok(FrameRead::Frame(frame)) = opener.read(rest) {
            assert_eq!(frame.prefix_len + frame.content_len + 16, frame.total_len);
            let Some(next) = rest.get(frame.total_len..) else { break };
            opener.opened(&frame).unwrap();
            (rest, frames) = (next, frames + 1);
        }
    }
    assert!(frames > 0);
}

/// Writes the seeds: `cargo test -p edgekms-core --test corpus -- --ignored`.
#[test]
#[ignore = "writes fuzz/corpus"]
fn write_seeds() {
    for suite in SUITES {
        let message = support::seal(b"0123456789", support::options(suite, 4));
        let (header, body) = message.split_at(support::header_len(&message));
        fs::write(folder("header").join(format!("suite-{:04x}", suite.id)), header).unwrap();
        let version = suite.version.byte() - 1;
        let seed = [&[4, version], body].concat();
        fs::write(folder("frame").join(format!("framed-{:04x}", suite.id)), seed).unwrap();
        let message = support::seal_non_framed(b"0123456789", suite);
        let (header, body) = message.split_at(support::header_len(&message));
        fs::write(folder("header").join(format!("non-framed-{:04x}", suite.id)), header).unwrap();
        let seed = [&[0, version], body].concat();
        fs::write(folder("frame").join(format!("non-framed-{:04x}", suite.id)), seed).unwrap();
    }
    let mut claim = vec![2, 0x04, 0x78];
    claim.extend_from_slice(&[9; 34]);
    claim.extend_from_slice(&[0xff; 2]);
    fs::write(folder("header").join("65535-keys-claimed"), claim).unwrap();
}
