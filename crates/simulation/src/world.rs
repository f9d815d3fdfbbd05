// SPDX-License-Identifier: Apache-2.0
//! The platform: KV, the keyring's object, isolates and their clocks, and everything that goes wrong
//! with them.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, VecDeque},
    rc::Rc,
};

use edgekms_service::{
    audit::AuditSink,
    keyring::store::KeyringStore,
    keyring_object::KeyringRules,
    memory::MemoryStore,
    object::{ObjectPorts, Shell},
    pipeline::{Chore, Ports, Server},
    place::Place,
    port::{
        Clock, Entropy, EntropyError, FaultLog, LocalFuture, Objects, PortError, PublishedViews,
        Timers, ViewWriter,
    },
    settings::{Settings, StateConsistency},
};

use crate::{
    executor::{Executor, Group},
    truth::Truth,
};

/// How many lines of what happened are kept for the report of a failure.
const KEPT_LINES: usize = 400;
/// Isolates of the one worker.
pub const ISOLATES: usize = 4;
const MINUTE: u64 = 60_000;

type Keyring = Shell<dyn KeyringStore, KeyringRules>;

/// Everything that is not the service itself.
pub struct World {
    /// Time, tasks and chance.
    pub executor: Rc<Executor>,
    /// The worker's settings.
    pub settings: Rc<Settings>,
    /// The one place that is called.
    pub place: Place,
    /// The keyring's database, which outlives its object.
    pub store: Rc<MemoryStore>,
    /// What was so, and when.
    pub truth: Rc<Truth>,
    /// Whether things go wrong.
    pub faults: Cell<bool>,
    object: RefCell<Option<Object>>,
    object_skew: i64,
    isolates: RefCell<Vec<Rc<Isolate>>>,
    kv: RefCell<BTreeMap<String, VecDeque<(i64, String)>>>,
    lines: RefCell<VecDeque<String>>,
    /// Whether every line is printed as it comes.
    pub loud: Cell<bool>,
}

struct Object {
    keyring: Rc<Keyring>,
    group: Group,
}

/// One isolate, from its start to its end.
pub struct Isolate {
    /// Which one of all that ever were.
    pub number: u64,
    /// Its service.
    pub server: Server,
    /// Its clock, in milliseconds ahead of the true time.
    pub skew: i64,
    /// What dies with it.
    pub group: Group,
    world: Rc<World>,
}

impl World {
    /// A world in which nothing has happened.
    #[must_use]
    pub fn new(executor: Rc<Executor>, settings: Rc<Settings>, place: Place) -> Rc<Self> {
        let object_skew = skew(&executor);
        let truth = Truth::new(executor.clone());
        let store = Rc::new(MemoryStore::default());
        let observed = truth.clone();
        store.observe(Box::new(move |batch| observed.committed(batch)));
        let world = Rc::new(Self {
            executor,
            settings,
            place,
            store,
            truth,
            faults: Cell::new(true),
            object: RefCell::default(),
            object_skew,
            isolates: RefCell::default(),
            kv: RefCell::default(),
            lines: RefCell::default(),
            loud: Cell::new(false),
        });
        for index in 0..ISOLATES {
            world.start_isolate(index);
        }
        world
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

    fn goes_wrong(&self, in_thousand: u64) -> bool {
        self.faults.get() && self.executor.chance(in_thousand)
    }

    /// An isolate, any of them.
    #[must_use]
    pub fn isolate(&self) -> Option<Rc<Isolate>> {
        let isolates = self.isolates.borrow();
        let index = usize::try_from(self.executor.draw(isolates.len() as u64)).unwrap_or(0);
        isolates.get(index).cloned()
    }

    fn start_isolate(self: &Rc<Self>, index: usize) {
        let Ok(settings) = settings(self.settings.consistency) else { return };
        let isolate = Rc::new(Isolate {
            number: self.executor.draw(u64::MAX),
            server: Server::new(settings),
            skew: skew(&self.executor),
            group: self.executor.group(),
            world: self.clone(),
        });
        let mut isolates = self.isolates.borrow_mut();
        match isolates.get_mut(index) {
            Some(held) => *held = isolate,
            None => isolates.push(isolate),
        }
    }

    /// Ends one isolate where it stands; another takes its place.
    pub fn end_an_isolate(self: &Rc<Self>) {
        let index = usize::try_from(self.executor.draw(ISOLATES as u64)).unwrap_or(0);
        let group = self.isolates.borrow().get(index).map(|isolate| isolate.group);
        self.tell(|| format!("isolate {index} ends"));
        self.start_isolate(index);
        if let Some(group) = group {
            self.executor.kill(group);
        }
    }

    /// Ends the keyring's object where it stands; its database stays.
    pub fn end_the_object(&self) {
        let object = self.object.borrow_mut().take();
        if let Some(object) = object {
            self.tell(|| "the keyring's object dies".to_owned());
            self.executor.kill(object.group);
        }
    }

    fn object(self: &Rc<Self>) -> (Rc<Keyring>, Group) {
        let mut held = self.object.borrow_mut();
        let object = held.get_or_insert_with(|| {
            let ports = ObjectPorts {
                clock: Rc::new(SkewedClock(self.executor.clone(), self.object_skew)),
                entropy: Rc::new(Chance(self.executor.clone())),
                timers: Rc::new(Waiting(self.executor.clone())),
                log: Rc::new(Faults(Rc::downgrade(self))),
            };
            let rules = KeyringRules::new(
                self.settings.clone(),
                Rc::new(Writer(Rc::downgrade(self))),
                Rc::new(Discard),
            );
            let store: Rc<dyn KeyringStore> = self.store.clone();
            let keyring = Rc::new(Shell::new(store, ports, rules));
            Object { keyring, group: self.executor.group() }
        });
        (object.keyring.clone(), object.group)
    }

    /// When the platform wakes the object, in true time.
    #[must_use]
    pub fn alarm(&self) -> Option<i64> {
        self.store.alarm().map(|at| at - self.object_skew)
    }

    /// Wakes the object, if it is time; sometimes twice, as the platform may.
    pub fn ring_if_due(self: &Rc<Self>) {
        if self.alarm().is_none_or(|at| at > self.executor.now()) {
            return;
        }
        self.store.ring();
        let (keyring, group) = self.object();
        let times = if self.goes_wrong(50) { 2 } else { 1 };
        for _ in 0..times {
            let keyring = keyring.clone();
            self.executor.spawn(Some(group), async move { keyring.alarm_rang().await });
        }
    }

    /// A message arrives: the object answers it in one go, and works on what is due.
    fn arrive(self: &Rc<Self>, message: &str) -> Result<String, PortError> {
        let (keyring, group) = self.object();
        let reply = keyring.receive(message).map_err(|error| PortError(error.to_string()));
        if keyring.has_work() {
            self.executor.spawn(Some(group), async move { keyring.carry_out_due().await });
        }
        reply
    }

    /// What KV holds under `key`, as an isolate sees it that is `late` behind.
    fn read(&self, key: &str, late: i64) -> Option<String> {
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
fn skew(executor: &Executor) -> i64 {
    let most = if executor.chance(300) { 12 * MINUTE } else { 2_000 };
    i64::try_from(executor.draw(2 * most)).unwrap_or(0) - i64::try_from(most).unwrap_or(0)
}

struct SkewedClock(Rc<Executor>, i64);

impl Clock for SkewedClock {
    fn now_millis(&self) -> i64 {
        self.0.now() + self.1
    }
}

struct Chance(Rc<Executor>);

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

impl AuditSink for Discard {
    fn append<'a>(&'a self, _: &'a str) -> LocalFuture<'a, Result<(), PortError>> {
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

fn draw(executor: &Executor, below: u64) -> i64 {
    i64::try_from(executor.draw(below)).unwrap_or(0)
}

impl Isolate {
    /// What its calls are answered with.
    #[must_use]
    pub fn ports(&self) -> Ports<'_> {
        Ports {
            clock: self,
            entropy: self,
            timers: self,
            published: self,
            objects: self,
            audit: self,
            log: self,
        }
    }

    /// Has chores carried out beside the calls, as long as the isolate lives.
    pub fn begin(self: &Rc<Self>, chores: Vec<Chore>) {
        for chore in chores {
            let isolate = self.clone();
            self.world.executor.spawn(Some(self.group), async move {
                isolate.server.carry_out_chore(chore, &isolate.ports()).await;
            });
        }
    }
}

impl Clock for Isolate {
    fn now_millis(&self) -> i64 {
        self.world.executor.now() + self.skew
    }
}

impl Entropy for Isolate {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        self.world.executor.fill(bytes);
        Ok(())
    }
}

impl Timers for Isolate {
    fn sleep(&self, millis: u32) -> LocalFuture<'static, ()> {
        Box::pin(self.world.executor.sleep(i64::from(millis)))
    }
}

impl FaultLog for Isolate {
    fn fault(&self, line: &str) {
        self.world.tell(|| format!("log: {line}"));
    }
}

impl AuditSink for Isolate {
    fn append<'a>(&'a self, _: &'a str) -> LocalFuture<'a, Result<(), PortError>> {
        Box::pin(async move {
            let world = &self.world;
            if world.goes_wrong(100) {
                world.executor.sleep(draw(&world.executor, 50)).await;
            }
            if world.goes_wrong(5) { Err(PortError::new("the trail is full")) } else { Ok(()) }
        })
    }
}

impl PublishedViews for Isolate {
    fn load<'a>(&'a self, key: &'a str) -> LocalFuture<'a, Result<Option<String>, PortError>> {
        Box::pin(async move {
            let (world, executor) = (&self.world, &self.world.executor);
            executor.sleep(draw(executor, 30)).await;
            let late = if world.goes_wrong(300) { 10 * MINUTE } else { 1 };
            let text = world.read(key, draw(executor, late));
            if world.goes_wrong(20) {
                return Err(PortError::new("KV is away"));
            }
            if world.goes_wrong(10) {
                std::future::pending::<()>().await;
            }
            // A slow read: what it saw is old when it comes.
            let slow = if world.goes_wrong(100) { 3_000 } else { 30 };
            executor.sleep(draw(executor, slow)).await;
            Ok(text)
        })
    }
}

impl Objects for Isolate {
    fn send<'a>(
        &'a self,
        _: &'a Place,
        message: &'a str,
    ) -> LocalFuture<'a, Result<String, PortError>> {
        Box::pin(async move {
            let (world, executor) = (&self.world, &self.world.executor);
            if world.goes_wrong(15) {
                return Err(PortError::new("the keyring is out of reach"));
            }
            // On its way it outlives whoever sent it.
            let slow = || if world.goes_wrong(60) { MINUTE / 3 } else { 50 };
            let way = draw(executor, if world.goes_wrong(10) { 5 * MINUTE } else { slow() });
            let back = draw(executor, slow());
            let reply: Rc<RefCell<Option<Result<String, PortError>>>> = Rc::default();
            let (told, timer, there) = (reply.clone(), executor.clone(), world.clone());
            let (message, loses) = (message.to_owned(), world.goes_wrong(15));
            executor.spawn(None, async move {
                timer.sleep(way).await;
                let answer = there.arrive(&message);
                if !loses {
                    *told.borrow_mut() = Some(answer);
                }
            });
            executor.sleep(way + 1).await;
            executor.sleep(back).await;
            let answer = reply.borrow_mut().take();
            answer.unwrap_or_else(|| Err(PortError::new("the reply was lost")))
        })
    }
}
