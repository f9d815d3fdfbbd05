// SPDX-License-Identifier: Apache-2.0
//! GetUser: what a user was made and changed to.

use edgekms_api::{action::GetUser, error::ApiError, ram::get_user::GetUserReply};

use super::super::AccountRule;
use crate::account::context::{AccountContext, Decision, look};

impl AccountRule for GetUser {
    fn decide(self, context: &AccountContext<'_>) -> Result<Decision<GetUserReply>, ApiError> {
        let user = context.user(&self.user_name)?.told();
        Ok(look(GetUserReply { user }))
    }
}
