// SPDX-License-Identifier: Apache-2.0
//! Audit events: who called what, from where, on which key, with what outcome (wire reference,
//! section 4).
//!
//! An event is made of named fields that are never secret. Plaintext, ciphertext, encryption
//! context, descriptions, signatures and tokens have no field to go into: of a request's
//! parameters only those that [`ALLOWED_PARAMETERS`] names are kept.

use std::collections::BTreeMap;

use edgekms_api::{
    action::ActionName,
    error::ErrorCode,
    id::{AccountId, KeyId, Region, RequestId},
    place::Place,
    product::Product,
    time::Timestamp,
};
use serde::{Deserialize, Serialize, Serializer};

use crate::identity::{Caller, Principal};

/// An event that is to be stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewEvent {
    /// Its id, which no other event of its shard has.
    pub id: String,
    /// Its JSON, one line.
    pub line: String,
}

/// The parameters that an event may hold. Every other is left out, whatever it is.
pub const ALLOWED_PARAMETERS: [&str; 60] = [
    "AccountId",
    "Algorithm",
    "AliasName",
    "All",
    "CustomerMasterKeySpec",
    "DestinationEncryptionAlgorithm",
    "DestinationKeyId",
    "Direction",
    "DryRun",
    "DurationSeconds",
    "EnableAutomaticRotation",
    "EnableDeletionProtection",
    "EncryptionAlgorithm",
    "EndTime",
    "GroupName",
    "KeyId",
    "KeyPairSpec",
    "KeySpec",
    "KeyUsage",
    "KeyVersionId",
    "Limit",
    "MacAlgorithm",
    "MaxResults",
    "MaxSessionDuration",
    "MessageType",
    "NewGroupName",
    "NewUserName",
    "Number",
    "NumberOfBytes",
    "OIDCProviderArn",
    "OIDCProviderName",
    "Origin",
    "PageNumber",
    "PageSize",
    "PendingWindowInDays",
    "PolicyName",
    "PolicyType",
    "ProtectionLevel",
    "Quota",
    "RegionId",
    "ResourceType",
    "RoleArn",
    "RoleName",
    "RoleSessionName",
    "RootKeyVersion",
    "RotateStrategy",
    "RotationInterval",
    "SetAsDefault",
    "SigningAlgorithm",
    "SourceEncryptionAlgorithm",
    "SourceKeyId",
    "SourceKeyVersionId",
    "StartTime",
    "Status",
    "TargetKeyId",
    "UserAccessKeyId",
    "UserName",
    "VersionId",
    "WrappingAlgorithm",
    "WrappingKeySpec",
];

/// Longest value of a parameter in an event, in characters; an alias's ARN fits.
const PARAMETER_MAX_CHARS: usize = 320;
/// Longest user agent in an event, in characters.
const USER_AGENT_MAX_CHARS: usize = 256;
/// Longest source address in an event, in characters: an IPv6 address with a zone fits.
const ADDRESS_MAX_CHARS: usize = 64;

/// One call that was authenticated, or one thing that the service did by itself, in the field names
/// of ActionTrail.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct AuditEvent {
    /// The event's id: the request's, but for what the service does by itself, and for a change whose
    /// outcome an isolate does not know. No two events of one keyring have the same.
    pub event_id: RequestId,
    /// The request's id, if there was one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub request_id: Option<RequestId>,
    /// When it was decided.
    pub event_time: Timestamp,
    /// Whose action it is.
    #[serde(skip)]
    pub product: Product,
    /// The action.
    pub event_name: String,
    /// `Read` or `Write`.
    #[serde(rename = "eventRW")]
    pub event_rw: ReadWrite,
    /// The region.
    pub acs_region: Region,
    /// The account.
    pub recipient_account_id: AccountId,
    /// The identity that called.
    pub user_identity: UserIdentity,
    /// What is known of the request besides.
    #[serde(flatten)]
    pub facts: RequestFacts,
    /// The key concerned, once it is known; for a change or look that was refused, the id named.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key_id: Option<KeyId>,
    /// The key that was read from besides, as `key_id`: ReEncrypt alone has one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub source_key_id: Option<KeyId>,
    /// The keys that were named, where an action takes several.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub key_ids: Vec<KeyId>,
    /// The code that the call was refused with, if it was.
    #[serde(skip)]
    pub error_code: Option<ErrorCode>,
}

/// An event as it is stored: with what is alike for all, and what follows from the rest.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Line<'a> {
    event_version: u32,
    #[serde(flatten)]
    event: &'a AuditEvent,
    event_source: String,
    event_type: &'static str,
    event_category: &'static str,
    service_name: &'static str,
    api_version: &'static str,
    is_global: bool,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    referenced_resources: BTreeMap<&'static str, Vec<&'a str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_code: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error_message: Option<&'static str>,
}

/// Who called.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct UserIdentity {
    /// What kind of identity.
    #[serde(rename = "type")]
    pub principal: Principal,
    /// Its full name; none for the service itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub arn: Option<String>,
    /// Its account; none for the service itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub account_id: Option<AccountId>,
    /// Its id: the account's for root, `<role id>:<session>` for a session; none for the service itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub principal_id: Option<String>,
    /// Its name, `<role>:<session>` for a session; none for the service itself.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_name: Option<String>,
    /// Its access key; none for the service itself, and for whom a token proves.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_key_id: Option<String>,
    /// Of a session alone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session_context: Option<SessionAttributes>,
}

/// When a session was made, and how its holder was known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionAttributes {
    /// In seconds since 1970.
    pub issued: i64,
}

impl Serialize for SessionAttributes {
    /// In ActionTrail's form: one object inside another, the boolean a text.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        #[derive(Serialize)]
        #[serde(rename_all = "camelCase")]
        struct Attributes {
            creation_date: Timestamp,
            mfa_authenticated: &'static str,
        }
        #[derive(Serialize)]
        struct Form {
            attributes: Attributes,
        }
        let creation_date = Timestamp::from_unix_secs(self.issued);
        // Nobody here has a second factor.
        Form { attributes: Attributes { creation_date, mfa_authenticated: "false" } }
            .serialize(serializer)
    }
}

impl UserIdentity {
    /// Who a caller is.
    #[must_use]
    pub fn of(caller: &Caller) -> Self {
        let last = caller.arn.rsplit([':', '/']).next().unwrap_or_default();
        let id = match (caller.principal, &caller.principal_id) {
            (Principal::RootAccount, _) => caller.account.as_str(),
            (_, Some(id)) => id,
            (_, None) => last,
        };
        let name = match (caller.principal, &caller.name) {
            (Principal::AssumedRole, Some(role)) => format!("{role}:{last}"),
            (_, Some(name)) => name.clone(),
            (_, None) => last.to_owned(),
        };
        Self {
            principal: caller.principal,
            arn: Some(caller.arn.clone()),
            account_id: Some(caller.account.clone()),
            principal_id: Some(id.to_owned()),
            user_name: Some(name),
            access_key_id: Some(caller.access_key_id.clone()).filter(|id| !id.is_empty()),
            session_context: caller.issued.map(|issued| SessionAttributes { issued }),
        }
    }
}

/// Whether an action changes what is stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ReadWrite {
    /// It does not.
    Read,
    /// It does.
    Write,
}

/// What an event tells of the request besides action and caller. Bounded, and free of secrets.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RequestFacts {
    /// The address that the platform says the request came from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_ip_address: Option<String>,
    /// Whether it came by TLS.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub secure_transport: bool,
    /// What the caller's program calls itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    /// The parameters that [`ALLOWED_PARAMETERS`] names.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub request_parameters: BTreeMap<String, String>,
}

impl RequestFacts {
    /// The facts of a request with these headers, and those of its parameters that
    /// [`ALLOWED_PARAMETERS`] names.
    #[must_use]
    pub fn new(headers: &[(&str, &str)], parameters: Vec<(&'static str, String)>) -> Self {
        let header = |wanted: &str, max| {
            let found = headers.iter().find(|(name, _)| name.eq_ignore_ascii_case(wanted));
            found.map(|(_, value)| value.chars().take(max).collect())
        };
        let bounded = |(name, value): (&str, String)| {
            (name.to_owned(), value.chars().take(PARAMETER_MAX_CHARS).collect())
        };
        Self {
            // Cloudflare sets this header itself, and takes away one that a caller has sent.
            source_ip_address: header("cf-connecting-ip", ADDRESS_MAX_CHARS),
            secure_transport: header("x-forwarded-proto", 8).as_deref() == Some("https"),
            user_agent: header("user-agent", USER_AGENT_MAX_CHARS),
            request_parameters: parameters.into_iter().map(bounded).collect(),
        }
    }
}

/// A call, as far as every event of one knows it.
#[derive(Clone, Copy)]
pub struct Called<'a> {
    /// What was called.
    pub action: ActionName,
    /// The request's id.
    pub request_id: &'a RequestId,
    /// By whom.
    pub caller: &'a Caller,
    /// Where.
    pub place: &'a Place,
    /// What else is known of the request.
    pub facts: &'a RequestFacts,
}

impl AuditEvent {
    /// The event of a call that was decided at `now_millis`, so far without what it was about and how it
    /// ended.
    #[must_use]
    pub fn of_call(called: &Called<'_>, now_millis: i64) -> Self {
        let Called { action, request_id, caller, place, facts } = *called;
        Self {
            event_id: request_id.clone(),
            request_id: Some(request_id.clone()),
            event_time: Timestamp::from_unix_secs(now_millis.div_euclid(1000)),
            product: action.row().product,
            event_name: action.as_str().to_owned(),
            event_rw: if action.changes() { ReadWrite::Write } else { ReadWrite::Read },
            acs_region: place.region.clone(),
            recipient_account_id: place.account.clone(),
            user_identity: UserIdentity::of(caller),
            facts: facts.clone(),
            key_id: None,
            source_key_id: None,
            key_ids: Vec::new(),
            error_code: None,
        }
    }

    /// The event as one line of JSON.
    #[must_use]
    pub fn to_line(&self) -> String {
        let is_own = self.user_identity.principal == Principal::System;
        let product = self.product.row();
        // Which of its names a caller used is the caller's word; this one is the product's.
        let host = product.hosts.first().copied().unwrap_or_default();
        let line = Line {
            event_version: 1,
            event: self,
            event_source: if product.is_regional {
                format!("{host}.{}.aliyuncs.com", self.acs_region)
            } else {
                format!("{host}.aliyuncs.com")
            },
            event_type: if is_own { "AliyunServiceEvent" } else { "ApiCall" },
            event_category: "Management",
            service_name: product.service,
            api_version: product.version,
            is_global: !product.is_regional,
            referenced_resources: self.resources(),
            error_code: self.error_code.map(ErrorCode::as_str),
            // The code's own sentence: a call's may repeat what the caller said.
            error_message: self.error_code.map(ErrorCode::default_message),
        };
        serde_json::to_string(&line).unwrap_or_default()
    }

    /// What it was about, by type.
    fn resources(&self) -> BTreeMap<&'static str, Vec<&str>> {
        let keys = self.key_id.iter().chain(&self.source_key_id).chain(&self.key_ids);
        let keys: Vec<_> = keys.map(KeyId::as_str).collect();
        let named = |parameter: &str| {
            let given = self.facts.request_parameters.get(parameter);
            given.map(String::as_str).into_iter().collect::<Vec<_>>()
        };
        let mut all =
            BTreeMap::from([("ACS::KMS::Key", keys), ("ACS::KMS::Alias", named("AliasName"))]);
        match self.product {
            Product::Ram | Product::Ims => {
                all.extend(OF_ACCOUNTS.map(|(kind, parameter)| (kind, named(parameter))))
            }
            Product::Sts => {
                let role = named("RoleArn").into_iter().filter_map(|arn| arn.rsplit('/').next());
                all.insert("ACS::RAM::Role", role.collect());
            }
            Product::Kms | Product::Trail => {}
        }
        all.retain(|_, ids| !ids.is_empty());
        all
    }
}

/// What an account holds, by type, and the parameter that names it.
const OF_ACCOUNTS: [(&str, &str); 6] = [
    ("ACS::RAM::AccessKey", "UserAccessKeyId"),
    ("ACS::RAM::Group", "GroupName"),
    ("ACS::RAM::OIDCProvider", "OIDCProviderName"),
    ("ACS::RAM::Policy", "PolicyName"),
    ("ACS::RAM::Role", "RoleName"),
    ("ACS::RAM::User", "UserName"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_that_is_kept_is_bounded_and_nothing_secret_may_be() {
        let (key, agent) = ("k".repeat(1_000), "a".repeat(1_000));
        let headers = [
            ("User-Agent", agent.as_str()),
            ("CF-Connecting-IP", "192.0.2.1"),
            ("authorization", "secret"),
        ];
        for secret in ["Plaintext", "EncryptionContext", "Description", "CiphertextBlob", "Tags"] {
            assert!(!ALLOWED_PARAMETERS.contains(&secret), "{secret}");
        }
        let facts = RequestFacts::new(&headers, vec![("KeyId", key)]);
        let names: Vec<_> = facts.request_parameters.keys().collect();
        assert_eq!(names, ["KeyId"]);
        assert_eq!(facts.request_parameters["KeyId"].len(), PARAMETER_MAX_CHARS);
        assert_eq!(facts.user_agent.unwrap().len(), USER_AGENT_MAX_CHARS);
        assert_eq!(facts.source_ip_address.unwrap(), "192.0.2.1");
    }
}
