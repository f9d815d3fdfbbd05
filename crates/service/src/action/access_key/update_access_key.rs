// SPDX-License-Identifier: Apache-2.0
//! UpdateAccessKey: switches it off everywhere within the bound on changes.

use edgekms_api::{
    action::{Empty, UpdateAccessKey},
    error::ApiError,
};

use super::super::AccountRule;
use crate::account::context::{AccountContext, Decision, change, put};

impl AccountRule for UpdateAccessKey {
    fn decide(self, context: &AccountContext<'_>) -> Result<Decision<Empty>, ApiError> {
        let owner = context.owner(self.user_name.as_ref())?;
        let mut key = context.access_key(&self.user_access_key_id, &owner)?;
        key.status = self.status;
        Ok(change(Empty {}, vec![put(&key)?]))
    }
}
