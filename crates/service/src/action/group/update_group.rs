// SPDX-License-Identifier: Apache-2.0
//! UpdateGroup: a group keeps its id, its members and its policies, whatever it is called.

use edgekms_api::{
    action::UpdateGroup,
    error::{ApiError, ErrorCode},
    ram::update_group::UpdateGroupReply,
};

use super::super::AccountRule;
use crate::account::{
    context::{AccountContext, Decision, change, put},
    store::Kind,
};
use crate::keyring::stored;

impl AccountRule for UpdateGroup {
    fn decide(self, context: &AccountContext<'_>) -> Result<Decision<UpdateGroupReply>, ApiError> {
        let mut group = context.group(&self.group_name)?;
        if let Some(name) = self.new_group_name.filter(|name| *name != group.name) {
            let held = context.store.by_name(Kind::Group, name.as_str()).map_err(stored)?;
            if held.is_some() {
                return Err(ErrorCode::GroupAlreadyExists.into());
            }
            group.name = name;
        }
        group.comments = self.new_comments.or(group.comments);
        group.updated = context.now_secs;
        let changes = vec![put(&group)?];
        Ok(change(UpdateGroupReply { group: group.told() }, changes))
    }
}
