// SPDX-License-Identifier: Apache-2.0
//! The service in a world of its own: several isolates, objects that die at any await, a KV that is
//! late, reordered, lost or silent, clocks that differ, callers who hang up and one who replays and
//! writes to KV. Everything that happens is drawn from one seed, so a failure replays.
//!
//! | file | what |
//! |---|---|
//! | [`executor`] | tasks, timers and the time, one step at a time |
//! | [`world`] | the platform: keyrings, the account, clocks |
//! | `kv` | KV, and everything that goes wrong with it |
//! | `objects` | objects that begin, are woken and end |
//! | [`trail`] | the audit objects, and what must hold of all events |
//! | [`stores`] | the ways to both key stores, and what must hold between the remote one and the keyrings |
//! | [`stand_in`] | cryptography that is not the service's own |
//! | [`isolate`] | one isolate of the worker, and the platform as it meets it |
//! | `call` | one call on its way |
//! | [`caller`] | what callers ask, and what they hold the answers to |
//! | [`truth`] | what was so, and when; what must never be |
//! | [`run`] | a run from a seed |
//!
//! Outside it are `crypto.subtle`, which has a stand-in, and workerd's rule about requests that are
//! cancelled: those are tested in the running worker.

mod call;
pub mod caller;
pub mod executor;
pub mod isolate;
mod kv;
mod objects;
pub mod run;
pub mod stand_in;
pub mod stores;
pub mod trail;
pub mod truth;
pub mod world;
