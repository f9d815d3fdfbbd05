// SPDX-License-Identifier: Apache-2.0
//! The keyring: the one place that decides changes of a place's keys and aliases. It is the first
//! user of the [object shell](crate::object).
//!
//! A message comes in, the truth is loaded, a pure function decides, and all that follows from it is
//! one transaction: the records, the request's nonce, the audit event, which views altered at which
//! revision, and the jobs that publish them. What an isolate permitted was only an early refusal:
//! state, ownership, the nonce and its time are decided here, by the truth and by this clock.

mod jobs;
mod restore;
mod rewrap;
mod rotate;

use std::{
    cell::RefCell,
    future::ready,
    rc::Rc,
    task::{Context, Poll, Waker},
};

use edgekms_api::{
    action::{Command, Reply},
    error::{ApiError, ErrorCode},
    key::KeyReference,
    place::Place,
};

use crate::home::{Home, Started, act::Decides, event::OwnEvent};
use crate::object::name::ViewName;
use crate::object::since::Since;
use crate::{
    action::{self, Decision, KeyringContext},
    audit::{Outlets, link::KEYRING_SHARD},
    authorise::{Circumstances, Permit},
    backup::restoring::Restoring,
    defects::{Defect, is_back},
    keyring::{
        KeyringHost,
        job::KeyringJob,
        message::{Answer, AnswerMessage, Ask, ChangesAnswer, CommandCall, Message, Refused},
        message_v3,
        meter::{MeterReport, Metered},
        own_quotas,
        prepared::{LookUp, Prepared, Preparing, RESERVED_MILLIS, Reserve},
        record::KeyView,
        roots, share,
        store::{Change, KeyringStore},
        stored,
        usage::enter,
    },
    material::{root_keys::RootKeys, stores::KeyStores},
    object::{
        Batch, Job, Rules, Transactor,
        agenda::JobChange,
        message::{MessageError, NEWEST, version_of},
        shell::Outcome,
    },
    port::{Fault, LocalFuture, PortError, ViewWriter, key_store::Handle},
    quota::Quotas,
    settings::Settings,
    throttle::group::Rates,
    usage::{entered::Entered, report::UsageReport},
};

/// What a keyring needs to be one.
pub struct KeyringRules {
    home: Home,
    /// Which reports of isolates are in the count of calls.
    entered: RefCell<Entered>,
    /// The stores of key material.
    pub stores: KeyStores,
}

type Object<'a> = Transactor<'a, dyn KeyringStore>;

impl KeyringRules {
    /// A keyring that has not begun yet.
    pub fn new(
        settings: Rc<dyn AsRef<Settings>>,
        views: Rc<dyn ViewWriter>,
        outlets: Outlets,
        stores: KeyStores,
    ) -> Self {
        let home = Home::new(settings, views, outlets, KEYRING_SHARD);
        Self { home, entered: RefCell::default(), stores }
    }

    fn roots(&self) -> &RootKeys {
        self.home.roots()
    }

    /// The deployment's bounds, and what an operator has set for this keyring alone.
    fn quotas(&self, store: &dyn KeyringStore) -> Result<Quotas, PortError> {
        Ok(self.settings().limits.quotas.overlaid(&own_quotas(store)?))
    }

    fn settings(&self) -> &Settings {
        self.home.settings()
    }

    /// As [`Home::start`].
    fn start(&self, place: &Place, object: &Object<'_>) -> Result<&Started, ApiError> {
        self.home.start(place, object, |place| roots::examine(self.roots(), place, object.store))
    }

    /// A message of version 3 as one of this release: what its sender leaves to the keyring is made
    /// ready here. That is an AES key at the most, which needs no waiting.
    fn read_v3(&self, mut message: Message, object: &Object<'_>) -> Result<Message, ApiError> {
        message_v3::check(&message)?;
        if let Ask::Command(call) = &mut message.ask {
            let preparing = Preparing {
                stores: &self.stores,
                roots: self.roots(),
                entropy: &*object.ports.entropy,
                place: &message.place,
                now_millis: object.now_millis(),
                pkcs1: self.settings().import_pkcs1,
                offer: self.settings().offer,
                reserve: &NothingElsewhere,
                keys: &NothingElsewhere,
            };
            let mut prepared = action::prepare(&call.command, &preparing);
            let at_once = prepared.as_mut().poll(&mut Context::from_waker(Waker::noop()));
            let Poll::Ready(ready) = at_once else {
                return Err(ErrorCode::UnsupportedOperation.into());
            };
            drop(prepared);
            call.prepared = ready?;
        }
        Ok(message)
    }

    fn respond(&self, message: &Message, object: &Object<'_>) -> Answer {
        let started = self.start(&message.place, object).and_then(|started| {
            let is_restore =
                |call: &CommandCall| matches!(call.command, Command::RestoreKeyring(_));
            match &message.ask {
                // Events are no part of what is restored.
                Ask::Changes(_) | Ask::LookUp(_) | Ask::Export(_) => {}
                Ask::Command(call) if is_restore(call) => {}
                // Half of what is being restored is nothing that anybody should see.
                _ => Restoring::check_none(object.store)?,
            }
            Ok(started)
        });
        let outcome = started.and_then(|started| match &message.ask {
            Ask::Command(call) => Ok(self.home.act(self, call, started, object)),
            Ask::View(question) => self.home.tell_view(question, started, object).map(Answer::View),
            Ask::Changes(question) => {
                let told = Home::tell_changes(question.since.as_ref(), started, object);
                let metered = question.meter.as_ref().map(|report| self.meter(report, object));
                let backlog = self.home.backlog(object);
                told.map(|answer| Answer::Changes(ChangesAnswer { metered, backlog, ..answer }))
            }
            Ask::Reserve(handle) => reserve(handle, object).map(|()| Answer::Reserved),
            Ask::LookUp(query) => Home::look_up(query, object).map(Answer::Found),
            Ask::Export(after) => self.home.export(*after, started, object).map(Answer::Exported),
        });
        outcome.unwrap_or_else(|error| Answer::Refused(Refused::new(&error, false)))
    }

    /// Takes in what an isolate tells of its calls. Where that fails, changes are told all the same.
    fn meter(&self, report: &MeterReport, object: &Object<'_>) -> Metered {
        let now = object.now_millis();
        let log = |error: &PortError| {
            object.ports.log.fault(&Fault::error("an isolate's report was not taken in", error));
        };
        let quotas = self.quotas(object.store).inspect_err(log).ok();
        let lease = quotas.and_then(|own| self.home.lease(report, &Rates::of(&own), now));
        let enter = |usage: &UsageReport| {
            if self.entered.borrow().is_new(&report.isolate, usage.number, usage.again) {
                object.commit(&enter(usage, object.store, now)?)?;
                self.entered.borrow_mut().note(&report.isolate, usage.number);
            }
            Ok(usage.number)
        };
        let usage = report.usage.as_ref().and_then(|usage| enter(usage).inspect_err(log).ok());
        Metered { lease, usage }
    }

    /// Adds to a batch of the keyring's own changes all that follows from them.
    fn complete_own(
        &self,
        batch: &mut Batch<Change>,
        event: OwnEvent<'_>,
        object: &Object<'_>,
    ) -> Result<(), PortError> {
        let altered = share::altered(&batch.changes, object.store)?;
        self.home.complete_own(batch, altered, event, object)
    }
}

impl Decides<dyn KeyringStore> for KeyringRules {
    fn decide(
        &self,
        call: &CommandCall,
        started: &Started,
        object: &Object<'_>,
    ) -> Result<Decision<Reply>, ApiError> {
        let Started { place, epoch } = started;
        let host = KeyringHost {
            store: object.store,
            entropy: &*object.ports.entropy,
            roots: self.roots(),
            backup_key: self.settings().backup_key.as_ref(),
            quotas: self.quotas(object.store).map_err(stored)?,
        };
        if let Some(prepared) = &call.prepared {
            prepared.fits(epoch, object.store.revision().map_err(stored)?)?;
        }
        let now_secs = object.now_millis().div_euclid(1000);
        let at = Circumstances { now_secs, facts: &call.facts };
        let permit = Permit::named(&call.caller, place, &call.command, at)?;
        let context = KeyringContext { host, permit, now_secs, prepared: call.prepared.clone() };
        action::decide(call.command.clone(), &context).map_err(|error| permit.hide(error))
    }

    fn jobs_beside(
        &self,
        call: &CommandCall,
        is_done: bool,
        object: &Object<'_>,
    ) -> Vec<JobChange> {
        let held = call.prepared.as_ref().and_then(Prepared::version);
        let held = held.and_then(|version| version.material.handle());
        held.and_then(|handle| settle(handle, is_done, object)).into_iter().collect()
    }

    fn altered(
        &self,
        changes: &[Change],
        store: &(dyn KeyringStore + 'static),
    ) -> Result<Vec<ViewName>, PortError> {
        share::altered(changes, store)
    }
}

/// For those who cannot wait for a store elsewhere.
struct NothingElsewhere;

impl Reserve for NothingElsewhere {
    fn reserve(&self, _: Handle) -> LocalFuture<'_, Result<(), ApiError>> {
        Box::pin(ready(Err(ErrorCode::UnsupportedProtectionLevel.into())))
    }
}

impl LookUp for NothingElsewhere {
    /// The release before had no action that needs it.
    fn look_up<'a>(
        &'a self,
        _: &'a KeyReference,
    ) -> LocalFuture<'a, Result<(KeyView, Since), ApiError>> {
        Box::pin(ready(Err(ErrorCode::UnsupportedOperation.into())))
    }
}

/// Notes that material is about to be made elsewhere, and when it is destroyed if nothing becomes of it.
fn reserve(handle: &Handle, object: &Object<'_>) -> Result<(), ApiError> {
    let name = KeyringJob::DestroyMaterial(handle.clone()).name();
    let due_millis = object.now_millis().saturating_add(RESERVED_MILLIS);
    let job = JobChange::PutIfNone { name, due_millis };
    object.commit(&Batch { jobs: vec![job], ..Batch::default() }).map_err(stored)
}

/// What becomes of material made elsewhere, in the transaction of the decision about its key: it is kept,
/// or destroyed at once. Where its destruction has begun there is nothing to be done.
fn settle(handle: &Handle, kept: bool, object: &Object<'_>) -> Option<JobChange> {
    let name = KeyringJob::DestroyMaterial(handle.clone()).name();
    if kept || is_back(Defect::Orphan) {
        return Some(JobChange::Remove { name });
    }
    // A store that does not tell leaves the job as it is: it is carried out in its time.
    let begun = object.store.job(&name).map(|job| job.is_some_and(|job| !job.note.is_empty()));
    (begun == Ok(false)).then(|| JobChange::put(name, object.now_millis()))
}

impl Rules for KeyringRules {
    type Store = dyn KeyringStore;

    fn answer(&self, text: &str, object: &Object<'_>) -> Result<String, MessageError> {
        let version = version_of(text)?;
        let message: Message =
            serde_json::from_str(text).map_err(|_| MessageError::Form { version })?;
        let reply = if version == NEWEST {
            AnswerMessage::new(self.respond(&message, object))
        } else {
            let answer = match self.read_v3(message.clone(), object) {
                Ok(message) => self.respond(&message, object),
                Err(error) => Answer::Refused(Refused::new(&error, false)),
            };
            message_v3::answer(answer, &message.ask)
        };
        let reply = serde_json::to_string(&reply);
        // A reply is made of texts and numbers; serde_json cannot refuse it.
        Ok(reply.unwrap_or_default())
    }

    fn link(
        &self,
        batch: &mut Batch<Change>,
        store: &(dyn KeyringStore + 'static),
    ) -> Result<(), PortError> {
        self.home.link(batch, store)
    }

    fn carry_out<'a>(
        &'a self,
        job: &'a Job,
        object: Object<'a>,
    ) -> LocalFuture<'a, Result<Outcome<Change>, PortError>> {
        Box::pin(jobs::carry_out(self, job, object))
    }
}
