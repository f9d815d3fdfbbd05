// SPDX-License-Identifier: Apache-2.0
//! Draws policies and requests from a seed, out of few words, so that they meet often.

use edgekms_api::policy::operator::{Family, Operator};
use fastrand::Rng;
use serde_json::{Map, Value, json};

const A: &str = "1111111111111111";
const B: &str = "2222222222222222";

const ACTIONS: [&str; 6] = [
    "kms:Encrypt",
    "kms:Decrypt",
    "kms:GenerateDataKey",
    "kms:ReEncryptFrom",
    "kms:DescribeKey",
    "ram:GetUser",
];
const KMS_PATTERNS: [&str; 9] = [
    "kms:*",
    "kms:Encrypt",
    "kms:*crypt",
    "kms:?ncrypt",
    "kms:generatedatakey",
    "kms:ReEncrypt*",
    "kms:De*",
    "kms:*D*a*Key*",
    "kms:Generate*",
];
const OTHER_PATTERNS: [&str; 6] = ["*", "*:*", "KMS:encrypt", "ram:*", "oss:Get*", "?ms:*crypt"];
const TRUST_PATTERNS: [&str; 4] =
    ["sts:AssumeRole", "sts:*", "sts:AssumeRole*", "sts:AssumeRoleWithOIDC"];
const REGIONS: [&str; 2] = ["cn-hangzhou", "cn-beijing"];
const NAMES: [&str; 7] = ["key/k1", "key/k2", "key/k10", "key", "alias/a/b", "alias/a", "role/web"];
const NAME_PATTERNS: [&str; 8] =
    ["*", "key/*", "key/k1", "key/k?", "*k*1*", "alias/*", "key*", "role/w?b"];
/// Characters of one and of two bytes, and a text and a pattern of more than 64.
const WORDS: [&str; 14] =
    ["", "a", "A", "ab", "é", "É", "aé", "éé", "èé", "éa", "true", "10", "1e1", LONG_WORD];
const LIKES: [&str; 16] = [
    "*", "a*", "?", "*b", "?*", "a?", "*é", "**a**", "a", "?é", "?é*", "é?é", "é?", "*é?", "?è*",
    LONG_LIKE,
];
const LONG_WORD: &str =
    "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz";
const LONG_LIKE: &str =
    "?bcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxy?";
const NUMBERS: [&str; 5] = ["10", "9.5", "-1", "1e1", "010"];
const DATES: [&str; 5] = [
    "2026-11-22T12:00:00Z",
    "2026-11-22T20:00:00+08:00",
    "2026-11-22T12:00:01Z",
    "2024-02-29T23:59:59-12:00",
    "2030-01-01T00:00:00Z",
];
const ADDRESSES: [&str; 6] =
    ["192.0.2.1", "192.0.2.200", "10.0.0.1", "2001:db8::1", "::ffff:192.0.2.1", "x"];
const RANGES: [&str; 8] = [
    "192.0.2.0/24",
    "192.0.2.128/25",
    "192.0.2.1",
    "0.0.0.0/0",
    "2001:db8::/32",
    "::/0",
    "::ffff:192.0.2.0/121",
    "10.0.0.1/8",
];
const KEYS: [&str; 14] = [
    "acs:CurrentTime",
    "acs:SourceIp",
    "ACS:sourceip",
    "acs:SecureTransport",
    "acs:MFAPresent",
    "kms:tag/team",
    "kms:tag/Team",
    "kms:EncryptionContext:user",
    "kms:encryptioncontext:purpose",
    "kms:EncryptionAlgorithm",
    "oidc:aud",
    "oidc:sub",
    "sts:ExternalId",
    "acs:Unknown",
];
const PROVIDER: &str = "acs:ram::1111111111111111:oidc-provider/login";

/// A source of cases.
pub(crate) struct Draw(pub(crate) Rng);

impl Draw {
    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.0.usize(..of.len())]
    }

    fn percent(&mut self, percent: u32) -> bool {
        self.0.u32(..100) < percent
    }

    fn account(&mut self) -> &'static str {
        if self.percent(70) { A } else { B }
    }

    /// Policies, and what requests they are for.
    pub(crate) fn policies(&mut self) -> Value {
        let assumes = self.percent(20);
        let identity: Vec<_> =
            (0..self.0.usize(0..3)).map(|_| self.document("identity", assumes)).collect();
        let session =
            if self.percent(25) { self.document("session", assumes) } else { Value::Null };
        let kind = if assumes { "trust" } else { "key" };
        let resource = if self.percent(75) { self.document(kind, assumes) } else { Value::Null };
        let rule = if assumes { "AssumeRole" } else { "Ordinary" };
        json!({ "identity": identity, "session": session, "resource": resource, "request": { "rule": rule } })
    }

    fn document(&mut self, kind: &str, assumes: bool) -> Value {
        let statements = (0..self.0.usize(1..4)).map(|_| self.statement(kind, assumes));
        let mut statements: Vec<_> = statements.collect();
        let statements = if statements.len() == 1 && self.percent(50) {
            statements.remove(0)
        } else {
            Value::from(statements)
        };
        let version = if kind == "key" && self.percent(20) { "2012-10-17" } else { "1" };
        json!({ "Version": version, "Statement": statements })
    }

    fn statement(&mut self, kind: &str, assumes: bool) -> Value {
        let mut statement = Map::new();
        let effect = if self.percent(78) { "Allow" } else { "Deny" };
        statement.insert("Effect".into(), effect.into());
        let actions = match kind {
            "trust" => self.several(&TRUST_PATTERNS),
            "key" => self.several(&KMS_PATTERNS),
            _ if assumes => self.several(&["*", "sts:*", "sts:AssumeRole", "kms:*"]),
            _ if self.percent(75) => self.several(&KMS_PATTERNS),
            _ => self.several(&OTHER_PATTERNS),
        };
        statement.insert("Action".into(), actions);
        if matches!(kind, "trust" | "key") {
            statement.insert("Principal".into(), self.principal(kind));
        }
        if kind != "trust" {
            let resource = if kind == "key" { "*".into() } else { self.resources() };
            statement.insert("Resource".into(), resource);
        }
        let mut conditions = Map::new();
        let count = [0, 0, 0, 1, 1, 2][self.0.usize(..6)];
        for _ in 0..count {
            let (operator, key, values) = self.condition();
            let keys = conditions.entry(operator).or_insert_with(|| json!({}));
            keys[key] = values;
        }
        if count > 0 {
            statement.insert("Condition".into(), conditions.into());
        }
        statement.into()
    }

    fn several(&mut self, of: &[&str]) -> Value {
        match self.0.usize(..4) {
            0 => json!([self.one(of), self.one(of)]),
            1 => json!([self.one(of), self.one(of), self.one(of)]),
            _ => self.one(of).into(),
        }
    }

    fn resources(&mut self) -> Value {
        let one = |draw: &mut Self| {
            if draw.percent(35) {
                return "*".to_owned();
            }
            let service = draw.one(&["kms", "kms", "ram", "*"]);
            let region = draw.one(&["*", "*", "cn-hangzhou", "cn-*", "??-beijing", ""]);
            let account = draw.one(&[A, A, B, B, "*", "222222222222222?", "2*"]);
            format!("acs:{service}:{region}:{account}:{}", draw.one(&NAME_PATTERNS))
        };
        let all: Vec<_> = (0..self.0.usize(1..4)).map(|_| one(self)).collect();
        all.into()
    }

    fn principal(&mut self, kind: &str) -> Value {
        if kind == "trust" && self.percent(25) {
            return match self.percent(50) {
                true => json!({ "Federated": [PROVIDER] }),
                false => json!({ "Service": "ecs.aliyuncs.com", "Federated": PROVIDER }),
            };
        }
        let one = |draw: &mut Self| {
            if kind == "key" && draw.percent(12) {
                return "*".to_owned();
            }
            let who = draw.one(&["root", "*", "user/alice", "user/bob", "role/web"]);
            format!("acs:ram::{}:{who}", draw.account())
        };
        let all: Vec<_> = (0..self.0.usize(1..4)).map(|_| one(self)).collect();
        json!({ "RAM": all })
    }

    fn condition(&mut self) -> (String, &'static str, Value) {
        let operator = Operator::ALL[self.0.usize(..Operator::ALL.len())];
        let family = operator.meaning().family;
        let key = match family {
            Family::Address if self.percent(80) => "acs:SourceIp",
            Family::Date if self.percent(60) => "acs:CurrentTime",
            Family::Bool if self.percent(80) => {
                self.one(&["acs:SecureTransport", "acs:MFAPresent"])
            }
            Family::Text if self.percent(40) => "kms:EncryptionContext:user",
            _ => self.one(&KEYS),
        };
        let pool: &[&str] = match family {
            Family::Address => &RANGES,
            Family::Date => &DATES,
            Family::Bool => &["true", "false", "True"],
            Family::Number => &NUMBERS,
            Family::Text if self.percent(10) => &ADDRESSES,
            Family::Text if operator.as_str().ends_with("Like") => &LIKES,
            Family::Text => &WORDS,
        };
        // More patterns than are tried one by one.
        let all = pool == LIKES.as_slice() && self.percent(25);
        let from = self.0.usize(..LIKES.len() - 9);
        let values = if all { json!(LIKES[from..]) } else { self.several(pool) };
        (operator.as_str().to_owned(), key, values)
    }

    /// A request for a case's policies.
    pub(crate) fn request(&mut self, rule: &str) -> Value {
        let subject = match self.0.usize(..100) {
            0..4 => json!({ "account": self.account() }),
            4..60 => {
                json!({ "account": self.account(), "user": self.one(&["alice", "alice", "bob"]) })
            }
            60..90 => json!({ "account": self.account(), "role": "web" }),
            90..95 => json!({ "federated": PROVIDER }),
            _ => json!({ "service": "ecs.aliyuncs.com" }),
        };
        let assumes = rule == "AssumeRole";
        let action = if assumes {
            self.one(&["sts:AssumeRole", "sts:AssumeRole", "sts:AssumeRoleWithOIDC"])
        } else {
            self.one(&ACTIONS)
        };
        let owner = self.account();
        let resource = if assumes {
            format!("acs:ram::{owner}:role/web")
        } else {
            format!("acs:kms:{}:{owner}:{}", self.one(&REGIONS), self.one(&NAMES))
        };
        let rule = if !assumes && self.percent(5) { "StaysHome" } else { rule };
        json!({ "subject": subject, "action": action, "resource": resource, "rule": rule,
                "values": self.values() })
    }

    fn values(&mut self) -> Value {
        let mut values = Map::new();
        if self.percent(50) {
            values.insert(
                "acs:CurrentTime".into(),
                self.one(&["2026-11-22T12:00:01Z", "2024-03-01T11:59:59Z"]).into(),
            );
        }
        if self.percent(85) {
            values.insert("acs:SourceIp".into(), self.one(&ADDRESSES).into());
        }
        values.insert("acs:SecureTransport".into(), self.0.bool().into());
        values.insert("acs:MFAPresent".into(), self.0.bool().into());
        if self.percent(60) {
            let (one, other) = (self.one(&WORDS), self.one(&WORDS));
            values.insert(
                "tags".into(),
                json!({ "team": one.replace('é', "b").replace('É', "B"), "Team": other }),
            );
        }
        if self.percent(60) {
            values.insert(
                "context".into(),
                json!({ "user": self.one(&WORDS), "purpose": self.one(&DATES) }),
            );
        }
        if self.percent(50) {
            values.insert("kms:EncryptionAlgorithm".into(), self.one(&WORDS).into());
        }
        if self.percent(30) {
            let audience: Vec<_> = (0..self.0.usize(0..3)).map(|_| self.one(&WORDS)).collect();
            values.insert(
                "oidc".into(),
                json!({ "iss": "a", "aud": audience, "sub": self.one(&NUMBERS) }),
            );
        }
        if self.percent(30) {
            values.insert("sts:ExternalId".into(), self.one(&WORDS).into());
        }
        values.into()
    }
}
