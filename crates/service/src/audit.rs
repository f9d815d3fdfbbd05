// SPDX-License-Identifier: Apache-2.0
//! Who did what: audit events and where they go.
//!
//! Every call of an action that exists here leaves one event, refused ones included. A *change*
//! writes its event in the transaction that makes the change (see [`crate::keyring_object`]), so
//! neither is there without the other, whoever hangs up or dies. Any other call appends its event
//! to the [`sink::AuditSink`] before it is answered. A request that nobody could be held to account
//! for leaves no event of its own: [`refusals`] counts it.

pub mod event;
pub mod refusals;
pub mod sink;

pub use self::{
    event::{AuditEvent, ReadWrite, RequestFacts, UserIdentity},
    sink::AuditSink,
};
