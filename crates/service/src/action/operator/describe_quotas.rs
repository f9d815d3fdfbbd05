// SPDX-License-Identifier: Apache-2.0
//! DescribeQuotas.

use edgekms_api::{
    action::DescribeQuotas,
    error::ApiError,
    kms::describe_quotas::{DescribeQuotasReply, QuotaUse},
    quota::Quota,
};

use super::super::{Decision, KeyringContext, KeyringRule};
use crate::keyring::stored;

impl KeyringRule for DescribeQuotas {
    fn decide(
        self,
        context: &KeyringContext<'_>,
    ) -> Result<Decision<DescribeQuotasReply>, ApiError> {
        let (store, quotas) = (context.host.store, &context.host.quotas);
        let row = |quota: &Quota| {
            let used = match quota {
                Quota::Keys => Some(store.count_keys()?),
                Quota::Aliases => Some(store.count_aliases()?),
                Quota::KeyVersions => Some(store.count_versions()?),
                _ => None,
            };
            Ok(QuotaUse { quota: *quota, number: quotas.get(*quota), used })
        };
        let quotas = Quota::ALL.iter().map(row).collect::<Result<_, _>>().map_err(stored)?;
        Ok(Decision::look(DescribeQuotasReply { quotas }, None))
    }
}
