// SPDX-License-Identifier: Apache-2.0
//! RewrapAccount: in one transaction, since an account has a few thousand access keys at the most.

use edgekms_api::{
    action::RewrapAccount, error::ApiError, ram::rewrap_account::RewrapAccountReply,
};

use super::super::AccountRule;
use crate::account::{
    context::{AccountContext, Decision, change, put},
    record::AccessKeyRecord,
    secret::rewrap,
};

impl AccountRule for RewrapAccount {
    fn decide(
        self,
        context: &AccountContext<'_>,
    ) -> Result<Decision<RewrapAccountReply>, ApiError> {
        let mut reply = RewrapAccountReply { rewrapped: 0, left: 0 };
        let mut changes: Vec<_> = context.note_root()?.into_iter().collect();
        for key in context.all::<AccessKeyRecord>()? {
            match rewrap(context, &key) {
                Ok(Some(key)) => {
                    reply.rewrapped = reply.rewrapped.saturating_add(1);
                    changes.push(put(&key)?);
                }
                Ok(None) => {}
                Err(_) => reply.left = reply.left.saturating_add(1),
            }
        }
        Ok(change(reply, changes))
    }
}
