// SPDX-License-Identifier: Apache-2.0
//! DescribeRegions: the regions that the operator has this worker serve.

use edgekms_api::{
    action::DescribeRegions,
    error::ApiError,
    id::Region,
    kms::describe_regions::{DescribeRegionsReply, RegionRow},
};

use super::super::{Edge, EdgeRule};

impl EdgeRule for DescribeRegions {
    fn run(&self, edge: &Edge<'_>) -> Result<DescribeRegionsReply, ApiError> {
        let row = |region: &Region| RegionRow { region_id: region.clone() };
        Ok(DescribeRegionsReply { regions: edge.settings.regions.iter().map(row).collect() })
    }
}
