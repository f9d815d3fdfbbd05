// SPDX-License-Identifier: Apache-2.0
//! CreateAccountAccessKey: CreateAccessKey for a root that cannot sign, since it has no key yet or none
//! any more.

use edgekms_api::{
    action::CreateAccountAccessKey, error::ApiError,
    ram::create_account_access_key::CreateAccountAccessKeyReply,
};

use super::super::{AccountRule, new_access_key::new_access_key};
use crate::account::{
    context::{AccountContext, Decision, change},
    record::Owner,
};

impl AccountRule for CreateAccountAccessKey {
    fn decide(
        self,
        context: &AccountContext<'_>,
    ) -> Result<Decision<CreateAccountAccessKeyReply>, ApiError> {
        let (access_key, changes) = new_access_key(context, Owner::Root)?;
        Ok(change(CreateAccountAccessKeyReply { access_key }, changes))
    }
}
