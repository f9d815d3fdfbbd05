// SPDX-License-Identifier: Apache-2.0
//! AssumeRole.

use serde::{Deserialize, Serialize};

use super::words::{AwsRoleArn, session};
use crate::account::{ExternalId, SecretText, SessionName};
use crate::action::AssumeRole;
use crate::dialect::aws::form::Form;
use crate::dialect::aws::policy::translate;
use crate::error::ApiError;
use crate::id::AccessKeyId;
use crate::number::Whole;
use crate::place::Place;
use crate::policy::{PolicyKind, PolicyText};
use crate::sts::assume_role::AssumeRoleReply;
use crate::time::Timestamp;

/// Takes on a role for a while. The caller's policies must allow it, and the role's own trust policy must
/// allow the caller.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct AssumeRoleRequest {
    /// The role, `arn:aws:iam::<account>:role/<name>`.
    pub role_arn: AwsRoleArn,
    /// What to call the session: it is told in the trail.
    pub role_session_name: SessionName,
    /// Seconds, from 900 to the role's longest; 3,600 if absent.
    pub duration_seconds: Option<Whole<900, 43_200>>,
    /// What the session may do at the most, as AWS writes policies. What has no meaning here is refused by
    /// name.
    pub policy: Option<PolicyText>,
    /// What the role's trust policy may ask for.
    pub external_id: Option<ExternalId>,
}

/// The session.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct AssumeRoleAnswer {
    /// Who it is.
    pub assumed_role_user: AwsAssumedRoleUser,
    /// What its requests are signed with.
    pub credentials: AwsCredentials,
}

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

impl Form for AssumeRole {
    type Request = AssumeRoleRequest;
    type Answer = AssumeRoleAnswer;
    const NOT_OFFERED: &'static [&'static str] = &[
        "PolicyArns",
        "ProvidedContexts",
        "SerialNumber",
        "SourceIdentity",
        "Tags",
        "TokenCode",
        "TransitiveTagKeys",
    ];

    fn command(request: AssumeRoleRequest) -> Result<Self, ApiError> {
        let policy = request.policy.map(|policy| translate(PolicyKind::Session, &policy));
        Ok(Self {
            role_arn: request.role_arn.0,
            role_session_name: request.role_session_name,
            duration_seconds: request.duration_seconds,
            policy: policy.transpose()?,
            external_id: request.external_id,
        })
    }

    fn answer(&self, reply: AssumeRoleReply, _: &Place) -> AssumeRoleAnswer {
        let (user, credentials) = (reply.assumed_role_user, reply.credentials);
        AssumeRoleAnswer {
            assumed_role_user: AwsAssumedRoleUser {
                arn: session(&user.arn),
                assumed_role_id: user.assumed_role_id,
            },
            credentials: AwsCredentials {
                access_key_id: credentials.access_key_id,
                secret_access_key: credentials.access_key_secret,
                session_token: credentials.security_token,
                expiration: credentials.expiration,
            },
        }
    }
}
