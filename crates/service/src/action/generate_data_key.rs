// SPDX-License-Identifier: Apache-2.0
//! GenerateDataKey: fresh random bytes, plain and sealed.

use edgekms_api::{
    action::{
        GenerateDataKey,
        generate_data_key::{GenerateDataKeyRequest, GenerateDataKeyResponse},
    },
    error::ApiError,
};

use super::{CryptoAction, ReadyKey};
use crate::copies::resolver::Target;

impl CryptoAction for GenerateDataKey {
    fn target(request: &GenerateDataKeyRequest) -> Target<'_> {
        Target::Key(&request.key)
    }

    fn dry_run(request: &GenerateDataKeyRequest) -> bool {
        request.dry_run
    }

    fn run(
        request: &GenerateDataKeyRequest,
        key: &ReadyKey<'_>,
    ) -> Result<GenerateDataKeyResponse, ApiError> {
        let version = key.version;
        let plaintext = key.random(request.len)?;
        Ok(GenerateDataKeyResponse {
            key_id: version.key_id.clone(),
            key_version_id: version.version_id.clone(),
            ciphertext_blob: key.seal(&request.context, &plaintext)?,
            plaintext: plaintext.into(),
        })
    }
}
