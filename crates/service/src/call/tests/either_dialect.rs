// SPDX-License-Identifier: Apache-2.0
//! One state behind both dialects: whatever is done, it does not matter in whose words.
//!
//! Random commands run in two worlds: in one by Alibaba's dialect alone, in the other each by either.
//! Entropy counts, so that ids, material and ciphertexts are the same as long as both do the same.

use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{Config, TestCaseResult},
};
use serde_json::json;

use super::{aws::arn, *};
use crate::{keyring::store::KeyringStore, object::ObjectStore, port::Entropy};

const DAY: i64 = 24 * 60 * 60 * 1000;

/// How a key is named: itself by its place in the order of creation, or by the number of an alias.
#[derive(Debug, Clone, Copy)]
enum Name {
    Id(usize),
    Arn(usize),
    Alias(u8),
    AliasArn(u8),
}

#[derive(Debug, Clone)]
enum Step {
    Create {
        description: String,
        tagged: bool,
    },
    Describe(Name),
    Annotate(usize, String),
    Tag(usize, u8, u8),
    Untag(usize, u8),
    Enable(usize),
    Disable(usize),
    Schedule(usize, u8),
    Cancel(usize),
    CreateAlias(u8, usize),
    UpdateAlias(u8, usize),
    DeleteAlias(u8),
    Encrypt(Name),
    GenerateDataKey(Name),
    GenerateWithoutPlaintext(Name),
    /// One of the blobs made so far.
    Decrypt(usize),
    /// Time goes by, and what is due is done.
    Pass(u8),
}

/// Keys are few, so that steps meet; the last is one that most worlds do not have.
fn key() -> impl Strategy<Value = usize> {
    0..5_usize
}

fn name() -> impl Strategy<Value = Name> {
    prop_oneof![
        key().prop_map(Name::Id),
        key().prop_map(Name::Arn),
        (0..4_u8).prop_map(Name::Alias),
        (0..4_u8).prop_map(Name::AliasArn),
    ]
}

fn step() -> impl Strategy<Value = Step> {
    let text = || "[a-zé ]{0,8}";
    prop_oneof![
        3 => (text(), any::<bool>())
            .prop_map(|(description, tagged)| Step::Create { description, tagged }),
        2 => name().prop_map(Step::Describe),
        2 => (key(), text()).prop_map(|(key, text)| Step::Annotate(key, text)),
        2 => (key(), 0..4_u8, 0..3_u8).prop_map(|(key, tag, value)| Step::Tag(key, tag, value)),
        1 => (key(), 0..4_u8).prop_map(|(key, tag)| Step::Untag(key, tag)),
        2 => key().prop_map(Step::Enable),
        2 => key().prop_map(Step::Disable),
        2 => (key(), 7..31_u8).prop_map(|(key, days)| Step::Schedule(key, days)),
        2 => key().prop_map(Step::Cancel),
        3 => (0..4_u8, key()).prop_map(|(alias, key)| Step::CreateAlias(alias, key)),
        2 => (0..4_u8, key()).prop_map(|(alias, key)| Step::UpdateAlias(alias, key)),
        1 => (0..4_u8).prop_map(Step::DeleteAlias),
        3 => name().prop_map(Step::Encrypt),
        1 => name().prop_map(Step::GenerateDataKey),
        1 => name().prop_map(Step::GenerateWithoutPlaintext),
        3 => (0..8_usize).prop_map(Step::Decrypt),
        1 => (0..16_u8).prop_map(Step::Pass),
    ]
}

/// What a step does, in no dialect's words.
struct Asked {
    action: &'static str,
    /// Alibaba's parameters.
    params: Vec<(&'static str, String)>,
    /// AWS's body.
    body: Value,
}

/// What was made, the same in both worlds.
#[derive(Default)]
struct Made {
    keys: Vec<String>,
    blobs: Vec<String>,
}

impl Made {
    fn key(&self, index: usize) -> String {
        self.keys.get(index).cloned().unwrap_or_else(|| format!("no-such-key-{index}"))
    }

    /// A name in Alibaba's form, which has none for an alias by its ARN, and in AWS's.
    fn name(&self, name: Name) -> (String, String) {
        let alias = |number: u8| format!("alias/{number}");
        match name {
            Name::Id(index) => (self.key(index), self.key(index)),
            Name::Arn(index) => {
                let key = format!("key/{}", self.key(index));
                (format!("acs:kms:cn-hangzhou:1234567890123456:{key}"), arn(&key))
            }
            Name::Alias(number) => (alias(number), alias(number)),
            Name::AliasArn(number) => (alias(number), arn(&alias(number))),
        }
    }

    /// None for a step that is no call.
    fn asked(&self, step: &Step) -> Option<Asked> {
        let of_key = |action, index: usize| {
            let key = self.key(index);
            Asked { action, body: json!({ "KeyId": key }), params: vec![("KeyId", key)] }
        };
        let named = |action, name: Name| {
            let (alibaba, aws) = self.name(name);
            Asked { action, params: vec![("KeyId", alibaba)], body: json!({ "KeyId": aws }) }
        };
        let of_alias = |action, number: u8, index: usize| {
            let (alias, key) = (format!("alias/{number}"), self.key(index));
            let body = json!({ "AliasName": alias, "TargetKeyId": key });
            Asked { action, params: vec![("AliasName", alias), ("KeyId", key)], body }
        };
        let and = |mut asked: Asked, name: &'static str, text: &str, value: Value| {
            asked.params.push((name, text.to_owned()));
            asked.body[name] = value;
            asked
        };
        Some(match step {
            Step::Create { description, tagged } => {
                let none = Asked { action: "CreateKey", params: Vec::new(), body: json!({}) };
                let asked = and(none, "Description", description, json!(description));
                let tags = json!([{ "TagKey": "a", "TagValue": "b" }]);
                if *tagged { and(asked, "Tags", &tags.to_string(), tags) } else { asked }
            }
            Step::Describe(name) => named("DescribeKey", *name),
            Step::Annotate(key, text) => {
                and(of_key("UpdateKeyDescription", *key), "Description", text, json!(text))
            }
            Step::Tag(key, tag, value) => {
                let (tag, value) = (format!("tag{tag}"), format!("value{value}"));
                let tags = json!([{ "TagKey": tag, "TagValue": value }]);
                and(of_key("TagResource", *key), "Tags", &tags.to_string(), tags)
            }
            Step::Untag(key, tag) => {
                let tags = json!([format!("tag{tag}")]);
                and(of_key("UntagResource", *key), "TagKeys", &tags.to_string(), tags)
            }
            Step::Enable(key) => of_key("EnableKey", *key),
            Step::Disable(key) => of_key("DisableKey", *key),
            Step::Schedule(key, days) => {
                let asked = of_key("ScheduleKeyDeletion", *key);
                and(asked, "PendingWindowInDays", &days.to_string(), json!(days))
            }
            Step::Cancel(key) => of_key("CancelKeyDeletion", *key),
            Step::CreateAlias(alias, key) => of_alias("CreateAlias", *alias, *key),
            Step::UpdateAlias(alias, key) => of_alias("UpdateAlias", *alias, *key),
            Step::DeleteAlias(alias) => of_alias("DeleteAlias", *alias, 0),
            Step::Encrypt(name) => {
                and(named("Encrypt", *name), "Plaintext", "aGVsbG8=", json!("aGVsbG8="))
            }
            Step::GenerateDataKey(name) => {
                and(named("GenerateDataKey", *name), "NumberOfBytes", "16", json!(16))
            }
            Step::GenerateWithoutPlaintext(name) => {
                let asked = named("GenerateDataKeyWithoutPlaintext", *name);
                and(asked, "NumberOfBytes", "16", json!(16))
            }
            Step::Decrypt(index) => {
                let blob = self.blobs.get(*index).cloned().unwrap_or_else(|| "AAAA".to_owned());
                let body = json!({ "CiphertextBlob": blob });
                Asked { action: "Decrypt", params: vec![("CiphertextBlob", blob)], body }
            }
            Step::Pass(_) => return None,
        })
    }

    fn learn(&mut self, answer: &Value) {
        if let Some(key) = answer["KeyMetadata"]["KeyId"].as_str()
            && !self.keys.iter().any(|held| held == key)
        {
            self.keys.push(key.to_owned());
        }
        if let Some(blob) = answer["CiphertextBlob"].as_str() {
            self.blobs.push(blob.to_owned());
        }
    }
}

/// A refusal in AWS's words, which are the coarser ones but for what Alibaba has one code for.
fn class(code: &str) -> &str {
    match code {
        "Forbidden.KeyNotFound" | "Forbidden.AliasNotFound" => "NotFoundException",
        "Rejected.Disabled" => "DisabledException",
        "Rejected.PendingDeletion" | "Rejected.StateModifiedFailed" => "KMSInvalidStateException",
        "AliasAlreadyExists" => "AlreadyExistsException",
        "Rejected.LimitExceeded" => "LimitExceededException",
        "InvalidParameter" => "InvalidCiphertextException",
        other => other,
    }
}

/// What both dialects tell of a call: whether it was done, and what both have a word for.
fn told(answer: &Value, error: Option<&str>) -> Value {
    match error {
        Some(error) => json!(class(error)),
        None => json!({
            "key": answer["KeyMetadata"]["KeyId"],
            "state": answer["KeyMetadata"]["KeyState"],
            "description": answer["KeyMetadata"]["Description"],
            "blob": answer["CiphertextBlob"],
            "plaintext": answer["Plaintext"],
        }),
    }
}

fn by_alibaba(service: &Service, asked: &Asked) -> (Value, Option<String>) {
    let params: Vec<_> = asked.params.iter().map(|(name, value)| (*name, &**value)).collect();
    let (status, answer) = service.signed(asked.action, &params, &service.nonce());
    let error = (status != 200).then(|| code(&answer));
    (answer, error)
}

fn by_aws(service: &Service, asked: &Asked) -> (Value, Option<String>) {
    let answer = service.aws(asked.action, &asked.body);
    (answer.body, answer.error)
}

fn new_service() -> Service {
    Service::with(&[("MAX_KEYS", "4"), ("MAX_ALIASES", "3")])
}

/// All that a keyring stores of keys, and which it means to delete. Nonces and events differ by dialect.
fn truth(service: &Service) -> Value {
    let store = service.world.store(&place());
    let keys = store.keys(None, 0, u64::MAX).unwrap();
    let versions = store.wrapped_under("1", "", u64::MAX).unwrap();
    let aliases = store.aliases(0, u64::MAX).unwrap();
    let jobs = store.jobs(u64::MAX).unwrap().into_iter();
    let mut jobs: Vec<_> = jobs
        .filter(|job| job.name.starts_with("delete-key"))
        .map(|job| (job.name, job.due_millis))
        .collect();
    jobs.sort();
    json!({
        "keys": keys.iter().map(|key| key.encode()).collect::<Vec<_>>(),
        "versions": versions.iter().map(|version| version.encode()).collect::<Vec<_>>(),
        "aliases": aliases.iter().map(|alias| alias.encode()).collect::<Vec<_>>(),
        "jobs": jobs,
    })
}

/// What happened, by the record: the same names, keys and codes.
fn record(service: &Service) -> Vec<String> {
    let events = service.world.store(&place()).events(0, u64::MAX).unwrap();
    let event = |line: &str| {
        let event: Value = serde_json::from_str(line).unwrap();
        format!("{} {} {}", event["eventName"], event["keyId"], event["errorCode"])
    };
    events.iter().map(|(_, line)| event(line)).collect()
}

/// What the dialects tell of all that there is.
fn overview(service: &Service, made: &Made) -> Value {
    let mut all = Vec::new();
    let mut alibaba = |action, params: &[(&str, &str)]| {
        let (status, mut answer) = service.signed(action, params, &service.nonce());
        answer["RequestId"] = Value::Null;
        all.push(json!([status, answer]));
    };
    alibaba("ListKeys", &[("PageSize", "100")]);
    alibaba("ListAliases", &[("PageSize", "100")]);
    for key in &made.keys {
        alibaba("DescribeKey", &[("KeyId", key)]);
        alibaba("ListResourceTags", &[("KeyId", key)]);
    }
    let mut aws = |action, body: Value| {
        let answer = service.aws(action, &body);
        all.push(json!([answer.status, answer.body]));
    };
    aws("ListKeys", json!({}));
    aws("ListAliases", json!({}));
    for key in &made.keys {
        aws("DescribeKey", json!({ "KeyId": key }));
        aws("ListAliases", json!({ "KeyId": key }));
        aws("ListResourceTags", json!({ "KeyId": key }));
    }
    json!(all)
}

fn check(steps: &[(Step, bool)]) -> TestCaseResult {
    let (one, other) = (new_service(), new_service());
    let (mut made, mut cancels) = (Made::default(), 0);
    for (step, by_its_own) in steps {
        let Some(asked) = made.asked(step) else {
            let Step::Pass(days) = step else { continue };
            for service in [&one, &other] {
                service.world.pass(i64::from(*days) * DAY + 1_000);
                service.work();
            }
            continue;
        };
        let (answer, error) = by_alibaba(&one, &asked);
        let (other_answer, other_error) =
            if *by_its_own { by_aws(&other, &asked) } else { by_alibaba(&other, &asked) };
        prop_assert_eq!(
            told(&answer, error.as_deref()),
            told(&other_answer, other_error.as_deref()),
            "{:?}",
            step
        );
        made.learn(&answer);
        // Here the clouds mean different things: AWS's callers find the key disabled.
        if let (Step::Cancel(key), true, None) = (step, *by_its_own, error) {
            one.call("DisableKey", &[("KeyId", &made.key(*key))]);
            // What that call drew, so that the worlds stay alike.
            other.world.entropy.fill(&mut [0; 16]).unwrap();
            cancels += 1;
        }
    }
    prop_assert_eq!(truth(&one), truth(&other));
    let (mut record_of_one, record_of_other) = (record(&one), record(&other));
    prop_assert_eq!(record_of_one.len(), record_of_other.len() + cancels);
    if cancels == 0 {
        prop_assert_eq!(&record_of_one, &record_of_other);
    }
    record_of_one.retain(|event| !event.contains("DisableKey"));
    let rest: Vec<_> =
        record_of_other.into_iter().filter(|event| !event.contains("DisableKey")).collect();
    prop_assert_eq!(record_of_one, rest);
    prop_assert_eq!(overview(&one, &made), overview(&other, &made));
    Ok(())
}

proptest! {
    #![proptest_config(Config { cases: 96, ..Config::default() })]

    #[test]
    fn any_sequence_of_commands_through_either_dialect_gives_the_same_state(
        steps in vec((step(), any::<bool>()), 1..60),
    ) {
        check(&steps)?;
    }
}

#[test]
fn a_story_in_which_the_dialects_would_differ_is_told_apart() {
    // The comparison can fail: without the step that evens it out, a cancelled deletion differs.
    let (one, other) = (new_service(), new_service());
    for (service, by_aws_) in [(&one, false), (&other, true)] {
        let key = service.new_key();
        service.call("ScheduleKeyDeletion", &[("KeyId", &key), ("PendingWindowInDays", "7")]);
        if by_aws_ {
            service.aws_call("CancelKeyDeletion", &json!({ "KeyId": key }));
        } else {
            service.call("CancelKeyDeletion", &[("KeyId", &key)]);
        }
    }
    assert_ne!(truth(&one), truth(&other));
}
