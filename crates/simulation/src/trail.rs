// SPDX-License-Identifier: Apache-2.0
//! The trail: the audit objects, and what must hold of all events. An answered call has one event, stored
//! before the answer; no event is stored twice; and each chain is whole at the end.

use std::{
    cell::RefCell,
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use edgekms_api::place::Place;
use edgekms_service::{
    audit::{
        export::Part,
        message::{Answer, Ask, Message, VERSION, object_name},
        shard::AuditRules,
        verify::verify,
    },
    keyring::{
        message::{Answer as OwnAnswer, AnswerMessage, Ask as OwnAsk, Message as OwnMessage},
        store::Change,
    },
    memory::MemoryStore,
    object::{Batch, ObjectStore},
    port::PortError,
};
use serde_json::Value;

use crate::{
    objects::{Host, Object},
    truth::Findings,
    world::World,
};

/// All events that were ever stored.
pub struct Events {
    findings: Rc<Findings>,
    told: RefCell<Told>,
}

#[derive(Default)]
struct Told {
    /// Lines, by the id of their event.
    lines: BTreeMap<String, String>,
    /// How many events a request has.
    of_request: BTreeMap<String, u64>,
    /// Requests that were answered for good: there may come no more events of them.
    settled: BTreeSet<String>,
    /// How many events each chain has, by its name.
    of_chain: BTreeMap<String, u64>,
}

impl Events {
    /// None yet.
    pub(crate) fn new(findings: Rc<Findings>) -> Rc<Self> {
        Rc::new(Self { findings, told: RefCell::default() })
    }

    /// Takes note of what a transaction of the object `chain` stores.
    pub(crate) fn committed<C>(&self, chain: &str, batch: &Batch<C>) {
        let told = &mut *self.told.borrow_mut();
        for event in &batch.events {
            *told.of_chain.entry(chain.to_owned()).or_default() += 1;
            if told.lines.insert(event.id.clone(), event.line.clone()).is_some() {
                self.findings.violate(|| format!("event {} is stored twice", event.id));
            }
            let Some(request) = request_of(&event.line) else { continue };
            if told.settled.contains(&request) {
                self.findings.violate(|| format!("{request} has a second event: {}", event.line));
            }
            *told.of_request.entry(request).or_default() += 1;
        }
    }

    /// The line of the event with this id.
    pub(crate) fn line(&self, id: &str) -> Option<String> {
        self.told.borrow().lines.get(id).cloned()
    }

    /// A request is answered: exactly one event must have been stored by now, unless nobody can be held to
    /// account for it, or the answer says that something failed.
    pub(crate) fn answered(&self, request: &str, status: u16, code: &str) {
        let told = &mut *self.told.borrow_mut();
        let number = told.of_request.get(request).copied().unwrap_or_default();
        let holds = match (status, code) {
            // What was not known to be stored may be, by the object itself and by the isolate.
            (503, _) => return,
            (_, code) if is_nobody_s(code) => number == 0,
            // Isolates refuse these, and objects that know more.
            (
                _,
                "SignatureNonceUsed" | "InvalidTimeStamp.Expired" | "InvalidSecurityToken.Expired",
            ) => number <= 1,
            _ => number == 1,
        };
        told.settled.insert(request.to_owned());
        if !holds {
            self.findings.violate(|| {
                format!("{request} was answered {status} {code} and has {number} events")
            });
        }
    }

    /// Every line that was ever stored.
    pub(crate) fn each_line(&self, mut look: impl FnMut(&str)) {
        self.told.borrow().lines.values().for_each(|line| look(line));
    }

    fn of_chain(&self, chain: &str) -> u64 {
        self.told.borrow().of_chain.get(chain).copied().unwrap_or_default()
    }
}

/// Whether a request with this code was none of anybody's.
fn is_nobody_s(code: &str) -> bool {
    let starts = ["InvalidAccessKeyId.", "InvalidSecurityToken.M", "SignatureDoesNotMatch"];
    starts.iter().any(|start| code.starts_with(start))
}

fn request_of(line: &str) -> Option<String> {
    let event: Value = serde_json::from_str(line).ok()?;
    event.get("requestId")?.as_str().map(str::to_owned)
}

/// One audit object.
pub(crate) struct Shard {
    place: Place,
    number: u32,
    name: String,
    store: Rc<MemoryStore>,
    pub(crate) object: Rc<dyn Object>,
}

impl World {
    /// The audit object of this number, which begins with the first message to it.
    fn shard(self: &Rc<Self>, place: &Place, number: u32) -> Rc<Shard> {
        let name = object_name(place, number);
        let held = self.shards.borrow().get(&name).cloned();
        if let Some(shard) = held {
            return shard;
        }
        let store = Rc::new(MemoryStore::default());
        let (events, chain) = (self.events.clone(), name.clone());
        store.observe(Box::new(move |batch| events.committed(&chain, batch)));
        let disk: Rc<dyn ObjectStore<Change = Change>> = store.clone();
        let begin = |world: &Rc<Self>| AuditRules::new(world.settings.clone(), world.outlets());
        let object = Host::object(name.clone(), (disk, store.clone()), self.any_skew(), begin);
        let shard = Rc::new(Shard { place: place.clone(), number, name, store, object });
        self.shards.borrow_mut().insert(shard.name.clone(), shard.clone());
        shard
    }

    /// A message arrives at an audit object, whose database may fail just then.
    pub(crate) fn arrive_at_shard(
        self: &Rc<Self>,
        place: &Place,
        number: u32,
        message: &str,
    ) -> Result<String, PortError> {
        let shard = self.shard(place, number);
        let fails = self.goes_wrong(10) || self.trail_fails();
        shard.store.broken.set(fails);
        let reply = shard.object.receive(self, message);
        shard.store.broken.set(false);
        reply
    }

    /// Verifies every chain, as an auditor would who has the root keys.
    ///
    /// # Errors
    /// What is wrong with one of them.
    pub fn verify_chains(self: &Rc<Self>) -> Result<(), String> {
        let shards: Vec<_> = self.shards.borrow().values().cloned().collect();
        for shard in shards {
            let ask = |after| self.export_shard(&shard, after);
            self.verify_chain(&shard.name, ask)?;
        }
        for (place, object) in self.truths() {
            let ask = |after| self.export_truth(&place, &*object, after);
            self.verify_chain(&chain_of(&place), ask)?;
        }
        Ok(())
    }

    fn verify_chain(
        &self,
        chain: &str,
        part: impl Fn(u64) -> Result<Part, String>,
    ) -> Result<(), String> {
        let (mut text, mut next) = (String::new(), Some(0));
        while let Some(after) = next {
            let Part { lines, next: following } = part(after)?;
            for line in &lines {
                text += &write(line)?;
                text.push('\n');
            }
            next = following;
        }
        let reports =
            verify(&text, &[], &self.settings.roots).map_err(|error| error.to_string())?;
        let mut last = 0;
        for report in &reports {
            let whole = report.verdict.as_ref();
            last = whole.map_err(|finding| format!("{chain}: {finding}"))?.last;
        }
        let stored = self.events.of_chain(chain);
        if last == stored && reports.len() <= 1 {
            Ok(())
        } else {
            Err(format!("{chain} ends with event {last}; {stored} were stored"))
        }
    }

    fn export_shard(self: &Rc<Self>, shard: &Shard, after: u64) -> Result<Part, String> {
        let (place, ask) = (shard.place.clone(), Ask::Export(after));
        let message = Message { v: VERSION, place, shard: shard.number, ask };
        match read(&self.asked(&*shard.object, &write(&message)?)?)? {
            Answer::Exported(part) => Ok(part),
            other => Err(format!("{} exported {other:?}", shard.name)),
        }
    }

    fn export_truth(
        self: &Rc<Self>,
        place: &Place,
        object: &dyn Object,
        after: u64,
    ) -> Result<Part, String> {
        let message = OwnMessage::new(place.clone(), OwnAsk::Export(after));
        let reply: AnswerMessage = read(&self.asked(object, &write(&message)?)?)?;
        match reply.answer {
            OwnAnswer::Exported(part) => Ok(part),
            other => Err(format!("{place:?} exported {other:?}")),
        }
    }

    fn asked(self: &Rc<Self>, object: &dyn Object, message: &str) -> Result<String, String> {
        object.receive(self, message).map_err(|error| error.to_string())
    }
}

/// What the chain of a keyring or an account is called here.
pub(crate) fn chain_of(place: &Place) -> String {
    format!("{}/{}", place.account, place.region)
}

fn write(value: &impl serde::Serialize) -> Result<String, String> {
    serde_json::to_string(value).map_err(|error| error.to_string())
}

fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, String> {
    serde_json::from_str(text).map_err(|error| error.to_string())
}
