// SPDX-License-Identifier: Apache-2.0
//! GetDefaultKmsInstance: the default KMS instance.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName};

/// Tells which KMS instance is the default one. There are no instances here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct GetDefaultKmsInstance {}

/// The instance.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct GetDefaultKmsInstanceReply {
    /// Always empty here.
    pub default_kms_instance_id: String,
}

impl Action for GetDefaultKmsInstance {
    const NAME: ActionName = ActionName::GetDefaultKmsInstance;
    type Reply = GetDefaultKmsInstanceReply;
}
