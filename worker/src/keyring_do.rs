// SPDX-License-Identifier: Apache-2.0
//! The keyring's Durable Object: one for each account and region, named `v1/<account>/<region>`.
//!
//! One internal route: a POST of a message is answered by its reply, both JSON, status 200; 400 for
//! what is no message of a version that is read; 500 for an object that cannot open its database or
//! has no settings. Nobody but this worker can reach it.
//!
//! Why a message is atomic: the platform delivers no second event while this one runs without
//! waiting (input gate), and `Shell::receive` never waits; all that it commits is one SQLite
//! transaction with the alarm; the answer leaves only once that is on disk (output gate).

use std::rc::Rc;

use edgekms_service::{
    keyring::store::KeyringStore,
    keyring_object::KeyringRules,
    object::{ObjectPorts, Shell},
    port::PortError,
};
use wasm_bindgen::JsValue;
use worker::{DurableObject, Env, Request, Response, Result, State, durable_object};

use crate::{
    glue,
    host::{Log, PlatformClock, PlatformEntropy, PlatformTimers, port_error},
    keyring_store::SqlStore,
    server,
    views::KvWriter,
};

type Keyring = Shell<dyn KeyringStore, KeyringRules>;

/// One keyring.
#[durable_object]
pub struct KeyringObject {
    state: State,
    /// The keyring, or why there is none until the object starts again.
    keyring: std::result::Result<Rc<Keyring>, PortError>,
}

impl DurableObject for KeyringObject {
    fn new(state: State, env: Env) -> Self {
        let keyring = open(&state, env).map(Rc::new);
        Self { state, keyring }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        let message = request.text().await?;
        let keyring = match &self.keyring {
            Ok(keyring) => keyring,
            Err(error) => {
                glue::log_fault(&format!("the keyring cannot be opened: {error}"));
                return Response::error(error.to_string(), 500);
            }
        };
        let reply = match keyring.receive(&message) {
            Ok(reply) => reply,
            Err(error) => return Response::error(error.to_string(), 400),
        };
        if keyring.has_work() {
            let keyring = keyring.clone();
            self.state.wait_until(async move { keyring.carry_out_due().await });
        }
        Response::ok(reply)
    }

    async fn alarm(&self) -> Result<Response> {
        if let Ok(keyring) = &self.keyring {
            keyring.alarm_rang().await;
        }
        Response::ok("")
    }
}

fn open(state: &State, env: Env) -> std::result::Result<Keyring, PortError> {
    let variables: &JsValue = env.as_ref();
    let settings = server(variables).map_err(port_error)?;
    let store = Rc::new(SqlStore::open(state.storage())?);
    let ports = ObjectPorts {
        clock: Rc::new(PlatformClock),
        entropy: Rc::new(PlatformEntropy),
        timers: Rc::new(PlatformTimers),
        log: Rc::new(Log),
    };
    Ok(Shell::new(store, ports, KeyringRules::new(settings, Rc::new(KvWriter(env)), Rc::new(Log))))
}
