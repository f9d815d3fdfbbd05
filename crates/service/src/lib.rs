// SPDX-License-Identifier: Apache-2.0
//! Placeholder.
#![forbid(unsafe_code)]
