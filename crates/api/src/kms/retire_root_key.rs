// SPDX-License-Identifier: Apache-2.0
//! RetireRootKey: a root key version that nothing needs any more.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Empty};
use crate::id::RootKeyVersion;

/// Has the keyring forget a root key version, which may then be taken out of `ROOT_KEYS`. Refused for
/// the current one, while anything is wrapped under it, and for 25 hours after RewrapKeys has found that
/// nothing is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct RetireRootKey {
    /// Its name in `ROOT_KEYS`.
    pub root_key_version: RootKeyVersion,
}

impl Action for RetireRootKey {
    const NAME: ActionName = ActionName::RetireRootKey;
    type Reply = Empty;
}
