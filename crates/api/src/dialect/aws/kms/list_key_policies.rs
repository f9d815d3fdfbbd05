// SPDX-License-Identifier: Apache-2.0
//! ListKeyPolicies.

use serde::{Deserialize, Serialize};

use super::Form;
use crate::action::ListKeyPolicies;
use crate::dialect::aws::marker;
use crate::dialect::aws::words::AwsKey;
use crate::error::ApiError;
use crate::kms::list_key_policies::ListKeyPoliciesReply;
use crate::number::Whole;
use crate::place::Place;
use crate::policy::PolicyName;

const DEFAULT_LIMIT: u32 = 100;

/// Lists the names of a key's policies: it has one.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ListKeyPoliciesRequest {
    /// The key's id or ARN.
    pub key_id: AwsKey,
    /// Most names to tell, 1 to 1,000; 100 if absent.
    pub limit: Option<Whole<1, 1000>>,
    /// The NextMarker of the page before.
    pub marker: Option<String>,
}

/// The names.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ListKeyPoliciesAnswer {
    /// The rows.
    pub policy_names: Vec<PolicyName>,
    /// The Marker of the next page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_marker: Option<String>,
    /// Whether there is a next page.
    pub truncated: bool,
}

impl Form for ListKeyPolicies {
    type Request = ListKeyPoliciesRequest;
    type Answer = ListKeyPoliciesAnswer;

    fn command(request: ListKeyPoliciesRequest) -> Result<Self, ApiError> {
        let limit = request.limit.map_or(DEFAULT_LIMIT, Whole::get);
        let cursor = marker::cursor(request.marker.as_deref(), limit)?;
        Ok(Self { key: request.key_id.0, cursor: Some(cursor) })
    }

    fn answer(&self, reply: ListKeyPoliciesReply, _: &Place) -> ListKeyPoliciesAnswer {
        ListKeyPoliciesAnswer {
            policy_names: reply.policy_names,
            truncated: reply.next.is_some(),
            next_marker: marker::next(reply.next),
        }
    }
}
