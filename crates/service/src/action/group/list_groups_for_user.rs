// SPDX-License-Identifier: Apache-2.0
//! ListGroupsForUser: the groups that a user is in.

use edgekms_api::{
    account::Membership, action::ListGroupsForUser, error::ApiError, list::List,
    ram::list_groups_for_user::ListGroupsForUserReply, time::Timestamp,
};

use super::super::AccountRule;
use crate::account::{
    context::{AccountContext, Decision, look},
    record::GroupRecord,
    store::LinkKind,
};

impl AccountRule for ListGroupsForUser {
    fn decide(
        self,
        context: &AccountContext<'_>,
    ) -> Result<Decision<ListGroupsForUserReply>, ApiError> {
        let user = context.user(&self.user_name)?;
        let mut groups = Vec::new();
        for link in context.links_from(LinkKind::Member, &user.user_id)? {
            let group = context.linked::<GroupRecord>(&link.end)?;
            groups.extend(group.map(|group| Membership {
                group_id: group.group_id,
                group_name: group.name,
                comments: group.comments,
                join_date: Timestamp::from_unix_secs(link.since),
            }));
        }
        groups.sort_by(|one, other| one.group_name.cmp(&other.group_name));
        Ok(look(ListGroupsForUserReply { groups: List(groups) }))
    }
}
