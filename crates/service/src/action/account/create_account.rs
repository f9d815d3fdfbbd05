// SPDX-License-Identifier: Apache-2.0
//! CreateAccount: an account is there when the deployment's own account has noted it.

use edgekms_api::{
    action::CreateAccount,
    error::{ApiError, ErrorCode},
    ram::create_account::CreateAccountReply,
};

use super::super::AccountRule;
use crate::account::{
    context::{AccountContext, Decision, change, put},
    limit,
    record::AccountRecord,
    store::Kind,
};

impl AccountRule for CreateAccount {
    fn decide(
        self,
        context: &AccountContext<'_>,
    ) -> Result<Decision<CreateAccountReply>, ApiError> {
        let account_id = context.new_account_id()?;
        // Only randomness that repeats itself meets another's id, or the deployment's own.
        let taken = ErrorCode::InternalFailure;
        context.room_for(Kind::Account, account_id.as_str(), taken, limit::ACCOUNTS)?;
        if account_id == *context.account() {
            return Err(taken.into());
        }
        let account = AccountRecord {
            account_id,
            display_name: self.display_name,
            created: context.now_secs,
        };
        let changes = vec![put(&account)?];
        Ok(change(CreateAccountReply { account: account.told() }, changes))
    }
}
