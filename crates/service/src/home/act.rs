// SPDX-License-Identifier: Apache-2.0
//! Carrying out a command, whatever it is about: once, with its event in the transaction of what it changes.

use edgekms_api::{
    action::Reply,
    error::{ApiError, ErrorCode},
};

use super::{Home, Started, event::CallEvent};
use crate::{
    defects::{Defect, is_back},
    keyring::{
        message::{Answer, CommandCall, Done, Refused},
        stored,
    },
    object::{
        Batch, Transactor, agenda::JobChange, decision::Decision, name::ViewName, truth::TruthStore,
    },
    port::PortError,
};

/// What one kind of object decides of a command, and what follows from that.
pub trait Decides<S: TruthStore + ?Sized> {
    /// What is to be done.
    ///
    /// # Errors
    /// What the action refuses with.
    fn decide(
        &self,
        call: &CommandCall,
        started: &Started,
        object: &Transactor<'_, S>,
    ) -> Result<Decision<Reply, S::Change>, ApiError>;

    /// Jobs that are stored with a change, done or refused.
    fn jobs_beside(
        &self,
        call: &CommandCall,
        is_done: bool,
        object: &Transactor<'_, S>,
    ) -> Vec<JobChange> {
        let _ = (call, is_done, object);
        Vec::new()
    }

    /// The views that changes alter.
    ///
    /// # Errors
    /// A store's failure.
    fn altered(&self, changes: &[S::Change], store: &S) -> Result<Vec<ViewName>, PortError>;
}

impl Home {
    /// Carries out a command. A change leaves its event in the transaction that it makes, whether it
    /// is done or refused.
    pub fn act<S>(
        &self,
        rules: &impl Decides<S>,
        call: &CommandCall,
        started: &Started,
        object: &Transactor<'_, S>,
    ) -> Answer
    where
        S: TruthStore + ?Sized,
        S::Change: Clone,
    {
        let outcome = check_nonce(call, object)
            .and_then(|()| rules.decide(call, started, object).map_err(|error| (error, true)));
        if !call.command.action().changes() {
            return match outcome {
                Ok(decision) => done(decision, &[], false, started, object),
                Err((error, _)) => Answer::Refused(Refused::new(&error, false)),
            };
        }
        let now = object.now_millis();
        let nonce = call.nonce.clone().map(|mark| object.store.note_nonce(mark));
        let mut batch = Batch::default();
        batch.jobs.extend(rules.jobs_beside(call, outcome.is_ok(), object));
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
                let named = call.command.key().and_then(|key| key.key_id()).cloned();
                (named, Some(error.code()))
            }
        };
        if is_back(Defect::ForgottenNonce) {
            batch.changes.push(object.store.forget_nonces(now));
        }
        let altered = match rules.altered(&batch.changes, object.store) {
            Ok(altered) => altered,
            Err(error) => return Answer::Refused(Refused::new(&stored(error), false)),
        };
        let event = CallEvent { call, key_id, code, place: &started.place, now_millis: now };
        self.complete(&mut batch, altered.clone(), event.into_event(), now);
        match (outcome, object.commit(&batch)) {
            (Ok(decision), Ok(())) => done(decision, &altered, true, started, object),
            (Ok(_), Err(error)) => Answer::Refused(Refused::new(&stored(error), false)),
            (Err((error, _)), committed) => {
                Answer::Refused(Refused::new(&error, committed.is_ok()))
            }
        }
    }
}

/// Whether a change was not carried out before; else the refusal, and that its nonce is not to be noted.
fn check_nonce<S: TruthStore + ?Sized>(
    call: &CommandCall,
    object: &Transactor<'_, S>,
) -> Result<(), (ApiError, bool)> {
    let Some(mark) = &call.nonce else { return Ok(()) };
    // Forgotten only once it has expired, so one that has may have been carried out.
    if mark.has_expired(object.now_millis()) && !is_back(Defect::ForgottenNonce) {
        return Err((ErrorCode::InvalidTimeStampExpired.into(), false));
    }
    match object.store.nonce_used(mark) {
        Ok(false) => Ok(()),
        Ok(true) => Err((ErrorCode::SignatureNonceUsed.into(), false)),
        Err(error) => Err((stored(error), false)),
    }
}

fn done<S: TruthStore + ?Sized>(
    decision: Decision<Reply, S::Change>,
    altered: &[ViewName],
    recorded: bool,
    started: &Started,
    object: &Transactor<'_, S>,
) -> Answer {
    let view = |name: &ViewName| Ok((name.clone(), object.store.view(name)?));
    // Only a help for the isolate that asked: without them it reads them anew.
    let told = altered.iter().filter(|name| name.is_told());
    let views = told.map(view).collect::<Result<Vec<_>, PortError>>();
    Answer::Done(Box::new(Done {
        reply: decision.reply,
        key_id: decision.key_id,
        recorded,
        epoch: started.epoch.clone(),
        revision: object.store.revision().unwrap_or(0),
        views: views.unwrap_or_default(),
    }))
}
