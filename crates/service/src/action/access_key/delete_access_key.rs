// SPDX-License-Identifier: Apache-2.0
//! DeleteAccessKey: it is no more, and neither is its secret.

use edgekms_api::{
    action::{DeleteAccessKey, Empty},
    error::ApiError,
};

use super::super::AccountRule;
use crate::account::{
    context::{AccountContext, Decision, change, remove},
    store::{Change, LinkKind},
};

impl AccountRule for DeleteAccessKey {
    fn decide(self, context: &AccountContext<'_>) -> Result<Decision<Empty>, ApiError> {
        let owner = context.owner(self.user_name.as_ref())?;
        let key = context.access_key(&self.user_access_key_id, &owner)?;
        let id = key.access_key_id.to_string();
        let unlink = Change::Unlink(LinkKind::Key, owner.key(), id);
        Ok(change(Empty {}, vec![remove(&key), unlink]))
    }
}
