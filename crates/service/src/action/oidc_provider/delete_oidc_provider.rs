// SPDX-License-Identifier: Apache-2.0
//! DeleteOIDCProvider: roles that trust it stay, and trust a name that is nobody's until somebody takes it.

use edgekms_api::{
    action::{DeleteOIDCProvider, Empty},
    error::ApiError,
};

use super::super::AccountRule;
use crate::account::context::{AccountContext, Decision, change, remove};

impl AccountRule for DeleteOIDCProvider {
    fn decide(self, context: &AccountContext<'_>) -> Result<Decision<Empty>, ApiError> {
        let provider = context.oidc_provider(&self.oidc_provider_name)?;
        Ok(change(Empty {}, vec![remove(&provider)]))
    }
}
