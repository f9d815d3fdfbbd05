// SPDX-License-Identifier: Apache-2.0
//! GenerateRandom: random bytes of the platform's.

use edgekms_api::{
    action::GenerateRandom, error::ApiError, kms::generate_random::GenerateRandomReply,
};

use super::super::{Edge, EdgeRule, random};

impl EdgeRule for GenerateRandom {
    fn run(&self, edge: &Edge<'_>) -> Result<GenerateRandomReply, ApiError> {
        let len = self.number_of_bytes.get() as usize;
        Ok(GenerateRandomReply { plaintext: random(edge.entropy, len)? })
    }
}
