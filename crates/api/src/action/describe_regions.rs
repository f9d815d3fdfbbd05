// SPDX-License-Identifier: Apache-2.0
//! DescribeRegions: the regions that the service has. Needs a signature and no permission.

use serde::Serialize;

use super::{Action, ActionName, Limits, Request};
use crate::error::ApiError;
use crate::id::Region;
use crate::params::Params;

/// The action.
#[derive(Clone, Copy, Debug)]
pub struct DescribeRegions;

/// Nothing to say.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DescribeRegionsRequest;

/// The regions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct DescribeRegionsResponse {
    /// The rows.
    pub regions: Regions,
}

/// The list's inner level.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Regions {
    /// The rows.
    pub region: Vec<RegionRow>,
}

/// One region.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct RegionRow {
    /// Its id.
    pub region_id: Region,
}

impl FromIterator<Region> for DescribeRegionsResponse {
    fn from_iter<I: IntoIterator<Item = Region>>(regions: I) -> Self {
        let region = regions.into_iter().map(|region_id| RegionRow { region_id }).collect();
        Self { regions: Regions { region } }
    }
}

impl Action for DescribeRegions {
    const NAME: ActionName = ActionName::DescribeRegions;
    type Request = DescribeRegionsRequest;
    type Response = DescribeRegionsResponse;
}

impl Request for DescribeRegionsRequest {
    fn from_params(_: &Params, _: &Limits) -> Result<Self, ApiError> {
        Ok(Self)
    }
}
