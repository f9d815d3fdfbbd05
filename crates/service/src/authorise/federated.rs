// SPDX-License-Identifier: Apache-2.0
//! Whether somebody may take on a role for whom an identity provider vouches: the role's trust policy alone says
//! so, as nobody of the account is there who could have policies.

use edgekms_api::{
    account::{OidcProviderArn, RoleArn},
    action::ActionName,
    error::{ApiError, ErrorCode},
    policy::PolicyKind,
    product::Product,
    time::Timestamp,
};

use edgekms_policy::{
    LazyPolicy, NamedPolicy, Oidc, Permission, Policies, Request, Resource, Rule, Subject, Values,
    Vocabulary, decide,
};

use super::{Circumstances, Verdict};
use crate::identity::oidc::Claims;

/// The names that a trust policy may give it: RAM's manual writes the first one for tokens too.
const NAMES: [ActionName; 2] = [ActionName::AssumeRole, ActionName::AssumeRoleWithOIDC];

/// Somebody who wants to take on a role.
#[derive(Clone, Copy, Debug)]
pub struct FederatedAssumption<'a> {
    /// Who vouches.
    pub provider: &'a OidcProviderArn,
    /// What is said.
    pub claims: &'a Claims,
    /// Which role.
    pub role: &'a RoleArn,
    /// Who may, as the role says; none if there is no such role.
    pub trust: Option<&'a LazyPolicy>,
    /// When and whence.
    pub at: Circumstances<'a>,
}

/// Whether it may. Whether there is such a role is not told.
///
/// # Errors
/// `AuthenticationFail.NoPermission`.
pub fn may_assume_by_token(asked: &FederatedAssumption<'_>) -> Result<(), ApiError> {
    let refused = ErrorCode::OidcNoPermission;
    // A provider is of the account that has registered it, and of no other's business.
    let is_own = asked.provider.account == asked.role.account;
    let trust = asked.trust.filter(|_| is_own).ok_or(refused)?;
    let policy = trust.compiled(PolicyKind::Trust).ok_or(refused)?;
    let trust = NamedPolicy { name: asked.role.role.as_str(), policy };
    let mut verdicts = Vec::with_capacity(NAMES.len());
    for name in NAMES {
        let permission = Vocabulary::of_table().permission(name).ok_or(refused)?;
        verdicts.push(weigh(asked, permission, trust));
    }
    let is_allowed = verdicts.contains(&Verdict::Allow);
    if is_allowed && !verdicts.contains(&Verdict::ExplicitDeny) {
        Ok(())
    } else {
        Err(refused.into())
    }
}

fn weigh(
    asked: &FederatedAssumption<'_>,
    permission: Permission,
    trust: NamedPolicy<'_>,
) -> Verdict {
    let (provider, claims, facts) = (asked.provider.to_string(), asked.claims, asked.at.facts);
    let audience: Vec<_> = claims.audience.iter().map(String::as_str).collect();
    let name = format!("role/{}", asked.role.role.as_str().to_ascii_lowercase());
    let request = Request {
        subject: Subject::Federated { provider: &provider },
        permission,
        resource: Resource {
            service: Product::Ram.prefix(),
            region: "",
            owner: &asked.role.account,
            name: &name,
        },
        rule: Rule::AssumeRole,
        values: Values {
            source_ip: facts.source_ip_address.as_deref(),
            secure_transport: facts.secure_transport,
            oidc: Some(Oidc {
                issuer: claims.issuer.as_str(),
                audience: &audience,
                subject: &claims.subject,
            }),
            ..Values::at(Timestamp::from_unix_secs(asked.at.now_secs))
        },
    };
    let policies = Policies { identity: &[], session: None, resource: Some(trust) };
    decide(&request, &policies).verdict
}
