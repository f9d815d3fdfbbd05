// SPDX-License-Identifier: Apache-2.0
//! Objects as the platform has them: begun when a message or an alarm comes, ended where they stand, their
//! database outliving them.

use std::{cell::RefCell, rc::Rc};

use edgekms_service::{
    memory::{MemoryAccount, MemoryStore},
    object::{ObjectPorts, ObjectStore, Rules, Shell},
    port::PortError,
};

use crate::{
    executor::Group,
    world::{World, skew},
};

/// The alarm of a database.
pub(crate) trait Alarm {
    fn at(&self) -> Option<i64>;
    fn take(&self);
}

impl Alarm for MemoryStore {
    fn at(&self) -> Option<i64> {
        self.alarm()
    }

    fn take(&self) {
        self.ring();
    }
}

impl Alarm for MemoryAccount {
    fn at(&self) -> Option<i64> {
        self.alarm()
    }

    fn take(&self) {
        self.ring();
    }
}

/// An object of any kind.
pub(crate) trait Object {
    /// When it is to be woken next, in true time.
    fn alarm(&self) -> Option<i64>;

    /// Wakes it; sometimes twice, as the platform may.
    fn ring(&self, world: &Rc<World>);

    /// Ends it where it stands.
    fn end(&self, world: &World);

    /// A message arrives: it is answered in one go, and what is due is worked on.
    fn receive(&self, world: &Rc<World>, message: &str) -> Result<String, PortError>;
}

struct Living<S: ObjectStore + ?Sized, R> {
    shell: Rc<Shell<S, R>>,
    group: Group,
}

/// How an object's rules begin.
type Begin<R> = Box<dyn Fn(&Rc<World>) -> R>;

/// An object of one kind, by its database and how its rules begin.
pub(crate) struct Host<S: ObjectStore + ?Sized, R> {
    name: String,
    store: Rc<S>,
    alarm: Rc<dyn Alarm>,
    skew: i64,
    begin: Begin<R>,
    living: RefCell<Option<Living<S, R>>>,
}

impl<S, R> Host<S, R>
where
    S: ObjectStore + ?Sized + 'static,
    R: Rules<Store = S> + 'static,
{
    pub(crate) fn object(
        name: String,
        (store, alarm): (Rc<S>, Rc<dyn Alarm>),
        skew: i64,
        begin: impl Fn(&Rc<World>) -> R + 'static,
    ) -> Rc<dyn Object> {
        let (begin, living) = (Box::new(begin), RefCell::default());
        Rc::new(Self { name, store, alarm, skew, begin, living })
    }

    fn living(&self, world: &Rc<World>) -> (Rc<Shell<S, R>>, Group) {
        let mut held = self.living.borrow_mut();
        let living = held.get_or_insert_with(|| {
            let ports: ObjectPorts = world.object_ports(self.skew);
            let shell = Rc::new(Shell::new(self.store.clone(), ports, (self.begin)(world)));
            Living { shell, group: world.executor.group() }
        });
        (living.shell.clone(), living.group)
    }
}

impl<S, R> Object for Host<S, R>
where
    S: ObjectStore + ?Sized + 'static,
    R: Rules<Store = S> + 'static,
{
    fn alarm(&self) -> Option<i64> {
        self.alarm.at().map(|at| at - self.skew)
    }

    fn ring(&self, world: &Rc<World>) {
        self.alarm.take();
        let (shell, group) = self.living(world);
        let times = if world.goes_wrong(50) { 2 } else { 1 };
        for _ in 0..times {
            let shell = shell.clone();
            world.executor.spawn(Some(group), async move { shell.alarm_rang().await });
        }
    }

    fn end(&self, world: &World) {
        let living = self.living.borrow_mut().take();
        if let Some(living) = living {
            world.tell(|| format!("the object of {} dies", self.name));
            world.executor.kill(living.group);
        }
    }

    fn receive(&self, world: &Rc<World>, message: &str) -> Result<String, PortError> {
        let (shell, group) = self.living(world);
        let reply = shell.receive(message).map_err(|error| PortError(error.to_string()));
        if shell.has_work() {
            world.executor.spawn(Some(group), async move { shell.carry_out_due().await });
        }
        reply
    }
}

impl World {
    /// A new object's clock.
    pub(crate) fn any_skew(&self) -> i64 {
        skew(&self.executor)
    }
}
