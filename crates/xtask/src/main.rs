// SPDX-License-Identifier: Apache-2.0
//! The developer commands.
fn main() {}
