// SPDX-License-Identifier: Apache-2.0
//! ListGroups: the groups in the order of their names.

use edgekms_api::{action::ListGroups, error::ApiError, ram::list_groups::ListGroupsReply};

use super::super::AccountRule;
use crate::account::{
    context::{AccountContext, Decision, Paged, Part, look},
    record::GroupRecord,
};

impl AccountRule for ListGroups {
    fn decide(self, context: &AccountContext<'_>) -> Result<Decision<ListGroupsReply>, ApiError> {
        let part = Part::asked(self.marker.as_ref(), self.max_items);
        let Paged { rows, is_truncated, marker } = context.page::<GroupRecord>(&part)?;
        let groups = rows.into_iter().map(GroupRecord::told).collect();
        Ok(look(ListGroupsReply { groups, is_truncated, marker }))
    }
}
