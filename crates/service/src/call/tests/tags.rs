// SPDX-License-Identifier: Apache-2.0
//! Labels of several keys at once, and a key's aliases.

use std::collections::BTreeSet;

use serde_json::json;

use super::{aws::arn, *};

/// Parameters numbered from 1 on: `name.1`, `name.2`.
fn numbered(name: &str, values: &[&str]) -> Vec<(String, String)> {
    let entry = |(at, value): (usize, &&str)| (format!("{name}.{}", at + 1), (*value).to_owned());
    values.iter().enumerate().map(entry).collect()
}

/// The same, of tags.
fn tags(tags: &[(&str, &str)]) -> Vec<(String, String)> {
    let entry = |(at, (key, value)): (usize, &(&str, &str))| {
        let name = |part: &str| format!("Tag.{}.{part}", at + 1);
        [(name("Key"), (*key).to_owned()), (name("Value"), (*value).to_owned())]
    };
    tags.iter().enumerate().flat_map(entry).collect()
}

impl Service {
    fn tag_call(&self, action: &str, params: &[Vec<(String, String)>]) -> (u16, Value) {
        let mut all = vec![("ResourceType", "key"), ("RegionId", "cn-hangzhou")];
        all.extend(params.iter().flatten().map(|(name, value)| (&**name, &**value)));
        self.signed(action, &all, &self.nonce())
    }

    fn tagged(&self, keys: &[&str], with: &[(&str, &str)]) {
        let (status, answer) =
            self.tag_call("TagResources", &[numbered("ResourceId", keys), tags(with)]);
        assert_eq!(status, 200, "{answer}");
    }

    /// Key, tag and value of one page, and the token of the next.
    fn listed(&self, params: &[Vec<(String, String)>]) -> (Vec<[String; 3]>, String) {
        let (status, answer) = self.tag_call("ListTagResources", params);
        assert_eq!(status, 200, "{answer}");
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let row = |row: &Value| {
            assert_eq!(row["ResourceType"], "key");
            [text(&row["ResourceId"]), text(&row["TagKey"]), text(&row["TagValue"])]
        };
        let rows = answer["TagResources"]["TagResource"].as_array().unwrap();
        (rows.iter().map(row).collect(), text(&answer["NextToken"]))
    }

    /// As ListResourceTags has them.
    fn tags_of(&self, key: &str) -> Value {
        let listed = self.call("ListResourceTags", &[("KeyId", key)]);
        let pair = |tag: &Value| json!([tag["TagKey"], tag["TagValue"]]);
        listed["Tags"]["Tag"].as_array().unwrap().iter().map(pair).collect()
    }
}

#[test]
fn several_keys_are_labelled_together_and_by_either_cloud_s_names() {
    let service = Service::new();
    let (one, other) = (service.new_key(), service.new_aws_key());
    service.tagged(&[&one, &other], &[("team", "a"), ("env", "")]);
    service.tagged(&[&other], &[("team", "b")]);
    assert_eq!(service.tags_of(&one), json!([["env", ""], ["team", "a"]]));
    assert_eq!(service.tags_of(&other), json!([["env", ""], ["team", "b"]]));
    let body = json!({ "KeyId": arn(&format!("key/{other}")), "Limit": 1 });
    let first = service.aws_call("ListResourceTags", &body);
    assert_eq!(first["Tags"], json!([{ "TagKey": "env", "TagValue": "" }]));

    let (ids, keys) = (numbered("ResourceId", &[&one, &other]), numbered("TagKey", &["team", "x"]));
    assert_eq!(service.tag_call("UntagResources", &[ids.clone(), keys]).0, 200);
    assert_eq!(service.tags_of(&one), json!([["env", ""]]));
    let all = vec![("All".to_owned(), "True".to_owned())];
    assert_eq!(service.tag_call("UntagResources", &[ids, all]).0, 200);
    assert_eq!(service.tags_of(&one), json!([]));
    assert_eq!(service.tags_of(&other), json!([]));
}

#[test]
fn a_key_that_may_not_be_labelled_refuses_the_whole_call() {
    let service = Service::with(&[("MAX_KEY_TAGS", "2")]);
    let (one, pending, full) = (service.new_key(), service.new_key(), service.new_key());
    service.call("ScheduleKeyDeletion", &[("KeyId", &pending), ("PendingWindowInDays", "7")]);
    service.tagged(&[&full], &[("a", "1"), ("b", "2")]);
    for (bad, expected) in [
        ("no-such-key", "Forbidden.KeyNotFound"),
        (&pending, "Rejected.PendingDeletion"),
        (&full, "Rejected.LimitExceeded"),
    ] {
        for keys in [[one.as_str(), bad], [bad, &one]] {
            let ids = numbered("ResourceId", &keys);
            let (_, answer) = service.tag_call("TagResources", &[ids, tags(&[("c", "3")])]);
            assert_eq!(code(&answer), expected);
            assert_eq!(service.tags_of(&one), json!([]));
        }
    }
    // What is full can get other values, and what is not there cannot be untagged either.
    service.tagged(&[&full, &one], &[("a", "9")]);
    let ids = numbered("ResourceId", &[&full, "no-such-key"]);
    let (_, answer) = service.tag_call("UntagResources", &[ids, numbered("TagKey", &["a"])]);
    assert_eq!(code(&answer), "Forbidden.KeyNotFound");
    assert_eq!(service.tags_of(&full), json!([["a", "9"], ["b", "2"]]));
}

#[test]
fn tags_are_listed_by_key_by_tag_and_a_page_at_a_time() {
    let service = Service::with(&[("MAX_KEY_TAGS", "50")]);
    let keys: Vec<_> = (0..5).map(|_| service.new_key()).collect();
    let names: Vec<_> = (0..50).map(|n| format!("k{n:02}")).collect();
    let all: Vec<&str> = keys.iter().map(|key| &**key).collect();
    for part in names.chunks(20) {
        let part: Vec<_> = part.iter().map(|name| (&**name, "v")).collect();
        service.tagged(&all, &part);
    }
    service.tagged(&[&keys[2]], &[("k01", "w")]);
    let (first, token) = service.listed(&[]);
    assert_eq!(first.len(), 200);
    let (rest, end) = service.listed(&[vec![("NextToken".to_owned(), token)]]);
    assert_eq!((rest.len(), &*end), (50, ""));
    let told: BTreeSet<_> = first.iter().chain(&rest).collect();
    assert_eq!(told.len(), 250, "each once");

    let (of_one, end) = service.listed(&[numbered("ResourceId", &[&keys[1]])]);
    assert_eq!((of_one.len(), &*end), (50, ""));
    assert!(of_one.iter().all(|[key, ..]| *key == keys[1]));
    // Every tag of the keys that have this one.
    assert_eq!(service.listed(&[tags(&[("k01", "w")])]).0.len(), 50);
    let by_key_alone = vec![("Tag.1.Key".to_owned(), "k01".to_owned())];
    assert_eq!(service.listed(std::slice::from_ref(&by_key_alone)).0.len(), 200);
    assert!(service.listed(&[tags(&[("k01", "w"), ("k02", "w")])]).0.is_empty());
    let (_, answer) =
        service.tag_call("ListTagResources", &[numbered("ResourceId", &[&keys[0], "no-such-key"])]);
    assert_eq!(code(&answer), "Forbidden.KeyNotFound");
    assert_eq!(service.aws_refused("TagResources", &json!({})), "UnknownOperationException");
}

#[test]
fn a_label_of_several_keys_leaves_one_event_that_names_them() {
    let service = Service::new();
    let (one, other) = (service.new_key(), service.new_key());
    service.tagged(&[&one, &other], &[("a", "s3cret")]);
    service.listed(&[numbered("ResourceId", &[&other])]);
    service.work();
    let lines = service.world.audit.lines.borrow();
    let event = |name: &str| {
        let found = lines.iter().find(|line| line.contains(name)).unwrap();
        assert!(!found.contains("s3cret"), "{found}");
        serde_json::from_str::<Value>(found).unwrap()
    };
    assert_eq!(event("\"TagResources\"")["keyIds"], json!([one, other]));
    assert_eq!(event("\"ListTagResources\"")["keyIds"], json!([other]));
}

#[test]
fn a_key_s_aliases_are_listed_in_order_a_page_at_a_time() {
    let service = Service::new();
    let (key, other) = (service.new_key(), service.new_key());
    for (name, key) in [("c", &key), ("a", &key), ("b", &other), ("d", &key)] {
        let alias = format!("alias/{name}");
        service.call("CreateAlias", &[("KeyId", key), ("AliasName", &alias)]);
    }
    let page = |params: &[(&str, &str)]| {
        let mut all = vec![("KeyId", key.as_str())];
        all.extend(params);
        let listed = service.call("ListAliasesByKeyId", &all);
        assert_eq!(listed["TotalCount"], 3);
        let rows = listed["Aliases"]["Alias"].as_array().unwrap();
        let row = |row: &Value| {
            assert_eq!(row["KeyId"], key.as_str());
            row["AliasArn"].as_str().unwrap().rsplit('/').next().unwrap().to_owned()
        };
        rows.iter().map(row).collect::<Vec<_>>()
    };
    assert_eq!(page(&[]), ["a", "c", "d"]);
    assert_eq!(page(&[("PageSize", "2"), ("PageNumber", "2")]), ["d"]);
    assert!(page(&[("PageSize", "0")]).is_empty());
    assert_eq!(page(&[("PageSize", "101")]).len(), 3);
    let none = service.call("ListAliasesByKeyId", &[("KeyId", &service.new_key())]);
    assert_eq!(none["Aliases"], json!({ "Alias": [] }));
    let refused = service.refused("ListAliasesByKeyId", &[("KeyId", "no-such-key")]);
    assert_eq!(refused, "Forbidden.KeyNotFound");
}
