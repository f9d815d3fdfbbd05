// SPDX-License-Identifier: Apache-2.0
//! CreateAlias: one more name for a key, unique in its place.

use edgekms_api::{
    action::{CreateAlias, Empty},
    error::{ApiError, ErrorCode},
    quota::Quota,
};

use super::super::{Decision, KeyringContext, KeyringRule};
use crate::keyring::{record::AliasRecord, state::Use, store::Change, stored};

impl KeyringRule for CreateAlias {
    fn decide(self, context: &KeyringContext<'_>) -> Result<Decision<Empty>, ApiError> {
        let key_id = context.key_for(&self.key, Use::CreateAlias)?.key_id;
        let store = context.host.store;
        if store.alias(&self.alias_name).map_err(stored)?.is_some() {
            return Err(ErrorCode::AliasAlreadyExists.into());
        }
        context.host.quotas.check(Quota::Aliases, store.count_aliases().map_err(stored)?, 1)?;
        let alias = AliasRecord::new(self.alias_name, key_id.clone(), context.now_secs);
        Ok(Decision::change(Empty {}, key_id, vec![Change::PutAlias(alias)]))
    }
}
