// SPDX-License-Identifier: Apache-2.0
//! Dry runs: whether it would be done is said before anything is asked to do it.

use serde_json::json;

use super::{aws::AwsAnswer, *};

/// The cryptographic actions, each with what it needs besides a key.
const ACTIONS: [&str; 4] =
    ["Encrypt", "Decrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext"];

/// One call of an action in either dialect: its error's name, if it is one.
fn calls(service: &Service, action: &str, key: &str, blob: &str, dry: bool) -> [Option<String>; 2] {
    let dry_text = dry.to_string();
    let params = [
        ("KeyId", key),
        ("Plaintext", "aGVsbG8="),
        ("CiphertextBlob", blob),
        ("NumberOfBytes", "16"),
        ("DryRun", &dry_text),
    ];
    let (_, alibaba) = service.signed(action, &params, &service.nonce());
    let body = json!({
        "KeyId": key,
        "Plaintext": "aGVsbG8=",
        "CiphertextBlob": blob,
        "NumberOfBytes": 16,
        "DryRun": dry,
    });
    let AwsAnswer { error, .. } = service.aws(action, &body);
    [alibaba["Code"].as_str().map(str::to_owned), error]
}

const WOULD: [&str; 2] = ["DryRunOperationError", "DryRunOperationException"];

fn names(errors: &[Option<String>; 2]) -> [&str; 2] {
    [errors[0].as_deref().unwrap_or("done"), errors[1].as_deref().unwrap_or("done")]
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
    assert_eq!(names(&calls(&service, "Decrypt", &key, blob(&sealed), true)), WOULD);
    let world = &service.world;
    let asked = || (world.kv.loads.get(), world.messages.borrow().len());
    let before = asked();
    for action in ACTIONS {
        assert_eq!(names(&calls(&service, action, &key, blob(&sealed), true)), WOULD, "{action}");
        assert_eq!(asked(), before, "{action}: KV and the keyring were left alone");
        assert!(!holds_material(&service), "{action}: nothing was unwrapped");
    }
    let done = calls(&service, "GenerateDataKey", &key, blob(&sealed), false);
    assert_eq!(names(&done), ["done", "done"]);
    assert!(holds_material(&service), "the test can tell");
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
    for action in ACTIONS {
        let before = drawn();
        calls(&service, action, &key, blob(&sealed), true);
        // Two request ids of 16 bytes, and what counted.
        assert_eq!(drawn() - before, 5, "{action}");
    }
}

#[test]
fn what_would_be_refused_is_refused_with_its_own_code() {
    let service = Service::new();
    let key = service.new_key();
    let sealed = service.call("Encrypt", &[("KeyId", &key), ("Plaintext", "aGVsbG8=")]);
    let foreign = |scheme: &str| format!("{scheme}:kms:cn-hangzhou:6543210987654321:key/{key}");
    for action in ACTIONS.iter().filter(|action| **action != "Decrypt") {
        let [alibaba, aws] = calls(&service, action, "no-such-key", "AAAA", true);
        assert_eq!(alibaba.as_deref(), Some("Forbidden.KeyNotFound"), "{action}");
        assert_eq!(aws.as_deref(), Some("NotFoundException"), "{action}");
        let [alibaba, _] = calls(&service, action, &foreign("acs"), "AAAA", true);
        assert_eq!(alibaba.as_deref(), Some("Forbidden.NoPermission"), "{action}");
        let [_, aws] = calls(&service, action, &foreign("arn:aws"), "AAAA", true);
        assert_eq!(aws.as_deref(), Some("AccessDeniedException"), "{action}");
    }
    service.call("DisableKey", &[("KeyId", &key)]);
    for action in ACTIONS {
        let [alibaba, aws] = calls(&service, action, &key, blob(&sealed), true);
        assert_eq!(alibaba.as_deref(), Some("Rejected.Disabled"), "{action}");
        assert_eq!(aws.as_deref(), Some("DisabledException"), "{action}");
    }
}

#[test]
fn a_dry_run_is_recorded_as_what_it_was() {
    let service = Service::new();
    let key = service.new_key();
    calls(&service, "GenerateDataKey", &key, "AAAA", true);
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
