// SPDX-License-Identifier: Apache-2.0
//! Who calls: from an access key's id, and its token if it is a temporary one, to a caller and the
//! secret that proves it.
//!
//! Finding one may take time: users, roles and sessions will be kept by an object of their own and
//! cached like views. For now there is one account, whose one access key is its root's and comes from
//! the worker's secrets ([`bootstrap`]). Ids that the service makes itself carry their account and a
//! check value ([`minted`]), so that one that somebody has made up costs no look-up.
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
    error::{ApiError, ErrorCode},
    id::AccessKeyId,
};

pub use self::caller::{Caller, Permissions, Principal};
use self::minted::Minted;
use crate::{material::root_keys::RootKeys, port::LocalFuture};

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

/// Finds whom an access key stands for. An id that has the form of those made here and was not made
/// here is refused without a look-up.
///
/// # Errors
/// As [`Directory::find`].
pub async fn find(
    directory: &dyn Directory,
    roots: &RootKeys,
    id: &AccessKeyId,
    token: Option<&SecurityToken>,
) -> Result<Rc<KnownKey>, ApiError> {
    if Minted::has_form(id) && Minted::read(id, roots).is_none() {
        return Err(ErrorCode::InvalidAccessKeyIdNotFound.into());
    }
    directory.find(id, token).await
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;

    use futures::executor::block_on;

    use super::*;
    use crate::testing::{CountingEntropy, place, root_keys};

    /// Knows nobody, and counts who asks.
    #[derive(Default)]
    struct Nobody(Cell<u32>);

    impl Directory for Nobody {
        fn find<'a>(
            &'a self,
            _: &'a AccessKeyId,
            _: Option<&'a SecurityToken>,
        ) -> LocalFuture<'a, Result<Rc<KnownKey>, ApiError>> {
            self.0.set(self.0.get() + 1);
            Box::pin(async { Err(ErrorCode::InvalidAccessKeyIdNotFound.into()) })
        }
    }

    #[test]
    fn an_id_that_was_made_up_costs_no_look_up() {
        let (nobody, roots) = (Nobody::default(), root_keys());
        let look = |id: &AccessKeyId| {
            let error = block_on(find(&nobody, &roots, id, None)).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidAccessKeyIdNotFound);
            nobody.0.get()
        };
        let minted = Minted::make(&place().account, &roots, &CountingEntropy::default()).unwrap();
        assert_eq!(look(&minted), 1, "one that was made here is looked up");
        let mut forged = minted.as_str().to_owned();
        let last = if forged.pop() == Some('A') { 'B' } else { 'A' };
        forged.push(last);
        assert_eq!(look(&forged.parse().unwrap()), 1);
        assert_eq!(look(&"testid".parse().unwrap()), 2, "so is one of another form");
    }
}
