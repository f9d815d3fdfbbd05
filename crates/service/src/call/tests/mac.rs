// SPDX-License-Identifier: Apache-2.0
//! HMAC keys in both dialects: what they make, what they verify, and what is refused.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

use super::*;

/// Spec, algorithm, bytes of a code.
const KINDS: [(&str, &str, usize); 5] = [
    ("HMAC_224", "HMAC_SHA_224", 28),
    ("HMAC_256", "HMAC_SHA_256", 32),
    ("HMAC_384", "HMAC_SHA_384", 48),
    ("HMAC_512", "HMAC_SHA_512", 64),
    ("HMAC_SM3", "HMAC_SM3", 32),
];
/// "what is authenticated"
const MESSAGE: &str = "d2hhdCBpcyBhdXRoZW50aWNhdGVk";

impl Service {
    fn new_mac_key(&self, spec: &str) -> String {
        let created = self.call("CreateKey", &[("KeySpec", spec)]);
        let metadata = &created["KeyMetadata"];
        assert_eq!(metadata["KeyUsage"], "GENERATE_VERIFY_MAC", "the spec's one usage");
        assert!(metadata["PrimaryKeyVersion"].is_string(), "callers name no version: {metadata}");
        metadata["KeyId"].as_str().unwrap().to_owned()
    }

    fn mac(&self, key: &str, algorithm: &str) -> String {
        let asked = [("KeyId", key), ("Algorithm", algorithm), ("Message", MESSAGE)];
        let made = self.call("GenerateMac", &asked);
        assert_eq!((&made["KeyId"], &made["Algorithm"]), (&json!(key), &json!(algorithm)));
        made["Mac"].as_str().unwrap().to_owned()
    }

    fn is_mac(&self, key: &str, algorithm: &str, message: &str, mac: &str) -> Value {
        let asked = [("KeyId", key), ("Algorithm", algorithm), ("Message", message), ("Mac", mac)];
        let told = self.call("VerifyMac", &asked);
        assert_eq!((&told["KeyId"], &told["Algorithm"]), (&json!(key), &json!(algorithm)));
        told["Value"].clone()
    }
}

#[test]
fn a_code_is_good_for_its_message_and_key_alone() {
    let mut service = Service::with(&[("UNAUDITED_KEY_SPECS", "Aliyun_SM4,HMAC_SM3")]);
    for (spec, algorithm, len) in KINDS {
        let (key, other) = (service.new_mac_key(spec), service.new_mac_key(spec));
        let mac = service.mac(&key, algorithm);
        assert_eq!(service.mac(&key, algorithm), mac, "{spec}: HMAC draws nothing");
        service.work();
        service.new_isolate();
        let bytes = STANDARD.decode(&mac).unwrap();
        assert_eq!(bytes.len(), len, "{spec}");
        assert_eq!(service.is_mac(&key, algorithm, MESSAGE, &mac), true, "{spec}");
        assert_eq!(service.is_mac(&key, algorithm, "aGk=", &mac), false, "{spec}");
        assert_eq!(service.is_mac(&other, algorithm, MESSAGE, &mac), false, "{spec}");
        let mut changed = bytes.clone();
        changed[len - 1] ^= 1;
        for wrong in
            [changed, bytes[..len - 1].to_vec(), [&bytes[..], &[0]].concat(), vec![0; 6_144]]
        {
            let wrong = STANDARD.encode(wrong);
            assert_eq!(service.is_mac(&key, algorithm, MESSAGE, &wrong), false, "{spec}");
        }
    }
}

#[test]
fn a_code_of_one_dialect_is_good_in_the_other() {
    let service = Service::with(&[("UNAUDITED_KEY_SPECS", "Aliyun_SM4,HMAC_SM3")]);
    for (spec, algorithm, len) in &KINDS[..4] {
        let body = json!({ "KeySpec": spec, "KeyUsage": "GENERATE_VERIFY_MAC" });
        let metadata = service.aws_call("CreateKey", &body)["KeyMetadata"].clone();
        assert_eq!(metadata["MacAlgorithms"], json!([algorithm]));
        assert_eq!(
            (&metadata["KeySpec"], &metadata["KeyUsage"]),
            (&body["KeySpec"], &body["KeyUsage"])
        );
        assert_eq!(
            (metadata.get("EncryptionAlgorithms"), metadata.get("SigningAlgorithms")),
            (None, None)
        );
        let (key, arn) = (metadata["KeyId"].as_str().unwrap(), &metadata["Arn"]);
        let body = json!({ "KeyId": key, "Message": MESSAGE, "MacAlgorithm": algorithm });
        let made = service.aws_call("GenerateMac", &body);
        assert_eq!((&made["KeyId"], &made["MacAlgorithm"]), (arn, &json!(algorithm)));
        let mac = made["Mac"].as_str().unwrap();
        assert_eq!(STANDARD.decode(mac).unwrap().len(), *len);
        assert_eq!(service.mac(key, algorithm), mac);
        assert_eq!(service.is_mac(key, algorithm, MESSAGE, mac), true);
        let verify = |message: &str, mac: &str| {
            let body =
                json!({ "KeyId": arn, "Message": message, "MacAlgorithm": algorithm, "Mac": mac });
            service.aws("VerifyMac", &body)
        };
        let good = verify(MESSAGE, mac);
        let told = json!({ "KeyId": arn, "MacValid": true, "MacAlgorithm": algorithm });
        assert_eq!((good.status, good.body), (200, told));
        for (message, mac) in [("aGk=", mac), (MESSAGE, "AAAA")] {
            let refused = verify(message, mac);
            assert_eq!(refused.error.as_deref(), Some("KMSInvalidMacException"));
        }
    }
    let sm3 = service.new_mac_key("HMAC_SM3");
    let told = service.aws_call("DescribeKey", &json!({ "KeyId": sm3 }));
    assert_eq!(told["KeyMetadata"]["MacAlgorithms"], json!(["HMAC_SM3"]));
    let body = json!({ "KeyId": sm3, "Message": MESSAGE, "MacAlgorithm": "HMAC_SM3" });
    assert_eq!(
        service.aws_refused("GenerateMac", &body),
        "ValidationException",
        "no word of AWS's"
    );
}

#[test]
fn a_message_has_1_to_4096_bytes() {
    let service = Service::with(&[("UNAUDITED_KEY_SPECS", "Aliyun_SM4,HMAC_SM3")]);
    let key = service.new_mac_key("HMAC_256");
    let outcome = |action: &str, len: usize| {
        let message = STANDARD.encode(vec![7; len]);
        let asked = [("KeyId", &*key), ("Algorithm", "HMAC_SHA_256"), ("Message", &message)];
        let asked =
            [&asked[..], &[("Mac", "AAAA")][usize::from(action == "GenerateMac")..]].concat();
        let (_, answer) = service.signed(action, &asked, &service.nonce());
        let body = json!({ "KeyId": key, "MacAlgorithm": "HMAC_SHA_256", "Message": message, "Mac": "AAAA" });
        (answer["Code"].as_str().map(str::to_owned), service.aws(action, &body).error)
    };
    let errors = |(alibaba, aws): (Option<String>, Option<String>)| {
        (alibaba.unwrap_or_default(), aws.unwrap_or_default())
    };
    let pair = |alibaba: &str, aws: &str| (alibaba.to_owned(), aws.to_owned());
    for len in [1, 4_096] {
        assert_eq!(errors(outcome("GenerateMac", len)), pair("", ""), "{len}");
        assert_eq!(errors(outcome("VerifyMac", len)), pair("", "KMSInvalidMacException"), "{len}");
    }
    for action in ["GenerateMac", "VerifyMac"] {
        for len in [4_097, 6_145] {
            let refused = pair("InvalidParameter", "ValidationException");
            assert_eq!(errors(outcome(action, len)), refused, "{action} {len}");
        }
        // An empty parameter is an absent one in Alibaba's dialect.
        let refused = pair("MissingParameter", "ValidationException");
        assert_eq!(errors(outcome(action, 0)), refused, "{action}: empty");
    }
}

#[test]
fn a_key_is_used_for_what_it_is_for_and_by_its_own_algorithm() {
    let service = Service::with(&[("UNAUDITED_KEY_SPECS", "Aliyun_SM4,HMAC_SM3")]);
    let (mac, aes) = (service.new_mac_key("HMAC_256"), service.new_key());
    let of = |key, algorithm| {
        [("KeyId", key), ("Algorithm", algorithm), ("Message", MESSAGE), ("Mac", "AAAA")]
    };
    for action in ["GenerateMac", "VerifyMac"] {
        let given = if action == "GenerateMac" { 3 } else { 4 };
        let refused = |key, algorithm| service.refused(action, &of(key, algorithm)[..given]);
        assert_eq!(refused(&mac, "HMAC_SHA_224"), "InvalidParameter", "{action}");
        assert_eq!(refused(&mac, "HMAC_SM3"), "InvalidParameter", "{action}");
        assert_eq!(refused(&mac, "HMAC_MD5"), "InvalidParameter", "{action}");
        assert_eq!(refused(&aes, "HMAC_SHA_256"), "UnsupportedOperation", "{action}");
        assert_eq!(refused("no-such-key", "HMAC_SHA_256"), "Forbidden.KeyNotFound", "{action}");
        let aws = |key: &str, algorithm: &str| {
            let body = json!({ "KeyId": key, "Message": MESSAGE, "MacAlgorithm": algorithm, "Mac": "AAAA" });
            service.aws_refused(action, &body)
        };
        assert_eq!(aws(&mac, "HMAC_SHA_224"), "InvalidKeyUsageException", "{action}");
        assert_eq!(aws(&mac, "HMAC_MD5"), "ValidationException", "{action}");
        assert_eq!(aws(&aes, "HMAC_SHA_256"), "InvalidKeyUsageException", "{action}");
    }
    for (action, more) in [
        ("Encrypt", &[("Plaintext", "aGk=")][..]),
        ("GenerateDataKey", &[]),
        ("GenerateDataKeyWithoutPlaintext", &[]),
    ] {
        let asked = [&[("KeyId", &*mac)], more].concat();
        assert_eq!(service.refused(action, &asked), "UnsupportedOperation", "{action}");
    }
    let body = json!({ "KeyId": mac, "Plaintext": "aGk=" });
    assert_eq!(service.aws_refused("Encrypt", &body), "InvalidKeyUsageException");
    assert_eq!(
        service.aws_refused("GetPublicKey", &json!({ "KeyId": mac })),
        "InvalidKeyUsageException"
    );
    // A blob that names an HMAC key's version is a blob that does not open.
    let told = service.call("DescribeKey", &[("KeyId", &mac)]);
    let version = told["KeyMetadata"]["PrimaryKeyVersion"].as_str().unwrap();
    let forged = STANDARD.encode([version.as_bytes(), &[0; 60]].concat());
    assert_eq!(service.refused("Decrypt", &[("CiphertextBlob", &forged)]), "InvalidParameter");
}

#[test]
fn an_hmac_key_is_made_for_codes_alone_and_by_software() {
    let service = Service::with(&[("UNAUDITED_KEY_SPECS", "Aliyun_SM4,HMAC_SM3")]);
    for (spec, ..) in KINDS {
        for usage in ["ENCRYPT/DECRYPT", "SIGN/VERIFY"] {
            let refused = service.refused("CreateKey", &[("KeySpec", spec), ("KeyUsage", usage)]);
            assert_eq!(refused, "InvalidParameter", "{spec} {usage}");
        }
        let refused =
            service.refused("CreateKey", &[("KeySpec", spec), ("ProtectionLevel", "HSM")]);
        assert_eq!(refused, "Unsupported.ProtectionLevel", "{spec}");
        // AWS wants the usage said.
        let body = json!({ "KeySpec": spec });
        assert_eq!(service.aws_refused("CreateKey", &body), "ValidationException", "{spec}");
    }
    let body = json!({ "KeySpec": "HMAC_256", "KeyUsage": "ENCRYPT_DECRYPT" });
    assert_eq!(service.aws_refused("CreateKey", &body), "ValidationException");
    let body = json!({ "KeyUsage": "GENERATE_VERIFY_MAC" });
    assert_eq!(service.aws_refused("CreateKey", &body), "ValidationException");
}

#[test]
fn a_key_in_the_wrong_state_makes_and_verifies_nothing_and_neither_does_a_dry_run() {
    let service = Service::with(&[("UNAUDITED_KEY_SPECS", "Aliyun_SM4,HMAC_SM3")]);
    let key = service.new_mac_key("HMAC_256");
    let mac = service.mac(&key, "HMAC_SHA_256");
    let asked =
        [("KeyId", &*key), ("Algorithm", "HMAC_SHA_256"), ("Message", MESSAGE), ("Mac", &*mac)];
    let body = |dry: bool| json!({ "KeyId": key, "Message": MESSAGE, "MacAlgorithm": "HMAC_SHA_256", "Mac": mac, "DryRun": dry });
    for (action, given) in [("GenerateMac", 3), ("VerifyMac", 4)] {
        let dry = [&asked[..given], &[("DryRun", "true")]].concat();
        assert_eq!(service.refused(action, &dry), "DryRunOperationError", "{action}");
        assert_eq!(
            service.aws_refused(action, &body(true)),
            "DryRunOperationException",
            "{action}"
        );
        service.call("DisableKey", &[("KeyId", &key)]);
        assert_eq!(service.refused(action, &asked[..given]), "Rejected.Disabled", "{action}");
        assert_eq!(service.refused(action, &dry), "Rejected.Disabled", "{action}");
        assert_eq!(service.aws_refused(action, &body(false)), "DisabledException", "{action}");
        service.call("EnableKey", &[("KeyId", &key)]);
        assert_eq!(service.aws(action, &body(false)).status, 200, "{action}");
    }
}

#[test]
fn neither_message_nor_code_is_in_an_event() {
    let service = Service::with(&[("UNAUDITED_KEY_SPECS", "Aliyun_SM4,HMAC_SM3")]);
    let key = service.new_mac_key("HMAC_256");
    let mac = service.mac(&key, "HMAC_SHA_256");
    let body =
        json!({ "KeyId": key, "Message": MESSAGE, "MacAlgorithm": "HMAC_SHA_256", "Mac": mac });
    service.aws_call("VerifyMac", &body);
    let lines = service.world.audit.lines.borrow();
    let of = |name: &str| {
        let mut events = lines.iter().map(|line| serde_json::from_str::<Value>(line).unwrap());
        events.rfind(|event| event["eventName"] == name).unwrap()
    };
    assert_eq!(of("GenerateMac")["requestParameters"]["Algorithm"], "HMAC_SHA_256");
    assert_eq!(of("VerifyMac")["requestParameters"]["MacAlgorithm"], "HMAC_SHA_256");
    for line in lines.iter() {
        assert!(!line.contains(MESSAGE) && !line.contains(&*mac), "{line}");
    }
}
