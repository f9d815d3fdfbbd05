// SPDX-License-Identifier: Apache-2.0
//! ListPoliciesForRole: what is attached to the role.

use edgekms_api::{
    action::ListPoliciesForRole, error::ApiError,
    ram::list_policies_for_role::ListPoliciesForRoleReply,
};

use super::super::AccountRule;
use super::super::attach::attached_policies;
use crate::account::{
    context::{AccountContext, Decision, look},
    holder::Holder,
};

impl AccountRule for ListPoliciesForRole {
    fn decide(
        self,
        context: &AccountContext<'_>,
    ) -> Result<Decision<ListPoliciesForRoleReply>, ApiError> {
        let role = context.role(&self.role_name)?;
        let policies = attached_policies(context, &Holder::Role(role.role_id))?;
        Ok(look(ListPoliciesForRoleReply { policies }))
    }
}
