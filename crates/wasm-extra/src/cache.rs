// SPDX-License-Identifier: Apache-2.0
//! The cache of data keys, as JavaScript waits for it: `begin...` gives what is there, or the number of a fetch
//! to make or to wait for.

use std::num::{NonZeroU64, NonZeroUsize};

use edgekms_core::{
    Reason,
    context::EncryptionContext,
    error::Error,
    format::encrypted_data_key::EncryptedDataKey,
    key::DataKey,
    materials::cache::{EntryId, Limits, MaterialsCache, Step, Ticket, Work, is_cached},
    suite::Suite,
};
use js_sys::{Array, JsString, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::to_js;

#[wasm_bindgen(typescript_custom_section)]
const TYPES: &str = r#"
export interface CachedKey {
  dataKey: Uint8Array;
  encryptedDataKeys: { providerId: string; providerInfo: Uint8Array; ciphertext: Uint8Array }[];
}
export interface CacheStep {
  hit?: CachedKey;
  fetch?: number;
  refresh?: number;
  join?: number;
  signer?: unknown;
}
export interface CacheCounters {
  hits: number;
  misses: number;
  joins: number;
  fetches: number;
  evictions: number;
  messages: number;
  bytes: number;
}
"#;

#[wasm_bindgen]
extern "C" {
    /// `CachedKey`
    #[wasm_bindgen(typescript_type = "CachedKey")]
    pub type JsCachedKey;
    /// `CacheStep`
    #[wasm_bindgen(typescript_type = "CacheStep")]
    pub type JsCacheStep;
    /// `CacheCounters`
    #[wasm_bindgen(typescript_type = "CacheCounters")]
    pub type JsCacheCounters;
    /// `[string, string][]`
    #[wasm_bindgen(typescript_type = "[string, string][]")]
    pub type JsPairs;
    /// `CachedKey["encryptedDataKeys"]`
    #[wasm_bindgen(typescript_type = "CachedKey[\"encryptedDataKeys\"]")]
    pub type JsKeys;
}

/// What is cached: the data key, and when it seals, its wrapped forms.
struct CachedKey {
    data_key: DataKey,
    encrypted_data_keys: Vec<EncryptedDataKey>,
    /// Of a signing suite, else undefined: what signs its messages, which is the host's if that can. Its public key
    /// is in the context that the data key was wrapped with.
    signer: JsValue,
}

/// The data keys of one envelope. Time is `Date.now()`.
#[wasm_bindgen]
pub struct DataKeyCache(MaterialsCache<CachedKey>);

#[wasm_bindgen]
impl DataKeyCache {
    /// An empty one. Without patience a fetch is waited for until it ends.
    ///
    /// # Errors
    /// `InvalidArgument` if a limit is less than 1.
    #[wasm_bindgen(constructor)]
    pub fn new(
        max_age_millis: f64,
        max_messages: f64,
        max_bytes: f64,
        capacity: u32,
        patience_millis: Option<f64>,
    ) -> Result<Self, JsValue> {
        let limit = |number: f64| NonZeroU64::new(whole(number)).ok_or_else(no_limit);
        let capacity = usize::try_from(capacity).ok().and_then(NonZeroUsize::new);
        Ok(Self(MaterialsCache::new(Limits {
            max_age_ms: limit(max_age_millis)?,
            max_messages: limit(max_messages)?,
            max_bytes: limit(max_bytes)?,
            capacity: capacity.ok_or_else(no_limit)?,
            patience_ms: patience_millis.map(whole).and_then(NonZeroU64::new),
        })))
    }

    /// What a message of `length` bytes is to do that is to be sealed. Nothing of all, if it must do without
    /// the cache. `context` is the caller's own. With a hit of a signing suite comes what was kept to sign with.
    ///
    /// # Errors
    /// `UnsupportedSuite`, `InvalidContext`.
    #[wasm_bindgen(js_name = beginSeal)]
    pub fn begin_seal(
        &mut self,
        suite: u16,
        context: &JsPairs,
        length: f64,
        now: f64,
    ) -> Result<JsCacheStep, JsValue> {
        let suite = Suite::from_id(suite).map_err(|error| to_js(&error))?;
        let context =
            EncryptionContext::from_pairs(pairs(context)).map_err(|error| to_js(&error))?;
        let id = EntryId::to_seal("", suite, &context);
        Ok(self.begin(suite, &id, Work::Seal { bytes: whole(length) }, now))
    }

    /// What a message is to do that is to be opened.
    ///
    /// # Errors
    /// `UnsupportedSuite`, `InvalidContext`, `InvalidArgument`.
    #[wasm_bindgen(js_name = beginOpen)]
    pub fn begin_open(
        &mut self,
        suite: u16,
        context: &JsPairs,
        encrypted_data_keys: &JsKeys,
        now: f64,
    ) -> Result<JsCacheStep, JsValue> {
        let suite = Suite::from_id(suite).map_err(|error| to_js(&error))?;
        let keys = keys(encrypted_data_keys);
        let context =
            EncryptionContext::from_any_pairs(pairs(context)).map_err(|error| to_js(&error))?;
        let id = EntryId::to_open("", suite, &keys, &context);
        let id = id.map_err(|error| to_js(&error))?;
        Ok(self.begin(suite, &id, Work::Open, now))
    }

    /// Keeps what a fetch brought, and for a signing suite what signs its messages. The caller wipes its own copy of
    /// the data key.
    pub fn complete(&mut self, ticket: f64, key: &JsCachedKey, signer: JsValue, now: f64) {
        self.0.complete(Ticket(whole(ticket)), CachedKey { signer, ..read_key(key) }, whole(now));
    }

    /// Forgets a fetch that failed.
    pub fn fail(&mut self, ticket: f64, now: f64) {
        self.0.fail(Ticket(whole(ticket)), whole(now));
    }

    /// Wipes what is too old; whether anything is left.
    pub fn sweep(&mut self, now: f64) -> bool {
        self.0.sweep(whole(now));
        !self.0.is_empty()
    }

    /// Wipes everything.
    pub fn clear(&mut self) {
        self.0.clear();
    }

    /// What has happened.
    #[must_use]
    pub fn counters(&self) -> JsCacheCounters {
        let counters = self.0.counters();
        object(&[
            ("hits", number(counters.hits)),
            ("misses", number(counters.misses)),
            ("joins", number(counters.joins)),
            ("fetches", number(counters.fetches)),
            ("evictions", number(counters.evictions)),
            ("messages", number(counters.messages)),
            ("bytes", number(counters.bytes)),
        ])
        .unchecked_into()
    }

    fn begin(&mut self, suite: &Suite, id: &EntryId, work: Work, now: f64) -> JsCacheStep {
        if !is_cached(suite) {
            return object(&[]).unchecked_into();
        }
        let step = match self.0.begin(id, work, whole(now)) {
            Step::Hit { materials, refresh } => object(&[
                ("hit", to_js_key(materials)),
                ("refresh", refresh.map(|Ticket(ticket)| number(ticket)).into()),
                ("signer", materials.signer.clone()),
            ]),
            Step::Fetch(Ticket(ticket)) => object(&[("fetch", number(ticket))]),
            Step::Join(Ticket(ticket)) => object(&[("join", number(ticket))]),
            Step::Alone => object(&[]),
        };
        step.unchecked_into()
    }
}

fn no_limit() -> JsValue {
    to_js(&Error::InvalidArgument { reason: Reason::CacheLimit })
}

/// A number that JavaScript means to be whole and not negative.
#[allow(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "the cast saturates, which is what is wanted"
)]
fn whole(number: f64) -> u64 {
    number as u64
}

/// Exact up to 2^53, which nothing here comes near.
#[allow(clippy::cast_precision_loss, reason = "see above")]
fn number(whole: u64) -> JsValue {
    JsValue::from_f64(whole as f64)
}

fn pairs(value: &JsValue) -> Vec<(String, String)> {
    let pair = |pair: JsValue| {
        let pair = Array::from(&pair);
        (text(&pair.get(0)), text(&pair.get(1)))
    };
    Array::from(value).iter().map(pair).collect()
}

fn keys(value: &JsValue) -> Vec<EncryptedDataKey> {
    let key = |key: JsValue| {
        let info = bytes(&field(&key, "providerInfo"));
        EncryptedDataKey::new(
            text(&field(&key, "providerId")),
            info,
            bytes(&field(&key, "ciphertext")),
        )
    };
    Array::from(value).iter().map(key).collect()
}

fn read_key(key: &JsValue) -> CachedKey {
    // Copied straight into what is wiped.
    let data_key = DataKey::from_box(bytes(&field(key, "dataKey")).into_boxed_slice());
    let encrypted_data_keys = keys(&field(key, "encryptedDataKeys"));
    CachedKey { data_key, encrypted_data_keys, signer: JsValue::UNDEFINED }
}

fn to_js_key(key: &CachedKey) -> JsValue {
    let keys: Array = key
        .encrypted_data_keys
        .iter()
        .map(|key| {
            object(&[
                ("providerId", key.provider_id.as_str().into()),
                ("providerInfo", Uint8Array::from(key.provider_info.as_slice()).into()),
                ("ciphertext", Uint8Array::from(key.ciphertext.as_slice()).into()),
            ])
        })
        .collect();
    let data_key = Uint8Array::from(key.data_key.expose_secret());
    object(&[("dataKey", data_key.into()), ("encryptedDataKeys", keys.into())]).into()
}

fn text(value: &JsValue) -> String {
    value.as_string().unwrap_or_default()
}

fn bytes(value: &JsValue) -> Vec<u8> {
    Uint8Array::new(value).to_vec()
}

fn field(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &JsString::from(name)).unwrap_or_default()
}

fn object(fields: &[(&str, JsValue)]) -> Object {
    let object = Object::new();
    for (name, value) in fields {
        // A fresh object is extensible; setting cannot fail.
        let _ = Reflect::set(&object, &JsString::from(*name), value);
    }
    object
}
