// SPDX-License-Identifier: Apache-2.0
//! ListPoliciesForGroup: what is attached to the group.

use edgekms_api::{
    action::ListPoliciesForGroup, error::ApiError,
    ram::list_policies_for_group::ListPoliciesForGroupReply,
};

use super::super::AccountRule;
use super::super::attach::attached_policies;
use crate::account::{
    context::{AccountContext, Decision, look},
    holder::Holder,
};

impl AccountRule for ListPoliciesForGroup {
    fn decide(
        self,
        context: &AccountContext<'_>,
    ) -> Result<Decision<ListPoliciesForGroupReply>, ApiError> {
        let group = context.group(&self.group_name)?;
        let policies = attached_policies(context, &Holder::Group(group.group_id))?;
        Ok(look(ListPoliciesForGroupReply { policies }))
    }
}
