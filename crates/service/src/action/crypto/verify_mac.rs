// SPDX-License-Identifier: Apache-2.0
//! VerifyMac: the code is made again and compared in constant time; what differs is not told.

use edgekms_api::{
    action::VerifyMac,
    error::{ApiError, ErrorCode},
    key::algorithm::Need,
    kms::verify_mac::VerifyMacReply,
};
use subtle::ConstantTimeEq;

use super::super::{CryptoRule, ReadyKey, failed};
use crate::copies::resolver::Target;

impl CryptoRule for VerifyMac {
    fn target(&self) -> Target<'_> {
        Target::Key { key: &self.key, version: None }
    }

    fn need(&self) -> Need {
        Need::Mac(self.algorithm)
    }

    async fn run(&self, key: &ReadyKey<'_>) -> Result<VerifyMacReply, ApiError> {
        let version = key.version;
        let mac = version.key.mac(self.algorithm, self.message.expose_secret()).await;
        // Lengths may differ, and are public.
        let value = bool::from(mac.map_err(failed)?.ct_eq(&self.mac.0));
        if self.demanded && !value {
            return Err(ErrorCode::InvalidMac.into());
        }
        Ok(VerifyMacReply { algorithm: self.algorithm, key_id: version.key_id.clone(), value })
    }
}
