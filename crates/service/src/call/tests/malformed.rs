// SPDX-License-Identifier: Apache-2.0
//! Calls whose parameters cannot be: refused where they are read, so that they cost the keyring
//! nothing, and recorded.

use serde_json::json;

use super::{
    policy::{AWS_POLICY, POLICY},
    *,
};

/// Actions that name a key by `KeyId` and mean nothing without it.
const NEEDS_KEY: &[&str] = &[
    "DescribeKey",
    "UpdateKeyDescription",
    "EnableKey",
    "DisableKey",
    "ScheduleKeyDeletion",
    "CancelKeyDeletion",
    "TagResource",
    "UntagResource",
    "ListResourceTags",
    "ListKeyVersions",
    "ListAliasesByKeyId",
    "GetKeyPolicy",
    "SetKeyPolicy",
    "ListKeyPolicies",
];

type Params = Vec<(&'static str, String)>;

/// Parameters that no call of this action can have, or that are too few for one, in Alibaba's form.
fn alibaba(action: &str) -> Vec<Params> {
    let long = "x".repeat(8_193);
    let mut all = Vec::new();
    if NEEDS_KEY.contains(&action) {
        // No key, and keys that nothing can be called.
        let rest: &[_] = &[("Description", "d"), ("PendingWindowInDays", "7")];
        all.push(own(rest));
        all.extend(["a b", "", "acs:kms:x", &"x".repeat(65)].map(|key| {
            let mut params = own(rest);
            params.push(("KeyId", key.to_owned()));
            params
        }));
    }
    all.extend(match action {
        "CreateKey" => vec![
            own(&[("Description", &long)]),
            own(&[("Description", "\u{1}")]),
            own(&[("KeySpec", "AES")]),
            own(&[("KeyUsage", "EVERYTHING")]),
            own(&[("Tags", "[")]),
            own(&[("Tags", r#"[{"TagKey":""}]"#)]),
            own(&[("EnableAutomaticRotation", "true")]),
            own(&[("Policy", "{}")]),
        ],
        "DescribeKey" | "EnableKey" | "DisableKey" | "CancelKeyDeletion" => vec![],
        "UpdateKeyDescription" => {
            vec![own(&[("KeyId", "k")]), own(&[("KeyId", "k"), ("Description", &long)])]
        }
        "ScheduleKeyDeletion" => {
            let days = |days: &str| own(&[("KeyId", "k"), ("PendingWindowInDays", days)]);
            vec![own(&[("KeyId", "k")]), days("6"), days("367"), days("7.0"), days("seven")]
        }
        "TagResource" => vec![
            own(&[("KeyId", "k")]),
            own(&[("KeyId", "k"), ("Tags", "[")]),
            own(&[("KeyId", "k"), ("Tags", r#"[{"TagKey":"acs:k"}]"#)]),
        ],
        "UntagResource" => vec![own(&[("KeyId", "k")]), own(&[("KeyId", "k"), ("TagKeys", "[1]")])],
        "CreateAlias" | "UpdateAlias" => vec![
            own(&[("KeyId", "k")]),
            own(&[("AliasName", "alias/a")]),
            own(&[("KeyId", "k"), ("AliasName", "a")]),
            own(&[("KeyId", "a b"), ("AliasName", "alias/a")]),
            own(&[("KeyId", "alias/a"), ("AliasName", "alias/a")]),
        ],
        "DeleteAlias" => vec![own(&[]), own(&[("AliasName", "a")]), own(&[("AliasName", "")])],
        "ListKeys" | "ListAliases" => vec![
            own(&[("PageSize", "101")]),
            own(&[("PageSize", "-1")]),
            own(&[("PageNumber", "0")]),
            own(&[("PageNumber", "x")]),
        ],
        // What every action has in common is above.
        _ => of_lists_and_policies(action),
    });
    all
}

fn own(pairs: &[(&'static str, &str)]) -> Params {
    pairs.iter().map(|(name, value)| (*name, (*value).to_owned())).collect()
}

fn of_lists_and_policies(action: &str) -> Vec<Params> {
    match action {
        "TagResources" | "UntagResources" => {
            let with = |name, value| {
                let rest: [(&str, &str); 4] = [
                    ("ResourceType", "key"),
                    ("ResourceId.1", "k"),
                    ("Tag.1.Key", "a"),
                    ("TagKey.1", "a"),
                ];
                let mut all: Vec<_> = rest.into_iter().filter(|(held, _)| *held != name).collect();
                all.extend([(name, value)]);
                own(&all)
            };
            vec![
                with("ResourceType", ""),
                with("ResourceType", "certificate"),
                with("ResourceType", "secret"),
                with("ResourceId.1", "a b"),
                with("ResourceId.1", "alias/a"),
                with("ResourceId.3", "k"),
                with("ResourceId.0", "k"),
                with(if action == "TagResources" { "Tag.1.Key" } else { "TagKey.1" }, "<"),
                with(if action == "TagResources" { "Tag.3.Key" } else { "TagKey.3" }, "b"),
            ]
        }
        "GetKeyPolicy" => {
            vec![own(&[("KeyId", "alias/a")]), own(&[("KeyId", "k"), ("PolicyName", "other")])]
        }
        "SetKeyPolicy" => {
            let policy = |policy: &str| own(&[("KeyId", "k"), ("Policy", policy)]);
            vec![
                own(&[("KeyId", "k")]),
                own(&[("KeyId", "k"), ("Policy", POLICY), ("PolicyName", "other")]),
                policy(""),
                policy("{}"),
                policy(AWS_POLICY),
                policy(&"x".repeat(32_769)),
            ]
        }
        "ListTagResources" => vec![
            own(&[]),
            own(&[("ResourceType", "key"), ("NextToken", "x")]),
            own(&[("ResourceType", "key"), ("ResourceId.2", "k")]),
        ],
        "ListKeyUsage" => vec![
            own(&[("StartDate", "28.11.2026")]),
            own(&[("EndDate", "2026-11-31")]),
            own(&[("StartDate", "2026-11-28"), ("EndDate", "2026-11-27")]),
            own(&[("NextToken", "x")]),
        ],
        "ListAliasesByKeyId" => vec![
            own(&[("KeyId", "alias/a")]),
            own(&[("KeyId", "k"), ("PageSize", "102")]),
            own(&[("KeyId", "k"), ("PageNumber", "0")]),
        ],
        _ => Vec::new(),
    }
}

/// The same in AWS's form.
fn aws(action: &str) -> Vec<Value> {
    let long = "x".repeat(8_193);
    let mut all = Vec::new();
    if NEEDS_KEY.contains(&action) {
        all.push(json!({ "Description": "d" }));
        let bad = [json!("a b"), json!(""), json!(1), json!(["k"]), json!("arn:aws:kms:x")];
        all.extend(bad.map(|key| json!({ "KeyId": key, "Description": "d" })));
    }
    all.extend(match action {
        "CreateKey" => vec![
            json!({ "Description": long }),
            json!({ "Description": "\u{1}" }),
            json!({ "Description": 1 }),
            json!({ "KeySpec": "AES" }),
            json!({ "KeySpec": "SYMMETRIC_DEFAULT", "CustomerMasterKeySpec": "SYMMETRIC_DEFAULT" }),
            json!({ "KeyUsage": "EVERYTHING" }),
            json!({ "Tags": [{ "TagKey": "" }] }),
            json!({ "Tags": {} }),
            json!({ "MultiRegion": true }),
        ],
        "DescribeKey" | "EnableKey" | "DisableKey" | "CancelKeyDeletion" => vec![],
        "UpdateKeyDescription" => {
            vec![json!({ "KeyId": "k" }), json!({ "KeyId": "k", "Description": long })]
        }
        "ScheduleKeyDeletion" => {
            let days = |days: Value| json!({ "KeyId": "k", "PendingWindowInDays": days });
            vec![days(json!(6)), days(json!(31)), days(json!("7")), days(json!(7.5))]
        }
        "CreateAlias" | "UpdateAlias" => vec![
            json!({ "TargetKeyId": "k" }),
            json!({ "AliasName": "alias/a" }),
            json!({ "TargetKeyId": "k", "AliasName": "a" }),
            json!({ "TargetKeyId": "a b", "AliasName": "alias/a" }),
            json!({ "TargetKeyId": "alias/a", "AliasName": "alias/a" }),
        ],
        "GetKeyPolicy" => vec![json!({ "KeyId": "k", "PolicyName": "other" })],
        "SetKeyPolicy" => {
            let policy = |policy: Value| json!({ "KeyId": "k", "Policy": policy });
            vec![
                json!({ "KeyId": "k" }),
                json!({ "KeyId": "k", "Policy": AWS_POLICY, "PolicyName": "other" }),
                policy(json!("")),
                policy(json!({})),
                policy(json!("{}")),
                policy(json!(POLICY)),
                policy(json!("x".repeat(32_769))),
            ]
        }
        "ListKeyPolicies" => {
            vec![json!({ "KeyId": "k", "Limit": 0 }), json!({ "KeyId": "k", "Marker": "x" })]
        }
        "DeleteAlias" => vec![json!({}), json!({ "AliasName": "a" }), json!({ "AliasName": 1 })],
        "ListKeys" | "ListAliases" => vec![
            json!({ "Limit": 1001 }),
            json!({ "Limit": -1 }),
            json!({ "Limit": "1" }),
            json!({ "Marker": "x" }),
            json!({ "Marker": 1 }),
        ],
        // What every action has in common is above.
        _ => Vec::new(),
    });
    all
}

fn keyring_actions() -> impl Iterator<Item = ActionName> {
    ActionName::ALL.iter().copied().filter(|action| action.is_for_the_keyring())
}

/// The one event that is written meanwhile, of this action.
fn event_of(service: &Service, action: ActionName, call: impl FnOnce()) -> Value {
    let before = service.world.audit.lines.borrow().len();
    call();
    let lines = service.world.audit.lines.borrow();
    let events = &lines[before..];
    assert_eq!(events.len(), 1, "{action:?}: {events:?}");
    let event: Value = serde_json::from_str(&events[0]).unwrap();
    assert_eq!(event["eventName"], action.as_str());
    assert_eq!(event["eventRW"], if action.changes() { "Write" } else { "Read" });
    event
}

#[test]
fn a_malformed_call_costs_the_keyring_nothing_and_is_recorded() {
    let service = Service::new();
    for action in keyring_actions() {
        let name = action.as_str();
        let in_alibaba = action.row().clouds != edgekms_api::action::Clouds::Aws;
        for params in alibaba(name).into_iter().filter(|_| in_alibaba) {
            let params: Vec<_> = params.iter().map(|(name, value)| (*name, &**value)).collect();
            let event = event_of(&service, action, || {
                let (status, refused) = service.signed(name, &params, &service.nonce());
                assert_eq!(status, 400, "{name} {params:?}: {refused}");
            });
            assert!(event["errorCode"].is_string());
        }
        let in_aws = action.row().clouds != edgekms_api::action::Clouds::Aliyun;
        for body in aws(name).into_iter().filter(|_| in_aws) {
            let event = event_of(&service, action, || {
                let refused = service.aws(action.row().aws_name, &body);
                assert_eq!(refused.status, 400, "{name} {body}: {}", refused.body);
            });
            assert!(event["errorCode"].is_string());
        }
    }
    assert!(service.world.messages.borrow().is_empty(), "no keyring heard of it");
    assert_eq!(service.world.kv.loads.get(), 0);
}

#[test]
fn a_malformed_change_leaves_its_nonce_to_the_keyring() {
    let mut service = Service::new();
    let key = service.new_key();
    let change = |service: &Service, key: &str| {
        let (status, answer) = service.signed("DisableKey", &[("KeyId", key)], "n");
        if status == 200 { "done".to_owned() } else { code(&answer) }
    };
    assert_eq!(change(&service, "a b"), "InvalidParameter");
    assert_eq!(change(&service, &key), "SignatureNonceUsed", "this isolate has seen it");
    service.new_isolate();
    assert_eq!(change(&service, &key), "done", "the keyring has not");
    service.new_isolate();
    assert_eq!(change(&service, &key), "SignatureNonceUsed", "and now it has");
}
