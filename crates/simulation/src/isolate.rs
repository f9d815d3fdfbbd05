// SPDX-License-Identifier: Apache-2.0
//! One isolate of the worker: its service, and the platform as it meets it.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
    task::{Poll, Waker},
};

use edgekms_api::place::Place;
use edgekms_service::{
    audit::{
        AuditSink, EventLog,
        event::NewEvent,
        sink::Lost,
        trail::{Appender, Trail},
    },
    call::{Chore, Ports, Server},
    keyring::prepared::RESERVED_MILLIS,
    port::{
        AuditObjects, Bells, Clock, Documents, Entropy, EntropyError, Fault, FaultLog, LocalFuture,
        Objects, PortError, PublishedViews, Timers, WatchObject, archive::NoArchive, bell::Ringer,
    },
};

use crate::{
    executor::Group,
    world::{MINUTE, World, draw, settings, skew},
};

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
    trail: Trail,
    /// When the events of requests were made that are not answered yet: what they did was done by then.
    done_at: RefCell<BTreeMap<String, i64>>,
}

/// The isolates of the one worker that live now.
pub struct Isolates {
    /// Where they are.
    pub world: Rc<World>,
    living: RefCell<Vec<Rc<Isolate>>>,
}

/// How many there are.
const ISOLATES: usize = 4;

impl Isolates {
    /// New ones, all of them.
    #[must_use]
    pub fn start(world: Rc<World>) -> Rc<Self> {
        let isolates = Rc::new(Self { world, living: RefCell::default() });
        (0..ISOLATES).for_each(|index| isolates.start_one(index));
        isolates
    }

    /// Any of them.
    #[must_use]
    pub fn any(&self) -> Option<Rc<Isolate>> {
        self.living.borrow().get(self.draw()).cloned()
    }

    fn draw(&self) -> usize {
        usize::try_from(self.world.executor.draw(ISOLATES as u64)).unwrap_or(0)
    }

    fn start_one(&self, index: usize) {
        let world = &self.world;
        let Ok(settings) = settings(world.settings.consistency) else { return };
        let isolate = Rc::new(Isolate {
            number: world.executor.draw(u64::MAX),
            server: Server::new(settings, world.key_stores()),
            skew: skew(&world.executor),
            group: world.executor.group(),
            world: world.clone(),
            trail: Trail::default(),
            done_at: RefCell::default(),
        });
        let mut living = self.living.borrow_mut();
        match living.get_mut(index) {
            Some(held) => *held = isolate,
            None => living.push(isolate),
        }
    }

    /// Ends one of them where it stands; another takes its place.
    pub fn end_one(&self) {
        let index = self.draw();
        let group = self.living.borrow().get(index).map(|isolate| isolate.group);
        self.world.tell(|| format!("isolate {index} ends"));
        self.start_one(index);
        if let Some(group) = group {
            self.world.executor.kill(group);
        }
    }
}

impl Isolate {
    /// What its calls are answered with.
    #[must_use]
    pub fn ports(&self) -> Ports<'_> {
        Ports {
            clock: self,
            entropy: self,
            timers: self,
            directory: &self.server.settings().account,
            published: self,
            objects: self,
            documents: self,
            audit: self,
            audit_objects: self,
            archive: &NoArchive,
            watch: self,
            points: None,
            lines: self,
            log: self,
        }
    }

    /// When a request was done that is answered now: after that it waited for its event alone.
    pub(crate) fn done_at(&self, request: &str) -> i64 {
        let at = self.done_at.borrow_mut().remove(request);
        at.unwrap_or_else(|| self.world.executor.now())
    }

    /// The world that it is in.
    pub(crate) fn world(&self) -> &World {
        &self.world
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
    fn fault(&self, fault: &Fault<'_>) {
        self.world.tell(|| format!("log: {}", fault.line(self.now_millis())));
    }
}

/// Nothing is watched in the simulation.
impl WatchObject for Isolate {
    fn send<'a>(&'a self, _: &'a str) -> LocalFuture<'a, Result<String, PortError>> {
        Box::pin(async { Err(PortError::new("there is no watch object")) })
    }
}

impl AuditSink for Isolate {
    fn append<'a>(
        &'a self,
        place: &'a Place,
        event: NewEvent,
    ) -> LocalFuture<'a, Result<(), PortError>> {
        self.done_at.borrow_mut().insert(event.id.clone(), self.world.executor.now());
        Box::pin(async move { self.appender().append(place, event).await })
    }

    fn leave(&self, place: &Place, event: NewEvent) -> Option<NewEvent> {
        self.done_at.borrow_mut().insert(event.id.clone(), self.world.executor.now());
        self.appender().leave(place, event)
    }

    fn send_left<'a>(
        &'a self,
        place: &'a Place,
        event: NewEvent,
    ) -> LocalFuture<'a, Result<(), Lost>> {
        Box::pin(async move { self.appender().send_left(place, event).await })
    }
}

impl Isolate {
    fn appender(&self) -> Appender<'_> {
        Appender {
            trail: &self.trail,
            clock: self,
            entropy: self,
            timers: self,
            bells: self,
            objects: self,
        }
    }
}

/// A bell, rung or not, and who listens.
#[derive(Clone, Default)]
struct Bell(Rc<(Cell<bool>, RefCell<Option<Waker>>)>);

impl Ringer for Bell {
    fn ring(&self) {
        self.0.0.set(true);
        if let Some(waker) = self.0.1.borrow_mut().take() {
            waker.wake();
        }
    }
}

impl Bells for Isolate {
    fn bell(&self) -> (Box<dyn Ringer>, LocalFuture<'static, ()>) {
        let bell = Bell::default();
        let Bell(held) = bell.clone();
        let heard = std::future::poll_fn(move |context| {
            if held.0.get() {
                return Poll::Ready(());
            }
            *held.1.borrow_mut() = Some(context.waker().clone());
            Poll::Pending
        });
        (Box::new(bell), Box::pin(heard))
    }
}

impl AuditObjects for Isolate {
    fn send<'a>(
        &'a self,
        place: &'a Place,
        shard: u32,
        message: &'a str,
    ) -> LocalFuture<'a, Result<String, PortError>> {
        let (place, message) = (place.clone(), message.to_owned());
        let arrive = move |world: &Rc<World>| world.arrive_at_shard(&place, shard, &message);
        let late = self.world.goes_wrong(10).then(|| draw(&self.world.executor, 5 * MINUTE));
        Box::pin(self.deliver(late, arrive))
    }
}

impl EventLog for Isolate {
    fn write<'a>(&'a self, _: &'a str) -> LocalFuture<'a, Result<(), PortError>> {
        Box::pin(async { Ok(()) })
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

/// A way that takes minutes. A key of the remote store's is late more often, and then just when its
/// material may be destroyed: that is the moment to hit.
fn late(world: &World, message: &str) -> Option<i64> {
    let executor = &world.executor;
    let is_held = message.contains("\"held\":");
    if !world.goes_wrong(if is_held { 150 } else { 10 }) {
        return None;
    }
    let aims = is_held && executor.chance(500);
    Some(if aims {
        RESERVED_MILLIS - 1_000 + draw(executor, 4_000)
    } else {
        draw(executor, 5 * MINUTE)
    })
}

/// There is no web in the simulation.
impl Documents for Isolate {
    fn fetch<'a>(&'a self, url: &'a str, _: usize) -> LocalFuture<'a, Result<String, PortError>> {
        Box::pin(async move { Err(PortError(format!("{url} is not there"))) })
    }
}

impl Objects for Isolate {
    fn send<'a>(
        &'a self,
        place: &'a Place,
        message: &'a str,
    ) -> LocalFuture<'a, Result<String, PortError>> {
        let late = late(&self.world, message);
        let (place, message) = (place.clone(), message.to_owned());
        Box::pin(self.deliver(late, move |world| world.arrive(&place, &message)))
    }
}

impl Isolate {
    /// Has a message delivered. On its way it outlives whoever sent it.
    async fn deliver(
        &self,
        late: Option<i64>,
        arrive: impl FnOnce(&Rc<World>) -> Result<String, PortError> + 'static,
    ) -> Result<String, PortError> {
        let (world, executor) = (&self.world, &self.world.executor);
        if world.goes_wrong(15) {
            return Err(PortError::new("the object is out of reach"));
        }
        let slow = || if world.goes_wrong(150) { MINUTE / 7 } else { 50 };
        let way = late.unwrap_or_else(|| draw(executor, slow()));
        let back = draw(executor, slow());
        let reply: Rc<RefCell<Option<Result<String, PortError>>>> = Rc::default();
        let (told, timer, there) = (reply.clone(), executor.clone(), world.clone());
        let loses = world.goes_wrong(15);
        executor.spawn(None, async move {
            timer.sleep(way).await;
            let answer = arrive(&there);
            if !loses {
                *told.borrow_mut() = Some(answer);
            }
        });
        executor.sleep(way + 1).await;
        executor.sleep(back).await;
        let answer = reply.borrow_mut().take();
        answer.unwrap_or_else(|| Err(PortError::new("the reply was lost")))
    }
}
