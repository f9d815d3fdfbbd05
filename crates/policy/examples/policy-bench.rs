// SPDX-License-Identifier: Apache-2.0
//! How long a decision by a policy of 32 KiB takes, beside reading that policy: `cargo xtask bench policy`.
#![allow(
    clippy::disallowed_methods,
    clippy::expect_used,
    reason = "this runs on the host, which has a clock, over documents of its own"
)]

use std::{
    fmt::Write,
    hint::black_box,
    time::{Duration, Instant},
};

use edgekms_api::{
    context::EncryptionContext,
    id::AccountId,
    policy::{POLICY_MAX_LEN, PolicyKind},
    time::Timestamp,
};
use edgekms_policy::{
    CompiledPolicy, NamedPolicy, Policies, Request, Resource, Rule, Subject, Values, Verdict,
    Vocabulary, decide,
};

const ACCOUNT: &str = "1111111111111111";
const DECISIONS: usize = 20_000;
const READINGS: usize = 200;

struct Case {
    name: &'static str,
    kind: PolicyKind,
    /// A statement that does not match; `{}` is its number.
    filler: &'static str,
    /// The statement that does, after as many of the others as there is room for.
    last: &'static str,
}

const CASES: [Case; 5] = [
    Case {
        name: "key policy, other users",
        kind: PolicyKind::Key,
        filler: r#"{"Effect":"Allow","Action":"kms:*","Principal":{"RAM":"acs:ram::1111111111111111:user/u{}"},"Resource":"*"}"#,
        last: r#"{"Effect":"Allow","Action":"kms:*","Principal":{"RAM":"acs:ram::1111111111111111:user/alice"},"Resource":"*"}"#,
    },
    Case {
        name: "identity policy, other actions",
        kind: PolicyKind::Identity,
        filler: r#"{"Effect":"Allow","Action":["kms:Decrypt","kms:Get*"],"Resource":"acs:kms:*:*:key/{}"}"#,
        last: r#"{"Effect":"Allow","Action":"kms:Encrypt","Resource":"*"}"#,
    },
    Case {
        name: "identity policy, other keys by wildcards",
        kind: PolicyKind::Identity,
        filler: r#"{"Effect":"Allow","Action":"kms:*","Resource":"acs:kms:cn-*:*:key/*-4a5b-*-{}"}"#,
        last: r#"{"Effect":"Allow","Action":"kms:Encrypt","Resource":"*"}"#,
    },
    Case {
        name: "identity policy, conditions of three kinds",
        kind: PolicyKind::Identity,
        filler: r#"{"Effect":"Deny","Action":"kms:*","Resource":"*","Condition":{"IpAddress":{"acs:SourceIp":"192.0.0.0/8"},"DateGreaterThan":{"acs:CurrentTime":"2020-01-01T00:00:00Z"},"StringLike":{"kms:EncryptionContext:user":"x*{}"}}}"#,
        last: r#"{"Effect":"Allow","Action":"kms:Encrypt","Resource":"*"}"#,
    },
    Case {
        name: "identity policy, nothing but *?z",
        kind: PolicyKind::Identity,
        filler: r#"{"Effect":"Deny","Action":"kms:*","Resource":"*","Condition":{"StringLike":{"kms:EncryptionContext:user":"*?z{}*?z*?z"}}}"#,
        last: r#"{"Effect":"Allow","Action":"kms:Encrypt","Resource":"*"}"#,
    },
];

impl Case {
    /// As long as a policy may be.
    fn document(&self) -> String {
        let mut text = r#"{"Version":"1","Statement":["#.to_owned();
        for number in 0.. {
            let filler = self.filler.replace("{}", &number.to_string());
            if text.len() + filler.len() + self.last.len() + 3 > POLICY_MAX_LEN {
                break;
            }
            write!(text, "{filler},").expect("a text can be written to");
        }
        text + self.last + "]}"
    }
}

/// The middle and the ninety-ninth of a hundred.
fn percentiles(times: usize, mut run: impl FnMut()) -> (Duration, Duration) {
    let mut taken: Vec<Duration> = (0..times)
        .map(|_| {
            let started = Instant::now();
            run();
            started.elapsed()
        })
        .collect();
    taken.sort_unstable();
    let at = |share: usize| taken.get(times * share / 100).copied().unwrap_or_default();
    (at(50), at(99))
}

fn main() {
    let is_json = std::env::args().any(|argument| argument == "--json");
    let account: AccountId = ACCOUNT.parse().expect("an account");
    let vocabulary = Vocabulary::of_table();
    let context: EncryptionContext =
        [("user".to_owned(), "alice".to_owned())].into_iter().collect();
    let request = Request {
        subject: Subject::User { account: &account, name: "alice" },
        permission: vocabulary.find("kms:Encrypt").expect("a permission"),
        resource: Resource {
            service: "kms",
            region: "cn-hangzhou",
            owner: &account,
            name: "key/0b5c1a2d-3e4f-4a5b-8c6d-7e8f9a0b1c2d",
        },
        rule: Rule::Ordinary,
        values: Values {
            source_ip: Some("192.0.2.1"),
            secure_transport: true,
            encryption_context: Some(&context),
            ..Values::at(Timestamp::from_unix_secs(1_795_348_800))
        },
    };
    for case in &CASES {
        let text = case.document();
        let compile = || CompiledPolicy::compile(case.kind, &text, vocabulary).expect("a policy");
        let (reading, _) = percentiles(READINGS, || drop(black_box(compile())));
        let policy = compile();
        let named = [NamedPolicy { name: "bench", policy: &policy }];
        let policies = match case.kind {
            PolicyKind::Key => Policies { resource: named.first().copied(), ..Policies::default() },
            _ => Policies { identity: &named, ..Policies::default() },
        };
        assert_eq!(decide(&request, &policies).verdict, Verdict::Allow, "{}", case.name);
        let (p50, p99) = percentiles(DECISIONS, || {
            black_box(decide(black_box(&request), black_box(&policies)));
        });
        report(is_json, case.name, text.len(), p50, p99, reading);
    }
}

fn report(
    is_json: bool,
    name: &str,
    bytes: usize,
    p50: Duration,
    p99: Duration,
    reading: Duration,
) {
    let micros = |time: Duration| time.as_secs_f64() * 1e6;
    let (value, baseline) = (micros(p50), micros(reading));
    let ratio = value / baseline;
    if is_json {
        println!(
            r#"{{"case":"{name}","runtime":"native","bytes":{bytes},"value":{value:.3},"unit":"us","baseline":"reading the policy","baselineValue":{baseline:.1},"ratio":{ratio:.5}}}"#
        );
    } else {
        println!(
            "{name:<44} {bytes:>6} bytes  p50 {value:>7.2} us  p99 {:>7.2} us  reading it {baseline:>8.1} us  ratio 1/{:.0}",
            micros(p99),
            1.0 / ratio
        );
    }
}
