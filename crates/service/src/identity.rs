// SPDX-License-Identifier: Apache-2.0
//! Who calls: accounts and their access keys. For now one account, bootstrapped from secrets, whose one
//! access key is its root's; users, roles and temporary keys will be looked up here too.

use std::fmt;

use edgekms_api::{id::AccountId, signature::AccessKeySecret};
use serde::{Deserialize, Serialize};
use subtle::ConstantTimeEq;

/// Who made a request, once its signature is verified.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Caller {
    /// The account.
    pub account: AccountId,
    /// The access key that signed.
    pub access_key_id: String,
    /// What the access key stands for.
    pub principal: Principal,
}

/// What kind of identity an access key stands for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Principal {
    /// The account itself.
    RootAccount,
    /// The service, carrying out what was planned. It holds no access key and sends no request.
    System,
}

/// The account that this worker serves.
pub struct Account {
    id: AccountId,
    access_key_id: String,
    secret: AccessKeySecret,
}

impl Account {
    /// An account with one access key.
    #[must_use]
    pub fn new(id: AccountId, access_key_id: String, secret: String) -> Self {
        Self { id, access_key_id, secret: AccessKeySecret::new(secret) }
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &AccountId {
        &self.id
    }

    /// The caller and the secret that an access key id stands for, if it is known here.
    #[must_use]
    pub fn access_key(&self, access_key_id: &str) -> Option<(Caller, &AccessKeySecret)> {
        let same = self.access_key_id.as_bytes().ct_eq(access_key_id.as_bytes());
        bool::from(same).then(|| {
            let caller = Caller {
                account: self.id.clone(),
                access_key_id: self.access_key_id.clone(),
                principal: Principal::RootAccount,
            };
            (caller, &self.secret)
        })
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").field("id", &self.id).finish_non_exhaustive()
    }
}
