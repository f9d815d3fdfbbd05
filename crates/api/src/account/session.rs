// SPDX-License-Identifier: Apache-2.0
//! A role's session, as it is asked for and told.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::{RoleName, SecretText};
use crate::id::{AccessKeyId, AccountId};
use crate::text::{TextError, checked_text, printed_text};
use crate::time::Timestamp;

checked_text!(
    /// What whoever takes on a role calls the session: 2 to 64 letters, digits or `.@_-`.
    SessionName, is_session_name, "It must be 2 to 64 letters, digits, '.', '@', '_' or '-'."
);

checked_text!(
    /// What whoever takes on a role must know besides: 2 to 1,224 letters, digits or `+=,.@:/-_`.
    ExternalId, is_external_id,
    "It must be 2 to 1224 letters, digits or + = , . @ : / - _."
);

/// A role's full name: `acs:ram::<account>:role/<name>`. Roles are found by it in whatever case.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleArn {
    /// The account that the role is of.
    pub account: AccountId,
    /// The role.
    pub role: RoleName,
}

impl FromStr for RoleArn {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        const FORM: TextError =
            TextError { expected: "It must be a role ARN: acs:ram::<account id>:role/<name>." };
        let read = || {
            let (account, name) = text.strip_prefix("acs:ram::")?.split_once(":role/")?;
            Some(Self { account: account.parse().ok()?, role: name.parse().ok()? })
        };
        read().ok_or(FORM)
    }
}

impl fmt::Display for RoleArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "acs:ram::{}:role/{}", self.account, self.role)
    }
}

printed_text!(RoleArn);

/// What requests of a session are signed with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct SessionCredentials {
    /// The access key, which begins with `STS.`.
    pub access_key_id: AccessKeyId,
    /// Its secret.
    pub access_key_secret: SecretText,
    /// What goes with every request.
    pub security_token: SecretText,
    /// When the session is over.
    pub expiration: Timestamp,
}

/// Who a session is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct AssumedRoleUser {
    /// The full name, `acs:ram::<account>:assumed-role/<role>/<session>`.
    pub arn: String,
    /// `<role id>:<session>`.
    pub assumed_role_id: String,
}

fn is_session_name(text: &str) -> bool {
    (2..=64).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".@_-".contains(&byte))
}

fn is_external_id(text: &str) -> bool {
    (2..=1_224).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+=,.@:/-_".contains(&byte))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_role_arn_names_an_account_and_a_role() {
        let text = "acs:ram::1234567890123456:role/Browser";
        let arn: RoleArn = text.parse().unwrap();
        assert_eq!(arn.role.as_str(), "Browser");
        assert_eq!(arn.to_string(), text);
        for bad in ["", "acs:ram::1:role/a", "acs:ram::1234567890123456:user/a", &text[..30]] {
            assert!(bad.parse::<RoleArn>().is_err(), "{bad}");
        }
    }

    #[test]
    fn sessions_are_called_by_one_word_of_2_to_64_characters() {
        for good in ["al", "alice@example.com", &"x".repeat(64)] {
            assert!(good.parse::<SessionName>().is_ok(), "{good}");
        }
        for bad in ["a", "a b", "a/b", &"x".repeat(65)] {
            assert!(bad.parse::<SessionName>().is_err(), "{bad}");
        }
    }
}
