// SPDX-License-Identifier: Apache-2.0
//! Material on its way here: the token that goes with a wrapping key, and how what was wrapped under that
//! key is unwrapped.

mod pkcs1;
pub mod token;
mod unwrap;

pub use self::unwrap::{Unwrapped, unwrap};
