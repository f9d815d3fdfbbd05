// SPDX-License-Identifier: Apache-2.0
//! CreateRole: makes a role.

use serde::{Deserialize, Serialize};

use crate::account::{Entity, RamDescription, Role, RoleName};
use crate::action::{Action, ActionName, Limits};
use crate::error::ApiError;
use crate::number::Whole;
use crate::policy::{PolicyKind, PolicyText};

/// Makes a role: permissions that others take on for a while, and the policy that says who.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct CreateRole {
    /// Its name, unique in the account.
    pub role_name: RoleName,
    /// Who may assume it, in JSON.
    pub assume_role_policy_document: PolicyText,
    /// What it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<RamDescription>,
    /// The longest session, in seconds: 3,600 to 43,200; 3,600 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_session_duration: Option<Whole<3_600, 43_200>>,
}

/// The role, as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct CreateRoleReply {
    /// The role.
    pub role: Role,
}

impl Action for CreateRole {
    const NAME: ActionName = ActionName::CreateRole;
    type Reply = CreateRoleReply;
    const NOT_OFFERED: &'static [&'static str] = &["Tag"];

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![Entity::Role(&self.role_name)]
    }

    fn check(&self, _: &Limits) -> Result<(), ApiError> {
        PolicyKind::Trust.check(&self.assume_role_policy_document)
    }
}
