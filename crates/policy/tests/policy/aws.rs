// SPDX-License-Identifier: Apache-2.0
//! What AWS's documents mean, by AWS's own documentation ("Key policies in AWS KMS", "Policy evaluation
//! logic", "IAM JSON policy elements: Condition operators"): translated, and decided by the engine and by the
//! reference evaluator.
#![allow(clippy::too_many_lines, reason = "tables")]

use std::collections::BTreeSet;

use edgekms_api::dialect::aws::policy::to_own;
use edgekms_api::policy::PolicyKind;
use edgekms_policy::decide;
use serde_json::{Value, json};

use crate::reference;
use crate::world::{Compiled, ask};

const KEY: &str = "acs:kms:cn-hangzhou:1111111111111111:key/k1";
const ALLOW: &str = "Allow";
const NOTHING: &str = "ImplicitDeny";
const DENY: &str = "ExplicitDeny";

/// Documents and a request.
struct Case {
    rule: &'static str,
    key: Vec<Value>,
    own: Vec<Value>,
    session: Vec<Value>,
    request: Value,
    expected: &'static str,
}

fn case(rule: &'static str, key: Vec<Value>, request: Value, expected: &'static str) -> Case {
    Case { rule, key, own: Vec::new(), session: Vec::new(), request, expected }
}

impl Case {
    fn own(self, own: Vec<Value>) -> Self {
        Self { own, ..self }
    }

    fn session(self, session: Vec<Value>) -> Self {
        Self { session, ..self }
    }
}

/// A statement of a key's policy: `+` permits, `-` forbids.
fn of_key(effect: &str, who: &str, action: Value) -> Value {
    let effect = if effect == "+" { "Allow" } else { "Deny" };
    let who = match who {
        "*" => "*".to_owned(),
        who => {
            let (account, name) = who.split_once(' ').unwrap();
            format!("arn:aws:iam::{}:{name}", account.repeat(16))
        }
    };
    json!({ "Effect": effect, "Principal": { "AWS": who }, "Action": action, "Resource": "*" })
}

/// One of another policy.
fn of_own(effect: &str, action: &str, resource: &str) -> Value {
    let effect = if effect == "+" { "Allow" } else { "Deny" };
    json!({ "Effect": effect, "Action": action, "Resource": resource })
}

fn when(mut statement: Value, condition: Value) -> Value {
    statement["Condition"] = condition;
    statement
}

/// A request of alice's.
fn alice(action: &str, values: Value) -> Value {
    json!({ "subject": { "account": "1111111111111111", "user": "alice" }, "action": action,
        "resource": KEY, "values": values })
}

fn by(subject: Value) -> Value {
    let mut request = alice("kms:Encrypt", json!({}));
    request["subject"] = subject;
    request
}

fn context(pairs: Value) -> Value {
    alice("kms:Decrypt", json!({ "context": pairs }))
}

fn root() -> Value {
    of_key("+", "1 root", json!("kms:*"))
}

fn lets_alice(action: Value) -> Vec<Value> {
    vec![of_key("+", "1 user/alice", action)]
}

fn alice_when(condition: Value) -> Vec<Value> {
    vec![when(of_key("+", "1 user/alice", json!("kms:*")), condition)]
}

/// Who may, of accounts, users and roles.
fn who() -> Vec<Case> {
    let encrypt = || alice("kms:Encrypt", json!({}));
    let all = || vec![of_own("+", "kms:*", "*")];
    let foreign = || by(json!({ "account": "2222222222222222", "user": "carol" }));
    let own_arn = "arn:aws:kms:cn-hangzhou:1111111111111111:key/k1";
    let names_key = || vec![of_own("+", "kms:*", own_arn)];
    let outside = || vec![root(), of_key("+", "2 root", json!("kms:*"))];
    let web = || by(json!({ "account": "1111111111111111", "role": "Web" }));
    let only_bob = || vec![of_key("+", "1 user/bob", json!("kms:*"))];
    let lets_web = || vec![of_key("+", "1 role/Web", json!("kms:*"))];
    vec![
        case(
            "the account's statement gives nobody of it anything by itself",
            vec![root()],
            encrypt(),
            NOTHING,
        ),
        case("it lets the account's own policies", vec![root()], encrypt(), ALLOW).own(all()),
        case("without it they are not effective", only_bob(), encrypt(), NOTHING).own(all()),
        case(
            "nor for an action that it does not name",
            vec![of_key("+", "1 root", json!("kms:Describe*"))],
            encrypt(),
            NOTHING,
        )
        .own(all()),
        case(
            "but for those that it names",
            vec![of_key("+", "1 root", json!("kms:Describe*"))],
            alice("kms:DescribeKey", json!({})),
            ALLOW,
        )
        .own(all()),
        case(
            "nor where its condition does not hold",
            vec![when(root(), json!({ "Bool": { "aws:SecureTransport": true } }))],
            alice("kms:Encrypt", json!({ "acs:SecureTransport": false })),
            NOTHING,
        )
        .own(all()),
        case(
            "a forbidding account statement lets nobody",
            vec![of_key("-", "2 root", json!("kms:*"))],
            encrypt(),
            NOTHING,
        )
        .own(all()),
        case(
            "who is named needs no policy of his own",
            lets_alice(json!("kms:*")),
            encrypt(),
            ALLOW,
        ),
        case("another is not", only_bob(), encrypt(), NOTHING),
        case(
            "an explicit deny of the key's wins",
            vec![root(), of_key("-", "1 user/alice", json!("kms:Encrypt"))],
            encrypt(),
            DENY,
        )
        .own(all()),
        case("one of the user's own too", lets_alice(json!("kms:*")), encrypt(), DENY)
            .own(vec![of_own("-", "kms:Encrypt", "*")]),
        case(
            "everybody is everybody of the account",
            vec![of_key("+", "*", json!("kms:*"))],
            encrypt(),
            ALLOW,
        ),
        case(
            "and of others, who need their own account's leave",
            vec![of_key("+", "*", json!("kms:*"))],
            foreign(),
            NOTHING,
        ),
        case("which names the key", vec![of_key("+", "*", json!("kms:*"))], foreign(), ALLOW)
            .own(names_key()),
        case("an account outside needs both: has both", outside(), foreign(), ALLOW)
            .own(names_key()),
        case("an account outside needs both: has the key's", outside(), foreign(), NOTHING),
        case("an account outside needs both: has its own", vec![root()], foreign(), NOTHING)
            .own(names_key()),
        case(
            "a forbidden account is all its users",
            vec![of_key("+", "*", json!("kms:*")), of_key("-", "2 root", json!("kms:*"))],
            foreign(),
            DENY,
        )
        .own(names_key()),
        case("a role is its sessions", lets_web(), web(), ALLOW),
        case(
            "a role is no user of the same name",
            lets_web(),
            by(json!({ "account": "1111111111111111", "user": "Web" })),
            NOTHING,
        ),
        case("a session policy limits what the key's gives", lets_web(), web(), NOTHING)
            .session(vec![of_own("+", "kms:Decrypt", "*")]),
        case("to what both give", lets_web(), web(), ALLOW)
            .session(vec![of_own("+", "kms:Enc*", own_arn)]),
        case("and to the keys that it names", lets_web(), web(), NOTHING).session(vec![of_own(
            "+",
            "kms:*",
            "arn:aws:kms:*:*:key/k2",
        )]),
        case("and gives nothing by itself", vec![root()], web(), NOTHING).session(all()),
        case("of all services it is about this one too", vec![root()], web(), ALLOW)
            .own(all())
            .session(vec![of_own("+", "*", "*")]),
        case("and can forbid", lets_web(), web(), DENY)
            .session(vec![of_own("+", "*", "*"), of_own("-", "kms:Encrypt", "*")]),
    ]
}

/// What, of actions.
fn what() -> Vec<Case> {
    let asks = |action: &'static str, own: &'static str, expected| {
        case(action, lets_alice(json!(action)), alice(own, json!({})), expected)
    };
    vec![
        asks("kms:Encrypt", "kms:Encrypt", ALLOW),
        asks("kms:Encrypt", "kms:AsymmetricEncrypt", ALLOW),
        asks("kms:Encrypt", "kms:Decrypt", NOTHING),
        asks("kms:Decrypt", "kms:AsymmetricDecrypt", ALLOW),
        asks("kms:Sign", "kms:AsymmetricSign", ALLOW),
        asks("kms:Sign", "kms:AsymmetricVerify", NOTHING),
        asks("kms:Verify", "kms:AsymmetricVerify", ALLOW),
        asks("kms:GenerateDataKey*", "kms:GenerateDataKeyPairWithoutPlaintext", ALLOW),
        asks("kms:GenerateDataKey", "kms:GenerateDataKeyWithoutPlaintext", NOTHING),
        asks("kms:ReEncrypt*", "kms:ReEncryptFrom", ALLOW),
        asks("kms:ReEncryptFrom", "kms:ReEncryptTo", NOTHING),
        asks("kms:PutKeyPolicy", "kms:SetKeyPolicy", ALLOW),
        asks("kms:Put*", "kms:SetKeyPolicy", ALLOW),
        asks("kms:DeleteImportedKeyMaterial", "kms:DeleteKeyMaterial", ALLOW),
        asks("KMS:encrypt", "kms:Encrypt", ALLOW),
        asks("kms:?ncrypt", "kms:AsymmetricEncrypt", ALLOW),
        asks("kms:CreateGrant", "kms:CreateAlias", NOTHING),
        asks("kms:Create*", "kms:CreateAlias", ALLOW),
        asks("*", "kms:ScheduleKeyDeletion", ALLOW),
    ]
}

/// When, of conditions.
fn conditions() -> Vec<Case> {
    let user =
        |operator: &str, value: Value| json!({ operator: { "kms:EncryptionContext:user": value } });
    let is = |rule, operator, value: &str, request, expected| {
        case(rule, alice_when(user(operator, json!(value))), request, expected)
    };
    let unless = |condition: Value| {
        let deny = when(of_key("-", "*", json!("kms:*")), condition);
        vec![of_key("+", "1 user/alice", json!("kms:*")), deny]
    };
    let (a, none) = (|| context(json!({ "user": "a" })), || alice("kms:Decrypt", json!({})));
    let from = |ip: &str| alice("kms:Encrypt", json!({ "acs:SourceIp": ip }));
    let at = |now: &str| alice("kms:Encrypt", json!({ "acs:CurrentTime": now }));
    let tagged = |value: &str| alice("kms:Encrypt", json!({ "tags": { "team": value } }));
    let by_algorithm =
        |name: &str| alice("kms:Encrypt", json!({ "kms:EncryptionAlgorithm": name }));
    let plain = || alice("kms:Encrypt", json!({ "acs:SecureTransport": false }));
    let office = || json!({ "IpAddress": { "aws:SourceIp": ["192.0.2.0/24", "2001:db8::/32"] } });
    let window = || {
        json!({ "DateGreaterThan": { "aws:CurrentTime": "2026-01-01T00:00:00Z" },
            "DateLessThan": { "aws:CurrentTime": "2027-01-01" } })
    };
    let team = || json!({ "StringEquals": { "aws:ResourceTag/team": ["x", "y"] } });
    let two = || json!({ "StringEquals": { "kms:EncryptionContext:user": "a", "kms:EncryptionContext:app": "b" } });
    let symmetric =
        || json!({ "StringEquals": { "kms:EncryptionAlgorithm": "SYMMETRIC_DEFAULT" } });
    let insecure = || json!({ "BoolIfExists": { "aws:SecureTransport": "false" } });
    let via =
        |operator: &str| json!({ operator: { "kms:ViaService": "ec2.us-west-2.amazonaws.com" } });
    vec![
        is("a context that is equal", "StringEquals", "a", a(), ALLOW),
        is("one that differs by case is another", "StringEquals", "A", a(), NOTHING),
        is("but not if case is ignored", "StringEqualsIgnoreCase", "A", a(), ALLOW),
        is("one that is not there is not equal", "StringEquals", "a", none(), NOTHING),
        is("a form", "StringLike", "?*", a(), ALLOW),
        is("a star is a letter where no form is asked", "StringEquals", "*", a(), NOTHING),
        is(
            "a negated operator holds where nothing is there",
            "StringNotEquals",
            "a",
            none(),
            ALLOW,
        ),
        is("and says so again", "StringNotEqualsIfExists", "a", none(), ALLOW),
        is("but not where it is equal", "StringNotEqualsIfExists", "a", a(), NOTHING),
        case(
            "forbidden unless equal: it is",
            unless(user("StringNotEquals", json!("a"))),
            a(),
            ALLOW,
        ),
        case(
            "forbidden unless equal: nothing is there",
            unless(user("StringNotEquals", json!("a"))),
            none(),
            DENY,
        ),
        case(
            "one of several values is enough",
            alice_when(user("StringEquals", json!(["b", "a"]))),
            a(),
            ALLOW,
        ),
        case("all keys must hold", alice_when(two()), a(), NOTHING),
        case("and do", alice_when(two()), context(json!({ "user": "a", "app": "b" })), ALLOW),
        case(
            "forbidden without a context: has none",
            unless(user("Null", json!(true))),
            none(),
            DENY,
        ),
        case(
            "forbidden without a context: has one",
            unless(user("Null", json!("true"))),
            a(),
            ALLOW,
        ),
        case("where there is a context", alice_when(user("Null", json!("false"))), a(), ALLOW),
        case("where there is none", alice_when(user("Null", json!("false"))), none(), NOTHING),
        case("an algorithm", alice_when(symmetric()), by_algorithm("SYMMETRIC_DEFAULT"), ALLOW),
        case(
            "another algorithm",
            alice_when(symmetric()),
            by_algorithm("RSAES_OAEP_SHA_256"),
            NOTHING,
        ),
        case("an address inside", alice_when(office()), from("2001:db8::1"), ALLOW),
        case("an address outside", alice_when(office()), from("198.51.100.1"), NOTHING),
        case(
            "forbidden outside: outside",
            unless(json!({ "NotIpAddress": { "aws:SourceIp": "192.0.2.0/24" } })),
            from("198.51.100.1"),
            DENY,
        ),
        case(
            "forbidden outside: inside",
            unless(json!({ "NotIpAddress": { "aws:SourceIp": "192.0.2.0/24" } })),
            from("192.0.2.9"),
            ALLOW,
        ),
        case("in time", alice_when(window()), at("2026-06-01T00:00:00Z"), ALLOW),
        case("too late", alice_when(window()), at("2027-01-01T00:00:00Z"), NOTHING),
        case("a tag that the key has", alice_when(team()), tagged("y"), ALLOW),
        case("a tag that it has not", alice_when(team()), tagged("z"), NOTHING),
        case("forbidden in the clear: in the clear", unless(insecure()), plain(), DENY),
        case("forbidden in the clear: by TLS", unless(insecure()), none(), ALLOW),
        case(
            "nobody comes by a service of AWS's",
            alice_when(via("StringEquals")),
            none(),
            NOTHING,
        ),
        case("who must, is refused", unless(via("StringNotEquals")), none(), DENY),
    ]
}

/// A document of AWS's in our words.
fn translated(kind: PolicyKind, statements: &[Value]) -> Value {
    if statements.is_empty() {
        return Value::Null;
    }
    let document = json!({ "Version": "2012-10-17", "Statement": statements }).to_string();
    serde_json::from_str(&to_own(kind, &document).unwrap()).unwrap()
}

#[test]
fn a_translated_document_decides_what_aws_says_that_it_means() {
    let cases: Vec<_> = who().into_iter().chain(what()).chain(conditions()).collect();
    assert!(cases.len() >= 70, "{}", cases.len());
    let verdicts: BTreeSet<_> = cases.iter().map(|case| case.expected).collect();
    assert_eq!(verdicts.len(), 3);
    for Case { rule, key, own, session, request, expected } in cases {
        let own = translated(PolicyKind::Session, &own);
        let mut case = json!({ "resource": translated(PolicyKind::Key, &key), "request": request,
            "session": translated(PolicyKind::Session, &session) });
        case["identity"] = if own.is_null() { json!([]) } else { json!([own]) };
        assert_eq!(reference::verdict(&case), expected, "reference: {rule}: {case:#}");
        let compiled = Compiled::new(&case);
        ask(&case["request"], |request| {
            compiled.with(|policies| {
                let verdict = decide(request, policies).verdict;
                assert_eq!(format!("{verdict:?}"), expected, "{rule}: {case:#}");
            });
        });
    }
}
