// SPDX-License-Identifier: Apache-2.0
//! The port to the runtime's signatures of whole messages. It signs and verifies many times as fast as our
//! own software, and takes no digest: so it is asked where a caller gives the message itself.

use std::rc::Rc;

use edgekms_api::key::{KeySpec, algorithm::SigningAlgorithm};

use super::{LocalFuture, PortError, key_store::KeyMaterial};

/// The runtime's signatures. An ECDSA signature is r and s in as many bytes as the curve's order has (IEEE
/// P1363), an RSA signature as long as the modulus.
pub trait MessageEngine {
    /// A private key, from its PKCS#8, kept by the runtime from its first use.
    fn signer(&self, spec: KeySpec, pkcs8: KeyMaterial) -> Rc<dyn MessageSigner>;

    /// A public key, from the DER of its SubjectPublicKeyInfo, kept in the same way.
    fn verifier(&self, spec: KeySpec, public_key: Vec<u8>) -> Rc<dyn MessageVerifier>;
}

/// A private key of the runtime's.
pub trait MessageSigner {
    /// Hashes a message and signs it.
    fn sign<'a>(
        &'a self,
        algorithm: SigningAlgorithm,
        message: &'a [u8],
    ) -> LocalFuture<'a, Result<Vec<u8>, PortError>>;
}

/// A public key of the runtime's.
pub trait MessageVerifier {
    /// Whether a signature is one of a message.
    fn verify<'a>(
        &'a self,
        algorithm: SigningAlgorithm,
        message: &'a [u8],
        signature: &'a [u8],
    ) -> LocalFuture<'a, Result<bool, PortError>>;
}
