// SPDX-License-Identifier: Apache-2.0
//! The account that a worker's secrets name, with the access keys of its root, of the operator and of the
//! products that act for it: there before anybody could have made another.

use std::{fmt, rc::Rc};

use edgekms_api::{
    dialect::signature::{AccessKeySecret, SecurityToken},
    error::{ApiError, ErrorCode},
    id::{AccessKeyId, AccountId},
    key::kept::Product,
};
use subtle::ConstantTimeEq;

use super::{Caller, Directory, KnownKey};
use crate::port::LocalFuture;

/// The account that this worker serves, and who may deal with it.
pub struct Account {
    id: AccountId,
    known: Vec<Rc<KnownKey>>,
}

impl Account {
    /// An account with one access key, its root's.
    #[must_use]
    pub fn new(id: AccountId, access_key_id: String, secret: String) -> Self {
        let caller = Caller::root(id.clone(), access_key_id);
        Self { id, known: Vec::new() }.with(caller, secret)
    }

    /// With another caller's access key.
    #[must_use]
    pub fn with(mut self, caller: Caller, secret: String) -> Self {
        self.known.push(Rc::new(KnownKey { caller, secret: AccessKeySecret::new(secret) }));
        self
    }

    /// With a product that acts for it, by an access key of its own. Gives the account back as it was if the
    /// access key is another's.
    ///
    /// # Errors
    /// The account, unchanged.
    pub fn with_product(
        self,
        product: Product,
        access_key_id: String,
        secret: String,
    ) -> Result<Self, Self> {
        if self.known.iter().any(|known| known.caller.access_key_id == access_key_id) {
            return Err(self);
        }
        let caller = Caller::product(self.id.clone(), product, access_key_id);
        Ok(self.with(caller, secret))
    }

    /// Its id.
    #[must_use]
    pub fn id(&self) -> &AccountId {
        &self.id
    }

    fn look_up(
        &self,
        id: &AccessKeyId,
        token: Option<&SecurityToken>,
    ) -> Result<Rc<KnownKey>, ApiError> {
        let is_it = |known: &&Rc<KnownKey>| {
            let known = known.caller.access_key_id.as_bytes();
            bool::from(known.ct_eq(id.as_str().as_bytes()))
        };
        let known = self.known.iter().find(is_it);
        match (known, token) {
            (None, _) => Err(ErrorCode::InvalidAccessKeyIdNotFound.into()),
            // None of these is a temporary one.
            (Some(_), Some(_)) => Err(ErrorCode::InvalidSecurityTokenMismatch.into()),
            (Some(known), None) => Ok(known.clone()),
        }
    }
}

impl Directory for Account {
    fn find<'a>(
        &'a self,
        id: &'a AccessKeyId,
        token: Option<&'a SecurityToken>,
    ) -> LocalFuture<'a, Result<Rc<KnownKey>, ApiError>> {
        Box::pin(std::future::ready(self.look_up(id, token)))
    }
}

impl fmt::Debug for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Account").field("id", &self.id).finish_non_exhaustive()
    }
}
