// SPDX-License-Identifier: Apache-2.0
//! A new access key, of whomever.

use edgekms_api::{
    account::{AccessKeyStatus, NewAccessKey},
    error::ApiError,
    time::Timestamp,
};

use crate::{
    account::{
        context::{AccountContext, put},
        limit,
        record::{AccessKeyRecord, Owner},
        secret,
        store::{Change, LinkKind},
    },
    identity::minted::Minted,
};

/// Makes one, if its owner has room for it.
pub(super) fn new_access_key(
    context: &AccountContext<'_>,
    owner: Owner,
) -> Result<(NewAccessKey, Vec<Change>), ApiError> {
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
    changes.extend(context.note_root()?);
    let told = NewAccessKey {
        access_key_id: key.access_key_id,
        access_key_secret: text,
        status: key.status,
        create_date: Timestamp::from_unix_secs(key.created),
    };
    Ok((told, changes))
}
