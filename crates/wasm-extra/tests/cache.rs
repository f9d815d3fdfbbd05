// SPDX-License-Identifier: Apache-2.0
//! The data-key cache as JavaScript sees it.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use edgekms_wasm_extra::{DataKeyCache, Signer, Verifier};
use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

const SUITE: u16 = 0x0478;
const SIGNING_SUITE: u16 = 0x0578;

fn get(object: &JsValue, name: &str) -> JsValue {
    Reflect::get(object, &name.into()).unwrap()
}

fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        Reflect::set(&object, &(*name).into(), value).unwrap();
    }
    object.into()
}

fn bytes(bytes: &[u8]) -> JsValue {
    Uint8Array::from(bytes).into()
}

fn context(album: &str) -> JsValue {
    Array::of1(&Array::of2(&"album".into(), &album.into())).into()
}

fn keys() -> JsValue {
    let key = [
        ("providerId", "aliyun-kms".into()),
        ("providerInfo", bytes(b"acs:kms:r:1:key/k")),
        ("ciphertext", bytes(b"blob")),
    ];
    Array::of1(&object(&key)).into()
}

fn key() -> JsValue {
    object(&[("dataKey", bytes(&[7; 32])), ("encryptedDataKeys", keys())])
}

fn cache() -> DataKeyCache {
    DataKeyCache::new(1000.0, 10.0, 1000.0, 10, None).unwrap()
}

fn seal(cache: &mut DataKeyCache, suite: u16, album: &str, now: f64) -> JsValue {
    cache.begin_seal(suite, context(album).unchecked_ref(), 10.0, now).unwrap().into()
}

#[wasm_bindgen_test]
fn what_was_fetched_comes_back_whole_and_for_its_context_alone() {
    let mut cache = cache();
    let ticket = get(&seal(&mut cache, SUITE, "42", 0.0), "fetch").as_f64().unwrap();
    assert_eq!(get(&seal(&mut cache, SUITE, "42", 0.0), "join").as_f64(), Some(ticket));
    cache.complete(ticket, key().unchecked_ref(), JsValue::UNDEFINED, 1.0);
    let hit = get(&seal(&mut cache, SUITE, "42", 2.0), "hit");
    assert_eq!(Uint8Array::new(&get(&hit, "dataKey")).to_vec(), [7; 32]);
    let wrapped = Array::from(&get(&hit, "encryptedDataKeys")).get(0);
    assert_eq!(get(&wrapped, "providerId").as_string().unwrap(), "aliyun-kms");
    assert_eq!(Uint8Array::new(&get(&wrapped, "ciphertext")).to_vec(), b"blob");
    assert!(get(&seal(&mut cache, SUITE, "43", 2.0), "hit").is_undefined());
    let opened =
        cache.begin_open(SUITE, context("42").unchecked_ref(), keys().unchecked_ref(), 2.0);
    assert!(get(&opened.unwrap(), "hit").is_undefined(), "what seals is not what opens");
    assert_eq!(get(&cache.counters(), "messages").as_f64(), Some(2.0));
    assert!(cache.sweep(999.0) && !cache.sweep(1000.0));
}

#[wasm_bindgen_test]
fn each_message_of_a_signing_suite_gets_what_was_kept_to_sign_with() {
    let mut cache = cache();
    let ticket = get(&seal(&mut cache, SIGNING_SUITE, "42", 0.0), "fetch").as_f64().unwrap();
    let kept = object(&[]);
    cache.complete(ticket, key().unchecked_ref(), kept.clone(), 0.0);
    for _ in 0..2 {
        let signer = get(&seal(&mut cache, SIGNING_SUITE, "42", 0.0), "signer");
        assert!(Object::is(&signer, &kept));
    }
    assert!(get(&seal(&mut cache, SIGNING_SUITE, "43", 0.0), "signer").is_undefined());
    assert!(get(&seal(&mut cache, SUITE, "42", 0.0), "signer").is_undefined());
}

#[wasm_bindgen_test]
fn a_signer_made_again_signs_another_message_with_the_one_key() {
    let mut first = Signer::new().unwrap();
    let public_key = first.verification_key().unwrap();
    first.update(b"the first message").unwrap();
    let mut second = first.again().unwrap();
    second.update(b"the second").unwrap();
    for (mut signer, message) in [(first, &b"the first message"[..]), (second, b"the second")] {
        let mut verifier = Verifier::new("P-384", &public_key).unwrap();
        verifier.update(message).unwrap();
        verifier.verify(&signer.finish().unwrap()).unwrap();
        assert!(signer.again().is_err(), "a finished one");
    }
}

#[wasm_bindgen_test]
fn a_limit_of_nothing_is_refused() {
    for (age, messages, bytes, capacity) in
        [(0.0, 1.0, 1.0, 1), (1.0, 0.9, 1.0, 1), (1.0, 1.0, f64::NAN, 1), (1.0, 1.0, 1.0, 0)]
    {
        assert!(DataKeyCache::new(age, messages, bytes, capacity, None).is_err());
    }
}
