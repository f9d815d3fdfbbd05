// SPDX-License-Identifier: Apache-2.0
//! In-memory ports for tests. The entropy counts: NO SECURITY, never outside tests.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, HashMap},
};

use edgekms_api::{
    id::{AliasName, KeyId, KeyVersionId},
    key::{KeySpec, KeyUsage, Origin, ProtectionLevel},
};

use crate::{
    account::{Caller, Principal},
    audit::AuditEvent,
    hierarchy::WrappedMaterial,
    keyring::{KeyringCall, KeyringHost, KeyringReply, handle},
    nonce::NonceMark,
    outbox::{OutboxRow, ViewName},
    place::Place,
    ports::{
        AuditSink, Clock, Entropy, EntropyError, KeyringStore, Keyrings, LocalFuture, PortError,
        PublishedViews,
    },
    record::{AliasRecord, Change, KeyRecord, NewKey, VersionRecord},
    root_keys::RootKeys,
    settings::Limits,
};

pub(crate) const ROOT_KEYS: &str =
    r#"{"current":"1","keys":{"1":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}}"#;
pub(crate) const SECRET: &str = "dev-secret-dev-secret-dev-1234";
pub(crate) const NOW_SECS: i64 = 1_700_000_000;

pub(crate) fn root_keys() -> RootKeys {
    RootKeys::parse(ROOT_KEYS).unwrap()
}

pub(crate) fn variables() -> HashMap<String, String> {
    [
        ("ROOT_KEYS", ROOT_KEYS),
        ("ACCOUNT_ID", "1234567890123456"),
        ("ACCESS_KEY_ID", "testid"),
        ("ACCESS_KEY_SECRET", SECRET),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

pub(crate) fn place() -> Place {
    Place { account: "1234567890123456".parse().unwrap(), region: "cn-hangzhou".parse().unwrap() }
}

pub(crate) fn caller() -> Caller {
    Caller {
        account: place().account,
        access_key_id: "testid".to_owned(),
        principal: Principal::RootAccount,
    }
}

pub(crate) fn key_record() -> KeyRecord {
    KeyRecord::new(NewKey {
        key_id: "11111111-1111-4111-8111-111111111111".parse().unwrap(),
        primary_version: "22222222-2222-4222-8222-222222222222".parse().unwrap(),
        created: NOW_SECS,
        creator: place().account,
        description: "d".to_owned(),
        spec: KeySpec::Aes256,
        usage: KeyUsage::EncryptDecrypt,
        origin: Origin::AliyunKms,
        protection_level: ProtectionLevel::Software,
        tags: Vec::new(),
    })
}

pub(crate) fn version_record() -> VersionRecord {
    let key = key_record();
    let material = WrappedMaterial { root_version: "1".to_owned(), sealed: "AAAA".to_owned() };
    VersionRecord::new(key.primary_version, key.key_id, key.spec, NOW_SECS, material)
}

/// Gives 1, 2, 3 and so on.
#[derive(Default)]
pub(crate) struct CountingEntropy(Cell<u64>);

impl Entropy for CountingEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        for chunk in bytes.chunks_mut(8) {
            self.0.set(self.0.get() + 1);
            chunk.copy_from_slice(&self.0.get().to_be_bytes()[8 - chunk.len()..]);
        }
        Ok(())
    }
}

/// A clock that stands until it is moved.
pub(crate) struct StandingClock(pub(crate) Cell<i64>);

impl Clock for StandingClock {
    fn now_millis(&self) -> i64 {
        self.0.get()
    }
}

#[derive(Default, Clone)]
struct Tables {
    keys: Vec<KeyRecord>,
    versions: BTreeMap<String, VersionRecord>,
    aliases: BTreeMap<String, AliasRecord>,
    nonces: BTreeMap<String, i64>,
    outbox: BTreeMap<String, i64>,
    revision: i64,
}

/// One keyring's truth.
#[derive(Default)]
pub(crate) struct MemoryStore {
    tables: RefCell<Tables>,
    pub(crate) broken: Cell<bool>,
}

fn slice<T: Clone>(rows: impl Iterator<Item = T>, offset: u64, limit: u64) -> Vec<T> {
    rows.skip(usize::try_from(offset).unwrap()).take(usize::try_from(limit).unwrap()).collect()
}

impl KeyringStore for MemoryStore {
    fn key(&self, id: &KeyId) -> Result<Option<KeyRecord>, PortError> {
        Ok(self.tables.borrow().keys.iter().find(|key| key.key_id == *id).cloned())
    }
    fn count_keys(&self) -> Result<u64, PortError> {
        Ok(self.tables.borrow().keys.len() as u64)
    }
    fn keys(&self, offset: u64, limit: u64) -> Result<Vec<KeyRecord>, PortError> {
        Ok(slice(self.tables.borrow().keys.iter().cloned(), offset, limit))
    }
    fn version(&self, id: &KeyVersionId) -> Result<Option<VersionRecord>, PortError> {
        Ok(self.tables.borrow().versions.get(id.as_str()).cloned())
    }
    fn alias(&self, name: &AliasName) -> Result<Option<AliasRecord>, PortError> {
        Ok(self.tables.borrow().aliases.get(name.as_str()).cloned())
    }
    fn count_aliases(&self) -> Result<u64, PortError> {
        Ok(self.tables.borrow().aliases.len() as u64)
    }
    fn aliases(&self, offset: u64, limit: u64) -> Result<Vec<AliasRecord>, PortError> {
        Ok(slice(self.tables.borrow().aliases.values().cloned(), offset, limit))
    }
    fn nonce_used(&self, mark: &NonceMark) -> Result<bool, PortError> {
        Ok(self.tables.borrow().nonces.contains_key(&mark.digest))
    }
    fn commit(&self, changes: &[Change]) -> Result<(), PortError> {
        if self.broken.get() {
            return Err(PortError("the disk is full".to_owned()));
        }
        let tables = &mut *self.tables.borrow_mut();
        tables.revision += 1;
        for change in changes {
            if let Some(view) = change.view_name() {
                tables.outbox.insert(view.local(), tables.revision);
            }
            match change {
                Change::PutKey(key) => {
                    match tables.keys.iter_mut().find(|held| held.key_id == key.key_id) {
                        Some(held) => *held = (**key).clone(),
                        None => tables.keys.push((**key).clone()),
                    }
                }
                Change::PutVersion(version) => {
                    tables.versions.insert(version.version_id.to_string(), (**version).clone());
                }
                Change::PutAlias(alias) => {
                    tables.aliases.insert(alias.name.to_string(), alias.clone());
                }
                Change::DeleteAlias(name) => {
                    tables.aliases.remove(name.as_str());
                }
                Change::NoteNonce(mark) => {
                    tables.nonces.insert(mark.digest.clone(), mark.until_millis);
                }
            }
        }
        Ok(())
    }
    fn outbox(&self, limit: u64) -> Result<Vec<OutboxRow>, PortError> {
        let tables = self.tables.borrow();
        let rows = tables.outbox.iter().map(|(name, revision)| OutboxRow {
            name: ViewName::from_local(name).unwrap(),
            revision: *revision,
        });
        Ok(slice(rows, 0, limit))
    }
    fn published(&self, row: &OutboxRow) -> Result<(), PortError> {
        let outbox = &mut self.tables.borrow_mut().outbox;
        if outbox.get(&row.name.local()) == Some(&row.revision) {
            outbox.remove(&row.name.local());
        }
        Ok(())
    }
}

/// Everything outside a worker: keyrings, published views, clock, entropy and audit.
pub(crate) struct World {
    pub(crate) clock: StandingClock,
    pub(crate) entropy: CountingEntropy,
    pub(crate) roots: RootKeys,
    pub(crate) limits: Limits,
    pub(crate) stores: RefCell<HashMap<String, std::rc::Rc<MemoryStore>>>,
    pub(crate) published: RefCell<HashMap<String, String>>,
    pub(crate) published_broken: Cell<bool>,
    pub(crate) keyrings_broken: Cell<bool>,
    /// How often the published views and the keyrings were asked.
    pub(crate) loads: Cell<u32>,
    pub(crate) calls: Cell<u32>,
    pub(crate) events: RefCell<Vec<AuditEvent>>,
}

impl World {
    pub(crate) fn new() -> Self {
        Self {
            clock: StandingClock(Cell::new(NOW_SECS * 1000)),
            entropy: CountingEntropy::default(),
            roots: root_keys(),
            limits: Limits::default(),
            stores: RefCell::default(),
            published: RefCell::default(),
            published_broken: Cell::new(false),
            keyrings_broken: Cell::new(false),
            loads: Cell::new(0),
            calls: Cell::new(0),
            events: RefCell::default(),
        }
    }

    pub(crate) fn store(&self, place: &Place) -> std::rc::Rc<MemoryStore> {
        self.stores.borrow_mut().entry(place.keyring_name()).or_default().clone()
    }

    /// Publishes everything that waits, as the Durable Object's alarm does.
    pub(crate) fn publish(&self, place: &Place) {
        let store = self.store(place);
        for row in store.outbox(1_000).unwrap() {
            let key = row.name.published_key(place);
            match store.view(&row.name).unwrap() {
                Some(text) => self.published.borrow_mut().insert(key, text),
                None => self.published.borrow_mut().remove(&key),
            };
            store.published(&row).unwrap();
        }
    }

    pub(crate) fn pass(&self, millis: i64) {
        self.clock.0.set(self.clock.0.get() + millis);
    }
}

impl PublishedViews for World {
    fn load<'a>(&'a self, key: &'a str) -> LocalFuture<'a, Result<Option<String>, PortError>> {
        self.loads.set(self.loads.get() + 1);
        Box::pin(async move {
            if self.published_broken.get() {
                return Err(PortError("KV is away".to_owned()));
            }
            Ok(self.published.borrow().get(key).cloned())
        })
    }
}

impl Keyrings for World {
    fn call<'a>(
        &'a self,
        place: &'a Place,
        call: &'a KeyringCall,
    ) -> LocalFuture<'a, Result<KeyringReply, PortError>> {
        self.calls.set(self.calls.get() + 1);
        Box::pin(async move {
            if self.keyrings_broken.get() {
                return Err(PortError("the keyring is away".to_owned()));
            }
            let store = self.store(place);
            let host = KeyringHost {
                store: &*store,
                clock: &self.clock,
                entropy: &self.entropy,
                roots: &self.roots,
                limits: self.limits,
            };
            // As between isolate and Durable Object: only text crosses.
            let call = serde_json::to_string(call).unwrap();
            let reply = handle(&serde_json::from_str(&call).unwrap(), &host);
            Ok(serde_json::from_str(&serde_json::to_string(&reply).unwrap()).unwrap())
        })
    }
}

impl AuditSink for World {
    fn record(&self, event: &AuditEvent) {
        self.events.borrow_mut().push(event.clone());
    }
}
