// SPDX-License-Identifier: Apache-2.0
//! CloseKeyring: no key is made for a while, if there is none.

use edgekms_api::{
    action::{CloseKeyring, Empty},
    error::{ApiError, ErrorCode},
};

use super::super::{Decision, KeyringContext, KeyringRule};
use crate::keyring::{closing::CLOSED_SECS, closing::CLOSED_UNTIL, customers_keys, stored};

impl KeyringRule for CloseKeyring {
    fn decide(self, context: &KeyringContext<'_>) -> Result<Decision<Empty>, ApiError> {
        let keys = customers_keys(context.host.store).map_err(stored)?;
        if keys > 0 {
            let region = &context.place().region;
            let text = format!(
                "The account has {keys} keys in {region}. It must delete them first, and they be gone: \
                 ScheduleKeyDeletion says when."
            );
            return Err(ApiError::with_message(ErrorCode::AccountHasKeys, text));
        }
        let until = context.now_secs.saturating_add(CLOSED_SECS);
        Ok(Decision::look(Empty {}, None).with_fact(CLOSED_UNTIL, until.to_string()))
    }
}
