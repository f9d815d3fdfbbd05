// SPDX-License-Identifier: Apache-2.0
//! SetQuota: another number for one account in one region.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Empty};
use crate::number::Whole;
use crate::quota::Quota;

/// Sets a quota of the account in the region. What is there already stays, though it be more.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct SetQuota {
    /// Which one.
    pub quota: Quota,
    /// The number, from 1 to the largest that was measured: 100,000 keys and aliases, 1,000,000
    /// versions, 1,000 of an asymmetric key, 50 tags, a rate of 100,000 a second. A dedicated gateway's rate
    /// is 1000, 2000 or 4000 for software keys, 2000, 4000 or 6000 for hardware keys, or 0 for none.
    pub number: Whole<0, 1_000_000>,
}

impl Action for SetQuota {
    const NAME: ActionName = ActionName::SetQuota;
    type Reply = Empty;
}
