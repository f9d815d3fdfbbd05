// SPDX-License-Identifier: Apache-2.0
//! AWS's dialect from outside the crate.

mod recorded;
mod requests;
mod sts;
