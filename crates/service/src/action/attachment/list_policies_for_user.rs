// SPDX-License-Identifier: Apache-2.0
//! ListPoliciesForUser: not those of its groups.

use edgekms_api::{
    action::ListPoliciesForUser, error::ApiError,
    ram::list_policies_for_user::ListPoliciesForUserReply,
};

use super::super::AccountRule;
use super::super::attach::attached_policies;
use crate::account::{
    context::{AccountContext, Decision, look},
    holder::Holder,
};

impl AccountRule for ListPoliciesForUser {
    fn decide(
        self,
        context: &AccountContext<'_>,
    ) -> Result<Decision<ListPoliciesForUserReply>, ApiError> {
        let user = context.user(&self.user_name)?;
        let policies = attached_policies(context, &Holder::User(user.user_id))?;
        Ok(look(ListPoliciesForUserReply { policies }))
    }
}
