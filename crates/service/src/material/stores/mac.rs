// SPDX-License-Identifier: Apache-2.0
//! HMAC (RFC 2104; FIPS 198-1) in our own software, over the hashes of FIPS 180-4 and SM3 (GB/T 32905).
//! Codes are whole: none is cut short.

use std::{future::ready, rc::Rc};

use edgekms_api::key::{KeySpec, algorithm::MacAlgorithm};
use hmac::{EagerHash, Hmac, KeyInit, Mac};
use sha2::{Sha224, Sha256, Sha384, Sha512};
use sm3::Sm3;
use zeroize::Zeroizing;

use crate::port::key_store::{KeyMaterial, StoreError, Stored, UsableKey};

/// Prepares `material` for use; `None` for another spec, or for material that is not as long as its.
pub(super) fn load(spec: KeySpec, material: &KeyMaterial) -> Option<Rc<dyn UsableKey>> {
    let key = material.expose_secret();
    if key.len() != spec.size_bytes() {
        return None;
    }
    match spec {
        KeySpec::Hmac224 => keyed::<Sha224>(MacAlgorithm::HmacSha224, key),
        KeySpec::Hmac256 => keyed::<Sha256>(MacAlgorithm::HmacSha256, key),
        KeySpec::Hmac384 => keyed::<Sha384>(MacAlgorithm::HmacSha384, key),
        KeySpec::Hmac512 => keyed::<Sha512>(MacAlgorithm::HmacSha512, key),
        KeySpec::HmacSm3 => keyed::<Sm3>(MacAlgorithm::HmacSm3, key),
        _ => None,
    }
}

fn keyed<D: EagerHash + 'static>(algorithm: MacAlgorithm, key: &[u8]) -> Option<Rc<dyn UsableKey>> {
    let hmac = Hmac::<D>::new_from_slice(key).ok()?;
    Some(Rc::new(MacKey { algorithm, hmac }))
}

/// HMAC with the key taken in. RustCrypto's wipes itself when dropped.
struct MacKey<M> {
    algorithm: MacAlgorithm,
    hmac: M,
}

impl<M: Mac + Clone> UsableKey for MacKey<M> {
    fn mac<'a>(
        &'a self,
        algorithm: MacAlgorithm,
        message: &'a [u8],
    ) -> Stored<'a, Zeroizing<Vec<u8>>> {
        let mac = (algorithm == self.algorithm).then(|| {
            let mac = self.hmac.clone().chain_update(message).finalize();
            Zeroizing::new(mac.into_bytes().to_vec())
        });
        Box::pin(ready(mac.ok_or(StoreError::NotOffered)))
    }
}

#[cfg(test)]
mod tests;
