// SPDX-License-Identifier: Apache-2.0
//! Documents that are drawn: what is translated is translated back to the same meaning.

use super::*;

fn select(of: &'static [&'static str]) -> impl Strategy<Value = Value> {
    prop::collection::vec(prop::sample::select(of), 1..4).prop_map(|all| match all.as_slice() {
        [one] => json!(one),
        many => json!(many),
    })
}

fn condition() -> impl Strategy<Value = (String, String, Value)> {
    let operator = prop::sample::select(Operator::ALL);
    let suffix = prop::sample::select(vec!["", "", "IfExists"]);
    let key = prop::sample::select(KEYS.iter().map(|key| key.aws).collect::<Vec<_>>());
    let value =
        select(&["a", "*b*", "true", "10", "2030-01-01T00:00:00Z", "1893456000", "::/0", "${x}"]);
    (operator, suffix, key, "[a-c]{1,2}", value).prop_map(|(operator, suffix, key, name, value)| {
        let name = if key.ends_with([':', '/']) { name } else { String::new() };
        (format!("{operator}{suffix}"), format!("{key}{name}"), value)
    })
}

fn statement() -> impl Strategy<Value = Value> {
    let names =
        || prop::sample::select(NAMES.iter().map(|name| name.aws.as_str()).collect::<Vec<_>>());
    let action = prop_oneof![
        select(&[
            "kms:*",
            "kms:Encr*",
            "kms:List*",
            "kms:*n",
            "kms:Re*",
            "kms:?e*",
            "kms:CreateGrant"
        ]),
        prop::collection::vec(names(), 1..5).prop_map(|all| json!(all)),
    ];
    let principal = select(&[
        "*",
        ACCOUNT,
        "arn:aws:iam::6543210987654321:root",
        "arn:aws:iam::1234567890123456:user/alice",
        "arn:aws:iam::1234567890123456:role/Web",
    ]);
    let effect = prop::sample::select(vec!["Allow", "Deny"]);
    let conditions = prop::collection::vec(condition(), 0..3);
    (effect, action, principal, conditions).prop_map(|(effect, action, principal, conditions)| {
        let mut statement = json!({ "Effect": effect, "Action": action, "Resource": "*",
            "Principal": { "AWS": principal } });
        for (operator, key, value) in conditions {
            statement["Condition"][operator][key] = value;
        }
        statement
    })
}

proptest! {
    #[test]
    fn what_is_translated_back_means_the_same(
        statements in prop::collection::vec(statement(), 1..4),
        version in prop::sample::select(vec![WITH_VARIABLES, WITHOUT_VARIABLES]),
    ) {
        let document = json!({ "Version": version, "Id": "x", "Statement": statements });
        let Ok(own) = to_own(PolicyKind::Key, &document.to_string()) else { return Ok(()) };
        let aws = told(own.clone());
        prop_assert!(aws != own, "it was in AWS's words");
        let again = to_own(PolicyKind::Key, &aws).unwrap();
        prop_assert_eq!(&again, &own);
        prop_assert_eq!(told(again), aws);
    }

    #[test]
    fn any_text_is_translated_or_refused_in_few_words(text in "\\PC{0,60}", at in 0..5_usize) {
        let element = ["Action", "Principal", "Resource", "Condition", "Sid"][at];
        let value = match element {
            "Principal" => json!({ "AWS": text }),
            "Condition" => json!({ "StringLike": { text.clone(): text } }),
            _ => json!(text),
        };
        for (kind, bad) in [
            (PolicyKind::Key, document(element, value.clone())),
            (PolicyKind::Session, session(element, value.clone())),
        ] {
            if let Err(fault) = to_own(kind, &bad.to_string()) {
                prop_assert!(fault.to_string().len() < 1_000);
            }
        }
    }
}
