// SPDX-License-Identifier: Apache-2.0
//! ListKeyRotations.

use serde::{Deserialize, Serialize};

use super::Form;
use crate::action::ListKeyRotations;
use crate::dialect::aws::marker;
use crate::dialect::aws::words::{AwsKey, UnixTime, key_arn};
use crate::error::ApiError;
use crate::kms::list_key_rotations::{ListKeyRotationsReply, RotationRow, RotationType};
use crate::number::Whole;
use crate::place::Place;

const DEFAULT_LIMIT: u32 = 100;

/// Lists the rotations of a key.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ListKeyRotationsRequest {
    /// The key's id or ARN.
    pub key_id: AwsKey,
    /// Most rotations to tell, 1 to 1,000; 100 if absent.
    pub limit: Option<Whole<1, 1000>>,
    /// The NextMarker of the page before.
    pub marker: Option<String>,
}

/// A page of rotations.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ListKeyRotationsAnswer {
    /// The rows.
    pub rotations: Vec<RotationsListEntry>,
    /// The Marker of the next page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_marker: Option<String>,
    /// Whether there is a next page.
    pub truncated: bool,
}

/// One rotation.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct RotationsListEntry {
    /// The key's ARN.
    pub key_id: String,
    /// When.
    pub rotation_date: UnixTime,
    /// By what.
    pub rotation_type: RotationType,
}

impl Form for ListKeyRotations {
    type Request = ListKeyRotationsRequest;
    type Answer = ListKeyRotationsAnswer;
    const NOT_OFFERED: &'static [&'static str] = &["IncludeKeyMaterial"];

    fn command(request: ListKeyRotationsRequest) -> Result<Self, ApiError> {
        let limit = request.limit.map_or(DEFAULT_LIMIT, Whole::get);
        let cursor = marker::cursor(request.marker.as_deref(), limit)?;
        Ok(Self { key: request.key_id.0, cursor: Some(cursor) })
    }

    fn answer(&self, reply: ListKeyRotationsReply, place: &Place) -> ListKeyRotationsAnswer {
        let entry = |row: RotationRow| RotationsListEntry {
            key_id: key_arn(&row.key_id, place),
            rotation_date: UnixTime(row.rotation_date),
            rotation_type: row.rotation_type,
        };
        ListKeyRotationsAnswer {
            rotations: reply.rotations.into_iter().map(entry).collect(),
            truncated: reply.next.is_some(),
            next_marker: marker::next(reply.next),
        }
    }
}
