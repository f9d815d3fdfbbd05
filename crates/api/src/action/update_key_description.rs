// SPDX-License-Identifier: Apache-2.0
//! UpdateKeyDescription: replaces a CMK's description. An empty one clears it.

use super::fields::description;
use super::{Action, ActionName, Empty, Limits, Request};
use crate::error::ApiError;
use crate::id::KeyId;
use crate::key::reference::plain_key_id;
use crate::params::Params;

/// The action.
#[derive(Clone, Copy, Debug)]
pub struct UpdateKeyDescription;

/// Which key, and what to say of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UpdateKeyDescriptionRequest {
    /// The key.
    pub key_id: KeyId,
    /// At most 8,192 characters; may be empty.
    pub description: String,
}

impl Action for UpdateKeyDescription {
    const NAME: ActionName = ActionName::UpdateKeyDescription;
    type Request = UpdateKeyDescriptionRequest;
    type Response = Empty;
}

impl Request for UpdateKeyDescriptionRequest {
    fn from_params(params: &Params, _: &Limits) -> Result<Self, ApiError> {
        let key_id = plain_key_id(params)?;
        // Empty is a value here; only absence is missing.
        if params.value("Description").is_none() {
            return Err(ApiError::missing_parameter("Description"));
        }
        Ok(Self { key_id, description: description(params)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;

    #[test]
    fn an_empty_description_clears_and_an_absent_one_is_missing() {
        let read = |text: &str| {
            let params = Params::decode(text.as_bytes()).unwrap();
            UpdateKeyDescriptionRequest::from_params(&params, &Limits::default())
        };
        assert_eq!(read("KeyId=k&Description=").unwrap().description, "");
        assert_eq!(read("KeyId=k").unwrap_err().code(), ErrorCode::MissingParameter);
    }
}
