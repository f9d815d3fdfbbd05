// SPDX-License-Identifier: Apache-2.0
//! A role's session, as AWS tells of one, in whichever way it was taken on.

use serde::Serialize;

use super::words::session;
use crate::account::{AssumedRoleUser, SecretText, SessionCredentials};
use crate::id::AccessKeyId;
use crate::time::Timestamp;

/// Who a session is.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct AwsAssumedRoleUser {
    /// The full name, `arn:aws:sts::<account>:assumed-role/<role>/<session>`.
    pub arn: String,
    /// `<role id>:<session>`.
    pub assumed_role_id: String,
}

/// What requests of a session are signed with.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct AwsCredentials {
    /// The access key, which begins with `STS.`.
    pub access_key_id: AccessKeyId,
    /// Its secret.
    pub secret_access_key: SecretText,
    /// What goes with every request.
    pub session_token: SecretText,
    /// When the session is over.
    pub expiration: Timestamp,
}

impl From<AssumedRoleUser> for AwsAssumedRoleUser {
    fn from(user: AssumedRoleUser) -> Self {
        Self { arn: session(&user.arn), assumed_role_id: user.assumed_role_id }
    }
}

impl From<SessionCredentials> for AwsCredentials {
    fn from(credentials: SessionCredentials) -> Self {
        Self {
            access_key_id: credentials.access_key_id,
            secret_access_key: credentials.access_key_secret,
            session_token: credentials.security_token,
            expiration: credentials.expiration,
        }
    }
}
