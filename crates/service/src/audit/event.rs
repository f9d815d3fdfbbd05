// SPDX-License-Identifier: Apache-2.0
//! Audit events: who called what, on which key, with what outcome (wire reference, section 4).
//!
//! An event is made of named fields that are never secret. Plaintext, ciphertext, encryption
//! context, signatures and tokens have no field to go into.

use edgekms_api::id::{AccountId, KeyId, Region, RequestId};
use serde::Serialize;

use crate::account::Principal;

/// One call that was authenticated, in the field names of ActionTrail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditEvent {
    /// The request's id, and the event's.
    pub event_id: RequestId,
    /// When it was answered, `YYYY-MM-DDThh:mm:ssZ`.
    pub event_time: String,
    /// The action.
    pub event_name: String,
    /// `Read` or `Write`.
    #[serde(rename = "eventRW")]
    pub event_rw: ReadWrite,
    /// The region.
    pub acs_region: Region,
    /// The account.
    pub recipient_account_id: AccountId,
    /// The identity that called.
    pub user_identity: UserIdentity,
    /// The key concerned, once it is known; for a change or look that was refused, the id named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_id: Option<KeyId>,
    /// The code that the call was refused with, if it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_code: Option<&'static str>,
}

/// Who called.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserIdentity {
    /// What kind of identity.
    #[serde(rename = "type")]
    pub principal: Principal,
    /// Its access key.
    pub access_key_id: String,
}

/// Whether an action changes what is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ReadWrite {
    /// It does not.
    Read,
    /// It does.
    Write,
}

impl AuditEvent {
    /// The event as one line of JSON.
    #[must_use]
    pub fn to_line(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}
