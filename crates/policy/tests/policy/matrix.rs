// SPDX-License-Identifier: Apache-2.0
//! Decisions that follow from rules of the manual, one by one: `tests/vectors/policy-decisions.json`. Each
//! names its rule; a rule that the manual leaves open is one of `docs/api-choices.md`, and says so.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use edgekms_policy::{Explanation, decide, explain};
use serde_json::{Value, json};

use crate::reference;
use crate::world::{Compiled, ask};

pub(crate) fn cases() -> Vec<Value> {
    let path =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/policy-decisions.json");
    let Value::Array(cases) = serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
    else {
        panic!("a list of cases")
    };
    cases
}

fn explained<T>(case: &Value, look: impl FnOnce(&Explanation<'_>) -> T) -> T {
    let compiled = Compiled::new(case);
    ask(&case["request"], |request| {
        compiled.with(|policies| {
            let explanation = explain(request, policies);
            assert_eq!(decide(request, policies), explanation.decision, "{case:#}");
            look(&explanation)
        })
    })
}

#[test]
fn each_decision_is_what_the_manual_s_rule_says() {
    let cases = cases();
    let names: BTreeSet<_> = cases.iter().map(|case| case["name"].as_str().unwrap()).collect();
    assert!(names.len() == cases.len() && cases.len() >= 200, "{} of {}", names.len(), cases.len());
    for case in &cases {
        let (name, expected) = (&case["name"], case["expected"].as_str().unwrap());
        assert!(case["rule"].as_str().is_some_and(|rule| !rule.is_empty()), "{name}");
        assert_eq!(reference::verdict(case), expected, "reference: {name}");
        explained(case, |explanation| {
            assert_eq!(format!("{:?}", explanation.decision.verdict), expected, "{name}");
        });
    }
}

/// A user's policy with three statements, and a key policy.
fn case() -> Value {
    json!({
        "identity": [{ "Version": "1", "Statement": [
            { "Sid": "all", "Effect": "Allow", "Action": "kms:*", "Resource": "*" },
            { "Effect": "Deny", "Action": "kms:Decrypt", "Resource": "acs:kms:*:*:key/other" },
            { "Sid": "office", "Effect": "Deny", "Action": "kms:*", "Resource": "*", "Condition": {
                "StringNotEquals": { "kms:EncryptionContext:user": "s3cret-policy" } } },
        ] }],
        "resource": { "Version": "1", "Statement": { "Effect": "Allow", "Action": "kms:Encrypt",
            "Principal": { "RAM": "acs:ram::1111111111111111:user/bob" }, "Resource": "*" } },
        "request": { "subject": { "user": "alice", "account": "1111111111111111" },
            "action": "kms:Decrypt", "resource": "acs:kms:cn-hangzhou:1111111111111111:key/k1",
            "values": { "context": { "user": "s3cret-request" } } },
    })
}

#[test]
fn an_explanation_names_policy_statement_and_element_and_no_value() {
    let denied = explained(&case(), |explanation| serde_json::to_value(explanation).unwrap());
    let cited = json!({ "because": "Denied", "Kind": "identity", "Policy": "identity-0", "Statement": 3, "Sid": "office" });
    assert_eq!(denied["Decision"], json!({ "Verdict": "ExplicitDeny", "Reason": cited }));
    let statements = &denied["Policies"][0]["Statements"];
    assert_eq!(statements[0], json!({ "Number": 1, "Sid": "all", "Effect": "Allow" }));
    assert_eq!(statements[1]["StopsAt"], json!({ "element": "Resource" }));
    assert_eq!(denied["Policies"][1]["Kind"], "key");
    assert_eq!(denied["Policies"][1]["Statements"][0]["StopsAt"], json!({ "element": "Action" }));
    assert!(!denied.to_string().contains("s3cret"), "{denied}");

    let mut allowed = case();
    allowed["request"]["values"]["context"]["user"] = "s3cret-policy".into();
    let allowed = explained(&allowed, |explanation| serde_json::to_value(explanation).unwrap());
    assert_eq!(allowed["Decision"]["Verdict"], "Allow");
    assert_eq!(allowed["Decision"]["Reason"]["Identity"]["Sid"], "all");
    let key = "kms:EncryptionContext:user";
    let stops = json!({ "element": "Condition", "Operator": "StringNotEquals", "Key": key });
    assert_eq!(allowed["Policies"][0]["Statements"][2]["StopsAt"], stops);
    assert!(!allowed.to_string().contains("s3cret"), "{allowed}");

    let mut nothing = case();
    nothing["identity"] = json!([]);
    let nothing = explained(&nothing, |explanation| serde_json::to_value(explanation).unwrap());
    let reason = json!({ "because": "Nothing", "Missing": "IdentityOrResource" });
    assert_eq!(nothing["Decision"], json!({ "Verdict": "ImplicitDeny", "Reason": reason }));
}
