// SPDX-License-Identifier: Apache-2.0
//! ListKeys.

use serde::{Deserialize, Serialize};

use super::Form;
use crate::action::ListKeys;
use crate::arn::AwsForm;
use crate::dialect::aws::marker;
use crate::error::ApiError;
use crate::kms::list_keys::ListKeysReply;
use crate::number::Whole;
use crate::place::Place;

const DEFAULT_LIMIT: u32 = 100;

/// Lists the keys.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ListKeysRequest {
    /// Most keys to tell, 1 to 1,000; 100 if absent.
    pub limit: Option<Whole<1, 1000>>,
    /// The NextMarker of the page before.
    pub marker: Option<String>,
}

/// A page of keys.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ListKeysAnswer {
    /// The rows.
    pub keys: Vec<KeyListEntry>,
    /// The Marker of the next page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_marker: Option<String>,
    /// Whether there is a next page.
    pub truncated: bool,
}

/// One key.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct KeyListEntry {
    /// The id.
    pub key_id: String,
    /// The full name.
    pub key_arn: String,
}

impl Form for ListKeys {
    type Request = ListKeysRequest;
    type Answer = ListKeysAnswer;

    fn command(request: ListKeysRequest) -> Result<Self, ApiError> {
        let limit = request.limit.map_or(DEFAULT_LIMIT, Whole::get);
        let cursor = marker::cursor(request.marker.as_deref(), limit)?;
        Ok(Self { cursor: Some(cursor), ..Self::default() })
    }

    fn answer(&self, reply: ListKeysReply, _: &Place) -> ListKeysAnswer {
        let entry = |row: crate::kms::list_keys::KeyRow| KeyListEntry {
            key_id: row.key_id.to_string(),
            key_arn: AwsForm(&row.key_arn).to_string(),
        };
        ListKeysAnswer {
            keys: reply.keys.0.into_iter().map(entry).collect(),
            truncated: reply.next.is_some(),
            next_marker: marker::next(reply.next),
        }
    }
}
