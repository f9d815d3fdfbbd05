// SPDX-License-Identifier: Apache-2.0
//! The message format for JavaScript, flat: every function takes and gives numbers, bytes lie in one area,
//! nothing waits, and errors are numbers. What waits (key services, WebCrypto, RSA) and what reads (texts) is
//! TypeScript, in `pkg/src/core`; objects, promises and strings across this border were half of what a web
//! page downloaded.
//!
//! ```text
//! seal:  area <- options   seal_begin -> slot
//!                          raw_aes_wrap | seal_make_key, seal_give_key, seal_push   (the materials)
//!                          seal_header -> area: header
//!                          seal_plans  -> area: prefix, IV, AAD of each frame
//! open:  area <- header    header_read -> slot;  area <- options  open_prepare
//!                          raw_aes_unwrap | open_give_key                            (the materials)
//!                          open_header;  area <- prefixes  open_plans -> area: IV, AAD of each frame
//! ```
//!
//! A function gives a length or a slot, or for an error `-1 - number`, with [`core_error_detail`] for the rest
//! ([`edgekms_core::Error::number`], [`edgekms_core::Error::details`]). Arguments that no JavaScript of the
//! package gives (a slot of another kind, a length beyond the area) are answered with `InvalidArgument`.
#![cfg_attr(all(feature = "bare", target_arch = "wasm32"), no_std)]

extern crate alloc;

mod aes;
mod area;
#[cfg(all(feature = "bare", target_arch = "wasm32"))]
mod bare;
mod digest;
mod keyring;
mod message;
mod misused;
mod open;
mod pool;
mod random;
mod seal;
mod slots;
mod state;
mod wire;

pub use aes::{aes_new, aes_open, aes_seal};
pub use area::area;
pub use digest::{hmac_sha256, sha256};
pub use keyring::{raw_aes_new, raw_aes_unwrap, raw_aes_wrap};
pub use message::{free, payload_key};
pub use open::{
    header_info, header_read, open_context, open_give_key, open_header, open_key, open_keys,
    open_plans, open_prepare, open_verification_key,
};
pub use random::{random_give, random_left};
pub use seal::{
    seal_begin, seal_context, seal_give_key, seal_header, seal_key, seal_make_key, seal_plans,
    seal_push,
};
pub use state::core_error_detail;
