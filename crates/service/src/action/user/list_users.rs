// SPDX-License-Identifier: Apache-2.0
//! ListUsers: the users in the order of their names.

use edgekms_api::{action::ListUsers, error::ApiError, ram::list_users::ListUsersReply};

use super::super::AccountRule;
use crate::account::{
    context::{AccountContext, Decision, Paged, Part, look},
    record::UserRecord,
};

impl AccountRule for ListUsers {
    fn decide(self, context: &AccountContext<'_>) -> Result<Decision<ListUsersReply>, ApiError> {
        let part = Part::asked(self.marker.as_ref(), self.max_items);
        let Paged { rows, is_truncated, marker } = context.page::<UserRecord>(&part)?;
        let users = rows.into_iter().map(UserRecord::told).collect();
        Ok(look(ListUsersReply { users, is_truncated, marker }))
    }
}
