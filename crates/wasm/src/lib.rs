// SPDX-License-Identifier: Apache-2.0
//! edgekms for JavaScript: thin bindings of `edgekms-core` and `edgekms-api`, one file a concept.
//!
//! Only the npm package in `pkg/` calls this; its TypeScript is what users see. Nothing is decided
//! here: values are converted, the crates are called, and errors become JavaScript `Error`s with a
//! stable `code`.
#![deny(unsafe_code)]

mod client;
mod context;
mod engine;
mod error;
mod keyring;
mod open;
mod options;
mod plan;
mod seal;

pub use client::{JsRequestToSign, JsSignedRequest, sign_request};
pub use engine::{aes_gcm_open, aes_gcm_seal};
pub use keyring::{JsKmsPort, JsRsaPort, Keyring};
pub use open::{Header, JsHeaderInfo, Opener, read_header};
pub use options::{JsOpenOptions, JsPairs, JsSealOptions};
pub use plan::FramePlan;
pub use seal::Sealer;
use wasm_bindgen::prelude::*;

/// The version of this build.
#[wasm_bindgen]
#[must_use]
pub fn version() -> String {
    env!("CARGO_PKG_VERSION").to_owned()
}
