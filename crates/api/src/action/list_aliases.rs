// SPDX-License-Identifier: Apache-2.0
//! ListAliases: the names in a region's keyring, a page at a time.

use serde::Serialize;

use super::page::Page;
use super::{Action, ActionName, Limits, Request};
use crate::arn::AliasArn;
use crate::error::ApiError;
use crate::id::{AliasName, KeyId};
use crate::params::Params;

/// The action.
#[derive(Clone, Copy, Debug)]
pub struct ListAliases;

/// Which page.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ListAliasesRequest {
    /// Of 0 to 100 rows.
    pub page: Page,
}

/// A page of aliases.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListAliasesResponse {
    /// The rows.
    pub aliases: Aliases,
    /// Of all aliases.
    pub total_count: u64,
    /// As asked.
    pub page_number: u32,
    /// As asked.
    pub page_size: u32,
}

/// The list's inner level.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Aliases {
    /// The rows.
    pub alias: Vec<AliasRow>,
}

/// One alias.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct AliasRow {
    /// The key it names.
    pub key_id: KeyId,
    /// The name.
    pub alias_name: AliasName,
    /// The full name.
    pub alias_arn: AliasArn,
}

impl ListAliasesResponse {
    /// The page with its rows.
    #[must_use]
    pub fn new(page: Page, total_count: u64, rows: Vec<AliasRow>) -> Self {
        Self { aliases: Aliases { alias: rows }, total_count, page_number: page.number, page_size: page.size }
    }
}

impl Action for ListAliases {
    const NAME: ActionName = ActionName::ListAliases;
    type Request = ListAliasesRequest;
    type Response = ListAliasesResponse;
}

impl Request for ListAliasesRequest {
    fn from_params(params: &Params, _: &Limits) -> Result<Self, ApiError> {
        Ok(Self { page: Page::from_params(params, 0..=100)? })
    }
}
