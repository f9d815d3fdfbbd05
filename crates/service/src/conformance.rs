// SPDX-License-Identifier: Apache-2.0
//! What every store of a keyring must do, as cases that run over any of them: over the one in memory
//! in the tests here, and over SQLite inside a running Durable Object.
//!
//! A case gets a store with nothing in it. It answers by a sentence if something is not so.

use std::collections::BTreeSet;

use edgekms_api::{
    bytes::Octets,
    id::{KeyId, KeyVersionId},
    key::{KeySpec, KeyState, KeyUsage, Origin, ProtectionLevel, Tag},
    usage::{Day, UsagePosition},
};

use crate::object::{name::ViewName, truth::RootCheck};
use crate::{
    keyring::{
        group::KeyGroup,
        record::{AliasRecord, KeyRecord, NewKey, VersionRecord},
        store::{Change, KeyringStore, Tagged},
    },
    material::{
        hierarchy::WrappedMaterial,
        stores::{StoredMaterial, Version},
    },
    nonce::NonceMark,
    object::{
        Batch, Job,
        agenda::JobChange,
        batch::{Forget, Link, StoredEvent},
        store::{Altered, EventRow, EventSpan},
    },
    port::key_store::Handle,
    usage::row::UsageRow,
};

/// Whether a case holds, and if not, what is not so.
pub type Verdict = Result<(), String>;

/// One case.
pub struct Case {
    /// The fact that it shows.
    pub name: &'static str,
    /// Tries it on an empty store.
    pub run: fn(&dyn KeyringStore) -> Verdict,
}

/// Every case.
pub const CASES: [Case; 25] = [
    Case {
        name: "keys come in order of creation and keep it when they change",
        run: keys_in_order,
    },
    Case { name: "aliases come in order of name", run: aliases_in_order },
    Case { name: "an alias is moved and deleted", run: alias_moved },
    Case { name: "a version is written once", run: version_once },
    Case { name: "a version takes the place of the one with its id", run: version_replaced },
    Case { name: "a deleted key is gone with its versions, and no other is", run: deleted_key },
    Case { name: "keys are counted and found by their groups", run: groups },
    Case { name: "versions come newest first and are counted", run: versions_in_order },
    Case { name: "a key's aliases are found", run: aliases_of_a_key },
    Case { name: "tags are found by key and by tag, a page at a time", run: tags },
    Case { name: "material that is elsewhere is under no root key", run: held_elsewhere },
    Case { name: "a nonce is noted once, and forgotten when its time is over", run: nonces },
    Case { name: "one revision grows with each commit that alters a view", run: revisions },
    Case { name: "altered names come latest first, each once, and none twice", run: altered },
    Case { name: "what is forgotten raises the floor", run: forgetting },
    Case { name: "jobs come in order of their time, one of a name", run: jobs },
    Case {
        name: "a job put again while it is carried out is not taken for done",
        run: job_put_again,
    },
    Case { name: "events keep their order, and no two have one id", run: events },
    Case { name: "events are found by number and id, with their links", run: linked_events },
    Case { name: "a commit is whole or not at all", run: whole_or_nothing },
    Case { name: "root keys, facts and view names are found again", run: facts_and_names },
    Case { name: "versions are counted and found by their root key", run: roots_in_use },
    Case { name: "keys come with a number that is not used again", run: numbered_keys },
    Case { name: "staged parts are kept by their number until they are dropped", run: parts },
    Case {
        name: "counts of calls come by day, key and action until they are forgotten",
        run: usage,
    },
];

fn text(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, found: T, expected: T) -> Verdict {
    if found == expected {
        Ok(())
    } else {
        Err(format!("{what}: found {found:?}, expected {expected:?}"))
    }
}

fn id(number: u8) -> KeyId {
    KeyId::from_random_bytes([number; 16])
}

fn version_id(number: u8) -> KeyVersionId {
    KeyVersionId::from_random_bytes([number; 16])
}

fn key(number: u8) -> Result<KeyRecord, String> {
    Ok(KeyRecord::new(NewKey {
        key_id: id(number),
        primary_version: version_id(number),
        created: 1_700_000_000,
        creator: "1234567890123456".parse().map_err(text)?,
        description: format!("key {number}"),
        spec: KeySpec::Aes256,
        usage: KeyUsage::EncryptDecrypt,
        origin: Origin::AliyunKms,
        protection_level: ProtectionLevel::Software,
        tags: Vec::new(),
        rotation: None,
        policy: None,
        kept: Default::default(),
    }))
}

fn put_key(number: u8) -> Result<Change, String> {
    Ok(Change::PutKey(Box::new(key(number)?)))
}

fn put_version(number: u8, of: u8) -> Change {
    let material = WrappedMaterial { root_version: "1".to_owned(), sealed: "AAAA".to_owned() };
    let (version, key) = (version_id(number), id(of));
    let version = Version { key_id: &key, version_id: &version, spec: KeySpec::Aes256 };
    let material = StoredMaterial::Wrapped(material);
    Change::PutVersion(Box::new(VersionRecord::new(version, 0, material, None)))
}

fn put_alias(name: &str, of: u8) -> Result<Change, String> {
    let name = name.parse().map_err(text)?;
    Ok(Change::PutAlias(AliasRecord::new(name, id(of), 0)))
}

fn changes(store: &dyn KeyringStore, changes: Vec<Change>) -> Verdict {
    let altered = changes.iter().filter_map(Change::view_name).map(|name| name.local()).collect();
    store.commit(&Batch { changes, altered, ..Batch::default() }, 0).map_err(text)
}

fn keys_in_order(store: &dyn KeyringStore) -> Verdict {
    for number in [9, 1, 5] {
        changes(store, vec![put_key(number)?])?;
    }
    let changed = key(9)?.changed(|key| key.description = "another".to_owned());
    changes(store, vec![Change::PutKey(Box::new(changed))])?;
    same("count", store.count_keys().map_err(text)?, 3)?;
    let ids = |offset, limit| -> Result<Vec<KeyId>, String> {
        let keys = store.keys(None, offset, limit).map_err(text)?;
        Ok(keys.into_iter().map(|key| key.key_id).collect())
    };
    same("all", ids(0, 10)?, vec![id(9), id(1), id(5)])?;
    same("a page", ids(1, 1)?, vec![id(1)])?;
    let after = |text_before: &str, limit| -> Result<Vec<KeyId>, String> {
        let keys = store.keys_after(text_before, limit).map_err(text)?;
        Ok(keys.into_iter().map(|key| key.key_id).collect())
    };
    same("by id", after("", 2)?, vec![id(1), id(5)])?;
    same("on from there", after(id(5).as_str(), 2)?, vec![id(9)])?;
    same("after one that is gone", after(id(6).as_str(), 2)?, vec![id(9)])?;
    same("beyond the end", ids(3, 10)?, Vec::new())?;
    let description = store.key(&id(9)).map_err(text)?.map(|key| key.description);
    same("the new record", description, Some("another".to_owned()))?;
    same("an unknown key", store.key(&id(2)).map_err(text)?, None)
}

fn aliases_in_order(store: &dyn KeyringStore) -> Verdict {
    changes(store, vec![put_key(1)?, put_alias("alias/b", 1)?, put_alias("alias/a", 1)?])?;
    changes(store, vec![put_alias("alias/B", 1)?])?;
    same("count", store.count_aliases().map_err(text)?, 3)?;
    let aliases = store.aliases(0, 10).map_err(text)?;
    let names: Vec<_> = aliases.iter().map(|alias| alias.name.as_str()).collect();
    same("by the bytes of their names", names, vec!["alias/B", "alias/a", "alias/b"])?;
    let aliases = store.aliases_after("alias/B", 1).map_err(text)?;
    let names: Vec<_> = aliases.iter().map(|alias| alias.name.as_str()).collect();
    same("after one of them", names, vec!["alias/a"])
}

fn alias_moved(store: &dyn KeyringStore) -> Verdict {
    let name = "alias/a".parse().map_err(text)?;
    let named = || -> Result<Option<KeyId>, String> {
        Ok(store.alias(&name).map_err(text)?.map(|alias| alias.key_id))
    };
    changes(store, vec![put_alias("alias/a", 1)?])?;
    changes(store, vec![put_alias("alias/a", 2)?])?;
    same("moved", named()?, Some(id(2)))?;
    same("still one", store.count_aliases().map_err(text)?, 1)?;
    changes(store, vec![Change::DeleteAlias(name.clone())])?;
    same("deleted", named()?, None)?;
    changes(store, vec![Change::DeleteAlias(name.clone())])?;
    changes(store, vec![put_alias("alias/a", 3)?])?;
    same("made again", named()?, Some(id(3)))
}

fn version_once(store: &dyn KeyringStore) -> Verdict {
    changes(store, vec![put_version(1, 1)])?;
    if changes(store, vec![put_version(1, 2)]).is_ok() {
        return Err("a version was written over another".to_owned());
    }
    let held = store.version(&version_id(1)).map_err(text)?.map(|version| version.key_id);
    same("the first stays", held, Some(id(1)))
}

fn deleted_key(store: &dyn KeyringStore) -> Verdict {
    changes(store, vec![put_key(1)?, put_key(2)?])?;
    changes(store, vec![put_version(2, 1), put_version(1, 1), put_version(3, 2)])?;
    let versions_of = |key: u8| -> Result<Vec<KeyVersionId>, String> {
        let versions = store.versions_of(&id(key), 0, 9).map_err(text)?;
        Ok(versions.into_iter().map(|version| version.version_id).collect())
    };
    let versions = versions_of(1)?;
    same("its versions, in order", versions.clone(), vec![version_id(1), version_id(2)])?;
    let mut all: Vec<_> = versions.into_iter().map(Change::DeleteVersion).collect();
    all.push(Change::DeleteKey(id(1)));
    changes(store, all.clone())?;
    changes(store, all)?;
    same("the key", store.key(&id(1)).map_err(text)?, None)?;
    same("its versions", versions_of(1)?, Vec::new())?;
    same("a version", store.version(&version_id(1)).map_err(text)?, None)?;
    same("the other's", versions_of(2)?, vec![version_id(3)])?;
    same("count", store.count_keys().map_err(text)?, 1)
}

/// Keys of two groups in turn, more of them than a store counts together.
fn groups(store: &dyn KeyringStore) -> Verdict {
    const KEYS: u32 = 2_500;
    let numbered = |number: u32| KeyId::from_random_bytes(u128::from(number).to_be_bytes());
    let rare = |number: u32| number % 500 == 7;
    for start in (0..KEYS).step_by(500) {
        let mut batch = Vec::new();
        for number in start..start + 500 {
            let state = if rare(number) { KeyState::Disabled } else { KeyState::Enabled };
            let mut record = key(1)?;
            (record.key_id, record.state) = (numbered(number), state);
            batch.push(Change::PutKey(Box::new(record)));
        }
        changes(store, batch)?;
    }
    let group = |state| {
        let record = key(1).map(|key| key.changed(|key| key.state = state));
        record.map(|key| key.group())
    };
    let (enabled, disabled) = (group(KeyState::Enabled)?, group(KeyState::Disabled)?);
    let count = |wanted: KeyGroup| -> Result<u64, String> {
        let groups = store.key_groups().map_err(text)?;
        Ok(groups.iter().filter(|(group, _)| *group == wanted).map(|(_, number)| number).sum())
    };
    let page = |groups: Option<&[KeyGroup]>, offset, limit| -> Result<Vec<KeyId>, String> {
        let keys = store.keys(groups, offset, limit).map_err(text)?;
        Ok(keys.into_iter().map(|key| key.key_id).collect())
    };
    let ids = |numbers: &[u32]| numbers.iter().map(|number| numbered(*number)).collect::<Vec<_>>();
    same("disabled", count(disabled)?, 5)?;
    same("enabled", count(enabled)?, 2_495)?;
    same("all", store.count_keys().map_err(text)?, 2_500)?;
    same("the rare", page(Some(&[disabled]), 0, 9)?, ids(&[7, 507, 1_007, 1_507, 2_007]))?;
    same("a part of them", page(Some(&[disabled]), 3, 1)?, ids(&[1_507]))?;
    same("beyond them", page(Some(&[disabled]), 5, 9)?, Vec::new())?;
    same(
        "both, in order",
        page(Some(&[disabled, enabled]), 2_006, 3)?,
        ids(&[2_006, 2_007, 2_008]),
    )?;
    same("the common", page(Some(&[enabled]), 2_003, 2)?, ids(&[2_008, 2_009]))?;
    same("no group", page(Some(&[]), 0, 9)?, Vec::new())?;
    same("the last page", page(None, 2_498, 9)?, ids(&[2_498, 2_499]))?;
    let mut record = key(1)?;
    record.key_id = numbered(7);
    changes(store, vec![Change::PutKey(Box::new(record)), Change::DeleteKey(numbered(507))])?;
    same("one was enabled, one deleted", count(disabled)?, 3)?;
    same("and counted", count(enabled)?, 2_496)?;
    same("the rare then", page(Some(&[disabled]), 0, 9)?, ids(&[1_007, 1_507, 2_007]))?;
    same("past one that is gone", page(None, 1_500, 1)?, ids(&[1_501]))
}

fn version_replaced(store: &dyn KeyringStore) -> Verdict {
    let Change::PutVersion(version) = put_version(1, 1) else { return Err("no version".into()) };
    let without = version.clone().without_material();
    let instead = |version: &VersionRecord| {
        let version = Box::new(version.clone());
        vec![Change::DeleteVersion(version_id(1)), Change::PutVersion(version)]
    };
    changes(store, vec![put_version(1, 1), put_version(2, 1)])?;
    let wrapped = |number: usize| -> Verdict {
        same("wrapped", store.wrapped_under("1", "", 9).map_err(text)?.len(), number)
    };
    wrapped(2)?;
    let revision = store.revision().map_err(text)?;
    changes(store, instead(&without))?;
    same("without material", store.version(&version_id(1)).map_err(text)?, Some(without))?;
    same("one revision later", store.revision().map_err(text)?, revision + 1)?;
    wrapped(1)?;
    changes(store, instead(&version))?;
    same("with it again", store.version(&version_id(1)).map_err(text)?, Some(*version))?;
    wrapped(2)?;
    same("as many as before", store.count_versions().map_err(text)?, 2)?;
    same("of the key", store.count_versions_of(&id(1)).map_err(text)?, 2)
}

fn versions_in_order(store: &dyn KeyringStore) -> Verdict {
    let made = |number: u8, of: u8, created| {
        let Change::PutVersion(mut version) = put_version(number, of) else {
            return put_version(number, of);
        };
        version.created = created;
        Change::PutVersion(version)
    };
    changes(store, vec![made(1, 1, 10), made(2, 1, 30), made(3, 1, 20), made(4, 2, 99)])?;
    changes(store, vec![made(6, 1, 20), made(5, 1, 20)])?;
    let page = |offset, limit| -> Result<Vec<KeyVersionId>, String> {
        let versions = store.versions_of(&id(1), offset, limit).map_err(text)?;
        Ok(versions.into_iter().map(|version| version.version_id).collect())
    };
    let ids = |numbers: &[u8]| numbers.iter().map(|number| version_id(*number)).collect::<Vec<_>>();
    same("newest first", page(0, 9)?, ids(&[2, 3, 5, 6, 1]))?;
    same("a page", page(1, 2)?, ids(&[3, 5]))?;
    same("of the key", store.count_versions_of(&id(1)).map_err(text)?, 5)?;
    same("of all", store.count_versions().map_err(text)?, 6)?;
    changes(store, vec![Change::DeleteVersion(version_id(2))])?;
    changes(store, vec![Change::DeleteVersion(version_id(2))])?;
    same("one less", store.count_versions().map_err(text)?, 5)
}

fn aliases_of_a_key(store: &dyn KeyringStore) -> Verdict {
    changes(store, vec![put_alias("alias/b", 1)?, put_alias("alias/c", 2)?])?;
    changes(store, vec![put_alias("alias/a", 1)?, put_alias("alias/c", 1)?])?;
    let page = |key, offset, limit| -> Result<Vec<String>, String> {
        let aliases = store.aliases_of(&id(key), offset, limit).map_err(text)?;
        Ok(aliases.into_iter().map(|alias| alias.name.to_string()).collect())
    };
    let names = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect::<Vec<_>>();
    same("in order of name", page(1, 0, 9)?, names(&["alias/a", "alias/b", "alias/c"]))?;
    same("a page", page(1, 1, 1)?, names(&["alias/b"]))?;
    same("it was moved", page(2, 0, 9)?, Vec::new())?;
    same("counted", store.count_aliases_of(&id(1)).map_err(text)?, 3)?;
    changes(store, vec![Change::DeleteAlias("alias/a".parse().map_err(text)?)])?;
    same("one less", store.count_aliases_of(&id(1)).map_err(text)?, 2)?;
    same("of all", store.count_aliases().map_err(text)?, 2)
}

fn tags(store: &dyn KeyringStore) -> Verdict {
    let tag = |name: &str, value: &str| -> Result<Tag, String> {
        Ok(Tag { key: name.parse().map_err(text)?, value: value.parse().map_err(text)? })
    };
    let tagged = |number: u8, tags: Vec<Tag>| -> Result<Change, String> {
        Ok(Change::PutKey(Box::new(key(number)?.changed(|key| key.tags = tags))))
    };
    changes(store, vec![tagged(1, vec![tag("b", "1")?, tag("a", "1")?])?])?;
    changes(store, vec![tagged(2, vec![tag("a", "2")?])?, put_key(3)?])?;
    let list =
        |wanted: Tagged<'_>, after: Option<(&str, &str)>, limit| -> Result<Vec<String>, String> {
            let rows = store.tags_after(&wanted, after, limit).map_err(text)?;
            let row = |(id, tag): &(KeyId, Tag)| {
                format!("{} {}={}", id.as_str().get(..2).unwrap_or_default(), tag.key, tag.value)
            };
            Ok(rows.iter().map(row).collect())
        };
    let rows = |rows: &[&str]| rows.iter().map(|row| (*row).to_owned()).collect::<Vec<_>>();
    let all = Tagged::default();
    same("all", list(all, None, 9)?, rows(&["01 a=1", "01 b=1", "02 a=2"]))?;
    same("a page", list(all, Some((id(1).as_str(), "a")), 1)?, rows(&["01 b=1"]))?;
    let second = [id(2), id(3)];
    let of_keys = Tagged { keys: Some(&second), ..all };
    same("of some keys", list(of_keys, None, 9)?, rows(&["02 a=2"]))?;
    let a = |value: Option<&str>| -> Result<_, String> {
        let value = value.map(|value| value.parse().map_err(text)).transpose()?;
        Ok(("a".parse().map_err(text)?, value))
    };
    let having = [a(None)?];
    let of_tag = Tagged { having: &having, ..all };
    same("of a tag's keys", list(of_tag, None, 9)?, rows(&["01 a=1", "01 b=1", "02 a=2"]))?;
    let having = [a(Some("1"))?, ("b".parse().map_err(text)?, None)];
    let of_tags = Tagged { having: &having, ..all };
    same("of both", list(of_tags, None, 9)?, rows(&["01 a=1", "01 b=1"]))?;
    changes(store, vec![tagged(1, vec![tag("b", "2")?])?, Change::DeleteKey(id(2))])?;
    same("after changes", list(all, None, 9)?, rows(&["01 b=2"]))
}

fn held_elsewhere(store: &dyn KeyringStore) -> Verdict {
    let handle = Handle { store: "hsm".to_owned(), version_id: version_id(1) };
    let (key_id, version_id) = (id(1), version_id(1));
    let version = Version { key_id: &key_id, version_id: &version_id, spec: KeySpec::EcP256 };
    let material = StoredMaterial::Held(handle);
    let record = VersionRecord::new(version, 0, material, Some(Octets(vec![1, 2, 3])));
    changes(store, vec![Change::PutVersion(Box::new(record.clone()))])?;
    same("the record", store.version(&version_id).map_err(text)?, Some(record))?;
    same("no root key", store.root_checks().map_err(text)?, Vec::new())?;
    same("nor under one", store.wrapped_under("1", "", 9).map_err(text)?, Vec::new())
}

fn nonces(store: &dyn KeyringStore) -> Verdict {
    let mark = NonceMark::new([1; 16], 1_000);
    let note = || changes(store, vec![Change::NoteNonce(mark.clone())]);
    same("unknown", store.nonce_used(&mark).map_err(text)?, false)?;
    note()?;
    same("noted", store.nonce_used(&mark).map_err(text)?, true)?;
    if note().is_ok() {
        return Err("a nonce was noted twice".to_owned());
    }
    changes(store, vec![Change::ForgetNonces(1_000)])?;
    same("kept to the end of its time", store.nonce_used(&mark).map_err(text)?, true)?;
    changes(store, vec![Change::ForgetNonces(1_001)])?;
    same("forgotten", store.nonce_used(&mark).map_err(text)?, false)
}

fn revisions(store: &dyn KeyringStore) -> Verdict {
    same("at first", store.revision().map_err(text)?, 0)?;
    changes(store, vec![put_key(1)?, put_version(1, 1)])?;
    same("one commit, one revision", store.revision().map_err(text)?, 1)?;
    changes(store, vec![Change::NoteNonce(NonceMark::new([1; 16], 0))])?;
    same("nothing altered", store.revision().map_err(text)?, 1)?;
    changes(store, vec![put_alias("alias/a", 1)?])?;
    same("another", store.revision().map_err(text)?, 2)
}

fn altered(store: &dyn KeyringStore) -> Verdict {
    changes(store, vec![put_alias("alias/a", 1)?])?;
    changes(store, vec![put_alias("alias/b", 1)?])?;
    changes(store, vec![put_alias("alias/a", 2)?])?;
    let row = |name: &str, revision| Altered { name: name.to_owned(), revision };
    let since = |revision, limit| store.altered_since(revision, limit).map_err(text);
    same("all", since(0, 10)?, vec![row("alias/a", 3), row("alias/b", 2)])?;
    same("since 2", since(2, 10)?, vec![row("alias/a", 3)])?;
    same("the latest", since(0, 1)?, vec![row("alias/a", 3)])?;
    same("nothing since", since(3, 10)?, Vec::new())
}

fn forgetting(store: &dyn KeyringStore) -> Verdict {
    for (at, name) in [(100, "alias/a"), (200, "alias/b"), (300, "alias/c")] {
        let batch =
            Batch { altered: vec![name.to_owned()], events: vec![event(name)], ..Batch::default() };
        store.commit(&batch, at).map_err(text)?;
    }
    same("floor", store.floor().map_err(text)?, 0)?;
    let forget = Some(Forget { altered_before: 201, events_through: 1 });
    store.commit(&Batch { forget, ..Batch::default() }, 400).map_err(text)?;
    same("floor", store.floor().map_err(text)?, 2)?;
    let kept = store.altered_since(0, 10).map_err(text)?;
    same("kept", kept, vec![Altered { name: "alias/c".to_owned(), revision: 3 }])?;
    let lines: Vec<_> = store.events(0, 10).map_err(text)?.into_iter().map(|(_, l)| l).collect();
    same("events", lines, vec!["alias/b".to_owned(), "alias/c".to_owned()])?;
    same("revision", store.revision().map_err(text)?, 3)?;
    store.commit(&Batch { forget, ..Batch::default() }, 400).map_err(text)?;
    same("the floor does not fall", store.floor().map_err(text)?, 2)?;
    let none = Some(Forget { altered_before: 0, events_through: 0 });
    store.commit(&Batch { forget: none, ..Batch::default() }, 400).map_err(text)?;
    same("events still", store.events(0, 10).map_err(text)?.len(), 2)
}

fn event(id: &str) -> StoredEvent {
    StoredEvent::new(id, id)
}

fn agenda(store: &dyn KeyringStore, jobs: Vec<JobChange>) -> Verdict {
    store.commit(&Batch { jobs, ..Batch::default() }, 0).map_err(text)
}

fn due(store: &dyn KeyringStore) -> Result<Vec<(String, i64)>, String> {
    let jobs = store.jobs(10).map_err(text)?;
    Ok(jobs.into_iter().map(|job| (job.name, job.due_millis)).collect())
}

fn jobs(store: &dyn KeyringStore) -> Verdict {
    agenda(store, vec![JobChange::put("b", 200), JobChange::put("a", 300)])?;
    agenda(store, vec![JobChange::put("c", 100)])?;
    let row = |name: &str, at| (name.to_owned(), at);
    same("in order", due(store)?, vec![row("c", 100), row("b", 200), row("a", 300)])?;
    same("the first", store.jobs(1).map_err(text)?.len(), 1)?;
    agenda(store, vec![JobChange::put("c", 400), JobChange::Remove { name: "b".to_owned() }])?;
    same("put again and removed", due(store)?, vec![row("a", 300), row("c", 400)])?;
    let put = |name: &str, due_millis| JobChange::PutIfNone { name: name.to_owned(), due_millis };
    agenda(store, vec![put("a", 1), put("d", 350)])?;
    same("put if none", due(store)?, vec![row("a", 300), row("d", 350), row("c", 400)])?;
    let mut failing = first_job(store)?;
    (failing.due_millis, failing.attempts) = (360, 1);
    agenda(store, vec![JobChange::Postpone(failing)])?;
    let due_jobs = |now, failed, limit| -> Result<Vec<String>, String> {
        let jobs = store.due_jobs(now, failed, limit).map_err(text)?;
        Ok(jobs.into_iter().map(|job| job.name).collect())
    };
    same("due by then", due_jobs(399, false, 9)?, vec!["d".to_owned()])?;
    same("due at the moment", due_jobs(400, false, 9)?, vec!["d".to_owned(), "c".to_owned()])?;
    same("at most", due_jobs(400, false, 1)?, vec!["d".to_owned()])?;
    same("failed before", due_jobs(400, true, 9)?, vec!["a".to_owned()])?;
    same("failed, not due yet", due_jobs(359, true, 9)?, Vec::new())?;
    let named = |name: &str| -> Result<Option<(i64, u32)>, String> {
        let job = store.job(name).map_err(text)?;
        Ok(job.map(|job| (job.due_millis, job.attempts)))
    };
    same("by its name", named("a")?, Some((360, 1)))?;
    same("another's name", named("b")?, None)?;
    agenda(store, vec![JobChange::Remove { name: "nothing".to_owned() }])
}

fn first_job(store: &dyn KeyringStore) -> Result<Job, String> {
    store.jobs(1).map_err(text)?.pop().ok_or_else(|| "there is no job".to_owned())
}

fn job_put_again(store: &dyn KeyringStore) -> Verdict {
    agenda(store, vec![JobChange::put("a", 100)])?;
    let mut taken = first_job(store)?;
    agenda(store, vec![JobChange::put("a", 200)])?;
    agenda(store, vec![JobChange::Done(taken.clone())])?;
    (taken.due_millis, taken.attempts) = (900, 3);
    agenda(store, vec![JobChange::Postpone(taken)])?;
    let mut again = first_job(store)?;
    same("due", (again.due_millis, again.attempts), (200, 0))?;
    (again.due_millis, again.attempts, again.note) = (300, 2, "half".to_owned());
    agenda(store, vec![JobChange::Postpone(again.clone())])?;
    same("postponed", first_job(store)?, again.clone())?;
    agenda(store, vec![JobChange::Done(again.clone())])?;
    same("done", due(store)?, Vec::new())?;
    agenda(store, vec![JobChange::put("a", 500)])?;
    agenda(store, vec![JobChange::Done(again)])?;
    same("another of its name", due(store)?, vec![("a".to_owned(), 500)])
}

fn events(store: &dyn KeyringStore) -> Verdict {
    let commit = |ids: &[&str]| {
        let events = ids.iter().map(|id| event(id)).collect();
        store.commit(&Batch { events, ..Batch::default() }, 7)
    };
    commit(&["b", "a"]).map_err(text)?;
    commit(&["c"]).map_err(text)?;
    if commit(&["d", "a"]).is_ok() {
        return Err("an event was stored twice".to_owned());
    }
    let all = store.events(0, 10).map_err(text)?;
    let lines: Vec<_> = all.iter().map(|(_, line)| line.as_str()).collect();
    same("all", lines, vec!["b", "a", "c"])?;
    let (second, _) = all.get(1).ok_or("there is no second")?;
    let later = store.events(*second, 10).map_err(text)?;
    same("later", later, all.get(2..).unwrap_or_default().to_vec())
}

fn linked_events(store: &dyn KeyringStore) -> Verdict {
    let linked = |id: &str, seq| {
        let link = Link { seq, root: "1".to_owned(), mac: format!("mac of {id}") };
        StoredEvent { link: Some(link), ..event(id) }
    };
    let commit = |events, at| store.commit(&Batch { events, ..Batch::default() }, at);
    commit(vec![event("old")], 7).map_err(text)?;
    commit(vec![linked("a", 2), linked("b", 3)], 8).map_err(text)?;
    commit(vec![linked("c", 4)], 9).map_err(text)?;
    if commit(vec![linked("d", 4)], 9).is_ok() {
        return Err("two events have one number".to_owned());
    }
    let row = |seq, at_millis, event| EventRow { seq, at_millis, event };
    let all = vec![
        row(1, 7, event("old")),
        row(2, 8, linked("a", 2)),
        row(3, 8, linked("b", 3)),
        row(4, 9, linked("c", 4)),
    ];
    let rows = |span, limit| store.event_rows(span, limit).map_err(text);
    same("all", rows(EventSpan::after(0), 10)?, all.clone())?;
    let newest = all.iter().rev().take(2).cloned().collect::<Vec<_>>();
    same("newest", rows(EventSpan::newest(), 2)?, newest)?;
    let between = EventSpan { after: 1, before: 4, newest_first: false };
    same("between", rows(between, 10)?, all.get(1..3).unwrap_or_default().to_vec())?;
    let known = store.known_events(&["b", "x", "old"]).map_err(text)?;
    let known: BTreeSet<_> = known.iter().map(String::as_str).collect();
    same("known", known, BTreeSet::from(["b", "old"]))?;
    same("none known", store.known_events(&[]).map_err(text)?, Vec::new())
}

fn whole_or_nothing(store: &dyn KeyringStore) -> Verdict {
    changes(store, vec![put_version(1, 1)])?;
    let before = store.revision().map_err(text)?;
    let batch = Batch {
        changes: vec![put_key(1)?, put_alias("alias/a", 1)?, put_version(1, 1)],
        altered: vec!["alias/a".to_owned()],
        jobs: vec![JobChange::put("a", 1)],
        events: vec![event("a")],
        facts: vec![("fact", "there".to_owned())],
        forget: None,
    };
    if store.commit(&batch, 0).is_ok() {
        return Err("a version was written twice".to_owned());
    }
    same("key", store.key(&id(1)).map_err(text)?, None)?;
    same("aliases", store.count_aliases().map_err(text)?, 0)?;
    same("revision", store.revision().map_err(text)?, before)?;
    same("jobs", store.jobs(10).map_err(text)?, Vec::new())?;
    same("events", store.events(0, 10).map_err(text)?, Vec::new())?;
    same("fact", store.fact("fact").map_err(text)?, None)
}

fn facts_and_names(store: &dyn KeyringStore) -> Verdict {
    same("no fact", store.fact("fact").map_err(text)?, None)?;
    for value in ["one", "two"] {
        let facts = vec![("fact", value.to_owned())];
        store.commit(&Batch { facts, ..Batch::default() }, 0).map_err(text)?;
        same("fact", store.fact("fact").map_err(text)?, Some(value.to_owned()))?;
    }
    changes(store, vec![put_key(2)?, put_key(1)?, put_version(1, 1), put_alias("alias/z", 1)?])?;
    let root = |check: Option<&str>| {
        vec![RootCheck { version: "1".to_owned(), check: check.map(str::to_owned) }]
    };
    same("a root named by a record", store.root_checks().map_err(text)?, root(None))?;
    let note = Change::NoteRoot { version: "1".to_owned(), check: "c".to_owned() };
    changes(store, vec![note])?;
    same("its check value", store.root_checks().map_err(text)?, root(Some("c")))?;
    let wrapped = store.wrapped_under("1", "", 9).map_err(text)?;
    same("wrapped under it", wrapped.len(), 1)?;
    same("under another", store.wrapped_under("2", "", 9).map_err(text)?, Vec::new())?;
    let names = |after: &str, limit| -> Result<Vec<String>, String> {
        let names = store.view_names(after, limit).map_err(text)?;
        Ok(names.iter().map(ViewName::local).collect())
    };
    let all = [
        "alias/z".to_owned(),
        format!("key/{}", id(1)),
        format!("key/{}", id(2)),
        format!("version/{}", version_id(1)),
    ];
    same("names", names("", 9)?, all.to_vec())?;
    let mut paged = Vec::new();
    while let [name] = &names(paged.last().map_or("", String::as_str), 1)?[..] {
        paged.push(name.clone());
    }
    same("names one by one", paged, all.to_vec())
}

/// A version as it is under another root key.
fn under(root: &str, number: u8, of: u8) -> Result<Box<VersionRecord>, String> {
    let Change::PutVersion(mut record) = put_version(number, of) else {
        return Err("a version is put by PutVersion".to_owned());
    };
    let (root_version, sealed) = (root.to_owned(), "BBBB".to_owned());
    record.material = StoredMaterial::Wrapped(WrappedMaterial { root_version, sealed });
    Ok(record)
}

fn roots_in_use(store: &dyn KeyringStore) -> Verdict {
    let uses = || -> Result<Vec<(String, u64, Option<i64>)>, String> {
        let uses = store.root_uses().map_err(text)?;
        Ok(uses.into_iter().map(|root| (root.version, root.versions, root.left_millis)).collect())
    };
    let row = |root: &str, versions, left| (root.to_owned(), versions, left);
    same("none", uses()?, Vec::new())?;
    changes(store, (1..=3).map(|number| put_version(number, 1)).collect())?;
    let note = |check: &str| Change::NoteRoot { version: "1".to_owned(), check: check.to_owned() };
    changes(store, vec![note("a"), note("b")])?;
    same("counted, whatever is noted", uses()?, vec![row("1", 3, None)])?;
    let found = |root: &str, after: &str, limit| -> Result<Vec<KeyVersionId>, String> {
        let found = store.wrapped_under(root, after, limit).map_err(text)?;
        Ok(found.into_iter().map(|version| version.version_id).collect())
    };
    same("a page", found("1", "", 2)?, vec![version_id(1), version_id(2)])?;
    same("on from there", found("1", version_id(2).as_str(), 2)?, vec![version_id(3)])?;

    changes(store, vec![Change::RewrapVersion(under("2", 1, 1)?)])?;
    same("one is under another", uses()?, vec![row("1", 2, None), row("2", 1, None)])?;
    let record = store.version(&version_id(1)).map_err(text)?;
    same("its record", record, Some(*under("2", 1, 1)?))?;
    same("still so many", store.count_versions().map_err(text)?, 3)?;
    changes(store, vec![Change::RewrapVersion(under("2", 9, 1)?)])?;
    same("what is gone is not made again", store.count_versions().map_err(text)?, 3)?;
    same("nor counted", uses()?, vec![row("1", 2, None), row("2", 1, None)])?;

    changes(store, vec![Change::RewrapVersion(under("2", 2, 1)?)])?;
    changes(store, vec![Change::DeleteVersion(version_id(3))])?;
    let left = |at_millis| Change::NoteRootLeft { version: "1".to_owned(), at_millis };
    changes(store, vec![left(7)])?;
    same("left", uses()?, vec![row("1", 0, Some(7)), row("2", 2, None)])?;
    changes(store, vec![put_version(4, 1)])?;
    same("in use again", uses()?, vec![row("1", 1, None), row("2", 2, None)])?;
    changes(store, vec![Change::DeleteVersion(version_id(4)), left(8)])?;
    changes(store, vec![Change::RewrapVersion(under("1", 1, 1)?)])?;
    same("by a re-wrap too", uses()?, vec![row("1", 1, None), row("2", 1, None)])?;
    changes(store, vec![Change::RewrapVersion(under("2", 1, 1)?)])?;
    changes(store, vec![Change::ForgetRoot("1".to_owned())])?;
    same("forgotten", uses()?, vec![row("2", 2, None)])?;
    let checks = store.root_checks().map_err(text)?;
    same("with its check value", checks.iter().any(|root| root.version == "1"), false)
}

fn numbered_keys(store: &dyn KeyringStore) -> Verdict {
    changes(store, vec![put_key(9)?, put_key(1)?, put_key(5)?])?;
    let page = |after, limit| store.keys_made_after(after, limit).map_err(text);
    let ids = |keys: &[(u64, KeyRecord)]| -> Vec<KeyId> {
        keys.iter().map(|(_, key)| key.key_id.clone()).collect()
    };
    let all = page(0, 10)?;
    same("in order of creation", ids(&all), vec![id(9), id(1), id(5)])?;
    let numbers: Vec<_> = all.iter().map(|(number, _)| *number).collect();
    let (first, last) = (numbers.first().copied().unwrap_or(0), numbers.last().copied());
    same("from there", ids(&page(first, 1)?), vec![id(1)])?;
    changes(store, vec![Change::DeleteKey(id(9)), put_key(7)?, put_key(1)?])?;
    same("one was made, one went", ids(&page(0, 10)?), vec![id(1), id(5), id(7)])?;
    same("past one that is gone", ids(&page(first, 10)?), vec![id(1), id(5), id(7)])?;
    same("the new one is last", ids(&page(last.unwrap_or(0), 10)?), vec![id(7)])
}

fn parts(store: &dyn KeyringStore) -> Verdict {
    let stage = |number, part: &str| Change::StagePart { number, text: part.to_owned() };
    same("none", store.part(0).map_err(text)?, None)?;
    changes(store, vec![stage(0, "a"), stage(1, "b")])?;
    changes(store, vec![stage(0, "c")])?;
    same("in place of the first", store.part(0).map_err(text)?, Some("c".to_owned()))?;
    same("the second", store.part(1).map_err(text)?, Some("b".to_owned()))?;
    same("no view", store.revision().map_err(text)?, 0)?;
    changes(store, vec![Change::DropParts])?;
    same("dropped", store.part(1).map_err(text)?, None)
}

fn usage(store: &dyn KeyringStore) -> Verdict {
    let row = |day, key: Option<u8>, action: &str, calls| UsageRow {
        day,
        key_id: key.map(id),
        action: action.to_owned(),
        calls,
        throttled: calls / 2,
        free: key == Some(1),
    };
    let all = [
        row(7, None, "ListKeys", 3),
        row(8, None, "Encrypt", 1),
        row(8, Some(1), "Decrypt", 2),
        row(8, Some(1), "Encrypt", 9_000_000_000),
        row(9, Some(2), "Encrypt", 4),
    ];
    let put = |row: &UsageRow| Change::PutUsage(Box::new(row.clone()));
    changes(store, all.iter().rev().map(put).collect())?;
    let rows = |from, to, after: Option<&UsageRow>, limit| {
        let after = after.map(|row| UsagePosition {
            day: Day::from_number(row.day),
            key_id: row.key_id.clone(),
            action: row.action.clone(),
        });
        store.usage_rows(from, to, after.as_ref(), limit).map_err(text)
    };
    same("all", rows(0, u32::MAX, None, 10)?, all.to_vec())?;
    let [first, keyless, decrypt, encrypt, last] = &all;
    same("a day", rows(7, 7, None, 10)?, vec![first.clone()])?;
    same("a page", rows(7, 9, Some(keyless), 2)?, vec![decrypt.clone(), encrypt.clone()])?;
    same("the rest", rows(7, 9, Some(encrypt), 2)?, vec![last.clone()])?;
    let more = row(8, Some(1), "Decrypt", 5);
    changes(store, vec![put(&more)])?;
    same("one", store.usage_row(&decrypt.name()).map_err(text)?, Some(more))?;
    let none = row(9, None, "Encrypt", 0);
    same("none", store.usage_row(&none.name()).map_err(text)?, None)?;
    same("no view", store.revision().map_err(text)?, 0)?;
    changes(store, vec![Change::ForgetUsage(9)])?;
    same("what is left", rows(0, u32::MAX, None, 10)?, vec![last.clone()])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::memory::MemoryStore;

    #[test]
    fn the_store_in_memory_does_what_every_store_must() {
        for Case { name, run } in CASES {
            assert_eq!(run(&MemoryStore::default()), Ok(()), "{name}");
        }
    }
}
