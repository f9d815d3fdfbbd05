// SPDX-License-Identifier: Apache-2.0
//! Replays the corpora of the fuzz targets `params`, `alibaba_request` and `aws_request`, and runs their
//! checks over bytes drawn here.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use proptest::prelude::*;
use serde_json::Value;

use crate::checks;
use crate::support::{repository, vectors};

fn folder(target: &str) -> PathBuf {
    repository().join("fuzz/corpus").join(target)
}

/// How many seeds of the target there are, and how many commands they are in all.
fn replay(target: &str, check: fn(&[u8]) -> usize) -> (usize, usize) {
    let seeds = fs::read_dir(folder(target)).unwrap();
    let found: Vec<usize> =
        seeds.map(|entry| check(&fs::read(entry.unwrap().path()).unwrap())).collect();
    (found.len(), found.iter().sum())
}

#[test]
fn the_corpora_hold() {
    for (target, check) in [
        ("params", checks::params as fn(&[u8]) -> usize),
        ("alibaba_request", checks::alibaba),
        ("aws_request", checks::aws),
    ] {
        let (seeds, commands) = replay(target, check);
        assert!(seeds >= 20 && commands >= seeds, "{target}: {seeds} seeds, {commands} commands");
    }
}

/// Writes the seeds: `cargo test -p edgekms-api --test contract -- --ignored`. One of each action,
/// scheme and library: SDKs of one library differ in nothing that a reader sees.
#[test]
#[ignore = "writes fuzz/corpus"]
fn write_seeds() {
    for (vectors_of, target) in [("recorded", "alibaba_request"), ("recorded-aws", "aws_request")] {
        let mut written = BTreeSet::new();
        for (_, bytes) in vectors(vectors_of) {
            let recording: Value = serde_json::from_slice(&bytes).unwrap();
            let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
            let request = &recording["request"];
            let library = text(&recording["sdk"]).contains("node");
            let scheme = text(&recording["signature"]["scheme"]).replace([' ', '/'], "-");
            let action = text(&recording["action"]);
            let kind = if library { "node" } else { "python" };
            let name = format!("{kind}-{action}-{scheme}").trim_end_matches('-').to_owned();
            if !written.insert(name.clone()) {
                continue;
            }
            let mut seed = format!("{} {}\n", text(&request["method"]), text(&request["url"]));
            for header in request["headers"].as_array().unwrap() {
                seed.push_str(&format!("{}:{}\n", text(&header[0]), text(&header[1])));
            }
            seed.push('\n');
            seed.push_str(&text(&request["body"]));
            fs::create_dir_all(folder(target)).unwrap();
            fs::write(folder(target).join(name), seed).unwrap();
        }
    }
}

/// Names that mean something to one dialect or the other.
const NAMES: [&str; 20] = [
    "authorization",
    "Authorization",
    "host",
    "content-type",
    "x-acs-action",
    "x-acs-version",
    "x-acs-date",
    "x-acs-signature-nonce",
    "x-acs-content-sha256",
    "x-acs-security-token",
    "x-acs-accesskey-id",
    "x-amz-date",
    "X-Amz-Target",
    "x-amz-content-sha256",
    "x-amz-security-token",
    "amz-sdk-request",
    "a",
    "",
    "KeyId",
    "Format",
];

/// Values that get a reader further than any other would.
const VALUES: [&str; 16] = [
    "ACS3-HMAC-SHA256 Credential=testid,SignedHeaders=host;x-acs-action;x-acs-content-sha256;x-acs-date;x-acs-signature-nonce;x-acs-version,Signature=00",
    "ACS4-HMAC-SHA256 Credential=testid/20261122/cn-hangzhou/Kms/aliyun_v4_request,SignedHeaders=host,Signature=00",
    "AWS4-HMAC-SHA256 Credential=testid/20261122/cn-hangzhou/kms/aws4_request, SignedHeaders=host;x-amz-date;x-amz-target, Signature=00",
    "AWS4-HMAC-SHA256 Credential=testid/20261122/cn-hangzhou/kms/aws4_request, SignedHeaders=;, Signature=00",
    "Credential=",
    "2026-11-22T12:00:00Z",
    "20261122T120000Z",
    "2016-01-20",
    "Encrypt",
    "TrentService.Encrypt",
    "application/x-www-form-urlencoded",
    "application/x-amz-json-1.1",
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "a, b",
    "é",
    "",
];

/// Pieces of queries and forms.
const PAIRS: [&str; 16] = [
    "AccessKeyId=testid",
    "Signature=x",
    "SignatureMethod=HMAC-SHA1",
    "SignatureVersion=1.0",
    "Timestamp=2026-11-22T12%3A00%3A00Z",
    "SignatureNonce=n",
    "Action=Encrypt",
    "Version=2016-01-20",
    "KeyId=alias/a",
    "Plaintext=aGVsbG8=",
    "EncryptionContext.a=b",
    "EncryptionContext={\"a\":\"b\"}",
    "Format=XML",
    "%=x",
    "PageSize=5",
    "Tags=[{\"TagKey\":\"k\"}]",
];

/// Names and values of JSON bodies.
const FIELDS: [&str; 12] = [
    "KeyId",
    "TargetKeyId",
    "AliasName",
    "Plaintext",
    "CiphertextBlob",
    "EncryptionContext",
    "NumberOfBytes",
    "KeySpec",
    "Limit",
    "Marker",
    "Tags",
    "Description",
];
const JSON: [&str; 16] = [
    "null",
    "true",
    "0",
    "16",
    "-1",
    "1.5",
    "1e400",
    "18446744073709551616",
    "\"\"",
    "\"k\"",
    "\"alias/a\"",
    "\"aGVsbG8=\"",
    "\"AES_256\"",
    "{\"a\":\"b\"}",
    "[{\"TagKey\":\"k\"}]",
    "\"\\ud800\"",
];

fn any_value() -> impl Strategy<Value = String> {
    prop_oneof![prop::sample::select(&VALUES[..]).prop_map(str::to_owned), "[^\n]{0,40}"]
}

fn any_body() -> impl Strategy<Value = Vec<u8>> {
    let field = (prop::sample::select(&FIELDS[..]), prop::sample::select(&JSON[..]))
        .prop_map(|(name, value)| format!("\"{name}\":{value}"));
    prop_oneof![
        prop::collection::vec(any::<u8>(), 0..80),
        prop::collection::vec(prop::sample::select(&PAIRS[..]), 0..8)
            .prop_map(|pairs| pairs.join("&").into_bytes()),
        prop::collection::vec(field, 0..8)
            .prop_map(|fields| format!("{{{}}}", fields.join(",")).into_bytes()),
    ]
}

/// A request in the form that the checks read.
fn any_request() -> impl Strategy<Value = Vec<u8>> {
    let headers = prop::collection::vec((prop::sample::select(&NAMES[..]), any_value()), 0..12);
    let query = prop_oneof![
        "[^\n]{0,40}",
        prop::collection::vec(prop::sample::select(&PAIRS[..]), 0..12)
            .prop_map(|pairs| pairs.join("&")),
    ];
    (prop::sample::select(&["POST", "GET", "PUT", ""][..]), query, headers, any_body()).prop_map(
        |(method, query, headers, body)| {
            let mut text = format!("{method} /?{query}\n");
            headers.iter().for_each(|(name, value)| text.push_str(&format!("{name}:{value}\n")));
            text.push('\n');
            let mut bytes = text.into_bytes();
            bytes.extend(body);
            bytes
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1_000))]

    #[test]
    fn no_request_that_nobody_signed_is_taken_and_none_ends_the_reader(bytes in any_request()) {
        checks::alibaba(&bytes);
        checks::aws(&bytes);
    }

    #[test]
    fn nor_do_bytes_that_are_no_request(bytes: Vec<u8>) {
        checks::params(&bytes);
        checks::alibaba(&[b"POST /?", bytes.as_slice(), b"\n\n", bytes.as_slice()].concat());
        checks::aws(&[b"POST /\n\n", bytes.as_slice()].concat());
    }
}
