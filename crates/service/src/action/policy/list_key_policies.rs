// SPDX-License-Identifier: Apache-2.0
//! ListKeyPolicies: the one name that a key's policy has.

use edgekms_api::{
    action::ListKeyPolicies, error::ApiError, kms::list_key_policies::ListKeyPoliciesReply,
    page::Page, policy::PolicyName,
};

use super::super::{Decision, KeyringContext, KeyringRule};
use crate::keyring::state::Use;

impl KeyringRule for ListKeyPolicies {
    fn decide(
        self,
        context: &KeyringContext<'_>,
    ) -> Result<Decision<ListKeyPoliciesReply>, ApiError> {
        let key = context.key_for(&self.key, Use::Look)?;
        let rows = PolicyName::ALL.iter().map(|name| (name.to_string(), *name));
        let (policy_names, next) = match self.cursor {
            Some(cursor) => Page::After(cursor).of(rows),
            None => (rows.map(|(_, name)| name).collect(), None),
        };
        Ok(Decision::look(ListKeyPoliciesReply { policy_names, next }, Some(key.key_id)))
    }
}
