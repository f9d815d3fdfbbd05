// SPDX-License-Identifier: Apache-2.0
//! In what the grammars differ, as data.

use super::document::{ANYBODY, KEY_POLICY_FIRST, PrincipalClass};
use super::principal::{is_aws_principal, is_oidc_provider, is_ram_principal, is_service};

/// A grammar.
pub(super) struct Rules {
    /// What `Version` may be.
    pub(super) versions: &'static [&'static str],
    /// The elements of a document.
    pub(super) elements: &'static [&'static str],
    /// Elements of a statement that its cloud has, and that are told apart from mistakes.
    pub(super) refused: &'static [&'static str],
    /// The elements of a statement.
    pub(super) statement: &'static [&'static str],
    /// Who can be named in `Principal`; empty if a statement has none.
    pub(super) principals: &'static [PrincipalKind],
    /// Whether `Principal` may be `"*"`, instead of an object.
    pub(super) anybody: bool,
    /// What can stand in `Action`.
    pub(super) action: Names,
    /// What can stand in `Resource`.
    pub(super) resource: Names,
    /// Whether a statement may be without a `Resource`.
    pub(super) no_resource: bool,
    /// What can stand in front of an operator, with its colon.
    pub(super) quantifiers: &'static [&'static str],
    /// The operators of conditions.
    pub(super) operators: &'static [&'static str],
    /// What can stand behind an operator.
    pub(super) suffix: Option<&'static str>,
    /// What the values of conditions may be.
    pub(super) values: Values,
}

/// The names that an element holds.
pub(super) struct Names {
    /// Whether a text is one.
    pub(super) fits: fn(&str) -> bool,
    /// What the element must be, as a sentence.
    pub(super) remedy: &'static str,
}

/// One way to name those whom a statement is about.
pub(super) struct PrincipalKind {
    /// The field of `Principal`.
    pub(super) class: PrincipalClass,
    /// Whether a text names somebody so, and what it must be.
    pub(super) names: Names,
}

/// What the values of conditions may be.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Values {
    /// Texts, of the form that their operator compares. A value that no request could ever have is a
    /// mistake, and in a `Deny` a hole.
    Checked,
    /// Texts, numbers and booleans of any form.
    Typed,
}

const WHOLE: &[&str] = &["Sid", "Effect", "Principal", "Action", "Resource", "Condition"];
const WITHOUT_ID: &[&str] = &["Version", "Statement"];
const WITHOUT_PRINCIPAL: &[&str] = &["Sid", "Effect", "Action", "Resource", "Condition"];

const OF_KMS: Names = Names {
    fits: |text| is_action(text, "kms:"),
    remedy: "Action must be a text, or a list of texts, such as kms:Encrypt or kms:*.",
};
const THIS_ONE: Names = Names { fits: |text| text == "*", remedy: "Resource must be \"*\"." };

const RAM: PrincipalKind = PrincipalKind {
    class: PrincipalClass::Ram,
    names: Names {
        fits: is_ram_principal,
        remedy: "In Principal, RAM must hold ARNs such as acs:ram::<account>:root, acs:ram::<account>:*, \
                 acs:ram::<account>:user/<name> or acs:ram::<account>:role/<name>.",
    },
};

/// In Alibaba's key policies, everybody too.
const RAM_OR_ANYBODY: PrincipalKind = PrincipalKind {
    class: PrincipalClass::Ram,
    names: Names { fits: |text| text == ANYBODY || is_ram_principal(text), ..RAM.names },
};

/// Alibaba's key policies, with what AWS's need besides to be kept as such: a second version, `Id`, and `*` in
/// `Principal`.
#[rustfmt::skip]
pub(super) const ALIBABA: Rules = Rules {
    versions: &["1", KEY_POLICY_FIRST],
    elements: &["Version", "Id", "Statement"],
    refused: &[],
    statement: WHOLE,
    principals: &[RAM_OR_ANYBODY],
    anybody: false,
    action: OF_KMS,
    resource: THIS_ONE,
    no_resource: false,
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
    values: Values::Checked,
};

/// Policies of users, groups, roles and sessions.
pub(super) const IDENTITY: Rules = Rules {
    versions: &["1"],
    elements: WITHOUT_ID,
    statement: WITHOUT_PRINCIPAL,
    principals: &[],
    action: Names {
        fits: |text| text == "*" || is_action_of_any_service(text),
        remedy: "Action must be \"*\", a text, or a list of texts, such as kms:Encrypt, ram:Get* or kms:*.",
    },
    resource: Names {
        fits: is_resource,
        remedy: "Resource must be \"*\", or hold ARNs such as acs:kms:<region>:<account>:key/<id>, with * \
                 and ? in any of the last three parts.",
    },
    ..ALIBABA
};

/// Policies of roles that say who may assume them.
pub(super) const TRUST: Rules = Rules {
    versions: &["1"],
    elements: WITHOUT_ID,
    principals: &[
        RAM,
        PrincipalKind {
            class: PrincipalClass::Federated,
            names: Names {
                fits: is_oidc_provider,
                remedy: "In Principal, Federated must hold ARNs of OIDC identity providers, such as \
                         acs:ram::<account>:oidc-provider/<name>.",
            },
        },
        PrincipalKind {
            class: PrincipalClass::Service,
            names: Names {
                fits: is_service,
                remedy: "In Principal, Service must hold names of services, such as ecs.aliyuncs.com.",
            },
        },
    ],
    action: Names {
        fits: |text| is_action(text, "sts:"),
        remedy: "Action must be a text, or a list of texts, such as sts:AssumeRole or \
                 sts:AssumeRoleWithOIDC.",
    },
    no_resource: true,
    ..ALIBABA
};

/// AWS's key policies, before they are translated: the dialect's translation knows the words.
#[rustfmt::skip]
pub(super) const AWS_KEY: Rules = Rules {
    versions: &["2012-10-17", "2008-10-17"],
    elements: &["Version", "Id", "Statement"],
    refused: &["NotAction", "NotPrincipal", "NotResource"],
    statement: WHOLE,
    principals: &[
        PrincipalKind {
            class: PrincipalClass::Aws,
            names: Names {
                fits: is_aws_principal,
                remedy: "In Principal, AWS must hold *, account ids, or ARNs such as \
                         arn:aws:iam::<account>:root, arn:aws:iam::<account>:user/<name> or \
                         arn:aws:iam::<account>:role/<name>.",
            },
        },
        PrincipalKind {
            class: PrincipalClass::Service,
            names: Names {
                fits: is_service,
                remedy: "In Principal, Service must hold names of services, such as logs.amazonaws.com.",
            },
        },
    ],
    anybody: true,
    action: Names {
        fits: is_short,
        remedy: "Action must be a text, or a list of texts, such as kms:Encrypt or kms:*.",
    },
    resource: THIS_ONE,
    no_resource: false,
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
    values: Values::Typed,
};

/// AWS's session policies, before they are translated.
pub(super) const AWS_SESSION: Rules = Rules {
    statement: WITHOUT_PRINCIPAL,
    principals: &[],
    resource: Names {
        fits: is_short,
        remedy: "Resource must be \"*\", or hold ARNs such as arn:aws:kms:<region>:<account>:key/<id>.",
    },
    ..AWS_KEY
};

/// Longest text whose meaning is looked for.
const TEXT_MAX_LEN: usize = 2_048;

fn is_short(text: &str) -> bool {
    (1..=TEXT_MAX_LEN).contains(&text.len())
}

/// Longest name of an action, without its service.
const ACTION_MAX_LEN: usize = 128;

fn is_action(text: &str, service: &str) -> bool {
    text.strip_prefix(service).is_some_and(|name| is_word(name, b"*?"))
}

/// Services have names of their own for actions, some with dots or slashes.
fn is_action_of_any_service(text: &str) -> bool {
    text.split_once(':')
        .is_some_and(|(service, name)| is_word(service, b"-*?") && is_word(name, b"*?-_./"))
}

fn is_word(text: &str, more: &[u8]) -> bool {
    (1..=ACTION_MAX_LEN).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || more.contains(&byte))
}

/// `*`, or five parts: `acs`, a service, a region, an account, a name within it. Wildcards end where their
/// part ends, so that no `*` for a region can swallow an account.
fn is_resource(text: &str) -> bool {
    let mut parts = text.splitn(5, ':');
    let mut next = || parts.next().unwrap_or_default();
    let (scheme, service, region) = (next(), next(), next());
    let (account, name) = (next(), next());
    let is_part = |part: &str| {
        part.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-*?".contains(&byte))
    };
    text == "*"
        || (scheme == "acs"
            && (service == "*" || is_word(service, b"-"))
            && is_part(region)
            && is_part(account)
            && !name.is_empty())
}
