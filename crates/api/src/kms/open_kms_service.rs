// SPDX-License-Identifier: Apache-2.0
//! OpenKmsService: the service is opened for an account.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Empty};

/// Opens the service for the account. It is open here, so that this is always refused, as a second time is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct OpenKmsService {}

impl Action for OpenKmsService {
    const NAME: ActionName = ActionName::OpenKmsService;
    type Reply = Empty;
}
