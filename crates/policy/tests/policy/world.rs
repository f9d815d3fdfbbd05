// SPDX-License-Identifier: Apache-2.0
//! A case as JSON, and the engine's view of it. The reference evaluator reads the same JSON.
//!
//! ```json
//! { "identity": [DOCUMENT], "session": DOCUMENT, "resource": DOCUMENT,
//!   "request": { "subject": { "user": "alice", "account": "1111111111111111" },
//!                "action": "kms:Encrypt", "resource": "acs:kms:cn-hangzhou:1111111111111111:key/k1",
//!                "rule": "Ordinary", "values": { "acs:SourceIp": "192.0.2.1", "tags": {}, "context": {},
//!                "oidc": { "iss": "", "aud": [""], "sub": "" } } } }
//! ```

use std::sync::LazyLock;

use edgekms_api::context::EncryptionContext;
use edgekms_api::id::AccountId;
use edgekms_api::key::tag::Tag;
use edgekms_api::policy::PolicyKind;
use edgekms_api::time::Timestamp;
use edgekms_policy::{
    CompiledPolicy, NamedPolicy, Oidc, Policies, Request, Resource, Rule, Subject, Values,
    Vocabulary,
};
use serde_json::Value;

/// When nothing else is said.
pub(crate) const NOW: &str = "2026-11-22T12:00:00Z";

/// The table's names, and those of services whose rows are still to come.
pub(crate) static VOCABULARY: LazyLock<Vocabulary> = LazyLock::new(|| {
    Vocabulary::with(&["sts:AssumeRole", "sts:AssumeRoleWithOIDC", "ram:GetUser", "ram:ListUsers"])
});

/// The compiled policies of a case.
pub(crate) struct Compiled {
    identity: Vec<CompiledPolicy>,
    session: Option<CompiledPolicy>,
    resource: Option<CompiledPolicy>,
}

impl Compiled {
    pub(crate) fn new(case: &Value) -> Self {
        let compile = |kind: PolicyKind, document: &Value| {
            let text = document.to_string();
            CompiledPolicy::compile(kind, &text, &VOCABULARY)
                .unwrap_or_else(|fault| panic!("{fault} {text}"))
        };
        let of_resource = match case["request"]["rule"].as_str() {
            Some("AssumeRole") => PolicyKind::Trust,
            _ => PolicyKind::Key,
        };
        let one = |kind, document: &Value| (!document.is_null()).then(|| compile(kind, document));
        let identity = case["identity"].as_array().into_iter().flatten();
        Self {
            identity: identity.map(|document| compile(PolicyKind::Identity, document)).collect(),
            session: one(PolicyKind::Session, &case["session"]),
            resource: one(of_resource, &case["resource"]),
        }
    }

    /// Calls `look` with these as the policies of a request.
    pub(crate) fn with<T>(&self, look: impl FnOnce(&Policies<'_>) -> T) -> T {
        let names: Vec<_> = (0..self.identity.len()).map(|at| format!("identity-{at}")).collect();
        let identity = self.identity.iter().zip(&names);
        let identity: Vec<_> =
            identity.map(|(policy, name)| NamedPolicy { name, policy }).collect();
        let named = |name, policy| NamedPolicy { name, policy };
        look(&Policies {
            identity: &identity,
            session: self.session.as_ref().map(|policy| named("session", policy)),
            resource: self.resource.as_ref().map(|policy| named("default", policy)),
        })
    }
}

/// Calls `look` with the request.
pub(crate) fn ask<T>(request: &Value, look: impl FnOnce(&Request<'_>) -> T) -> T {
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let subject = &request["subject"];
    let account: Option<AccountId> = text(&subject["account"]).map(|id| id.parse().unwrap());
    let arn: Vec<&str> = request["resource"].as_str().unwrap().splitn(5, ':').collect();
    let owner: AccountId = arn[3].parse().unwrap();
    let values = &request["values"];
    let tags = values["tags"].as_object().into_iter().flatten();
    let tags: Vec<Tag> = tags
        .map(|(key, value)| Tag {
            key: key.parse().unwrap(),
            value: value.as_str().unwrap().parse().unwrap(),
        })
        .collect();
    let context: Option<EncryptionContext> = values["context"]
        .as_object()
        .map(|_| serde_json::from_value(values["context"].clone()).unwrap());
    let audience = values["oidc"]["aud"].as_array().into_iter().flatten();
    let audience: Vec<&str> = audience.map(|one| one.as_str().unwrap()).collect();
    let oidc = values["oidc"].as_object().map(|oidc| Oidc {
        issuer: oidc["iss"].as_str().unwrap(),
        audience: &audience,
        subject: oidc["sub"].as_str().unwrap(),
    });
    let now: Timestamp = values["acs:CurrentTime"].as_str().unwrap_or(NOW).parse().unwrap();
    let name = |field: &str| subject[field].as_str();
    let request = Request {
        subject: match (&account, name("user"), name("role")) {
            (Some(account), Some(name), _) => Subject::User { account, name },
            (Some(account), _, Some(name)) => Subject::Role { account, name },
            (Some(account), ..) => Subject::Root { account },
            (None, ..) => match name("federated") {
                Some(provider) => Subject::Federated { provider },
                None => Subject::Service { name: name("service").unwrap() },
            },
        },
        permission: VOCABULARY.find(request["action"].as_str().unwrap()).unwrap(),
        resource: Resource { service: arn[1], region: arn[2], owner: &owner, name: arn[4] },
        rule: match request["rule"].as_str() {
            Some("StaysHome") => Rule::StaysHome,
            Some("AssumeRole") => Rule::AssumeRole,
            _ => Rule::Ordinary,
        },
        values: Values {
            source_ip: values["acs:SourceIp"].as_str(),
            secure_transport: values["acs:SecureTransport"].as_bool().unwrap_or(true),
            mfa_present: values["acs:MFAPresent"].as_bool().unwrap_or(false),
            tags: &tags,
            encryption_context: context.as_ref(),
            encryption_algorithm: values["kms:EncryptionAlgorithm"].as_str(),
            oidc,
            external_id: values["sts:ExternalId"].as_str(),
            ..Values::at(now)
        },
    };
    look(&request)
}
