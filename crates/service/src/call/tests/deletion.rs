// SPDX-License-Identifier: Apache-2.0
//! Planning a key's deletion, taking it back, and carrying it out.

use super::*;
use crate::object::name::ViewName;
use crate::{keyring::store::KeyringStore, object::ObjectStore};

const DAY: i64 = 24 * 60 * 60 * 1000;

fn schedule(service: &Service, key: &str, days: &str) {
    service.call("ScheduleKeyDeletion", &[("KeyId", key), ("PendingWindowInDays", days)]);
}

#[test]
fn a_key_that_waits_for_its_deletion_is_refused_and_can_be_brought_back() {
    let service = Service::new();
    let key = service.new_key();
    let sealed = service.call("Encrypt", &[("KeyId", &key), ("Plaintext", "aGVsbG8=")]);
    schedule(&service, &key, "7");
    let described = service.call("DescribeKey", &[("KeyId", &key)]);
    assert_eq!(described["KeyMetadata"]["KeyState"], "PendingDeletion");
    assert_eq!(described["KeyMetadata"]["DeleteDate"], "2023-11-21T22:13:20Z");
    let again = [("KeyId", key.as_str()), ("PendingWindowInDays", "30")];
    assert_eq!(service.refused("ScheduleKeyDeletion", &again), "Rejected.StateModifiedFailed");
    let decrypt = [("CiphertextBlob", blob(&sealed))];
    assert_eq!(service.refused("Decrypt", &decrypt), "Rejected.PendingDeletion");
    service.call("CancelKeyDeletion", &[("KeyId", &key)]);
    assert_eq!(
        service.refused("CancelKeyDeletion", &[("KeyId", &key)]),
        "Rejected.StateModifiedFailed"
    );
    service.call("Decrypt", &decrypt);
    // Nothing is left of the plan.
    service.world.pass(8 * DAY);
    service.work();
    service.call("Decrypt", &decrypt);
}

#[test]
fn a_deletion_is_carried_out_on_time_and_everywhere() {
    let mut service = Service::new();
    let (key, other) = (service.new_key(), service.new_key());
    service.call("CreateAlias", &[("KeyId", &key), ("AliasName", "alias/doomed")]);
    let sealed = service.call("Encrypt", &[("KeyId", &key), ("Plaintext", "aGVsbG8=")]);
    let version = sealed["KeyVersionId"].as_str().unwrap().parse().unwrap();
    schedule(&service, &key, "7");
    service.work();
    service.world.pass(7 * DAY - 1_000);
    service.work();
    service.call("DescribeKey", &[("KeyId", &key)]);
    service.world.pass(1_000);
    // KV refuses: that delays no deletion.
    service.world.kv.broken.set(true);
    service.work();
    let store = service.world.store(&place());
    assert!(store.key(&key.parse().unwrap()).unwrap().is_none());
    assert!(store.version(&version).unwrap().is_none(), "the material is gone from the truth");
    service.world.kv.broken.set(false);
    service.world.pass(60_000);
    service.work();
    let texts = service.world.kv.texts.borrow().clone();
    let version = ViewName::Version(version).published_key(&place());
    assert!(texts[&version].contains("\"body\":null"), "from KV: {}", texts[&version]);

    let decrypt = [("CiphertextBlob", blob(&sealed))];
    for _ in ["the isolate that used it", "a new one"] {
        assert_eq!(service.refused("Decrypt", &decrypt), "InvalidParameter");
        assert_eq!(service.refused("DescribeKey", &[("KeyId", &key)]), "Forbidden.KeyNotFound");
        let by_alias = [("KeyId", "alias/doomed")];
        assert_eq!(service.refused("GenerateDataKey", &by_alias), "Forbidden.KeyNotFound");
        service.new_isolate();
    }
    assert_eq!(service.call("ListKeys", &[])["TotalCount"], 1);
    // Its alias is free for another key.
    service.call("UpdateAlias", &[("KeyId", &other), ("AliasName", "alias/doomed")]);
    service.call("GenerateDataKey", &[("KeyId", "alias/doomed")]);
    let lines: Vec<_> = store.events(0, 100).unwrap().into_iter().map(|(_, line)| line).collect();
    let deleted: Vec<_> = lines.iter().filter(|line| line.contains("\"DeleteKey\"")).collect();
    assert_eq!(deleted.len(), 1, "{lines:?}");
    assert!(deleted[0].contains(r#""userIdentity":{"type":"system"}"#), "{deleted:?}");
}

#[test]
fn an_alias_does_not_move_to_a_key_that_waits_for_its_deletion() {
    let service = Service::new();
    let (key, doomed) = (service.new_key(), service.new_key());
    service.call("CreateAlias", &[("KeyId", &key), ("AliasName", "alias/a")]);
    schedule(&service, &doomed, "366");
    let update = [("KeyId", doomed.as_str()), ("AliasName", "alias/a")];
    assert_eq!(service.refused("UpdateAlias", &update), "Rejected.PendingDeletion");
    let none = [("KeyId", key.as_str()), ("AliasName", "alias/none")];
    assert_eq!(service.refused("UpdateAlias", &none), "Forbidden.AliasNotFound");
    service.call("UpdateAlias", &[("KeyId", &key), ("AliasName", "alias/a")]);
}

#[test]
fn a_job_that_this_release_does_not_know_waits_and_holds_up_nothing() {
    let service = Service::new();
    let key = service.new_key();
    let store = service.world.store(&place());
    let jobs = vec![crate::object::agenda::JobChange::put("melt-key:k", 0)];
    store.commit(&crate::object::Batch { jobs, ..Default::default() }, 0).unwrap();
    schedule(&service, &key, "7");
    service.world.pass(7 * DAY);
    service.work();
    assert!(store.key(&key.parse().unwrap()).unwrap().is_none());
    let waiting = store.jobs(100).unwrap();
    let unknown = waiting.iter().find(|job| job.name == "melt-key:k").unwrap();
    assert!(unknown.attempts > 0);
}

#[test]
fn a_job_whose_subject_is_gone_or_is_no_longer_to_be_deleted_is_done() {
    let service = Service::new();
    let key = service.new_key();
    let store = service.world.store(&place());
    let nobody = "00000000-0000-4000-8000-000000000000";
    let put = |name: String| crate::object::agenda::JobChange::put(name, 0);
    let jobs = vec![
        put(format!("publish:key/{nobody}")),
        put("publish:alias/never".to_owned()),
        put(format!("delete-key:{nobody}")),
        put(format!("delete-key:{key}")),
    ];
    store.commit(&crate::object::Batch { jobs, ..Default::default() }, 0).unwrap();
    service.work();
    let left: Vec<_> = store.jobs(100).unwrap().into_iter().map(|job| job.name).collect();
    assert_eq!(left, ["housekeeping", "sweep"]);
    service.call("GenerateDataKey", &[("KeyId", &key)]);
    let texts = service.world.kv.texts.borrow();
    let name = ViewName::from_local("alias/never").unwrap().published_key(&place());
    assert!(texts[&name].contains("\"body\":null"), "a tombstone");
}
