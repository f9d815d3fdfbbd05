// SPDX-License-Identifier: Apache-2.0
//! CloseAccount: everything that could call for the account goes, in one transaction.

use edgekms_api::{
    action::{CloseAccount, Empty},
    error::{ApiError, ErrorCode},
};

use super::super::AccountRule;
use crate::account::context::{AccountContext, Decision, change};

impl AccountRule for CloseAccount {
    fn decide(self, context: &AccountContext<'_>) -> Result<Decision<Empty>, ApiError> {
        if context.is_deployments_own() {
            return Err(ApiError::with_message(
                ErrorCode::UnsupportedOperation,
                "The deployment's own account is named by its settings and cannot be closed.",
            ));
        }
        Ok(change(Empty {}, context.remove_all()?))
    }
}
