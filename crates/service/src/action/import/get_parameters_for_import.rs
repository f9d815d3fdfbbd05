// SPDX-License-Identifier: Apache-2.0
//! GetParametersForImport: a new pair and its token each time. The keyring keeps neither.

use edgekms_api::{
    action::GetParametersForImport, error::ApiError,
    kms::get_parameters_for_import::GetParametersForImportReply, time::Timestamp,
};

use super::super::{Decision, KeyringContext, KeyringRule};
use crate::keyring::{
    import::check_external,
    prepared::{ImportParameters, Prepared, Preparing, Ready},
    state::Use,
};

impl KeyringRule for GetParametersForImport {
    async fn prepare(&self, preparing: &Preparing<'_>) -> Result<Option<Prepared>, ApiError> {
        let (algorithm, spec) = (self.wrapping_algorithm, self.wrapping_key_spec);
        preparing.import_parameters(&self.key, algorithm, spec).await.map(Some)
    }

    fn decide(
        self,
        context: &KeyringContext<'_>,
    ) -> Result<Decision<GetParametersForImportReply>, ApiError> {
        let key = context.key_for(&self.key, Use::ManageImport)?;
        check_external(key.origin)?;
        let Some(Prepared { ready: Ready::Parameters(parameters), .. }) = &context.prepared else {
            return Err(ApiError::internal("no import was prepared"));
        };
        let ImportParameters { key_id, token, public_key, expires } = parameters.clone();
        if key_id != key.key_id {
            return Err(ApiError::internal("an import was prepared for another key"));
        }
        let reply = GetParametersForImportReply {
            key_id: key_id.clone(),
            import_token: token,
            public_key,
            token_expire_time: Timestamp::from_unix_secs(expires),
        };
        Ok(Decision::look(reply, Some(key_id)))
    }
}
