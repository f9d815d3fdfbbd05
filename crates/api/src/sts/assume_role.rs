// SPDX-License-Identifier: Apache-2.0
//! AssumeRole: credentials of a role, for a while.

use serde::{Deserialize, Serialize};

use crate::account::{AssumedRoleUser, ExternalId, RoleArn, SessionCredentials, SessionName};
use crate::action::{Action, ActionName, Limits};
use crate::error::ApiError;
use crate::number::Whole;
use crate::policy::{PolicyKind, PolicyText};

/// Takes on a role for a while. The caller's policies must allow it, and the role's own trust policy must
/// allow the caller.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct AssumeRole {
    /// The role, `acs:ram::<account>:role/<name>`.
    pub role_arn: RoleArn,
    /// What to call the session: it is told in the trail.
    pub role_session_name: SessionName,
    /// Seconds, from 900 to the role's longest; 3,600 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_seconds: Option<Whole<900, 43_200>>,
    /// What the session may do at the most, in JSON: at most 2,048 characters. It may do what this and
    /// the role's policies both allow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyText>,
    /// What the role's trust policy may ask for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub external_id: Option<ExternalId>,
}

/// The session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct AssumeRoleReply {
    /// Who it is.
    pub assumed_role_user: AssumedRoleUser,
    /// What its requests are signed with.
    pub credentials: SessionCredentials,
}

impl Action for AssumeRole {
    const NAME: ActionName = ActionName::AssumeRole;
    type Reply = AssumeRoleReply;
    const NOT_OFFERED: &'static [&'static str] = &["SourceIdentity"];

    fn check(&self, _: &Limits) -> Result<(), ApiError> {
        self.policy.as_ref().map_or(Ok(()), |policy| PolicyKind::Session.check(policy))
    }
}
