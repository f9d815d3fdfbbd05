// SPDX-License-Identifier: Apache-2.0
//! The object that adds up what isolates count, over a store in memory, and points.

use std::{
    cell::{Cell, RefCell},
    rc::Rc,
};

use super::{CountingEntropy, Lines, MovingTimers, StandingClock};
use crate::{
    keyring::store::Change,
    memory::MemoryStore,
    object::{ObjectPorts, ObjectStore, Shell},
    port::{LocalFuture, Point, Points, PortError, WatchObject},
    watch::object::WatchRules,
};

type Store = dyn ObjectStore<Change = Change>;
/// Over a keyring's store, whose own tables stay empty.
pub(crate) type Watch = Shell<Store, WatchRules<Change>>;

/// A watch object, from its start to its end, and what it has stored.
pub(crate) struct TestWatch {
    clock: Rc<StandingClock>,
    store: Rc<MemoryStore>,
    object: RefCell<Option<Rc<Watch>>>,
    /// Whether it does not answer.
    pub(crate) broken: Cell<bool>,
}

impl TestWatch {
    pub(crate) fn new(clock: Rc<StandingClock>) -> Self {
        let (store, object) = (Rc::default(), RefCell::default());
        Self { clock, store, object, broken: Cell::new(false) }
    }

    pub(crate) fn object(&self) -> Rc<Watch> {
        let begin = || {
            let ports = ObjectPorts {
                clock: Rc::new(self.clock.clone()),
                entropy: Rc::<CountingEntropy>::default(),
                timers: Rc::new(MovingTimers(self.clock.clone())),
                log: Rc::<Lines>::default(),
            };
            Rc::new(Shell::new(self.store.clone() as Rc<Store>, ports, WatchRules::default()))
        };
        self.object.borrow_mut().get_or_insert_with(begin).clone()
    }

    /// Ends it: what it did not store is gone.
    pub(crate) fn end(&self) {
        *self.object.borrow_mut() = None;
    }
}

impl WatchObject for TestWatch {
    fn send<'a>(&'a self, message: &'a str) -> LocalFuture<'a, Result<String, PortError>> {
        Box::pin(async move {
            if self.broken.get() {
                return Err(PortError::new("the watch object is away"));
            }
            self.object().receive(message).map_err(|error| PortError(error.to_string()))
        })
    }
}

/// Points, each as one text.
#[derive(Default)]
pub(crate) struct PointsKept(pub(crate) RefCell<Vec<String>>);

impl Points for PointsKept {
    fn write(&self, point: &Point<'_>) {
        let Point { action, code, caller, group, region, version, millis, status } = point;
        assert!(!version.is_empty());
        let text = format!("{action} {code} {caller} {group} {region} {millis} {status}");
        self.0.borrow_mut().push(text);
    }
}
