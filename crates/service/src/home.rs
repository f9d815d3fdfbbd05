// SPDX-License-Identifier: Apache-2.0
//! What keyrings and accounts have in common as objects that isolates have copies of: where they are and
//! which life of theirs it is, views that are told and published, changes that are told, and events.
//!
//! | file | what |
//! |---|---|
//! | [`act`] | carrying out a command, once and with its event |
//! | [`event`] | the events of a change that was asked for, and of what an object does by itself |
//! | `tell` | one view, and what has changed |
//! | `backlog` | what waits in it |
//! | `trail` | its events |
//! | [`job`], [`sweep`] | the jobs that both have |
//! | `carry_out` | carrying them out |
//!
//! May be imported: [`crate::copies`]' views, [`crate::keyring`]'s messages, [`crate::object`].

pub mod act;
mod backlog;
mod carry_out;
pub mod event;
pub mod job;
pub mod sweep;
mod tell;
mod trail;

use std::{
    cell::{Cell, OnceCell, RefCell},
    collections::HashMap,
    rc::Rc,
};

use edgekms_api::{error::ApiError, place::Place};

pub use crate::object::truth::{PLACE, place_of};

use self::{event::OwnEvent, job::HomeJob, sweep::SWEEP_MILLIS};
use crate::{
    audit::{Outlets, chain::Chain, deliver::DELIVER_EVENTS, link::Linker},
    keyring::{meter::MeterReport, stored},
    material::root_keys::RootKeys,
    object::{
        Batch, Transactor, agenda::JobChange, batch::StoredEvent, name::ViewName, truth::TruthStore,
    },
    port::{PortError, ViewWriter, entropy::random_bytes},
    settings::{AuditMode, Settings},
    throttle::{group::Rates, lease::Leases, report::Lease},
};

/// The fact that says which life of the object this is.
const EPOCH: &str = "epoch";
/// The fact that says when the events of calls are stored.
const AUDIT: &str = "audit";

/// One such object's part that is the same in all.
pub struct Home {
    settings: Rc<dyn AsRef<Settings>>,
    views: Rc<dyn ViewWriter>,
    outlets: Outlets,
    /// The name of its chain of events.
    shard: &'static str,
    linker: Linker,
    started: OnceCell<Started>,
    missed: RefCell<HashMap<ViewName, i64>>,
    leases: RefCell<Leases>,
    /// Writes to KV that failed, and that nobody was told of.
    kv_write_errors: Cell<u32>,
}

/// What an object finds out once, at its first message.
#[derive(Debug, Clone)]
pub struct Started {
    /// Where it is.
    pub place: Place,
    /// Which life this is.
    pub epoch: String,
}

impl Home {
    /// An object that has not begun yet, whose events are the shard of this name.
    pub fn new(
        settings: Rc<dyn AsRef<Settings>>,
        views: Rc<dyn ViewWriter>,
        outlets: Outlets,
        shard: &'static str,
    ) -> Self {
        let (started, linker, missed) = (OnceCell::new(), Linker::default(), RefCell::default());
        Self {
            settings,
            views,
            outlets,
            shard,
            linker,
            started,
            missed,
            leases: RefCell::default(),
            kv_write_errors: Cell::new(0),
        }
    }

    /// What an operator chose.
    #[must_use]
    pub fn settings(&self) -> &Settings {
        (*self.settings).as_ref()
    }

    /// The root keys.
    #[must_use]
    pub fn roots(&self) -> &RootKeys {
        &self.settings().roots
    }

    /// Keeps place and epoch at the first call, and refuses calls for another place ever after: a
    /// message that went astray must not mix two objects. `examine` looks whether the root keys are those
    /// that this object's secrets are wrapped under, and tells what is learnt from that.
    ///
    /// # Errors
    /// `InternalFailure` for a message of another place; what `examine` refuses with.
    pub fn start<S: TruthStore + ?Sized>(
        &self,
        place: &Place,
        object: &Transactor<'_, S>,
        examine: impl FnOnce(&Place) -> Result<Vec<S::Change>, ApiError>,
    ) -> Result<&Started, ApiError> {
        let started = match self.started.get() {
            Some(started) => started,
            None => {
                let started = self.begin(place, object, examine)?;
                self.started.get_or_init(|| started)
            }
        };
        if started.place == *place {
            Ok(started)
        } else {
            Err(ApiError::internal("a message for another place came here"))
        }
    }

    fn begin<S: TruthStore + ?Sized>(
        &self,
        asked: &Place,
        object: &Transactor<'_, S>,
        examine: impl FnOnce(&Place) -> Result<Vec<S::Change>, ApiError>,
    ) -> Result<Started, ApiError> {
        let store = object.store;
        let mut batch = Batch::default();
        let place = match store.fact(PLACE).map_err(stored)? {
            Some(text) => serde_json::from_str(&text).map_err(ApiError::internal)?,
            None => {
                let text = serde_json::to_string(asked).map_err(ApiError::internal)?;
                batch.facts.push((PLACE, text));
                asked.clone()
            }
        };
        let epoch = match store.fact(EPOCH).map_err(stored)? {
            Some(epoch) => epoch,
            None => {
                let epoch: [u8; 16] =
                    random_bytes(&*object.ports.entropy).map_err(ApiError::internal)?;
                let epoch = format!("{:032x}", u128::from_be_bytes(epoch));
                batch.facts.push((EPOCH, epoch.clone()));
                batch.jobs.extend(recurring(store, object.now_millis()).map_err(stored)?);
                epoch
            }
        };
        batch.changes = examine(&place)?;
        self.note_audit_mode(&mut batch, &place, object).map_err(stored)?;
        object.commit(&batch).map_err(stored)?;
        Ok(Started { place, epoch })
    }

    /// That events are stored otherwise than before, or not at all, is itself an event.
    fn note_audit_mode<S: TruthStore + ?Sized>(
        &self,
        batch: &mut Batch<S::Change>,
        place: &Place,
        object: &Transactor<'_, S>,
    ) -> Result<(), PortError> {
        let mode = self.settings().audit;
        let held = object.store.fact(AUDIT)?;
        if held.as_deref().unwrap_or(AuditMode::default().name()) == mode.name() {
            return Ok(());
        }
        batch.facts.push((AUDIT, mode.name().to_owned()));
        let now_millis = object.now_millis();
        let event =
            OwnEvent { name: mode.event_name(), place, key_id: None, code: None, now_millis };
        self.complete_own(batch, Vec::new(), event, object)
    }

    /// Links the events of a batch to those that are stored (see [`crate::object::Rules::link`]).
    ///
    /// # Errors
    /// [`PortError`]; then nothing may be stored.
    pub fn link<S: TruthStore + ?Sized>(
        &self,
        batch: &mut Batch<S::Change>,
        store: &S,
    ) -> Result<(), PortError> {
        // The first event of an object may be stored with its place.
        let noted =
            batch.facts.iter().find(|(name, _)| *name == PLACE).map(|(_, text)| text.clone());
        let place = place_of(noted.map_or_else(|| store.fact(PLACE), |text| Ok(Some(text)))?)?;
        self.linker.link(batch, &*self.chain(&place)?, store)
    }

    fn chain(&self, place: &Place) -> Result<Rc<Chain>, PortError> {
        self.linker.chain(self.roots(), place, self.shard)
    }

    /// An isolate's next share of these rates, if it asks for one.
    pub fn lease(&self, report: &MeterReport, rates: &Rates, now_millis: i64) -> Option<Lease> {
        let demand = report.demand.as_ref()?;
        Some(self.leases.borrow_mut().renew(&report.isolate, demand, rates, now_millis))
    }

    /// Takes away what an earlier release published under a name that is retired.
    ///
    /// # Errors
    /// [`PortError`] if KV does not take it.
    pub async fn retire(&self, key: &str) -> Result<(), PortError> {
        self.views.delete(key).await
    }

    /// Adds to a batch of changes all that follows from them: which views altered, the jobs that
    /// publish them, the event, and the job that hands it on.
    pub fn complete<C>(
        &self,
        batch: &mut Batch<C>,
        altered: Vec<ViewName>,
        event: StoredEvent,
        now_millis: i64,
    ) {
        publish(batch, altered, now_millis);
        batch.events.push(event);
        if self.settings().audit_log {
            batch.jobs.push(JobChange::put(DELIVER_EVENTS, now_millis));
        }
    }

    /// As [`Self::complete`], for what the object has done by itself.
    ///
    /// # Errors
    /// Without randomness for the event's id.
    pub fn complete_own<S: TruthStore + ?Sized>(
        &self,
        batch: &mut Batch<S::Change>,
        altered: Vec<ViewName>,
        event: OwnEvent<'_>,
        object: &Transactor<'_, S>,
    ) -> Result<(), PortError> {
        let now_millis = event.now_millis;
        let event = event.into_event(&*object.ports.entropy)?;
        self.complete(batch, altered, event, now_millis);
        Ok(())
    }
}

/// Adds to a batch which views altered, and the jobs that publish them.
pub fn publish<C>(batch: &mut Batch<C>, altered: Vec<ViewName>, now_millis: i64) {
    for name in altered {
        if name.is_told() {
            batch.altered.push(name.local());
        }
        batch.jobs.push(JobChange::put(HomeJob::Publish(name).name(), now_millis));
    }
}

/// The jobs that come back for ever. An object that an earlier release has filled is published anew
/// at once, since its copies have no seal.
fn recurring<S: TruthStore + ?Sized>(
    store: &S,
    now_millis: i64,
) -> Result<[JobChange; 2], PortError> {
    let first = if store.revision()? == 0 { SWEEP_MILLIS } else { 0 };
    let put = |job: &HomeJob, after: i64| JobChange::put(job.name(), now_millis + after);
    Ok([put(&HomeJob::Sweep, first), put(&HomeJob::Housekeeping, carry_out::HOUSEKEEPING_MILLIS)])
}
