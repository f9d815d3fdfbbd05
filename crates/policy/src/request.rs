// SPDX-License-Identifier: Apache-2.0
//! What policies are asked: who wants to do what to what, and whose leave that takes.

use super::key::Values;
use super::principal::Subject;
use super::resource::Resource;
use super::vocabulary::Permission;

/// What is asked.
#[derive(Clone, Copy, Debug)]
pub struct Request<'a> {
    /// Who asks.
    pub subject: Subject<'a>,
    /// What for.
    pub permission: Permission,
    /// To do it to what.
    pub resource: Resource<'a>,
    /// Whose leave it takes.
    pub rule: Rule,
    /// The rest, for conditions.
    pub values: Values<'a>,
}

impl Request<'_> {
    /// Whether the resource is the caller's own account's.
    pub(super) fn is_own(&self) -> bool {
        self.subject.account() == Some(self.resource.owner)
    }
}

/// Whose leave a resource takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rule {
    /// In its own account the caller's own policies or the resource's, from another account both.
    Ordinary,
    /// As `Ordinary`, and never from another account: default and service keys.
    StaysHome,
    /// It is a role that is to be assumed: the caller's own policies, if it can have any, and the role's.
    AssumeRole,
}
