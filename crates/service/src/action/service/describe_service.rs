// SPDX-License-Identifier: Apache-2.0
//! DescribeService: the kinds of keys that this deployment's operator offers and it can guard.

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
        let (levels, policy) = (edge.protection_levels, edge.settings.offer);
        let offered = || OFFERED.iter().filter(move |offer| policy.check_new(offer).is_ok());
        let row = |spec: KeySpec| {
            let offers = || offered().filter(move |offer| offer.spec == spec);
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
        let specs: BTreeSet<_> = offered().map(|offer| offer.spec).collect();
        Ok(DescribeServiceReply {
            protection_levels: levels.iter().map(|&level| ProtectionLevelRow { level }).collect(),
            key_specs: specs.into_iter().map(row).collect(),
        })
    }
}
