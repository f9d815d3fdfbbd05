// SPDX-License-Identifier: Apache-2.0
//! The ways to name a key in a `KeyId` parameter (wire reference, section 2.1).

use std::str::FromStr;

use crate::arn::KeyArn;
use crate::error::{ApiError, ErrorCode};
use crate::id::{AliasName, KeyId};
use crate::params::Params;
use crate::text::TextError;

/// A key named by its id, one of its aliases, or its ARN.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum KeyReference {
    /// The id of a key of the caller's account, in the region called.
    Id(KeyId),
    /// An alias of the caller's account, in the region called.
    Alias(AliasName),
    /// A key of any account and region.
    Arn(KeyArn),
}

impl FromStr for KeyReference {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        if text.starts_with("alias/") {
            text.parse().map(Self::Alias)
        } else if text.starts_with("acs:") {
            text.parse().map(Self::Arn)
        } else {
            text.parse().map(Self::Id).map_err(|_| TextError {
                expected: "It must be a key id, an alias (alias/<name>) or a key ARN.",
            })
        }
    }
}

/// Reads `KeyId` where the action takes a plain id alone.
///
/// # Errors
/// `MissingParameter`; `Unsupported.Alias` for an alias; `InvalidParameter` for an ARN and for
/// what is none of the three.
pub fn plain_key_id(params: &Params) -> Result<KeyId, ApiError> {
    match params.required_parsed("KeyId")? {
        KeyReference::Id(key_id) => Ok(key_id),
        KeyReference::Alias(_) => Err(ApiError::with_message(
            ErrorCode::UnsupportedAlias,
            "Alias is not valid for this api. Give the key's id; DescribeKey tells it.",
        )),
        KeyReference::Arn(_) => {
            Err(ApiError::invalid_parameter("KeyId", "Give the key's id alone, not its ARN."))
        }
    }
}
