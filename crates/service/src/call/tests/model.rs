// SPDX-License-Identifier: Apache-2.0
//! Random sequences of actions by two isolates against a [simple reference](reference): answers, states and
//! lists agree at every step, with restarts, and with days passing in between.
//!
//! The same sequences are replayed over HTTP by tests/worker/model.test.mjs, from
//! tests/vectors/model.json, which `write_the_traces` here makes.

mod reference;

use proptest::prelude::*;
use proptest_state_machine::{ReferenceStateMachine, StateMachineTest, prop_state_machine};

use self::reference::{
    Listed, MAX_ALIASES, MAX_ASYMMETRIC_KEY_VERSIONS, MAX_KEYS, Reference, Step,
};
use super::*;

const DAY: i64 = 24 * 60 * 60 * 1000;
/// How late an isolate may hear of a change: each step is by another isolate, so that much passes first.
const LATE: i64 = 61_000;
const ALIASES: [&str; 5] = ["alias/a", "alias/b", "alias/c", "alias/d", "alias/e"];
const TAGS: [&str; 3] = ["one", "two", "three"];

/// Names a key that is or was there, or one that never was.
fn key(made: usize) -> impl Strategy<Value = usize> {
    0..=made
}

fn a_step(state: &Reference) -> BoxedStrategy<Step> {
    let (made, sealed) = (state.made(), state.sealed());
    let alias = || proptest::sample::select(&ALIASES[..]);
    let tag = || proptest::sample::select(&TAGS[..]);
    let spec = proptest::sample::select(&["Aliyun_AES_256", "Aliyun_AES_256", "EC_P256"][..]);
    let interval = || proptest::option::of(proptest::sample::select(&[7, 10, 30][..]));
    let window = proptest::sample::select(&[7, 8, 30][..]);
    prop_oneof![
        4 => (spec, interval()).prop_map(|(spec, rotation)| Step::Create { spec, rotation }),
        2 => key(made).prop_map(Step::Enable),
        2 => key(made).prop_map(Step::Disable),
        2 => (key(made), window).prop_map(|(key, days)| Step::ScheduleDeletion(key, days)),
        2 => key(made).prop_map(Step::CancelDeletion),
        1 => (key(made), any::<bool>()).prop_map(|(key, on)| Step::Protect(key, on)),
        2 => (key(made), interval()).prop_map(|(key, every)| Step::Rotation(key, every)),
        2 => key(made).prop_map(Step::CreateVersion),
        3 => (key(made), alias()).prop_map(|(key, alias)| Step::CreateAlias(key, alias)),
        2 => (key(made), alias()).prop_map(|(key, alias)| Step::UpdateAlias(key, alias)),
        1 => alias().prop_map(Step::DeleteAlias),
        1 => (key(made), tag()).prop_map(|(key, tag)| Step::Tag(key, tag)),
        1 => (key(made), tag()).prop_map(|(key, tag)| Step::Untag(key, tag)),
        4 => key(made).prop_map(Step::Encrypt),
        2 => alias().prop_map(Step::EncryptByAlias),
        4 => (0..=sealed).prop_map(Step::Decrypt),
        3 => (1..=9_u32).prop_map(Step::Pass),
        1 => Just(Step::Restart),
    ]
    .boxed()
}

struct Model;

impl ReferenceStateMachine for Model {
    type State = Reference;
    type Transition = Step;

    fn init_state() -> BoxedStrategy<Reference> {
        Just(Reference::default()).boxed()
    }

    fn transitions(state: &Reference) -> BoxedStrategy<Step> {
        a_step(state)
    }

    fn apply(mut state: Reference, step: &Step) -> Reference {
        state.take(step);
        state
    }
}

/// The service, with the ids of what was made.
struct Subject {
    service: Service,
    /// The isolate that is not called next.
    other: Server,
    reference: Reference,
    keys: Vec<String>,
    blobs: Vec<String>,
}

fn numbers() -> [(&'static str, String); 3] {
    [
        ("MAX_KEYS", MAX_KEYS.to_string()),
        ("MAX_ALIASES", MAX_ALIASES.to_string()),
        ("MAX_ASYMMETRIC_KEY_VERSIONS", MAX_ASYMMETRIC_KEY_VERSIONS.to_string()),
    ]
}

impl Subject {
    fn new() -> Self {
        let numbers = numbers();
        let numbers: Vec<_> = numbers.iter().map(|(name, value)| (*name, &**value)).collect();
        let service = Service::with(&numbers);
        let other = Server::new(settings(&numbers), service.world.stores());
        Self { service, other, reference: Reference::default(), keys: vec![], blobs: vec![] }
    }

    fn key(&self, number: usize) -> &str {
        self.keys.get(number).map_or("00000000-0000-4000-8000-000000000000", String::as_str)
    }

    /// Takes a step, by the isolate that did not take the last; the code that it is answered with.
    fn take(&mut self, step: &Step) -> String {
        std::mem::swap(&mut self.service.server, &mut self.other);
        self.service.world.pass(LATE);
        match step {
            Step::Pass(days) => {
                self.service.world.pass(i64::from(*days) * DAY);
                self.service.work();
                return "ok".to_owned();
            }
            Step::Restart => {
                self.service.world.end_keyrings();
                let numbers = numbers();
                let numbers: Vec<_> =
                    numbers.iter().map(|(name, value)| (*name, &**value)).collect();
                self.service.server = Server::new(settings(&numbers), self.service.world.stores());
                return "ok".to_owned();
            }
            _ => {}
        }
        let (action, params) = self.call(step);
        let params: Vec<_> = params.iter().map(|(name, value)| (*name, value.as_str())).collect();
        let (status, told) = self.service.signed(action, &params, &self.service.nonce());
        self.service.work();
        if status != 200 {
            return code(&told);
        }
        match step {
            Step::Create { .. } => {
                let key = told["KeyMetadata"]["KeyId"].as_str().unwrap();
                self.keys.push(key.to_owned());
            }
            Step::Encrypt(_) | Step::EncryptByAlias(_) => self.blobs.push(blob(&told).to_owned()),
            Step::Decrypt(_) => assert_eq!(told["Plaintext"], "aGVsbG8="),
            _ => {}
        }
        "ok".to_owned()
    }

    fn call(&self, step: &Step) -> (&'static str, Vec<(&'static str, String)>) {
        let key = |number: &usize| ("KeyId", self.key(*number).to_owned());
        let alias = |name: &str| ("AliasName", name.to_owned());
        let rotation = |interval: &Option<u32>| {
            let mut params = vec![("EnableAutomaticRotation", interval.is_some().to_string())];
            params.extend(interval.map(|days| ("RotationInterval", format!("{days}d"))));
            params
        };
        let plaintext = || ("Plaintext", "aGVsbG8=".to_owned());
        match step {
            Step::Create { spec, rotation: interval } => {
                let mut params = rotation(interval);
                params.push(("KeySpec", (*spec).to_owned()));
                ("CreateKey", params)
            }
            Step::Enable(number) => ("EnableKey", vec![key(number)]),
            Step::Disable(number) => ("DisableKey", vec![key(number)]),
            Step::ScheduleDeletion(number, days) => {
                let days = ("PendingWindowInDays", days.to_string());
                ("ScheduleKeyDeletion", vec![key(number), days])
            }
            Step::CancelDeletion(number) => ("CancelKeyDeletion", vec![key(number)]),
            Step::Protect(number, on) => {
                let on = ("EnableDeletionProtection", on.to_string());
                ("SetDeletionProtection", vec![key(number), on])
            }
            Step::Rotation(number, interval) => {
                let mut params = rotation(interval);
                params.push(key(number));
                ("UpdateRotationPolicy", params)
            }
            Step::CreateVersion(number) => ("CreateKeyVersion", vec![key(number)]),
            Step::CreateAlias(number, name) => ("CreateAlias", vec![key(number), alias(name)]),
            Step::UpdateAlias(number, name) => ("UpdateAlias", vec![key(number), alias(name)]),
            Step::DeleteAlias(name) => ("DeleteAlias", vec![alias(name)]),
            Step::Tag(number, tag) => {
                let tags = ("Tags", format!(r#"[{{"TagKey":"{tag}"}}]"#));
                ("TagResource", vec![key(number), tags])
            }
            Step::Untag(number, tag) => {
                ("UntagResource", vec![key(number), ("TagKeys", format!(r#"["{tag}"]"#))])
            }
            Step::Encrypt(number) => ("Encrypt", vec![key(number), plaintext()]),
            Step::EncryptByAlias(name) => {
                ("Encrypt", vec![("KeyId", (*name).to_owned()), plaintext()])
            }
            Step::Decrypt(number) => {
                let blob = self.blobs.get(*number).map_or("AAAA", String::as_str);
                ("Decrypt", vec![("CiphertextBlob", blob.to_owned())])
            }
            Step::Pass(_) | Step::Restart => panic!("these are no calls"),
        }
    }

    /// All that lists and descriptions tell.
    fn listed(&self) -> Listed {
        let service = &self.service;
        let number = |id: &Value| {
            let id = id.as_str().unwrap();
            self.keys.iter().position(|key| key == id).unwrap()
        };
        let keys = service.call("ListKeys", &[("PageSize", "100")]);
        let rows = keys["Keys"]["Key"].as_array().unwrap();
        assert_eq!(keys["TotalCount"], rows.len());
        let row = |row: &Value| {
            let named = [("KeyId", row["KeyId"].as_str().unwrap())];
            let told = service.call("DescribeKey", &named)["KeyMetadata"].clone();
            let text = |name: &str| told[name].as_str().unwrap().to_owned();
            let versions = service.call("ListKeyVersions", &named)["TotalCount"].as_u64().unwrap();
            let tags = service.call("ListResourceTags", &named);
            let tags = tags["Tags"]["Tag"].as_array().unwrap().clone();
            let mut tags: Vec<&'static str> = tags
                .iter()
                .map(|tag| *TAGS.iter().find(|known| tag["TagKey"] == **known).unwrap())
                .collect();
            tags.sort_unstable();
            assert_eq!(text("DeleteDate").is_empty(), text("KeyState") != "PendingDeletion");
            let protected = text("DeletionProtection") == "Enabled";
            let versions = usize::try_from(versions).unwrap();
            (
                number(&row["KeyId"]),
                text("KeyState"),
                text("AutomaticRotation"),
                versions,
                tags,
                protected,
            )
        };
        let aliases = service.call("ListAliases", &[("PageSize", "100")]);
        let alias = |row: &Value| {
            let name = ALIASES.iter().find(|known| row["AliasName"] == **known).unwrap();
            (*name, number(&row["KeyId"]))
        };
        Listed {
            keys: rows.iter().map(row).collect(),
            aliases: aliases["Aliases"]["Alias"].as_array().unwrap().iter().map(alias).collect(),
        }
    }
}

impl StateMachineTest for Model {
    type SystemUnderTest = Subject;
    type Reference = Self;

    fn init_test(_: &Reference) -> Subject {
        Subject::new()
    }

    fn apply(mut subject: Subject, _: &Reference, step: Step) -> Subject {
        let expected = subject.reference.take(&step);
        assert_eq!(subject.take(&step), expected, "{step:?}");
        assert_eq!(subject.listed(), subject.reference.listed(), "after {step:?}");
        subject
    }
}

prop_state_machine! {
    #![proptest_config(ProptestConfig { cases: 40, failure_persistence: None, ..Default::default() })]

    #[test]
    fn the_service_and_the_model_agree_at_every_step(sequential 1..60 => Model);
}

/// Writes what tests/worker/model.test.mjs replays: steps, each with its call, its code, and the lists after
/// it.
#[test]
#[ignore = "writes tests/vectors/model.json"]
fn write_the_traces() {
    use proptest::strategy::ValueTree;
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut traces = Vec::new();
    for _ in 0..8 {
        let tree = Model::sequential_strategy(40..41).new_tree(&mut runner).unwrap();
        let (mut reference, steps, _) = tree.current();
        let trace = steps.into_iter().map(|step| {
            let code = reference.take(&step);
            serde_json::json!({ "step": step, "code": code, "listed": reference.listed() })
        });
        traces.push(trace.collect::<Vec<_>>());
    }
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/vectors/model.json");
    let text = serde_json::to_string_pretty(&serde_json::json!({
        "about": "Steps by the model of crates/service/src/call/tests/model, which wrote this file.",
        "traces": traces,
    }));
    std::fs::write(file, text.unwrap() + "\n").unwrap();
}
