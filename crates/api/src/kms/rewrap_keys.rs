// SPDX-License-Identifier: Apache-2.0
//! RewrapKeys: everything under the current root key version.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Empty};

/// Has the keyring wrap all material that is under another root key version anew, under the current
/// one. It goes on by itself; DescribeRootKeys tells how far it has got. Called again, it begins anew.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RewrapKeys {}

impl Action for RewrapKeys {
    const NAME: ActionName = ActionName::RewrapKeys;
    type Reply = Empty;
}
