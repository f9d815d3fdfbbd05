// SPDX-License-Identifier: Apache-2.0
//! What every key pair of our own software becomes: PKCS#8 (RFC 5958) and a SubjectPublicKeyInfo (RFC 5280).

use std::fmt::Display;

use p256::pkcs8::{EncodePrivateKey, EncodePublicKey};

use crate::port::{
    PortError,
    key_store::{KeyMaterial, Made, Material, StoreError},
};

/// A pair that was made.
pub(super) fn made(
    private: &impl EncodePrivateKey,
    public: &impl EncodePublicKey,
) -> Result<Made, StoreError> {
    let private_key = private.to_pkcs8_der().map_err(fault)?;
    let public_key = public.to_public_key_der().map_err(fault)?;
    Ok(Made {
        material: Material::Bytes(KeyMaterial::from(private_key.as_bytes().to_vec())),
        public_key: Some(public_key.into_vec()),
    })
}

/// What could not be done now.
pub(super) fn fault(error: impl Display) -> StoreError {
    PortError(error.to_string()).into()
}
