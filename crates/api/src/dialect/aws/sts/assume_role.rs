// SPDX-License-Identifier: Apache-2.0
//! AssumeRole.

use serde::{Deserialize, Serialize};

use super::session::{AwsAssumedRoleUser, AwsCredentials};
use super::words::AwsRoleArn;
use crate::account::{ExternalId, SessionName};
use crate::action::AssumeRole;
use crate::dialect::aws::form::Form;
use crate::dialect::aws::policy::translate;
use crate::error::ApiError;
use crate::number::Whole;
use crate::place::Place;
use crate::policy::{PolicyKind, PolicyText};
use crate::sts::assume_role::AssumeRoleReply;

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
        AssumeRoleAnswer {
            assumed_role_user: reply.assumed_role_user.into(),
            credentials: reply.credentials.into(),
        }
    }
}
