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
    audit::{AuditEvent, ReadWrite, RequestFacts, UserIdentity, event::Called},
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
        let called = Called {
            action: self.call.command.action(),
            request_id: &self.call.request_id,
            caller: &self.call.caller,
            place: self.place,
            facts: &self.call.facts,
        };
        stored(&AuditEvent {
            key_id: self.key_id,
            key_ids: self.call.command.resources().to_vec(),
            error_code: self.code,
            ..AuditEvent::of_call(&called, self.now_millis)
        })
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
        Ok(stored(&AuditEvent {
            event_id: id.map_err(|error| PortError(error.to_string()))?,
            request_id: None,
            event_time: Timestamp::from_unix_secs(self.now_millis.div_euclid(1000)),
            product: if self.place.is_global() { Product::Ram } else { Product::Kms },
            event_name: self.name.to_owned(),
            event_rw: ReadWrite::Write,
            acs_region: self.place.region.clone(),
            recipient_account_id: self.place.account.clone(),
            user_identity: UserIdentity { principal: Principal::System, ..UserIdentity::default() },
            facts: RequestFacts::default(),
            key_id: self.key_id,
            source_key_id: None,
            key_ids: Vec::new(),
            error_code: self.code,
        }))
    }
}

fn stored(event: &AuditEvent) -> StoredEvent {
    StoredEvent::new(event.event_id.to_string(), event.to_line())
}
