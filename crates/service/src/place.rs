// SPDX-License-Identifier: Apache-2.0
//! A place: one account in one region, which is one keyring. Places have no key in common.

use edgekms_api::{
    arn::{AliasArn, KeyArn},
    id::{AccountId, AliasName, KeyId, Region},
};
use serde::{Deserialize, Serialize};

/// Which keyring is meant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// The account that owns the keys.
    pub account: AccountId,
    /// The region that holds them.
    pub region: Region,
}

impl Place {
    /// The name of the keyring's Durable Object. Stored state hangs on it: never change it.
    #[must_use]
    pub fn keyring_name(&self) -> String {
        format!("v1/{}/{}", self.account, self.region)
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
