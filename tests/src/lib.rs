// SPDX-License-Identifier: Apache-2.0
//! What the tests of several languages share: foreign vectors, written out as JSON.

pub mod vectors;
