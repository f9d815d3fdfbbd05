// SPDX-License-Identifier: Apache-2.0
//! Messages of the Alibaba Encryption SDK in a JavaScript engine: what crosses, and what an error is there.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by panicking")]

use edgekms_wasm_extra::aliyun_message::{check, open, read, seal_message};
use js_sys::{Array, JsString, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;

const ALGORITHM: &str = "AES_GCM_NOPADDING_256";
const ARN: &str = "acs:kms:cn-hangzhou:1:key/k";

fn get(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &name.into()).unwrap()
}

fn code(error: &JsValue) -> String {
    get(error, "code").as_string().unwrap()
}

fn pairs(pairs: &[(&str, JsValue)]) -> Array {
    pairs.iter().map(|(name, value)| Array::of2(&(*name).into(), value)).collect()
}

fn sealed(stream: bool) -> Vec<u8> {
    let keys = pairs(&[(ARN, Uint8Array::from(&b"blob"[..]).into())]);
    let context = pairs(&[("album", "42".into())]);
    seal_message(b"text".as_slice().into(), ALGORITHM, [7; 32].into(), &keys, &context, stream)
        .unwrap()
}

#[wasm_bindgen_test]
fn a_message_says_what_was_sealed_and_is_opened() {
    for stream in [false, true] {
        let message = sealed(stream);
        let about = read(&message, 100).unwrap();
        assert_eq!(get(&about, "algorithm").as_string().unwrap(), ALGORITHM);
        assert_eq!(get(&about, "keyLength").as_f64().unwrap(), 32.0);
        assert_eq!(get(&about, "authenticated").as_bool().unwrap(), true);
        let first = |name: &str| -> Array {
            let all: Array = get(&about, name).unchecked_into();
            assert_eq!(all.length(), 1);
            all.get(0).unchecked_into()
        };
        assert_eq!(first("encryptionContext").get(0).as_string().unwrap(), "album");
        assert_eq!(first("encryptionContext").get(1).as_string().unwrap(), "42");
        assert_eq!(first("encryptedDataKeys").get(0).as_string().unwrap(), ARN);
        let blob: Uint8Array = first("encryptedDataKeys").get(1).unchecked_into();
        assert_eq!(blob.to_vec(), b"blob");
        assert_eq!(open(&message, 100, [7; 32].into(), false).unwrap().to_vec(), b"text");
    }
}

#[wasm_bindgen_test]
fn errors_carry_their_code() {
    let message = sealed(false);
    assert_eq!(
        code(&open(&message, 100, [8; 32].into(), false).unwrap_err()),
        "HeaderNotAuthentic"
    );
    assert_eq!(code(&open(&message, 100, [7; 16].into(), false).unwrap_err()), "InvalidArgument");
    assert_eq!(code(&read(&message, 0).unwrap_err()), "TooManyEncryptedDataKeys");
    assert_eq!(code(&read(&message[1..], 100).unwrap_err()), "MalformedHeader");
    assert_eq!(code(&check("AES", &Array::new()).unwrap_err()), "InvalidArgument");
    assert_eq!(code(&check(ALGORITHM, &pairs(&[("", "v".into())])).unwrap_err()), "InvalidContext");
}

#[wasm_bindgen_test]
fn half_of_a_surrogate_pair_is_refused() {
    let lone: JsValue = JsString::from_char_code(&[0xd800]).into();
    assert_eq!(code(&check(ALGORITHM, &pairs(&[("key", lone)])).unwrap_err()), "InvalidContext");
}

#[wasm_bindgen_test]
fn what_is_no_array_of_pairs_is_refused() {
    let texts = Array::of1(&"text".into());
    assert_eq!(code(&check(ALGORITHM, &texts).unwrap_err()), "InvalidArgument");
}
