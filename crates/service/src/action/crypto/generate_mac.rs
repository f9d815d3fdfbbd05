// SPDX-License-Identifier: Apache-2.0
//! GenerateMac: the code of a message.

use edgekms_api::{
    action::GenerateMac, bytes::Octets, error::ApiError, key::algorithm::Need,
    kms::generate_mac::GenerateMacReply,
};

use super::super::{CryptoRule, ReadyKey, failed};
use crate::copies::resolver::Target;

impl CryptoRule for GenerateMac {
    fn target(&self) -> Target<'_> {
        Target::Key { key: &self.key, version: None }
    }

    fn need(&self) -> Need {
        Need::Mac(self.algorithm)
    }

    async fn run(&self, key: &ReadyKey<'_>) -> Result<GenerateMacReply, ApiError> {
        let version = key.version;
        let mac = version.key.mac(self.algorithm, self.message.expose_secret()).await;
        Ok(GenerateMacReply {
            algorithm: self.algorithm,
            key_id: version.key_id.clone(),
            mac: Octets(mac.map_err(failed)?.to_vec()),
        })
    }
}
