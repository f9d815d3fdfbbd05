// SPDX-License-Identifier: Apache-2.0
//! Checks and explanations in a JavaScript engine: Node, or with `WASM_BINDGEN_USE_BROWSER=1` a browser.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use edgekms_wasm_api::{answer, policy, request};
use js_sys::{Array, JSON, Object, Reflect, Uint8Array};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;

fn json(text: &str) -> JsValue {
    JSON::parse(text).unwrap()
}

fn text(value: &JsValue, name: &str) -> String {
    Reflect::get(value, &name.into()).unwrap().as_string().unwrap()
}

#[wasm_bindgen_test]
fn a_wrong_request_is_refused_in_the_server_s_words() {
    let days = |days: f64| {
        let fields = json(r#"{"KeyId":"k"}"#);
        Reflect::set(&fields, &"PendingWindowInDays".into(), &days.into()).unwrap();
        fields
    };
    for (dialect, number, other) in [
        ("aliyun", "InvalidParameter", "InvalidParameter"),
        ("aws", "ValidationException", "SerializationException"),
    ] {
        request(dialect, "ScheduleKeyDeletion", days(7.0)).unwrap();
        for (wrong, code) in
            [(4000.0, number), (-7.0, number), (1e20, number), (7.5, other), (f64::NAN, other)]
        {
            let error = request(dialect, "ScheduleKeyDeletion", days(wrong)).unwrap_err();
            assert_eq!(text(&error, "code"), code, "{wrong}");
            assert!(text(&error, "message").contains("\"PendingWindowInDays\""));
        }
    }
}

#[wasm_bindgen_test]
fn what_json_cannot_say_is_no_request_and_is_not_repeated() {
    let bytes = Object::new();
    Reflect::set(&bytes, &"KeyId".into(), &Uint8Array::from(&[83, 51][..])).unwrap();
    let mut deep = json(r#""s3cret""#);
    for _ in 0..100_000 {
        deep = Array::of1(&deep).into();
    }
    let nested = Object::new();
    Reflect::set(&nested, &"KeyId".into(), &deep).unwrap();
    for given in [JsValue::NULL, "s3cret".into(), json("[1]"), bytes.into(), nested.into()] {
        let error = request("aliyun", "DescribeKey", given).unwrap_err();
        assert_eq!(text(&error, "code"), "InvalidArgument");
        assert_eq!(text(&error, "message"), "a request must be an object that JSON can say");
    }
    let error = request("azure", "DescribeKey", json("{}")).unwrap_err();
    assert_eq!(text(&error, "message"), "dialect must be aliyun or aws");
}

#[wasm_bindgen_test]
fn an_answer_without_what_it_needs_is_none() {
    answer("aws", "GenerateRandom", json(r#"{"Plaintext":"AAAA","Later":[null]}"#)).unwrap();
    let error = answer("aws", "GenerateRandom", json(r#"{"CiphertextForRecipient":""}"#));
    let error = error.unwrap_err();
    assert_eq!(text(&error, "code"), "InvalidAnswer");
    assert_eq!(text(&error, "message"), "the answer of GenerateRandom has no Plaintext");
}

#[wasm_bindgen_test]
fn a_policy_is_explained() {
    let document =
        r#"{"Version":"1","Statement":{"Effect":"Allow","Action":"kms:Decrypt","Resource":"*"}}"#;
    let given = json(r#"{"policyKind":"identity","policyName":"mine"}"#);
    Reflect::set(&given, &"document".into(), &document.into()).unwrap();
    let asked = json(
        r#"{"principal":"acs:ram::1111111111111111:user/alice","permission":"kms:Decrypt",
            "resource":"acs:kms:cn-hangzhou:1111111111111111:key/k1","currentTime":"2026-11-22T12:00:00Z"}"#,
    );
    let reply = policy(vec![given], asked.clone()).unwrap();
    assert_eq!(text(&reply, "Decision"), "Allow");
    let error = policy(vec![JsValue::UNDEFINED], asked).unwrap_err();
    assert_eq!(text(&error, "message"), "policies[0] must be an object that JSON can say");
}
