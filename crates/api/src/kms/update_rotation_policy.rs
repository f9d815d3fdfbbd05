// SPDX-License-Identifier: Apache-2.0
//! UpdateRotationPolicy: whether a CMK gets new versions by itself, and how often.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Empty, Limits};
use crate::error::ApiError;
use crate::key::KeyReference;
use crate::key::rotation::RotationInterval;

/// Has a symmetric CMK get new versions by itself, or no longer. Whatever was encrypted under an
/// earlier version still decrypts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct UpdateRotationPolicy {
    /// The key.
    #[serde(rename = "KeyId")]
    pub key: KeyReference,
    /// Whether new versions come by themselves.
    pub enable_automatic_rotation: bool,
    /// Time between versions, 7 to 730 days, such as `365d`. Needed while rotation is on.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotation_interval: Option<RotationInterval>,
}

/// The interval of a policy, if rotation is on: 7 to 730 days (wire reference, section 2.2).
///
/// # Errors
/// `MissingParameter` or `InvalidParameter` naming `RotationInterval`.
pub fn check_interval(on: bool, interval: Option<RotationInterval>) -> Result<(), ApiError> {
    match interval {
        _ if !on => Ok(()),
        None => Err(ApiError::missing_parameter("RotationInterval")),
        Some(interval) => interval.check_days(7, 730),
    }
}

impl Action for UpdateRotationPolicy {
    const NAME: ActionName = ActionName::UpdateRotationPolicy;
    type Reply = Empty;

    fn key(&self) -> Option<&KeyReference> {
        Some(&self.key)
    }

    fn check(&self, _: &Limits) -> Result<(), ApiError> {
        check_interval(self.enable_automatic_rotation, self.rotation_interval)
    }
}
