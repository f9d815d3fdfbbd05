// SPDX-License-Identifier: Apache-2.0
//! What every store of a keyring must do, tried on SQLite inside a running Durable Object. For tests:
//! nothing that is deployed has the feature `conformance`.
//!
//! GET answers the names of the cases; POST with a case's number tries it on this object's database,
//! which must be empty, and answers what is not so.

use edgekms_service::conformance::{CASES, Case};
use worker::{DurableObject, Env, Method, Request, Response, Result, State, durable_object};

use crate::keyring_store::SqlStore;

/// One empty database.
#[durable_object]
pub struct ConformanceObject {
    state: State,
}

impl DurableObject for ConformanceObject {
    fn new(state: State, _: Env) -> Self {
        Self { state }
    }

    async fn fetch(&self, mut request: Request) -> Result<Response> {
        if request.method() == Method::Get {
            return Response::from_json(&CASES.map(|Case { name, .. }| name));
        }
        let number: usize = request.text().await?.parse().unwrap_or(usize::MAX);
        let Some(case) = CASES.get(number) else { return Response::error("no such case", 404) };
        let verdict = SqlStore::open(self.state.storage()).map_err(|error| error.to_string());
        match verdict.and_then(|store| (case.run)(&store)) {
            Ok(()) => Response::ok(""),
            Err(sentence) => Response::error(sentence, 500),
        }
    }
}
