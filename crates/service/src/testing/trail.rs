// SPDX-License-Identifier: Apache-2.0
//! The audit objects of every place, each over a store in memory.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    rc::Rc,
};

use edgekms_api::place::Place;

use super::{CountingEntropy, Lines, MovingTimers, StandingClock, bucket::Bucket};
use crate::{
    audit::{
        AuditSink, Outlets,
        event::NewEvent,
        message::{Answer, Ask, Message, SHARDS, VERSION, object_name},
        shard::AuditRules,
    },
    keyring::store::Change,
    memory::MemoryStore,
    object::{ObjectPorts, ObjectStore, Shell},
    port::{AuditObjects, LocalFuture, PortError},
    settings::Settings,
};

/// Over a keyring's store, whose own tables stay empty.
type AuditObject = Shell<dyn ObjectStore<Change = Change>, AuditRules<Change>>;

/// A trail, and lines that show what came to it.
pub(crate) struct TestTrail {
    settings: Rc<Settings>,
    clock: Rc<StandingClock>,
    lines: Rc<Lines>,
    bucket: Rc<Bucket>,
    stores: RefCell<HashMap<String, Rc<MemoryStore>>>,
    objects: RefCell<HashMap<String, Rc<AuditObject>>>,
    /// How many events came: each goes to the shard after the last one's.
    appended: Cell<u32>,
    /// Whether no object answers.
    pub(crate) broken: Cell<bool>,
}

impl TestTrail {
    pub(crate) fn new(
        settings: Rc<Settings>,
        clock: Rc<StandingClock>,
        lines: Rc<Lines>,
        bucket: Rc<Bucket>,
    ) -> Self {
        Self {
            settings,
            clock,
            lines,
            bucket,
            stores: RefCell::default(),
            objects: RefCell::default(),
            appended: Cell::new(0),
            broken: Cell::new(false),
        }
    }

    fn object(&self, place: &Place, shard: u32) -> Rc<AuditObject> {
        let name = object_name(place, shard);
        let begin = || {
            let ports = ObjectPorts {
                clock: Rc::new(self.clock.clone()),
                entropy: Rc::<CountingEntropy>::default(),
                timers: Rc::new(MovingTimers(self.clock.clone())),
                log: Rc::<Lines>::default(),
            };
            let store = self.stores.borrow_mut().entry(name.clone()).or_default().clone();
            let rules = AuditRules::new(
                self.settings.clone(),
                Outlets {
                    archive: Some(self.bucket.clone()),
                    ..Outlets::to(Rc::<Lines>::default())
                },
            );
            Rc::new(Shell::new(store as Rc<dyn ObjectStore<Change = Change>>, ports, rules))
        };
        self.objects.borrow_mut().entry(name.clone()).or_insert_with(begin).clone()
    }
}

impl AuditSink for TestTrail {
    fn append<'a>(
        &'a self,
        place: &'a Place,
        event: NewEvent,
    ) -> LocalFuture<'a, Result<(), PortError>> {
        Box::pin(async move {
            self.lines.append(place, event.clone()).await?;
            let shard = self.appended.get() % SHARDS;
            self.appended.set(self.appended.get() + 1);
            let ask = Ask::Append(vec![event]);
            let message = Message { v: VERSION, place: place.clone(), shard, ask };
            let message = serde_json::to_string(&message).unwrap();
            let reply = self.object(place, shard).receive(&message).unwrap();
            assert_eq!(serde_json::from_str::<Answer>(&reply).unwrap(), Answer::Stored);
            Ok(())
        })
    }
}

impl AuditObjects for TestTrail {
    fn send<'a>(
        &'a self,
        place: &'a Place,
        shard: u32,
        message: &'a str,
    ) -> LocalFuture<'a, Result<String, PortError>> {
        Box::pin(async move {
            if self.broken.get() {
                return Err(PortError::new("the audit objects are away"));
            }
            let reply = self.object(place, shard).receive(message);
            reply.map_err(|error| PortError(error.to_string()))
        })
    }
}
