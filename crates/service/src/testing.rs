// SPDX-License-Identifier: Apache-2.0
//! In-memory ports for tests. The entropy counts: NO SECURITY, never outside tests.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
};

pub(crate) mod bucket;
pub(crate) mod hardware;
pub(crate) mod rsa;
pub(crate) mod trail;
pub(crate) mod watch;

use edgekms_api::key::{KeySpec, KeyUsage, Origin, ProtectionLevel};
use futures::executor::block_on;

use self::watch::{PointsKept, TestWatch};
use crate::{
    account::store::AccountStore,
    account_object::AccountRules,
    audit::{AuditSink, EventLog, Outlets, event::NewEvent},
    call::Ports,
    identity::{Caller, bootstrap::Account},
    keyring::{
        object_name,
        record::{KeyRecord, NewKey, VersionRecord},
        store::KeyringStore,
    },
    keyring_object::KeyringRules,
    material::{
        hierarchy::WrappedMaterial,
        root_keys::RootKeys,
        stores::{KeyStores, StoredMaterial, Version},
    },
    memory::{MemoryAccount, MemoryStore},
    object::{ObjectPorts, Shell},
    port::{
        Clock, Documents, Entropy, EntropyError, Fault, FaultLog, LocalFuture, Objects, PortError,
        PublishedViews, Timers, ViewWriter,
    },
    settings::Settings,
};
use edgekms_api::place::Place;

pub(crate) const ROOT_KEYS: &str =
    r#"{"current":"1","keys":{"1":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}}"#;
pub(crate) const SECRET: &str = "dev-secret-dev-secret-dev-1234";
/// The access key id of the operator, whose secret is [`SECRET`] too.
pub(crate) const OPERATOR: &str = "operator";
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
        ("ENVIRONMENT", "development"),
        ("OPERATOR_ACCESS_KEY_ID", OPERATOR),
        ("OPERATOR_ACCESS_KEY_SECRET", SECRET),
    ]
    .map(|(name, value)| (name.to_owned(), value.to_owned()))
    .into()
}

pub(crate) fn place() -> Place {
    Place { account: "1234567890123456".parse().unwrap(), region: "cn-hangzhou".parse().unwrap() }
}

pub(crate) fn caller() -> Caller {
    Caller::root(place().account, "testid".to_owned())
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
        rotation: None,
        policy: None,
        kept: Default::default(),
    })
}

pub(crate) fn version_record() -> VersionRecord {
    let key = key_record();
    let material = WrappedMaterial { root_version: "1".to_owned(), sealed: "AAAA".to_owned() };
    let version = Version { key_id: &key.key_id, version_id: &key.primary_version, spec: key.spec };
    VersionRecord::new(version, NOW_SECS, StoredMaterial::Wrapped(material), None)
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

/// Gives the same bytes at each call, the first of them where fewer are wanted.
pub(crate) struct FixedEntropy(pub(crate) Vec<u8>);

impl Entropy for FixedEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        bytes.copy_from_slice(&self.0[..bytes.len()]);
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

impl Clock for Rc<StandingClock> {
    fn now_millis(&self) -> i64 {
        self.0.get()
    }
}

/// Whoever sleeps moves the clock: nobody else is there to wait for.
pub(crate) struct MovingTimers(pub(crate) Rc<StandingClock>);

impl Timers for MovingTimers {
    fn sleep(&self, millis: u32) -> LocalFuture<'static, ()> {
        self.0.0.set(self.0.0.get() + i64::from(millis));
        Box::pin(async {})
    }
}

/// Workers KV, as it is on a good day and on a bad one.
#[derive(Default)]
pub(crate) struct Kv {
    pub(crate) texts: RefCell<HashMap<String, String>>,
    /// Whether it refuses everything.
    pub(crate) broken: Cell<bool>,
    /// Whether reads never come back.
    pub(crate) hangs: Cell<bool>,
    /// How often it was read.
    pub(crate) loads: Cell<u32>,
    /// A part of the names whose writes never come back.
    pub(crate) hangs_for: RefCell<Option<String>>,
}

impl PublishedViews for Kv {
    fn load<'a>(&'a self, key: &'a str) -> LocalFuture<'a, Result<Option<String>, PortError>> {
        self.loads.set(self.loads.get() + 1);
        Box::pin(async move {
            if self.hangs.get() {
                std::future::pending::<()>().await;
            }
            if self.broken.get() {
                return Err(PortError::new("KV is away"));
            }
            Ok(self.texts.borrow().get(key).cloned())
        })
    }
}

impl ViewWriter for Kv {
    fn put<'a>(
        &'a self,
        key: &'a str,
        text: &'a str,
        _: u32,
    ) -> LocalFuture<'a, Result<(), PortError>> {
        Box::pin(async move {
            let hangs = self.hangs_for.borrow().clone();
            if hangs.is_some_and(|part| key.contains(&part)) {
                std::future::pending::<()>().await;
            }
            if self.broken.get() {
                return Err(PortError::new("429 Too Many Requests"));
            }
            self.texts.borrow_mut().insert(key.to_owned(), text.to_owned());
            Ok(())
        })
    }

    fn delete<'a>(&'a self, key: &'a str) -> LocalFuture<'a, Result<(), PortError>> {
        self.texts.borrow_mut().remove(key);
        Box::pin(async { Ok(()) })
    }
}

/// Lines that were written somewhere.
#[derive(Default)]
pub(crate) struct Lines {
    pub(crate) lines: RefCell<Vec<String>>,
    pub(crate) broken: Cell<bool>,
}

impl AuditSink for Lines {
    fn append<'a>(
        &'a self,
        _: &'a Place,
        event: NewEvent,
    ) -> LocalFuture<'a, Result<(), PortError>> {
        Box::pin(async move { self.write(&event.line).await })
    }
}

impl EventLog for Lines {
    fn write<'a>(&'a self, line: &'a str) -> LocalFuture<'a, Result<(), PortError>> {
        Box::pin(async move {
            if self.broken.get() {
                return Err(PortError::new("the trail is full"));
            }
            self.lines.borrow_mut().push(line.to_owned());
            Ok(())
        })
    }
}

impl FaultLog for Lines {
    fn fault(&self, fault: &Fault<'_>) {
        self.lines.borrow_mut().push(fault.line(0));
    }
}

pub(crate) type Keyring = Shell<dyn KeyringStore, KeyringRules>;
pub(crate) type AccountObject = Shell<dyn AccountStore, AccountRules>;

/// Everything outside an isolate: keyrings, KV, clock, entropy and logs.
pub(crate) struct World {
    pub(crate) clock: Rc<StandingClock>,
    pub(crate) entropy: Rc<CountingEntropy>,
    pub(crate) settings: RefCell<Rc<Settings>>,
    pub(crate) stores: RefCell<HashMap<String, Rc<MemoryStore>>>,
    keyrings: RefCell<HashMap<String, Rc<Keyring>>>,
    pub(crate) account_stores: RefCell<HashMap<String, Rc<MemoryAccount>>>,
    accounts: RefCell<HashMap<String, Rc<AccountObject>>>,
    pub(crate) kv: Rc<Kv>,
    pub(crate) keyrings_broken: Cell<bool>,
    /// Messages that reached a keyring.
    pub(crate) messages: RefCell<Vec<String>>,
    /// What was appended to [`World::trail`], and what objects have handed on to the log.
    pub(crate) audit: Rc<Lines>,
    pub(crate) trail: trail::TestTrail,
    /// Where events are that their objects have forgotten.
    pub(crate) bucket: Rc<bucket::Bucket>,
    pub(crate) faults: Rc<Lines>,
    /// The object that adds up what isolates count.
    pub(crate) watch: TestWatch,
    /// A point for each call.
    pub(crate) points: PointsKept,
    timers: MovingTimers,
    directory: Account,
    pub(crate) rsa: Rc<rsa::TestRsa>,
    pub(crate) hardware: Rc<hardware::TestStore>,
    /// What is on the web.
    pub(crate) web: Web,
}

/// The web: what is at each URL, and what was asked for.
#[derive(Default)]
pub(crate) struct Web {
    pub(crate) documents: RefCell<HashMap<String, String>>,
    pub(crate) asked: RefCell<Vec<String>>,
    /// Whether nothing ever comes.
    pub(crate) hangs: Cell<bool>,
}

impl Documents for Web {
    fn fetch<'a>(
        &'a self,
        url: &'a str,
        max_len: usize,
    ) -> LocalFuture<'a, Result<String, PortError>> {
        self.asked.borrow_mut().push(url.to_owned());
        Box::pin(async move {
            if self.hangs.get() {
                std::future::pending::<()>().await;
            }
            let text = self.documents.borrow().get(url).cloned();
            text.filter(|text| text.len() <= max_len).ok_or_else(|| PortError::new("404"))
        })
    }
}

impl World {
    pub(crate) fn new(settings: Settings) -> Self {
        let clock = Rc::new(StandingClock(Cell::new(NOW_SECS * 1000)));
        let (audit, settings) = (Rc::<Lines>::default(), Rc::new(settings));
        let bucket = Rc::<bucket::Bucket>::default();
        Self {
            trail: trail::TestTrail::new(
                settings.clone(),
                clock.clone(),
                audit.clone(),
                bucket.clone(),
            ),
            bucket,
            watch: TestWatch::new(clock.clone()),
            points: PointsKept::default(),
            timers: MovingTimers(clock.clone()),
            directory: Account::new(place().account, "testid".to_owned(), SECRET.to_owned())
                .with(Caller::operator(place().account, OPERATOR.to_owned()), SECRET.to_owned()),
            clock,
            entropy: Rc::default(),
            settings: RefCell::new(settings),
            stores: RefCell::default(),
            keyrings: RefCell::default(),
            account_stores: RefCell::default(),
            accounts: RefCell::default(),
            kv: Rc::default(),
            keyrings_broken: Cell::new(false),
            messages: RefCell::default(),
            audit,
            faults: Rc::default(),
            rsa: Rc::default(),
            hardware: Rc::default(),
            web: Web::default(),
        }
    }

    /// The key stores of this world, for isolates and keyrings alike.
    pub(crate) fn stores(&self) -> KeyStores {
        let stores = KeyStores::new(self.entropy.clone(), self.rsa.clone());
        stores.with_hardware(hardware::NAME, Rc::new(self.hardware.clone()))
    }

    pub(crate) fn store(&self, place: &Place) -> Rc<MemoryStore> {
        self.stores.borrow_mut().entry(object_name(place)).or_default().clone()
    }

    fn object_ports(&self) -> ObjectPorts {
        ObjectPorts {
            clock: Rc::new(self.clock.clone()),
            entropy: self.entropy.clone(),
            timers: Rc::new(MovingTimers(self.clock.clone())),
            log: self.faults.clone(),
        }
    }

    fn outlets(&self) -> Outlets {
        Outlets { log: self.audit.clone(), archive: Some(self.bucket.clone()) }
    }

    pub(crate) fn account(&self, place: &Place) -> Rc<AccountObject> {
        let begin = || {
            let settings = self.settings.borrow().clone();
            let rules = AccountRules::new(settings, self.kv.clone(), self.outlets());
            let mut stores = self.account_stores.borrow_mut();
            let store = stores.entry(object_name(place)).or_default().clone();
            Rc::new(Shell::new(store as Rc<dyn AccountStore>, self.object_ports(), rules))
        };
        self.accounts.borrow_mut().entry(object_name(place)).or_insert_with(begin).clone()
    }

    pub(crate) fn keyring(&self, place: &Place) -> Rc<Keyring> {
        let begin = || {
            let ports = self.object_ports();
            let settings = self.settings.borrow().clone();
            let rules = KeyringRules::new(settings, self.kv.clone(), self.outlets(), self.stores());
            Rc::new(Shell::new(self.store(place) as Rc<dyn KeyringStore>, ports, rules))
        };
        self.keyrings.borrow_mut().entry(object_name(place)).or_insert_with(begin).clone()
    }

    /// Ends the objects: what they did not store is gone, and the next call starts them anew.
    pub(crate) fn end_keyrings(&self) {
        self.watch.end();
        self.keyrings.borrow_mut().clear();
        self.accounts.borrow_mut().clear();
    }

    /// Carries out everything that is due, as the Durable Object does after a message.
    pub(crate) fn work(&self, place: &Place) {
        if place.is_global() {
            block_on(self.account(place).carry_out_due());
        } else {
            block_on(self.keyring(place).carry_out_due());
        }
    }

    /// The objects that have come into being.
    pub(crate) fn object_names(&self) -> Vec<String> {
        let (keyrings, accounts) = (self.keyrings.borrow(), self.accounts.borrow());
        let mut names: Vec<_> = keyrings.keys().chain(accounts.keys()).cloned().collect();
        names.sort();
        names
    }

    pub(crate) fn pass(&self, millis: i64) {
        self.clock.0.set(self.clock.0.get() + millis);
    }

    pub(crate) fn ports(&self) -> Ports<'_> {
        Ports {
            clock: &self.clock,
            entropy: &*self.entropy,
            timers: &self.timers,
            published: &*self.kv,
            objects: self,
            documents: &self.web,
            directory: &self.directory,
            audit: &self.trail,
            audit_objects: &self.trail,
            archive: &*self.bucket,
            watch: &self.watch,
            points: Some(&self.points),
            lines: &*self.audit,
            log: &*self.faults,
        }
    }

    /// How often a keyring was asked this, such as `"view"`.
    pub(crate) fn asked(&self, what: &str) -> usize {
        let messages = self.messages.borrow();
        let asks = |text: &&String| {
            // The question by which an isolate learns what a keyring reads is none for a view.
            text.contains(&format!("\"ask\":{{\"{what}\"")) && !text.contains("what-do-you-read")
        };
        messages.iter().filter(asks).count()
    }
}

impl Objects for World {
    fn send<'a>(
        &'a self,
        place: &'a Place,
        message: &'a str,
    ) -> LocalFuture<'a, Result<String, PortError>> {
        Box::pin(async move {
            if self.keyrings_broken.get() {
                return Err(PortError::new("the keyring is away"));
            }
            self.messages.borrow_mut().push(message.to_owned());
            let reply = if place.is_global() {
                self.account(place).receive(message)
            } else {
                self.keyring(place).receive(message)
            };
            reply.map_err(|error| PortError(error.to_string()))
        })
    }
}
