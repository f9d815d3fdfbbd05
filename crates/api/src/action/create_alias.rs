// SPDX-License-Identifier: Apache-2.0
//! CreateAlias: gives a CMK a name.

use super::{Action, ActionName, Empty, Limits, Request};
use crate::error::ApiError;
use crate::id::{AliasName, KeyId};
use crate::key::reference::plain_key_id;
use crate::params::Params;

/// The action.
#[derive(Clone, Copy, Debug)]
pub struct CreateAlias;

/// Which key, and its name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreateAliasRequest {
    /// The key.
    pub key_id: KeyId,
    /// A name that is not kept for service keys.
    pub alias_name: AliasName,
}

impl Action for CreateAlias {
    const NAME: ActionName = ActionName::CreateAlias;
    type Request = CreateAliasRequest;
    type Response = Empty;
}

impl Request for CreateAliasRequest {
    fn from_params(params: &Params, _: &Limits) -> Result<Self, ApiError> {
        let key_id = plain_key_id(params)?;
        let alias_name: AliasName = params.required_parsed("AliasName")?;
        if alias_name.is_reserved() {
            let remedy = "Names that begin with alias/acs belong to service keys.";
            return Err(ApiError::invalid_parameter("AliasName", remedy));
        }
        Ok(Self { key_id, alias_name })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;

    #[test]
    fn names_need_their_prefix_and_may_not_be_reserved() {
        let read = |name: &str| {
            let params = Params::decode(format!("KeyId=k&AliasName={name}").as_bytes()).unwrap();
            CreateAliasRequest::from_params(&params, &Limits::default())
        };
        assert_eq!(read("alias/a").unwrap().alias_name.as_str(), "alias/a");
        for (name, code) in [
            ("", ErrorCode::MissingParameter),
            ("a", ErrorCode::InvalidParameter),
            ("alias/a%20b", ErrorCode::InvalidParameter),
            ("alias/acs/oss", ErrorCode::InvalidParameter),
        ] {
            let error = read(name).unwrap_err();
            assert_eq!(error.code(), code, "{name}");
            assert!(error.message().contains("\"AliasName\""), "{name}");
        }
    }
}
