// SPDX-License-Identifier: Apache-2.0
//! RemoveClientIdFromOIDCProvider: one that is not there is gone.

use edgekms_api::{
    action::RemoveClientIdFromOIDCProvider, error::ApiError,
    ims::remove_client_id_from_oidc_provider::RemoveClientIdFromOIDCProviderReply,
};

use super::super::AccountRule;
use crate::account::context::{AccountContext, Decision, change, put};

impl AccountRule for RemoveClientIdFromOIDCProvider {
    fn decide(
        self,
        context: &AccountContext<'_>,
    ) -> Result<Decision<RemoveClientIdFromOIDCProviderReply>, ApiError> {
        let provider = context.change_oidc_provider(&self.oidc_provider_name, |provider| {
            provider.client_ids.retain(|held| *held != self.client_id);
            Ok(())
        })?;
        let changes = vec![put(&provider)?];
        Ok(change(
            RemoveClientIdFromOIDCProviderReply { oidc_provider: provider.told(context.account()) },
            changes,
        ))
    }
}
