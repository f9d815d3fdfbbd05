// SPDX-License-Identifier: Apache-2.0
//! UpdateUser: a user keeps its id, its access keys and its policies, whatever it is called.

use edgekms_api::{
    action::UpdateUser,
    error::{ApiError, ErrorCode},
    ram::update_user::UpdateUserReply,
};

use super::super::AccountRule;
use crate::account::{
    context::{AccountContext, Decision, change, put},
    store::Kind,
};
use crate::keyring::stored;

impl AccountRule for UpdateUser {
    fn decide(self, context: &AccountContext<'_>) -> Result<Decision<UpdateUserReply>, ApiError> {
        let mut user = context.user(&self.user_name)?;
        if let Some(name) = self.new_user_name.filter(|name| *name != user.name) {
            let held = context.store.by_name(Kind::User, name.as_str()).map_err(stored)?;
            if held.is_some() {
                return Err(ErrorCode::UserAlreadyExists.into());
            }
            user.name = name;
        }
        user.display_name = self.new_display_name.or(user.display_name);
        user.mobile_phone = self.new_mobile_phone.or(user.mobile_phone);
        user.email = self.new_email.or(user.email);
        user.comments = self.new_comments.or(user.comments);
        user.updated = context.now_secs;
        let changes = vec![put(&user)?];
        Ok(change(UpdateUserReply { user: user.told() }, changes))
    }
}
