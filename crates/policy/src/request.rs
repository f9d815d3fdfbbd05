// SPDX-License-Identifier: Apache-2.0
//! What policies are asked: who wants to do what to what, and whose leave that takes.

use edgekms_api::action::ActionName;
use edgekms_api::policy::PolicyKind;

use super::key::Values;
use super::principal::Subject;
use super::resource::Resource;
use super::vocabulary::{Permission, Vocabulary};

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

impl Rule {
    /// The one for a permission, as far as that says.
    #[must_use]
    pub fn of(names: &Vocabulary, permission: Permission) -> Self {
        let assume = [ActionName::AssumeRole, ActionName::AssumeRoleWithOIDC];
        let assumes = assume.iter().any(|action| names.permission(*action) == Some(permission));
        if assumes { Self::AssumeRole } else { Self::Ordinary }
    }

    /// The kind of policy that the resource has, and the kind that another rule's has.
    #[must_use]
    pub const fn resource_kinds(self) -> (PolicyKind, PolicyKind) {
        match self {
            Self::Ordinary | Self::StaysHome => (PolicyKind::Key, PolicyKind::Trust),
            Self::AssumeRole => (PolicyKind::Trust, PolicyKind::Key),
        }
    }
}
