// SPDX-License-Identifier: Apache-2.0
//! One thread's tasks, in an order that the seed decides, on a clock that only they move.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
    future::Future,
    pin::Pin,
    rc::Rc,
    sync::{Arc, Mutex, PoisonError},
    task::{Context, Poll, Wake, Waker},
};

type Task = Pin<Box<dyn Future<Output = ()>>>;

/// What dies together: the tasks of one isolate, or of one life of an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Group(u64);

/// Tasks that were woken.
type Ready = Arc<Mutex<BTreeSet<u64>>>;

struct Woken {
    task: u64,
    ready: Ready,
}

impl Wake for Woken {
    fn wake(self: Arc<Self>) {
        self.ready.lock().unwrap_or_else(PoisonError::into_inner).insert(self.task);
    }
}

/// The executor.
pub struct Executor {
    rng: RefCell<fastrand::Rng>,
    now_millis: Cell<i64>,
    tasks: RefCell<BTreeMap<u64, (Option<Group>, Task)>>,
    ready: Ready,
    timers: RefCell<BTreeMap<(i64, u64), Waker>>,
    last: Cell<u64>,
}

/// What one step did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// A task went on.
    Polled,
    /// Nobody was ready, and the time moved to the next timer or to the moment given.
    Moved,
    /// There is nothing left to do.
    Idle,
}

impl Executor {
    /// An executor that starts at `now_millis`.
    #[must_use]
    pub fn new(seed: u64, now_millis: i64) -> Rc<Self> {
        Rc::new(Self {
            rng: RefCell::new(fastrand::Rng::with_seed(seed)),
            now_millis: Cell::new(now_millis),
            tasks: RefCell::default(),
            ready: Ready::default(),
            timers: RefCell::default(),
            last: Cell::new(0),
        })
    }

    /// The true time, which no clock in the world need show.
    #[must_use]
    pub fn now(&self) -> i64 {
        self.now_millis.get()
    }

    /// A number under `below`, which is at least 1.
    pub fn draw(&self, below: u64) -> u64 {
        self.rng.borrow_mut().u64(0..below.max(1))
    }

    /// Whether something happens that happens `in_thousand` times of a thousand.
    pub fn chance(&self, in_thousand: u64) -> bool {
        self.draw(1000) < in_thousand
    }

    /// Random bytes.
    pub fn fill(&self, bytes: &mut [u8]) {
        self.rng.borrow_mut().fill(bytes);
    }

    fn next(&self) -> u64 {
        self.last.set(self.last.get() + 1);
        self.last.get()
    }

    /// A new group.
    #[must_use]
    pub fn group(&self) -> Group {
        Group(self.next())
    }

    /// Starts a task, which dies with its group if it has one.
    pub fn spawn(&self, group: Option<Group>, task: impl Future<Output = ()> + 'static) {
        let id = self.next();
        self.tasks.borrow_mut().insert(id, (group, Box::pin(task)));
        self.ready.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
    }

    /// Ends every task of a group where it stands.
    pub fn kill(&self, group: Group) {
        let mut dead = Vec::new();
        self.tasks.borrow_mut().retain(|_, (held, task)| {
            let lives = *held != Some(group);
            if !lives {
                dead.push(std::mem::replace(task, Box::pin(async {})));
            }
            lives
        });
        // Dropped with nothing borrowed: a task's end may drop what spawns or wakes.
        drop(dead);
    }

    /// Done after `millis`.
    pub fn sleep(self: &Rc<Self>, millis: i64) -> Sleep {
        let at = self.now() + millis.max(0);
        Sleep { executor: self.clone(), at, key: None }
    }

    /// One step. `alarm` is the moment at which the platform itself is due to act, if any.
    pub fn step(&self, alarm: Option<i64>) -> Step {
        let woken = {
            let mut ready = self.ready.lock().unwrap_or_else(PoisonError::into_inner);
            let index = usize::try_from(self.draw(ready.len() as u64)).unwrap_or(0);
            let chosen = ready.iter().nth(index).copied();
            chosen.inspect(|task| {
                ready.remove(task);
            })
        };
        match woken {
            Some(task) => {
                self.poll(task);
                Step::Polled
            }
            None => self.advance(alarm),
        }
    }

    fn poll(&self, id: u64) {
        // Taken out while it runs: it may start or end others, and even its own group.
        let Some((group, mut task)) = self.tasks.borrow_mut().remove(&id) else { return };
        let waker = Waker::from(Arc::new(Woken { task: id, ready: self.ready.clone() }));
        if task.as_mut().poll(&mut Context::from_waker(&waker)) == Poll::Pending {
            self.tasks.borrow_mut().insert(id, (group, task));
        }
    }

    fn advance(&self, alarm: Option<i64>) -> Step {
        let first = self.timers.borrow().keys().next().copied();
        let timer = first.map(|(at, _)| at);
        let Some(next) = timer.into_iter().chain(alarm).min() else { return Step::Idle };
        self.now_millis.set(self.now().max(next));
        if timer == Some(next)
            && let Some(key) = first
            && let Some(waker) = self.timers.borrow_mut().remove(&key)
        {
            waker.wake();
        }
        Step::Moved
    }
}

/// See [`Executor::sleep`].
pub struct Sleep {
    executor: Rc<Executor>,
    at: i64,
    key: Option<(i64, u64)>,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let executor = self.executor.clone();
        if let Some(key) = self.key.take() {
            executor.timers.borrow_mut().remove(&key);
        }
        if executor.now() >= self.at {
            return Poll::Ready(());
        }
        let key = (self.at, executor.next());
        executor.timers.borrow_mut().insert(key, context.waker().clone());
        self.key = Some(key);
        Poll::Pending
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        if let Some(key) = self.key.take() {
            self.executor.timers.borrow_mut().remove(&key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn story(seed: u64) -> Vec<u32> {
        let executor = Executor::new(seed, 0);
        let told = Rc::new(RefCell::new(Vec::new()));
        for name in 0..10 {
            let (sleeper, told) = (executor.clone(), told.clone());
            executor.spawn(None, async move {
                sleeper.sleep(i64::from(name % 3)).await;
                told.borrow_mut().push(name);
            });
        }
        while executor.step(None) != Step::Idle {}
        told.take()
    }

    #[test]
    fn a_seed_is_an_order() {
        assert_eq!(story(1), story(1));
        assert_ne!(story(1), story(2));
        assert_eq!(story(3).len(), 10);
    }

    #[test]
    fn a_group_dies_where_it_stands() {
        let executor = Executor::new(1, 0);
        let group = executor.group();
        let reached = Rc::new(Cell::new(false));
        let (sleeper, told) = (executor.clone(), reached.clone());
        executor.spawn(Some(group), async move {
            sleeper.sleep(10).await;
            told.set(true);
        });
        executor.step(None);
        executor.kill(group);
        while executor.step(None) != Step::Idle {}
        assert!(!reached.get());
    }
}
