// SPDX-License-Identifier: Apache-2.0
//! ReEncrypt in both dialects: from one key or context to another, with two keys at one moment.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

use super::{
    asymmetric::{Pair, Patient, encoded, flipped},
    aws::arn,
    *,
};

const FROM: (&str, &str) = ("EncryptionContext", r#"{"from":"1"}"#);
const TO: (&str, &str) = ("EncryptionContext", r#"{"to":"2"}"#);
const SOURCE: (&str, &str) = ("SourceEncryptionContext", r#"{"from":"1"}"#);
const DESTINATION: (&str, &str) = ("DestinationEncryptionContext", r#"{"to":"2"}"#);

/// Two keys, and a blob of the first with a context.
struct Two {
    one: String,
    other: String,
    sealed: String,
    version: String,
}

impl Service {
    fn two_keys(&self) -> Two {
        let (one, other) = (self.new_key(), self.new_key());
        let sealed = self.call("Encrypt", &[("KeyId", &one), ("Plaintext", "aGVsbG8="), FROM]);
        let version = sealed["KeyVersionId"].as_str().unwrap().to_owned();
        Two { sealed: blob(&sealed).to_owned(), one, other, version }
    }
}

impl Two {
    fn params<'a>(&'a self, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let mut params =
            vec![("CiphertextBlob", &*self.sealed), ("DestinationKeyId", &*self.other)];
        params.extend_from_slice(more);
        params
    }

    fn body(&self) -> Value {
        json!({
            "CiphertextBlob": self.sealed,
            "DestinationKeyId": self.other,
            "SourceEncryptionContext": { "from": "1" },
            "DestinationEncryptionContext": { "to": "2" },
        })
    }
}

#[test]
fn what_one_key_has_sealed_another_opens_with_its_own_context() {
    let service = Service::new();
    let two = service.two_keys();
    service.call("CreateAlias", &[("KeyId", &two.other), ("AliasName", "alias/other")]);
    let acs = format!("acs:kms:cn-hangzhou:1234567890123456:key/{}", two.other);
    for destination in [&*two.other, "alias/other", &acs] {
        let params = [
            ("CiphertextBlob", &*two.sealed),
            ("DestinationKeyId", destination),
            SOURCE,
            DESTINATION,
        ];
        let moved = service.call("ReEncrypt", &params);
        let fields: Vec<_> = moved.as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(fields, ["CiphertextBlob", "KeyId", "KeyVersionId", "RequestId"]);
        assert_eq!(
            (&moved["KeyId"], &moved["KeyVersionId"]),
            (&json!(two.one), &json!(two.version))
        );
        let opened = service.call("Decrypt", &[("CiphertextBlob", blob(&moved)), TO]);
        assert_eq!(
            (&opened["KeyId"], &opened["Plaintext"]),
            (&json!(two.other), &json!("aGVsbG8="))
        );
        for wrong in [&[][..], &[FROM]] {
            let params = [&[("CiphertextBlob", blob(&moved))], wrong].concat();
            assert_eq!(service.refused("Decrypt", &params), "InvalidParameter");
        }
    }
    // The key that made it may be named, and the key may be the same.
    let named = two.params(&[("SourceKeyId", &two.one), SOURCE]);
    service.call("ReEncrypt", &named);
    let same = [("CiphertextBlob", &*two.sealed), ("DestinationKeyId", &*two.one), SOURCE];
    let moved = service.call("ReEncrypt", &same);
    assert_ne!(blob(&moved), two.sealed);
    service.call("Decrypt", &[("CiphertextBlob", blob(&moved))]);
}

#[test]
fn aws_s_answer_names_both_keys_and_both_algorithms() {
    let service = Service::new();
    let two = service.two_keys();
    let moved = service.aws_call("ReEncrypt", &two.body());
    assert_eq!(moved["SourceKeyId"], arn(&format!("key/{}", two.one)));
    assert_eq!(moved["KeyId"], arn(&format!("key/{}", two.other)));
    for field in ["SourceEncryptionAlgorithm", "DestinationEncryptionAlgorithm"] {
        assert_eq!(moved[field], "SYMMETRIC_DEFAULT");
    }
    let opened = json!({ "CiphertextBlob": blob(&moved), "EncryptionContext": { "to": "2" } });
    assert_eq!(service.aws_call("Decrypt", &opened)["Plaintext"], "aGVsbG8=");

    let mut body = two.body();
    body["SourceKeyId"] = arn(&format!("key/{}", two.one)).into();
    service.aws_call("ReEncrypt", &body);
    for (source, name) in
        [(&*two.other, "IncorrectKeyException"), ("no-such-key", "NotFoundException")]
    {
        body["SourceKeyId"] = source.into();
        assert_eq!(service.aws_refused("ReEncrypt", &body), name);
    }
}

#[test]
fn whatever_does_not_open_gets_the_answer_that_decrypt_gives() {
    let service = Service::new();
    let two = service.two_keys();
    let answer = |action: &str, params: &[(&str, &str)]| {
        let (status, answer) = service.signed(action, params, &service.nonce());
        (status, answer["Code"].clone(), answer["Message"].clone())
    };
    let refused = answer("Decrypt", &[("CiphertextBlob", &two.sealed)]);
    assert_eq!((refused.0, &refused.1), (400, &json!("InvalidParameter")));
    let (flipped, unknown) =
        (flipped(&two.sealed), encoded([b"x".repeat(36), vec![0; 60]].concat()));
    let signs = service.new_pair("EC_P256", "SIGN/VERIFY");
    let forged = encoded([signs.version.as_bytes(), &[0; 60]].concat());
    for (sealed, context) in [
        (&*two.sealed, None),
        (&two.sealed, Some("{\"to\":\"2\"}")),
        (&flipped, Some(SOURCE.1)),
        (&unknown, Some(SOURCE.1)),
        (&forged, None),
        ("AAAA", None),
    ] {
        let mut params = vec![("CiphertextBlob", sealed), ("DestinationKeyId", &*two.other)];
        // Contexts that are swapped are wrong contexts.
        params.push(("DestinationEncryptionContext", SOURCE.1));
        params.extend(context.map(|context| ("SourceEncryptionContext", context)));
        assert_eq!(answer("ReEncrypt", &params), refused, "{sealed} {context:?}");
    }
    let mut body = two.body();
    body["SourceEncryptionContext"] = json!({ "to": "2" });
    assert_eq!(service.aws_refused("ReEncrypt", &body), "InvalidCiphertextException");
}

#[test]
fn keys_of_two_stores_work_together() {
    let service = Service::new();
    let two = service.two_keys();
    let made = service.call("CreateKey", &[("ProtectionLevel", "HSM")]);
    let held = made["KeyMetadata"]["KeyId"].as_str().unwrap();
    let params = [("CiphertextBlob", &*two.sealed), ("DestinationKeyId", held), SOURCE];
    let there = service.call("ReEncrypt", &params);
    let params = [("CiphertextBlob", blob(&there)), ("DestinationKeyId", &*two.other)];
    let back = service.call("ReEncrypt", &params);
    assert_eq!(back["KeyId"], held);
    let opened = service.call("Decrypt", &[("CiphertextBlob", blob(&back))]);
    assert_eq!(opened["Plaintext"], "aGVsbG8=");
    service.world.hardware.mood.set(crate::testing::hardware::Mood::Mute);
    assert_eq!(service.refused("ReEncrypt", &params), "ServiceUnavailableTemporary");
}

#[test]
fn both_keys_must_exist_and_be_fit_for_it() {
    let service = Service::new();
    let two = service.two_keys();
    let signs = service.new_pair("EC_P256", "SIGN/VERIFY");
    let to = |destination: &str| {
        let params = [("CiphertextBlob", &*two.sealed), ("DestinationKeyId", destination), SOURCE];
        service.refused("ReEncrypt", &params)
    };
    assert_eq!(to("no-such-key"), "Forbidden.KeyNotFound");
    assert_eq!(to("alias/none"), "Forbidden.AliasNotFound");
    assert_eq!(to(&signs.key), "UnsupportedOperation", "a key to sign with");
    assert_eq!(to("acs:kms:cn-hangzhou:6543210987654321:key/k"), "Forbidden.NoPermission");
    let from = |source: &str| {
        service.refused("ReEncrypt", &two.params(&[("SourceKeyId", source), SOURCE]))
    };
    assert_eq!(from("no-such-key"), "Forbidden.KeyNotFound");
    assert_eq!(from("acs:kms:cn-hangzhou:6543210987654321:key/k"), "Forbidden.NoPermission");
    assert_eq!(from(&two.other), "InvalidParameter", "not the key that made it");
    for (key, named) in [(&two.one, "the source"), (&two.other, "the destination")] {
        for (action, code, name) in [
            ("DisableKey", "Rejected.Disabled", "DisabledException"),
            ("ScheduleKeyDeletion", "Rejected.PendingDeletion", "KMSInvalidStateException"),
        ] {
            service.call(action, &[("KeyId", key), ("PendingWindowInDays", "7")]);
            let refused = service.refused("ReEncrypt", &two.params(&[SOURCE]));
            assert_eq!(refused, code, "{named}");
            assert_eq!(service.aws_refused("ReEncrypt", &two.body()), name, "{named}");
        }
        service.call("CancelKeyDeletion", &[("KeyId", key)]);
        service.call("ReEncrypt", &two.params(&[SOURCE]));
    }
}

/// The parameters that name what is under a public key.
fn under<'a>(pair: &'a Pair, algorithm: &'a str, sealed: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("CiphertextBlob", sealed),
        ("SourceKeyId", &*pair.key),
        ("SourceKeyVersionId", &*pair.version),
        ("SourceEncryptionAlgorithm", algorithm),
    ]
}

#[test]
fn what_is_under_a_public_key_becomes_a_blob() {
    let service = Service::new();
    let (key, pair) = (service.new_key(), service.new_pair("RSA_2048", "ENCRYPT/DECRYPT"));
    for algorithm in ["RSAES_OAEP_SHA_256", "RSAES_OAEP_SHA_1"] {
        let more = [("Algorithm", algorithm), ("Plaintext", "aGVsbG8=")];
        let sealed = service.call("AsymmetricEncrypt", &pair.params(&more));
        let sealed = blob(&sealed);
        let to = [("DestinationKeyId", &*key), DESTINATION];
        let params = [under(&pair, algorithm, sealed), to.to_vec()].concat();
        let moved = service.call("ReEncrypt", &params);
        assert_eq!(
            (&moved["KeyId"], &moved["KeyVersionId"]),
            (&json!(pair.key), &json!(pair.version))
        );
        let opened = service.call("Decrypt", &[("CiphertextBlob", blob(&moved)), TO]);
        assert_eq!(opened["Plaintext"], "aGVsbG8=");
        let body = json!({ "CiphertextBlob": sealed, "SourceKeyId": pair.key,
            "SourceEncryptionAlgorithm": algorithm, "DestinationKeyId": key });
        let moved = service.aws_call("ReEncrypt", &body);
        assert_eq!(moved["SourceEncryptionAlgorithm"], algorithm);
        service.call("Decrypt", &[("CiphertextBlob", blob(&moved))]);

        // What does not open has the answer of AsymmetricDecrypt.
        let flipped = flipped(sealed);
        let more = [("Algorithm", algorithm), ("CiphertextBlob", &*flipped)];
        let one = service.signed("AsymmetricDecrypt", &pair.params(&more), &service.nonce());
        let params = [under(&pair, algorithm, &flipped), to.to_vec()].concat();
        let other = service.signed("ReEncrypt", &params, &service.nonce());
        assert_eq!((one.0, &one.1["Message"]), (other.0, &other.1["Message"]));
    }
    let to = [("DestinationKeyId", &*key)];
    let signs = service.new_pair("EC_P256", "SIGN/VERIFY");
    let mixed = Pair { key: pair.key.clone(), version: signs.version.clone() };
    for (from, code) in [(&signs, "UnsupportedOperation"), (&mixed, "Forbidden.KeyVersionNotFound")]
    {
        let params = [under(from, "RSAES_OAEP_SHA_1", "AAAA"), to.to_vec()].concat();
        assert_eq!(service.refused("ReEncrypt", &params), code);
    }
}

#[test]
fn with_aws_a_public_key_may_be_the_destination() {
    let service = Service::new();
    let (two, pair) = (service.two_keys(), service.new_pair("RSA_2048", "ENCRYPT/DECRYPT"));
    let mut body = two.body();
    body["DestinationKeyId"] = pair.key.clone().into();
    assert_eq!(service.aws_refused("ReEncrypt", &body), "InvalidKeyUsageException");
    body["DestinationEncryptionAlgorithm"] = "RSAES_OAEP_SHA_256".into();
    assert_eq!(service.aws_refused("ReEncrypt", &body), "ValidationException", "a context");
    body.as_object_mut().unwrap().remove("DestinationEncryptionContext");
    let moved = service.aws_call("ReEncrypt", &body);
    assert_eq!(moved["DestinationEncryptionAlgorithm"], "RSAES_OAEP_SHA_256");
    assert_eq!(STANDARD.decode(blob(&moved)).unwrap().len(), 256);
    let more = [("Algorithm", "RSAES_OAEP_SHA_256"), ("CiphertextBlob", blob(&moved))];
    let opened = service.call("AsymmetricDecrypt", &pair.params(&more));
    assert_eq!(opened["Plaintext"], "aGVsbG8=");
    // More than such a key takes.
    let long = encoded(vec![1; 191]);
    let sealed = service.call("Encrypt", &[("KeyId", &two.one), ("Plaintext", &long), FROM]);
    body["CiphertextBlob"] = blob(&sealed).into();
    let refused = service.aws("ReEncrypt", &body);
    assert_eq!(refused.error.as_deref(), Some("ValidationException"));
    assert!(refused.message().contains("at most 190 bytes"), "{}", refused.message());
}

#[test]
fn two_keys_that_are_nowhere_near_cost_a_load_each_and_two_at_hand_cost_none() {
    let mut service = Service::new();
    let two = service.two_keys();
    service.work();
    service.new_isolate();
    let params = two.params(&[SOURCE]);
    service.call("ReEncrypt", &params);
    let world = &service.world;
    let asked = || (world.kv.loads.get(), world.messages.borrow().len());
    let before = asked();
    let headers_and_target =
        service.sign(&credentials(), "localhost", "ReEncrypt", &params, &service.nonce(), 0);
    let (target, headers) = headers_and_target;
    let headers = borrowed(&headers);
    let request = RawRequest { method: "POST", target: &target, headers: &headers, body: b"" };
    let ports = service.ports();
    let mut answer = std::pin::pin!(service.server.answer(request, &ports));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(answer.as_mut().poll(&mut context).is_ready(), "without a promise");
    assert_eq!(asked(), before);
}

#[test]
fn what_had_to_be_waited_for_is_told_only_if_both_keys_may_still_be_used() {
    let service = Service::new();
    let (key, pair) = (service.new_key(), service.new_pair("RSA_2048", "ENCRYPT/DECRYPT"));
    let algorithm = "RSAES_OAEP_SHA_256";
    let more = [("Algorithm", algorithm), ("Plaintext", "aGVsbG8=")];
    let sealed = service.call("AsymmetricEncrypt", &pair.params(&more));
    let params =
        [under(&pair, algorithm, blob(&sealed)), vec![("DestinationKeyId", &*key)]].concat();
    for (disabled, expected) in [
        (None, None),
        (Some(&pair.key), Some("Rejected.Disabled")),
        (Some(&key), Some("Rejected.Disabled")),
    ] {
        service.world.rsa.slow.set(true);
        let nonce = service.nonce();
        let (target, headers) =
            service.sign(&credentials(), "localhost", "ReEncrypt", &params, &nonce, 0);
        let headers = borrowed(&headers);
        let request = RawRequest { method: "POST", target: &target, headers: &headers, body: b"" };
        let ports = Ports { timers: &Patient, ..service.ports() };
        let mut waiting = std::pin::pin!(service.server.answer(request, &ports));
        let mut context = std::task::Context::from_waker(std::task::Waker::noop());
        assert!(waiting.as_mut().poll(&mut context).is_pending());
        if let Some(key) = disabled {
            service.call("DisableKey", &[("KeyId", key)]);
        }
        service.world.rsa.slow.set(false);
        let std::task::Poll::Ready(served) = waiting.as_mut().poll(&mut context) else { panic!() };
        let body: Value = serde_json::from_str(&served.response.body).unwrap();
        assert_eq!(body["Code"].as_str(), expected);
        if let Some(key) = disabled {
            service.call("EnableKey", &[("KeyId", key)]);
        }
    }
}

#[test]
fn the_event_names_both_keys() {
    let service = Service::new();
    let two = service.two_keys();
    let last = || -> Value {
        serde_json::from_str(service.world.audit.lines.borrow().last().unwrap()).unwrap()
    };
    service.call("ReEncrypt", &two.params(&[SOURCE]));
    let done = last();
    assert_eq!(done["eventName"], "ReEncrypt");
    assert_eq!((&done["keyId"], &done["sourceKeyId"]), (&json!(two.other), &json!(two.one)));
    assert_eq!(done["requestParameters"], json!({ "DestinationKeyId": two.other }));
    // A refusal, the keys that were named.
    let params = two.params(&[("SourceKeyId", "no-such-key")]);
    service.refused("ReEncrypt", &params);
    let refused = last();
    assert_eq!(refused["keyId"], *two.other);
    assert_eq!(refused["sourceKeyId"], "no-such-key");
    assert_eq!(refused["errorCode"], "Forbidden.KeyNotFound");
}
