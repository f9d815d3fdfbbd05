// SPDX-License-Identifier: Apache-2.0
//! CreateOIDCProvider: whose tokens the account takes.

use edgekms_api::{
    action::CreateOIDCProvider,
    error::{ApiError, ErrorCode},
    ims::create_oidc_provider::CreateOIDCProviderReply,
    number::Whole,
};

use super::super::AccountRule;
use crate::account::{
    context::{AccountContext, Decision, change, put},
    limit,
    oidc::{ISSUANCE_LIMIT_HOURS, OidcProviderRecord},
    store::Kind,
};

impl AccountRule for CreateOIDCProvider {
    fn decide(
        self,
        context: &AccountContext<'_>,
    ) -> Result<Decision<CreateOIDCProviderReply>, ApiError> {
        let exists = ErrorCode::OidcProviderAlreadyExists;
        let name = self.oidc_provider_name.as_str();
        context.room_for(Kind::OidcProvider, name, exists, limit::OIDC_PROVIDERS)?;
        context.check_issuer(&self.issuer_url)?;
        let provider = OidcProviderRecord {
            name: self.oidc_provider_name,
            issuer: self.issuer_url,
            client_ids: self.client_ids.0,
            fingerprints: self.fingerprints.0,
            issuance_limit_hours: self.issuance_limit_time.map_or(ISSUANCE_LIMIT_HOURS, Whole::get),
            description: self.description,
            created: context.now_secs,
            updated: context.now_secs,
        };
        let changes = vec![put(&provider)?];
        Ok(change(
            CreateOIDCProviderReply { oidc_provider: provider.told(context.account()) },
            changes,
        ))
    }
}
