// SPDX-License-Identifier: Apache-2.0
//! CreateAccessKey: the secret is told once, and stored only wrapped.

use edgekms_api::{
    action::CreateAccessKey, error::ApiError, ram::create_access_key::CreateAccessKeyReply,
};

use super::super::{AccountRule, new_access_key::new_access_key};
use crate::account::context::{AccountContext, Decision, change};

impl AccountRule for CreateAccessKey {
    fn decide(
        self,
        context: &AccountContext<'_>,
    ) -> Result<Decision<CreateAccessKeyReply>, ApiError> {
        let owner = context.owner(self.user_name.as_ref())?;
        let (access_key, changes) = new_access_key(context, owner)?;
        Ok(change(CreateAccessKeyReply { access_key }, changes))
    }
}
