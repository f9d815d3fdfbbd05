// SPDX-License-Identifier: Apache-2.0
//! Who did what: audit events and where they go.
//!
//! Every call of an action that exists here leaves one event, refused ones included. A *change*
//! writes its event in the transaction that makes the change (see [`crate::keyring_object`]), so
//! neither is there without the other, whoever hangs up or dies. Any other call appends its event
//! to the [`sink::AuditSink`] before it is answered. A request that nobody could be held to account
//! for leaves no event of its own: [`refusals`] counts it.
//!
//! | file | what |
//! |---|---|
//! | [`event`] | what an event tells |
//! | [`sink`] | the ports that take events, and lines for the log |
//! | [`trail`], [`group`] | from an isolate to the audit objects: what comes at once goes together |
//! | [`shard`], [`message`] | the audit objects, and what is said to them |
//! | [`chain`], [`link`] | events linked by codes, in the audit objects and in the keyring |
//! | [`deliver`] | from an object to its log |
//! | [`lookup`], [`search`], [`next_token`] | finding events again, a page at a time, wherever they are |
//! | [`export`], [`verify`] | showing that none was removed, changed, inserted or moved |
//! | [`retention`], [`archive`], [`archived`] | how long events are kept, where older ones are, and since when |

pub mod archive;
pub mod archived;
pub mod chain;
pub mod deliver;
pub mod event;
pub mod export;
pub mod group;
pub mod link;
pub mod lookup;
pub mod message;
pub mod next_token;
pub mod refusals;
pub mod retention;
pub mod search;
pub mod shard;
pub mod sink;
pub mod trail;
pub mod verify;

pub use self::{
    event::{AuditEvent, ReadWrite, RequestFacts, UserIdentity},
    sink::{AuditSink, EventLog, Outlets},
};
