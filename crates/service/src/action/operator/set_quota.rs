// SPDX-License-Identifier: Apache-2.0
//! SetQuota: kept with the keyring, over the deployment's own number.

use edgekms_api::{
    action::{Empty, SetQuota},
    error::ApiError,
};

use super::super::{Decision, KeyringContext, KeyringRule};
use crate::{
    keyring::{QUOTAS, own_quotas, stored},
    quota::QuotaRow,
};

impl KeyringRule for SetQuota {
    fn decide(self, context: &KeyringContext<'_>) -> Result<Decision<Empty>, ApiError> {
        let number = u64::from(self.number.get());
        if let Some(Err(remedy)) = QuotaRow::of(self.quota).map(|row| row.allows(number)) {
            return Err(ApiError::invalid_parameter("Number", remedy));
        }
        let own = own_quotas(context.host.store).map_err(stored)?.with(self.quota, number);
        let text = serde_json::to_string(&own).map_err(ApiError::internal)?;
        Ok(Decision::look(Empty {}, None).with_fact(QUOTAS, text))
    }
}
