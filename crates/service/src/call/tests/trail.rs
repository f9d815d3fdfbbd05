// SPDX-License-Identifier: Apache-2.0
//! The trail by whole calls: LookupEvents and ExportEvents.

use std::collections::{BTreeMap, BTreeSet};

use edgekms_api::product::Product;

use super::{
    accounts::{ACCOUNT, Signer, allow},
    *,
};
use crate::{
    audit::verify::{Wrong, verify},
    testing::{OPERATOR, root_keys},
};

type Asked<'a> = &'a [(&'a str, &'a str)];

impl Service {
    fn look_up(&self, params: Asked<'_>) -> Value {
        let (status, value) = self.asked(Product::Trail, &Signer::root(), "LookupEvents", params);
        assert_eq!(status, 200, "{value}");
        value
    }

    /// All pages of a look-up, and how many there were.
    fn all(&self, params: Asked<'_>) -> (Vec<Value>, usize) {
        let (mut events, mut token, mut pages) = (Vec::new(), None::<String>, 0);
        loop {
            let mut params = params.to_vec();
            params.extend(token.as_deref().map(|token| ("NextToken", token)));
            let mut page = self.look_up(&params);
            pages += 1;
            events.extend(std::mem::take(page["Events"].as_array_mut().unwrap()));
            match page["NextToken"].as_str() {
                Some(next) => token = Some(next.to_owned()),
                None => return (events, pages),
            }
        }
    }

    fn export(&self) -> String {
        let operator = Signer { id: OPERATOR.to_owned(), ..Signer::root() };
        let (mut lines, mut marker) = (Vec::new(), None::<String>);
        loop {
            let params: Vec<_> = marker.iter().map(|marker| ("Marker", marker.as_str())).collect();
            let (status, part) = self.asked(Product::Kms, &operator, "ExportEvents", &params);
            assert_eq!(status, 200, "{part}");
            let some = part["Lines"].as_array().unwrap();
            lines.extend(some.iter().map(|line| line.as_str().unwrap().to_owned()));
            match part["NextMarker"].as_str() {
                Some(next) => marker = Some(next.to_owned()),
                None => return lines.join("\n"),
            }
        }
    }
}

fn names(events: &[Value]) -> Vec<&str> {
    events.iter().map(|event| event["eventName"].as_str().unwrap()).collect()
}

/// A call of each kind, a second apart: by the keyring, in an isolate, by the account, of a session.
fn some_calls(service: &Service) -> String {
    let key = service.new_key();
    service.world.pass(1_000);
    service.call("Encrypt", &[("KeyId", &key), ("Plaintext", "aGVsbG8=")]);
    service.world.pass(1_000);
    service.ram("CreateUser", &[("UserName", "alice")]);
    service.world.pass(1_000);
    service.asked(Product::Sts, &Signer::root(), "GetCallerIdentity", &[]);
    service.world.pass(1_000);
    key
}

#[test]
fn events_of_keyring_account_and_audit_objects_are_one_list_in_the_order_of_time() {
    let service = Service::new();
    let key = some_calls(&service);
    let found = service.look_up(&[]);
    let events = found["Events"].as_array().unwrap();
    assert_eq!(names(events), ["GetCallerIdentity", "CreateUser", "Encrypt", "CreateKey"]);
    assert_eq!(found["NextToken"], Value::Null);
    assert_eq!(found["EndTime"], "2023-11-14T22:13:24Z");
    assert_eq!(found["StartTime"], "2023-11-07T22:13:24Z");
    let (mut forward, pages) = service.all(&[("Direction", "FORWARD"), ("MaxResults", "1")]);
    assert!(pages >= 5, "{pages}");
    assert_eq!(
        names(&forward),
        ["CreateKey", "Encrypt", "CreateUser", "GetCallerIdentity", "LookupEvents"],
        "the look-up before, too"
    );
    let lookup = forward.pop().unwrap();
    assert_eq!(
        (&lookup["serviceName"], &lookup["eventRW"]),
        (&"Actiontrail".into(), &"Read".into())
    );
    assert_eq!(lookup["eventSource"], "actiontrail.cn-hangzhou.aliyuncs.com");
    let told = |event: &Value| (event["serviceName"].clone(), event["isGlobal"].clone());
    let services: Vec<_> = forward.iter().map(told).collect();
    let expected = [("Kms", false), ("Kms", false), ("Ram", true), ("Sts", true)];
    assert_eq!(services, expected.map(|(name, is)| (name.into(), is.into())));
    assert_eq!(forward[1]["referencedResources"]["ACS::KMS::Key"][0], key.as_str());
    assert_eq!(forward[2]["referencedResources"]["ACS::RAM::User"][0], "alice");
    assert_eq!(forward[2]["requestParameters"]["UserName"], "alice");
}

#[test]
fn events_are_found_by_each_attribute_and_by_time() {
    let service = Service::new();
    let key = some_calls(&service);
    let end = ("EndTime", "2023-11-14T22:13:23Z");
    let by = |key: &str, value: &str| {
        let params = [("LookupAttribute.1.Key", key), ("LookupAttribute.1.Value", value), end];
        let events = service.all(&params).0;
        names(&events).into_iter().map(str::to_owned).collect::<Vec<_>>()
    };
    let id = service.all(&[end]).0[0]["eventId"].as_str().unwrap().to_owned();
    for (name, value, expected) in [
        ("ServiceName", "Kms", vec!["Encrypt", "CreateKey"]),
        ("EventName", "CreateUser", vec!["CreateUser"]),
        ("EventRW", "Write", vec!["CreateUser", "CreateKey"]),
        ("User", "root", vec!["GetCallerIdentity", "CreateUser", "Encrypt", "CreateKey"]),
        ("EventAccessKeyId", "other", vec![]),
        ("ResourceType", "ACS::RAM::User", vec!["CreateUser"]),
        ("ResourceName", &key, vec!["Encrypt", "CreateKey"]),
        ("EventId", &id, vec!["GetCallerIdentity"]),
    ] {
        assert_eq!(by(name, value), expected, "{name}");
    }
    let from = ("StartTime", "2023-11-14T22:13:21Z");
    let two = service.all(&[from, ("EndTime", "2023-11-14T22:13:22Z")]).0;
    assert_eq!(names(&two), ["CreateUser", "Encrypt"], "both seconds included");
}

#[test]
fn each_call_is_found_once_however_it_is_paged_and_whatever_comes_meanwhile() {
    let service = Service::new();
    let mut expected = BTreeSet::new();
    for number in 0..60 {
        let (action, params): (_, Asked<'_>) = match number % 3 {
            0 => ("CreateKey", &[]),
            1 => ("ListKeys", &[]),
            _ => ("GenerateDataKey", &[("KeyId", "no-such-key")]),
        };
        let (_, answer) = service.signed(action, params, &service.nonce());
        expected.insert(answer["RequestId"].as_str().unwrap().to_owned());
        // Several in one millisecond.
        service.world.pass(i64::from(number % 4 == 0));
    }
    let end = ("EndTime", "2023-11-14T22:13:20Z");
    for direction in ["FORWARD", "BACKWARD"] {
        for size in ["1", "7", "50"] {
            let params = [("Direction", direction), ("MaxResults", size), end];
            let (mut events, pages) = service.all(&params);
            // Look-ups before this one are events of the same second.
            events.retain(|event| event["serviceName"] == "Kms");
            let mut times: BTreeMap<_, usize> = BTreeMap::new();
            for event in &events {
                *times.entry(event["requestId"].as_str().unwrap().to_owned()).or_default() += 1;
            }
            assert_eq!(times.keys().cloned().collect::<BTreeSet<_>>(), expected);
            assert!(times.values().all(|times| *times == 1), "{direction} {size} {times:?}");
            assert!(size != "1" || pages > 60);
        }
        service.world.pass(2_000);
    }
}

#[test]
fn what_is_rare_is_found_by_pages_that_go_on() {
    let service = Service::new();
    let key = service.new_key();
    for _ in 0..40 {
        service.call("ListKeys", &[]);
        service.world.pass(1);
    }
    let by_key = [("LookupAttribute.1.Key", "ResourceName"), ("LookupAttribute.1.Value", &*key)];
    let (found, pages) = service.all(&by_key);
    assert_eq!((names(&found), pages), (vec!["CreateKey"], 1));
}

#[test]
fn a_token_goes_on_in_its_own_look_up_alone() {
    let service = Service::with(&[("REGIONS", "cn-hangzhou,cn-beijing")]);
    some_calls(&service);
    let first = service.look_up(&[("MaxResults", "1")]);
    let token = first["NextToken"].as_str().unwrap();
    let (start, end) = (first["StartTime"].as_str().unwrap(), first["EndTime"].as_str().unwrap());
    service.world.pass(60_000);
    let go_on = |params: Asked<'_>| {
        let mut all = vec![("NextToken", token)];
        all.extend(params);
        service.asked(Product::Trail, &Signer::root(), "LookupEvents", &all)
    };
    for params in [
        &[][..],
        &[("MaxResults", "3")],
        &[("Direction", "BACKWARD")],
        &[("StartTime", start), ("EndTime", end)],
    ] {
        let (status, page) = go_on(params);
        assert_eq!(status, 200, "{page}");
        assert_eq!(page["Events"][0]["eventName"], "CreateUser", "{params:?}");
        assert_eq!(page["EndTime"], end);
    }
    for params in [
        &[("Direction", "FORWARD")][..],
        &[("EndTime", "2023-11-14T22:13:20Z")],
        &[("LookupAttribute.1.Key", "EventRW"), ("LookupAttribute.1.Value", "Read")],
        &[("RegionId", "cn-beijing")],
    ] {
        let (status, answer) = go_on(params);
        assert_eq!((status, code(&answer).as_str()), (400, "InvalidParameter"), "{params:?}");
        assert!(answer["Message"].as_str().unwrap().contains("\"NextToken\""), "{answer}");
    }
}

#[test]
fn what_cannot_be_looked_up_is_refused_by_name() {
    let service = Service::new();
    let a_key = ("LookupAttribute.1.Key", "EventName");
    for (params, name) in [
        (&[("MaxResults", "51")][..], "MaxResults"),
        (&[("Direction", "UP")], "Direction"),
        (&[("StartTime", "yesterday")], "StartTime"),
        (&[("StartTime", "2023-11-14T22:13:21Z")], "StartTime"),
        (
            &[("StartTime", "2023-01-02T00:00:00Z"), ("EndTime", "2023-01-01T00:00:00Z")],
            "StartTime",
        ),
        (&[a_key], "LookupAttribute"),
        (
            &[("LookupAttribute.1.Key", "Colour"), ("LookupAttribute.1.Value", "a")],
            "LookupAttribute",
        ),
        (
            &[
                a_key,
                ("LookupAttribute.1.Value", "a"),
                ("LookupAttribute.2.Key", "User"),
                ("LookupAttribute.2.Value", "a"),
            ],
            "LookupAttribute",
        ),
        (&[("NextToken", "AAAA")], "NextToken"),
    ] {
        let (status, answer) =
            service.asked(Product::Trail, &Signer::root(), "LookupEvents", params);
        assert_eq!((status, code(&answer).as_str()), (400, "InvalidParameter"), "{params:?}");
        assert!(answer["Message"].as_str().unwrap().contains(&format!("\"{name}\"")), "{answer}");
    }
    assert_eq!(service.look_up(&[("MaxResults", "0")])["Events"].as_array().unwrap().len(), 9);
}

#[test]
fn one_shard_that_says_nothing_is_no_shorter_list() {
    let service = Service::new();
    some_calls(&service);
    service.world.trail.broken.set(true);
    let (status, answer) = service.asked(Product::Trail, &Signer::root(), "LookupEvents", &[]);
    assert_eq!((status, code(&answer).as_str()), (503, "ServiceUnavailableTemporary"));
    service.world.trail.broken.set(false);
    service.world.keyrings_broken.set(true);
    let (status, _) = service.asked(Product::Trail, &Signer::root(), "LookupEvents", &[]);
    assert_eq!(status, 503);
}

#[test]
fn only_root_and_whom_a_policy_lets_may_look_and_each_look_is_an_event() {
    let service = Service::new();
    let (eve, olga) = (service.user("eve"), service.user("olga"));
    service.new_policy("looks", &allow("actiontrail:LookupEvents", "*"));
    service.attach("looks", "User", "olga");
    service.world.pass(60_000);
    let look = |signer: &Signer| service.asked(Product::Trail, signer, "LookupEvents", &[]);
    let (status, refused) = look(&eve);
    assert_eq!((status, code(&refused).as_str()), (403, "NoPermission"));
    assert_eq!(look(&olga).0, 200);
    let operator = Signer { id: OPERATOR.to_owned(), ..Signer::root() };
    assert_eq!(look(&operator).0, 403);
    let looks = service
        .all(&[("LookupAttribute.1.Key", "EventName"), ("LookupAttribute.1.Value", "LookupEvents")])
        .0;
    let who = |event: &Value| {
        (
            event["userIdentity"]["userName"].as_str().unwrap().to_owned(),
            event["errorCode"].is_null(),
        )
    };
    let mut who: Vec<_> = looks.iter().map(who).collect();
    who.sort();
    let own = |name: &str, done| (name.to_owned(), done);
    assert_eq!(who, [own("eve", false), own("olga", true), own("operator", false)]);
}

#[test]
fn the_events_of_a_session_tell_when_it_was_made() {
    let service = Service::new();
    let broker = service.user("broker");
    let trust = format!(
        r#"{{"Version":"1","Statement":[{{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{{"RAM":["acs:ram::{ACCOUNT}:user/broker"]}}}}]}}"#
    );
    service.ram("CreateRole", &[("RoleName", "Page"), ("AssumeRolePolicyDocument", &trust)]);
    service.new_policy("assumes", &allow("sts:AssumeRole", "*"));
    service.attach("assumes", "User", "broker");
    service.world.pass(60_000);
    let role = format!("acs:ram::{ACCOUNT}:role/page");
    let params = [("RoleArn", &*role), ("RoleSessionName", "alice")];
    let (status, told) = service.asked(Product::Sts, &broker, "AssumeRole", &params);
    assert_eq!(status, 200, "{told}");
    let session = Signer::of(&told["Credentials"]);
    service.world.pass(5_000);
    assert_eq!(service.asked(Product::Kms, &session, "ListKeys", &[]).0, 403);
    // One that a keyring stores with its change, refused.
    assert_eq!(service.asked(Product::Kms, &session, "CreateKey", &[]).0, 403);
    let by = [("LookupAttribute.1.Key", "User"), ("LookupAttribute.1.Value", "Page:alice")];
    let events = service.all(&by).0;
    assert_eq!(names(&events).len(), 2);
    for event in &events {
        let identity = &event["userIdentity"];
        assert_eq!(identity["type"], "assumed-role");
        assert_eq!(identity["accessKeyId"], session.id.as_str());
        assert_eq!(identity["principalId"], told["AssumedRoleUser"]["AssumedRoleId"]);
        let attributes = serde_json::json!({ "mfaAuthenticated": "false", "creationDate": "2023-11-14T22:14:20Z" });
        assert_eq!(identity["sessionContext"], serde_json::json!({ "attributes": attributes }));
    }
    let taken = service
        .all(&[("LookupAttribute.1.Key", "EventName"), ("LookupAttribute.1.Value", "AssumeRole")])
        .0;
    assert_eq!(taken[0]["userIdentity"]["userName"], "broker");
    assert_eq!(taken[0]["userIdentity"]["sessionContext"], Value::Null);
    assert_eq!(taken[0]["referencedResources"]["ACS::RAM::Role"][0], "page");
    let text = serde_json::to_string(&service.all(&[]).0).unwrap();
    for secret in [&session.secret, session.token.as_ref().unwrap(), &broker.secret] {
        assert!(!text.contains(secret.as_str()));
    }
}

#[test]
fn an_export_is_the_operator_s_has_every_event_and_shows_what_was_changed() {
    let service = Service::new();
    some_calls(&service);
    for _ in 0..20 {
        service.call("ListKeys", &[]);
    }
    for signer in [Signer::root(), service.user("eve")] {
        let (status, answer) = service.asked(Product::Kms, &signer, "ExportEvents", &[]);
        assert_eq!((status, code(&answer).as_str()), (403, "Forbidden.NoPermission"));
    }
    let export = service.export();
    for name in ["CreateKey", "Encrypt", "CreateUser", "GetCallerIdentity", "ExportEvents"] {
        assert!(export.contains(&format!(r#"\"eventName\":\"{name}\""#)), "{name}");
    }
    let reports = verify(&export, &[], &root_keys()).unwrap();
    assert!(reports.len() >= 10, "keyring, account and audit objects of both places");
    assert!(reports.iter().all(|report| report.verdict.is_ok()));
    // 24 of the calls above, the two that are refused, and what made the user eve.
    let events: u64 = reports.iter().map(|report| report.verdict.as_ref().unwrap().events).sum();
    assert!(events >= 28, "{events}");
    let spoilt = export.replacen("CreateUser", "DeleteUser", 1);
    let wrong = verify(&spoilt, &[], &root_keys()).unwrap();
    let wrong: Vec<_> = wrong.into_iter().filter_map(|report| report.verdict.err()).collect();
    assert_eq!(wrong.len(), 1);
    assert_eq!(wrong[0].wrong, Wrong::Changed);
    let operator = Signer { id: OPERATOR.to_owned(), ..Signer::root() };
    for marker in ["x", "MTptYXJzLzA6MQ"] {
        let (_, answer) =
            service.asked(Product::Kms, &operator, "ExportEvents", &[("Marker", marker)]);
        assert_eq!(code(&answer), "InvalidParameter");
    }
}
