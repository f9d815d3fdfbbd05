// SPDX-License-Identifier: Apache-2.0
//! CreateAlias: one more name for a key, unique in its place.

use edgekms_api::{
    action::{CreateAlias, Empty, create_alias::CreateAliasRequest},
    error::{ApiError, ErrorCode},
};

use super::{Decision, KeyringAction, KeyringContext};
use crate::{
    authorise::Resource,
    keyring::{record::AliasRecord, state::Use, store::Change, stored},
};

impl KeyringAction for CreateAlias {
    fn decide(
        request: CreateAliasRequest,
        context: &KeyringContext<'_>,
    ) -> Result<Decision<Empty>, ApiError> {
        let CreateAliasRequest { key_id, alias_name } = request;
        let others = [Resource::Alias(&alias_name)];
        context.key_and_for(&key_id, &others, Use::CreateAlias)?;
        let (store, limits) = (context.host.store, context.host.limits);
        if store.alias(&alias_name).map_err(stored)?.is_some() {
            return Err(ErrorCode::AliasAlreadyExists.into());
        }
        if store.count_aliases().map_err(stored)? >= limits.aliases {
            return Err(ErrorCode::LimitExceeded.into());
        }
        let alias = AliasRecord::new(alias_name, key_id.clone(), context.now_secs);
        Ok(Decision::change(Empty {}, key_id, vec![Change::PutAlias(alias)]))
    }
}
