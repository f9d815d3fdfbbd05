// SPDX-License-Identifier: Apache-2.0
//! Decrypt: what a blob holds, opened by the version that it names.

use edgekms_api::{
    action::{
        Decrypt,
        decrypt::{DecryptRequest, DecryptResponse},
    },
    error::ApiError,
};

use super::{CryptoAction, ReadyKey};
use crate::copies::resolver::Target;

impl CryptoAction for Decrypt {
    fn target(request: &DecryptRequest) -> Target<'_> {
        Target::Blob(&request.ciphertext_blob.0)
    }

    fn dry_run(request: &DecryptRequest) -> bool {
        request.dry_run
    }

    fn run(request: &DecryptRequest, key: &ReadyKey<'_>) -> Result<DecryptResponse, ApiError> {
        let version = key.version;
        Ok(DecryptResponse {
            key_id: version.key_id.clone(),
            key_version_id: version.version_id.clone(),
            plaintext: key.open(&request.context, &request.ciphertext_blob.0)?.into(),
        })
    }
}
