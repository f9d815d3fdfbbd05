// SPDX-License-Identifier: Apache-2.0
//! The platform: KV, the keyrings' objects and their clocks, and everything that goes wrong with them.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, VecDeque},
    rc::Rc,
};

use edgekms_api::place::Place;
use edgekms_service::{
    audit::EventLog,
    keyring::store::KeyringStore,
    keyring_object::KeyringRules,
    memory::MemoryStore,
    object::{ObjectPorts, Shell},
    port::{Clock, Entropy, EntropyError, FaultLog, LocalFuture, PortError, Timers, ViewWriter},
    settings::{Settings, StateConsistency},
};

use crate::{
    executor::{Executor, Group},
    stand_in::Remote,
    truth::Truth,
};

/// How many lines of what happened are kept for the report of a failure.
const KEPT_LINES: usize = 400;
pub(crate) const MINUTE: u64 = 60_000;

type Keyring = Shell<dyn KeyringStore, KeyringRules>;

/// Everything that is not the service itself.
pub struct World {
    /// Time, tasks and chance.
    pub executor: Rc<Executor>,
    /// The worker's settings.
    pub settings: Rc<Settings>,
    /// The keyrings, which have no key in common.
    pub regions: Vec<Region>,
    /// Whether things go wrong.
    pub faults: Cell<bool>,
    /// What the remote key store keeps.
    pub remote: Remote,
    kv: RefCell<BTreeMap<String, VecDeque<(i64, String)>>>,
    lines: RefCell<VecDeque<String>>,
    /// Whether every line is printed as it comes.
    pub loud: Cell<bool>,
}

/// One keyring.
pub struct Region {
    /// Where it is.
    pub place: Place,
    /// Its database, which outlives its object.
    pub store: Rc<MemoryStore>,
    /// What was so in it, and when.
    pub truth: Rc<Truth>,
    object: RefCell<Option<Object>>,
    skew: i64,
}

struct Object {
    keyring: Rc<Keyring>,
    group: Group,
}

impl World {
    /// A world in which nothing has happened.
    #[must_use]
    pub fn new(executor: Rc<Executor>, settings: Rc<Settings>) -> Rc<Self> {
        let account = &settings.account_id();
        let region = |region: &edgekms_api::id::Region| {
            let truth = Truth::new(executor.clone());
            let store = Rc::new(MemoryStore::default());
            let observed = truth.clone();
            store.observe(Box::new(move |batch| observed.committed(batch)));
            let place = Place { account: account.clone(), region: region.clone() };
            Region { place, store, truth, object: RefCell::default(), skew: skew(&executor) }
        };
        let regions = settings.regions.iter().map(region).collect();
        Rc::new(Self {
            executor,
            settings,
            regions,
            faults: Cell::new(true),
            remote: Remote::default(),
            kv: RefCell::default(),
            lines: RefCell::default(),
            loud: Cell::new(false),
        })
    }

    /// Notes what happened, for the report of a failure.
    pub fn tell(&self, line: impl FnOnce() -> String) {
        let line = format!("{:>12} ms  {}", self.executor.now(), line());
        if self.loud.get() {
            println!("{line}");
        }
        let mut lines = self.lines.borrow_mut();
        if lines.len() >= KEPT_LINES {
            lines.pop_front();
        }
        lines.push_back(line);
    }

    /// What happened last, oldest first.
    #[must_use]
    pub fn told(&self) -> Vec<String> {
        self.lines.borrow().iter().cloned().collect()
    }

    pub(crate) fn goes_wrong(&self, in_thousand: u64) -> bool {
        self.faults.get() && self.executor.chance(in_thousand)
    }

    /// One keyring, any of them: its number.
    #[must_use]
    pub fn any_region(&self) -> usize {
        usize::try_from(self.executor.draw(self.regions.len() as u64)).unwrap_or(0)
    }

    /// Ends a keyring's object where it stands; its database stays.
    pub fn end_an_object(&self) {
        let Some(region) = self.regions.get(self.any_region()) else { return };
        let object = region.object.borrow_mut().take();
        if let Some(object) = object {
            self.tell(|| format!("the object of {} dies", region.place.region));
            self.executor.kill(object.group);
        }
    }

    fn object(self: &Rc<Self>, region: &Region) -> (Rc<Keyring>, Group) {
        let mut held = region.object.borrow_mut();
        let object = held.get_or_insert_with(|| {
            let ports = ObjectPorts {
                clock: Rc::new(SkewedClock(self.executor.clone(), region.skew)),
                entropy: Rc::new(Chance(self.executor.clone())),
                timers: Rc::new(Waiting(self.executor.clone())),
                log: Rc::new(Faults(Rc::downgrade(self))),
            };
            let rules = KeyringRules::new(
                self.settings.clone(),
                Rc::new(Writer(Rc::downgrade(self))),
                Rc::new(Discard),
                self.key_stores(),
            );
            let store: Rc<dyn KeyringStore> = region.store.clone();
            let keyring = Rc::new(Shell::new(store, ports, rules));
            Object { keyring, group: self.executor.group() }
        });
        (object.keyring.clone(), object.group)
    }

    /// When the platform next wakes an object, in true time.
    #[must_use]
    pub fn alarm(&self) -> Option<i64> {
        self.regions.iter().filter_map(Region::alarm).min()
    }

    /// Wakes the objects whose time it is; sometimes twice, as the platform may.
    pub fn ring_if_due(self: &Rc<Self>) {
        for region in &self.regions {
            if region.alarm().is_none_or(|at| at > self.executor.now()) {
                continue;
            }
            region.store.ring();
            let (keyring, group) = self.object(region);
            let times = if self.goes_wrong(50) { 2 } else { 1 };
            for _ in 0..times {
                let keyring = keyring.clone();
                self.executor.spawn(Some(group), async move { keyring.alarm_rang().await });
            }
        }
    }

    /// A message arrives: the object answers it in one go, and works on what is due.
    pub(crate) fn arrive(
        self: &Rc<Self>,
        place: &Place,
        message: &str,
    ) -> Result<String, PortError> {
        let region = self.regions.iter().find(|region| region.place == *place);
        let region = region.ok_or_else(|| PortError::new("there is no such keyring"))?;
        let (keyring, group) = self.object(region);
        let reply = keyring.receive(message).map_err(|error| PortError(error.to_string()));
        if keyring.has_work() {
            self.executor.spawn(Some(group), async move { keyring.carry_out_due().await });
        }
        reply
    }

    /// The first thing that must never be, if it was.
    #[must_use]
    pub fn violation(&self) -> Option<String> {
        self.regions.iter().find_map(|region| region.truth.violation())
    }

    /// What KV holds under `key`, as an isolate sees it that is `late` behind.
    pub(crate) fn read(&self, key: &str, late: i64) -> Option<String> {
        let at = self.executor.now() - late;
        let kv = self.kv.borrow();
        let seen = kv.get(key)?.iter().rev().find(|(landed, _)| *landed <= at);
        seen.map(|(_, text)| text.clone()).filter(|text| !text.is_empty())
    }

    /// What KV holds under `key` now.
    #[must_use]
    pub fn published(&self, key: &str) -> Option<String> {
        self.read(key, 0)
    }

    fn land(&self, key: &str, text: &str) {
        let mut kv = self.kv.borrow_mut();
        let history = kv.entry(key.to_owned()).or_default();
        if history.len() >= 32 {
            history.pop_front();
        }
        history.push_back((self.executor.now(), text.to_owned()));
    }

    /// Somebody who can write to KV does so: an old text back, another name's, somebody's own, or
    /// nothing at all.
    pub fn meddle(&self) {
        let kv = self.kv.borrow();
        let names: Vec<_> = kv.keys().cloned().collect();
        let any = |below: usize| usize::try_from(self.executor.draw(below as u64)).unwrap_or(0);
        let Some(key) = names.get(any(names.len())).cloned() else { return };
        let from = names.get(any(names.len())).unwrap_or(&key);
        let other = |name: &str| {
            let history = kv.get(name)?;
            history.get(any(history.len())).map(|(_, text)| text.clone())
        };
        let (what, text) = match self.executor.draw(8) {
            0..=3 => ("an old text", other(&key).unwrap_or_default()),
            4 | 5 => ("another name's text", other(from).unwrap_or_default()),
            6 => ("somebody's own text", r#"{"v":2,"epoch":"x"}"#.to_owned()),
            _ => ("nothing", String::new()),
        };
        drop(kv);
        self.tell(|| format!("somebody writes {what} under {key}"));
        if what == "nothing" && self.executor.chance(200) {
            names.iter().for_each(|name| self.land(name, ""));
        } else {
            self.land(&key, &text);
        }
    }
}

impl Region {
    fn alarm(&self) -> Option<i64> {
        self.store.alarm().map(|at| at - self.skew)
    }
}

/// The worker's settings; the root key is a public one.
///
/// # Errors
/// Never, unless the settings' form has changed.
pub fn settings(consistency: StateConsistency) -> Result<Settings, String> {
    let variable = |name: &str| {
        let value = match name {
            "ROOT_KEYS" => {
                r#"{"current":"1","keys":{"1":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="}}"#
            }
            "ACCOUNT_ID" => "1234567890123456",
            "ACCESS_KEY_ID" => ACCESS_KEY_ID,
            "ACCESS_KEY_SECRET" => ACCESS_KEY_SECRET,
            "ENVIRONMENT" => "development",
            "REGIONS" => "cn-hangzhou,cn-beijing",
            "MAX_KEYS" | "MAX_ALIASES" => "100000",
            "STATE_CONSISTENCY" if consistency == StateConsistency::Strict => "strict",
            _ => return None,
        };
        Some(value.to_owned())
    };
    Settings::read(variable).map_err(|error| error.to_string())
}

/// The one access key.
pub const ACCESS_KEY_ID: &str = "simulation";
/// Its secret.
pub const ACCESS_KEY_SECRET: &str = "a-secret-that-everybody-may-read";

/// Most clocks are a little off, some are minutes off.
pub(crate) fn skew(executor: &Executor) -> i64 {
    let most = if executor.chance(300) { 12 * MINUTE } else { 2_000 };
    i64::try_from(executor.draw(2 * most)).unwrap_or(0) - i64::try_from(most).unwrap_or(0)
}

struct SkewedClock(Rc<Executor>, i64);

impl Clock for SkewedClock {
    fn now_millis(&self) -> i64 {
        self.0.now() + self.1
    }
}

pub(crate) struct Chance(pub(crate) Rc<Executor>);

impl Entropy for Chance {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        self.0.fill(bytes);
        Ok(())
    }
}

struct Waiting(Rc<Executor>);

impl Timers for Waiting {
    fn sleep(&self, millis: u32) -> LocalFuture<'static, ()> {
        Box::pin(self.0.sleep(i64::from(millis)))
    }
}

struct Faults(std::rc::Weak<World>);

impl FaultLog for Faults {
    fn fault(&self, line: &str) {
        if let Some(world) = self.0.upgrade() {
            world.tell(|| format!("log: {line}"));
        }
    }
}

/// Events of the keyring itself are looked for in its database.
struct Discard;

impl EventLog for Discard {
    fn write<'a>(&'a self, _: &'a str) -> LocalFuture<'a, Result<(), PortError>> {
        Box::pin(async { Ok(()) })
    }
}

struct Writer(std::rc::Weak<World>);

impl ViewWriter for Writer {
    /// A write is refused, or on its way: it lands at once, late or never, whether its writer lives
    /// or not, and is answered then, later or never.
    fn put<'a>(
        &'a self,
        key: &'a str,
        text: &'a str,
        _: u32,
    ) -> LocalFuture<'a, Result<(), PortError>> {
        Box::pin(async move {
            let Some(world) = self.0.upgrade() else { return Ok(()) };
            let executor = world.executor.clone();
            executor.sleep(draw(&executor, 40)).await;
            if world.goes_wrong(60) {
                return Err(PortError::new("429 Too Many Requests"));
            }
            let late = if world.goes_wrong(60) { 15 * MINUTE } else { 100 };
            let (lands, lost) = (draw(&executor, late), world.goes_wrong(20));
            let (landing, timer) = (world.clone(), executor.clone());
            let (key, text) = (key.to_owned(), text.to_owned());
            executor.spawn(None, async move {
                timer.sleep(lands).await;
                if !lost {
                    landing.land(&key, &text);
                }
            });
            if world.goes_wrong(30) {
                std::future::pending::<()>().await;
            }
            executor.sleep(draw(&executor, 60)).await;
            Ok(())
        })
    }

    fn delete<'a>(&'a self, key: &'a str) -> LocalFuture<'a, Result<(), PortError>> {
        self.put(key, "", 0)
    }
}

pub(crate) fn draw(executor: &Executor, below: u64) -> i64 {
    i64::try_from(executor.draw(below)).unwrap_or(0)
}
