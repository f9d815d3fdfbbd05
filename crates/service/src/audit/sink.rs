// SPDX-License-Identifier: Apache-2.0
//! The ports that take audit events.

use edgekms_api::place::Place;

use super::message::NewEvent;
use crate::port::{LocalFuture, PortError};

/// Where a call's event goes. Waited for before the call is answered, if the trail is strict.
pub trait AuditSink {
    /// Takes one event of a place; once this is done it is stored. An event that comes twice, with the same
    /// id, counts once.
    fn append<'a>(
        &'a self,
        place: &'a Place,
        event: NewEvent,
    ) -> LocalFuture<'a, Result<(), PortError>>;
}

/// A log of lines: where the objects hand on the events that they have stored, and where counts go.
pub trait EventLog {
    /// Writes one line of JSON. One may come twice.
    fn write<'a>(&'a self, line: &'a str) -> LocalFuture<'a, Result<(), PortError>>;
}
