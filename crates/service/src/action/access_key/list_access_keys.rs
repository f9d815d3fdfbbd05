// SPDX-License-Identifier: Apache-2.0
//! ListAccessKeys: without their secrets.

use edgekms_api::{
    account::AccessKeyRow, action::ListAccessKeys, error::ApiError,
    ram::list_access_keys::ListAccessKeysReply, time::Timestamp,
};

use super::super::AccountRule;
use crate::account::{
    context::{AccountContext, Decision, look},
    record::AccessKeyRecord,
    store::LinkKind,
};

impl AccountRule for ListAccessKeys {
    fn decide(
        self,
        context: &AccountContext<'_>,
    ) -> Result<Decision<ListAccessKeysReply>, ApiError> {
        let owner = context.owner(self.user_name.as_ref())?;
        let links = context.links_from(LinkKind::Key, &owner.key())?;
        let mut keys = Vec::new();
        for link in &links {
            keys.extend(context.linked::<AccessKeyRecord>(&link.end)?);
        }
        keys.sort_by_key(|key| key.created);
        let row = |key: AccessKeyRecord| AccessKeyRow {
            access_key_id: key.access_key_id,
            status: key.status,
            create_date: Timestamp::from_unix_secs(key.created),
        };
        let access_keys = keys.into_iter().map(row).collect();
        Ok(look(ListAccessKeysReply { access_keys }))
    }
}
