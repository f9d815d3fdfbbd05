// SPDX-License-Identifier: Apache-2.0
//! Keys whose material comes and goes: states, expiry, quotas, copies.

use super::*;

const DAY: i64 = 24 * HOUR;

fn wait_for_deletion(service: &Service, key: &str) {
    service.call("ScheduleKeyDeletion", &[("KeyId", key), ("PendingWindowInDays", "7")]);
}

#[test]
fn a_key_without_material_does_nothing_and_is_managed() {
    let service = Service::new();
    let key = service.new_external(&[("Tags", r#"[{"TagKey":"a","TagValue":"b"}]"#)]);
    for action in ["Encrypt", "GenerateDataKey"] {
        let params = [("KeyId", &*key), ("Plaintext", "aGVsbG8=")];
        assert_eq!(service.refused(action, &params), "Rejected.PendingImport");
    }
    for action in ["EnableKey", "DisableKey", "CancelKeyDeletion"] {
        assert_eq!(service.refused(action, &[("KeyId", &key)]), "Rejected.StateModifiedFailed");
    }
    assert_eq!(service.call("ListKeyVersions", &[("KeyId", &key)])["TotalCount"], 0);
    service.call("CreateAlias", &[("KeyId", &key), ("AliasName", "alias/a")]);
    service.call("DeleteKeyMaterial", &[("KeyId", &key)]);
    let pending = ("Filters", r#"[{"Key":"KeyState","Values":["PendingImport"]}]"#);
    assert_eq!(service.call("ListKeys", &[pending])["TotalCount"], 1);
    wait_for_deletion(&service, &key);
    service.call("CancelKeyDeletion", &[("KeyId", &key)]);
    assert_eq!(service.state_of(&key), "PendingImport");
    // By AWS's protocol too, which would disable another key.
    wait_for_deletion(&service, &key);
    assert_eq!(service.aws("CancelKeyDeletion", &json!({ "KeyId": key })).status, 200);
    assert_eq!(service.state_of(&key), "PendingImport");
    wait_for_deletion(&service, &key);
    service.world.pass(8 * DAY);
    service.work();
    assert_eq!(service.refused("DescribeKey", &[("KeyId", &key)]), "Forbidden.KeyNotFound");
}

#[test]
fn imported_material_never_rotates() {
    let service = Service::new();
    let rotating =
        [("EnableAutomaticRotation", "true"), ("RotationInterval", "7d"), ("Origin", "EXTERNAL")];
    assert_eq!(service.refused("CreateKey", &rotating), "Unsupported.Origin");
    let key = service.new_external(&[]);
    service.import(&key, &MATERIAL, "0").unwrap();
    let policy = [("KeyId", &*key), rotating[0], rotating[1]];
    assert_eq!(service.refused("UpdateRotationPolicy", &policy), "Unsupported.Origin");
    assert_eq!(service.refused("CreateKeyVersion", &[("KeyId", &key)]), "Unsupported.Origin");
    for action in ["EnableKeyRotation", "RotateKeyOnDemand"] {
        let refused = service.aws(action, &json!({ "KeyId": key }));
        assert_eq!(refused.error.as_deref(), Some("UnsupportedOperationException"), "{action}");
    }
}

#[test]
fn deleted_material_is_gone_and_the_same_alone_may_come_again() {
    let service = Service::new();
    let key = service.new_external(&[]);
    service.import(&key, &MATERIAL, "0").unwrap();
    let sealed = service.sealed_hello(&key);
    service.call("DeleteKeyMaterial", &[("KeyId", &key)]);
    assert_eq!(service.state_of(&key), "PendingImport");
    assert_eq!(
        service.refused("Decrypt", &[("CiphertextBlob", &sealed)]),
        "Rejected.PendingImport"
    );
    let encrypt = [("KeyId", &*key), ("Plaintext", "aGVsbG8=")];
    assert_eq!(service.refused("Encrypt", &encrypt), "Rejected.PendingImport");
    let store = service.world.store(&place());
    assert!(!truth(&service).contains("Wrapped"), "no material is left in the truth");
    let versions = store.versions_of(&key.parse().unwrap(), 0, 9).unwrap();
    assert_eq!(versions.len(), 1, "whose a blob is stays known");

    let (code, message) = service.import(&key, &OTHER, "0").unwrap_err();
    assert_eq!(code, "InvalidKeyMaterial");
    assert!(message.contains("make a new key"), "{message}");
    let parameters = service.parameters(&key, "RSAES_OAEP_SHA_256");
    let body = json!({ "KeyId": key, "ImportToken": parameters.token,
        "EncryptedKeyMaterial": parameters.wrap(&OTHER),
        "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE" });
    let refused = service.aws("ImportKeyMaterial", &body);
    assert_eq!(refused.error.as_deref(), Some("IncorrectKeyMaterialException"));
    assert_eq!(service.state_of(&key), "PendingImport");
    service.world.pass(1_000);
    service.import(&key, &MATERIAL, "0").unwrap();
    service.opens(&sealed);
    assert!(opened_by(&MATERIAL, &service.sealed_hello(&key)));
}

#[test]
fn the_same_material_is_known_though_the_root_key_that_wrapped_it_is_gone() {
    let mut service = Service::new();
    let key = service.new_external(&[]);
    service.import(&key, &MATERIAL, "0").unwrap();
    let sealed = service.sealed_hello(&key);
    service.call("DeleteKeyMaterial", &[("KeyId", &key)]);
    let roots = r#"{"current":"2","keys":{"2":"//79/Pv6+fj39vX08/Lx8O/u7ezr6uno5+bl5OPi4eA="}}"#;
    let anew = || settings(&[("ROOT_KEYS", roots)]);
    *service.world.settings.borrow_mut() = std::rc::Rc::new(anew());
    service.world.end_keyrings();
    service.server = Server::new(anew(), service.world.stores());
    assert_eq!(service.import(&key, &OTHER, "0").unwrap_err().0, "InvalidKeyMaterial");
    service.import(&key, &MATERIAL, "0").unwrap();
    service.opens(&sealed);
}

#[test]
fn an_import_enables_what_waited_for_it_and_nothing_else() {
    let service = Service::new();
    let key = service.new_external(&[]);
    service.import(&key, &MATERIAL, "0").unwrap();
    service.import(&key, &MATERIAL, "0").unwrap();
    assert_eq!(service.state_of(&key), "Enabled");
    service.call("DisableKey", &[("KeyId", &key)]);
    service.import(&key, &MATERIAL, "0").unwrap();
    assert_eq!(service.state_of(&key), "Disabled");
    service.call("EnableKey", &[("KeyId", &key)]);
    let sealed = service.sealed_hello(&key);
    wait_for_deletion(&service, &key);
    let parameters = service.parameters(&key, "RSAES_OAEP_SHA_256");
    let code = service.refused_import(&key, &parameters.token, &parameters.wrap(&MATERIAL));
    assert_eq!(code, "Rejected.StateModifiedFailed");
    let before = service.call("DescribeKey", &[("KeyId", &key)]);
    service.call("DeleteKeyMaterial", &[("KeyId", &key)]);
    let after = service.call("DescribeKey", &[("KeyId", &key)]);
    for field in ["KeyState", "DeleteDate"] {
        assert_eq!(after["KeyMetadata"][field], before["KeyMetadata"][field]);
    }
    assert_eq!(
        service.refused("Decrypt", &[("CiphertextBlob", &sealed)]),
        "Rejected.PendingDeletion"
    );
    service.call("CancelKeyDeletion", &[("KeyId", &key)]);
    assert_eq!(service.state_of(&key), "PendingImport", "there is nothing to enable");
    service.import(&key, &MATERIAL, "0").unwrap();
    service.opens(&sealed);
    wait_for_deletion(&service, &key);
    service.call("CancelKeyDeletion", &[("KeyId", &key)]);
    assert_eq!(service.state_of(&key), "Enabled");
}

#[test]
fn material_expires_on_time_with_an_event_of_the_system() {
    let service = Service::new();
    let key = service.new_external(&[]);
    let at = |secs: i64| (NOW_SECS + secs).to_string();
    for past in [at(0), at(-9), "1".to_owned(), "253402300800".to_owned()] {
        let (code, message) = service.import(&key, &MATERIAL, &past).unwrap_err();
        assert_eq!(code, "InvalidParameter", "{past}");
        assert!(message.contains("KeyMaterialExpireUnix"), "{message}");
    }
    service.import(&key, &MATERIAL, &at(3_600)).unwrap();
    let described = service.call("DescribeKey", &[("KeyId", &key)]);
    assert_eq!(described["KeyMetadata"]["MaterialExpireTime"], "2023-11-14T23:13:20Z");
    let sealed = service.sealed_hello(&key);
    // Later, after all: the job decides again.
    service.import(&key, &MATERIAL, &at(7_200)).unwrap();
    service.world.pass(HOUR + 1_000);
    service.work();
    service.opens(&sealed);
    service.world.pass(HOUR - 2_000);
    service.work();
    assert_eq!(service.state_of(&key), "Enabled");
    service.world.pass(1_000);
    service.work();
    assert_eq!(service.state_of(&key), "PendingImport");
    assert!(!truth(&service).contains("Wrapped"));
    service.world.pass(2 * 60_000);
    assert_eq!(
        service.refused("Decrypt", &[("CiphertextBlob", &sealed)]),
        "Rejected.PendingImport"
    );
    let lines = service.world.audit.lines.borrow();
    let events: Vec<Value> = lines.iter().map(|line| serde_json::from_str(line).unwrap()).collect();
    let expired: Vec<_> =
        events.iter().filter(|event| event["eventName"] == "DeleteExpiredKeyMaterial").collect();
    assert_eq!(expired.len(), 1);
    assert!(expired[0].to_string().contains(&key) && expired[0].get("errorCode").is_none());
}

#[test]
fn expiry_is_taken_back_by_deletion_and_by_another_import() {
    let service = Service::new();
    let key = service.new_external(&[]);
    let soon = (NOW_SECS + 60).to_string();
    service.import(&key, &MATERIAL, &soon).unwrap();
    service.call("DeleteKeyMaterial", &[("KeyId", &key)]);
    let described = service.call("DescribeKey", &[("KeyId", &key)]);
    assert_eq!(described["KeyMetadata"]["MaterialExpireTime"], "");
    service.import(&key, &MATERIAL, "0").unwrap();
    service.world.pass(HOUR);
    service.work();
    assert_eq!(service.state_of(&key), "Enabled");
    // While the key waits for its deletion its material expires, and nothing else changes.
    let soon = (NOW_SECS + 7_200).to_string();
    service.import(&key, &MATERIAL, &soon).unwrap();
    wait_for_deletion(&service, &key);
    service.world.pass(2 * HOUR);
    service.work();
    assert_eq!(service.state_of(&key), "PendingDeletion");
    assert!(!truth(&service).contains("Wrapped"));
}

#[test]
fn a_key_counts_when_it_is_made_and_its_version_when_its_material_comes() {
    let service = Service::with(&[("MAX_KEYS", "3"), ("MAX_KEY_VERSIONS", "1")]);
    let key = service.new_external(&[]);
    let full = service.new_external(&[]);
    service.import(&key, &MATERIAL, "0").unwrap();
    assert_eq!(
        service.refused("CreateKey", &[]),
        "Rejected.LimitExceeded",
        "no room for a version"
    );
    let parameters = service.parameters(&full, "RSAES_OAEP_SHA_256");
    let code = service.refused_import(&full, &parameters.token, &parameters.wrap(&MATERIAL));
    assert_eq!(code, "Rejected.LimitExceeded");
    service.new_external(&[]);
    assert_eq!(service.refused("CreateKey", &[("Origin", "EXTERNAL")]), "Rejected.LimitExceeded");
    // What comes again has its room.
    service.call("DeleteKeyMaterial", &[("KeyId", &key)]);
    service.import(&key, &MATERIAL, "0").unwrap();
}

#[test]
fn another_isolate_hears_that_material_went_and_came() {
    let mut service = Service::new();
    let key = service.new_external(&[]);
    service.import(&key, &MATERIAL, "0").unwrap();
    let sealed = service.sealed_hello(&key);
    service.opens(&sealed);
    // From now on changes are made through another one than the first.
    let mut idle = service.new_isolate();
    let decrypt = [("CiphertextBlob", &*sealed)];
    service.call("DeleteKeyMaterial", &[("KeyId", &key)]);
    service.work();
    std::mem::swap(&mut service.server, &mut idle);
    service.world.pass(61_000);
    assert_eq!(service.refused("Decrypt", &decrypt), "Rejected.PendingImport");
    std::mem::swap(&mut service.server, &mut idle);
    service.import(&key, &MATERIAL, "0").unwrap();
    service.work();
    service.opens(&sealed);
    std::mem::swap(&mut service.server, &mut idle);
    service.world.pass(61_000);
    service.opens(&sealed);
}
