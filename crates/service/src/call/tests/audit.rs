// SPDX-License-Identifier: Apache-2.0
//! What is recorded, when, and what happens if it cannot be.

use super::*;
use crate::nonce::digest;
use crate::{
    audit::{
        export::ExportedEvent,
        link::KEYRING_SHARD,
        verify::{Finding, Wrong, verify},
    },
    object::{ObjectStore, store::EventSpan, truth::TruthStore},
    testing::{root_keys, variables},
};

fn lines(service: &Service) -> Vec<Value> {
    let lines = service.world.audit.lines.borrow();
    lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn names(service: &Service) -> Vec<String> {
    let name = |line: &Value| line["eventName"].as_str().unwrap_or("counted").to_owned();
    lines(service).iter().map(name).collect()
}

#[test]
fn the_record_says_who_did_what_and_holds_nothing_secret() {
    let service = Service::new();
    let key = service.new_key();
    let context = ("EncryptionContext", r#"{"purpose":"hush"}"#);
    let sealed = service.call("Encrypt", &[("KeyId", &key), ("Plaintext", "aGVsbG8="), context]);
    service.refused("Decrypt", &[("CiphertextBlob", blob(&sealed))]);
    service.refused("EnableKey", &[("KeyId", "no-such-key")]);
    service.call("DescribeRegions", &[]);
    assert_eq!(names(&service), ["Encrypt", "Decrypt"], "the keyring hands its events on itself");
    service.work();
    assert_eq!(names(&service), ["Encrypt", "Decrypt", "CreateKey", "EnableKey"]);
    let events = lines(&service);
    assert_eq!(events[3]["errorCode"], "Forbidden.KeyNotFound");
    assert_eq!(events[3]["keyId"], "no-such-key");
    assert_eq!((&events[0]["keyId"], &events[0]["errorCode"]), (&key.clone().into(), &Value::Null));
    assert_eq!(events[1]["errorCode"], "InvalidParameter");
    assert_eq!(events[3]["errorMessage"], "The specified Key is not found.");
    let text = service.world.audit.lines.borrow().join("\n");
    for secret in ["aGVsbG8=", "hush", blob(&sealed), SECRET, ROOT_KEYS, "\"d\""] {
        assert!(!text.contains(secret), "{secret}");
    }
    let pinned = r#","eventTime":"2023-11-14T22:13:20Z","eventName":"CreateKey","eventRW":"Write","acsRegion":"cn-hangzhou","recipientAccountId":"1234567890123456","userIdentity":{"type":"root-account","arn":"acs:ram::1234567890123456:root","accountId":"1234567890123456","principalId":"1234567890123456","userName":"root","accessKeyId":"testid"},"keyId":"KEY","eventSource":"kms.cn-hangzhou.aliyuncs.com","eventType":"ApiCall","eventCategory":"Management","serviceName":"Kms","apiVersion":"2016-01-20","isGlobal":false,"referencedResources":{"ACS::KMS::Key":["KEY"]}}"#;
    let pinned = pinned.replace("KEY", &key);
    assert!(text.contains(&pinned), "{text}");
}

#[test]
fn events_tell_where_a_call_came_from_and_which_parameters_are_allowed() {
    let service = Service::new();
    let key = service.new_key();
    let mut params = Params::new();
    for (name, value) in [
        ("Action", "Encrypt"),
        ("Version", "2016-01-20"),
        ("KeyId", key.as_str()),
        ("Plaintext", "aGVsbG8="),
    ] {
        params.insert(name, value).unwrap();
    }
    let date = Timestamp::from_unix_secs(service.world.clock.0.get() / 1000).to_string();
    let signed = rpc_v1::sign("POST", params, &credentials(), &date, "n").unwrap();
    let headers = [("user-agent", "an SDK"), ("cf-connecting-ip", "192.0.2.7")];
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned()));
    assert_eq!(service.send(&format!("/?{}", signed.encode()), &headers, b"").0, 200);
    let event = lines(&service).pop().unwrap();
    assert_eq!(event["sourceIpAddress"], "192.0.2.7");
    assert_eq!(event["userAgent"], "an SDK");
    assert_eq!(event["requestParameters"], serde_json::json!({ "KeyId": key }));
}

#[test]
fn a_change_and_its_event_are_one_and_a_read_has_one_too() {
    let service = Service::new();
    let store = service.world.store(&place());
    let stored = || store.events(0, 100).unwrap().len();
    service.new_key();
    assert_eq!(stored(), 1);
    // Neither without the other.
    store.broken.set(true);
    assert_eq!(service.refused("CreateKey", &[]), "ServiceUnavailableTemporary");
    store.broken.set(false);
    assert_eq!(service.call("ListKeys", &[])["TotalCount"], 1);
    assert_eq!(stored(), 1);
    service.work();
    assert_eq!(names(&service), ["CreateKey", "ListKeys", "CreateKey"]);
    assert_eq!(lines(&service)[0]["errorCode"], "ServiceUnavailableTemporary");
    // Handed on once.
    service.work();
    assert_eq!(names(&service).len(), 3);
}

#[test]
fn an_event_that_cannot_be_written_refuses_its_call_unless_that_is_wanted() {
    for (setting, status) in [("closed", 503), ("open", 200)] {
        let service = Service::with(&[("AUDIT_FAILURE", setting)]);
        let key = service.new_key();
        service.world.audit.broken.set(true);
        let nonce = service.nonce();
        let answered = service.signed("GenerateDataKey", &[("KeyId", &key)], &nonce);
        assert_eq!(answered.0, status, "{setting}");
        assert_eq!(answered.1["Plaintext"].is_string(), status == 200, "{setting}");
        // The keyring's own events wait.
        service.work();
        service.world.audit.broken.set(false);
        service.world.pass(60_000);
        service.work();
        assert_eq!(names(&service), ["CreateKey"]);
    }
}

#[test]
fn an_answer_waits_for_its_event_unless_that_is_not_wanted() {
    for (setting, expected) in [("strict", Some(503)), ("async", Some(200)), ("off", Some(200))] {
        let service = Service::with(&[("AUDIT", setting)]);
        let key = service.new_key();
        service.world.audit.broken.set(true);
        let (status, _) = service.signed("GenerateDataKey", &[("KeyId", &key)], &service.nonce());
        assert_eq!(Some(status), expected, "{setting}");
        let told = service.world.faults.lines.borrow().join("\n");
        assert_eq!(told.contains("answered and not recorded"), setting == "async", "{told}");
        service.world.audit.broken.set(false);
        service.call("GenerateDataKey", &[("KeyId", &key)]);
        let recorded = names(&service).iter().filter(|name| *name == "GenerateDataKey").count();
        assert_eq!(recorded, usize::from(setting != "off"), "{setting}");
    }
}

#[test]
fn that_events_are_stored_otherwise_than_before_is_itself_an_event() {
    let service = Service::new();
    let stored = || {
        let events = service.world.store(&place()).events(0, 100).unwrap();
        let name = |line: &str| {
            let event: Value = serde_json::from_str(line).unwrap();
            event["eventName"].as_str().unwrap().to_owned()
        };
        events.iter().map(|(_, line)| name(line)).collect::<Vec<_>>()
    };
    service.new_key();
    assert_eq!(stored(), ["CreateKey"]);
    for mode in ["off", "off", "async", "strict"] {
        let mut all = variables();
        all.insert("AUDIT".to_owned(), mode.to_owned());
        let settings = Settings::read(|name| all.get(name).cloned()).unwrap();
        *service.world.settings.borrow_mut() = Rc::new(settings);
        service.world.end_keyrings();
        service.call("ListKeys", &[]);
    }
    assert_eq!(stored(), ["CreateKey", "SetAuditOff", "SetAuditAsync", "SetAuditStrict"]);
}

#[test]
fn a_keyrings_events_are_chained_and_verify() {
    let service = Service::new();
    for _ in 0..3 {
        service.new_key();
    }
    let export = |service: &Service| {
        let rows = service.world.store(&place()).event_rows(EventSpan::after(0), 100).unwrap();
        let line = |row| ExportedEvent::new(&place(), KEYRING_SHARD, row);
        rows.into_iter().map(|row| serde_json::to_string(&line(row)).unwrap()).collect::<Vec<_>>()
    };
    let all = export(&service);
    let verdict =
        |lines: &[String]| verify(&lines.join("\n"), &[], &root_keys()).unwrap().remove(0).verdict;
    assert_eq!(verdict(&all).unwrap().events, 3);
    let changed = all[1].replace("CreateKey", "DeleteKey");
    let spoilt = [all[0].clone(), changed, all[2].clone()];
    assert_eq!(verdict(&spoilt).unwrap_err(), Finding { seq: 2, wrong: Wrong::Changed });
    // A life later, and in a keyring that refuses.
    service.world.end_keyrings();
    service.refused("EnableKey", &[("KeyId", "no-such-key")]);
    assert_eq!(verdict(&export(&service)).unwrap().events, 4);
}

#[test]
fn who_cannot_be_held_to_account_is_counted() {
    let service = Service::with(&[("REGIONS", "cn-hangzhou")]);
    let wrong = Credentials { access_key_secret: AccessKeySecret::new("wrong"), ..credentials() };
    for _ in 0..3 {
        let nonce = service.nonce();
        service.signed_by(&wrong, "localhost", "ListKeys", &[], &nonce, 0);
    }
    // Each of them had its line written by the chore of the first of a count.
    service.refused("ListKeys", &[("RegionId", "cn-nowhere")]);
    service.send("/?Action=ListKeys&AccessKeyId=chosen-by-an-attacker", &[], b"");
    let text = service.world.audit.lines.borrow().join("\n");
    assert!(text.contains(r#""SignatureDoesNotMatch":1"#), "{text}");
    assert!(text.contains(r#""RegionNotServed":1"#), "{text}");
    assert!(!text.contains("attacker") && !text.contains("nowhere"), "{text}");
}

#[test]
fn a_change_that_was_on_the_way_too_long_is_refused_by_the_keyrings_clock() {
    let mut service = Service::new();
    let first = service.signed("CreateKey", &[], "same");
    assert_eq!(first.0, 200);
    let message = service.world.messages.borrow().last().unwrap().clone();
    // Its nonce is forgotten, the object is another, and the message comes once more.
    service.world.pass(16 * 60 * 1000);
    for _ in 0..3 {
        service.world.pass(6 * 60 * 60 * 1000);
        service.work();
    }
    service.world.end_keyrings();
    service.new_isolate();
    let ports = service.world.ports();
    let reply = block_on(ports.objects.send(&place(), &message)).unwrap();
    assert!(reply.contains("InvalidTimeStampExpired"), "{reply}");
    assert_eq!(service.call("ListKeys", &[])["TotalCount"], 1);
}

#[test]
fn messages_of_no_known_form_change_nothing() {
    let service = Service::new();
    service.new_key();
    let message = service.world.messages.borrow().last().unwrap().clone();
    for (from, to) in [
        ("\"v\":3", "\"v\":4"),
        ("\"v\":3", "\"v\":3,\"extra\":1"),
        ("cn-hangzhou", "cn-beijing"),
        ("{", "["),
    ] {
        let spoilt = message.replacen(from, to, 1);
        let sent = block_on(service.world.ports().objects.send(&place(), &spoilt));
        assert!(sent.is_err() || sent.unwrap().contains("refused"), "{spoilt}");
    }
    assert_eq!(service.call("ListKeys", &[])["TotalCount"], 1);
}

#[test]
fn an_event_of_an_unknown_outcome_has_an_id_of_its_own() {
    let service = Service::new();
    service.new_key();
    service.world.keyrings_broken.set(true);
    let (status, answer) = service.signed("CreateKey", &[], &service.nonce());
    assert_eq!(status, 503);
    let event = lines(&service).pop().unwrap();
    assert_eq!(event["errorCode"], "ServiceUnavailableTemporary");
    assert_eq!(event["requestId"], answer["RequestId"]);
    assert_ne!(event["eventId"], answer["RequestId"], "the keyring's own event may have that one");
}

#[test]
fn a_mark_is_kept_for_as_long_as_clocks_may_differ() {
    let service = Service::new();
    assert_eq!(service.signed("CreateKey", &[], "same").0, 200);
    let mark = NonceMark::new(digest("testid", "same"), 0);
    let hour = 60 * 60 * 1000;
    service.world.pass(hour + 60_000);
    service.work();
    let store = service.world.store(&place());
    assert!(store.nonce_used(&mark).unwrap(), "expired, and kept for a clock that is behind");
    service.world.pass(3 * hour);
    service.work();
    assert!(!store.nonce_used(&mark).unwrap());
}
