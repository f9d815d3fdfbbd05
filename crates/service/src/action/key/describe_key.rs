// SPDX-License-Identifier: Apache-2.0
//! DescribeKey: everything told of a key, from the truth.

use edgekms_api::{action::DescribeKey, error::ApiError, kms::describe_key::DescribeKeyReply};

use super::super::{Decision, KeyringContext, KeyringRule};
use crate::keyring::state::Use;

impl KeyringRule for DescribeKey {
    fn decide(self, context: &KeyringContext<'_>) -> Result<Decision<DescribeKeyReply>, ApiError> {
        let key = context.key_for(&self.key, Use::Look)?;
        let reply = DescribeKeyReply { key_metadata: key.described(context.place()) };
        Ok(Decision::look(reply, Some(key.key_id)))
    }
}
