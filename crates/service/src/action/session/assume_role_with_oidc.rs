// SPDX-License-Identifier: Apache-2.0
//! AssumeRoleWithOIDC: a session of a role that trusts the provider which vouches for the caller. That the
//! token is good was found before there was a call at all ([`crate::identity::oidc`]).

use edgekms_api::{
    account::{OidcTokenInfo, RoleArn},
    action::AssumeRoleWithOIDC,
    error::{ApiError, ErrorCode},
    sts::assume_role_with_oidc::AssumeRoleWithOIDCReply,
    time::Timestamp,
};

use super::super::{
    FederatedRule, Federation,
    minting::{Mint, Wish},
};
use crate::{
    authorise::{FederatedAssumption, may_assume_by_token},
    identity::oidc::Claims,
};

impl FederatedRule for AssumeRoleWithOIDC {
    fn role(&self) -> &RoleArn {
        &self.role_arn
    }

    fn run(&self, with: &Federation<'_>) -> Result<AssumeRoleWithOIDCReply, ApiError> {
        may_assume_by_token(&FederatedAssumption {
            provider: &with.vouched.provider,
            claims: &with.vouched.claims,
            role: &self.role_arn,
            trust: with.role.map(|role| &role.trust),
            at: with.at,
        })?;
        let role = with.role.ok_or(ErrorCode::OidcNoPermission)?;
        let wish = Wish {
            role: &self.role_arn,
            name: &self.role_session_name,
            duration: self.duration_seconds,
            policy: self.policy.as_ref(),
        };
        let (roots, entropy, now_secs) = (with.roots, with.entropy, with.at.now_secs);
        let (assumed_role_user, credentials) = Mint { roots, entropy, now_secs }.make(&wish, role)?;
        let oidc_token_info = told(&with.vouched.claims);
        Ok(AssumeRoleWithOIDCReply { oidc_token_info, assumed_role_user, credentials })
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
