// SPDX-License-Identifier: Apache-2.0
//! The platform: the objects, their clocks and what they are reached by. KV is in `kv`.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet, VecDeque},
    rc::Rc,
};

use edgekms_api::{id::Region as RegionId, place::Place};
use edgekms_service::{
    account::store::AccountStore,
    account_object::AccountRules,
    audit::{EventLog, Outlets},
    keyring::store::KeyringStore,
    keyring_object::KeyringRules,
    memory::{MemoryAccount, MemoryStore},
    object::ObjectPorts,
    port::{Clock, Entropy, EntropyError, Fault, FaultLog, LocalFuture, PortError, Timers},
    settings::{Settings, StateConsistency},
};

use crate::{
    executor::Executor,
    kv::Kv,
    objects::{Host, Object},
    stand_in::Remote,
    trail::{Events, Shard, chain_of},
    truth::{Findings, Truth, account::AccountTruth},
};

/// How many lines of what happened are kept for the report of a failure.
const KEPT_LINES: usize = 400;
pub(crate) const MINUTE: u64 = 60_000;

/// Everything that is not the service itself.
pub struct World {
    /// Time, tasks and chance.
    pub executor: Rc<Executor>,
    /// The worker's settings.
    pub settings: Rc<Settings>,
    /// The keyrings, which have no key in common.
    pub regions: Vec<Region>,
    /// The account, which all of them are of.
    pub account: Home,
    /// Whether things go wrong.
    pub faults: Cell<bool>,
    /// What the remote key store keeps.
    pub remote: Remote,
    /// All events.
    pub events: Rc<Events>,
    pub(crate) shards: RefCell<BTreeMap<String, Rc<Shard>>>,
    /// The audit objects fail until this moment, in true time.
    pub(crate) trail_fails_until: Cell<i64>,
    /// What callers were told that nobody else may know.
    pub(crate) secrets: RefCell<BTreeSet<String>>,
    findings: Rc<Findings>,
    pub(crate) kv: RefCell<Kv>,
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
    object: Rc<dyn Object>,
}

/// One account.
pub struct Home {
    /// Where it is.
    pub place: Place,
    /// Its database.
    pub store: Rc<MemoryAccount>,
    /// What was so in it, and when.
    pub truth: Rc<AccountTruth>,
    object: Rc<dyn Object>,
}

impl Region {
    fn begin(place: Place, executor: &Rc<Executor>, (events, findings): &Notes) -> Self {
        let truth = Truth::new(executor.clone(), findings.clone());
        let store = Rc::new(MemoryStore::default());
        let (observed, events, chain) = (truth.clone(), events.clone(), chain_of(&place));
        store.observe(Box::new(move |batch| {
            observed.committed(batch);
            events.committed(&chain, batch);
        }));
        let rules = |world: &Rc<World>| {
            let (settings, stores) = (world.settings.clone(), world.key_stores());
            KeyringRules::new(settings, world.writer(), world.outlets(), stores)
        };
        let disk: Rc<dyn KeyringStore> = store.clone();
        let object = Host::object(chain_of(&place), (disk, store.clone()), skew(executor), rules);
        Self { place, store, truth, object }
    }
}

impl Home {
    fn begin(place: Place, executor: &Rc<Executor>, (events, findings): &Notes) -> Self {
        let truth = AccountTruth::new(executor.clone(), findings.clone());
        let store = Rc::new(MemoryAccount::default());
        let (observed, events, chain) = (truth.clone(), events.clone(), chain_of(&place));
        store.observe(Box::new(move |batch| {
            observed.committed(batch);
            events.committed(&chain, batch);
        }));
        let rules = |world: &Rc<World>| {
            AccountRules::new(world.settings.clone(), world.writer(), world.outlets())
        };
        let disk: Rc<dyn AccountStore> = store.clone();
        let object = Host::object(chain_of(&place), (disk, store.clone()), skew(executor), rules);
        Self { place, store, truth, object }
    }
}

/// Where what is stored, and what must never be, is noted.
type Notes = (Rc<Events>, Rc<Findings>);

impl World {
    /// A world in which nothing has happened; nothing if the account has no place.
    #[must_use]
    pub fn new(executor: Rc<Executor>, settings: Rc<Settings>) -> Option<Rc<Self>> {
        let account = settings.account_id();
        let findings = Rc::<Findings>::default();
        let notes = (Events::new(findings.clone()), findings);
        let region = |region: &RegionId| {
            let place = Place { account: account.clone(), region: region.clone() };
            Region::begin(place, &executor, &notes)
        };
        let regions = settings.regions.iter().map(region).collect();
        let account = Home::begin(Place::global(account.clone())?, &executor, &notes);
        let (events, findings) = notes;
        Some(Rc::new(Self {
            executor,
            settings,
            regions,
            account,
            faults: Cell::new(true),
            remote: Remote::default(),
            events,
            shards: RefCell::default(),
            trail_fails_until: Cell::new(i64::MIN),
            secrets: RefCell::default(),
            findings,
            kv: RefCell::default(),
            lines: RefCell::default(),
            loud: Cell::new(false),
        }))
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

    /// The keyrings and the account, which decide.
    pub(crate) fn truths(&self) -> Vec<(Place, Rc<dyn Object>)> {
        let regions = self.regions.iter().map(|each| (each.place.clone(), each.object.clone()));
        regions.chain([(self.account.place.clone(), self.account.object.clone())]).collect()
    }

    fn each_object(&self, mut look: impl FnMut(&Rc<dyn Object>)) {
        self.regions.iter().for_each(|region| look(&region.object));
        look(&self.account.object);
        self.shards.borrow().values().for_each(|shard| look(&shard.object));
    }

    /// Ends an object where it stands, any of them; its database stays.
    pub fn end_an_object(&self) {
        let mut objects = Vec::new();
        self.each_object(|object| objects.push(object.clone()));
        // Those that decide come first, and have more to lose.
        let most = if self.executor.chance(700) { self.regions.len() + 1 } else { objects.len() };
        let index = usize::try_from(self.executor.draw(most as u64)).unwrap_or(0);
        if let Some(object) = objects.get(index) {
            object.end(self);
        }
    }

    /// What an object works with.
    pub(crate) fn object_ports(self: &Rc<Self>, skew: i64) -> ObjectPorts {
        ObjectPorts {
            clock: Rc::new(SkewedClock(self.executor.clone(), skew)),
            entropy: Rc::new(Chance(self.executor.clone())),
            timers: Rc::new(Waiting(self.executor.clone())),
            log: Rc::new(Faults(Rc::downgrade(self))),
        }
    }

    /// Where objects hand their events on to. Events are looked for in their databases.
    pub(crate) fn outlets(&self) -> Outlets {
        Outlets::to(Rc::new(Discard))
    }

    /// When the platform next wakes an object, in true time.
    #[must_use]
    pub fn alarm(&self) -> Option<i64> {
        let mut first = None::<i64>;
        self.each_object(|object| {
            first = match (first, object.alarm()) {
                (Some(held), Some(at)) => Some(held.min(at)),
                (held, at) => held.or(at),
            };
        });
        first
    }

    /// Wakes the objects whose time it is.
    pub fn ring_if_due(self: &Rc<Self>) {
        let (mut due, now) = (Vec::new(), self.executor.now());
        self.each_object(|object| {
            if object.alarm().is_some_and(|at| at <= now) {
                due.push(object.clone());
            }
        });
        due.iter().for_each(|object| object.ring(self));
    }

    /// A message arrives at a keyring or an account.
    pub(crate) fn arrive(
        self: &Rc<Self>,
        place: &Place,
        message: &str,
    ) -> Result<String, PortError> {
        let object = self.truths().into_iter().find(|(held, _)| held == place);
        let (_, object) = object.ok_or_else(|| PortError::new("there is no such object"))?;
        object.receive(self, message)
    }

    /// Whether the audit objects fail for a while.
    pub(crate) fn trail_fails(&self) -> bool {
        self.faults.get() && self.executor.now() < self.trail_fails_until.get()
    }

    /// Takes note of what must never be.
    pub(crate) fn violate(&self, what: impl FnOnce() -> String) {
        self.findings.violate(what);
    }

    /// The first thing that must never be, if it was.
    #[must_use]
    pub fn violation(&self) -> Option<String> {
        self.findings.first()
    }

    /// Callers were told this, and it must be nowhere else.
    pub(crate) fn keep_secret(&self, secret: &str) {
        if !secret.is_empty() {
            self.secrets.borrow_mut().insert(secret.to_owned());
        }
    }

    /// Looks for what callers were told in KV and in all events.
    pub fn look_for_secrets(&self) {
        let secrets = self.secrets.borrow();
        // A secret is told in letters that base64 is written in, so it stands between others.
        let is_of_one = |c: char| c.is_ascii_alphanumeric() || "+/=-_.".contains(c);
        let look = |place: &str, text: &str| {
            let words = text.split(|c: char| !is_of_one(c));
            if words.into_iter().any(|word| secrets.contains(word)) {
                self.violate(|| format!("a secret is in {place}: {text}"));
            }
        };
        self.events.each_line(|line| look("an event", line));
        for (key, history) in &*self.kv.borrow() {
            history.iter().for_each(|(_, text)| look(key, text));
        }
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
    fn fault(&self, fault: &Fault<'_>) {
        if let Some(world) = self.0.upgrade() {
            world.tell(|| format!("log: {}", fault.line(world.executor.now())));
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

pub(crate) fn draw(executor: &Executor, below: u64) -> i64 {
    i64::try_from(executor.draw(below)).unwrap_or(0)
}
