// SPDX-License-Identifier: Apache-2.0
//! The port to the runtime's RSA: what must not be done in our own software, since no implementation in
//! Rust keeps the timing of private operations to itself well enough (RUSTSEC-2023-0071).

use std::rc::Rc;

use edgekms_api::key::algorithm::Hash;
use zeroize::Zeroizing;

use super::{LocalFuture, PortError, key_store::KeyMaterial};

/// A new pair of keys.
pub struct RsaPair {
    /// PKCS#8 of the private key.
    pub private_key: KeyMaterial,
    /// DER of the SubjectPublicKeyInfo.
    pub public_key: Vec<u8>,
}

/// The runtime's RSA (RFC 8017).
pub trait RsaEngine {
    /// A new pair with the public exponent 65,537.
    fn generate(&self, modulus_bits: u32) -> LocalFuture<'_, Result<RsaPair, PortError>>;

    /// A private key, kept by the runtime from its first use.
    fn private_key(&self, pkcs8: KeyMaterial) -> Rc<dyn RsaPrivateKey>;

    /// RSAES-OAEP with an empty label and MGF1 of the same hash.
    fn encrypt_oaep<'a>(
        &'a self,
        public_key: &'a [u8],
        hash: Hash,
        plaintext: &'a [u8],
    ) -> LocalFuture<'a, Result<Vec<u8>, PortError>>;
}

/// A private key of the runtime's.
pub trait RsaPrivateKey {
    /// The signature primitive (RFC 8017, section 5.2.1) on an encoded message as long as the modulus.
    fn sign_encoded<'a>(&'a self, encoded: &'a [u8])
    -> LocalFuture<'a, Result<Vec<u8>, PortError>>;

    /// The decryption primitive (RFC 8017, section 5.1.2), in constant time; nothing for a ciphertext
    /// that is not as long as the modulus or not below it. What comes back is as long as the modulus.
    /// No answer may tell whether it is padded well.
    fn decrypt_raw<'a>(
        &'a self,
        ciphertext: &'a [u8],
    ) -> LocalFuture<'a, Result<Option<Zeroizing<Vec<u8>>>, PortError>>;

    /// RSAES-OAEP with an empty label; nothing for what does not open, whatever the reason.
    fn decrypt_oaep<'a>(
        &'a self,
        hash: Hash,
        ciphertext: &'a [u8],
    ) -> LocalFuture<'a, Result<Option<Zeroizing<Vec<u8>>>, PortError>>;
}
