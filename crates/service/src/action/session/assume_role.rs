// SPDX-License-Identifier: Apache-2.0
//! AssumeRole is carried out where roles can be looked up: `call/assume.rs`.
