// SPDX-License-Identifier: Apache-2.0
//! GenerateRandom.

use serde::{Deserialize, Serialize};

use super::Form;
use crate::action::GenerateRandom;
use crate::bytes::SecretBytes;
use crate::error::ApiError;
use crate::kms::generate_random::GenerateRandomReply;
use crate::number::Whole;
use crate::place::Place;

/// Makes random bytes.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct GenerateRandomRequest {
    /// How many, 1 to 1,024.
    pub number_of_bytes: Whole<1, 1024>,
}

/// The bytes.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct GenerateRandomAnswer {
    /// The bytes.
    pub plaintext: SecretBytes,
}

impl Form for GenerateRandom {
    type Request = GenerateRandomRequest;
    type Answer = GenerateRandomAnswer;
    const NOT_OFFERED: &'static [&'static str] = &["CustomKeyStoreId", "Recipient"];

    fn command(request: GenerateRandomRequest) -> Result<Self, ApiError> {
        Ok(Self { number_of_bytes: request.number_of_bytes })
    }

    fn answer(&self, reply: GenerateRandomReply, _: &Place) -> GenerateRandomAnswer {
        GenerateRandomAnswer { plaintext: reply.plaintext }
    }
}
