// SPDX-License-Identifier: Apache-2.0
//! The platform's clock, randomness and log.

use edgekms_service::{
    audit::AuditEvent,
    ports::{AuditSink, Clock, Entropy, EntropyError, PortError},
};
use wasm_bindgen::{JsCast, JsValue};
use worker::Env;

use crate::glue;

/// One request's way to the worker's bindings.
pub(crate) struct Host {
    env: Env,
}

impl Host {
    pub(crate) fn new(env: JsValue) -> Self {
        Self { env: env.unchecked_into() }
    }

    pub(crate) fn env(&self) -> &Env {
        &self.env
    }
}

/// `Date.now()`. In production it stands still between two inputs and outputs, which is fine: it is
/// compared with minutes.
pub(crate) struct PlatformClock;

impl Clock for PlatformClock {
    #[expect(clippy::cast_possible_truncation, reason = "whole milliseconds, far under 2^53")]
    fn now_millis(&self) -> i64 {
        js_sys::Date::now() as i64
    }
}

/// `crypto.getRandomValues`, by way of `getrandom`.
pub(crate) struct PlatformEntropy;

impl Entropy for PlatformEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        getrandom::fill(bytes).map_err(|_| EntropyError)
    }
}

/// The worker's log as the sink of audit events, one line of JSON each.
pub(crate) struct Log {
    pub(crate) on: bool,
}

impl AuditSink for Log {
    fn record(&self, event: &AuditEvent) {
        if self.on {
            glue::log_line(&event.to_line());
        }
    }
}

/// An error of the `worker` crate, for the log.
pub(crate) fn port_error(error: impl std::fmt::Display) -> PortError {
    PortError(error.to_string())
}
