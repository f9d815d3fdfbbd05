// SPDX-License-Identifier: Apache-2.0
//! Backups: what one deployment has, another with other root keys gets, and nothing but the whole file as it
//! was made gives anything.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::{
    backup::part::Head,
    keyring::store::{Change, KeyringStore},
    object::{Batch, ObjectStore},
};

const DAY: i64 = 24 * 60 * 60 * 1000;
const BACKUP_KEY: (&str, &str) = ("BACKUP_KEY", "AQIDBAUGBwgJCgsMDQ4PEBESExQVFhcYGRobHB0eHyA=");
const OTHER_BACKUP_KEY: (&str, &str) =
    ("BACKUP_KEY", "ISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+P0A=");
const OTHER_ROOT: (&str, &str) =
    ("ROOT_KEYS", r#"{"current":"z","keys":{"z":"//79/Pv6+fj39vX08/Lx8O/u7ezr6uno5+bl5OPi4eA="}}"#);
const MANY: (&str, &str) = ("MAX_KEYS", "1000");

impl Service {
    /// A deployment with keys, and one with other root keys and none.
    fn two() -> (Self, Self) {
        (Self::with(&[BACKUP_KEY, MANY]), Self::with(&[BACKUP_KEY, OTHER_ROOT]))
    }

    fn backup_page(&self, marker: Option<&str>) -> Value {
        let params: Vec<_> = marker.map(|marker| ("Marker", marker)).into_iter().collect();
        let (status, told) = self.operate("BackupKeyring", &params);
        assert_eq!(status, 200, "{told}");
        told
    }

    /// All parts of a backup, and what was left out. `between` happens after each page but the last.
    fn backup_while(&self, mut between: impl FnMut(usize)) -> (Vec<String>, Vec<Value>) {
        let (mut parts, mut skipped, mut marker, mut pages) = (vec![], vec![], None::<String>, 0);
        loop {
            let told = self.backup_page(marker.as_deref());
            let rows = told["Parts"]["BackupPart"].as_array().unwrap();
            parts.extend(rows.iter().map(|row| row["Part"].as_str().unwrap().to_owned()));
            skipped.extend(told["Skipped"]["SkippedVersion"].as_array().unwrap().clone());
            marker = told["NextMarker"].as_str().map(str::to_owned);
            if marker.is_none() {
                return (parts, skipped);
            }
            between(pages);
            pages += 1;
            assert!(pages < 1_000);
        }
    }

    fn backup(&self) -> Vec<String> {
        self.backup_while(|_| ()).0
    }

    fn give(&self, part: &str) -> (u16, Value) {
        self.operate("RestoreKeyring", &[("Part", part)])
    }

    fn restored(&self) -> Value {
        self.operate("RestoreKeyring", &[]).1
    }

    fn restore(&self, parts: &[String]) {
        for part in parts {
            let (status, told) = self.give(part);
            assert_eq!(status, 200, "{told}");
        }
        self.finish_restore();
    }

    fn finish_restore(&self) {
        for _ in 0..100 {
            self.work();
            if self.restored()["Status"] == "Done" {
                return;
            }
            self.world.pass(1_000);
        }
        panic!("{}", self.restored());
    }

    fn is_empty(&self) -> bool {
        let store = self.world.store(&place());
        let held = [store.count_keys(), store.count_versions(), store.count_aliases()];
        held.into_iter().all(|held| held.unwrap() == 0)
    }

    /// All that the keyring keeps of keys but how material is wrapped.
    fn kept(&self) -> Value {
        let store = self.world.store(&place());
        let keys = store.keys(None, 0, u64::MAX).unwrap();
        let versions = keys.iter().flat_map(|key| {
            let versions = store.versions_of(&key.key_id, 0, u64::MAX).unwrap();
            versions.into_iter().map(|version| {
                let mut text: Value = serde_json::from_str(&version.encode()).unwrap();
                text["material"] = Value::Null;
                text
            })
        });
        let aliases: Vec<_> =
            store.aliases(0, u64::MAX).unwrap().iter().map(|alias| alias.encode()).collect();
        let versions: Vec<_> = versions.collect();
        let keys: Vec<_> = keys.iter().map(|key| key.encode()).collect();
        json!({ "keys": keys, "versions": versions, "aliases": aliases })
    }

    fn make(&self, params: &[(&str, &str)]) -> String {
        self.call("CreateKey", params)["KeyMetadata"]["KeyId"].as_str().unwrap().to_owned()
    }

    fn seal(&self, key: &str) -> String {
        let sealed = self.call("Encrypt", &[("KeyId", key), ("Plaintext", "aGVsbG8=")]);
        blob(&sealed).to_owned()
    }

    fn open_sealed(&self, blob: &str) {
        let opened = self.call("Decrypt", &[("CiphertextBlob", blob)]);
        assert_eq!(opened["Plaintext"], "aGVsbG8=");
    }
}

const DIGEST: (&str, &str) = ("Digest", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=");
const ECDSA: (&str, &str) = ("Algorithm", "ECDSA_SHA_256");

/// What a drill must find again.
struct Drill {
    keys: Vec<String>,
    blobs: Vec<String>,
    rotating: String,
    /// Parameters that verify a signature.
    signature: Vec<(&'static str, String)>,
}

/// Fills a keyring with one of everything, and a hundred keys.
fn fill(source: &Service) -> Drill {
    let keys: Vec<_> = (0..120).map(|_| source.new_key()).collect();
    let mut blobs: Vec<_> = keys.iter().map(|key| source.seal(key)).collect();
    let tags = ("Tags", r#"[{"TagKey":"album","TagValue":"42"}]"#);
    source.call("TagResource", &[("KeyId", &keys[0]), tags]);
    source.call("CreateAlias", &[("KeyId", &keys[0]), ("AliasName", "alias/photos")]);
    let rotating = source.make(&[("EnableAutomaticRotation", "true"), ("RotationInterval", "7d")]);
    blobs.push(source.seal(&rotating));
    source.world.pass(7 * DAY);
    source.work();
    blobs.push(source.seal(&rotating));
    let ec = source.make(&[("KeySpec", "EC_P256")]);
    let listed = source.call("ListKeyVersions", &[("KeyId", &ec)]);
    let version = listed["KeyVersions"]["KeyVersion"][0]["KeyVersionId"].as_str().unwrap();
    let named = [("KeyId", ec.as_str()), ("KeyVersionId", version)];
    let signed = source.call("AsymmetricSign", &[named[0], named[1], ECDSA, DIGEST]);
    let arn = source.call("DescribeKey", &[("KeyId", &keys[3])])["KeyMetadata"]["Arn"].clone();
    let protect = [("KeyId", arn.as_str().unwrap()), ("EnableDeletionProtection", "true")];
    source.call("SetDeletionProtection", &protect);
    source.call("DisableKey", &[("KeyId", &keys[1])]);
    let deletion = [("KeyId", keys[2].as_str()), ("PendingWindowInDays", "7")];
    source.call("ScheduleKeyDeletion", &deletion);
    source.operate("SetQuota", &[("Quota", "Keys"), ("Number", "777")]);
    let value = signed["Value"].as_str().unwrap();
    let own = |(name, value): (&'static str, &str)| (name, value.to_owned());
    let signature = [named[0], named[1], ECDSA, DIGEST, ("Value", value)].map(own).to_vec();
    Drill { keys, blobs, rotating, signature }
}

/// Until a restore is done, the keyring is nobody's.
fn answers_nothing(target: &Service, sealed: &str) {
    let (status, refused) = target.signed("ListKeys", &[], "early");
    assert_eq!((status, &*code(&refused)), (503, "ServiceUnavailableTemporary"));
    assert_eq!(
        target.refused("Decrypt", &[("CiphertextBlob", sealed)]),
        "ServiceUnavailableTemporary"
    );
    assert_eq!(target.refused("CreateKey", &[]), "ServiceUnavailableTemporary");
}

#[test]
fn a_restore_drill() {
    let (source, mut target) = Service::two();
    let Drill { keys, blobs, rotating, signature } = fill(&source);
    // What a store elsewhere keeps cannot be had.
    let before = source.kept();
    let hardware = source.make(&[("ProtectionLevel", "HSM")]);

    let (parts, skipped) = source.backup_while(|_| ());
    assert!(parts.len() > 3, "{} parts", parts.len());
    assert_eq!(skipped.len(), 1);
    assert_eq!(skipped[0]["KeyId"], hardware.as_str());
    // The other deployment's clock has gone on.
    target.world.pass(7 * DAY + 60_000);
    let (last, others) = parts.split_last().unwrap();
    for (number, part) in others.iter().enumerate() {
        let (status, told) = target.give(part);
        assert_eq!((status, &told["Status"]), (200, &json!("Taking")), "{told}");
        assert_eq!(told["PartsTaken"], number + 1);
        assert!(target.is_empty(), "nothing is restored before all of it is there");
    }
    assert_eq!(target.give(last).1["Status"], "Restoring");
    assert_eq!(target.give(last).1["Status"], "Restoring", "the last once more");
    answers_nothing(&target, &blobs[0]);
    target.finish_restore();
    let told = target.restored();
    assert_eq!(
        (&told["PartsTaken"], &told["PartsRestored"]),
        (&parts.len().into(), &parts.len().into())
    );

    assert_eq!(target.kept(), before);
    for _ in ["from the keyring", "from KV"] {
        for (number, blob) in blobs.iter().enumerate() {
            match number {
                1 => assert_eq!(
                    target.refused("Decrypt", &[("CiphertextBlob", blob)]),
                    "Rejected.Disabled"
                ),
                2 => assert_eq!(
                    target.refused("Decrypt", &[("CiphertextBlob", blob)]),
                    "Rejected.PendingDeletion"
                ),
                _ => target.open_sealed(blob),
            }
        }
        target.work();
        let changes = [BACKUP_KEY, OTHER_ROOT];
        target.server = Server::new(settings(&changes), target.world.stores());
    }
    let verify: Vec<_> = signature.iter().map(|(name, value)| (*name, value.as_str())).collect();
    assert_eq!(target.call("AsymmetricVerify", &verify)["Value"], true);
    let described = target.call("DescribeKey", &[("KeyId", "alias/photos")]);
    assert_eq!(described["KeyMetadata"]["KeyId"], keys[0].as_str());
    let tags = target.call("ListResourceTags", &[("KeyId", &keys[0])]);
    assert_eq!(tags["Tags"]["Tag"][0]["TagValue"], "42");
    let (_, quotas) = target.operate("DescribeQuotas", &[]);
    assert_eq!(quotas["Quotas"]["Quota"][0]["Number"], 777);
    // What was to be done later is.
    target.world.pass(7 * DAY);
    target.work();
    assert_eq!(target.refused("DescribeKey", &[("KeyId", &keys[2])]), "Forbidden.KeyNotFound");
    let versions = target.call("ListKeyVersions", &[("KeyId", &rotating)]);
    assert_eq!(versions["TotalCount"], 3);
    let (_, roots) = target.operate("DescribeRootKeys", &[]);
    assert_eq!(roots["RootKeys"]["RootKey"].as_array().unwrap().len(), 1, "all under the new one");
}

/// Keys change between the pages in every way.
#[test]
fn a_file_holds_one_moment_though_the_keyring_goes_on() {
    let (source, target) = Service::two();
    let keys: Vec<_> = (0..130).map(|_| source.new_key()).collect();
    source.call("CreateAlias", &[("KeyId", &keys[0]), ("AliasName", "alias/a")]);
    source.call("CreateAlias", &[("KeyId", &keys[0]), ("AliasName", "alias/b")]);
    let doomed = [("KeyId", keys[7].as_str()), ("PendingWindowInDays", "7")];
    source.call("ScheduleKeyDeletion", &doomed);
    source.world.pass(7 * DAY - 60_000);
    source.work();
    let made = RefCell::new(Vec::<String>::new());
    let (parts, _) = source.backup_while(|page| {
        let key = source.new_key();
        source.call("DisableKey", &[("KeyId", &keys[page])]);
        // Made before this one, altered after it: it must still be listed first.
        if let Some(before) = made.borrow().last() {
            source.call("DisableKey", &[("KeyId", before)]);
        }
        match page {
            0 => source.world.pass(60_000),
            1 => drop(source.call("DeleteAlias", &[("AliasName", "alias/a")])),
            2 => {
                let moved = [("KeyId", keys[9].as_str()), ("AliasName", "alias/b")];
                source.call("UpdateAlias", &moved);
            }
            3 => drop(source.operate("RewrapKeys", &[])),
            _ => {}
        }
        source.work();
        made.borrow_mut().push(key);
        assert!(page < 60, "it comes to an end while one key is made a page");
    });
    assert!(made.borrow().len() > 4);
    let kept = source.kept();
    target.restore(&parts);
    assert_eq!(target.kept(), kept, "as it was when the last part was made");
    assert!(!target.kept().to_string().contains(&keys[7]));
}

#[test]
fn a_record_too_long_for_a_part_comes_in_several() {
    let (source, target) = Service::two();
    let key = source.new_key();
    let store = source.world.store(&place());
    let record = store.key(&key.parse().unwrap()).unwrap().unwrap();
    let record = record.changed(|key| {
        key.policy = Some(edgekms_policy::LazyPolicy::new("\u{1f600}".repeat(50_000)))
    });
    let changes = vec![Change::PutKey(Box::new(record))];
    store.commit(&Batch { changes, ..Batch::default() }, 0).unwrap();
    let parts = source.backup();
    assert_eq!(parts.len(), 3, "200,000 bytes");
    target.restore(&parts);
    assert_eq!(target.kept(), source.kept());
}

#[test]
fn nothing_but_the_whole_file_changes_anything() {
    let (source, target) = Service::two();
    let keys: Vec<_> = (0..110).map(|_| source.new_key()).collect();
    let parts = source.backup();
    let other = source.backup();
    assert!(parts.len() >= 4);
    let refused = |part: &str, why: &str| {
        let (status, told) = target.give(part);
        assert_eq!((status, &*code(&told)), (400, "InvalidParameter"), "{why}");
        assert!(target.is_empty(), "{why}");
        told["Message"].as_str().unwrap().to_owned()
    };
    let said = refused(&parts[1], "it begins in the middle");
    for (number, part) in parts.iter().enumerate() {
        let taken = target.restored()["PartsTaken"].clone();
        let bytes = STANDARD.decode(part).unwrap();
        for at in (0..bytes.len()).step_by(bytes.len() / 40).chain([36, bytes.len() - 1]) {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            let said_too = refused(&STANDARD.encode(changed), &format!("part {number}, byte {at}"));
            assert_eq!(said_too, said, "one answer");
        }
        refused(&STANDARD.encode(&bytes[..bytes.len() - 1]), "cut short");
        refused(&STANDARD.encode(&bytes[..30]), "cut in its head");
        if let Some(later) = parts.get(number + 1) {
            refused(later, "another order");
        }
        if number > 0 {
            refused(&other[number], "of another file");
        }
        assert_eq!(target.restored()["PartsTaken"], taken, "nothing is taken");
        if number + 1 < parts.len() {
            assert_eq!(target.give(part).0, 200);
        }
    }
    // The last part never comes: nothing is there, and a key can be made.
    target.work();
    assert!(target.is_empty());
    let (status, _) = target.give(parts.last().unwrap());
    assert_eq!(status, 200);
    target.finish_restore();
    assert_eq!(target.call("ListKeys", &[])["TotalCount"], keys.len());
    // It is full now.
    let (status, told) = target.give(&other[0]);
    assert_eq!((status, &*code(&told)), (409, "Rejected.StateModifiedFailed"));
}

#[test]
fn another_key_region_or_account_opens_nothing() {
    let regions = ("REGIONS", "cn-hangzhou,cn-beijing");
    let source = Service::with(&[BACKUP_KEY]);
    source.new_key();
    let parts = source.backup();
    let wrong = Service::with(&[OTHER_BACKUP_KEY, OTHER_ROOT]);
    assert_eq!(code(&wrong.give(&parts[0]).1), "InvalidParameter");
    let elsewhere = Service::with(&[BACKUP_KEY, OTHER_ROOT, regions]);
    let in_beijing = [("Part", parts[0].as_str()), ("RegionId", "cn-beijing")];
    assert_eq!(code(&elsewhere.operate("RestoreKeyring", &in_beijing).1), "InvalidParameter");
    let backup_key = settings(&[BACKUP_KEY]).backup_key.unwrap();
    let part = STANDARD.decode(&parts[0]).unwrap();
    let head = Head::read(&part).unwrap();
    let opens = |place: &Place| {
        let key = crate::backup::part::FileKey::new(&backup_key, &head.file, place).unwrap();
        key.open(&part, None).is_some()
    };
    let another = Place { account: "6543210987654321".parse().unwrap(), ..place() };
    assert!(opens(&place()) && !opens(&another));
    // Without a backup key there are no backups, and it is said how to have them.
    let none = Service::new();
    for action in ["BackupKeyring", "RestoreKeyring"] {
        let (status, told) = none.operate(action, &[]);
        assert_eq!((status, &*code(&told)), (400, "UnsupportedOperation"));
        assert!(told["Message"].as_str().unwrap().contains("BACKUP_KEY"));
    }
}

#[test]
fn a_restore_is_into_nothing() {
    let (source, target) = Service::two();
    source.new_key();
    let parts = source.backup();
    let empty = Service::with(&[BACKUP_KEY]).backup();
    assert_eq!(empty.len(), 1);
    target.restore(&empty);
    assert!(target.is_empty(), "of nothing comes nothing");
    target.give(&parts[0]);
    target.finish_restore();
    target.call("ListKeys", &[]);
    let (status, told) = target.give(&empty[0]);
    assert_eq!((status, &*code(&told)), (409, "Rejected.StateModifiedFailed"));

    let (source, target) = Service::two();
    (0..60).for_each(|_| drop(source.new_key()));
    let parts = source.backup();
    assert_eq!(target.give(&parts[0]).0, 200);
    // A key that is made before the last part keeps the rest out.
    let key = target.new_key();
    let (status, told) = target.give(&parts[1]);
    assert_eq!((status, &*code(&told)), (409, "Rejected.StateModifiedFailed"));
    target.seal(&key);
}

#[test]
fn an_interrupted_restore_goes_on() {
    let (source, target) = Service::two();
    let keys: Vec<_> = (0..130).map(|_| source.new_key()).collect();
    let blobs: Vec<_> = keys.iter().map(|key| source.seal(key)).collect();
    source.call("CreateAlias", &[("KeyId", &keys[0]), ("AliasName", "alias/a")]);
    let parts = source.backup();
    let other = source.backup();
    // One is left half way, and another begun.
    other.iter().take(2).for_each(|part| assert_eq!(target.give(part).0, 200));
    for part in &parts {
        target.world.end_keyrings();
        assert_eq!(target.give(part).0, 200);
        assert_eq!(target.give(part).0, 200, "its answer was lost");
    }
    let store = target.world.store(&place());
    target.world.kv.broken.set(true);
    for round in 0..60 {
        store.broken.set(round % 2 == 0);
        target.work();
        store.broken.set(false);
        target.world.end_keyrings();
        target.world.pass(30_000);
    }
    assert_eq!(target.restored()["Status"], "Done");
    assert_eq!(target.kept(), source.kept());
    blobs.iter().for_each(|blob| target.open_sealed(blob));
    target.world.kv.broken.set(false);
    target.world.pass(60_000);
    target.work();
}

#[test]
fn a_missing_root_key_stops_a_backup_and_a_strange_marker_is_refused() {
    let mut source = Service::with(&[BACKUP_KEY]);
    source.new_key();
    for marker in ["AAAA", "bm90IGpzb24="] {
        let (status, told) = source.operate("BackupKeyring", &[("Marker", marker)]);
        assert_eq!((status, &*code(&told)), (400, "InvalidParameter"));
        assert!(told["Message"].as_str().unwrap().contains("\"Marker\""));
    }
    let changes = [BACKUP_KEY, OTHER_ROOT];
    *source.world.settings.borrow_mut() = std::rc::Rc::new(settings(&changes));
    source.world.end_keyrings();
    source.server = Server::new(settings(&changes), source.world.stores());
    let (status, told) = source.operate("BackupKeyring", &[]);
    assert_eq!(status, 500);
    assert!(told["Message"].as_str().unwrap().contains("\"1\""), "{told}");
    assert_eq!(source.restored()["Status"], "None");
}

/// What a keyring may go through.
#[derive(Debug, Clone)]
enum Step {
    Make,
    Disable(usize),
    Alias(usize, u8),
    Unalias(u8),
    Describe(usize),
    Delete(usize),
    Week,
    Page,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => Just(Step::Make),
        1 => any::<usize>().prop_map(Step::Disable),
        2 => (any::<usize>(), 0..4u8).prop_map(|(key, name)| Step::Alias(key, name)),
        1 => (0..4u8).prop_map(Step::Unalias),
        1 => any::<usize>().prop_map(Step::Describe),
        1 => any::<usize>().prop_map(Step::Delete),
        1 => Just(Step::Week),
        2 => Just(Step::Page),
    ];
    proptest::collection::vec(step, 1..60)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 10, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever happens before and between its pages, a file restores to what there was at its end.
    #[test]
    fn a_backup_is_what_there_was_at_its_end(steps in steps()) {
        let (source, target) = Service::two();
        let mut keys: Vec<_> = (0..40).map(|_| source.new_key()).collect();
        let mut parts = Vec::new();
        let mut marker = None::<String>;
        let mut page = |marker: &mut Option<String>| {
            let told = source.backup_page(marker.as_deref());
            if marker.is_none() {
                parts.clear();
            }
            let rows = told["Parts"]["BackupPart"].as_array().unwrap();
            parts.extend(rows.iter().map(|row| row["Part"].as_str().unwrap().to_owned()));
            *marker = told["NextMarker"].as_str().map(str::to_owned);
        };
        for step in steps {
            let key = |number: usize| keys[number % keys.len()].clone();
            let name = |name: u8| format!("alias/{name}");
            let maybe = |action: &str, params: &[(&str, &str)]| {
                source.signed(action, params, &source.nonce());
            };
            match step {
                Step::Make => keys.push(source.new_key()),
                Step::Disable(number) => maybe("DisableKey", &[("KeyId", &key(number))]),
                Step::Alias(number, alias) => {
                    maybe("CreateAlias", &[("KeyId", &key(number)), ("AliasName", &name(alias))]);
                }
                Step::Unalias(alias) => maybe("DeleteAlias", &[("AliasName", &name(alias))]),
                Step::Describe(number) => {
                    let params = [("KeyId", &*key(number)), ("Description", "other")];
                    maybe("UpdateKeyDescription", &params);
                }
                Step::Delete(number) => {
                    let params = [("KeyId", &*key(number)), ("PendingWindowInDays", "7")];
                    maybe("ScheduleKeyDeletion", &params);
                }
                Step::Week => {
                    source.world.pass(7 * DAY);
                    source.work();
                    // What has altered is forgotten after a day, and a backup must begin anew.
                    marker = None;
                }
                Step::Page => page(&mut marker),
            }
        }
        page(&mut marker);
        while marker.is_some() {
            page(&mut marker);
        }
        target.restore(&parts);
        prop_assert_eq!(target.kept(), source.kept());
    }
}
