// SPDX-License-Identifier: Apache-2.0
//! Keyrings, and the ports that the host implements for them.

use std::rc::Rc;

use edgekms_core::{
    context::EncryptionContext,
    error::Error,
    key::{DataKey, WrappingKey},
    keyring::{
        self as core, GeneratedDataKey, KeyProvider, KmsDiscoveryKeyring, KmsKeyring, KmsPort,
        LocalFuture, MultiKeyring, RawAesKeyring, RawRsaKeyring, RsaPadding, RsaPort,
        WrappedDataKey,
    },
};
use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::{
    context::to_js_pairs,
    error::{bad_answer, from_port, to_js},
    options::field,
};

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
export interface KmsPort {
  generateDataKey(keyId: string, numberOfBytes: number, context: Pairs):
    Promise<{ keyArn: string; plaintext: Uint8Array; ciphertextBlob: Uint8Array }>;
  encrypt(keyId: string, plaintext: Uint8Array, context: Pairs):
    Promise<{ keyArn: string; ciphertextBlob: Uint8Array }>;
  decrypt(ciphertextBlob: Uint8Array, context: Pairs):
    Promise<{ keyId: string; plaintext: Uint8Array }>;
  resolveArn(keyId: string): Promise<string>;
}
export interface RsaPort {
  encrypt(data: Uint8Array): Promise<Uint8Array>;
  decrypt(data: Uint8Array): Promise<Uint8Array>;
}
"#;

#[wasm_bindgen]
extern "C" {
    /// `KmsPort`
    #[wasm_bindgen(typescript_type = "KmsPort")]
    pub type JsKmsPort;
    #[wasm_bindgen(method, catch, js_name = generateDataKey)]
    async fn generate_data_key(
        this: &JsKmsPort,
        key_id: &str,
        number_of_bytes: u32,
        context: Array,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn encrypt(
        this: &JsKmsPort,
        key_id: &str,
        plaintext: Uint8Array,
        context: Array,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch)]
    async fn decrypt(
        this: &JsKmsPort,
        ciphertext_blob: Uint8Array,
        context: Array,
    ) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = resolveArn)]
    async fn resolve_arn(this: &JsKmsPort, key_id: &str) -> Result<JsValue, JsValue>;

    /// `RsaPort`
    #[wasm_bindgen(typescript_type = "RsaPort")]
    pub type JsRsaPort;
    #[wasm_bindgen(method, catch, js_name = encrypt)]
    async fn rsa_encrypt(this: &JsRsaPort, data: Uint8Array) -> Result<JsValue, JsValue>;
    #[wasm_bindgen(method, catch, js_name = decrypt)]
    async fn rsa_decrypt(this: &JsRsaPort, data: Uint8Array) -> Result<JsValue, JsValue>;
}

/// Wraps and unwraps data keys.
#[wasm_bindgen]
pub struct Keyring(pub(crate) Rc<dyn core::Keyring>);

#[wasm_bindgen]
impl Keyring {
    /// Wraps with AES-GCM under a key of 16, 24 or 32 bytes.
    ///
    /// # Errors
    /// `InvalidArgument`.
    #[wasm_bindgen(js_name = rawAes)]
    pub fn raw_aes(
        namespace: &str,
        name: &str,
        wrapping_key: &Uint8Array,
    ) -> Result<Self, JsValue> {
        // Copied straight into what is wiped; as a slice it would also stay where the glue put it.
        let key = WrappingKey::from_box(wrapping_key.to_vec().into_boxed_slice());
        made(RawAesKeyring::new(namespace, name, &key))
    }

    /// Wraps with RSA, which the host does.
    ///
    /// # Errors
    /// `InvalidArgument`.
    #[wasm_bindgen(js_name = rawRsa)]
    pub fn raw_rsa(
        namespace: &str,
        name: &str,
        padding: &str,
        port: JsRsaPort,
    ) -> Result<Self, JsValue> {
        let padding = RsaPadding::from_name(padding).map_err(|error| to_js(&error))?;
        made(RawRsaKeyring::new(namespace, name, padding, Host(port)))
    }

    /// Wraps with CMKs; opens only what one of them wrapped. Messages name the key provider:
    /// `aliyun-kms`, the default, or `aws-kms`. Those of both open.
    ///
    /// # Errors
    /// `InvalidArgument`.
    #[allow(clippy::needless_pass_by_value, reason = "the binding hands over the list")]
    pub fn kms(
        key_id: &str,
        additional_key_ids: Vec<String>,
        port: JsKmsPort,
        provider: Option<String>,
    ) -> Result<Self, JsValue> {
        let provider = match &provider {
            Some(id) => KeyProvider::from_id(id).map_err(|error| to_js(&error))?,
            None => KeyProvider::ALIYUN_KMS,
        };
        made(KmsKeyring::new(key_id, &additional_key_ids, Host(port), provider))
    }

    /// Opens with the CMK that a message names, in these accounts (any, if there are none) of
    /// either key provider. Needs no provider of its own: it never seals.
    #[wasm_bindgen(js_name = kmsDiscovery)]
    #[must_use]
    pub fn kms_discovery(account_ids: Vec<String>, port: JsKmsPort) -> Self {
        Self(Rc::new(KmsDiscoveryKeyring::new(account_ids, Host(port))))
    }

    /// Wraps with all, opens with any. Takes the keyrings over: they cannot be used by themselves
    /// afterwards.
    ///
    /// # Errors
    /// `InvalidArgument`.
    pub fn multi(generator: Option<Self>, children: Vec<Self>) -> Result<Self, JsValue> {
        let children = children.into_iter().map(|child| child.0).collect();
        made(MultiKeyring::new(generator.map(|keyring| keyring.0), children))
    }
}

fn made(keyring: Result<impl core::Keyring + 'static, Error>) -> Result<Keyring, JsValue> {
    keyring.map(|keyring| Keyring(Rc::new(keyring))).map_err(|error| to_js(&error))
}

/// A port that lives in JavaScript.
struct Host<T>(T);

impl RsaPort for Host<JsRsaPort> {
    fn encrypt<'a>(&'a self, data: &'a [u8]) -> LocalFuture<'a, Result<Vec<u8>, Error>> {
        Box::pin(async move {
            let plaintext = Uint8Array::from(data);
            let answer = self.0.rsa_encrypt(plaintext.clone()).await;
            wipe(&plaintext);
            answer.map_err(|rejection| from_port(&rejection)).and_then(|answer| bytes(&answer))
        })
    }

    fn decrypt<'a>(&'a self, data: &'a [u8]) -> LocalFuture<'a, Result<DataKey, Error>> {
        Box::pin(async move {
            let answer = self.0.rsa_decrypt(data.into()).await;
            answer.map_err(|rejection| from_port(&rejection)).and_then(|answer| secret(&answer))
        })
    }
}

impl KmsPort for Host<JsKmsPort> {
    fn generate_data_key<'a>(
        &'a self,
        key_id: &'a str,
        len: usize,
        context: &'a EncryptionContext,
    ) -> LocalFuture<'a, Result<GeneratedDataKey, Error>> {
        Box::pin(async move {
            let len = u32::try_from(len).unwrap_or(u32::MAX);
            let answer = self.0.generate_data_key(key_id, len, to_js_pairs(context)).await;
            let answer = answer.map_err(|rejection| from_port(&rejection))?;
            let data_key = secret(&field(&answer, "plaintext"))?;
            Ok(GeneratedDataKey { data_key, wrapped: wrapped(&answer)? })
        })
    }

    fn encrypt<'a>(
        &'a self,
        key_id: &'a str,
        data_key: &'a DataKey,
        context: &'a EncryptionContext,
    ) -> LocalFuture<'a, Result<WrappedDataKey, Error>> {
        Box::pin(async move {
            let plaintext = Uint8Array::from(data_key.expose_secret());
            let answer = self.0.encrypt(key_id, plaintext.clone(), to_js_pairs(context)).await;
            wipe(&plaintext);
            wrapped(&answer.map_err(|rejection| from_port(&rejection))?)
        })
    }

    fn decrypt<'a>(
        &'a self,
        ciphertext_blob: &'a [u8],
        context: &'a EncryptionContext,
    ) -> LocalFuture<'a, Result<(String, DataKey), Error>> {
        Box::pin(async move {
            let answer = self.0.decrypt(ciphertext_blob.into(), to_js_pairs(context)).await;
            let answer = answer.map_err(|rejection| from_port(&rejection))?;
            Ok((text(&field(&answer, "keyId"))?, secret(&field(&answer, "plaintext"))?))
        })
    }

    fn resolve_arn<'a>(&'a self, key_id: &'a str) -> LocalFuture<'a, Result<String, Error>> {
        Box::pin(async move {
            let answer = self.0.resolve_arn(key_id).await;
            text(&answer.map_err(|rejection| from_port(&rejection))?)
        })
    }
}

fn wrapped(answer: &JsValue) -> Result<WrappedDataKey, Error> {
    Ok(WrappedDataKey {
        key_arn: text(&field(answer, "keyArn"))?,
        ciphertext_blob: bytes(&field(answer, "ciphertextBlob"))?,
    })
}

fn text(value: &JsValue) -> Result<String, Error> {
    value.as_string().ok_or_else(|| bad_answer("the port's answer lacks a text"))
}

fn bytes(value: &JsValue) -> Result<Vec<u8>, Error> {
    let array: Option<&Uint8Array> = value.dyn_ref();
    array.map(Uint8Array::to_vec).ok_or_else(|| bad_answer("the port's answer lacks bytes"))
}

/// Moves a data key out of JavaScript: the array that brought it is wiped.
fn secret(value: &JsValue) -> Result<DataKey, Error> {
    // `to_vec` allocates exactly, so boxing it moves nothing.
    let key = DataKey::from_box(bytes(value)?.into_boxed_slice());
    if let Some(array) = value.dyn_ref() {
        wipe(array);
    }
    Ok(key)
}

fn wipe(array: &Uint8Array) {
    array.fill(0, 0, array.length());
}
