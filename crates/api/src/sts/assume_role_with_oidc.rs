// SPDX-License-Identifier: Apache-2.0
//! AssumeRoleWithOIDC: credentials of a role for whoever an identity provider vouches for.

use serde::{Deserialize, Serialize};

use crate::account::{
    AssumedRoleUser, IdentityToken, OidcProviderArn, OidcToken, OidcTokenInfo, RoleArn,
    SessionCredentials, SessionName,
};
use crate::action::{Action, ActionName, Limits};
use crate::error::ApiError;
use crate::number::Whole;
use crate::policy::{PolicyKind, PolicyText};

/// Takes on a role for a while, by a token of an identity provider that the role trusts. Nobody signs the
/// call: the token proves who calls.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct AssumeRoleWithOIDC {
    /// Who signed the token, `acs:ram::<account>:oidc-provider/<name>`.
    #[serde(rename = "OIDCProviderArn")]
    pub oidc_provider_arn: OidcProviderArn,
    /// The role, `acs:ram::<account>:role/<name>`, of the same account.
    pub role_arn: RoleArn,
    /// The token.
    #[serde(rename = "OIDCToken")]
    pub oidc_token: OidcToken,
    /// What to call the session: it is told in the trail.
    pub role_session_name: SessionName,
    /// Seconds, from 900 to the role's longest; 3,600 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub duration_seconds: Option<Whole<900, 43_200>>,
    /// What the session may do at the most, in JSON: at most 2,048 characters. It may do what this and
    /// the role's policies both allow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub policy: Option<PolicyText>,
}

/// The session.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct AssumeRoleWithOIDCReply {
    /// What the token says.
    #[serde(rename = "OIDCTokenInfo")]
    pub oidc_token_info: OidcTokenInfo,
    /// Who the session is.
    pub assumed_role_user: AssumedRoleUser,
    /// What its requests are signed with.
    pub credentials: SessionCredentials,
}

impl Action for AssumeRoleWithOIDC {
    const NAME: ActionName = ActionName::AssumeRoleWithOIDC;
    type Reply = AssumeRoleWithOIDCReply;
    const NOT_OFFERED: &'static [&'static str] = &["SourceIdentity"];

    fn identity_token(&self) -> Option<IdentityToken<'_>> {
        Some(IdentityToken { provider: &self.oidc_provider_arn, token: &self.oidc_token })
    }

    fn check(&self, _: &Limits) -> Result<(), ApiError> {
        self.policy.as_ref().map_or(Ok(()), |policy| PolicyKind::Session.check(policy))
    }
}
