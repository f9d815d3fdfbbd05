// SPDX-License-Identifier: Apache-2.0
//! ListKeyUsage: how many calls were made, by day, key and action.

use serde::{Deserialize, Serialize};

use crate::action::{Action, ActionName, Limits};
use crate::error::ApiError;
use crate::list::List;
use crate::usage::{DailyCalls, Day, UsagePosition};

/// Tells how many calls the account made in the region, 200 rows a page, in the order of days, keys and
/// actions. Counts come in within a minute, and are kept for 400 days.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub struct ListKeyUsage {
    /// The first day, in UTC; that of 30 days ago if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start_date: Option<Day>,
    /// The last day, in UTC; today if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end_date: Option<Day>,
    /// The NextToken of the page before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next_token: Option<UsagePosition>,
}

/// A page of counts.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct ListKeyUsageReply {
    /// What to ask with for the next page; empty if this is the last.
    pub next_token: String,
    /// The rows.
    pub key_usages: List<DailyCalls>,
}

impl Action for ListKeyUsage {
    const NAME: ActionName = ActionName::ListKeyUsage;
    type Reply = ListKeyUsageReply;

    fn check(&self, _: &Limits) -> Result<(), ApiError> {
        match (self.start_date, self.end_date) {
            (Some(start), Some(end)) if start > end => {
                Err(ApiError::invalid_parameter("EndDate", "It must not be before StartDate."))
            }
            _ => Ok(()),
        }
    }
}
