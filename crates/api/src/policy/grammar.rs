// SPDX-License-Identifier: Apache-2.0
//! In what the two grammars differ, as data.

use super::Grammar;

/// A grammar.
pub(super) struct Rules {
    /// What `Version` may be.
    pub(super) versions: &'static [&'static str],
    /// The elements of a document.
    pub(super) elements: &'static [&'static str],
    /// Who can be named in `Principal`.
    pub(super) principals: &'static [PrincipalKind],
    /// Whether `Principal` may be `"*"`.
    pub(super) anybody: bool,
    /// What can stand in front of an operator, with its colon.
    pub(super) quantifiers: &'static [&'static str],
    /// The operators of conditions.
    pub(super) operators: &'static [&'static str],
    /// What can stand behind an operator.
    pub(super) suffix: Option<&'static str>,
    /// Whether a condition's value may be a number or a boolean instead of a text.
    pub(super) typed_values: bool,
}

/// One way to name those whom a statement is about.
pub(super) struct PrincipalKind {
    /// The field of `Principal`.
    pub(super) name: &'static str,
    /// Whether a text names somebody so.
    pub(super) names: fn(&str) -> bool,
    /// What it must be, as a sentence.
    pub(super) remedy: &'static str,
}

/// What a statement has in both.
pub(super) const STATEMENT: &[&str] =
    &["Sid", "Effect", "Principal", "Action", "Resource", "Condition"];

pub(super) const fn rules(grammar: Grammar) -> &'static Rules {
    match grammar {
        Grammar::Alibaba => &ALIBABA,
        Grammar::Aws => &AWS,
    }
}

#[rustfmt::skip]
const ALIBABA: Rules = Rules {
    versions: &["1"],
    elements: &["Version", "Statement"],
    principals: &[PrincipalKind {
        name: "RAM",
        names: is_ram_principal,
        remedy: "In Principal, RAM must hold ARNs such as acs:ram::<account>:root, acs:ram::<account>:*, \
                 acs:ram::<account>:user/<name> or acs:ram::<account>:role/<name>.",
    }],
    anybody: false,
    quantifiers: &[],
    operators: &[
        "StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase",
        "StringLike", "StringNotLike",
        "NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals",
        "NumericGreaterThan", "NumericGreaterThanEquals",
        "DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan",
        "DateGreaterThanEquals",
        "Bool", "IpAddress", "NotIpAddress",
    ],
    suffix: None,
    typed_values: false,
};

#[rustfmt::skip]
const AWS: Rules = Rules {
    versions: &["2012-10-17", "2008-10-17"],
    elements: &["Version", "Id", "Statement"],
    principals: &[
        PrincipalKind {
            name: "AWS",
            names: is_aws_principal,
            remedy: "In Principal, AWS must hold *, account ids, or ARNs such as \
                     arn:aws:iam::<account>:root, arn:aws:iam::<account>:user/<name> or \
                     arn:aws:iam::<account>:role/<name>.",
        },
        PrincipalKind {
            name: "Service",
            names: is_service,
            remedy: "In Principal, Service must hold names of services, such as logs.amazonaws.com.",
        },
    ],
    anybody: true,
    quantifiers: &["ForAllValues:", "ForAnyValue:"],
    operators: &[
        "StringEquals", "StringNotEquals", "StringEqualsIgnoreCase", "StringNotEqualsIgnoreCase",
        "StringLike", "StringNotLike",
        "NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals",
        "NumericGreaterThan", "NumericGreaterThanEquals",
        "DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals", "DateGreaterThan",
        "DateGreaterThanEquals",
        "Bool", "BinaryEquals", "IpAddress", "NotIpAddress",
        "ArnEquals", "ArnLike", "ArnNotEquals", "ArnNotLike", "Null",
    ],
    suffix: Some("IfExists"),
    typed_values: true,
};

fn is_digits(text: &str, lengths: &[usize]) -> bool {
    lengths.contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// A name with what clouds allow in the names of users and roles; AWS's may have a path in front.
fn is_name(text: &str, more: &[u8]) -> bool {
    (1..=512).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || more.contains(&byte))
}

fn is_ram_principal(text: &str) -> bool {
    let parts = text.strip_prefix("acs:ram::").and_then(|rest| rest.split_once(':'));
    parts.is_some_and(|(account, who)| {
        let name = who.strip_prefix("user/").or_else(|| who.strip_prefix("role/"));
        is_digits(account, &[16])
            && (["root", "*"].contains(&who) || name.is_some_and(|name| is_name(name, b".@_-")))
    })
}

fn is_aws_principal(text: &str) -> bool {
    // Accounts have 16 digits here, and 12 with AWS.
    const ACCOUNT: &[usize] = &[12, 16];
    let is_arn = |text: &str| {
        let mut parts = text.splitn(6, ':');
        let mut next = || parts.next().unwrap_or_default();
        let (scheme, partition, service, region) = (next(), next(), next(), next());
        let (account, who) = (next(), next());
        let roots: &[&str] = match service {
            "iam" => &["user/", "role/"],
            "sts" => &["assumed-role/", "federated-user/"],
            _ => return false,
        };
        let name = roots.iter().find_map(|root| who.strip_prefix(root));
        scheme == "arn"
            && partition.starts_with("aws")
            && is_name(partition, b"-")
            && region.is_empty()
            && is_digits(account, ACCOUNT)
            && ((service, who) == ("iam", "root")
                || name.is_some_and(|name| is_name(name, b"+=,.@_-/")))
    };
    text == "*" || is_digits(text, ACCOUNT) || is_arn(text)
}

fn is_service(text: &str) -> bool {
    text.contains('.') && is_name(text, b".-") && !text.starts_with('.') && !text.ends_with('.')
}
