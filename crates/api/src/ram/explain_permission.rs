// SPDX-License-Identifier: Apache-2.0
//! ExplainPermission: whether somebody may do something, and which statement says so.

use std::net::IpAddr;

use serde::{Deserialize, Serialize};

use crate::account::{Entity, RoleName, UserName};
use crate::action::{Action, ActionName, Limits};
use crate::arn::ResourceArn;
use crate::context::EncryptionContext;
use crate::error::ApiError;
use crate::key::Tags;
use crate::list::{List, Row};
use crate::policy::document::Effect;
use crate::policy::operator::Operator;
use crate::policy::{PolicyKind, PolicyText};
use crate::text::{checked_text, words};
use crate::time::Timestamp;

/// Says whether a user or a role of the account may do something, and which statement of which policy decides
/// it. Nothing is done, and nothing is asked about what the resource is: what its own policy and its tags are,
/// the caller says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ExplainPermission {
    /// The user who would do it. Give this or `RoleName`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_name: Option<UserName>,
    /// The role whose session would do it. Give this or `UserName`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role_name: Option<RoleName>,
    /// What would be done, as policies call it: `kms:Decrypt`.
    pub permission: PermissionName,
    /// To what: `acs:kms:<region>:<account id>:key/<key id>`; `..:key` for all keys.
    pub resource: ResourceArn,
    /// What the session may do at the most, if it has a policy of its own: at most 2,048 characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub session_policy: Option<PolicyText>,
    /// The policy of the resource, as GetKeyPolicy tells it: at most 32,768 bytes. The trust policy of a role
    /// that is to be assumed and is the account's own is known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_policy: Option<PolicyText>,
    /// The tags of the resource, for `kms:tag/<key>`.
    #[serde(default, skip_serializing_if = "no_tags")]
    pub tags: Tags,
    /// For `kms:EncryptionContext:<key>`.
    #[serde(
        rename = "EncryptionContext",
        default,
        skip_serializing_if = "EncryptionContext::is_empty"
    )]
    pub context: EncryptionContext,
    /// For `kms:EncryptionAlgorithm`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encryption_algorithm: Option<String>,
    /// For `acs:SourceIp`: an address of IPv4 or IPv6. A condition that asks finds none if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<String>"))]
    pub source_ip: Option<IpAddr>,
    /// For `acs:SecureTransport`; true if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secure_transport: Option<bool>,
    /// For `acs:CurrentTime`; now if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub current_time: Option<Timestamp>,
}

fn no_tags(tags: &Tags) -> bool {
    tags.0.is_empty()
}

checked_text!(
    /// What policies call a permission: a service, a colon and an action, at most 128 characters.
    PermissionName, is_permission_name,
    "It must be <service>:<action>, as policies have it, without wildcards: kms:Decrypt."
);

fn is_permission_name(text: &str) -> bool {
    let is_word = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_alphanumeric());
    text.len() <= 128
        && text.split_once(':').is_some_and(|(service, action)| is_word(service) && is_word(action))
}

words! {
    /// What policies come to.
    Outcome, "It must be Allow, ImplicitDeny or ExplicitDeny.";
    /// Something allows it and nothing denies it.
    Allow = "Allow",
    /// Nothing allows it.
    ImplicitDeny = "ImplicitDeny",
    /// Something denies it.
    ExplicitDeny = "ExplicitDeny",
}

words! {
    /// Why it comes to that.
    OutcomeReason, "It must be Owner, StaysHome, TooLong, Denied, Allowed or Nothing.";
    /// The account itself asks for its own.
    Owner = "Owner",
    /// It is another account's, and never leaves it.
    StaysHome = "StaysHome",
    /// A name or a value is longer than what is compared.
    TooLong = "TooLong",
    /// A statement denies it: the one in `Deciding`.
    Denied = "Denied",
    /// Statements allow it: those in `Deciding`.
    Allowed = "Allowed",
    /// Nothing denies it, and nothing in `Missing` allows it.
    Nothing = "Nothing",
}

words! {
    /// Where a statement that allows it is missing.
    MissingLeave, "It must be Identity, Session, Resource or IdentityOrResource.";
    /// In the policies of the user and its groups, or of the role.
    Identity = "Identity",
    /// In the policy of the session.
    Session = "Session",
    /// In the policy of the resource.
    Resource = "Resource",
    /// In both, one of which is enough.
    IdentityOrResource = "IdentityOrResource",
}

words! {
    /// The element at which a statement turned out to be about something else.
    StatementElement, "It must be Action, Principal, Resource or Condition.";
    /// Other actions.
    Action = "Action",
    /// Others.
    Principal = "Principal",
    /// Other resources.
    Resource = "Resource",
    /// A condition that does not hold.
    Condition = "Condition",
}

/// The explanation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ExplainPermissionReply {
    /// Whether it would be allowed.
    pub decision: Outcome,
    /// Why.
    pub reason: OutcomeReason,
    /// Where leave is missing, if that is why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub missing: Option<MissingLeave>,
    /// The statements that decide: one that denies, or all that allow.
    pub deciding: List<DecidingStatement>,
    /// Every policy that has a say, with each of its statements.
    pub policies: List<ExplainedPolicy>,
}

/// A statement that decides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct DecidingStatement {
    /// Whose policy it is in.
    pub policy_kind: PolicyKind,
    /// The policy's name.
    pub policy_name: String,
    /// Its number in the policy's text, from 1.
    pub number: u32,
    /// What its author calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
}

/// A policy that has a say.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ExplainedPolicy {
    /// Whose it is.
    pub policy_kind: PolicyKind,
    /// Its name.
    pub policy_name: String,
    /// Its statements, in the order of the text.
    pub statements: List<ExplainedStatement>,
}

/// A statement, and where it stops.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ExplainedStatement {
    /// Its number in the text, from 1.
    pub number: u32,
    /// What its author calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    /// What it does where it matches.
    pub effect: Effect,
    /// The first element that does not match; absent if it matches.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stops_at: Option<StatementElement>,
    /// The operator of the condition that does not hold.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub operator: Option<Operator>,
    /// The key of the condition that does not hold, as the policy has it. Its values are not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub condition_key: Option<String>,
}

impl Row for DecidingStatement {
    const NAME: &'static str = "Statement";
}

impl Row for ExplainedPolicy {
    const NAME: &'static str = "Policy";
}

impl Row for ExplainedStatement {
    const NAME: &'static str = "Statement";
}

impl Action for ExplainPermission {
    const NAME: ActionName = ActionName::ExplainPermission;
    type Reply = ExplainPermissionReply;

    fn entities(&self) -> Vec<Entity<'_>> {
        let user = self.user_name.iter().map(Entity::User);
        user.chain(self.role_name.iter().map(Entity::Role)).collect()
    }

    fn check(&self, _: &Limits) -> Result<(), ApiError> {
        match (&self.user_name, &self.role_name) {
            (None, None) => Err(ApiError::missing_parameter("UserName")),
            (Some(_), Some(_)) => Err(ApiError::invalid_parameter(
                "RoleName",
                "Leave it out where UserName is given.",
            )),
            _ => {
                let session = self.session_policy.as_ref();
                session.map_or(Ok(()), |policy| PolicyKind::Session.check(policy))?;
                let resource = self.resource_policy.as_ref();
                resource.map_or(Ok(()), |policy| PolicyKind::Key.check(policy))
            }
        }
    }
}
