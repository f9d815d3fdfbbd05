// SPDX-License-Identifier: Apache-2.0
//! DescribeKey: everything told of a key, from the truth.

use edgekms_api::{
    action::{
        DescribeKey,
        describe_key::{DescribeKeyRequest, DescribeKeyResponse},
    },
    error::ApiError,
};

use super::{Decision, KeyringAction, KeyringContext};
use crate::keyring::state::Use;

impl KeyringAction for DescribeKey {
    fn decide(
        request: DescribeKeyRequest,
        context: &KeyringContext<'_>,
    ) -> Result<Decision<DescribeKeyResponse>, ApiError> {
        let key_id = context.resolve(&request.key)?;
        let key = context.key_for(&key_id, Use::Look)?;
        Ok(Decision::look(
            DescribeKeyResponse { key_metadata: key.described(context.place) },
            Some(key_id),
        ))
    }
}
