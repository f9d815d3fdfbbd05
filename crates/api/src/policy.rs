// SPDX-License-Identifier: Apache-2.0
//! Policies: what a document must look like (wire reference, section 3.1). What one means is the
//! service's to say.
//!
//! | kind | about | `Principal` | `Action` | `Resource` |
//! |---|---|---|---|---|
//! | identity, session | whoever has it | none | of any service | `*`, ARNs |
//! | trust | the role that has it | RAM, Federated, Service | `sts:` | none, or `*` |
//! | key | the key that has it | RAM | `kms:` | `*` |
//!
//! The module `grammar` has these as data. What is kept is always in Alibaba's grammar: documents of AWS's are
//! translated at the edge, by `dialect/aws/policy`, and are here only read.

mod condition;
pub mod document;
mod element;
mod grammar;
pub mod kind;
pub mod operator;
mod principal;
mod read;
pub mod value;

pub use kind::{PolicyFault, PolicyKind};

use crate::id::AccountId;
use crate::text::{checked_text, words};

/// Longest policy, in bytes (wire reference, section 2.2).
pub const POLICY_MAX_LEN: usize = 32_768;

checked_text!(
    /// A policy's text: at most 32,768 bytes, without control characters but tabs and line breaks.
    PolicyText, is_policy_text,
    "It must have at most 32768 bytes and no control characters."
);

words! {
    /// A key has one policy.
    PolicyName, "It must be default.";
    /// The one.
    Default = "default",
}

words! {
    /// The form that a policy is told in.
    #[derive(Default)]
    Grammar, "It must be alibaba or aws.";
    /// Alibaba's key policies, Version 1.
    #[default]
    Alibaba = "alibaba",
    /// AWS's key policies, Version 2012-10-17 or 2008-10-17.
    Aws = "aws",
}

impl Grammar {
    /// Whether it is the one that a command means which says nothing.
    #[must_use]
    pub fn is_default(&self) -> bool {
        *self == Self::default()
    }

    /// What a key without a policy of its own has: its account may do everything.
    #[must_use]
    pub fn default_policy(self, account: &AccountId) -> String {
        match self {
            Self::Alibaba => format!(
                r#"{{"Version":"1","Statement":[{{"Sid":"kms default key policy","Effect":"Allow","Principal":{{"RAM":["acs:ram::{account}:*"]}},"Action":["kms:*"],"Resource":["*"]}}]}}"#
            ),
            Self::Aws => format!(
                r#"{{"Version":"2012-10-17","Id":"default","Statement":[{{"Sid":"kms default key policy","Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{account}:root"}},"Action":"kms:*","Resource":"*"}}]}}"#
            ),
        }
    }
}

fn is_policy_text(text: &str) -> bool {
    text.len() <= POLICY_MAX_LEN && text.chars().all(crate::key::description::has_xml_form)
}

#[cfg(test)]
mod tests;
