// SPDX-License-Identifier: Apache-2.0
//! Where what is counted goes: the object that adds it up, and whoever keeps a point for each call.

use super::{LocalFuture, PortError};

/// The object that adds up what isolates count ([`crate::watch`]). Only text crosses to it.
pub trait WatchObject {
    /// Sends it `message`. An error says nothing of whether it was carried out. May never come back.
    fn send<'a>(&'a self, message: &'a str) -> LocalFuture<'a, Result<String, PortError>>;
}

/// One call, as it is kept by itself. It holds no secret and nothing that a caller chose, but the action.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Point<'a> {
    /// The action's name, or `unknown`.
    pub action: &'a str,
    /// The error's code, or `OK`.
    pub code: &'a str,
    /// The kind of caller.
    pub caller: &'a str,
    /// The group of the action; empty if that is unknown.
    pub group: &'a str,
    /// The region; empty if it is unknown, `global` for calls of no region.
    pub region: &'a str,
    /// The release that answered.
    pub version: &'a str,
    /// How long it took, in milliseconds.
    pub millis: u32,
    /// The HTTP status that the code stands for.
    pub status: u16,
}

/// Keeps points. Does not wait, and cannot fail a call.
pub trait Points {
    /// Keeps one.
    fn write(&self, point: &Point<'_>);
}
