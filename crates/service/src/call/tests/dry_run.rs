// SPDX-License-Identifier: Apache-2.0
//! Dry runs: whether it would be done is said before anything is asked to do it.

use edgekms_api::action::{ActionKind, Clouds};
use serde_json::json;

use super::{asymmetric::Pair, data_keys::public_key, *};

/// The cryptographic actions of keys that seal blobs.
fn actions() -> impl Iterator<Item = ActionName> {
    let crypto = ActionName::ALL.iter().copied().filter(|action| {
        let row = action.row();
        let of_blobs = !matches!(action, ActionName::GenerateMac | ActionName::VerifyMac);
        row.kind == ActionKind::Crypto && row.family == "crypto" && of_blobs
    });
    crypto.inspect(|action| assert_ne!(*action, ActionName::GenerateRandom))
}

/// Whether a blob says which key it is about.
fn takes_a_blob_alone(action: ActionName) -> bool {
    matches!(action, ActionName::Decrypt | ActionName::ExportDataKey)
}

/// What is told of an action in each dialect that has it.
fn told(action: ActionName, alibaba: &str, aws: &str) -> Vec<String> {
    let clouds = action.row().clouds;
    let aliyun = (clouds != Clouds::Aws).then_some(alibaba);
    let aws = (clouds != Clouds::Aliyun).then_some(aws);
    [aliyun, aws].into_iter().flatten().map(str::to_owned).collect()
}

/// One call of an action in each dialect that has it: its error's name, if it is one.
fn calls(service: &Service, action: ActionName, key: &str, blob: &str, dry: bool) -> Vec<String> {
    let (dry_text, public_key) = (dry.to_string(), public_key());
    let params = [
        ("KeyId", key),
        ("DestinationKeyId", key),
        ("Plaintext", "aGVsbG8="),
        ("CiphertextBlob", blob),
        ("NumberOfBytes", "16"),
        ("PublicKeyBlob", &public_key),
        ("WrappingKeySpec", "RSA_2048"),
        ("WrappingAlgorithm", "RSAES_OAEP_SHA_256"),
        ("DryRun", &dry_text),
    ];
    let body = json!({
        "KeyId": key,
        "DestinationKeyId": key,
        "Plaintext": "aGVsbG8=",
        "CiphertextBlob": blob,
        "NumberOfBytes": 16,
        "KeyPairSpec": "ECC_NIST_P256",
        "DryRun": dry,
    });
    let mut told = Vec::new();
    let row = action.row();
    if row.clouds != Clouds::Aws {
        let (_, answer) = service.signed(row.name, &params, &service.nonce());
        told.push(answer["Code"].as_str().unwrap_or("done").to_owned());
    }
    if row.clouds != Clouds::Aliyun {
        let answer = service.aws(row.aws_name, &body);
        told.push(answer.error.unwrap_or_else(|| "done".to_owned()));
    }
    told
}

fn would(action: ActionName) -> Vec<String> {
    told(action, "DryRunOperationError", "DryRunOperationException")
}

#[test]
fn nobody_is_asked_to_act_for_who_only_wants_to_know() {
    let mut service = Service::new();
    let key = service.new_key();
    let sealed = service.call("Encrypt", &[("KeyId", &key), ("Plaintext", "aGVsbG8=")]);
    service.work();
    service.new_isolate();
    let holds_material = |service: &Service| {
        let copies = service.server.copies(&place());
        let next = copies.cache.borrow_mut().evict_material(service.world.clock.0.get());
        next.is_some()
    };
    // An isolate that has read the key's copy and has not used its material.
    let decrypt = ActionName::Decrypt;
    assert_eq!(calls(&service, decrypt, &key, blob(&sealed), true), would(decrypt));
    let world = &service.world;
    let asked = || (world.kv.loads.get(), world.messages.borrow().len());
    let before = asked();
    // Whoever asks the runtime's RSA would wait for ever.
    world.rsa.hangs.set(true);
    for action in actions() {
        assert_eq!(calls(&service, action, &key, blob(&sealed), true), would(action), "{action:?}");
        assert_eq!(asked(), before, "{action:?}: KV and the keyring were left alone");
        assert!(!holds_material(&service), "{action:?}: nothing was unwrapped");
    }
    let done = calls(&service, ActionName::GenerateDataKey, &key, blob(&sealed), false);
    assert_eq!(done, ["done", "done"]);
    assert!(holds_material(&service), "the test can tell");
}

#[test]
fn what_a_dry_run_says_would_be_done_is_done() {
    let service = Service::new();
    let key = service.new_key();
    let sealed = service.call("Encrypt", &[("KeyId", &key), ("Plaintext", "aGVsbG8=")]);
    for action in actions() {
        let done = calls(&service, action, &key, blob(&sealed), false);
        assert_eq!(done, told(action, "done", "done"), "{action:?}");
    }
}

#[test]
fn a_dry_run_draws_nothing_but_its_own_id() {
    let service = Service::new();
    let key = service.new_key();
    let sealed = service.call("Encrypt", &[("KeyId", &key), ("Plaintext", "aGVsbG8=")]);
    // The entropy counts: 8 bytes a step.
    let drawn = || {
        let mut next = [0; 8];
        service.world.entropy.fill(&mut next).unwrap();
        u64::from_be_bytes(next)
    };
    for action in actions() {
        let before = drawn();
        let calls = calls(&service, action, &key, blob(&sealed), true).len();
        // A request id of 16 bytes each, and what counted.
        assert_eq!(drawn() - before, 2 * calls as u64 + 1, "{action:?}");
    }
}

#[test]
fn what_would_be_refused_is_refused_with_its_own_code() {
    let service = Service::new();
    let key = service.new_key();
    let sealed = service.call("Encrypt", &[("KeyId", &key), ("Plaintext", "aGVsbG8=")]);
    let foreign = |scheme: &str| format!("{scheme}:kms:cn-hangzhou:6543210987654321:key/{key}");
    for action in actions().filter(|action| !takes_a_blob_alone(*action)) {
        let blob = blob(&sealed);
        let refused = calls(&service, action, "no-such-key", blob, true);
        let expected = told(action, "Forbidden.KeyNotFound", "NotFoundException");
        assert_eq!(refused, expected, "{action:?}");
        let forbidden = told(action, "Forbidden.NoPermission", "AccessDeniedException");
        let clouds = action.row().clouds;
        if clouds != Clouds::Aws {
            let refused = calls(&service, action, &foreign("acs"), blob, true);
            assert_eq!(refused.first(), forbidden.first(), "{action:?}");
        }
        if clouds != Clouds::Aliyun {
            let refused = calls(&service, action, &foreign("arn:aws"), blob, true);
            assert_eq!(refused.last(), forbidden.last(), "{action:?}");
        }
    }
    service.call("DisableKey", &[("KeyId", &key)]);
    for action in actions() {
        let refused = calls(&service, action, &key, blob(&sealed), true);
        assert_eq!(refused, told(action, "Rejected.Disabled", "DisabledException"), "{action:?}");
    }
}

#[test]
fn codes_of_messages_say_what_they_would_do_too() {
    let service = Service::new();
    let made = service.call("CreateKey", &[("KeySpec", "HMAC_256")]);
    let key = made["KeyMetadata"]["KeyId"].as_str().unwrap();
    for (action, aws) in [("GenerateMac", json!({})), ("VerifyMac", json!({ "Mac": "AAAA" }))] {
        let params = [
            ("KeyId", key),
            ("Algorithm", "HMAC_SHA_256"),
            ("Message", "aGVsbG8="),
            ("Mac", "AAAA"),
            ("DryRun", "true"),
        ];
        assert_eq!(service.refused(action, &params), "DryRunOperationError", "{action}");
        let mut body = json!({
            "KeyId": key, "MacAlgorithm": "HMAC_SHA_256", "Message": "aGVsbG8=", "DryRun": true,
        });
        body.as_object_mut().unwrap().extend(aws.as_object().unwrap().clone());
        assert_eq!(service.aws_refused(action, &body), "DryRunOperationException", "{action}");
    }
}

/// Each action of asymmetric keys: with which pair, and what it needs besides.
#[test]
fn asymmetric_keys_say_what_they_would_do_too() {
    let service = Service::new();
    let signs = service.new_pair("EC_P256", "SIGN/VERIFY");
    let opens = service.new_pair("RSA_2048", "ENCRYPT/DECRYPT");
    service.world.rsa.hangs.set(true);
    let digest = ("Digest", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
    let (ecdsa, oaep) = (("Algorithm", "ECDSA_SHA_256"), ("Algorithm", "RSAES_OAEP_SHA_256"));
    let (plaintext, ciphertext) = (("Plaintext", "aGVsbG8="), ("CiphertextBlob", "aGVsbG8="));
    type Case<'a> = (&'a str, &'a Pair, &'a [(&'a str, &'a str)]);
    let cases: [Case<'_>; 5] = [
        ("AsymmetricSign", &signs, &[ecdsa, digest]),
        ("AsymmetricVerify", &signs, &[ecdsa, digest, ("Value", "AAAA")]),
        ("AsymmetricEncrypt", &opens, &[oaep, plaintext]),
        ("AsymmetricDecrypt", &opens, &[oaep, ciphertext]),
        ("GetPublicKey", &opens, &[]),
    ];
    for (action, pair, more) in cases {
        let asked = [more, &[("DryRun", "true")]].concat();
        let refused = service.refused(action, &pair.params(&asked));
        assert_eq!(refused, "DryRunOperationError", "{action}");
    }
    let (signing, message) = ("ECDSA_SHA_256", "aGVsbG8=");
    for (action, body) in [
        ("Sign", json!({ "KeyId": signs.key, "Message": message, "SigningAlgorithm": signing })),
        (
            "Verify",
            json!({ "KeyId": signs.key, "Message": message, "SigningAlgorithm": signing,
                "Signature": "AAAA" }),
        ),
        (
            "Encrypt",
            json!({ "KeyId": opens.key, "Plaintext": message,
                "EncryptionAlgorithm": "RSAES_OAEP_SHA_1" }),
        ),
        (
            "Decrypt",
            json!({ "KeyId": opens.key, "CiphertextBlob": message,
                "EncryptionAlgorithm": "RSAES_OAEP_SHA_1" }),
        ),
    ] {
        let mut body = body;
        body["DryRun"] = true.into();
        assert_eq!(service.aws_refused(action, &body), "DryRunOperationException", "{action}");
    }
}

#[test]
fn a_dry_run_is_recorded_as_what_it_was() {
    let service = Service::new();
    let key = service.new_key();
    calls(&service, ActionName::GenerateDataKey, &key, "AAAA", true);
    let lines = service.world.audit.lines.borrow();
    let events = lines.iter().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let events: Vec<_> = events.filter(|event| event["eventName"] == "GenerateDataKey").collect();
    assert_eq!(events.len(), 2);
    for event in events {
        assert_eq!(event["errorCode"], "DryRunOperationError");
        assert_eq!(event["keyId"], key.as_str());
        assert_eq!(event["requestParameters"]["DryRun"], "true");
    }
}
