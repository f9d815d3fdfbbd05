// SPDX-License-Identifier: Apache-2.0
//! A deciding object, without what it decides about.
//!
//! A message comes in, [`Rules`] decide and commit once, and nothing waits in between, so no two
//! messages meet half way. Jobs are carried out after that, beside one another and beside further
//! messages: each has its own time limit, and one that fails or never ends holds up no other.
//!
//! The alarm has one owner, `Shell::set_alarm`, and never rings later than the earliest of what is
//! due; so a job is carried out even if the object dies now and nobody calls it again.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

use futures_util::{StreamExt, stream::FuturesUnordered};

use super::{
    agenda::{Job, JobChange, retry_after_millis},
    batch::Batch,
    message::MessageError,
    store::ObjectStore,
};
use crate::port::{Clock, Entropy, Fault, FaultLog, LocalFuture, PortError, Timers, timer::within};

/// How long one job may take. A KV write that has not come back by then is tried again later.
pub const JOB_LIMIT_MILLIS: u32 = 10_000;
/// Jobs under way at once; how many of them may be of one kind, so that views that KV does not take
/// leave room for a deletion; and how many may have failed before, so that they leave room for those
/// that did not.
const AT_ONCE: usize = 24;
const KIND_AT_ONCE: usize = 16;
const RETRIES_AT_ONCE: usize = 8;
/// Due jobs that are looked at for a place, of those that failed before and of the others.
const LOOKED_AT: u64 = 256;
/// How long the alarm waits for jobs that are due already. Whoever put them carries them out now; the
/// alarm is for the case that this object dies first, or that they have no room yet.
const LOOK_AGAIN_MILLIS: i64 = 2_000;
/// How long the alarm waits after the database failed.
const STORE_FAILED_MILLIS: i64 = 10_000;

/// What an object works with.
#[derive(Clone)]
pub struct ObjectPorts {
    /// What time it is.
    pub clock: Rc<dyn Clock>,
    /// Randomness.
    pub entropy: Rc<dyn Entropy>,
    /// Timers.
    pub timers: Rc<dyn Timers>,
    /// Where faults are told.
    pub log: Rc<dyn FaultLog>,
}

/// What one kind of object decides.
pub trait Rules {
    /// Its database.
    type Store: ObjectStore + ?Sized;

    /// Answers one message by one reply. Nothing may be stored of a message that is refused.
    ///
    /// # Errors
    /// [`MessageError`] for what is no message of a version that is read.
    fn answer(
        &self,
        message: &str,
        object: &Transactor<'_, Self::Store>,
    ) -> Result<String, MessageError>;

    /// Links the events that are about to be stored to those that are. Nothing runs between this and
    /// the commit.
    ///
    /// # Errors
    /// [`PortError`]; then nothing is stored.
    fn link(
        &self,
        batch: &mut Batch<<Self::Store as ObjectStore>::Change>,
        store: &Self::Store,
    ) -> Result<(), PortError>;

    /// Carries out one job. It may have been carried out before. What it returns is committed with
    /// the note that the job is done.
    fn carry_out<'a>(
        &'a self,
        job: &'a Job,
        object: Transactor<'a, Self::Store>,
    ) -> LocalFuture<'a, Result<Outcome<<Self::Store as ObjectStore>::Change>, PortError>>;
}

/// How a job ended.
pub enum Outcome<C> {
    /// It is done, with what this changes.
    Done(Batch<C>),
    /// It goes on later, from `note`.
    GoesOn {
        /// Where it has got to.
        note: String,
        /// When it goes on, in milliseconds since 1970.
        due_millis: i64,
    },
}

impl<C> Outcome<C> {
    /// It is done and changes nothing.
    #[must_use]
    pub fn done() -> Self {
        Self::Done(Batch::default())
    }
}

/// What stores a batch.
type Commit<'a, C> = &'a dyn Fn(&Batch<C>) -> Result<(), PortError>;

/// The way of [`Rules`] to the object's database.
pub struct Transactor<'a, S: ObjectStore + ?Sized> {
    /// The database, to be read.
    pub store: &'a S,
    /// The object's means.
    pub ports: &'a ObjectPorts,
    commit: Commit<'a, S::Change>,
}

impl<S: ObjectStore + ?Sized> Transactor<'_, S> {
    /// Stores all of `batch`, and sets the alarm to what is due next.
    ///
    /// # Errors
    /// [`PortError`]; then nothing has changed.
    pub fn commit(&self, batch: &Batch<S::Change>) -> Result<(), PortError> {
        if batch.is_empty() { Ok(()) } else { (self.commit)(batch) }
    }

    /// Milliseconds since 1970, by the object's clock.
    #[must_use]
    pub fn now_millis(&self) -> i64 {
        self.ports.clock.now_millis()
    }
}

/// One object.
pub struct Shell<S: ObjectStore + ?Sized, R> {
    store: Rc<S>,
    ports: ObjectPorts,
    rules: R,
    /// Jobs under way by name.
    under_way: RefCell<BTreeMap<String, UnderWay>>,
    /// What the alarm is set to, if that is known.
    alarm: Cell<Option<i64>>,
    /// When the first job of the agenda is due, if that is known.
    first_due: Cell<Option<i64>>,
}

struct UnderWay {
    until_millis: i64,
    /// Whether it failed before.
    failed: bool,
    kind: String,
}

/// What there is room for beside the jobs under way.
struct Room {
    all: usize,
    failed: usize,
    kinds: BTreeMap<String, usize>,
}

impl Room {
    fn beside<'a>(under_way: impl Iterator<Item = &'a UnderWay>) -> Self {
        let mut room = Self { all: AT_ONCE, failed: RETRIES_AT_ONCE, kinds: BTreeMap::new() };
        for held in under_way {
            room.occupy(held.failed, &held.kind);
        }
        room
    }

    /// Whether there is a place for `job`, which it then has.
    fn takes(&mut self, job: &Job) -> bool {
        let failed = job.attempts > 0;
        let of_kind = self.kinds.get(job.kind()).copied().unwrap_or(0);
        let has_place = self.all > 0 && of_kind < KIND_AT_ONCE && !(failed && self.failed == 0);
        if has_place {
            self.occupy(failed, job.kind());
        }
        has_place
    }

    fn occupy(&mut self, failed: bool, kind: &str) {
        self.all = self.all.saturating_sub(1);
        self.failed = self.failed.saturating_sub(usize::from(failed));
        let of_kind = self.kinds.entry(kind.to_owned()).or_default();
        *of_kind = of_kind.saturating_add(1);
    }
}

impl<S, R> Shell<S, R>
where
    S: ObjectStore + ?Sized,
    R: Rules<Store = S>,
{
    /// An object over its database, with nothing under way.
    pub fn new(store: Rc<S>, ports: ObjectPorts, rules: R) -> Self {
        let (alarm, first_due) = (Cell::new(None), Cell::new(None));
        Self { store, ports, rules, under_way: RefCell::default(), alarm, first_due }
    }

    /// Answers one message. Runs to its end without waiting.
    ///
    /// # Errors
    /// [`MessageError`]; then nothing has been done.
    pub fn receive(&self, message: &str) -> Result<String, MessageError> {
        let commit = |batch: &Batch<S::Change>| self.commit(batch);
        self.rules.answer(message, &self.transactor(&commit))
    }

    /// Whether a job could be carried out now.
    pub fn has_work(&self) -> bool {
        let now = self.ports.clock.now_millis();
        let later = self.first_due.get().is_some_and(|due| now < due);
        !later && self.ready(now).is_ok_and(|jobs| !jobs.is_empty())
    }

    /// Carries out what is due, until nothing is due that there is room for. To be called after a
    /// message, and when the alarm has rung.
    pub async fn carry_out_due(&self) {
        let mut running = FuturesUnordered::new();
        loop {
            match self.take() {
                Ok(jobs) => running.extend(jobs.into_iter().map(|job| self.carry_out(job))),
                Err(error) => self.log("the agenda cannot be read", &error),
            }
            if running.next().await.is_none() {
                break;
            }
        }
        self.set_alarm();
    }

    /// The alarm has rung, and is spent.
    pub async fn alarm_rang(&self) {
        self.alarm.set(None);
        self.carry_out_due().await;
    }

    fn transactor<'a>(&'a self, commit: Commit<'a, S::Change>) -> Transactor<'a, S> {
        Transactor { store: &self.store, ports: &self.ports, commit }
    }

    fn commit(&self, batch: &Batch<S::Change>) -> Result<(), PortError> {
        self.store_all(batch)?;
        // What puts nothing on the agenda needs no other alarm than the one that is set.
        let now = self.ports.clock.now_millis();
        let is_set = self.alarm.get().is_some_and(|held| now < held);
        if !(batch.jobs.is_empty() && is_set) {
            self.set_alarm();
        }
        Ok(())
    }

    fn store_all(&self, batch: &Batch<S::Change>) -> Result<(), PortError> {
        let now = self.ports.clock.now_millis();
        if !batch.jobs.is_empty() {
            self.first_due.set(None);
        }
        if batch.events.is_empty() {
            return self.store.commit(batch, now);
        }
        let mut linked = batch.clone();
        self.rules.link(&mut linked, &self.store)?;
        self.store.commit(&linked, now)
    }

    /// Jobs that are due, not under way, and have room, the ones that never failed first.
    fn ready(&self, now: i64) -> Result<Vec<Job>, PortError> {
        let mut under_way = self.under_way.borrow_mut();
        under_way.retain(|_, job| now < job.until_millis);
        let mut due = self.store.due_jobs(now, false, LOOKED_AT)?;
        due.extend(self.store.due_jobs(now, true, LOOKED_AT)?);
        let mut room = Room::beside(under_way.values());
        due.retain(|job| !under_way.contains_key(&job.name) && room.takes(job));
        Ok(due)
    }

    /// Takes up what is ready.
    fn take(&self) -> Result<Vec<Job>, PortError> {
        let now = self.ports.clock.now_millis();
        let ready = self.ready(now)?;
        // A little longer than a job's own limit, after which it has been noted as failed.
        let until_millis = now.saturating_add(2 * i64::from(JOB_LIMIT_MILLIS));
        let mut under_way = self.under_way.borrow_mut();
        for job in &ready {
            let (failed, kind) = (job.attempts > 0, job.kind().to_owned());
            under_way.insert(job.name.clone(), UnderWay { until_millis, failed, kind });
        }
        Ok(ready)
    }

    async fn carry_out(&self, mut job: Job) {
        let commit = |batch: &Batch<S::Change>| self.commit(batch);
        let work = self.rules.carry_out(&job, self.transactor(&commit));
        let outcome = within(&*self.ports.timers, JOB_LIMIT_MILLIS, work).await;
        let outcome = outcome.unwrap_or_else(|| {
            Err(PortError(format!("it did not come to an end within {JOB_LIMIT_MILLIS} ms")))
        });
        let batch = match outcome {
            Ok(Outcome::Done(mut batch)) => {
                batch.jobs.push(JobChange::Done(job.clone()));
                batch
            }
            Ok(Outcome::GoesOn { note, due_millis }) => {
                (job.note, job.due_millis, job.attempts) = (note, due_millis, 0);
                Batch { jobs: vec![JobChange::Postpone(job.clone())], ..Batch::default() }
            }
            Err(error) => {
                job.attempts = job.attempts.saturating_add(1);
                let wait = retry_after_millis(job.attempts);
                job.due_millis = self.ports.clock.now_millis().saturating_add(wait);
                let waits = format!("{} waits {wait} ms", job.name);
                self.ports.log.fault(&Fault::warning(&waits, &error));
                Batch { jobs: vec![JobChange::Postpone(job.clone())], ..Batch::default() }
            }
        };
        match self.store_all(&batch) {
            Ok(()) => drop(self.under_way.borrow_mut().remove(&job.name)),
            // It is carried out again, which does no harm; but not before the time is over that it had,
            // since a database that fails would have it begin again at once, and again.
            Err(error) => self.log(&format!("the end of {} cannot be stored", job.name), &error),
        }
        self.set_alarm();
    }

    /// The one place that sets the alarm.
    fn set_alarm(&self) {
        let at = self.next_due().unwrap_or_else(|error| {
            self.log("the agenda cannot be read", &error);
            Some(self.ports.clock.now_millis().saturating_add(STORE_FAILED_MILLIS))
        });
        // One that rings sooner does as well: it finds nothing due and is set anew. To move it with
        // each change and each job's end would be a write for each.
        let now = self.ports.clock.now_millis();
        let soon_enough = |held: i64| now < held && at.is_none_or(|at| held <= at);
        if self.alarm.get().is_some_and(soon_enough) {
            return;
        }
        match self.store.set_alarm(at) {
            Ok(()) => self.alarm.set(at),
            Err(error) => self.log("the alarm cannot be set", &error),
        }
    }

    fn next_due(&self) -> Result<Option<i64>, PortError> {
        let now = self.ports.clock.now_millis();
        let under_way = self.under_way.borrow();
        let look = u64::try_from(under_way.len()).unwrap_or(u64::MAX).saturating_add(1);
        let jobs = self.store.jobs(look)?;
        self.first_due.set(Some(jobs.first().map_or(i64::MAX, |job| job.due_millis)));
        let mut due = jobs.into_iter();
        let waiting = due.find(|job| !under_way.contains_key(&job.name)).map(|job| job.due_millis);
        let waiting =
            waiting.map(|due| if due > now { due } else { now.saturating_add(LOOK_AGAIN_MILLIS) });
        let looked_after = under_way.values().map(|job| job.until_millis).min();
        Ok(waiting.into_iter().chain(looked_after).min())
    }

    fn log(&self, what: &str, error: &PortError) {
        self.ports.log.fault(&Fault::error(what, error));
    }
}
