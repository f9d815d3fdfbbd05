// SPDX-License-Identifier: Apache-2.0
//! GetCallerIdentity.

use serde::{Deserialize, Serialize};

use super::words::identity;
use crate::action::GetCallerIdentity;
use crate::dialect::aws::form::Form;
use crate::error::ApiError;
use crate::id::AccountId;
use crate::place::Place;
use crate::sts::get_caller_identity::GetCallerIdentityReply;

/// Tells who calls. Everybody may ask.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct GetCallerIdentityRequest {}

/// Who calls.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct GetCallerIdentityAnswer {
    /// The account.
    pub account: AccountId,
    /// The full name: `arn:aws:iam::<account>:root`, `arn:aws:iam::<account>:user/<name>` or
    /// `arn:aws:sts::<account>:assumed-role/<role>/<session>`.
    pub arn: String,
    /// The account's id for its root, the user's, or `<role id>:<session>`.
    pub user_id: String,
}

impl Form for GetCallerIdentity {
    type Request = GetCallerIdentityRequest;
    type Answer = GetCallerIdentityAnswer;

    fn command(_: GetCallerIdentityRequest) -> Result<Self, ApiError> {
        Ok(Self {})
    }

    fn answer(&self, reply: GetCallerIdentityReply, _: &Place) -> GetCallerIdentityAnswer {
        GetCallerIdentityAnswer {
            account: reply.account_id,
            arn: identity(&reply.arn),
            user_id: reply.principal_id,
        }
    }
}
