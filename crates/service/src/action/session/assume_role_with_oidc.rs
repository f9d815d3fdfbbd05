// SPDX-License-Identifier: Apache-2.0
//! AssumeRoleWithOIDC: a session of a role that trusts the provider which vouches for the caller. That the
//! token is good was found before there was a call at all ([`crate::identity::oidc`]).

use edgekms_api::{
    account::OidcTokenInfo,
    action::AssumeRoleWithOIDC,
    error::{ApiError, ErrorCode},
    number::Whole,
    sts::assume_role_with_oidc::AssumeRoleWithOIDCReply,
    time::Timestamp,
};

use super::super::{
    SessionRule,
    session_context::{Asked, SessionContext, Told},
};
use crate::{
    account::view::EntityView,
    authorise::{Circumstances, FederatedAssumption, may_assume_by_token},
    identity::oidc::Claims,
};

impl SessionRule for AssumeRoleWithOIDC {
    async fn run(&self, context: &SessionContext<'_>) -> Result<AssumeRoleWithOIDCReply, ApiError> {
        let vouched = context.vouched;
        let vouched = vouched.ok_or_else(|| ApiError::internal("no token has been verified"))?;
        let account = &self.role_arn.account;
        // Only in the provider's own account, which is one of this deployment's.
        let view = if *account == vouched.provider.account {
            context.roles.find(account, &self.role_arn.role).await?
        } else {
            None
        };
        let role = view.as_deref().and_then(EntityView::as_role);
        may_assume_by_token(&FederatedAssumption {
            provider: &vouched.provider,
            claims: &vouched.claims,
            role: &self.role_arn,
            trust: role.map(|role| &role.trust),
            at: Circumstances { now_secs: context.now_secs, facts: context.facts },
        })?;
        let asked = Asked {
            account,
            name: self.role_session_name.to_string(),
            duration_secs: self.duration_seconds.map(Whole::get),
            policy: self.policy.as_ref(),
        };
        let Told { user, credentials } =
            context.make(&asked, role.ok_or(ErrorCode::OidcNoPermission)?)?;
        Ok(AssumeRoleWithOIDCReply {
            oidc_token_info: told(&vouched.claims),
            assumed_role_user: user,
            credentials,
        })
    }
}

fn told(claims: &Claims) -> OidcTokenInfo {
    OidcTokenInfo {
        subject: claims.subject.clone(),
        issuer: claims.issuer.clone(),
        client_ids: claims.audience.join(","),
        expiration_time: Timestamp::from_unix_secs(claims.expires),
        issuance_time: Timestamp::from_unix_secs(claims.issued),
        verification_info: "Success".to_owned(),
    }
}
