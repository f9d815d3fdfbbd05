// SPDX-License-Identifier: Apache-2.0
//! The keyring: the one place that decides changes of a place's keys and aliases. It is the first
//! user of the [object shell](crate::object).
//!
//! A message comes in, the truth is loaded, a pure function decides, and all that follows from it is
//! one transaction: the records, the request's nonce, the audit event, which views altered at which
//! revision, and the jobs that publish them. What an isolate permitted was only an early refusal:
//! state, ownership, the nonce and its time are decided here, by the truth and by this clock.

mod event;
mod jobs;
mod restore;
mod rewrap;
mod rotate;
mod sweep;
mod tell;

use std::{
    cell::{OnceCell, RefCell},
    collections::HashMap,
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

use self::event::{CallEvent, OwnEvent};
use crate::{
    action::{self, Decision, KeyringContext},
    audit::{
        EventLog,
        deliver::DELIVER_EVENTS,
        link::{KEYRING_SHARD, Linker},
    },
    authorise::Permit,
    backup::restoring::Restoring,
    defects::{Defect, is_back},
    keyring::{
        KeyringHost,
        job::KeyringJob,
        message::{Answer, AnswerMessage, Ask, CommandCall, Done, Message, Refused},
        message_v3,
        name::ViewName,
        own_quotas,
        prepared::{LookUp, Prepared, Preparing, RESERVED_MILLIS, Reserve},
        record::KeyView,
        roots,
        since::Since,
        store::{Change, KeyringStore},
        stored,
    },
    material::{root_keys::RootKeys, stores::KeyStores},
    object::{
        Batch, Job, Rules, Transactor,
        agenda::JobChange,
        batch::StoredEvent,
        message::{MessageError, NEWEST, version_of},
        shell::Outcome,
    },
    port::{LocalFuture, PortError, ViewWriter, entropy::random_bytes, key_store::Handle},
    quota::Quotas,
    settings::{AuditMode, Settings},
};

/// The fact that says where the keyring is.
const PLACE: &str = "place";
/// The fact that says which life of the keyring this is.
const EPOCH: &str = "epoch";
/// The fact that says when the events of calls are stored.
const AUDIT: &str = "audit";

/// What a keyring needs to be one.
pub struct KeyringRules {
    /// Settings, with the root keys.
    pub settings: Rc<dyn AsRef<Settings>>,
    /// Where views are published.
    pub views: Rc<dyn ViewWriter>,
    /// Where events are handed on to.
    pub log: Rc<dyn EventLog>,
    /// The stores of key material.
    pub stores: KeyStores,
    started: OnceCell<Started>,
    linker: Linker,
    missed: RefCell<HashMap<ViewName, i64>>,
}

/// What a keyring finds out once, at its first message.
#[derive(Clone)]
struct Started {
    place: Place,
    epoch: String,
}

type Object<'a> = Transactor<'a, dyn KeyringStore>;

impl KeyringRules {
    /// A keyring that has not begun yet.
    pub fn new(
        settings: Rc<dyn AsRef<Settings>>,
        views: Rc<dyn ViewWriter>,
        log: Rc<dyn EventLog>,
        stores: KeyStores,
    ) -> Self {
        let (started, linker, missed) = (OnceCell::new(), Linker::default(), RefCell::default());
        Self { settings, views, log, stores, started, linker, missed }
    }

    fn roots(&self) -> &RootKeys {
        &self.settings().roots
    }

    /// The deployment's bounds, and what an operator has set for this keyring alone.
    fn quotas(&self, store: &dyn KeyringStore) -> Result<Quotas, PortError> {
        Ok(self.settings().limits.quotas.overlaid(&own_quotas(store)?))
    }

    fn settings(&self) -> &Settings {
        (*self.settings).as_ref()
    }

    /// Keeps place and epoch at the first call, and refuses calls for another place ever after: a
    /// message that went astray must not mix two keyrings. Looks whether the root keys are the ones
    /// that this keyring's material is wrapped under.
    fn start(&self, place: &Place, object: &Object<'_>) -> Result<&Started, ApiError> {
        let started = match self.started.get() {
            Some(started) => started,
            None => {
                let started = self.begin(place, object)?;
                self.started.get_or_init(|| started)
            }
        };
        if started.place == *place {
            Ok(started)
        } else {
            Err(ApiError::internal("a message for another keyring came here"))
        }
    }

    fn begin(&self, asked: &Place, object: &Object<'_>) -> Result<Started, ApiError> {
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
                batch.jobs.extend(jobs::recurring(store, object.now_millis()).map_err(stored)?);
                epoch
            }
        };
        batch.changes = roots::examine(self.roots(), &place, store)?;
        self.note_audit_mode(&mut batch, &place, object).map_err(stored)?;
        object.commit(&batch).map_err(stored)?;
        Ok(Started { place, epoch })
    }

    /// That events are stored otherwise than before, or not at all, is itself an event.
    fn note_audit_mode(
        &self,
        batch: &mut Batch<Change>,
        place: &Place,
        object: &Object<'_>,
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
        self.complete_own(batch, event, object)
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
                Ask::Changes(_) => {}
                Ask::Command(call) if is_restore(call) => {}
                // Half of what is being restored is nothing that anybody should see.
                _ => Restoring::check_none(object.store)?,
            }
            Ok(started)
        });
        let outcome = started.and_then(|started| match &message.ask {
            Ask::Command(call) => Ok(self.act(call, started, object)),
            Ask::View(question) => self.tell_view(question, started, object).map(Answer::View),
            Ask::Changes(question) => {
                self.tell_changes(question.since.as_ref(), started, object).map(Answer::Changes)
            }
            Ask::Reserve(handle) => reserve(handle, object).map(|()| Answer::Reserved),
        });
        outcome.unwrap_or_else(|error| Answer::Refused(Refused::new(&error, false)))
    }

    /// Carries out a command. A change leaves its event in the transaction that it makes, whether it
    /// is done or refused.
    fn act(&self, call: &CommandCall, started: &Started, object: &Object<'_>) -> Answer {
        let outcome = self.decide(call, started, object);
        if !call.command.action().changes() {
            return match outcome {
                Ok(decision) => self.done(decision, &[], false, started, object),
                Err((error, _)) => Answer::Refused(Refused::new(&error, false)),
            };
        }
        let now = object.now_millis();
        let (mut batch, nonce) = (Batch::default(), call.nonce.clone().map(Change::NoteNonce));
        let held = call.prepared.as_ref().and_then(Prepared::version);
        let held = held.and_then(|version| version.material.handle());
        batch.jobs.extend(held.and_then(|handle| settle(handle, outcome.is_ok(), object)));
        let (key_id, code) = match &outcome {
            Ok(decision) => {
                batch.changes.clone_from(&decision.changes);
                batch.jobs.extend_from_slice(&decision.jobs);
                batch.facts.extend_from_slice(&decision.facts);
                batch.changes.extend(nonce);
                (decision.key_id.clone(), None)
            }
            // A refused change has used its nonce too.
            Err((error, nonce_is_new)) => {
                batch.changes.extend(nonce.filter(|_| *nonce_is_new));
                (call.command.key().and_then(|key| key.key_id()).cloned(), Some(error.code()))
            }
        };
        if is_back(Defect::ForgottenNonce) {
            batch.changes.push(Change::ForgetNonces(now));
        }
        let event = CallEvent { call, key_id, code, place: &started.place, now_millis: now };
        self.complete(&mut batch, event.into_event(), now);
        match (outcome, object.commit(&batch)) {
            (Ok(decision), Ok(())) => self.done(decision, &batch.changes, true, started, object),
            (Ok(_), Err(error)) => Answer::Refused(Refused::new(&stored(error), false)),
            (Err((error, _)), committed) => {
                Answer::Refused(Refused::new(&error, committed.is_ok()))
            }
        }
    }

    /// What is to be done; or the refusal, and whether the nonce is one not seen before.
    fn decide(
        &self,
        call: &CommandCall,
        started: &Started,
        object: &Object<'_>,
    ) -> Result<Decision<Reply>, (ApiError, bool)> {
        let now = object.now_millis();
        if let Some(mark) = &call.nonce {
            // Forgotten only once it has expired, so one that has may have been carried out.
            if mark.has_expired(now) && !is_back(Defect::ForgottenNonce) {
                return Err((ErrorCode::InvalidTimeStampExpired.into(), false));
            }
            match object.store.nonce_used(mark) {
                Ok(false) => {}
                Ok(true) => return Err((ErrorCode::SignatureNonceUsed.into(), false)),
                Err(error) => return Err((stored(error), false)),
            }
        }
        self.decide_command(call, started, object, now).map_err(|error| (error, true))
    }

    fn decide_command(
        &self,
        call: &CommandCall,
        started: &Started,
        object: &Object<'_>,
        now_millis: i64,
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
        let context = KeyringContext {
            host,
            permit: Permit::named(&call.caller, place, &call.command)?,
            now_secs: now_millis.div_euclid(1000),
            prepared: call.prepared.clone(),
        };
        action::decide(call.command.clone(), &context)
    }

    /// Adds to a batch of changes all that follows from them: which views altered, the jobs that
    /// publish them, the event, and the job that hands it on.
    fn complete(&self, batch: &mut Batch<Change>, event: StoredEvent, now_millis: i64) {
        self.publish(batch, now_millis);
        batch.events.push(event);
        if self.settings().audit_log {
            batch.jobs.push(JobChange::put(DELIVER_EVENTS, now_millis));
        }
    }

    /// As [`Self::complete`], for what the keyring has done by itself.
    fn complete_own(
        &self,
        batch: &mut Batch<Change>,
        event: OwnEvent<'_>,
        object: &Object<'_>,
    ) -> Result<(), PortError> {
        let now_millis = event.now_millis;
        let event = event.into_event(&*object.ports.entropy)?;
        self.complete(batch, event, now_millis);
        Ok(())
    }

    /// Adds to a batch of changes which views altered, and the jobs that publish them.
    fn publish(&self, batch: &mut Batch<Change>, now_millis: i64) {
        let names: Vec<_> = batch.changes.iter().filter_map(Change::view_name).collect();
        for name in names {
            batch.altered.push(name.local());
            batch.jobs.push(JobChange::put(KeyringJob::Publish(name).name(), now_millis));
        }
    }

    fn done(
        &self,
        decision: Decision<Reply>,
        changes: &[Change],
        recorded: bool,
        started: &Started,
        object: &Object<'_>,
    ) -> Answer {
        let view = |name: ViewName| Ok((name.clone(), object.store.view(&name)?));
        let views = changes.iter().filter_map(Change::view_name).map(view);
        // Only a help for the isolate that asked: without them it reads them anew.
        let views = views.collect::<Result<Vec<_>, PortError>>().unwrap_or_default();
        let revision = object.store.revision().unwrap_or(0);
        Answer::Done(Box::new(Done {
            reply: decision.reply,
            key_id: decision.key_id,
            recorded,
            epoch: started.epoch.clone(),
            revision,
            views,
        }))
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
        // The first event of a keyring may be stored with its place.
        let noted =
            batch.facts.iter().find(|(name, _)| *name == PLACE).map(|(_, text)| text.clone());
        let place =
            jobs::place_of(noted.map_or_else(|| store.fact(PLACE), |text| Ok(Some(text)))?)?;
        let chain = self.linker.chain(self.roots(), &place, KEYRING_SHARD)?;
        self.linker.link(batch, &chain, store)
    }

    fn carry_out<'a>(
        &'a self,
        job: &'a Job,
        object: Object<'a>,
    ) -> LocalFuture<'a, Result<Outcome<Change>, PortError>> {
        Box::pin(jobs::carry_out(self, job, object))
    }
}
