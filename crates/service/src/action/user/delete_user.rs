// SPDX-License-Identifier: Apache-2.0
//! DeleteUser: nothing may hang on it any more, so that nobody loses by it what they did not mean.

use edgekms_api::{
    action::{DeleteUser, Empty},
    error::{ApiError, ErrorCode},
};

use super::super::AccountRule;
use crate::account::{
    context::{AccountContext, Decision, change, remove},
    holder::Holder,
    store::LinkKind,
};

impl AccountRule for DeleteUser {
    fn decide(self, context: &AccountContext<'_>) -> Result<Decision<Empty>, ApiError> {
        let user = context.user(&self.user_name)?;
        let holder = Holder::User(user.user_id.clone()).key();
        context.check_none_from(LinkKind::Key, &holder, ErrorCode::UserHasAccessKeys)?;
        context.check_none_from(LinkKind::Attached, &holder, ErrorCode::UserHasPolicies)?;
        context.check_none_from(LinkKind::Member, &user.user_id, ErrorCode::UserHasGroups)?;
        Ok(change(Empty {}, vec![remove(&user)]))
    }
}
