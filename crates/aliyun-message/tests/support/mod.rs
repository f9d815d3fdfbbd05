// SPDX-License-Identifier: Apache-2.0
//! The messages that Alibaba's own SDKs wrote, and sealing and opening in one line.
#![allow(
    dead_code,
    clippy::indexing_slicing,
    clippy::mod_module_files,
    clippy::unwrap_used,
    reason = "each test file uses a part; a mod.rs keeps cargo from running it as a test"
)]

use std::{collections::BTreeMap, convert::Infallible, fs, path::PathBuf};

use edgekms_aliyun_message::{
    Error,
    algorithm::Algorithm,
    context::EncryptionContext,
    header::{Fields, Limits},
    key::{DataKey, EncryptedDataKey},
    layout::Layout,
    message::{Message, Unauthenticated},
    seal::seal,
};
use rand_core::{TryCryptoRng, TryRng};
use serde::Deserialize;

/// A file of `tests/vectors/aliyun-message`.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct File {
    data_key_hex: String,
    messages: Vec<Recorded>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Recorded {
    name: String,
    algorithm: String,
    algorithm_id: u32,
    encryption_context: BTreeMap<String, String>,
    encrypted_data_keys: Vec<RecordedKey>,
    plaintext_hex: String,
    message_hex: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RecordedKey {
    key_arn: String,
    ciphertext_blob_hex: String,
}

/// A message of somebody else's.
pub(crate) struct Vector {
    pub(crate) name: String,
    pub(crate) layout: Layout,
    pub(crate) algorithm: Algorithm,
    pub(crate) context: EncryptionContext,
    pub(crate) keys: Vec<EncryptedDataKey>,
    pub(crate) data_key: Vec<u8>,
    pub(crate) plaintext: Vec<u8>,
    pub(crate) message: Vec<u8>,
}

pub(crate) fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/aliyun-message")
}

/// All of them.
pub(crate) fn vectors() -> Vec<Vector> {
    let files = [
        ("python.json", Layout::Der),
        ("java.json", Layout::Der),
        ("java-stream.json", Layout::Stream),
    ];
    files.into_iter().flat_map(|(file, layout)| read(file, layout)).collect()
}

fn read(file: &str, layout: Layout) -> Vec<Vector> {
    let text = fs::read_to_string(folder().join(file)).unwrap();
    let File { data_key_hex, messages } = serde_json::from_str(&text).unwrap();
    let vector = |recorded: Recorded| {
        let algorithm = Algorithm::from_id(recorded.algorithm_id).unwrap();
        assert_eq!(algorithm.name, recorded.algorithm);
        let mut data_key = hex::decode(&data_key_hex).unwrap();
        data_key.truncate(algorithm.key_len());
        let keys = recorded.encrypted_data_keys.into_iter().map(|key| EncryptedDataKey {
            key_arn: key.key_arn,
            ciphertext_blob: hex::decode(key.ciphertext_blob_hex).unwrap(),
        });
        Vector {
            name: format!("{file}: {}", recorded.name),
            layout,
            algorithm,
            context: EncryptionContext::from_pairs(recorded.encryption_context).unwrap(),
            keys: keys.collect(),
            data_key,
            plaintext: hex::decode(recorded.plaintext_hex).unwrap(),
            message: hex::decode(recorded.message_hex).unwrap(),
        }
    };
    messages.into_iter().map(vector).collect()
}

pub(crate) fn key(bytes: &[u8]) -> DataKey {
    DataKey::from_box(bytes.into())
}

/// Opens with whatever algorithm the message has.
pub(crate) fn open(message: &[u8], data_key: &[u8]) -> Result<Vec<u8>, Error> {
    let message = Message::parse(message, Limits::default())?;
    Ok(message.open(&key(data_key), Unauthenticated::Release)?.to_vec())
}

pub(crate) fn code(message: &[u8], data_key: &[u8]) -> &'static str {
    open(message, data_key).unwrap_err().code()
}

/// A small message under one CMK with a context of two pairs.
pub(crate) fn small(algorithm: Algorithm, layout: Layout) -> (Vec<u8>, Vec<u8>) {
    let data_key: Vec<u8> = (0..).take(algorithm.key_len()).collect();
    let context = EncryptionContext::from_pairs([("a", "b"), ("this", "context")]).unwrap();
    let keys = ["acs:kms:r:1:key/one", "acs:kms:r:1:key/two"]
        .map(|arn| EncryptedDataKey { key_arn: arn.to_owned(), ciphertext_blob: b"blob".to_vec() });
    let fields = Fields::new(algorithm, keys.to_vec(), context).unwrap();
    let message = seal(b"text", &key(&data_key), fields, layout, &mut getrandom::SysRng).unwrap();
    (message, data_key)
}

/// A source that gives what it was given, so that a message can be written as somebody else wrote it.
pub(crate) struct Replay(pub(crate) Vec<u8>);

impl TryRng for Replay {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        self.try_fill_bytes(&mut bytes)?;
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        let rest = self.0.split_off(bytes.len());
        bytes.copy_from_slice(&self.0);
        self.0 = rest;
        Ok(())
    }
}

impl TryCryptoRng for Replay {}
