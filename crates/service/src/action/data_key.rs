// SPDX-License-Identifier: Apache-2.0
//! What several actions about data keys share: handing one out under somebody else's public key, and
//! making a pair.

use edgekms_api::{
    bytes::{CiphertextBlob, SecretBytes},
    context::EncryptionContext,
    error::ApiError,
    key::{KeySpec, public_key::PublicKey, wrapping::Wrapping},
};
use zeroize::Zeroizing;

use super::{ReadyKey, failed};
use crate::material::stores::{Pair, check_public_key};

/// Refuses a public key that nothing should be encrypted under.
pub(super) fn check_recipient(wrapping: Wrapping, public_key: &[u8]) -> Result<(), ApiError> {
    check_public_key(wrapping.spec, public_key).map_err(|error| {
        let remedy = format!(
            "It must be base64 of the DER of a SubjectPublicKeyInfo of WrappingKeySpec {}. {error}",
            wrapping.spec
        );
        ApiError::invalid_parameter("PublicKeyBlob", remedy)
    })
}

/// A new pair whose private key is plain and sealed.
pub(super) struct SealedPair {
    pub(super) private_key: SecretBytes,
    pub(super) sealed: CiphertextBlob,
    pub(super) public_key: PublicKey,
}

impl ReadyKey<'_> {
    /// A data key, encrypted under a public key that has been checked.
    pub(super) async fn export(
        &self,
        wrapping: Wrapping,
        public_key: &[u8],
        data_key: &SecretBytes,
    ) -> Result<CiphertextBlob, ApiError> {
        let plaintext = data_key.expose_secret();
        let Wrapping { spec, algorithm } = wrapping;
        let sealed = self.stores.encrypt_under(spec, public_key, algorithm, plaintext).await;
        sealed.map(CiphertextBlob).map_err(failed)
    }

    /// A pair of keys that nothing here keeps.
    pub(super) async fn make_pair(
        &self,
        spec: KeySpec,
        context: &EncryptionContext,
    ) -> Result<SealedPair, ApiError> {
        let Pair { private_key, public_key } = self.stores.make_pair(spec).await.map_err(failed)?;
        let private_key = Zeroizing::new(private_key.expose_secret().to_vec());
        let private_key = SecretBytes::from(private_key);
        let sealed = self.seal(context, private_key.expose_secret()).await?;
        Ok(SealedPair { private_key, sealed, public_key: PublicKey(public_key) })
    }
}
