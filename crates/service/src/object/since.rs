// SPDX-License-Identifier: Apache-2.0
//! How far a keyring is known to somebody.

use serde::{Deserialize, Serialize};

/// A moment in a keyring's life.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Since {
    /// Which life.
    pub epoch: String,
    /// How many changes into it.
    pub revision: u64,
}
