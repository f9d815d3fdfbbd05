// SPDX-License-Identifier: Apache-2.0
//! CreateUser: a user who may do nothing yet.

use edgekms_api::{
    action::CreateUser,
    error::{ApiError, ErrorCode},
    ram::create_user::CreateUserReply,
};

use super::super::AccountRule;
use crate::account::{
    context::{AccountContext, Decision, change, put},
    limit,
    record::UserRecord,
    store::Kind,
};

impl AccountRule for CreateUser {
    fn decide(self, context: &AccountContext<'_>) -> Result<Decision<CreateUserReply>, ApiError> {
        let exists = ErrorCode::UserAlreadyExists;
        context.room_for(Kind::User, self.user_name.as_str(), exists, limit::USERS)?;
        let user = UserRecord {
            user_id: context.new_number()?,
            name: self.user_name,
            display_name: self.display_name,
            mobile_phone: self.mobile_phone,
            email: self.email,
            comments: self.comments,
            created: context.now_secs,
            updated: context.now_secs,
        };
        let changes = vec![put(&user)?];
        Ok(change(CreateUserReply { user: user.told() }, changes))
    }
}
