// SPDX-License-Identifier: Apache-2.0
//! The port that takes audit events.

use crate::port::{LocalFuture, PortError};

/// Where audit events go. Waited for before a call is answered; a sink that takes an event at once
/// costs no promise.
pub trait AuditSink {
    /// Takes one event, a line of JSON. An event may come twice, with the same `eventId`.
    fn append<'a>(&'a self, line: &'a str) -> LocalFuture<'a, Result<(), PortError>>;
}
