// SPDX-License-Identifier: Apache-2.0
//! GenerateRandom: random bytes from where the keys' come from.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName};
use crate::bytes::SecretBytes;
use crate::number::Whole;

/// Makes random bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct GenerateRandom {
    /// How many, 1 to 1,024.
    pub number_of_bytes: Whole<1, 1024>,
}

/// The bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct GenerateRandomReply {
    /// The bytes.
    pub plaintext: SecretBytes,
}

impl Action for GenerateRandom {
    const NAME: ActionName = ActionName::GenerateRandom;
    type Reply = GenerateRandomReply;
}
