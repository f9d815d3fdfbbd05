// SPDX-License-Identifier: Apache-2.0
//! ListRoles: the roles in the order of their names, without who may assume them.

use edgekms_api::{action::ListRoles, error::ApiError, ram::list_roles::ListRolesReply};

use super::super::AccountRule;
use crate::account::{
    context::{AccountContext, Decision, Paged, Part, look},
    record::RoleRecord,
};

impl AccountRule for ListRoles {
    fn decide(self, context: &AccountContext<'_>) -> Result<Decision<ListRolesReply>, ApiError> {
        let part = Part::asked(self.marker.as_ref(), self.max_items);
        let Paged { rows, is_truncated, marker } = context.page::<RoleRecord>(&part)?;
        let roles = rows.into_iter().map(|role| role.row(context.account())).collect();
        Ok(look(ListRolesReply { roles, is_truncated, marker }))
    }
}
