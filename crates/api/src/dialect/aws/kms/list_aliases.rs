// SPDX-License-Identifier: Apache-2.0
//! ListAliases.

use serde::{Deserialize, Serialize};

use super::Form;
use crate::action::ListAliases;
use crate::arn::AwsForm;
use crate::dialect::aws::marker;
use crate::dialect::aws::words::{AwsKey, UnixTime};
use crate::error::ApiError;
use crate::kms::list_aliases::{AliasRow, ListAliasesReply};
use crate::number::Whole;
use crate::place::Place;

const DEFAULT_LIMIT: u32 = 50;

/// Lists the aliases, of one key or of all.
#[derive(Debug, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ListAliasesRequest {
    /// The key whose aliases are wanted; all if absent.
    pub key_id: Option<AwsKey>,
    /// Most aliases to tell, 1 to 100; 50 if absent.
    pub limit: Option<Whole<1, 100>>,
    /// The NextMarker of the page before.
    pub marker: Option<String>,
}

/// A page of aliases.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ListAliasesAnswer {
    /// The rows.
    pub aliases: Vec<AliasListEntry>,
    /// The Marker of the next page.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub next_marker: Option<String>,
    /// Whether there is a next page.
    pub truncated: bool,
}

/// One alias.
#[derive(Debug, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct AliasListEntry {
    /// The name.
    pub alias_name: String,
    /// The full name.
    pub alias_arn: String,
    /// The key it names.
    pub target_key_id: String,
    /// When it was made.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub creation_date: Option<UnixTime>,
}

impl Form for ListAliases {
    type Request = ListAliasesRequest;
    type Answer = ListAliasesAnswer;

    fn command(request: ListAliasesRequest) -> Result<Self, ApiError> {
        let limit = request.limit.map_or(DEFAULT_LIMIT, Whole::get);
        let cursor = marker::cursor(request.marker.as_deref(), limit)?;
        let of = request.key_id.map(|key| key.0);
        Ok(Self { cursor: Some(cursor), of, ..Self::default() })
    }

    fn answer(&self, reply: ListAliasesReply, _: &Place) -> ListAliasesAnswer {
        let entry = |row: AliasRow| AliasListEntry {
            alias_name: row.alias_name.to_string(),
            alias_arn: AwsForm(&row.alias_arn).to_string(),
            target_key_id: row.key_id.to_string(),
            creation_date: row.created.map(UnixTime),
        };
        ListAliasesAnswer {
            aliases: reply.aliases.0.into_iter().map(entry).collect(),
            truncated: reply.next.is_some(),
            next_marker: marker::next(reply.next),
        }
    }
}
