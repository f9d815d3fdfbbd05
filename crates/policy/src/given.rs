// SPDX-License-Identifier: Apache-2.0
//! A question that comes with all that it takes to answer it: what somebody would do, and every policy that has
//! a say. For whoever has no server to ask.

use std::borrow::Cow;
use std::net::IpAddr;

use edgekms_api::arn::{ResourceArn, from_aws_form};
use edgekms_api::context::EncryptionContext;
use edgekms_api::dialect::aws::{self, policy::translate};
use edgekms_api::dialect::check::Refusal;
use edgekms_api::error::ApiError;
use edgekms_api::key::Tags;
use edgekms_api::policy::{PolicyKind, PolicyText};
use edgekms_api::ram::explain_permission::{ExplainPermissionReply, PermissionName};
use edgekms_api::time::Timestamp;
use serde::{Deserialize, Deserializer, de};

use super::compiled::CompiledPolicy;
use super::decide::{NamedPolicy, Policies};
use super::explain::explain;
use super::key::{Oidc, Values};
use super::principal::Subject;
use super::request::{Request, Rule};
use super::resource::Resource;
use super::told::told;
use super::vocabulary::{Permission, Vocabulary};
use super::who::Who;

/// A policy that has a say.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GivenPolicy {
    /// Whose it is.
    pub policy_kind: PolicyKind,
    /// What the answer calls it.
    pub policy_name: String,
    /// `aws` for a document in AWS's words.
    #[serde(default)]
    pub dialect: Words,
    /// The document.
    pub document: PolicyText,
}

/// In whose words a document is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Words {
    /// Alibaba's.
    #[default]
    Own,
    /// AWS's.
    Aws,
}

impl<'de> Deserialize<'de> for Words {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match &*Cow::<str>::deserialize(deserializer)? {
            "aliyun" => Ok(Self::Own),
            "aws" => Ok(Self::Aws),
            _ => Err(de::Error::custom("It must be aliyun or aws.")),
        }
    }
}

/// What somebody would do.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct GivenRequest {
    /// Who.
    pub principal: Who,
    /// What, as policies call it.
    pub permission: PermissionName,
    /// To what.
    pub resource: GivenResource,
    /// Whether it is a default or service key, which is nobody's but its account's.
    #[serde(default)]
    pub stays_home: bool,
    /// For `kms:tag/<key>`.
    #[serde(default)]
    pub tags: Tags,
    /// For `kms:EncryptionContext:<key>`.
    #[serde(default)]
    pub encryption_context: EncryptionContext,
    /// For `kms:EncryptionAlgorithm`.
    pub encryption_algorithm: Option<String>,
    /// For `acs:SourceIp`.
    pub source_ip: Option<SourceIp>,
    /// For `acs:SecureTransport`; true if absent.
    pub secure_transport: Option<bool>,
    /// For `acs:MFAPresent`.
    #[serde(default)]
    pub mfa_present: bool,
    /// For `acs:CurrentTime`.
    pub current_time: Timestamp,
    /// For `sts:ExternalId`.
    pub external_id: Option<String>,
    /// For `oidc:iss`, `oidc:aud` and `oidc:sub`.
    pub oidc: Option<GivenClaims>,
}

/// What an identity provider's token says.
#[derive(Debug, Deserialize)]
pub struct GivenClaims {
    issuer: String,
    audience: Vec<String>,
    subject: String,
}

/// An ARN, in either cloud's form.
#[derive(Debug)]
pub struct GivenResource(ResourceArn);

impl<'de> Deserialize<'de> for GivenResource {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        let arn = if text.starts_with("arn:") { from_aws_form(&text) } else { text.parse() };
        arn.map(Self).map_err(de::Error::custom)
    }
}

/// An address, written as addresses are.
#[derive(Debug)]
pub struct SourceIp(String);

impl<'de> Deserialize<'de> for SourceIp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let address = Cow::<str>::deserialize(deserializer)?.parse::<IpAddr>();
        address
            .map(|address| Self(address.to_string()))
            .map_err(|_| de::Error::custom("It must be an address of IPv4 or IPv6."))
    }
}

/// Explains, in the words of ExplainPermission.
///
/// # Errors
/// `InvalidArgument` for a permission that there is not, and for policies that cannot have a say together or in
/// what is asked; of a document that could not be set, what a server would answer.
pub fn explain_given(
    policies: &[GivenPolicy],
    request: &GivenRequest,
) -> Result<ExplainPermissionReply, Refusal> {
    let names = Vocabulary::of_table();
    let permission = names.find(request.permission.as_str());
    let permission = permission
        .ok_or_else(|| invalid("request.permission: There is no such permission.".to_owned()))?;
    let rule = match Rule::of(names, permission) {
        Rule::Ordinary if request.stays_home => Rule::StaysHome,
        rule => rule,
    };
    let compiled: Vec<_> = policies.iter().map(compile).collect::<Result<_, _>>()?;
    let of_kinds = |kinds: &[PolicyKind]| -> Vec<NamedPolicy<'_>> {
        let named = policies.iter().zip(&compiled);
        let held = named.filter(|(given, _)| kinds.contains(&given.policy_kind));
        held.map(|(given, policy)| NamedPolicy { name: &given.policy_name, policy }).collect()
    };
    let identity = of_kinds(&[PolicyKind::Identity]);
    let (wanted, other) = rule.resource_kinds();
    if let [given, ..] = of_kinds(&[other])[..] {
        let (name, about) = (given.name, request.permission.as_str());
        let message = format!("policies: A {other} policy ({name}) has no say in {about}.");
        return Err(invalid(message));
    }
    let policies = Policies {
        identity: &identity,
        session: one(PolicyKind::Session, &of_kinds(&[PolicyKind::Session]))?,
        resource: one(wanted, &of_kinds(&[wanted]))?,
    };
    Ok(ask(request, permission, rule, |asked| told(&explain(asked, &policies))))
}

fn invalid(message: String) -> Refusal {
    Refusal { code: "InvalidArgument", message }
}

fn one<'p>(
    kind: PolicyKind,
    given: &[NamedPolicy<'p>],
) -> Result<Option<NamedPolicy<'p>>, Refusal> {
    match given {
        [] => Ok(None),
        [one] => Ok(Some(*one)),
        _ => Err(invalid(format!("policies: There is at most one of kind {kind}."))),
    }
}

/// Reads a document as a server does that is told to set it.
fn compile(given: &GivenPolicy) -> Result<CompiledPolicy, Refusal> {
    let GivenPolicy { policy_kind: kind, document, .. } = given;
    let refused = |error: ApiError| Refusal {
        code: match given.dialect {
            Words::Own => error.code().as_str(),
            Words::Aws => aws::error_name(error.code()),
        },
        message: format!("{}: {}", given.policy_name, error.message()),
    };
    let translated;
    let own = match given.dialect {
        Words::Own => document,
        Words::Aws => {
            translated = translate(*kind, document).map_err(refused)?;
            &translated
        }
    };
    kind.check(own).map_err(refused)?;
    CompiledPolicy::compile(*kind, own.as_str(), Vocabulary::of_table())
        .map_err(|fault| invalid(format!("{}: {fault}", given.policy_name)))
}

/// Calls `look` with the request as policies see it.
fn ask<T>(
    given: &GivenRequest,
    permission: Permission,
    rule: Rule,
    look: impl FnOnce(&Request<'_>) -> T,
) -> T {
    let ResourceArn { service, region, account, name } = &given.resource.0;
    // Roles are asked about in lower case, as calls do.
    let lower = (rule == Rule::AssumeRole).then(|| name.to_ascii_lowercase());
    let claims = given.oidc.as_ref();
    let audience: Vec<&str> =
        claims.iter().flat_map(|claims| &claims.audience).map(String::as_str).collect();
    let oidc = claims.map(|GivenClaims { issuer, subject, .. }| Oidc {
        issuer,
        audience: &audience,
        subject,
    });
    look(&Request {
        subject: Subject::from(&given.principal),
        permission,
        resource: Resource {
            service,
            region,
            owner: account,
            name: lower.as_deref().unwrap_or(name),
        },
        rule,
        values: Values {
            source_ip: given.source_ip.as_ref().map(|SourceIp(text)| text.as_str()),
            secure_transport: given.secure_transport.unwrap_or(true),
            mfa_present: given.mfa_present,
            tags: &given.tags.0,
            encryption_context: Some(&given.encryption_context),
            encryption_algorithm: given.encryption_algorithm.as_deref(),
            oidc,
            external_id: given.external_id.as_deref(),
            ..Values::at(given.current_time)
        },
    })
}
