// SPDX-License-Identifier: Apache-2.0
//! Look-up keys and fields: known answers of another implementation, what is told apart, and bad input.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use edgekms_lookup::{Error, FieldCipher, KEY_LEN, LookupKey};
use proptest::prelude::*;

fn key() -> LookupKey {
    let bytes: Vec<u8> = (0..64).collect();
    LookupKey::from_bytes(&bytes).unwrap()
}

fn field(namespace: &str, name: &str) -> FieldCipher {
    key().field(namespace, name).unwrap()
}

/// Made with HKDF and AESSIV of Python's `cryptography` (OpenSSL), from the definition in `lib.rs`.
#[test]
fn known_answers_of_another_implementation() {
    let answers = [
        ("", "email", "", "e3b71ba1bd25f371095638c605320a34"),
        (
            "",
            "email",
            "ada@example.org",
            "4889645395232d2180507b3bac62651d742697712ff76e73de211586e5fd9c",
        ),
        (
            "customers",
            "email",
            "ada@example.org",
            "6db9f7f1cc0f6f50898ec94ef2d657cbd2de75a1e5ccef76803edb762da198",
        ),
        (
            "",
            "email",
            "naïve ß 🔑 and a text of more than one block",
            "9e53f9d449f46ba7b0169f8567ef9885b8bb6282ca788cfa370c68a2fcd34d1eb3552d7a0f7775b8538c8f77\
             7c8f7e2b52ae837f9b8f2b5e2c34159a3f75dc55",
        ),
        ("customers", "tax id", "1", "dd6c28dfab59cddcf057a9c3cd06c50869"),
    ];
    for (namespace, name, value, ciphertext) in answers {
        let mut cipher = field(namespace, name);
        assert_eq!(hex::encode(cipher.encrypt(value.as_bytes()).unwrap()), ciphertext, "{value}");
        let opened = cipher.decrypt(&hex::decode(ciphertext).unwrap()).unwrap();
        assert_eq!(opened.as_slice(), value.as_bytes());
    }
}

/// Lengths are in what the key is derived from: `ab` and `c` are not `a` and `bc`.
#[test]
fn namespaces_and_fields_have_keys_of_their_own() {
    let places = [("", "abc"), ("a", "bc"), ("ab", "c"), ("abc", "abc"), ("", "ABC"), ("abc", "x")];
    let mut seen = Vec::new();
    for (namespace, name) in places {
        let ciphertext = field(namespace, name).encrypt(b"same").unwrap();
        for (other_namespace, other) in places {
            let opened = field(other_namespace, other).decrypt(&ciphertext);
            let same = (namespace, name) == (other_namespace, other);
            assert_eq!(opened.err(), (!same).then_some(Error::ValueNotAuthentic));
        }
        assert!(!seen.contains(&ciphertext));
        seen.push(ciphertext);
    }
}

#[test]
fn another_key_opens_nothing() {
    let ciphertext = field("", "email").encrypt(b"ada@example.org").unwrap();
    for at in [0, 31, 32, 63] {
        let mut bytes: Vec<u8> = (0..64).collect();
        bytes[at] ^= 1;
        let mut other = LookupKey::from_bytes(&bytes).unwrap().field("", "email").unwrap();
        assert_eq!(other.decrypt(&ciphertext).unwrap_err().code(), "ValueNotAuthentic");
        assert_ne!(other.encrypt(b"ada@example.org").unwrap(), ciphertext);
    }
}

#[test]
fn keys_of_another_length_and_names_that_are_none_are_refused() {
    for len in [0, 32, 63, 65, 128] {
        assert_eq!(LookupKey::from_bytes(&vec![0; len]).unwrap_err().code(), "InvalidArgument");
    }
    assert_eq!(KEY_LEN, 64);
    let long = "x".repeat(1025);
    for (namespace, name) in [("", ""), (long.as_str(), "email"), ("", long.as_str())] {
        assert_eq!(key().field(namespace, name).unwrap_err().code(), "InvalidArgument");
    }
    key().field(&long[1..], &long[1..]).unwrap();
}

#[test]
fn keys_do_not_print_their_bytes() {
    assert_eq!(format!("{:?}", key()), "LookupKey(..)");
    assert_eq!(format!("{:?}", field("", "email")), "FieldCipher(..)");
}

proptest! {
    #[test]
    fn a_value_opens_again_is_always_the_same_and_no_changed_byte_opens(
        value in proptest::collection::vec(any::<u8>(), 0..200),
        at in any::<prop::sample::Index>(),
        bit in 0..8_u8,
    ) {
        let mut cipher = field("customers", "email");
        let ciphertext = cipher.encrypt(&value).unwrap();
        prop_assert_eq!(ciphertext.len(), value.len() + 16);
        prop_assert_eq!(&field("customers", "email").encrypt(&value).unwrap(), &ciphertext);
        let opened = cipher.decrypt(&ciphertext).unwrap();
        prop_assert_eq!(opened.as_slice(), value.as_slice());
        let mut changed = ciphertext.clone();
        changed[at.index(ciphertext.len())] ^= 1 << bit;
        prop_assert!(cipher.decrypt(&changed).is_err());
        prop_assert!(cipher.decrypt(&ciphertext[..ciphertext.len() - 1]).is_err());
    }

    #[test]
    fn bytes_of_any_kind_do_not_open(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
        prop_assert!(field("", "email").decrypt(&bytes).is_err());
    }
}
