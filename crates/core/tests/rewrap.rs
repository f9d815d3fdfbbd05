// SPDX-License-Identifier: Apache-2.0
//! A new header opens the old body, for whom it was written.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use std::rc::Rc;

use edgekms_core::{
    engine::RustCryptoEngine,
    error::Error,
    format::header::HeaderLimits,
    header::{OpenOptions, ParsedHeader},
    key::{Randomness, WrappingKey},
    keyring::{Keyring, MultiKeyring, RawAesKeyring},
    rewrap::{Change, rewrap},
    seal::SealOptions,
    signing::Ecdsa,
    simple,
    suite::{FormatVersion, SUITES, Suite},
};
use futures::executor::block_on;
use getrandom::SysRng;
use support::{context, header_len, keyring, open_any, open_with, options, seal, seal_with};

fn named(name: &str, byte: u8) -> RawAesKeyring {
    RawAesKeyring::new("tests", name, &WrappingKey::from_bytes(&[byte; 32]).unwrap()).unwrap()
}

/// The message with its new header.
fn changed(
    message: &[u8],
    from: &dyn Keyring,
    options: &OpenOptions,
    change: &Change<'_>,
    random: &mut dyn Randomness,
) -> Result<Vec<u8>, Error> {
    let header = ParsedHeader::read_whole(message, HeaderLimits::default())?;
    let body = &message[header.bytes().len()..];
    let header = block_on(rewrap(*header, from, options, change, random))?;
    Ok([&header, body].concat())
}

fn to(message: &[u8], keyring: &dyn Keyring) -> Result<Vec<u8>, Error> {
    changed(message, &support::keyring(), &open_any(), &Change::to(keyring), &mut SysRng)
}

fn names(message: &[u8]) -> Vec<String> {
    let header = ParsedHeader::read_whole(message, HeaderLimits::default()).unwrap();
    let keys = &header.body().encrypted_data_keys;
    let name = |info: &[u8]| String::from_utf8_lossy(&info[..info.len() - 20]).into_owned();
    keys.iter().map(|key| name(&key.provider_info)).collect()
}

fn unsigned() -> impl Iterator<Item = &'static Suite> {
    SUITES.iter().filter(|suite| suite.signature.is_none())
}

#[test]
fn a_message_of_any_unsigned_suite_opens_with_the_new_key_and_no_longer_with_the_old() {
    for suite in unsigned() {
        let old = seal(b"the plaintext", options(suite, 4));
        let new = to(&old, &named("new", 9)).unwrap();
        assert_eq!(open_with(&new, &named("new", 9), &open_any()).unwrap(), b"the plaintext");
        let error = open_with(&new, &keyring(), &open_any()).unwrap_err();
        assert_eq!(error.code(), "NoDataKey", "{}", suite.name);
        assert_eq!(new[header_len(&new)..], old[header_len(&old)..]);
    }
}

#[test]
fn keys_are_added_and_removed_one_by_one() {
    let old = seal(b"x", options(Suite::from_id(0x0478).unwrap(), 4));
    let other = named("other", 9);
    let add = Change { keep: &|_| true, ..Change::to(&other) };
    let both = changed(&old, &keyring(), &open_any(), &add, &mut SysRng).unwrap();
    assert_eq!(names(&both), ["key", "other"]);
    for keyring in [keyring(), named("other", 9)] {
        assert_eq!(open_with(&both, &keyring, &open_any()).unwrap(), b"x");
    }
    let drop_first = Change {
        keep: &|key| !key.provider_info.starts_with(b"key"),
        add: None,
        max_encrypted_data_keys: None,
    };
    let one = changed(&both, &keyring(), &open_any(), &drop_first, &mut SysRng).unwrap();
    assert_eq!(names(&one), ["other"]);
    assert_eq!(open_with(&one, &other, &open_any()).unwrap(), b"x");
    let none = Change { keep: &|_| false, add: None, max_encrypted_data_keys: None };
    let error = changed(&both, &keyring(), &open_any(), &none, &mut SysRng).unwrap_err();
    assert_eq!(error.code(), "InvalidArgument");
}

#[test]
fn several_new_keys_come_from_a_multi_keyring_within_the_limit() {
    let old = seal(b"x", options(Suite::from_id(0x0478).unwrap(), 4));
    let children: Vec<Rc<dyn Keyring>> = vec![Rc::new(named("a", 1)), Rc::new(named("b", 2))];
    let multi = MultiKeyring::new(None, children).unwrap();
    assert_eq!(names(&to(&old, &multi).unwrap()), ["a", "b"]);
    let limited = Change { max_encrypted_data_keys: Some(1), ..Change::to(&multi) };
    let error = changed(&old, &keyring(), &open_any(), &limited, &mut SysRng).unwrap_err();
    assert_eq!(error.code(), "TooManyEncryptedDataKeys");
}

#[test]
fn context_that_is_authenticated_but_not_stored_stays_so() {
    for suite in unsigned() {
        let mut options = SealOptions::with_context(context(&[("kept", "1"), ("secret", "2")]));
        options.required_context_keys.push("secret".to_owned());
        options.suite = suite;
        options.commitment_policy = support::options(suite, 4).commitment_policy;
        let old = seal_with(b"x", &keyring(), options).unwrap();
        let mut given = open_any();
        let change = named("new", 9);
        let change = Change::to(&change);
        let error = changed(&old, &keyring(), &given, &change, &mut SysRng).unwrap_err();
        assert!(["NoDataKey", "HeaderNotAuthentic"].contains(&error.code()), "{error}");
        given.context = context(&[("secret", "2")]);
        let new = changed(&old, &keyring(), &given, &change, &mut SysRng).unwrap();
        assert!(!new.windows(6).any(|window| window == b"secret"));
        assert_eq!(open_with(&new, &named("new", 9), &given).unwrap(), b"x");
        assert!(open_with(&new, &named("new", 9), &open_any()).is_err());
    }
}

#[test]
fn signed_messages_are_refused_with_the_reason() {
    for suite in SUITES.iter().filter(|suite| suite.signature.is_some()) {
        let error = to(&seal(b"x", options(suite, 4)), &named("new", 9)).unwrap_err();
        assert_eq!(error.code(), "SignedMessage");
        assert!(error.to_string().contains("encrypt it anew"), "{error}");
    }
}

#[test]
fn a_changed_header_is_not_rewritten() {
    let message = seal(b"x", options(Suite::from_id(0x0478).unwrap(), 4));
    for at in 0..header_len(&message) {
        let mut wrong = message.clone();
        wrong[at] ^= 1;
        assert!(to(&wrong, &named("new", 9)).is_err(), "byte {at}");
    }
}

/// The stored IV of a version 1 header.
fn stored_iv(message: &[u8]) -> Vec<u8> {
    let header = header_len(message);
    message[header - 28..header - 16].to_vec()
}

#[test]
fn version_1_headers_of_one_message_never_share_an_iv_and_version_2_ones_always_do() {
    for suite in unsigned() {
        let old = seal(b"x", options(suite, 4));
        let new = to(&old, &keyring()).unwrap();
        let third = to(&new, &keyring()).unwrap();
        if suite.version == FormatVersion::V1 {
            let ivs = [stored_iv(&old), stored_iv(&new), stored_iv(&third)];
            assert_eq!(ivs[0], [0; 12]);
            assert!(ivs[1] != ivs[0] && ivs[2] != ivs[1] && ivs[2] != ivs[0]);
            assert!(ivs[1][..8] != [0; 8] && ivs[2][..8] != [0; 8]);
        } else {
            // What docs/security-model.md warns of: nothing but the tag and the wrapped keys tells them apart.
            assert_eq!(old.len(), new.len());
        }
        assert_eq!(open_with(&third, &keyring(), &open_any()).unwrap(), b"x");
    }
}

/// Gives one byte, whatever is asked.
struct Stuck(u8);

impl Randomness for Stuck {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        bytes.fill(self.0);
        Ok(())
    }
}

#[test]
fn a_source_of_randomness_that_repeats_itself_is_refused() {
    let message = seal(b"x", options(Suite::from_id(0x0178).unwrap(), 4));
    let new = named("new", 9);
    let change = Change::to(&new);
    let again = |message: &[u8], from: &dyn Keyring, byte| {
        changed(message, from, &open_any(), &change, &mut Stuck(byte))
    };
    assert_eq!(again(&message, &keyring(), 0).unwrap_err().code(), "RandomnessUnavailable");
    let once = again(&message, &keyring(), 7).unwrap();
    assert_eq!(again(&once, &new, 7).unwrap_err().code(), "RandomnessUnavailable");
    assert!(again(&once, &new, 8).is_ok());
}

#[test]
fn a_foreign_order_of_the_stored_context_survives() {
    // The pairs of a JavaScript SDK's message, ordered by locale: "a" before "B".
    let mut options = options(Suite::from_id(0x0478).unwrap(), 4);
    options.context = context(&[("B", "1"), ("a", "2")]);
    let message = seal(b"x", options);
    let limits = HeaderLimits::default();
    let pairs = |message: &[u8]| {
        ParsedHeader::read_whole(message, limits).unwrap().body().context.to_bytes()
    };
    let new = to(&message, &keyring()).unwrap();
    assert_eq!(pairs(&new), pairs(&message));
    let (plaintext, opened) =
        block_on(simple::open(&new, &keyring(), &open_any(), limits, &RustCryptoEngine, &Ecdsa))
            .unwrap();
    assert!(plaintext == b"x" && opened == context(&[("B", "1"), ("a", "2")]));
}
