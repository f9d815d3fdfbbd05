// SPDX-License-Identifier: Apache-2.0
//! DeleteAccount: no keyring of its makes a key any more, it is closed, and then it is forgotten.

use edgekms_api::{
    action::{CloseAccount, CloseKeyring, Command, DeleteAccount, Empty},
    error::{ApiError, ErrorCode},
    id::Region,
    place::Place,
};

use super::super::AccountRule;
use crate::account::{
    context::{AccountContext, Decision, change, remove},
    record::AccountRecord,
};

impl AccountRule for DeleteAccount {
    fn before(&self, regions: &[Region]) -> Vec<(Place, Command)> {
        let account = &self.account_id;
        let close = |region: &Region| {
            let place = Place { account: account.clone(), region: region.clone() };
            (place, Command::CloseKeyring(CloseKeyring { account_id: account.clone() }))
        };
        let close_account = Place::global(account.clone()).map(|place| {
            (place, Command::CloseAccount(CloseAccount { account_id: account.clone() }))
        });
        regions.iter().map(close).chain(close_account).collect()
    }

    fn decide(self, context: &AccountContext<'_>) -> Result<Decision<Empty>, ApiError> {
        let record: Option<AccountRecord> = context.linked(self.account_id.as_str())?;
        let record = record.ok_or(ErrorCode::AccountNotExist)?;
        Ok(change(Empty {}, vec![remove(&record)]))
    }
}
