// SPDX-License-Identifier: Apache-2.0
//! ListUsersForGroup: the members of a group, in the order in which their ids stand.

use edgekms_api::{
    account::Member, action::ListUsersForGroup, error::ApiError, list::List,
    ram::list_users_for_group::ListUsersForGroupReply, time::Timestamp,
};

use super::super::AccountRule;
use crate::account::{
    context::{AccountContext, Decision, Paged, Part, look},
    record::UserRecord,
    store::LinkKind,
};
use crate::keyring::stored;

impl AccountRule for ListUsersForGroup {
    fn decide(
        self,
        context: &AccountContext<'_>,
    ) -> Result<Decision<ListUsersForGroupReply>, ApiError> {
        let group = context.group(&self.group_name)?;
        let part = Part::asked(self.marker.as_ref(), self.max_items);
        let (after, limit) = (part.after(), part.rows_to_ask());
        let links = context.store.links_to(LinkKind::Member, &group.group_id, after, limit);
        let Paged { rows, is_truncated, marker } =
            part.cut(links.map_err(stored)?, |link| link.end.clone());
        let mut users = Vec::new();
        for link in rows {
            let user = context.linked::<UserRecord>(&link.end)?;
            users.extend(user.map(|user| Member {
                user_name: user.name,
                display_name: user.display_name,
                join_date: Timestamp::from_unix_secs(link.since),
            }));
        }
        Ok(look(ListUsersForGroupReply { users: List(users), is_truncated, marker }))
    }
}
