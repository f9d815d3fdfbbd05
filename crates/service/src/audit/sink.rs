// SPDX-License-Identifier: Apache-2.0
//! Where audit events go.

use std::rc::Rc;

use edgekms_api::place::Place;

use super::event::NewEvent;
use crate::port::{Archive, Fault, FaultLog, LocalFuture, PortError};

/// Where a call's event goes. Waited for before the call is answered, if the trail is strict.
pub trait AuditSink {
    /// Takes one event of a place; once this is done it is stored. An event that comes twice, with the same
    /// id, counts once.
    fn append<'a>(
        &'a self,
        place: &'a Place,
        event: NewEvent,
    ) -> LocalFuture<'a, Result<(), PortError>>;

    /// Leaves an event of a call that does not wait for it with somebody who is sending. It comes back if nobody
    /// is: then [`Self::send_left`] is to be carried out beside the answer.
    fn leave(&self, _: &Place, event: NewEvent) -> Option<NewEvent> {
        Some(event)
    }

    /// How many events wait to be stored.
    fn waiting(&self) -> usize {
        0
    }

    /// Has an event stored that nobody waits for, and with it what others leave meanwhile.
    fn send_left<'a>(
        &'a self,
        place: &'a Place,
        event: NewEvent,
    ) -> LocalFuture<'a, Result<(), Lost>> {
        Box::pin(
            async move { self.append(place, event).await.map_err(|why| Lost { events: 1, why }) },
        )
    }
}

/// Events of calls that were answered, and that could not be stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// How many.
    pub events: usize,
    /// Why, of the last.
    pub why: PortError,
}

impl Lost {
    /// Writes it down.
    pub fn tell(&self, log: &dyn FaultLog) {
        let Self { events, why } = self;
        let calls = if *events == 1 { "call was" } else { "calls were" };
        log.fault(&Fault::error(&format!("{events} {calls} answered and not recorded"), why));
    }

    /// So many events.
    ///
    /// # Errors
    /// If there are any.
    pub fn unless_none(events: usize, why: &str) -> Result<(), Self> {
        if events == 0 { Ok(()) } else { Err(Self { events, why: PortError::new(why) }) }
    }

    /// What is lost of two parts.
    ///
    /// # Errors
    /// If anything is.
    pub fn both(one: Result<(), Self>, other: Result<(), Self>) -> Result<(), Self> {
        match (one, other) {
            (Err(one), Err(other)) => {
                Err(Self { events: one.events.saturating_add(other.events), ..other })
            }
            (one, other) => one.and(other),
        }
    }
}

/// A log of lines: where the objects hand on the events that they have stored, and where counts go.
pub trait EventLog {
    /// Writes one line of JSON. One may come twice.
    fn write<'a>(&'a self, line: &'a str) -> LocalFuture<'a, Result<(), PortError>>;
}

/// Where events go from the object that has stored them.
#[derive(Clone)]
pub struct Outlets {
    /// A copy of each, and statements of what there is.
    pub log: Rc<dyn EventLog>,
    /// What the object forgets, where a bucket is bound.
    pub archive: Option<Rc<dyn Archive>>,
}

impl Outlets {
    /// To a log alone.
    pub fn to(log: Rc<dyn EventLog>) -> Self {
        Self { log, archive: None }
    }
}
