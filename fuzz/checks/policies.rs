// SPDX-License-Identifier: Apache-2.0
//! What must hold for any bytes that are taken for a policy. The fuzz target runs it, and so do the tests of
//! crates/policy over the target's corpus.

use edgekms_api::context::EncryptionContext;
use edgekms_api::id::AccountId;
use edgekms_api::policy::PolicyKind;
use edgekms_api::time::Timestamp;
use edgekms_policy::{
    CompiledPolicy, Decision, NamedPolicy, Oidc, Policies, Request, Resource, Rule, Subject,
    Values, Verdict, Vocabulary, decide, explain,
};

const OWN: &str = "1111111111111111";
const OTHER: &str = "2222222222222222";
const ALLOWS_ALL: &str =
    r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

/// Reads the bytes as a policy of each kind, asks it, and counts the kinds that it is one of.
pub(crate) fn policy(bytes: &[u8]) -> usize {
    let Ok(text) = std::str::from_utf8(bytes) else { return 0 };
    let compile =
        |&kind: &PolicyKind| match CompiledPolicy::compile(kind, text, Vocabulary::of_table()) {
            Ok(policy) => Some(policy),
            Err(fault) => {
                assert!(fault.to_string().len() < 1_000, "a refusal is short");
                None
            }
        };
    let policies: Vec<_> = PolicyKind::ALL.iter().filter_map(compile).collect();
    for policy in &policies {
        holds(policy);
    }
    policies.len()
}

fn holds(policy: &CompiledPolicy) {
    let (own, other): (AccountId, AccountId) = (OWN.parse().unwrap(), OTHER.parse().unwrap());
    let allows_all =
        CompiledPolicy::compile(PolicyKind::Identity, ALLOWS_ALL, Vocabulary::of_table()).unwrap();
    let named = NamedPolicy { name: "it", policy };
    let allowing = [NamedPolicy { name: "all", policy: &allows_all }];
    let both = [allowing[0], named];
    let (alone, kind) = (&both[1..], policy.kind());
    let sets = |with: bool| match kind {
        PolicyKind::Identity => {
            Policies { identity: if with { &both } else { &allowing }, ..Policies::default() }
        }
        PolicyKind::Session => {
            Policies { identity: &allowing, session: with.then_some(named), ..Policies::default() }
        }
        PolicyKind::Trust | PolicyKind::Key => {
            Policies { identity: &allowing, resource: with.then_some(named), session: None }
        }
    };
    for owner in [&own, &other] {
        each_request(&own, owner, |request| {
            let with = agreed(request, &sets(true));
            let without = agreed(request, &sets(false));
            if kind == PolicyKind::Session && with.verdict == Verdict::Allow {
                assert_eq!(without.verdict, Verdict::Allow, "a session policy gives nothing");
            }
            if kind == PolicyKind::Identity {
                let alone = Policies { identity: alone, ..Policies::default() };
                let alone = agreed(request, &alone);
                let is_denied = alone.verdict == Verdict::ExplicitDeny;
                assert_eq!(with.verdict == Verdict::ExplicitDeny, is_denied, "a denial wins");
                let foreign = request.resource.owner != &own;
                assert!(!foreign || alone.verdict != Verdict::Allow, "it takes both sides");
            }
            let home = Request { rule: Rule::StaysHome, ..*request };
            let home = agreed(&home, &sets(true));
            assert!(owner == &own || home.verdict == Verdict::ImplicitDeny, "it stays home");
        });
    }
}

/// Decides both ways.
fn agreed<'p>(request: &Request<'_>, policies: &Policies<'p>) -> Decision<'p> {
    let decision = decide(request, policies);
    assert_eq!(explain(request, policies).decision, decision);
    decision
}

fn each_request(own: &AccountId, owner: &AccountId, mut look: impl FnMut(&Request<'_>)) {
    let vocabulary = Vocabulary::of_table();
    let context: EncryptionContext =
        [("user".to_owned(), "alice".to_owned())].into_iter().collect();
    let values = Values {
        source_ip: Some("192.0.2.1"),
        encryption_context: Some(&context),
        oidc: Some(Oidc { issuer: "https://login.example", audience: &["web"], subject: "alice" }),
        ..Values::at(Timestamp::from_unix_secs(1_795_348_800))
    };
    for subject in
        [Subject::User { account: own, name: "alice" }, Subject::Role { account: own, name: "web" }]
    {
        for permission in ["kms:Encrypt", "kms:DescribeKey"] {
            let permission = vocabulary.find(permission).unwrap();
            for name in ["key/k1", "alias/a"] {
                let resource = Resource { service: "kms", region: "cn-hangzhou", owner, name };
                look(&Request { subject, permission, resource, rule: Rule::Ordinary, values });
            }
        }
    }
}
