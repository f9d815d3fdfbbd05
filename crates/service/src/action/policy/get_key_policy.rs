// SPDX-License-Identifier: Apache-2.0
//! GetKeyPolicy: what a key's policy was set to, whatever the key's state.

use edgekms_api::{action::GetKeyPolicy, error::ApiError, kms::get_key_policy::GetKeyPolicyReply};

use super::super::{Decision, KeyringContext, KeyringRule};
use crate::keyring::state::Use;

impl KeyringRule for GetKeyPolicy {
    fn decide(self, context: &KeyringContext<'_>) -> Result<Decision<GetKeyPolicyReply>, ApiError> {
        let key = context.key_for(&self.key, Use::Look)?;
        let account = &context.place().account;
        let own = key.policy.as_ref().map(|policy| policy.text().to_owned());
        let policy = own.unwrap_or_else(|| self.grammar.default_policy(account));
        Ok(Decision::look(GetKeyPolicyReply { policy }, Some(key.key_id)))
    }
}
