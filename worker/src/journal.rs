// SPDX-License-Identifier: Apache-2.0
//! The log of whoever serves a caller.
//!
//! Nothing may be logged in an invocation that serves a caller: the platform keeps its event, and so
//! the caller's URL with the plaintext that SDKs put into it, beside each line. The lines are handed to
//! another invocation of this worker (`Journal` in `entry.js`), which has no URL.

use edgekms_service::{
    audit::EventLog,
    port::{Clock, Fault, FaultLog, LocalFuture, PortError},
};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

use crate::{glue, host::PlatformClock};

/// One request's way to the journal, by its context.
pub(crate) struct Journal<'a>(pub(crate) &'a JsValue);

impl EventLog for Journal<'_> {
    fn write<'a>(&'a self, line: &'a str) -> LocalFuture<'a, Result<(), PortError>> {
        let written = glue::append_to_journal(self.0, line);
        Box::pin(async move {
            match JsFuture::from(written).await {
                Ok(_) => Ok(()),
                Err(error) => Err(PortError(glue::describe(&error))),
            }
        })
    }
}

impl FaultLog for Journal<'_> {
    fn fault(&self, fault: &Fault<'_>) {
        glue::tell_journal_of_fault(self.0, &fault.line(PlatformClock.now_millis()));
    }
}
