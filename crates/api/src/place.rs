// SPDX-License-Identifier: Apache-2.0
//! A place: one account in one region, which is one keyring. Places have no key in common.

use serde::{Deserialize, Serialize};

use crate::arn::{AliasArn, KeyArn};
use crate::id::{AccountId, AliasName, KeyId, Region};

/// Which keyring is meant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The account that owns the keys.
    pub account: AccountId,
    /// The region that holds them.
    pub region: Region,
}

impl Place {
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
