// SPDX-License-Identifier: Apache-2.0
//! ListOIDCProviders: the identity providers of the account.

use serde::{Deserialize, Serialize};

use crate::account::{Entity, Marker, OidcProvider};
use crate::action::{Action, ActionName};
use crate::list::List;
use crate::number::Whole;

/// Lists the identity providers, a page at a time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ListOIDCProviders {
    /// Where the page before said to go on; from the beginning if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marker: Option<Marker>,
    /// Rows a page, 1 to 1,000; 100 if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub max_items: Option<Whole<1, 1_000>>,
}

/// A page of the list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ListOIDCProvidersReply {
    /// The rows, in the order of their names.
    #[serde(rename = "OIDCProviders")]
    pub oidc_providers: List<OidcProvider>,
    /// Whether more rows follow.
    pub is_truncated: bool,
    /// Where to go on, if more rows follow.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub marker: Option<String>,
}

impl Action for ListOIDCProviders {
    const NAME: ActionName = ActionName::ListOIDCProviders;
    type Reply = ListOIDCProvidersReply;

    fn entities(&self) -> Vec<Entity<'_>> {
        vec![Entity::OidcProviders]
    }
}
