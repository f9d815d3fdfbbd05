// SPDX-License-Identifier: Apache-2.0
//! ListResourceTags.

use serde::{Deserialize, Serialize};

use super::Form;
use crate::action::ListResourceTags;
use crate::dialect::aws::marker;
use crate::dialect::aws::words::AwsKey;
use crate::error::ApiError;
use crate::key::Tag;
use crate::key::tag::TagRow;
use crate::kms::list_resource_tags::ListResourceTagsReply;
use crate::number::Whole;
use crate::place::Place;

const DEFAULT_LIMIT: u32 = 50;

/// Lists the tags of a key.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ListResourceTagsRequest {
    /// The key's id or ARN.
    pub key_id: AwsKey,
    /// Most tags to tell, 1 to 50; 50 if absent.
    pub limit: Option<Whole<1, 50>>,
    /// The NextMarker of the page before.
    pub marker: Option<String>,
}

/// A page of tags.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ListResourceTagsAnswer {
    /// The rows.
    pub tags: Vec<Tag>,
    /// The Marker of the next page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_marker: Option<String>,
    /// Whether there is a next page.
    pub truncated: bool,
}

impl Form for ListResourceTags {
    type Request = ListResourceTagsRequest;
    type Answer = ListResourceTagsAnswer;

    fn command(request: ListResourceTagsRequest) -> Result<Self, ApiError> {
        let limit = request.limit.map_or(DEFAULT_LIMIT, Whole::get);
        let cursor = marker::cursor(request.marker.as_deref(), limit)?;
        Ok(Self { key: request.key_id.0, cursor: Some(cursor) })
    }

    fn answer(&self, reply: ListResourceTagsReply, _: &Place) -> ListResourceTagsAnswer {
        let tag = |row: TagRow| Tag { key: row.tag_key, value: row.tag_value };
        ListResourceTagsAnswer {
            tags: reply.tags.0.into_iter().map(tag).collect(),
            truncated: reply.next.is_some(),
            next_marker: marker::next(reply.next),
        }
    }
}
