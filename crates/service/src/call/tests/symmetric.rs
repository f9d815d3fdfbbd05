// SPDX-License-Identifier: Apache-2.0
//! Symmetric keys of every spec in both dialects: what one seals the other opens, and nothing else does.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;

use super::*;

const SPECS: [&str; 4] = ["Aliyun_AES_256", "Aliyun_AES_192", "Aliyun_AES_128", "Aliyun_SM4"];
const CONTEXT: &str = r#"{"a":"b"}"#;

impl Service {
    fn new_symmetric(&self, spec: &str) -> String {
        let created = self.call("CreateKey", &[("KeySpec", spec)]);
        let metadata = &created["KeyMetadata"];
        assert_eq!(
            (&metadata["KeySpec"], &metadata["KeyUsage"]),
            (&json!(spec), &json!("ENCRYPT/DECRYPT"))
        );
        assert!(metadata["PrimaryKeyVersion"].is_string(), "{metadata}");
        metadata["KeyId"].as_str().unwrap().to_owned()
    }
}

#[test]
fn what_is_encrypted_opens_in_either_dialect_with_its_context() {
    let mut service = Service::with(&[("UNAUDITED_KEY_SPECS", "Aliyun_SM4,HMAC_SM3")]);
    for spec in SPECS {
        let key = service.new_symmetric(spec);
        let plaintext = STANDARD.encode([7; 32]);
        let asked = [("KeyId", &*key), ("Plaintext", &plaintext), ("EncryptionContext", CONTEXT)];
        let sealed = service.call("Encrypt", &asked);
        let sealed = blob(&sealed);
        assert_eq!(STANDARD.decode(sealed).unwrap().len(), 108, "{spec}: one layout");
        assert_ne!(blob(&service.call("Encrypt", &asked)), sealed, "{spec}: never twice the same");
        // Another isolate loads the material from the key's copy.
        service.work();
        service.new_isolate();
        let opened =
            service.call("Decrypt", &[("CiphertextBlob", sealed), ("EncryptionContext", CONTEXT)]);
        assert_eq!((&opened["Plaintext"], &opened["KeyId"]), (&json!(plaintext), &json!(key)));
        let body = json!({ "CiphertextBlob": sealed, "EncryptionContext": { "a": "b" } });
        assert_eq!(service.aws_call("Decrypt", &body)["Plaintext"], plaintext, "{spec}");
        let context = json!({ "a": "b" });
        let body = json!({ "KeyId": key, "Plaintext": plaintext, "EncryptionContext": context });
        let sealed = service.aws_call("Encrypt", &body);
        let asked = [("CiphertextBlob", blob(&sealed)), ("EncryptionContext", CONTEXT)];
        assert_eq!(service.call("Decrypt", &asked)["Plaintext"], plaintext, "{spec}");
        let told = service.aws_call("DescribeKey", &json!({ "KeyId": key }));
        assert_eq!(told["KeyMetadata"]["EncryptionAlgorithms"], json!(["SYMMETRIC_DEFAULT"]));
    }
}

#[test]
fn data_keys_of_any_length_open_to_what_was_given_out() {
    let service = Service::with(&[("UNAUDITED_KEY_SPECS", "Aliyun_SM4,HMAC_SM3")]);
    for spec in SPECS {
        let key = service.new_symmetric(spec);
        for len in ["1", "16", "24", "1024"] {
            let asked = [("KeyId", &*key), ("NumberOfBytes", len), ("EncryptionContext", CONTEXT)];
            let made = service.call("GenerateDataKey", &asked);
            let opened = [("CiphertextBlob", blob(&made)), ("EncryptionContext", CONTEXT)];
            assert_eq!(service.call("Decrypt", &opened)["Plaintext"], made["Plaintext"], "{spec}");
        }
        let made = service.call("GenerateDataKeyWithoutPlaintext", &[("KeyId", &key)]);
        let opened = service.call("Decrypt", &[("CiphertextBlob", blob(&made))]);
        assert_eq!(STANDARD.decode(opened["Plaintext"].as_str().unwrap()).unwrap().len(), 32);
    }
}

#[test]
fn whatever_was_changed_gets_one_answer() {
    let service = Service::with(&[("UNAUDITED_KEY_SPECS", "Aliyun_SM4,HMAC_SM3")]);
    for spec in SPECS {
        let (key, other) = (service.new_symmetric(spec), service.new_symmetric(spec));
        let seal = |key: &str| {
            let asked = [("KeyId", key), ("Plaintext", "aA=="), ("EncryptionContext", CONTEXT)];
            STANDARD.decode(blob(&service.call("Encrypt", &asked))).unwrap()
        };
        let answer = |bytes: &[u8], context: &str| {
            let text = STANDARD.encode(bytes);
            let asked = [("CiphertextBlob", &*text), ("EncryptionContext", context)];
            let (status, answer) = service.signed("Decrypt", &asked, &service.nonce());
            (status, answer["Code"].clone(), answer["Message"].clone())
        };
        let sealed = seal(&key);
        let first = answer(&sealed, r#"{"a":"c"}"#);
        assert_eq!((first.0, &first.1), (400, &json!("InvalidParameter")), "{spec}");
        // The version's id, the random value, the ciphertext, the tag.
        for at in [0, 35, 36, 59, 60, 61, 76] {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert_eq!(answer(&changed, CONTEXT), first, "{spec}: byte {at}");
        }
        let moved = [&seal(&other)[..36], &sealed[36..]].concat();
        assert_eq!(answer(&moved, CONTEXT), first, "{spec}: under another key of the spec");
        assert_eq!(answer(&sealed[..sealed.len() - 1], CONTEXT), first, "{spec}: cut");
        assert_eq!(answer(&sealed, CONTEXT).0, 200, "{spec}");
    }
}

#[test]
fn the_other_specs_are_made_by_software_alone_and_in_alibaba_s_words() {
    let service = Service::with(&[("UNAUDITED_KEY_SPECS", "Aliyun_SM4,HMAC_SM3")]);
    for spec in &SPECS[1..] {
        let refused =
            service.refused("CreateKey", &[("KeySpec", spec), ("ProtectionLevel", "HSM")]);
        assert_eq!(refused, "Unsupported.ProtectionLevel", "{spec}");
        let refused =
            service.refused("CreateKey", &[("KeySpec", spec), ("KeyUsage", "SIGN/VERIFY")]);
        assert_eq!(refused, "InvalidParameter", "{spec}");
        let body = json!({ "KeySpec": spec, "KeyUsage": "ENCRYPT_DECRYPT" });
        assert_eq!(service.aws_refused("CreateKey", &body), "ValidationException", "{spec}");
    }
}
