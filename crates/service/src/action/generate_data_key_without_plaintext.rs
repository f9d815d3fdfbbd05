// SPDX-License-Identifier: Apache-2.0
//! GenerateDataKeyWithoutPlaintext: fresh random bytes, sealed and then forgotten.

use edgekms_api::{
    action::{
        GenerateDataKeyWithoutPlaintext,
        generate_data_key_without_plaintext::{
            GenerateDataKeyWithoutPlaintextRequest, GenerateDataKeyWithoutPlaintextResponse,
        },
    },
    error::ApiError,
};

use super::{CryptoAction, ReadyKey};
use crate::copies::resolver::Target;

impl CryptoAction for GenerateDataKeyWithoutPlaintext {
    fn target(request: &GenerateDataKeyWithoutPlaintextRequest) -> Target<'_> {
        Target::Key(&request.key)
    }

    fn dry_run(request: &GenerateDataKeyWithoutPlaintextRequest) -> bool {
        request.dry_run
    }

    fn run(
        request: &GenerateDataKeyWithoutPlaintextRequest,
        key: &ReadyKey<'_>,
    ) -> Result<GenerateDataKeyWithoutPlaintextResponse, ApiError> {
        let version = key.version;
        let plaintext = key.random(request.len)?;
        Ok(GenerateDataKeyWithoutPlaintextResponse {
            key_id: version.key_id.clone(),
            key_version_id: version.version_id.clone(),
            ciphertext_blob: key.seal(&request.context, &plaintext)?,
        })
    }
}
