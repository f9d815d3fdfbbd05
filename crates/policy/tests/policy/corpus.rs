// SPDX-License-Identifier: Apache-2.0
//! Replays the corpus of the fuzz target `policy`, and runs its checks over documents drawn here and damaged.

use std::fs;
use std::path::Path;

use fastrand::Rng;
use serde_json::Value;

use crate::checks;
use crate::draw::Draw;

fn folder() -> std::path::PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/corpus/policy")
}

#[test]
fn the_corpus_holds() {
    let seeds = fs::read_dir(folder()).unwrap();
    let found: Vec<_> =
        seeds.map(|entry| checks::policy(&fs::read(entry.unwrap().path()).unwrap())).collect();
    let policies: usize = found.iter().sum();
    assert!(found.len() >= 20 && policies >= found.len(), "{} seeds, {policies}", found.len());
}

/// Writes the seeds: `cargo test -p edgekms-policy --test policy -- --ignored`.
#[test]
#[ignore = "writes fuzz/corpus"]
fn write_seeds() {
    fs::create_dir_all(folder()).unwrap();
    for seed in 0..24 {
        for (name, document) in documents(seed) {
            fs::write(folder().join(format!("{name}-{seed}")), document).unwrap();
        }
    }
}

/// One document of each kind that a drawn case has.
fn documents(seed: u64) -> Vec<(&'static str, String)> {
    let case = Draw(Rng::with_seed(seed)).policies();
    let all = [
        ("identity", &case["identity"][0]),
        ("session", &case["session"]),
        ("resource", &case["resource"]),
    ];
    let is_there = |(_, document): &(&str, &Value)| !document.is_null();
    all.into_iter().filter(is_there).map(|(name, document)| (name, document.to_string())).collect()
}

#[test]
fn damaged_documents_are_refused_or_decided() {
    let mut rng = Rng::with_seed(7);
    for seed in 0..400 {
        for (_, document) in documents(seed) {
            let mut bytes = document.into_bytes();
            for _ in 0..rng.usize(0..3) {
                let at = rng.usize(..bytes.len());
                match rng.u8(..3) {
                    0 => bytes[at] = rng.u8(..),
                    1 => bytes.truncate(at.max(1)),
                    _ => {
                        let piece = bytes[at..(at + 8).min(bytes.len())].to_vec();
                        bytes.splice(at..at, piece);
                    }
                }
            }
            checks::policy(&bytes);
        }
    }
}
