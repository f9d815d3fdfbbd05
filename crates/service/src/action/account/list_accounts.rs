// SPDX-License-Identifier: Apache-2.0
//! ListAccounts: the accounts in the order of their ids.

use edgekms_api::{action::ListAccounts, error::ApiError, ram::list_accounts::ListAccountsReply};

use super::super::AccountRule;
use crate::account::{
    context::{AccountContext, Decision, Paged, Part, look},
    record::AccountRecord,
};

impl AccountRule for ListAccounts {
    fn decide(self, context: &AccountContext<'_>) -> Result<Decision<ListAccountsReply>, ApiError> {
        let part = Part::asked(self.marker.as_ref(), self.max_items);
        let Paged { rows, is_truncated, marker } = context.page::<AccountRecord>(&part)?;
        let accounts = rows.into_iter().map(AccountRecord::told).collect();
        Ok(look(ListAccountsReply { accounts, is_truncated, marker }))
    }
}
