// SPDX-License-Identifier: Apache-2.0
//! The events of an object: of a change that was asked for, and of what it does by itself.

use edgekms_api::{
    error::ErrorCode,
    id::{KeyId, RequestId},
    place::Place,
    product::Product,
    time::Timestamp,
};

use crate::{
    audit::{AuditEvent, ReadWrite, RequestFacts, UserIdentity},
    identity::Principal,
    keyring::message::CommandCall,
    object::batch::StoredEvent,
    port::{Entropy, PortError, entropy::random_bytes},
};

/// What the event of a change is made of.
pub struct CallEvent<'a> {
    /// What was asked for.
    pub call: &'a CommandCall,
    /// Where.
    pub place: &'a Place,
    /// The key concerned.
    pub key_id: Option<KeyId>,
    /// The code that it was refused with, if it was.
    pub code: Option<ErrorCode>,
    /// When it was decided.
    pub now_millis: i64,
}

impl CallEvent<'_> {
    /// The event.
    #[must_use]
    pub fn into_event(self) -> StoredEvent {
        let user_identity = UserIdentity::of(&self.call.caller);
        let facts = self.call.facts.clone();
        let action = self.call.command.action();
        let (name, product) = (action.as_str().to_owned(), action.row().product);
        let id = self.call.request_id.clone();
        let request_id = Some(id.clone());
        let key_ids = self.call.command.resources().to_vec();
        let event = Event {
            id,
            request_id,
            product,
            name,
            user_identity,
            facts,
            key_ids,
            place: self.place,
        };
        event.written(self.key_id, self.code, self.now_millis)
    }
}

/// What the event of an object's own doing is made of.
pub struct OwnEvent<'a> {
    /// The event's name.
    pub name: &'a str,
    /// Where.
    pub place: &'a Place,
    /// The key concerned.
    pub key_id: Option<KeyId>,
    /// The code of what kept it from being done, if anything did.
    pub code: Option<ErrorCode>,
    /// When.
    pub now_millis: i64,
}

impl OwnEvent<'_> {
    /// The event.
    ///
    /// # Errors
    /// Without randomness for its id.
    pub fn into_event(self, entropy: &dyn Entropy) -> Result<StoredEvent, PortError> {
        let id = random_bytes(entropy).map(RequestId::from_random_bytes);
        let event = Event {
            id: id.map_err(|error| PortError(error.to_string()))?,
            request_id: None,
            product: if self.place.is_global() { Product::Ram } else { Product::Kms },
            name: self.name.to_owned(),
            user_identity: UserIdentity { principal: Principal::System, ..UserIdentity::default() },
            facts: RequestFacts::default(),
            key_ids: Vec::new(),
            place: self.place,
        };
        Ok(event.written(self.key_id, self.code, self.now_millis))
    }
}

/// What every event of an object is made of.
struct Event<'a> {
    id: RequestId,
    request_id: Option<RequestId>,
    product: Product,
    name: String,
    user_identity: UserIdentity,
    facts: RequestFacts,
    key_ids: Vec<KeyId>,
    place: &'a Place,
}

impl Event<'_> {
    fn written(
        self,
        key_id: Option<KeyId>,
        error_code: Option<ErrorCode>,
        now_millis: i64,
    ) -> StoredEvent {
        let event = AuditEvent {
            event_id: self.id,
            request_id: self.request_id,
            event_time: Timestamp::from_unix_secs(now_millis.div_euclid(1000)).to_string(),
            product: self.product,
            event_name: self.name,
            event_rw: ReadWrite::Write,
            acs_region: self.place.region.clone(),
            recipient_account_id: self.place.account.clone(),
            user_identity: self.user_identity,
            facts: self.facts,
            key_id,
            source_key_id: None,
            key_ids: self.key_ids,
            error_code,
        };
        StoredEvent::new(event.event_id.to_string(), event.to_line())
    }
}
