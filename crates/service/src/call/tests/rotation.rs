// SPDX-License-Identifier: Apache-2.0
//! New versions: by policy, on demand, and of asymmetric keys. What was encrypted under an earlier one
//! opens for ever.

use serde_json::json;

use edgekms_api::key::KeyState;

use super::{lifecycle::put_into, *};
use crate::{keyring::store::KeyringStore, port::Objects};

const DAY: i64 = 24 * 60 * 60 * 1000;

impl Service {
    fn metadata(&self, key: &str) -> Value {
        self.call("DescribeKey", &[("KeyId", key)])["KeyMetadata"].clone()
    }

    fn primary(&self, key: &str) -> String {
        self.metadata(key)["PrimaryKeyVersion"].as_str().unwrap().to_owned()
    }

    fn rotating_key(&self, interval: &str) -> String {
        let params = [("EnableAutomaticRotation", "true"), ("RotationInterval", interval)];
        let made = self.call("CreateKey", &params);
        made["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned()
    }

    fn versions(&self, key: &str) -> u64 {
        self.call("ListKeyVersions", &[("KeyId", key)])["TotalCount"].as_u64().unwrap()
    }

    fn sealed(&self, key: &str) -> String {
        let sealed = self.call("Encrypt", &[("KeyId", key), ("Plaintext", "aGVsbG8=")]);
        blob(&sealed).to_owned()
    }

    fn pass_and_work(&self, millis: i64) {
        self.world.pass(millis);
        self.work();
    }

    /// Events of this name that were handed to the log: a keyring keeps its own for 90 days.
    fn events_of(&self, name: &str) -> Vec<Value> {
        let lines = self.world.audit.lines.borrow();
        let events = lines.iter().map(|line| serde_json::from_str::<Value>(line).unwrap());
        events.filter(|event| event["eventName"] == name).collect()
    }
}

#[test]
fn a_year_of_rotations_passes_and_every_blob_opens() {
    // Only what grows too old is asked for anew: each round, that is.
    let mut service = Service::with(&[("USAGE", "off")]);
    let key = service.rotating_key("30d");
    let made = service.metadata(&key);
    assert_eq!(made["AutomaticRotation"], "Enabled");
    assert_eq!(made["RotationInterval"], "2592000s");
    assert_eq!(made["LastRotationDate"], "2023-11-14T22:13:20Z");
    assert_eq!(made["NextRotationDate"], "2023-12-14T22:13:20Z");
    let (mut blobs, mut primaries) = (vec![service.sealed(&key)], vec![service.primary(&key)]);
    for round in 1..=12 {
        service.pass_and_work(30 * DAY - 1_000);
        assert_eq!(service.versions(&key), round, "not before its time");
        service.pass_and_work(1_000);
        assert_eq!(service.versions(&key), round + 1);
        blobs.push(service.sealed(&key));
        primaries.push(service.primary(&key));
    }
    assert_eq!(service.metadata(&key)["LastRotationDate"], "2024-11-08T22:13:20Z");
    let mut distinct = primaries.clone();
    distinct.sort();
    distinct.dedup();
    assert_eq!(distinct.len(), 13, "each version is another");
    for _ in ["warm", "new"] {
        for (blob, version) in blobs.iter().zip(&primaries) {
            let opened = service.call("Decrypt", &[("CiphertextBlob", blob)]);
            assert_eq!(opened["Plaintext"], "aGVsbG8=");
            assert_eq!(opened["KeyVersionId"], version.as_str());
        }
        service.new_isolate();
    }
    let events = service.events_of("RotateKey");
    assert_eq!(events.len(), 12);
    assert!(events.iter().all(|event| event["keyId"] == key.as_str()));
    assert_eq!(events[0]["userIdentity"], json!({ "type": "system" }));
    let listed = service.call("ListKeyVersions", &[("KeyId", &key), ("PageSize", "2")]);
    let rows = &listed["KeyVersions"]["KeyVersion"];
    assert_eq!(rows[0]["KeyVersionId"], primaries[12].as_str(), "the newest first");
    assert_eq!(rows[1]["KeyVersionId"], primaries[11].as_str());
}

#[test]
fn an_isolate_that_has_not_heard_of_it_encrypts_under_the_version_before() {
    let mut service = Service::new();
    let key = service.rotating_key("7d");
    service.pass_and_work(7 * DAY - 10_000);
    let before = service.sealed(&key);
    let late = service.new_isolate();
    service.pass_and_work(10_000);
    assert_eq!(service.versions(&key), 2);
    let on_time = std::mem::replace(&mut service.server, late);
    let sealed = service.call("Encrypt", &[("KeyId", &key), ("Plaintext", "aGVsbG8=")]);
    let opened = service.call("Decrypt", &[("CiphertextBlob", &before)]);
    assert_eq!(sealed["KeyVersionId"], opened["KeyVersionId"], "late, and not wrong");
    service.server = on_time;
    let opened = service.call("Decrypt", &[("CiphertextBlob", blob(&sealed))]);
    assert_eq!(opened["Plaintext"], "aGVsbG8=");
}

#[test]
fn rotation_is_suspended_while_a_key_cannot_be_used_and_made_up_for_afterwards() {
    let service = Service::new();
    let key = service.rotating_key("7d");
    service.call("DisableKey", &[("KeyId", &key)]);
    assert_eq!(service.metadata(&key)["AutomaticRotation"], "Suspended");
    assert_eq!(service.metadata(&key)["NextRotationDate"], "2023-11-21T22:13:20Z");
    service.pass_and_work(10 * DAY);
    assert_eq!(service.versions(&key), 1);
    service.call("EnableKey", &[("KeyId", &key)]);
    service.work();
    assert_eq!(service.versions(&key), 2, "one that is overdue comes at once");
    assert_eq!(service.metadata(&key)["NextRotationDate"], "2023-12-01T22:13:20Z");
    service.call("ScheduleKeyDeletion", &[("KeyId", &key), ("PendingWindowInDays", "30")]);
    assert_eq!(service.metadata(&key)["AutomaticRotation"], "Suspended");
    service.pass_and_work(8 * DAY);
    assert_eq!(service.versions(&key), 2);
    service.call("CancelKeyDeletion", &[("KeyId", &key)]);
    service.work();
    assert_eq!(service.versions(&key), 3);
    // Off is off, whatever was planned.
    service.call("UpdateRotationPolicy", &[("KeyId", &key), ("EnableAutomaticRotation", "false")]);
    let told = service.metadata(&key);
    assert_eq!(told["AutomaticRotation"], "Disabled");
    assert_eq!(
        (&told["RotationInterval"], &told["NextRotationDate"]),
        (&Value::Null, &Value::Null)
    );
    service.pass_and_work(1_000 * DAY);
    assert_eq!(service.versions(&key), 3);
}

#[test]
fn a_policy_that_makes_a_rotation_overdue_has_it_done_at_once() {
    let service = Service::new();
    let key = service.new_key();
    service.pass_and_work(20 * DAY);
    let policy = |interval| {
        [
            ("KeyId", key.as_str()),
            ("EnableAutomaticRotation", "True"),
            ("RotationInterval", interval),
        ]
    };
    for bad in ["6d", "731d", "often"] {
        assert_eq!(service.refused("UpdateRotationPolicy", &policy(bad)), "InvalidParameter");
    }
    service.call("UpdateRotationPolicy", &policy("30d"));
    service.work();
    assert_eq!(service.versions(&key), 1);
    service.call("UpdateRotationPolicy", &policy("168h"));
    service.work();
    assert_eq!(service.versions(&key), 2);
    let rsa = [("KeySpec", "EC_P256")];
    let rsa = service.call("CreateKey", &rsa)["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned();
    let on =
        [("KeyId", rsa.as_str()), ("EnableAutomaticRotation", "true"), ("RotationInterval", "7d")];
    assert_eq!(service.refused("UpdateRotationPolicy", &on), "UnsupportedOperation");
}

#[test]
fn a_rotation_for_which_there_is_no_room_is_recorded_and_tried_again() {
    let service = Service::with(&[("MAX_KEY_VERSIONS", "1")]);
    let key = service.rotating_key("7d");
    service.pass_and_work(7 * DAY);
    assert_eq!(service.versions(&key), 1);
    let events = service.events_of("RotateKey");
    assert_eq!(events.len(), 1);
    assert_eq!(events[0]["errorCode"], "Rejected.LimitExceeded");
    *service.world.settings.borrow_mut() = Rc::new(settings(&[]));
    service.world.end_keyrings();
    service.pass_and_work(DAY);
    assert_eq!(service.versions(&key), 2);
}

#[test]
fn an_asymmetric_key_gets_a_version_once_in_seven_days_and_keeps_the_others() {
    let service = Service::with(&[("MAX_ASYMMETRIC_KEY_VERSIONS", "3")]);
    let made = service.call("CreateKey", &[("KeySpec", "EC_P256")]);
    let key = made["KeyMetadata"]["KeyId"].as_str().unwrap();
    let new = [("KeyId", key)];
    assert_eq!(service.refused("CreateKeyVersion", &new), "Rejected.LimitExceeded");
    service.pass_and_work(7 * DAY);
    service.call("CreateAlias", &[("KeyId", key), ("AliasName", "alias/a")]);
    let version = service.call("CreateKeyVersion", &[("KeyId", "alias/a")])["KeyVersion"].clone();
    assert_eq!(version["KeyId"], key);
    let id = version["KeyVersionId"].as_str().unwrap();
    let named = [("KeyId", key), ("KeyVersionId", id)];
    assert_eq!(service.call("DescribeKeyVersion", &named)["KeyVersion"], version);
    assert_eq!(service.refused("CreateKeyVersion", &new), "Rejected.LimitExceeded");
    let listed = service.call("ListKeyVersions", &new);
    let rows = listed["KeyVersions"]["KeyVersion"].as_array().unwrap();
    assert_eq!(rows.len(), 2);
    let digest = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    for row in rows {
        let version = row["KeyVersionId"].as_str().unwrap();
        let mut params = vec![("KeyId", key), ("KeyVersionId", version)];
        params.extend([("Algorithm", "ECDSA_SHA_256"), ("Digest", digest)]);
        let signed = service.call("AsymmetricSign", &params);
        params.push(("Value", signed["Value"].as_str().unwrap()));
        assert_eq!(service.call("AsymmetricVerify", &params)["Value"], true);
    }
    for _ in 0..2 {
        service.world.pass(7 * DAY);
        service.signed("CreateKeyVersion", &new, &service.nonce());
    }
    assert_eq!(service.versions(key), 3, "the quota holds");
    let symmetric = service.new_key();
    let new = [("KeyId", symmetric.as_str())];
    assert_eq!(service.refused("CreateKeyVersion", &new), "UnsupportedOperation");
    let other = [("KeyId", symmetric.as_str()), ("KeyVersionId", id)];
    assert_eq!(service.refused("DescribeKeyVersion", &other), "Forbidden.KeyVersionNotFound");
}

#[test]
fn aws_s_callers_rotate_by_policy_and_on_demand() {
    let service = Service::new();
    let key = service.new_aws_key();
    let named = json!({ "KeyId": key });
    let status = service.aws_call("GetKeyRotationStatus", &named);
    assert_eq!(status["KeyRotationEnabled"], false);
    for days in [89, 2_561] {
        let body = json!({ "KeyId": key, "RotationPeriodInDays": days });
        assert_eq!(service.aws_refused("EnableKeyRotation", &body), "ValidationException");
    }
    service.aws_call("EnableKeyRotation", &named);
    let status = service.aws_call("GetKeyRotationStatus", &named);
    assert_eq!(status["RotationPeriodInDays"], 365);
    assert_eq!(status["NextRotationDate"], NOW_SECS + 365 * 24 * 60 * 60);
    let sealed = service.aws_call("Encrypt", &json!({ "KeyId": key, "Plaintext": "aGVsbG8=" }));
    service.pass_and_work(DAY);
    service.aws_call("RotateKeyOnDemand", &named);
    service.pass_and_work(365 * DAY);
    service.aws_call("Decrypt", &json!({ "CiphertextBlob": sealed["CiphertextBlob"] }));
    let page = service.aws_call("ListKeyRotations", &json!({ "KeyId": key, "Limit": 1 }));
    assert_eq!(page["Truncated"], true);
    assert_eq!(page["Rotations"][0]["RotationType"], "ON_DEMAND");
    let next = json!({ "KeyId": key, "Marker": page["NextMarker"] });
    let page = service.aws_call("ListKeyRotations", &next);
    assert_eq!(page["Truncated"], false);
    assert_eq!(page["Rotations"][0]["RotationType"], "AUTOMATIC");
    assert_eq!(page["Rotations"].as_array().unwrap().len(), 1);
    service.aws_call("DisableKeyRotation", &named);
    assert_eq!(service.aws_call("GetKeyRotationStatus", &named)["KeyRotationEnabled"], false);
    service.aws_call("DisableKey", &named);
    for action in ["EnableKeyRotation", "DisableKeyRotation", "RotateKeyOnDemand"] {
        assert_eq!(service.aws_refused(action, &named), "DisabledException");
    }
    let signing = json!({ "KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY" });
    let signing = service.aws_call("CreateKey", &signing)["KeyMetadata"]["KeyId"].clone();
    for action in ["EnableKeyRotation", "GetKeyRotationStatus", "RotateKeyOnDemand"] {
        let refused = service.aws_refused(action, &json!({ "KeyId": signing }));
        assert_eq!(refused, "UnsupportedOperationException", "{action}");
    }
}

/// Changes the truth between what a command was prepared for and its decision.
struct Meanwhile<'a> {
    world: &'a World,
    change: &'a dyn Fn(),
}

impl Objects for Meanwhile<'_> {
    fn send<'a>(
        &'a self,
        place: &'a edgekms_api::place::Place,
        message: &'a str,
    ) -> crate::port::LocalFuture<'a, Result<String, crate::port::PortError>> {
        if message.contains("RotateKeyOnDemand") || message.contains("CreateKeyVersion") {
            (self.change)();
        }
        self.world.send(place, message)
    }
}

#[test]
fn what_changed_after_a_version_was_prepared_decides() {
    let service = Service::new();
    let made = service.call("CreateKey", &[("KeySpec", "EC_P256")]);
    let key = made["KeyMetadata"]["KeyId"].as_str().unwrap();
    service.pass_and_work(7 * DAY);
    let disable = || put_into(&service, key, KeyState::Disabled);
    let objects = Meanwhile { world: &service.world, change: &disable };
    let (status, refused) = service.signed_over(&objects, "CreateKeyVersion", &[("KeyId", key)]);
    assert_eq!((status, &*code(&refused)), (409, "Rejected.Disabled"));
    let id = key.parse().unwrap();
    assert_eq!(service.world.store(&place()).count_versions_of(&id).unwrap(), 1);
}
