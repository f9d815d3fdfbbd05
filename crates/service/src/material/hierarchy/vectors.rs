// SPDX-License-Identifier: Apache-2.0
//! The test vectors of the C2SP specification XAES-256-GCM, against the cipher that wraps key
//! material and seals blobs.

use shake::{
    Shake128,
    digest::{ExtendableOutput, Update, XofReader},
};
use xaes_256_gcm::{
    Nonce,
    aead::{Aead, Payload},
};

use super::{NONCE_LEN, cipher};

/// Key byte (32 times), additional data, ciphertext and tag of "XAES-256-GCM".
const SINGLE: [(u8, &[u8], &str); 2] = [
    (0x01, b"", "ce546ef63c9cc60765923609b33a9a1974e96e52daf2fcf7075e2271"),
    (0x03, b"c2sp.org/XAES-256-GCM", "986ec1832593df5443a179437fd083bf3fdb41abd740a21f71eb769d"),
];

/// SHAKE128 of the ciphertexts of 10,000 inputs that are themselves drawn from SHAKE128 of nothing.
const ACCUMULATED: &str = "e6b9edf2df6cec60c8cbd864e2211b597fb69a529160cd040d56c0c210081939";

fn seal_and_open(key: [u8; 32], nonce: [u8; NONCE_LEN], msg: &[u8], aad: &[u8]) -> Vec<u8> {
    let (cipher, nonce) = (cipher(&key), Nonce::from(nonce));
    let sealed = cipher.encrypt(&nonce, Payload { msg, aad }).unwrap();
    let opened = cipher.decrypt(&nonce, Payload { msg: &sealed, aad }).unwrap();
    assert_eq!(opened, msg);
    sealed
}

#[test]
fn the_single_vectors_hold_and_no_changed_byte_opens() {
    for (byte, aad, expected) in SINGLE {
        let (key, nonce) = ([byte; 32], *b"ABCDEFGHIJKLMNOPQRSTUVWX");
        let sealed = seal_and_open(key, nonce, b"XAES-256-GCM", aad);
        assert_eq!(hex::encode(&sealed), expected);
        for index in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[index] ^= 1;
            let payload = Payload { msg: &changed, aad };
            assert!(cipher(&key).decrypt(&Nonce::from(nonce), payload).is_err(), "byte {index}");
        }
    }
}

#[test]
fn the_accumulated_vector_holds() {
    let mut source = Shake128::default().finalize_xof();
    let mut sealed = Shake128::default();
    for _ in 0..10_000 {
        let (mut key, mut nonce) = ([0; 32], [0; NONCE_LEN]);
        source.read(&mut key);
        source.read(&mut nonce);
        let (plaintext, aad) = (counted(&mut source), counted(&mut source));
        sealed.update(&seal_and_open(key, nonce, &plaintext, &aad));
    }
    let mut digest = [0; 32];
    sealed.finalize_xof().read(&mut digest);
    assert_eq!(hex::encode(digest), ACCUMULATED);
}

/// A byte that says how many, then as many bytes.
fn counted(source: &mut impl XofReader) -> Vec<u8> {
    let mut length = [0];
    source.read(&mut length);
    let mut bytes = vec![0; usize::from(length[0])];
    source.read(&mut bytes);
    bytes
}
