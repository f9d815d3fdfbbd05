// SPDX-License-Identifier: Apache-2.0
//! The audit object: a shard of a place's trail, and the second user of the [object shell](crate::object).
//! It appends, links and forgets; it decides about nothing.

use std::{cell::OnceCell, collections::BTreeSet, marker::PhantomData, rc::Rc};

use edgekms_api::place::Place;

use super::{
    chain::Chain,
    deliver::{DELIVER_EVENTS, DELIVERED, deliver},
    event::NewEvent,
    export::{Origin, Part, part},
    link::{Linker, head, state_head},
    lookup::page,
    message::{Answer, Ask, Message, VERSION},
    retention::{Forgotten, Kept, forget},
    sink::Outlets,
};
use crate::{
    defects::{Defect, is_back},
    object::{
        Batch, Job, ObjectStore, Rules, Transactor,
        agenda::JobChange,
        batch::{Forget, StoredEvent},
        message::MessageError,
        shell::Outcome,
    },
    port::{LocalFuture, PortError},
    settings::Settings,
};

/// The facts that say which shard of which place this is.
const PLACE: &str = "place";
const SHARD: &str = "shard";
/// The fact that says whether events were handed on to the log when the object last began.
const LOG: &str = "log";
/// The job that forgets what is too old, and states the head.
const HOUSEKEEPING: &str = "housekeeping";
const HOUSEKEEPING_MILLIS: i64 = 60 * 60 * 1000;
/// Events of one shard at the most: with an event of 1 KB, some two fifths of what an object may hold.
const EVENTS_KEPT: u64 = 4_000_000;
const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;

/// The rules of an audit object over any store.
pub struct AuditRules<C> {
    settings: Rc<dyn AsRef<Settings>>,
    outlets: Outlets,
    linker: Linker,
    /// Which shard of which place this is, once that is stored.
    begun: OnceCell<(Place, u32)>,
    change: PhantomData<C>,
}

type Store<C> = dyn ObjectStore<Change = C>;

impl<C: Clone + 'static> AuditRules<C> {
    /// An audit object that has not begun yet.
    pub fn new(settings: Rc<dyn AsRef<Settings>>, outlets: Outlets) -> Self {
        let (linker, begun) = (Linker::default(), OnceCell::new());
        Self { settings, outlets, linker, begun, change: PhantomData }
    }

    fn settings(&self) -> &Settings {
        (*self.settings).as_ref()
    }

    fn respond(
        &self,
        message: Message,
        object: &Transactor<'_, Store<C>>,
    ) -> Result<Answer, PortError> {
        let Message { place, shard, ask, .. } = message;
        let held = self.begun.get();
        let batch = match held {
            Some((held, number)) if *held == place && *number == shard => Batch::default(),
            _ => begin(&place, shard, self.settings().audit_log, object)?,
        };
        match ask {
            Ask::Append(events) => {
                self.append(events, batch, object)?;
                self.begun.get_or_init(|| (place, shard));
                Ok(Answer::Stored)
            }
            Ask::LookUp(query) => page(object.store, &query).map(Answer::Found),
            Ask::Export(after) => self.export(after, object).map(Answer::Exported),
        }
    }

    fn append(
        &self,
        events: Vec<NewEvent>,
        mut batch: Batch<C>,
        object: &Transactor<'_, Store<C>>,
    ) -> Result<(), PortError> {
        let mut ids = BTreeSet::new();
        let first = |event: &NewEvent| ids.insert(event.id.clone());
        let events = events.into_iter().filter(first);
        batch.events.extend(events.map(|NewEvent { id, line }| StoredEvent::new(id, line)));
        if self.settings().audit_log && !batch.events.is_empty() {
            batch.jobs.push(JobChange::put(DELIVER_EVENTS, object.now_millis()));
        }
        // Events hardly ever come again: the store, which refuses one that does, is not asked before.
        object.commit(&batch).or_else(|error| {
            let ids: Vec<_> = batch.events.iter().map(|event| &*event.id).collect();
            let known = object.store.known_events(&ids)?;
            if known.is_empty() {
                return Err(error);
            }
            leave_out(&mut batch.events, &known, object.now_millis());
            object.commit(&batch)
        })
    }

    fn export(&self, after: u64, object: &Transactor<'_, Store<C>>) -> Result<Part, PortError> {
        // One that was never told of an event has nothing to show.
        if object.store.fact(PLACE)?.is_none() {
            return Ok(Part::default());
        }
        let (place, shard) = begun(object.store)?;
        let chain = self.chain(object.store)?;
        let origin = Origin { place: &place, shard: &shard, chain: &chain };
        part(object.store, &origin, after, object.now_millis())
    }

    fn chain(&self, store: &Store<C>) -> Result<Rc<Chain>, PortError> {
        let (place, shard) = match self.begun.get() {
            Some((place, shard)) => (place.clone(), shard.to_string()),
            None => begun(store)?,
        };
        self.linker.chain(&self.settings().roots, &place, &shard)
    }

    async fn work(
        &self,
        job: &Job,
        object: Transactor<'_, Store<C>>,
    ) -> Result<Outcome<C>, PortError> {
        match &*job.name {
            DELIVER_EVENTS if self.settings().audit_log => {
                deliver(&*self.outlets.log, &object).await
            }
            DELIVER_EVENTS => Ok(Outcome::done()),
            HOUSEKEEPING => self.keep_house(&object).await,
            _ => Err(PortError::new("this release knows no such job")),
        }
    }

    /// Forgets, and states the head.
    async fn keep_house(&self, object: &Transactor<'_, Store<C>>) -> Result<Outcome<C>, PortError> {
        let now = object.now_millis();
        let kept_millis =
            i64::from(self.settings().audit_retention_days).saturating_mul(DAY_MILLIS);
        let kept = Kept { since_millis: now.saturating_sub(kept_millis), number: EVENTS_KEPT };
        let chain = self.chain(object.store)?;
        let (place, shard) = begun(object.store)?;
        let origin = Origin { place: &place, shard: &shard, chain: &chain };
        let archive = self.outlets.archive.as_deref();
        let Forgotten { through, facts, more } =
            forget(object.store, archive, &origin, kept, now).await?;
        // No views are altered here, and none anywhere before 1970. (The least number there is would not do: a
        // store in JavaScript takes none beyond 2^53.)
        let forget = Some(Forget { altered_before: 0, events_through: through });
        object.commit(&Batch { facts, forget, ..Batch::default() })?;
        if !more && self.settings().audit_log {
            state_head(object.store, &chain, &*self.outlets.log, now).await?;
        }
        let due_millis = if more { now } else { now.saturating_add(HOUSEKEEPING_MILLIS) };
        Ok(Outcome::GoesOn { note: String::new(), due_millis })
    }
}

/// Keeps place and shard at the first message, to be stored with it, and refuses those for another ever
/// after. Events from before the log was switched on are not handed on to it.
fn begin<C: Clone>(
    place: &Place,
    shard: u32,
    log: bool,
    object: &Transactor<'_, Store<C>>,
) -> Result<Batch<C>, PortError> {
    let (store, mut batch) = (object.store, Batch::default());
    let text = serde_json::to_string(place).map_err(|error| PortError(error.to_string()))?;
    match (store.fact(PLACE)?, store.fact(SHARD)?) {
        (None, _) => {
            batch.facts.extend([(PLACE, text), (SHARD, shard.to_string())]);
            let due = object.now_millis().saturating_add(HOUSEKEEPING_MILLIS);
            batch.jobs.push(JobChange::put(HOUSEKEEPING, due));
        }
        (Some(held), Some(number)) if held == text && number == shard.to_string() => {}
        _ => return Err(PortError::new("a message for another audit object came here")),
    }
    let log = if log { "on" } else { "off" };
    if store.fact(LOG)?.as_deref() != Some(log) {
        batch.facts.extend([(LOG, log.to_owned()), (DELIVERED, head(store)?.seq.to_string())]);
    }
    Ok(batch)
}

/// Takes out the events that are stored already.
fn leave_out(events: &mut Vec<StoredEvent>, known: &[String], now_millis: i64) {
    if is_back(Defect::TwiceRecorded) {
        for event in events.iter_mut().filter(|event| known.contains(&event.id)) {
            event.id = format!("{}-{now_millis}", event.id);
        }
        return;
    }
    events.retain(|event| !known.contains(&event.id));
}

/// Which shard of which place an object is.
fn begun<C: Clone>(store: &Store<C>) -> Result<(Place, String), PortError> {
    let missing = || PortError::new("the audit object does not know where it is");
    let place = store.fact(PLACE)?.ok_or_else(missing)?;
    let place = serde_json::from_str(&place).map_err(|error| PortError(error.to_string()))?;
    Ok((place, store.fact(SHARD)?.ok_or_else(missing)?))
}

impl<C: Clone + 'static> Rules for AuditRules<C> {
    type Store = Store<C>;

    fn answer(
        &self,
        text: &str,
        object: &Transactor<'_, Store<C>>,
    ) -> Result<String, MessageError> {
        let message: Message = serde_json::from_str(text)
            .ok()
            .filter(|message: &Message| message.v == VERSION)
            .ok_or(MessageError::Form { version: VERSION })?;
        let answer = self.respond(message, object);
        let answer = answer.unwrap_or_else(|error| Answer::Refused(error.0));
        // Texts and numbers; serde_json cannot refuse them.
        Ok(serde_json::to_string(&answer).unwrap_or_default())
    }

    fn link(&self, batch: &mut Batch<C>, store: &Store<C>) -> Result<(), PortError> {
        let noted = |name| batch.facts.iter().find(|(held, _)| *held == name).map(|(_, text)| text);
        let chain = match (noted(PLACE), noted(SHARD)) {
            (Some(place), Some(shard)) => {
                let place = serde_json::from_str(place);
                let place = place.map_err(|error| PortError(error.to_string()))?;
                self.linker.chain(&self.settings().roots, &place, shard)?
            }
            _ => self.chain(store)?,
        };
        self.linker.link(batch, &chain, store)
    }

    fn carry_out<'a>(
        &'a self,
        job: &'a Job,
        object: Transactor<'a, Store<C>>,
    ) -> LocalFuture<'a, Result<Outcome<C>, PortError>> {
        Box::pin(self.work(job, object))
    }
}

#[cfg(test)]
mod tests;
