// SPDX-License-Identifier: Apache-2.0
//! The footer's signature (specification: framework/transitive-requirements.md, ECDSA).
//!
//! The signer makes a new key pair for each data key and puts the public key into the encryption
//! context; whoever can only open the message cannot make another one that looks like it. Both
//! sides hash as they stream. The feature `signing` brings the ECDSA; without it the traits are
//! here for another implementation.

use alloc::{boxed::Box, vec::Vec};

#[cfg(feature = "signing")]
mod ecdsa;

#[cfg(feature = "signing")]
pub use ecdsa::Ecdsa;

use crate::{error::Error, key::Randomness, suite::Curve};

/// Signs one message as it is written.
pub trait MessageSigner {
    /// The public key, as a compressed point.
    fn verification_key(&self) -> Vec<u8>;
    /// A signer of another message with the same key, for messages that share a data key: the public key is in
    /// the context that the data key was wrapped with.
    fn again(&self) -> Box<dyn MessageSigner>;
    /// Takes the next bytes of header or body.
    fn update(&mut self, bytes: &[u8]);
    /// The signature, in DER.
    ///
    /// # Errors
    /// [`Error::SignatureNotValid`] if it cannot be made.
    fn finish(self: Box<Self>) -> Result<Vec<u8>, Error>;
}

/// Verifies one message as it is read.
pub trait MessageVerifier {
    /// Takes the next bytes of header or body.
    fn update(&mut self, bytes: &[u8]);
    /// Checks a signature in DER.
    ///
    /// # Errors
    /// [`Error::SignatureNotValid`] if it is not this message's.
    fn verify(self: Box<Self>, signature: &[u8]) -> Result<(), Error>;
}

/// Makes signers and verifiers.
pub trait SignatureScheme {
    /// A signer with a new key.
    ///
    /// # Errors
    /// [`Error::RandomnessUnavailable`]; [`Error::InvalidArgument`] if the scheme cannot sign.
    fn signer(
        &self,
        curve: Curve,
        random: &mut dyn Randomness,
    ) -> Result<Box<dyn MessageSigner>, Error>;

    /// A verifier for a compressed point.
    ///
    /// # Errors
    /// [`Error::MalformedHeader`] if it is not a point of the curve; [`Error::InvalidArgument`] if
    /// the scheme cannot verify.
    fn verifier(&self, curve: Curve, key: &[u8]) -> Result<Box<dyn MessageVerifier>, Error>;
}
