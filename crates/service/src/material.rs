// SPDX-License-Identifier: Apache-2.0
//! Key material: root keys, what hangs under them, and what users hold.
//!
//! May be imported: [`crate::port`] and the encoding of fields.

pub mod blob;
pub mod hierarchy;
pub mod import;
pub mod root_keys;
pub mod secret;
pub mod stores;
