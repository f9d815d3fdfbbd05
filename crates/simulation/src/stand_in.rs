// SPDX-License-Identifier: Apache-2.0
//! Stand-ins for cryptography that is not the service's own: `crypto.subtle`'s RSA, and what a remote key
//! store does. NO SECURITY: whoever sees a public key or a signature has the private key. All that is
//! asked of them is that another key or another message gives something else.

use std::rc::{Rc, Weak};

use edgekms_api::key::algorithm::Hash;
use edgekms_service::port::{
    LocalFuture, PortError,
    key_store::KeyMaterial,
    rsa::{RsaEngine, RsaPair, RsaPrivateKey},
};
use zeroize::Zeroizing;

use crate::world::{World, draw};

/// What keys are made of here.
pub type Secret = [u8; 32];

const PRIVATE: &[u8] = b"simulated PKCS#8 ";
const PUBLIC: &[u8] = b"simulated SubjectPublicKeyInfo ";
/// Bytes of a modulus of 2,048 bits.
const MODULUS_LEN: usize = 256;
/// A DigestInfo of SHA-256 up to its digest (RFC 8017, section 9.2, note 1).
const DIGEST_INFO: &[u8] =
    b"\x30\x31\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00\x04\x20";
/// What a blob has at least besides its plaintext, so what is sealed has it too.
const TAG_LEN: usize = 40;

/// The runtime's RSA, in one isolate.
pub(crate) struct Engine(pub(crate) Weak<World>);

struct PrivateKey {
    world: Weak<World>,
    pkcs8: KeyMaterial,
}

impl RsaEngine for Engine {
    fn generate(&self, _: u32) -> LocalFuture<'_, Result<RsaPair, PortError>> {
        Box::pin(async move {
            let world = at_work(&self.0, 400, 45_000).await?;
            let mut secret = Secret::default();
            world.executor.fill(&mut secret);
            let private_key = KeyMaterial::from([PRIVATE, &secret].concat());
            Ok(RsaPair { private_key, public_key: [PUBLIC, &secret].concat() })
        })
    }

    fn private_key(&self, pkcs8: KeyMaterial) -> Rc<dyn RsaPrivateKey> {
        Rc::new(PrivateKey { world: self.0.clone(), pkcs8 })
    }

    fn encrypt_oaep<'a>(
        &'a self,
        _: &'a [u8],
        _: Hash,
        _: &'a [u8],
    ) -> LocalFuture<'a, Result<Vec<u8>, PortError>> {
        Box::pin(async { Err(not_simulated()) })
    }
}

impl RsaPrivateKey for PrivateKey {
    fn sign_encoded<'a>(
        &'a self,
        encoded: &'a [u8],
    ) -> LocalFuture<'a, Result<Vec<u8>, PortError>> {
        Box::pin(async move {
            at_work(&self.world, 5, 8_000).await?;
            let secret = self.pkcs8.expose_secret().strip_prefix(PRIVATE);
            secret.map(|secret| masked(secret, encoded)).ok_or_else(not_simulated)
        })
    }

    fn decrypt_oaep<'a>(
        &'a self,
        _: Hash,
        _: &'a [u8],
    ) -> LocalFuture<'a, Result<Option<Zeroizing<Vec<u8>>>, PortError>> {
        Box::pin(async { Err(not_simulated()) })
    }
}

fn not_simulated() -> PortError {
    PortError::new("the simulated runtime does no such thing")
}

/// Takes its time, which is under `usual` milliseconds nearly always; fails; or never comes back.
async fn at_work(world: &Weak<World>, usual: u64, longest: u64) -> Result<Rc<World>, PortError> {
    let world = world.upgrade().ok_or_else(|| PortError::new("the world is over"))?;
    if world.goes_wrong(5) {
        std::future::pending::<()>().await;
    }
    let below = if world.goes_wrong(50) { longest } else { usual };
    world.executor.sleep(draw(&world.executor, below)).await;
    if world.goes_wrong(20) {
        return Err(PortError::new("OperationError"));
    }
    Ok(world)
}

/// The signature (PKCS #1 v1.5, SHA-256) of a digest with the private key to `public_key`, if that is one
/// of the stand-in's.
pub(crate) fn rsa_signature(public_key: &[u8], digest: &[u8]) -> Option<Vec<u8>> {
    let secret = public_key.strip_prefix(PUBLIC)?;
    let padding = MODULUS_LEN.checked_sub(DIGEST_INFO.len() + digest.len() + 3)?;
    let encoded = [b"\x00\x01", &*vec![0xff; padding], b"\x00", DIGEST_INFO, digest].concat();
    Some(masked(secret, &encoded))
}

/// `bytes` under a secret; the same again takes it off. A remote store's signature, too.
pub(crate) fn masked(secret: &[u8], bytes: &[u8]) -> Vec<u8> {
    bytes.iter().zip(secret.iter().cycle()).map(|(byte, mask)| byte ^ mask).collect()
}

/// What a remote store seals.
pub(crate) fn seal(secret: &Secret, aad: &[u8], plaintext: &[u8]) -> Vec<u8> {
    [tag(secret, aad, plaintext), masked(secret, plaintext)].concat()
}

/// What it opens.
pub(crate) fn open(secret: &Secret, aad: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
    let (told, hidden) = sealed.split_at_checked(TAG_LEN)?;
    let plaintext = masked(secret, hidden);
    (told == tag(secret, aad, &plaintext)).then_some(plaintext)
}

/// FNV-1a of all of it, five times over.
fn tag(secret: &Secret, aad: &[u8], plaintext: &[u8]) -> Vec<u8> {
    let fold = |hash: u64, byte: &u8| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
    let all = secret.iter().chain(aad).chain(plaintext);
    all.fold(0xcbf2_9ce4_8422_2325, fold).to_be_bytes().repeat(TAG_LEN / 8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_key_context_or_text_is_noticed() {
        let (mine, other) = ([1; 32], [2; 32]);
        let sealed = seal(&mine, b"context", b"plaintext");
        assert_eq!(open(&mine, b"context", &sealed).as_deref(), Some(&b"plaintext"[..]));
        assert_eq!(open(&other, b"context", &sealed), None);
        assert_eq!(open(&mine, b"another", &sealed), None);
        assert_eq!(open(&mine, b"context", &masked(&[1], &sealed)), None);
        let signature = |secret: &Secret, digest: &[u8]| {
            rsa_signature(&[PUBLIC, secret].concat(), digest).unwrap()
        };
        assert_eq!(signature(&mine, &[7; 32]).len(), MODULUS_LEN);
        assert_ne!(signature(&mine, &[7; 32]), signature(&other, &[7; 32]));
        assert_ne!(signature(&mine, &[7; 32]), signature(&mine, &[8; 32]));
        assert_eq!(rsa_signature(b"of an elliptic curve", &[7; 32]), None);
    }
}
