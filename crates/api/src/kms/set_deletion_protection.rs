// SPDX-License-Identifier: Apache-2.0
//! SetDeletionProtection: whether a CMK can be scheduled for deletion at all.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Empty, Limits};
use crate::error::ApiError;
use crate::key::{Description, KeyReference};

/// Protects a CMK from ScheduleKeyDeletion, or no longer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct SetDeletionProtection {
    /// The key's ARN. Give it or KeyId.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "schema", schemars(with = "Option<crate::arn::KeyArn>"))]
    pub protected_resource_arn: Option<KeyReference>,
    /// The key's id. Give it or ProtectedResourceArn.
    #[serde(rename = "KeyId", default, skip_serializing_if = "Option::is_none")]
    pub key: Option<KeyReference>,
    /// Whether deletion is refused from now on.
    pub enable_deletion_protection: bool,
    /// Why, for whoever tries to delete the key. Means nothing while protection is off.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deletion_protection_description: Option<Description>,
}

impl Action for SetDeletionProtection {
    const NAME: ActionName = ActionName::SetDeletionProtection;
    type Reply = Empty;
    const NOT_OFFERED: &'static [&'static str] = &["KmsInstanceId"];

    fn key(&self) -> Option<&KeyReference> {
        self.protected_resource_arn.as_ref().or(self.key.as_ref())
    }

    fn check(&self, _: &Limits) -> Result<(), ApiError> {
        match (&self.protected_resource_arn, &self.key) {
            (None, None) => Err(ApiError::missing_parameter("ProtectedResourceArn")),
            (Some(_), Some(_)) => {
                Err(ApiError::invalid_parameter("KeyId", "Give it or ProtectedResourceArn."))
            }
            (Some(_), None) | (None, Some(_)) => Ok(()),
        }
    }
}
