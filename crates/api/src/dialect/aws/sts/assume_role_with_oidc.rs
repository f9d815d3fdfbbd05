// SPDX-License-Identifier: Apache-2.0
//! AssumeRoleWithWebIdentity.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use super::session::{AwsAssumedRoleUser, AwsCredentials};
use super::words::AwsRoleArn;
use crate::account::{OidcProviderArn, OidcProviderName, OidcToken, SessionName};
use crate::action::AssumeRoleWithOIDC;
use crate::dialect::aws::form::Form;
use crate::dialect::aws::policy::translate;
use crate::error::{ApiError, ErrorCode};
use crate::number::Whole;
use crate::place::Place;
use crate::policy::{PolicyKind, PolicyText};
use crate::sts::assume_role_with_oidc::AssumeRoleWithOIDCReply;

/// Takes on a role for a while, by a token of an identity provider that the role trusts. Nobody signs the
/// call: the token proves who calls. The provider is the one in the role's account that is named after the
/// token's issuer: its URL without `https://`, and with `_` for whatever names of providers cannot have.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct AssumeRoleWithWebIdentityRequest {
    /// The role, `arn:aws:iam::<account>:role/<name>`.
    pub role_arn: AwsRoleArn,
    /// What to call the session: it is told in the trail.
    pub role_session_name: SessionName,
    /// The token.
    pub web_identity_token: OidcToken,
    /// Seconds, from 900 to the role's longest; 3,600 if absent.
    pub duration_seconds: Option<Whole<900, 43_200>>,
    /// What the session may do at the most, as AWS writes policies. What has no meaning here is refused by
    /// name.
    pub policy: Option<PolicyText>,
}

/// The session.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct AssumeRoleWithWebIdentityAnswer {
    /// Whom the token is about.
    pub subject_from_web_identity_token: String,
    /// Who the session is.
    pub assumed_role_user: AwsAssumedRoleUser,
    /// Who signed the token.
    pub provider: String,
    /// For whom the token was signed.
    pub audience: String,
    /// What its requests are signed with.
    pub credentials: AwsCredentials,
}

impl Form for AssumeRoleWithOIDC {
    type Request = AssumeRoleWithWebIdentityRequest;
    type Answer = AssumeRoleWithWebIdentityAnswer;
    const NOT_OFFERED: &'static [&'static str] = &["PolicyArns", "ProviderId"];

    fn command(request: AssumeRoleWithWebIdentityRequest) -> Result<Self, ApiError> {
        let role_arn = request.role_arn.0;
        // Nothing is believed of the token yet: it only says which provider is to look at it.
        let name = provider_of(&request.web_identity_token).ok_or_else(|| {
            ApiError::new(ErrorCode::OidcTokenInvalid).with_detail("it names no issuer")
        })?;
        let policy = request.policy.map(|policy| translate(PolicyKind::Session, &policy));
        Ok(Self {
            oidc_provider_arn: OidcProviderArn { account: role_arn.account.clone(), name },
            role_arn,
            oidc_token: request.web_identity_token,
            role_session_name: request.role_session_name,
            duration_seconds: request.duration_seconds,
            policy: policy.transpose()?,
        })
    }

    fn answer(&self, reply: AssumeRoleWithOIDCReply, _: &Place) -> AssumeRoleWithWebIdentityAnswer {
        let token = reply.oidc_token_info;
        AssumeRoleWithWebIdentityAnswer {
            subject_from_web_identity_token: token.subject,
            assumed_role_user: reply.assumed_role_user.into(),
            provider: token.issuer.to_string(),
            audience: token.client_ids,
            credentials: reply.credentials.into(),
        }
    }
}

/// The name that the provider of a token has.
fn provider_of(token: &OidcToken) -> Option<OidcProviderName> {
    #[derive(Deserialize)]
    struct Issued {
        iss: String,
    }

    let claims = token.expose_secret().split('.').nth(1)?;
    let claims = zeroize::Zeroizing::new(URL_SAFE_NO_PAD.decode(claims).ok()?);
    let Issued { iss } = serde_json::from_slice(&claims).ok()?;
    named_after(&iss)
}

fn named_after(issuer: &str) -> Option<OidcProviderName> {
    let (_, rest) = issuer.split_once("://")?;
    let is_kept = |letter: char| letter.is_ascii_alphanumeric() || "-._".contains(letter);
    let name: String = rest
        .trim_end_matches('/')
        .chars()
        .map(|letter| if is_kept(letter) { letter } else { '_' })
        .collect();
    name.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_is_named_after_its_issuer() {
        for (issuer, name) in [
            ("https://accounts.google.com", Some("accounts.google.com")),
            ("https://accounts.google.com/", Some("accounts.google.com")),
            ("https://login.example.com/tenants/7", Some("login.example.com_tenants_7")),
            ("http://127.0.0.1:8080", Some("127.0.0.1_8080")),
            ("accounts.google.com", None),
            ("https://", None),
        ] {
            assert_eq!(
                named_after(issuer).map(|name| name.to_string()).as_deref(),
                name,
                "{issuer}"
            );
        }
    }

    #[test]
    fn a_token_that_is_none_names_nobody() {
        let token = |claims: &str| {
            let text = format!("e30.{}.AAAA", URL_SAFE_NO_PAD.encode(claims));
            serde_json::from_value::<OidcToken>(text.into()).unwrap()
        };
        assert!(provider_of(&token(r#"{"iss":"https://a.example","sub":"x"}"#)).is_some());
        for bad in ["{}", r#"{"iss":7}"#, "[]", "iss", r#"{"iss":"a","iss":"b"}"#] {
            assert!(provider_of(&token(bad)).is_none(), "{bad}");
        }
        let token = serde_json::from_value::<OidcToken>("no-dots".into()).unwrap();
        assert!(provider_of(&token).is_none());
    }
}
