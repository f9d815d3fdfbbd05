// SPDX-License-Identifier: Apache-2.0
//! DescribeQuotas: what bounds an account in a region, and how much of it is used.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName};
use crate::list::{List, Row};
use crate::quota::Quota;

/// Tells the quotas of the account in the region.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct DescribeQuotas {}

/// The quotas.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct DescribeQuotasReply {
    /// The rows.
    pub quotas: List<QuotaUse>,
}

/// One quota.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct QuotaUse {
    /// Which one.
    pub quota: Quota,
    /// The number that holds for this account and region.
    pub number: u64,
    /// How many there are; none for what is counted key by key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub used: Option<u64>,
}

impl Row for QuotaUse {
    const NAME: &'static str = "Quota";
}

impl Action for DescribeQuotas {
    const NAME: ActionName = ActionName::DescribeQuotas;
    type Reply = DescribeQuotasReply;
}
