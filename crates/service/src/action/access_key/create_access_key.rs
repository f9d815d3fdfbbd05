// SPDX-License-Identifier: Apache-2.0
//! CreateAccessKey: the secret is told once, and stored only wrapped.

use edgekms_api::{account::{AccessKeyStatus, NewAccessKey}, action::CreateAccessKey, error::ApiError, ram::create_access_key::CreateAccessKeyReply, time::Timestamp};

use super::super::AccountRule;
use crate::account::{limit, secret, context::{AccountContext, Decision, change, put}, record::AccessKeyRecord, store::{Change, LinkKind}};
use crate::{identity::minted::Minted, keyring::{roots, stored}};

impl AccountRule for CreateAccessKey {
    fn decide(self, context: &AccountContext<'_>) -> Result<Decision<CreateAccessKeyReply>, ApiError> {
        let owner = context.owner(self.user_name.as_ref())?;
        let held = context.links_from(LinkKind::Key, &owner.key())?;
        limit::ACCESS_KEYS.check(u64::try_from(held.len()).unwrap_or(u64::MAX))?;
        let access_key_id = Minted::make(context.account(), context.roots, context.entropy)?;
        let (secret, text) = secret::make(context, &access_key_id)?;
        let key = AccessKeyRecord {
            access_key_id,
            owner,
            secret,
            status: AccessKeyStatus::Active,
            created: context.now_secs,
        };
        let id = key.access_key_id.to_string();
        let link = Change::Link(LinkKind::Key, key.owner.key(), id, context.now_secs);
        let mut changes = vec![put(&key)?, link];
        let noted = roots::unknown_current(context.roots, context.place, context.store);
        changes.extend(
            noted.map_err(stored)?.map(|(version, check)| Change::NoteRoot { version, check }),
        );
        let access_key = NewAccessKey {
            access_key_id: key.access_key_id,
            access_key_secret: text,
            status: key.status,
            create_date: Timestamp::from_unix_secs(key.created),
        };
        Ok(change(CreateAccessKeyReply { access_key }, changes))
    }
}
