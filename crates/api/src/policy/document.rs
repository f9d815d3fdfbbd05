// SPDX-License-Identifier: Apache-2.0
//! A policy that has been read: its statements, still in the words that they were written in.

use crate::text::words;

/// A policy.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Document {
    /// Which grammar it says that it is written in.
    pub version: &'static str,
    /// What its author calls it, where the grammar has such an element. It decides nothing.
    pub id: Option<String>,
    /// At least one, in the order of the text.
    pub statements: Vec<Statement>,
}

/// A statement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// What its author calls it.
    pub sid: Option<String>,
    /// What follows where it matches.
    pub effect: Effect,
    /// Whom it is about; none in a policy that is attached to whom it is about.
    pub principals: Vec<PrincipalName>,
    /// Which actions, with wildcards.
    pub actions: Vec<String>,
    /// Which resources, with wildcards; none where the policy belongs to the one that it is about.
    pub resources: Vec<String>,
    /// All of them must hold.
    pub conditions: Vec<Condition>,
}

words! {
    /// What a statement does.
    Effect, "It must be Allow or Deny.";
    /// It permits, unless another denies.
    Allow = "Allow",
    /// It forbids, whatever others permit.
    Deny = "Deny",
}

/// One name in `Principal`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrincipalName {
    /// The field that it stands in.
    pub class: PrincipalClass,
    /// The name.
    pub name: String,
}

words! {
    /// The fields of `Principal`.
    PrincipalClass, "It must be RAM, Federated, Service or AWS.";
    /// Accounts, users and roles of Alibaba's RAM.
    Ram = "RAM",
    /// Identity providers.
    Federated = "Federated",
    /// Services.
    Service = "Service",
    /// Accounts, users and roles of AWS.
    Aws = "AWS",
}

/// The version of a key's policy by which the account's own policies count only where this one lets its
/// account, as AWS's do. By the other version they count whatever it says, as Alibaba's do.
pub const KEY_POLICY_FIRST: &str = "2012-10-17";

/// Everybody, as a name in `Principal`.
pub const ANYBODY: &str = "*";

/// One key under one operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Condition {
    /// How the request's value is compared: the words of [`super::operator::Operator`], in AWS's grammar
    /// also others.
    pub operator: String,
    /// What of the request is compared.
    pub key: String,
    /// With what: at least one.
    pub values: Vec<String>,
}
