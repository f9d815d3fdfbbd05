// SPDX-License-Identifier: Apache-2.0
//! The events of a keyring: of a change that was asked for, and of what it does by itself.

use edgekms_api::{
    id::{KeyId, RequestId},
    time::Timestamp,
};

use crate::{
    audit::{AuditEvent, ReadWrite, RequestFacts, UserIdentity},
    identity::{Caller, Principal},
    keyring::message::ActionCall,
    object::batch::StoredEvent,
    place::Place,
};

/// For the record of a refusal, the key that was named.
pub(super) fn named_key(call: &ActionCall) -> Option<KeyId> {
    let (_, value) = call.params.iter().find(|(name, _)| name == "KeyId")?;
    value.parse().ok()
}

/// What the event of a change is made of.
pub(super) struct CallEvent<'a> {
    pub(super) call: &'a ActionCall,
    pub(super) place: &'a Place,
    pub(super) key_id: Option<KeyId>,
    pub(super) code: Option<&'static str>,
    pub(super) now_millis: i64,
}

impl CallEvent<'_> {
    pub(super) fn into_event(self) -> StoredEvent {
        let Caller { access_key_id, principal, .. } = self.call.caller.clone();
        let user_identity = UserIdentity { principal, access_key_id: Some(access_key_id) };
        let facts = self.call.facts.clone();
        let (id, name) = (self.call.request_id.clone(), self.call.action.clone());
        let request_id = Some(id.clone());
        let event = Event { id, request_id, name, user_identity, facts, place: self.place };
        event.written(self.key_id, self.code, self.now_millis)
    }
}

/// What every event of a keyring is made of.
pub(super) struct Event<'a> {
    id: RequestId,
    request_id: Option<RequestId>,
    name: String,
    user_identity: UserIdentity,
    facts: RequestFacts,
    place: &'a Place,
}

impl<'a> Event<'a> {
    /// An event of what the keyring does by itself.
    pub(super) fn of_system(id: RequestId, name: &str, place: &'a Place) -> Self {
        let user_identity = UserIdentity { principal: Principal::System, access_key_id: None };
        Self {
            id,
            request_id: None,
            name: name.to_owned(),
            user_identity,
            facts: RequestFacts::default(),
            place,
        }
    }

    pub(super) fn written(
        self,
        key_id: Option<KeyId>,
        error_code: Option<&'static str>,
        now_millis: i64,
    ) -> StoredEvent {
        let event = AuditEvent {
            event_id: self.id,
            request_id: self.request_id,
            event_time: Timestamp::from_unix_secs(now_millis.div_euclid(1000)).to_string(),
            event_name: self.name,
            event_rw: ReadWrite::Write,
            acs_region: self.place.region.clone(),
            recipient_account_id: self.place.account.clone(),
            user_identity: self.user_identity,
            facts: self.facts,
            key_id,
            error_code,
        };
        StoredEvent { id: event.event_id.to_string(), line: event.to_line() }
    }
}
