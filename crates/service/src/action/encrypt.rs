// SPDX-License-Identifier: Apache-2.0
//! Encrypt: the caller's bytes, sealed under the primary version.

use edgekms_api::{
    action::{
        Encrypt,
        encrypt::{EncryptRequest, EncryptResponse},
    },
    error::ApiError,
};

use super::{CryptoAction, ReadyKey};
use crate::copies::resolver::Target;

impl CryptoAction for Encrypt {
    fn target(request: &EncryptRequest) -> Target<'_> {
        Target::Key(&request.key)
    }

    fn dry_run(request: &EncryptRequest) -> bool {
        request.dry_run
    }

    fn run(request: &EncryptRequest, key: &ReadyKey<'_>) -> Result<EncryptResponse, ApiError> {
        let version = key.version;
        Ok(EncryptResponse {
            key_id: version.key_id.clone(),
            key_version_id: version.version_id.clone(),
            ciphertext_blob: key.seal(&request.context, &request.plaintext)?,
        })
    }
}
