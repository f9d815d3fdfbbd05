// SPDX-License-Identifier: Apache-2.0
//! ECDSA (FIPS 186-5) with P-256 and SHA-256 or P-384 and SHA-384, over a running hash.

use alloc::{boxed::Box, vec::Vec};

use p256::ecdsa as p256_ecdsa;
use p384::ecdsa as p384_ecdsa;
use p384::ecdsa::signature::hazmat::{PrehashSigner, PrehashVerifier};
use sha2::{Digest, Sha256, Sha384};
use zeroize::Zeroizing;

use super::{MessageSigner, MessageVerifier, SignatureScheme};
use crate::{error::Error, key::Randomness, reason::Reason, suite::Curve};

/// ECDSA by RustCrypto.
#[derive(Clone, Copy, Debug, Default)]
pub struct Ecdsa;

impl SignatureScheme for Ecdsa {
    fn signer(
        &self,
        curve: Curve,
        random: &mut dyn Randomness,
    ) -> Result<Box<dyn MessageSigner>, Error> {
        Ok(match curve {
            Curve::P256 => {
                let key = make(random, |bytes: &[u8; 32]| {
                    p256_ecdsa::SigningKey::from_slice(bytes).ok()
                })?;
                Box::new(P256Signer { key, hash: Sha256::new() })
            }
            Curve::P384 => {
                let key = make(random, |bytes: &[u8; 48]| {
                    p384_ecdsa::SigningKey::from_slice(bytes).ok()
                })?;
                Box::new(P384Signer { key, hash: Sha384::new() })
            }
        })
    }

    fn verifier(&self, curve: Curve, key: &[u8]) -> Result<Box<dyn MessageVerifier>, Error> {
        const NO_POINT: Error = Error::MalformedHeader { reason: Reason::NoPoint };
        // "equal to the elliptic curve point Q compressed": the other encodings are refused.
        if !matches!(key.first(), Some(2 | 3)) {
            return Err(NO_POINT);
        }
        Ok(match curve {
            Curve::P256 => {
                let key = p256_ecdsa::VerifyingKey::from_sec1_bytes(key).map_err(|_| NO_POINT)?;
                Box::new(P256Verifier { key, hash: Sha256::new() })
            }
            Curve::P384 => {
                let key = p384_ecdsa::VerifyingKey::from_sec1_bytes(key).map_err(|_| NO_POINT)?;
                Box::new(P384Verifier { key, hash: Sha384::new() })
            }
        })
    }
}

/// Draws until the bytes are a scalar of the group: nearly always the first time.
fn make<const N: usize, K>(
    random: &mut dyn Randomness,
    key: impl Fn(&[u8; N]) -> Option<K>,
) -> Result<K, Error> {
    let mut bytes = Zeroizing::new([0; N]);
    // Both group orders are within 2^-32 of a power of two: eight misses mean a broken source.
    for _ in 0..8 {
        random.fill(bytes.as_mut_slice())?;
        if let Some(key) = key(&bytes) {
            return Ok(key);
        }
    }
    Err(Error::RandomnessUnavailable)
}

macro_rules! ecdsa {
    ($signer:ident, $verifier:ident, $module:ident, $hash:ident) => {
        struct $signer {
            key: $module::SigningKey,
            hash: $hash,
        }

        impl MessageSigner for $signer {
            fn verification_key(&self) -> Vec<u8> {
                self.key.verifying_key().to_sec1_point(true).as_bytes().to_vec()
            }

            fn again(&self) -> Box<dyn MessageSigner> {
                Box::new(Self { key: self.key.clone(), hash: $hash::new() })
            }

            fn update(&mut self, bytes: &[u8]) {
                self.hash.update(bytes);
            }

            fn finish(self: Box<Self>) -> Result<Vec<u8>, Error> {
                let signature: $module::Signature = self
                    .key
                    .sign_prehash(&self.hash.finalize())
                    .map_err(|_| Error::SignatureNotValid)?;
                Ok(signature.to_der().as_bytes().to_vec())
            }
        }

        struct $verifier {
            key: $module::VerifyingKey,
            hash: $hash,
        }

        impl MessageVerifier for $verifier {
            fn update(&mut self, bytes: &[u8]) {
                self.hash.update(bytes);
            }

            fn verify(self: Box<Self>, signature: &[u8]) -> Result<(), Error> {
                let signature = $module::Signature::from_der(signature)
                    .map_err(|_| Error::SignatureNotValid)?;
                self.key
                    .verify_prehash(&self.hash.finalize(), &signature)
                    .map_err(|_| Error::SignatureNotValid)
            }
        }
    };
}

ecdsa!(P256Signer, P256Verifier, p256_ecdsa, Sha256);
ecdsa!(P384Signer, P384Verifier, p384_ecdsa, Sha384);
