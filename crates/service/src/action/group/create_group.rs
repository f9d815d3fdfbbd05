// SPDX-License-Identifier: Apache-2.0
//! CreateGroup: a group without members.

use edgekms_api::{
    action::CreateGroup,
    error::{ApiError, ErrorCode},
    ram::create_group::CreateGroupReply,
};

use super::super::AccountRule;
use crate::account::{
    context::{AccountContext, Decision, change, put},
    limit,
    record::GroupRecord,
    store::Kind,
};

impl AccountRule for CreateGroup {
    fn decide(self, context: &AccountContext<'_>) -> Result<Decision<CreateGroupReply>, ApiError> {
        let exists = ErrorCode::GroupAlreadyExists;
        context.room_for(Kind::Group, self.group_name.as_str(), exists, limit::GROUPS)?;
        let group = GroupRecord {
            group_id: context.new_group_id()?,
            name: self.group_name,
            comments: self.comments,
            created: context.now_secs,
            updated: context.now_secs,
        };
        let changes = vec![put(&group)?];
        Ok(change(CreateGroupReply { group: group.told() }, changes))
    }
}
