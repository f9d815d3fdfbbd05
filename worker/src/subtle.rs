// SPDX-License-Identifier: Apache-2.0
//! The runtime's RSA (`crypto.subtle`), behind the service's port.

use std::{cell::RefCell, rc::Rc};

use edgekms_api::key::algorithm::Hash;
use edgekms_service::port::{
    LocalFuture, PortError,
    key_store::KeyMaterial,
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
    #[wasm_bindgen(js_name = decryptOaep)]
    fn decrypt_oaep(key: &JsValue, ciphertext: &[u8]) -> Promise;
    #[wasm_bindgen(js_name = encryptOaep)]
    fn encrypt_oaep(spki: &[u8], hash: &str, plaintext: &[u8]) -> Promise;
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
        Rc::new(SubtleKey { pkcs8, imported: RefCell::default() })
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

/// What a key is imported for: signing, or decryption with a hash. The runtime wants a key of its own
/// for each.
type Purpose = Option<Hash>;

/// A private key, imported at the first use for each purpose. The runtime's own copies go when the
/// garbage collector takes them, some time after this is dropped.
struct SubtleKey {
    pkcs8: KeyMaterial,
    imported: RefCell<Vec<(Purpose, JsValue)>>,
}

impl SubtleKey {
    async fn imported(&self, purpose: Purpose) -> Result<JsValue, PortError> {
        let held = self.imported.borrow().iter().find(|(held, _)| *held == purpose).cloned();
        if let Some((_, key)) = held {
            return Ok(key);
        }
        let pkcs8 = Uint8Array::from(self.pkcs8.expose_secret());
        let key = outcome(match purpose {
            None => import_for_signing(pkcs8),
            Some(hash) => import_for_decryption(pkcs8, name(hash)),
        });
        let key = key.await?;
        self.imported.borrow_mut().push((purpose, key.clone()));
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
