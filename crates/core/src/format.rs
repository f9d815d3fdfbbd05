// SPDX-License-Identifier: Apache-2.0
//! The bytes of a message: one module a structure, all read through one bounded reader.

pub mod encrypted_data_key;
pub mod footer;
pub mod frame;
pub mod header;
mod header_context;
mod header_fields;
mod header_v1;
mod header_v2;
pub(crate) mod reader;
mod writer;
