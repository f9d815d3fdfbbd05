// SPDX-License-Identifier: Apache-2.0
//! Rotating root keys: everything is wrapped anew, whatever comes between, and nothing is unreadable at any
//! moment.

use serde_json::json;

use super::*;
use crate::{
    keyring::store::{Change, KeyringStore},
    material::stores::StoredMaterial,
    object::{Batch, ObjectStore},
};

const HOUR: i64 = 60 * 60 * 1000;
pub(super) const BOTH: &str = r#"{"current":"2","keys":{"1":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=","2":"//79/Pv6+fj39vX08/Lx8O/u7ezr6uno5+bl5OPi4eA="}}"#;
pub(super) const SECOND: &str =
    r#"{"current":"2","keys":{"2":"//79/Pv6+fj39vX08/Lx8O/u7ezr6uno5+bl5OPi4eA="}}"#;

impl Service {
    /// Deploys other root keys: keyrings and isolates begin anew with them.
    pub(super) fn deploy(&mut self, root_keys: &str) -> Server {
        let changes = [("ROOT_KEYS", root_keys)];
        *self.world.settings.borrow_mut() = std::rc::Rc::new(settings(&changes));
        self.world.end_keyrings();
        let server = Server::new(settings(&changes), self.world.stores());
        std::mem::replace(&mut self.server, server)
    }

    fn operated(&self, action: &str, params: &[(&str, &str)]) -> Value {
        let (status, value) = self.operate(action, params);
        assert_eq!(status, 200, "{action}: {value}");
        value
    }

    fn retire(&self, root: &str) -> (u16, String) {
        let (status, value) = self.operate("RetireRootKey", &[("RootKeyVersion", root)]);
        (status, value["Code"].as_str().unwrap_or_default().to_owned())
    }

    /// A root key version as DescribeRootKeys tells it, if it does.
    fn root(&self, root: &str) -> Option<Value> {
        let told = self.operated("DescribeRootKeys", &[]);
        let rows = told["RootKeys"]["RootKey"].as_array().unwrap().clone();
        rows.into_iter().find(|row| row["RootKeyVersion"] == root)
    }

    fn references(&self, root: &str) -> u64 {
        self.root(root).unwrap()["References"].as_u64().unwrap()
    }

    fn rewrap(&self) -> Value {
        self.operated("DescribeRootKeys", &[])["Rewrap"].clone()
    }

    fn sealed_by(&self, key: &str) -> String {
        let sealed = self.call("Encrypt", &[("KeyId", key), ("Plaintext", "aGVsbG8=")]);
        blob(&sealed).to_owned()
    }

    fn blob_opens(&self, blob: &str) {
        let opened = self.call("Decrypt", &[("CiphertextBlob", blob)]);
        assert_eq!(opened["Plaintext"], "aGVsbG8=");
    }

    /// Works through pages until the re-wrap is done.
    fn work_through(&self) {
        for _ in 0..100 {
            if self.rewrap()["Status"] == "Done" {
                return;
            }
            self.world.pass(2_000);
            self.work();
        }
        panic!("it did not come to an end: {}", self.rewrap());
    }
}

/// Keys with a blob each.
fn keys(service: &Service, number: usize) -> Vec<(String, String)> {
    let key = |_| {
        let key = service.new_key();
        let sealed = service.sealed_by(&key);
        (key, sealed)
    };
    (0..number).map(key).collect()
}

#[test]
fn everything_is_wrapped_anew_and_the_version_before_can_be_taken_away() {
    let mut service = Service::with(&[("MAX_KEYS", "1000")]);
    let keys = keys(&service, 250);
    let hardware = service.call("CreateKey", &[("ProtectionLevel", "HSM")]);
    let in_hardware = hardware["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned();
    service.work();
    let late = service.deploy(BOTH);
    let first = service.root("1").unwrap();
    assert_eq!(
        first,
        json!({ "RootKeyVersion": "1", "Current": false, "Known": true, "Listed": true, "References": 250 })
    );
    assert_eq!(service.root("2").unwrap()["Known"], false, "nothing is wrapped under it yet");
    assert_eq!(service.rewrap(), Value::Null);
    assert_eq!(service.retire("1"), (409, "Rejected.StateModifiedFailed".to_owned()));
    assert_eq!(service.retire("2"), (404, "Forbidden.ResourceNotFound".to_owned()));

    service.operated("RewrapKeys", &[]);
    service.work();
    assert_eq!((service.references("1"), service.references("2")), (150, 100), "a page");
    assert_eq!(service.rewrap()["Status"], "Running");
    // An isolate with the copies from before, and one with none.
    let on_time = std::mem::replace(&mut service.server, late);
    keys.iter().for_each(|(_, blob)| service.blob_opens(blob));
    service.server = on_time;
    keys.iter().for_each(|(_, blob)| service.blob_opens(blob));

    service.work_through();
    assert_eq!(
        service.rewrap(),
        json!({ "Status": "Done", "RootKeyVersion": "2", "Rewrapped": 250, "Left": 0 })
    );
    assert_eq!((service.references("1"), service.references("2")), (0, 250));
    assert_eq!(service.retire("2").0, 409, "the current one");
    assert_eq!(service.retire("1").0, 409, "copies may need it");
    let from = service.root("1").unwrap()["RetirableDate"].as_str().unwrap().to_owned();
    let from: Timestamp = from.parse().unwrap();
    service.world.pass(from.unix_secs() * 1000 - service.world.clock.0.get() - 1_000);
    service.work();
    assert_eq!(service.retire("1").0, 409, "a second before its time");
    service.world.pass(1_000);
    assert_eq!(service.retire("1").0, 200);
    assert_eq!(service.root("1").unwrap()["Known"], false);

    service.deploy(SECOND);
    keys.iter().for_each(|(_, blob)| service.blob_opens(blob));
    service.call("DescribeKey", &[("KeyId", &in_hardware)]);
    assert_eq!(service.root("1"), None);
    let events = service.world.audit.lines.borrow().clone();
    let own = events.iter().filter(|line| line.contains("\"RewrapKeys\""));
    let own: Vec<_> = own.filter(|line| line.contains(r#"{"type":"system"}"#)).collect();
    assert_eq!(own.len(), 1, "its end is recorded: {own:?}");
}

#[test]
fn it_goes_on_after_any_interruption() {
    let mut service = Service::with(&[("MAX_KEYS", "1000")]);
    let keys = keys(&service, 220);
    service.work();
    service.deploy(BOTH);
    service.operated("RewrapKeys", &[]);
    let store = service.world.store(&place());
    let mut rounds = 0;
    while service.rewrap()["Status"] != "Done" {
        rounds += 1;
        assert!(rounds < 200, "{}", service.rewrap());
        service.world.end_keyrings();
        service.world.kv.broken.set(rounds % 3 == 0);
        store.broken.set(rounds % 2 == 0);
        service.work();
        store.broken.set(false);
        // Whatever was stored, everything opens.
        service.new_isolate_with(BOTH);
        keys.iter().step_by(10).for_each(|(_, blob)| service.blob_opens(blob));
        // Somebody asks once more in the middle.
        if rounds == 5 {
            service.operated("RewrapKeys", &[]);
        }
        service.world.pass(30_000);
    }
    service.world.kv.broken.set(false);
    assert_eq!((service.references("1"), service.references("2")), (0, 220));
    service.new_isolate_with(SECOND);
    keys.iter().for_each(|(_, blob)| service.blob_opens(blob));
}

impl Service {
    fn new_isolate_with(&mut self, root_keys: &str) {
        self.server = Server::new(settings(&[("ROOT_KEYS", root_keys)]), self.world.stores());
    }
}

#[test]
fn keys_may_be_made_rotated_and_deleted_meanwhile() {
    let mut service = Service::with(&[("MAX_KEYS", "1000")]);
    let keys = keys(&service, 150);
    let doomed: Vec<_> = keys.iter().step_by(5).collect();
    for (key, _) in &doomed {
        let params = [("KeyId", key.as_str()), ("PendingWindowInDays", "7")];
        service.call("ScheduleKeyDeletion", &params);
    }
    service.world.pass(7 * 24 * HOUR - 3_000);
    service.work();
    let late = service.deploy(BOTH);
    service.operated("RewrapKeys", &[]);
    service.work();
    assert_eq!(service.rewrap()["Status"], "Running");
    let made = service.new_key();
    let of_made = service.sealed_by(&made);
    // One made in an isolate that knows the version before alone.
    let on_time = std::mem::replace(&mut service.server, late);
    let old = service.new_key();
    service.server = on_time;
    let of_old = service.sealed_by(&old);
    // The rest waits until those to be deleted are.
    service.world.pass(3_000);
    service.work();
    service.work_through();
    let store = service.world.store(&place());
    for (key, _) in &doomed {
        assert!(store.key(&key.parse().unwrap()).unwrap().is_none());
    }
    let living = u64::try_from(keys.len() - doomed.len()).unwrap() + 2;
    assert_eq!(store.count_versions().unwrap(), living, "nothing deleted is there again");
    // What was wrapped under the old one behind its back is a second call's.
    service.operated("RewrapKeys", &[]);
    service.work();
    service.work_through();
    assert_eq!((service.references("1"), service.references("2")), (0, living));
    for blob in [&of_made, &of_old] {
        service.blob_opens(blob);
    }
}

#[test]
fn spoilt_material_and_that_of_a_missing_root_key_are_left_and_told() {
    let mut service = Service::new();
    let key = service.new_key();
    let sealed = service.sealed_by(&key);
    let spoilt = service.new_key();
    let store = service.world.store(&place());
    let version = store.versions_of(&spoilt.parse().unwrap(), 0, 1).unwrap().remove(0);
    let spoil = |root: &str| {
        let mut version = version.clone();
        let StoredMaterial::Wrapped(wrapped) = &mut version.material else { panic!() };
        wrapped.sealed = wrapped.sealed.replacen(&wrapped.sealed[..4], "ZmZm", 1);
        wrapped.root_version = root.to_owned();
        let changes = vec![Change::RewrapVersion(Box::new(version))];
        store.commit(&Batch { changes, ..Batch::default() }, 0).unwrap();
    };
    spoil("1");
    service.deploy(BOTH);
    service.operated("RewrapKeys", &[]);
    service.work();
    service.work_through();
    let told = json!({ "Status": "Done", "RootKeyVersion": "2", "Rewrapped": 1, "Left": 1 });
    assert_eq!(service.rewrap(), told);
    assert_eq!(service.references("1"), 1, "it is still counted");
    service.world.pass(30 * HOUR);
    assert_eq!(service.retire("1").0, 409);
    service.blob_opens(&sealed);

    spoil("lost");
    service.operated("RewrapKeys", &[]);
    service.work();
    service.work_through();
    let told = json!({ "Status": "Done", "RootKeyVersion": "2", "Rewrapped": 0, "Left": 1 });
    assert_eq!(service.rewrap(), told);
    let lost = service.root("lost").unwrap();
    assert_eq!((&lost["Listed"], &lost["References"]), (&json!(false), &json!(1)));
}

#[test]
fn a_version_that_is_in_use_again_must_wait_anew() {
    let mut service = Service::new();
    let sealed = keys(&service, 2);
    let late = service.deploy(BOTH);
    service.operated("RewrapKeys", &[]);
    service.work();
    service.work_through();
    service.world.pass(20 * HOUR);
    let on_time = std::mem::replace(&mut service.server, late);
    service.new_key();
    service.server = on_time;
    assert_eq!(service.references("1"), 1);
    service.world.pass(6 * HOUR);
    assert_eq!(service.retire("1").0, 409, "something is wrapped under it");
    service.operated("RewrapKeys", &[]);
    service.work();
    service.work_through();
    assert_eq!(service.retire("1").0, 409, "the day begins anew");
    service.world.pass(26 * HOUR);
    assert_eq!(service.retire("1").0, 200);
    sealed.iter().for_each(|(_, blob)| service.blob_opens(blob));
}

#[test]
fn root_keys_are_the_operator_s_and_names_are_checked() {
    let service = Service::new();
    for action in ["DescribeRootKeys", "RewrapKeys", "BackupKeyring", "RestoreKeyring"] {
        assert_eq!(service.refused(action, &[]), "Forbidden.NoPermission", "{action}");
    }
    let named = [("RootKeyVersion", "1")];
    assert_eq!(service.refused("RetireRootKey", &named), "Forbidden.NoPermission");
    for bad in ["a b", "x".repeat(33).as_str()] {
        assert_eq!(service.retire(bad), (400, "InvalidParameter".to_owned()), "{bad}");
    }
    let (status, missing) = service.operate("RetireRootKey", &[]);
    assert_eq!((status, code(&missing)), (400, "MissingParameter".to_owned()));
}
