// SPDX-License-Identifier: Apache-2.0
//! Who calls: from an access key's id, and its token if it is a temporary one, to a caller and the
//! secret that proves it.
//!
//! Finding one may take time: users and roles are kept by their account's object and cached like views. What
//! the worker's secrets name is there at once ([`bootstrap`]). Ids that the service makes itself carry their
//! account and a check value ([`minted`]), so that those which somebody makes up cost little.
//!
//! May be imported: [`crate::material`], [`crate::port`].

pub mod bootstrap;
pub mod caller;
pub mod granted;
pub mod minted;
pub mod oidc;
pub mod session;

use std::rc::Rc;

use edgekms_api::{
    dialect::signature::{AccessKeySecret, SecurityToken},
    error::ApiError,
    id::AccessKeyId,
};

pub use self::caller::{Caller, Permissions, Principal};
use crate::port::LocalFuture;

/// An access key that is known, and whom it stands for.
#[derive(Debug)]
pub struct KnownKey {
    /// Who calls with it.
    pub caller: Caller,
    /// What requests are signed with.
    pub secret: AccessKeySecret,
}

/// Where access keys are looked up.
pub trait Directory {
    /// Finds an access key. `token` is what came with the request: a temporary key has one, another
    /// has none.
    ///
    /// Errors: `InvalidAccessKeyId.NotFound`; for a token that is not this key's
    /// `InvalidSecurityToken.MismatchWithAccessKey`; `ServiceUnavailableTemporary` if it cannot be
    /// looked up.
    fn find<'a>(
        &'a self,
        id: &'a AccessKeyId,
        token: Option<&'a SecurityToken>,
    ) -> LocalFuture<'a, Result<Rc<KnownKey>, ApiError>>;
}
