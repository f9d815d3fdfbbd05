// SPDX-License-Identifier: Apache-2.0
//! A place: one account in one region, which is one keyring. Places have no key in common. What an
//! account has wherever it is, its users, roles and policies, is at a place of its own.

use serde::{Deserialize, Serialize};

use crate::arn::{AliasArn, KeyArn};
use crate::id::{AccountId, AliasName, KeyId, Region};

/// In place of a region, where the account itself is. No deployment serves a region of this name.
pub const GLOBAL: &str = "global";

/// Which keyring is meant, or which account.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The account that owns the keys.
    pub account: AccountId,
    /// The region that holds them.
    pub region: Region,
}

impl Place {
    /// Where the account itself is, with what it has in all regions.
    #[must_use]
    pub fn global(account: AccountId) -> Option<Self> {
        Some(Self { account, region: GLOBAL.parse().ok()? })
    }

    /// Whether it is an account's own, and no keyring's.
    #[must_use]
    pub fn is_global(&self) -> bool {
        self.region.as_str() == GLOBAL
    }

    /// The full name of a key here.
    #[must_use]
    pub fn key_arn(&self, key_id: &KeyId) -> KeyArn {
        KeyArn {
            region: self.region.clone(),
            account: self.account.clone(),
            key_id: key_id.clone(),
        }
    }

    /// The full name of an alias here.
    #[must_use]
    pub fn alias_arn(&self, name: &AliasName) -> AliasArn {
        AliasArn { region: self.region.clone(), account: self.account.clone(), name: name.clone() }
    }
}
