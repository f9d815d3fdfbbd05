// SPDX-License-Identifier: Apache-2.0
//! DescribeService: the kinds of keys that the project makes and this deployment can guard.

use std::collections::BTreeSet;

use edgekms_api::{
    action::DescribeService,
    error::ApiError,
    key::{KeySpec, offer::OFFERED},
    kms::describe_service::{
        DescribeServiceReply, KeySpecRow, ProtectionLevelRow, SupportedProtectionLevel, Usage,
    },
};

use super::super::{Edge, EdgeRule};

impl EdgeRule for DescribeService {
    fn run(&self, edge: &Edge<'_>) -> Result<DescribeServiceReply, ApiError> {
        let levels = edge.protection_levels;
        let row = |spec: KeySpec| {
            let offers = || OFFERED.iter().filter(move |offer| offer.spec == spec);
            let guards = levels
                .iter()
                .filter(|level| offers().any(|offer| offer.protection_levels.contains(level)));
            let usages: BTreeSet<_> = offers().map(|offer| offer.usage).collect();
            KeySpecRow {
                name: spec,
                supported_protection_levels: guards
                    .copied()
                    .map(SupportedProtectionLevel)
                    .collect(),
                usages: usages.into_iter().map(Usage).collect(),
            }
        };
        let specs: BTreeSet<_> = OFFERED.iter().map(|offer| offer.spec).collect();
        Ok(DescribeServiceReply {
            protection_levels: levels.iter().map(|&level| ProtectionLevelRow { level }).collect(),
            key_specs: specs.into_iter().map(row).collect(),
        })
    }
}
