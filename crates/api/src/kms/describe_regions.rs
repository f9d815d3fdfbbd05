// SPDX-License-Identifier: Apache-2.0
//! DescribeRegions: the regions that the service has. Needs a signature and no permission.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName};
use crate::id::Region;
use crate::list::{List, Row};

/// Tells the regions of the service.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(deny_unknown_fields)]
pub struct DescribeRegions {}

/// The regions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct DescribeRegionsReply {
    /// The regions, the default one first.
    pub regions: List<RegionRow>,
}

/// One region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct RegionRow {
    /// Its id, such as `cn-hangzhou`.
    pub region_id: Region,
}

impl Row for RegionRow {
    const NAME: &'static str = "Region";
}

impl Action for DescribeRegions {
    const NAME: ActionName = ActionName::DescribeRegions;
    type Reply = DescribeRegionsReply;
}
