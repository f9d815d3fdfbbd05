// SPDX-License-Identifier: Apache-2.0
//! DescribeKeyVersion.

use edgekms_api::{
    action::DescribeKeyVersion,
    error::{ApiError, ErrorCode},
    kms::describe_key_version::DescribeKeyVersionReply,
};

use super::super::{Decision, KeyringContext, KeyringRule};
use crate::keyring::{state::Use, stored};

impl KeyringRule for DescribeKeyVersion {
    fn decide(
        self,
        context: &KeyringContext<'_>,
    ) -> Result<Decision<DescribeKeyVersionReply>, ApiError> {
        let key_id = context.key_for(&self.key, Use::Look)?.key_id;
        let version = context.host.store.version(&self.version).map_err(stored)?;
        // Of another key is as good as none: whose it is, is not this caller's to learn.
        let version = version.filter(|version| version.key_id == key_id);
        let version = version.ok_or(ErrorCode::KeyVersionNotFound)?;
        let reply = DescribeKeyVersionReply { key_version: version.row() };
        Ok(Decision::look(reply, Some(key_id)))
    }
}
