// SPDX-License-Identifier: Apache-2.0
//! Messages of the Alibaba Encryption SDK, whole. The calls to a KMS are TypeScript's, between
//! `readAliyunMessage` and `openAliyunMessage`.

use edgekms_aliyun_message::{
    Error,
    algorithm::Algorithm,
    context::EncryptionContext,
    header::{Fields, Limits},
    key::{DataKey, EncryptedDataKey},
    layout::Layout,
    message::{Message, Unauthenticated},
    seal::seal,
};
use getrandom::SysRng;
use js_sys::{Array, JsString, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use zeroize::Zeroizing;

use crate::error::thrown;

/// What a message says of itself, none of it authentic: `algorithm`, `keyLength` (bytes),
/// `authenticated` (whether its algorithm notices a changed content), `encryptionContext` (pairs)
/// and `encryptedDataKeys` (pairs of ARN and bytes).
///
/// # Errors
/// As [`Message::parse`].
#[wasm_bindgen(js_name = readAliyunMessage)]
pub fn read(message: &[u8], max_encrypted_data_keys: usize) -> Result<JsValue, JsValue> {
    let message = parse(message, max_encrypted_data_keys)?;
    let (fields, about) = (message.fields(), Object::new());
    let algorithm = fields.algorithm();
    let context: Array = fields
        .context()
        .pairs()
        .map(|(key, value)| Array::of2(&key.into(), &value.into()))
        .collect();
    let keys: Array = fields
        .encrypted_data_keys()
        .iter()
        .map(|key| {
            let blob = Uint8Array::from(key.ciphertext_blob.as_slice());
            Array::of2(&key.key_arn.as_str().into(), &blob)
        })
        .collect();
    for (name, value) in [
        ("algorithm", JsValue::from(algorithm.name)),
        ("keyLength", JsValue::from_f64(if algorithm.key_len() == 32 { 32.0 } else { 16.0 })),
        ("authenticated", algorithm.authenticates().into()),
        ("encryptionContext", context.into()),
        ("encryptedDataKeys", keys.into()),
    ] {
        set(&about, name, &value);
    }
    Ok(about.into())
}

/// Opens a message with its data key. Content that nothing authenticates is released only where
/// `allow_unauthenticated` says so.
///
/// # Errors
/// As [`Message::parse`] and [`Message::open`].
#[wasm_bindgen(js_name = openAliyunMessage)]
pub fn open(
    message: &[u8],
    max_encrypted_data_keys: usize,
    data_key: Box<[u8]>,
    allow_unauthenticated: bool,
) -> Result<Uint8Array, JsValue> {
    let key = DataKey::from_box(data_key);
    let unauthenticated =
        if allow_unauthenticated { Unauthenticated::Release } else { Unauthenticated::Refuse };
    let message = parse(message, max_encrypted_data_keys)?;
    let plaintext = message.open(&key, unauthenticated).map_err(|error| to_js(&error))?;
    Ok(Uint8Array::from(plaintext.as_slice()))
}

/// Whether a message could be sealed: asked before a KMS makes a data key for it.
///
/// # Errors
/// `InvalidContext`; `InvalidArgument` for an unknown algorithm.
#[wasm_bindgen(js_name = checkAliyunMessage)]
pub fn check(algorithm: &str, encryption_context: &Array) -> Result<(), JsValue> {
    Algorithm::from_name(algorithm).map_err(|error| to_js(&error))?;
    context(encryption_context).map(|_| ())
}

/// Seals `plaintext`; `encrypted_data_keys` are pairs of ARN and bytes, `encryption_context` pairs of
/// texts. `stream` chooses the layout that the Java SDK has for streams.
///
/// # Errors
/// `InvalidContext` and what [`Fields::new`] and [`seal`] fail with.
#[wasm_bindgen(js_name = sealAliyunMessage)]
pub fn seal_message(
    plaintext: Box<[u8]>,
    algorithm: &str,
    data_key: Box<[u8]>,
    encrypted_data_keys: &Array,
    encryption_context: &Array,
    stream: bool,
) -> Result<Vec<u8>, JsValue> {
    let (plaintext, key) = (Zeroizing::new(plaintext), DataKey::from_box(data_key));
    let algorithm = Algorithm::from_name(algorithm).map_err(|error| to_js(&error))?;
    let keys = encrypted_data_keys.iter().map(|pair| {
        let pair: Array = pair.dyn_into().map_err(|_| not_pairs())?;
        let blob: Uint8Array = pair.get(1).dyn_into().map_err(|_| not_pairs())?;
        Ok(EncryptedDataKey { key_arn: text(&pair.get(0))?, ciphertext_blob: blob.to_vec() })
    });
    let keys = keys.collect::<Result<Vec<_>, JsValue>>()?;
    let layout = if stream { Layout::Stream } else { Layout::Der };
    Fields::new(algorithm, keys, context(encryption_context)?)
        .and_then(|fields| seal(&plaintext, &key, fields, layout, &mut SysRng))
        .map_err(|error| to_js(&error))
}

fn parse(message: &[u8], max_encrypted_data_keys: usize) -> Result<Message<'_>, JsValue> {
    Message::parse(message, Limits { max_encrypted_data_keys }).map_err(|error| to_js(&error))
}

fn context(pairs: &Array) -> Result<EncryptionContext, JsValue> {
    let pairs = pairs.iter().map(|pair| {
        let pair: Array = pair.dyn_into().map_err(|_| not_pairs())?;
        Ok((text(&pair.get(0))?, text(&pair.get(1))?))
    });
    let pairs = pairs.collect::<Result<Vec<_>, JsValue>>()?;
    EncryptionContext::from_pairs(pairs).map_err(|error| to_js(&error))
}

/// A string that UTF-8 can hold: a lone surrogate would silently become another character, and two
/// contexts could then be one.
fn text(value: &JsValue) -> Result<String, JsValue> {
    let text: &JsString = value.dyn_ref().ok_or_else(not_pairs)?;
    if !text.is_valid_utf16() {
        let reason = "the encryption context has a lone surrogate, which UTF-8 cannot hold";
        return Err(to_js(&Error::InvalidContext { reason }));
    }
    Ok(text.into())
}

fn not_pairs() -> JsValue {
    to_js(&Error::InvalidArgument { reason: "pairs are arrays of two" })
}

fn to_js(error: &Error) -> JsValue {
    thrown(error.code(), &error.to_string())
}

fn set(target: &JsValue, name: &str, value: &JsValue) {
    // What was made a moment ago is extensible; setting cannot fail.
    let _ = Reflect::set(target, &JsString::from(name), value);
}
