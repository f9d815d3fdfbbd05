// SPDX-License-Identifier: Apache-2.0
//! GetGroup: what a group was made and changed to.

use edgekms_api::{action::GetGroup, error::ApiError, ram::get_group::GetGroupReply};

use super::super::AccountRule;
use crate::account::context::{AccountContext, Decision, look};

impl AccountRule for GetGroup {
    fn decide(self, context: &AccountContext<'_>) -> Result<Decision<GetGroupReply>, ApiError> {
        let group = context.group(&self.group_name)?.told();
        Ok(look(GetGroupReply { group }))
    }
}
