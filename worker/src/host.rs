// SPDX-License-Identifier: Apache-2.0
//! The platform's clock, randomness and timers, and an object's log.

use edgekms_service::{
    audit::EventLog,
    port::{
        Bells, Clock, Entropy, EntropyError, Fault, FaultLog, LocalFuture, PortError, Timers,
        bell::Ringer,
    },
};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use worker::Env;

use crate::glue;

/// One request's way to the worker's bindings, and to what outlives it.
#[derive(Clone)]
pub(crate) struct Host {
    env: Env,
    context: JsValue,
}

impl Host {
    pub(crate) fn new(env: JsValue, context: JsValue) -> Self {
        Self { env: env.unchecked_into(), context }
    }

    pub(crate) fn env(&self) -> &Env {
        &self.env
    }

    pub(crate) fn context(&self) -> &JsValue {
        &self.context
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

/// `setTimeout`. A timer belongs to the request in which it was set, and is cleared when nobody waits
/// for it any more.
pub(crate) struct PlatformTimers;

struct Cleared(glue::Timer);

impl Drop for Cleared {
    fn drop(&mut self) {
        self.0.clear();
    }
}

impl Timers for PlatformTimers {
    fn sleep(&self, millis: u32) -> LocalFuture<'static, ()> {
        Box::pin(async move {
            let timer = Cleared(glue::start_timer(millis));
            // A timer's promise is never rejected.
            drop(JsFuture::from(timer.0.rung()).await);
        })
    }
}

/// A promise of the request that hangs the bell. Whoever resolves it, the runtime goes on with what waits
/// for it in the request that made it (`handle_cross_request_promise_resolution`, on by default).
pub(crate) struct PlatformBells;

struct Rope(glue::Bell);

impl Ringer for Rope {
    fn ring(&self) {
        self.0.ring();
    }
}

impl Bells for PlatformBells {
    fn bell(&self) -> (Box<dyn Ringer>, LocalFuture<'static, ()>) {
        let bell = glue::hang_bell();
        let rung = bell.rung();
        // A bell's promise is never rejected.
        let heard = async move { drop(JsFuture::from(rung).await) };
        (Box::new(Rope(bell)), Box::pin(heard))
    }
}

/// The log of an object: one line of JSON for each audit event, and for each fault. Whoever
/// serves a caller has the [`Journal`](crate::journal::Journal) instead.
pub(crate) struct Log;

impl EventLog for Log {
    fn write<'a>(&'a self, line: &'a str) -> LocalFuture<'a, Result<(), PortError>> {
        let written = glue::log_line(line).map_err(|error| PortError(glue::describe(&error)));
        Box::pin(async move { written })
    }
}

impl FaultLog for Log {
    fn fault(&self, fault: &Fault<'_>) {
        glue::log_fault(&fault.line(PlatformClock.now_millis()));
    }
}

/// An error of the `worker` crate, for the log.
pub(crate) fn port_error(error: impl std::fmt::Display) -> PortError {
    PortError(error.to_string())
}
