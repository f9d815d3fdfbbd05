// SPDX-License-Identifier: Apache-2.0
//! The runtime's RSA and its signatures of whole messages (`crypto.subtle`), behind the service's ports.

use std::{cell::RefCell, rc::Rc};

use edgekms_api::key::{
    KeySpec,
    algorithm::{Hash, SignatureScheme, SigningAlgorithm},
};
use edgekms_service::port::{
    LocalFuture, PortError,
    key_store::KeyMaterial,
    message::{MessageEngine, MessageSigner, MessageVerifier},
    rsa::{RsaEngine, RsaPair, RsaPrivateKey},
};
use js_sys::{Array, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use zeroize::Zeroizing;

use crate::glue::describe;

#[wasm_bindgen(module = "/src/subtle.js")]
extern "C" {
    #[wasm_bindgen(js_name = generateRsa)]
    fn generate_rsa(modulus_bits: u32) -> Promise;
    #[wasm_bindgen(js_name = importForSigning)]
    fn import_for_signing(pkcs8: Uint8Array) -> Promise;
    #[wasm_bindgen(js_name = importForDecryption)]
    fn import_for_decryption(pkcs8: Uint8Array, hash: &str) -> Promise;
    #[wasm_bindgen(js_name = signEncoded)]
    fn sign_encoded(key: &JsValue, encoded: &[u8]) -> Promise;
    #[wasm_bindgen(js_name = decryptRaw)]
    fn decrypt_raw(key: &JsValue, ciphertext: &[u8]) -> Promise;
    #[wasm_bindgen(js_name = decryptOaep)]
    fn decrypt_oaep(key: &JsValue, ciphertext: &[u8]) -> Promise;
    #[wasm_bindgen(js_name = encryptOaep)]
    fn encrypt_oaep(spki: &[u8], hash: &str, plaintext: &[u8]) -> Promise;
    #[wasm_bindgen(js_name = importSigner)]
    fn import_signer(pkcs8: Uint8Array, name: &str, hash: &str, curve: Option<&str>) -> Promise;
    #[wasm_bindgen(js_name = importVerifier)]
    fn import_verifier(spki: &[u8], name: &str, hash: &str, curve: Option<&str>) -> Promise;
    #[wasm_bindgen(js_name = signMessage)]
    fn sign_message(
        key: &JsValue,
        name: &str,
        hash: &str,
        salt_len: usize,
        message: &[u8],
    ) -> Promise;
    #[wasm_bindgen(js_name = verifyMessage)]
    fn verify_message(
        key: &JsValue,
        name: &str,
        hash: &str,
        salt_len: usize,
        signature: &[u8],
        message: &[u8],
    ) -> Promise;
}

/// The engine of this runtime.
pub(crate) struct SubtleRsa;

async fn outcome(promise: Promise) -> Result<JsValue, PortError> {
    JsFuture::from(promise).await.map_err(|error| PortError(describe(&error)))
}

/// The bytes, wiped where the runtime left them.
fn taken(value: &JsValue) -> Vec<u8> {
    let bytes = Uint8Array::new(value);
    let copy = bytes.to_vec();
    bytes.fill(0, 0, bytes.length());
    copy
}

const fn name(hash: Hash) -> &'static str {
    match hash {
        Hash::Sha1 => "SHA-1",
        Hash::Sha256 => "SHA-256",
        Hash::Sha384 => "SHA-384",
        Hash::Sha512 => "SHA-512",
        // Nothing hands these to the runtime, which does not know them.
        Hash::Sm3 => "SM3",
        Hash::Shake256 => "SHAKE256",
    }
}

impl RsaEngine for SubtleRsa {
    fn generate(&self, modulus_bits: u32) -> LocalFuture<'_, Result<RsaPair, PortError>> {
        Box::pin(async move {
            let pair: Array = outcome(generate_rsa(modulus_bits)).await?.unchecked_into();
            Ok(RsaPair {
                private_key: KeyMaterial::from(taken(&pair.get(0))),
                public_key: Uint8Array::new(&pair.get(1)).to_vec(),
            })
        })
    }

    fn private_key(&self, pkcs8: KeyMaterial) -> Rc<dyn RsaPrivateKey> {
        Rc::new(SubtleKey { pkcs8, imported: Imported::default() })
    }

    fn encrypt_oaep<'a>(
        &'a self,
        public_key: &'a [u8],
        hash: Hash,
        plaintext: &'a [u8],
    ) -> LocalFuture<'a, Result<Vec<u8>, PortError>> {
        Box::pin(async move {
            let sealed = outcome(encrypt_oaep(public_key, name(hash), plaintext)).await?;
            Ok(Uint8Array::new(&sealed).to_vec())
        })
    }
}

/// What a key is imported for: the bare primitive, or decryption with a hash. The runtime wants a key of its own
/// for each.
type Purpose = Option<Hash>;

/// A private key, imported at the first use for each purpose. The runtime's own copies go when the
/// garbage collector takes them, some time after this is dropped.
struct SubtleKey {
    pkcs8: KeyMaterial,
    imported: Imported<Purpose>,
}

impl SubtleKey {
    async fn imported(&self, purpose: Purpose) -> Result<JsValue, PortError> {
        let import = || {
            let pkcs8 = Uint8Array::from(self.pkcs8.expose_secret());
            match purpose {
                None => import_for_signing(pkcs8),
                Some(hash) => import_for_decryption(pkcs8, name(hash)),
            }
        };
        self.imported.get(purpose, import).await
    }
}

/// Keys of the runtime's, by what they are for.
struct Imported<P>(RefCell<Vec<(P, JsValue)>>);

impl<P> Default for Imported<P> {
    fn default() -> Self {
        Self(RefCell::default())
    }
}

impl<P: Copy + PartialEq> Imported<P> {
    async fn get(&self, purpose: P, import: impl Fn() -> Promise) -> Result<JsValue, PortError> {
        let held = self.0.borrow().iter().find(|(held, _)| *held == purpose).cloned();
        if let Some((_, key)) = held {
            return Ok(key);
        }
        let key = outcome(import()).await?;
        self.0.borrow_mut().push((purpose, key.clone()));
        Ok(key)
    }
}

impl RsaPrivateKey for SubtleKey {
    fn sign_encoded<'a>(
        &'a self,
        encoded: &'a [u8],
    ) -> LocalFuture<'a, Result<Vec<u8>, PortError>> {
        Box::pin(async move {
            let key = self.imported(None).await?;
            Ok(Uint8Array::new(&outcome(sign_encoded(&key, encoded)).await?).to_vec())
        })
    }

    fn decrypt_raw<'a>(
        &'a self,
        ciphertext: &'a [u8],
    ) -> LocalFuture<'a, Result<Option<Zeroizing<Vec<u8>>>, PortError>> {
        Box::pin(async move {
            let key = self.imported(None).await?;
            let power = outcome(decrypt_raw(&key, ciphertext)).await?;
            Ok((!power.is_null()).then(|| Zeroizing::new(taken(&power))))
        })
    }

    fn decrypt_oaep<'a>(
        &'a self,
        hash: Hash,
        ciphertext: &'a [u8],
    ) -> LocalFuture<'a, Result<Option<Zeroizing<Vec<u8>>>, PortError>> {
        Box::pin(async move {
            let key = self.imported(Some(hash)).await?;
            let opened = outcome(decrypt_oaep(&key, ciphertext)).await?;
            Ok((!opened.is_null()).then(|| Zeroizing::new(taken(&opened))))
        })
    }
}

/// Signatures of whole messages by this runtime.
pub(crate) struct SubtleMessages;

impl MessageEngine for SubtleMessages {
    fn signer(&self, spec: KeySpec, pkcs8: KeyMaterial) -> Rc<dyn MessageSigner> {
        Rc::new(SubtleSigner { spec, pkcs8, imported: Imported::default() })
    }

    fn verifier(&self, spec: KeySpec, public_key: Vec<u8>) -> Rc<dyn MessageVerifier> {
        Rc::new(SubtleVerifier { spec, public_key, imported: Imported::default() })
    }
}

/// What WebCrypto calls an algorithm: its name and its hash.
const fn names(algorithm: SigningAlgorithm) -> (&'static str, &'static str) {
    let (scheme, hash) = algorithm.parts();
    let scheme = match scheme {
        SignatureScheme::RsaPss => "RSA-PSS",
        SignatureScheme::RsaPkcs1 => "RSASSA-PKCS1-v1_5",
        SignatureScheme::Ecdsa => "ECDSA",
        // Our own software keeps these: the runtime is never asked.
        SignatureScheme::Sm2 => "SM2",
        SignatureScheme::Ed25519 | SignatureScheme::Ed25519Ph => "Ed25519",
        SignatureScheme::MlDsa => "ML-DSA",
    };
    (scheme, name(hash))
}

const fn curve(spec: KeySpec) -> Option<&'static str> {
    match spec {
        KeySpec::EcP256 => Some("P-256"),
        KeySpec::EcP384 => Some("P-384"),
        _ => None,
    }
}

struct SubtleSigner {
    spec: KeySpec,
    pkcs8: KeyMaterial,
    imported: Imported<SigningAlgorithm>,
}

impl MessageSigner for SubtleSigner {
    fn sign<'a>(
        &'a self,
        algorithm: SigningAlgorithm,
        message: &'a [u8],
    ) -> LocalFuture<'a, Result<Vec<u8>, PortError>> {
        Box::pin(async move {
            let (name, hash) = names(algorithm);
            let import = || {
                let pkcs8 = Uint8Array::from(self.pkcs8.expose_secret());
                import_signer(pkcs8, name, hash, curve(self.spec))
            };
            let key = self.imported.get(algorithm, import).await?;
            let signed = sign_message(&key, name, hash, algorithm.hash().len(), message);
            Ok(Uint8Array::new(&outcome(signed).await?).to_vec())
        })
    }
}

struct SubtleVerifier {
    spec: KeySpec,
    public_key: Vec<u8>,
    imported: Imported<SigningAlgorithm>,
}

impl MessageVerifier for SubtleVerifier {
    fn verify<'a>(
        &'a self,
        algorithm: SigningAlgorithm,
        message: &'a [u8],
        signature: &'a [u8],
    ) -> LocalFuture<'a, Result<bool, PortError>> {
        Box::pin(async move {
            let (name, hash) = names(algorithm);
            let import = || import_verifier(&self.public_key, name, hash, curve(self.spec));
            let key = self.imported.get(algorithm, import).await?;
            let len = algorithm.hash().len();
            let verdict = verify_message(&key, name, hash, len, signature, message);
            Ok(outcome(verdict).await?.is_truthy())
        })
    }
}
