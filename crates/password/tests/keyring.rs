// SPDX-License-Identifier: Apache-2.0
//! Messages sealed and opened by passwords, through the core: what opens, what does not, and what a stranger's
//! message may ask for.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use std::rc::Rc;

use edgekms_core::{
    context::EncryptionContext,
    engine::RustCryptoEngine,
    error::Error,
    format::{encrypted_data_key::EncryptedDataKey, header::HeaderLimits},
    header::OpenOptions,
    key::{DataKey, WrappingKey},
    keyring::{Keyring, MultiKeyring, RawAesKeyring},
    seal::SealOptions,
    signing::Ecdsa,
    simple,
};
use edgekms_password::{
    Limits, PROVIDER_ID, Parameters, Password, PasswordKeyring, ProviderInfo, Refusal,
};
use futures::executor::block_on;
use getrandom::SysRng;
use proptest::prelude::*;

/// The cheapest that is written.
const CHEAP: Parameters = Parameters { memory_kib: 7168, iterations: 5, parallelism: 1 };
const WORK: u64 = 35_840;

fn limited(password: &str, name: &str, limits: Limits) -> PasswordKeyring {
    let password = Password::from_bytes(password.into()).unwrap();
    PasswordKeyring::new(password, name, CHEAP, limits).unwrap()
}

fn named(password: &str, name: &str) -> PasswordKeyring {
    limited(password, name, Limits::default())
}

fn keyring(password: &str) -> PasswordKeyring {
    named(password, "")
}

fn seal(keyring: &dyn Keyring) -> Vec<u8> {
    let context = EncryptionContext::from_pairs([("row", "42")]).unwrap();
    let options = SealOptions::with_context(context);
    let mut random = SysRng;
    let sealed = simple::seal(b"text", keyring, options, &mut random, &RustCryptoEngine, &Ecdsa);
    block_on(sealed).unwrap()
}

fn open(keyring: &dyn Keyring, message: &[u8]) -> Result<Vec<u8>, Error> {
    let (options, limits) = (OpenOptions::default(), HeaderLimits::default());
    let opened = simple::open(message, keyring, &options, limits, &RustCryptoEngine, &Ecdsa);
    block_on(opened).map(|(plaintext, _)| plaintext)
}

/// A data key wrapped with no context.
fn wrapped(keyring: &PasswordKeyring) -> EncryptedDataKey {
    keyring.wrap_key(&[9; 32], b"", &mut SysRng).unwrap()
}

fn unwrap(keyring: &PasswordKeyring, keys: &[EncryptedDataKey]) -> Result<Vec<u8>, Refusal> {
    let opened = keyring.unwrap_key(keys, &[Vec::new()], Some);
    opened.map(|key| key.expose_secret().to_vec())
}

fn with_info(info: &ProviderInfo) -> EncryptedDataKey {
    EncryptedDataKey::new(PROVIDER_ID.to_owned(), info.to_bytes(), vec![0; 48])
}

/// What a stranger may write: some cost, with a salt that nobody has derived from.
fn asking(salt: u8, memory_kib: u32, iterations: u32) -> EncryptedDataKey {
    let parameters = Parameters { memory_kib, iterations, parallelism: 1 };
    let (salt, name) = ([salt; 16], String::new());
    with_info(&ProviderInfo { parameters, salt, iv: [0; 12], commitment: [0; 32], name })
}

#[test]
fn the_password_opens_what_it_sealed_and_another_one_does_not() {
    let message = seal(&keyring("correct horse"));
    assert_eq!(open(&keyring("correct horse"), &message).unwrap(), b"text");
    for other in ["Correct horse", "correct horse ", "c", "battery staple"] {
        let error = open(&keyring(other), &message).unwrap_err();
        assert_eq!(error.code(), "NoDataKey");
        assert!(
            error.to_string().contains("not one that the message was encrypted with"),
            "{error}"
        );
    }
}

#[test]
fn one_of_several_passwords_and_keys_is_enough() {
    let aes = || RawAesKeyring::new("n", "k", &WrappingKey::from_bytes(&[7; 32]).unwrap()).unwrap();
    let children: Vec<Rc<dyn Keyring>> =
        vec![Rc::new(keyring("first")), Rc::new(keyring("second")), Rc::new(named("third", "ada"))];
    let all = MultiKeyring::new(Some(Rc::new(aes())), children).unwrap();
    let message = seal(&all);
    let each: [&dyn Keyring; 4] =
        [&aes(), &keyring("first"), &keyring("second"), &named("third", "ada")];
    for keyring in each {
        assert_eq!(open(keyring, &message).unwrap(), b"text");
    }
    for stranger in [keyring("third"), named("first", "ada"), named("third", "bob")] {
        assert_eq!(open(&stranger, &message).unwrap_err().code(), "NoDataKey");
    }
}

#[test]
fn one_salt_serves_a_keyring_and_each_wrapping_has_its_own_iv() {
    let one = keyring("p");
    let infos: Vec<ProviderInfo> = [wrapped(&one), wrapped(&one), wrapped(&keyring("p"))]
        .iter()
        .map(|key| ProviderInfo::parse(&key.provider_info).unwrap())
        .collect();
    assert_eq!(infos[0].salt, infos[1].salt);
    assert_eq!(infos[0].commitment, infos[1].commitment);
    assert_ne!(infos[0].iv, infos[1].iv);
    assert_ne!(infos[0].salt, infos[2].salt);
    assert_ne!(infos[0].commitment, infos[2].commitment);
}

#[test]
fn the_context_is_bound() {
    let one = keyring("p");
    let key = one.wrap_key(&[9; 32], b"context", &mut SysRng).unwrap();
    let other = one.unwrap_key([&key], &[b"another".to_vec()], Some).unwrap_err();
    assert_eq!(other, Refusal::ContextOrCiphertext);
    let both = [b"another".to_vec(), b"context".to_vec()];
    assert_eq!(one.unwrap_key([&key], &both, Some).unwrap().expose_secret(), [9; 32]);
}

#[test]
fn a_data_key_that_does_not_fit_is_passed_over() {
    let one = keyring("p");
    let keys = [one.wrap_key(&[1; 16], b"", &mut SysRng).unwrap(), wrapped(&one)];
    let fits = |key: DataKey| (key.expose_secret().len() == 32).then_some(key);
    let opened = one.unwrap_key(&keys, &[Vec::new()], fits).unwrap();
    assert_eq!(opened.expose_secret(), [9; 32]);
}

#[test]
fn no_changed_byte_opens() {
    let one = keyring("p");
    let key = wrapped(&one);
    let opening = keyring("p");
    for at in 0..key.provider_info.len() {
        let mut changed = key.clone();
        changed.provider_info[at] ^= 1 << (at % 8);
        assert!(unwrap(&opening, &[changed]).is_err(), "byte {at}");
    }
    for at in 0..key.ciphertext.len() {
        let mut changed = key.clone();
        changed.ciphertext[at] ^= 1;
        assert_eq!(unwrap(&opening, &[changed]).unwrap_err(), Refusal::ContextOrCiphertext);
    }
    for len in 0..key.provider_info.len() {
        let mut cut = key.clone();
        cut.provider_info.truncate(len);
        assert_eq!(unwrap(&opening, &[cut]).unwrap_err(), Refusal::NotThisWay, "{len} bytes");
    }
    assert_eq!(unwrap(&opening, &[key]).unwrap(), [9; 32]);
}

/// The commitment is compared before anything is decrypted.
#[test]
fn a_wrapping_whose_commitment_is_another_s_is_not_decrypted() {
    let one = keyring("p");
    let mut key = wrapped(&one);
    let mut info = ProviderInfo::parse(&key.provider_info).unwrap();
    info.commitment[0] ^= 1;
    key.provider_info = info.to_bytes();
    assert_eq!(unwrap(&one, &[key]).unwrap_err(), Refusal::WrongPassword);
}

#[test]
fn a_message_that_asks_for_gigabytes_is_refused_before_it_gets_them() {
    let one = keyring("p");
    for (memory_kib, iterations) in [
        (256 * 1024 + 1, 1),
        (u32::MAX, 1),
        (u32::MAX, u32::MAX),
        (256 * 1024, 5),
        (8, u32::MAX),
        (1024, 1025),
    ] {
        let refusal = unwrap(&one, &[asking(1, memory_kib, iterations)]).unwrap_err();
        assert!(matches!(refusal, Refusal::TooCostly { .. }), "{memory_kib}: {refusal:?}");
        assert!(refusal.to_string().contains("maxMemoryKiB"), "{refusal}");
    }
}

/// 65,535 data keys fit a message: the limit is one for all of them.
#[test]
fn what_one_message_can_make_a_password_try_is_bounded_in_all() {
    let limits = Limits { memory_kib: 7168, work_kib: 3 * WORK };
    let cost = (CHEAP.memory_kib, CHEAP.iterations);
    let key = wrapped(&keyring("p"));
    let strangers = |count: u8| (0..count).map(|salt| asking(salt, cost.0, cost.1));
    let last = |count| strangers(count).chain([key.clone()]).collect::<Vec<_>>();
    assert_eq!(unwrap(&limited("p", "", limits), &last(2)).unwrap(), [9; 32]);
    let refusal = unwrap(&limited("p", "", limits), &last(3)).unwrap_err();
    assert!(matches!(refusal, Refusal::TooCostly { .. }), "{refusal:?}");
    // What is derived already costs nothing again.
    let one = limited("p", "", limits);
    unwrap(&one, std::slice::from_ref(&key)).unwrap();
    assert_eq!(unwrap(&one, &last(3)).unwrap(), [9; 32]);
}

#[test]
fn costs_that_argon2id_does_not_have_are_passed_over() {
    let one = keyring("p");
    let nothing = Parameters { memory_kib: 8192, iterations: 1, parallelism: 0 };
    let (salt, name) = ([1; 16], String::new());
    let lanes = with_info(&ProviderInfo {
        parameters: nothing,
        salt,
        iv: [0; 12],
        commitment: [0; 32],
        name,
    });
    let keys = [lanes, asking(2, 8192, 0), asking(3, 7, 1), wrapped(&one)];
    assert_eq!(unwrap(&one, &keys).unwrap(), [9; 32]);
    assert_eq!(unwrap(&one, &keys[..3]).unwrap_err(), Refusal::NotThisWay);
}

#[test]
fn weak_settings_and_settings_above_the_limits_are_not_written() {
    for (memory_kib, iterations, parallelism) in [
        (7167, 100, 1),
        (7168, 4, 1),
        (19_456, 1, 1),
        (65_536, 0, 1),
        (65_536, 3, 0),
        (256 * 1024 + 1, 1, 1),
        (256 * 1024, 5, 1),
    ] {
        let parameters = Parameters { memory_kib, iterations, parallelism };
        let password = Password::from_bytes(b"p".to_vec()).unwrap();
        let made = PasswordKeyring::new(password, "", parameters, Limits::default());
        assert_eq!(made.unwrap_err().code(), "InvalidArgument", "{parameters:?}");
    }
    // OWASP's settings, and RFC 9106's second.
    for (memory_kib, iterations) in
        [(7168, 5), (9216, 4), (12_288, 3), (19_456, 2), (47_104, 1), (65_536, 3)]
    {
        let parameters = Parameters { memory_kib, iterations, parallelism: 1 };
        parameters.check(&Limits::default()).unwrap();
    }
    assert_eq!(Parameters::default().work_kib(), 3 * 64 * 1024);
}

#[test]
fn empty_passwords_and_long_names_are_refused_and_neither_prints() {
    assert_eq!(Password::from_bytes(Vec::new()).unwrap_err().code(), "InvalidArgument");
    let password = Password::from_bytes(b"secret".to_vec()).unwrap();
    assert_eq!(format!("{password:?}"), "Password(..)");
    let made = PasswordKeyring::new(password, &"x".repeat(1025), CHEAP, Limits::default());
    assert_eq!(made.unwrap_err().code(), "InvalidArgument");
    assert!(!format!("{:?}", keyring("secret")).contains("secret"));
}

proptest! {
    #[test]
    fn provider_information_reads_as_it_was_written(
        memory_kib: u32, iterations: u32, parallelism: u8, salt: [u8; 16], iv: [u8; 12],
        commitment: [u8; 32], name in ".{0,40}",
    ) {
        let parameters = Parameters { memory_kib, iterations, parallelism };
        let info = ProviderInfo { parameters, salt, iv, commitment, name };
        prop_assert_eq!(ProviderInfo::parse(&info.to_bytes()), Some(info));
    }

    #[test]
    fn any_bytes_are_provider_information_that_is_written_the_same_or_none(
        bytes in proptest::collection::vec(any::<u8>(), 0..120),
        version in 0..3_u8,
    ) {
        let bytes = [&[version][..], &bytes].concat();
        if let Some(info) = ProviderInfo::parse(&bytes) {
            prop_assert_eq!(version, 1);
            prop_assert_eq!(info.to_bytes(), bytes);
        }
    }
}
