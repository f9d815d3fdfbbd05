// SPDX-License-Identifier: Apache-2.0
//! GetDefaultKmsInstance: there are no instances.

use edgekms_api::{
    action::GetDefaultKmsInstance, error::ApiError,
    kms::get_default_kms_instance::GetDefaultKmsInstanceReply,
};

use super::super::{Edge, EdgeRule};

impl EdgeRule for GetDefaultKmsInstance {
    fn run(&self, _: &Edge<'_>) -> Result<GetDefaultKmsInstanceReply, ApiError> {
        Ok(GetDefaultKmsInstanceReply { default_kms_instance_id: String::new() })
    }
}
