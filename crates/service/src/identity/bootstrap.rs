// SPDX-License-Identifier: Apache-2.0
//! The account that a worker's secrets name, with the access key of its root: there before anybody
//! could have made another.

use std::{fmt, rc::Rc};

use edgekms_api::{
    dialect::signature::{AccessKeySecret, SecurityToken},
    error::{ApiError, ErrorCode},
    id::{AccessKeyId, AccountId},
};
use subtle::ConstantTimeEq;

use super::{Caller, Directory, KnownKey};
use crate::port::LocalFuture;

/// The account that this worker serves.
pub struct Account {
    id: AccountId,
    root: Rc<KnownKey>,
}

impl Account {
    /// An account with one access key.
    #[must_use]
    pub fn new(id: AccountId, access_key_id: String, secret: String) -> Self {
        let caller = Caller::root(id.clone(), access_key_id);
        Self { id, root: Rc::new(KnownKey { caller, secret: AccessKeySecret::new(secret) }) }
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
        let known = self.root.caller.access_key_id.as_bytes();
        if !bool::from(known.ct_eq(id.as_str().as_bytes())) {
            return Err(ErrorCode::InvalidAccessKeyIdNotFound.into());
        }
        match token {
            // The root's key is no temporary one.
            Some(_) => Err(ErrorCode::InvalidSecurityTokenMismatch.into()),
            None => Ok(self.root.clone()),
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
