// SPDX-License-Identifier: Apache-2.0
//! Keyrings: what wraps and unwraps data keys (specification: framework/keyring-interface.md).
//!
//! A keyring may call a key service or the host's cryptography, so its methods are futures. They
//! need not be `Send`: in a browser nothing is.

mod key_provider;
mod kms;
mod kms_port;
mod multi;
mod raw_aes;
mod raw_rsa;

use alloc::boxed::Box;
use core::{future::Future, pin::Pin};

pub use key_provider::{KEY_PROVIDERS, KeyProvider};
pub use kms::{KmsDiscoveryKeyring, KmsKeyring};
pub use kms_port::{GeneratedDataKey, KmsPort, WrappedDataKey};
pub use multi::MultiKeyring;
pub use raw_aes::RawAesKeyring;
pub use raw_rsa::{RawRsaKeyring, RsaPadding, RsaPort};

use crate::{
    error::Error,
    key::{DataKey, Randomness},
    materials::{OpenMaterials, SealMaterials},
    reason::Reason,
};

/// A boxed future that stays on its thread.
pub type LocalFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// Wraps and unwraps data keys.
pub trait Keyring {
    /// Wraps the materials' data key, making one first if there is none.
    ///
    /// # Errors
    /// The returned future gives an error if the key cannot be wrapped; nothing must be sealed
    /// then.
    fn wrap<'a>(
        &'a self,
        materials: SealMaterials,
        random: &'a mut dyn Randomness,
    ) -> LocalFuture<'a, Result<SealMaterials, Error>>;

    /// Unwraps the first encrypted data key that this keyring can.
    ///
    /// # Errors
    /// The returned future gives [`Error::NoDataKey`] if there is none, with what each attempt
    /// said.
    fn unwrap<'a>(
        &'a self,
        materials: &'a OpenMaterials<'a>,
    ) -> LocalFuture<'a, Result<DataKey, Error>>;
}

/// Checks a raw keyring's namespace and name (specification: framework/keyring-interface.md,
/// Key Namespace).
fn check_names(namespace: &str, name: &str) -> Result<(), Error> {
    const MAX: usize = u16::MAX as usize;
    if namespace.is_empty() || namespace.len() > MAX {
        return Err(Error::InvalidArgument { reason: Reason::NamespaceLength });
    }
    if KEY_PROVIDERS.iter().any(|provider| provider.id() == namespace) {
        return Err(Error::InvalidArgument { reason: Reason::ReservedNamespace });
    }
    // Room is left for what a raw AES keyring stores after the name.
    if name.is_empty() || name.len() > MAX - 20 {
        return Err(Error::InvalidArgument { reason: Reason::KeyNameLength });
    }
    Ok(())
}
