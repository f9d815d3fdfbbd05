// SPDX-License-Identifier: Apache-2.0
//! DescribeAccountKmsStatus: whoever is served has the service.

use edgekms_api::{
    action::DescribeAccountKmsStatus,
    error::ApiError,
    kms::describe_account_kms_status::{AccountStatus, DescribeAccountKmsStatusReply},
};

use super::super::{Edge, EdgeRule};

impl EdgeRule for DescribeAccountKmsStatus {
    fn run(&self, _: &Edge<'_>) -> Result<DescribeAccountKmsStatusReply, ApiError> {
        Ok(DescribeAccountKmsStatusReply { account_status: AccountStatus::Enabled })
    }
}
