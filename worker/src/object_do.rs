// SPDX-License-Identifier: Apache-2.0
//! What every Durable Object of this worker does with the platform's events, whatever it decides about.
//!
//! One method, `receive`: a message is answered by its reply, both JSON; refused are what is no message of
//! a version that is read, and whatever comes to an object that cannot open its database or has no
//! settings. Nobody but this worker can call it. A method and not a request, which has a body and an
//! answer with one, each a stream: that costs the runtime twice as much.
//!
//! Why a message is atomic: the platform delivers no second event while this one runs without
//! waiting (input gate), and `Shell::receive` never waits; all that it commits is one SQLite
//! transaction with the alarm; the answer leaves only once that is on disk (output gate).

use std::{cell::RefCell, rc::Rc, time::Duration};

use edgekms_service::{
    object::{ObjectPorts, ObjectStore, Rules, Shell},
    port::{Fault, FaultLog, PortError},
};
use wasm_bindgen::JsError;
use worker::{Response, Result, State};

use crate::host::{Log, PlatformClock, PlatformEntropy, PlatformTimers};

/// When the alarm of an object that cannot be opened rings again.
const OPEN_AGAIN: Duration = Duration::from_secs(60);

/// What opens an object over its storage: its database and its rules.
type Open<S, R> = dyn Fn(&State) -> std::result::Result<(Rc<S>, R), PortError>;

/// An object, once it could be opened. One that cannot be is tried again at the next message and at
/// the next alarm, since the platform keeps an object for as long as somebody calls it.
pub(crate) struct Hosted<S: ObjectStore + ?Sized, R> {
    state: State,
    open: Box<Open<S, R>>,
    shell: RefCell<Option<Rc<Shell<S, R>>>>,
}

impl<S, R> Hosted<S, R>
where
    S: ObjectStore + ?Sized + 'static,
    R: Rules<Store = S> + 'static,
{
    /// An object over what `open` finds in its storage.
    pub(crate) fn new(
        state: State,
        open: impl Fn(&State) -> std::result::Result<(Rc<S>, R), PortError> + 'static,
    ) -> Self {
        Self { state, open: Box::new(open), shell: RefCell::default() }
    }

    fn shell(&self) -> std::result::Result<Rc<Shell<S, R>>, PortError> {
        if let Some(shell) = &*self.shell.borrow() {
            return Ok(shell.clone());
        }
        let (store, rules) = (self.open)(&self.state).inspect_err(|error| {
            Log.fault(&Fault::error("an object cannot be opened", error));
        })?;
        let ports = ObjectPorts {
            clock: Rc::new(PlatformClock),
            entropy: Rc::new(PlatformEntropy),
            timers: Rc::new(PlatformTimers),
            log: Rc::new(Log),
        };
        let shell = Rc::new(Shell::new(store, ports, rules));
        Ok(self.shell.borrow_mut().insert(shell).clone())
    }

    /// Answers a message, and has what is due carried out after it.
    pub(crate) fn receive(&self, message: &str) -> std::result::Result<String, JsError> {
        let refused = |error: &dyn std::fmt::Display| JsError::new(&error.to_string());
        let shell = self.shell().map_err(|error| refused(&error))?;
        let reply = shell.receive(message).map_err(|error| refused(&error))?;
        if shell.has_work() {
            self.state.wait_until(async move { shell.carry_out_due().await });
        }
        Ok(reply)
    }

    /// Carries out what is due. The platform takes the alarm for spent, so an object that cannot be
    /// opened sets it anew: what is due must not wait for somebody to call.
    pub(crate) async fn alarm(&self) -> Result<Response> {
        match self.shell() {
            Ok(shell) => shell.alarm_rang().await,
            Err(_) => self.state.storage().set_alarm(OPEN_AGAIN).await?,
        }
        Response::ok("")
    }
}

/// The answer to a request, which the crate's trait asks for: `hosted.js` lets none come here.
pub(crate) fn no_requests() -> Result<Response> {
    Response::error("an object takes messages alone", 404)
}
