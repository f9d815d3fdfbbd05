// SPDX-License-Identifier: Apache-2.0
//! UpdateRole: changes who may assume a role, and for how long.

use serde::{Deserialize, Serialize};

use crate::account::{Entity, RamDescription, Role, RoleName};
use crate::action::{Action, ActionName, Limits};
use crate::error::ApiError;
use crate::number::Whole;
use crate::policy::{PolicyKind, PolicyText};

/// Changes a role. What is not given stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UpdateRole {
    /// The role.
    pub role_name: RoleName,
    /// Who may assume it from now on, in JSON; unchanged if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_assume_role_policy_document: Option<PolicyText>,
    /// What it is for from now on; unchanged if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_description: Option<RamDescription>,
    /// The longest session from now on, in seconds: 3,600 to 43,200; unchanged if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub new_max_session_duration: Option<Whole<3_600, 43_200>>,
}

/// The role, as it is now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct UpdateRoleReply {
    /// The role.
    pub role: Role,
}

impl Action for UpdateRole {
    const NAME: ActionName = ActionName::UpdateRole;
    type Reply = UpdateRoleReply;

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![Entity::Role(&self.role_name)]
    }

    fn check(&self, _: &Limits) -> Result<(), ApiError> {
        self.new_assume_role_policy_document
            .as_ref()
            .map_or(Ok(()), |text| PolicyKind::Trust.check(text))
    }
}
