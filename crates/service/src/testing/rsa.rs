// SPDX-License-Identifier: Apache-2.0
//! A stand-in for the runtime's RSA: the crate `rsa`, whose private operations may tell their time. It
//! has one key of 2,048 bits, made once a run, and gives it out again and again: NO SECURITY.

use std::{cell::Cell, rc::Rc, sync::LazyLock, task::Poll};

use edgekms_api::key::algorithm::Hash;
use rsa::{
    BoxedUint, Oaep, PrivateKey, PublicKey,
    pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePrivateKey, EncodePublicKey},
    rand_core::UnwrapErr,
    traits::{PrivateKeyParts, PublicKeyParts},
};
use sha2::{Sha256, Sha384, Sha512};
use zeroize::Zeroizing;

use crate::port::{
    LocalFuture, PortError,
    key_store::KeyMaterial,
    rsa::{RsaEngine, RsaPair, RsaPrivateKey},
};

/// PKCS#8 of the one key.
pub(crate) static TEST_KEY: LazyLock<Vec<u8>> = LazyLock::new(|| {
    let key = PrivateKey::new(&mut UnwrapErr(getrandom::SysRng), 2_048).unwrap();
    key.to_pkcs8_der().unwrap().as_bytes().to_vec()
});

/// The signature primitive: what is encoded, to the power of the private exponent.
pub(crate) fn sign_encoded(pkcs8: &[u8], encoded: &[u8]) -> Vec<u8> {
    power(pkcs8, encoded).unwrap()
}

/// Bytes to the power of the private exponent, as the runtime does it: nothing for a number that is not
/// as long as the modulus or not below it.
pub(crate) fn power(pkcs8: &[u8], bytes: &[u8]) -> Option<Vec<u8>> {
    let key = PrivateKey::from_pkcs8_der(pkcs8).unwrap();
    let number = BoxedUint::from_be_slice(bytes, key.n_bits_precision()).ok()?;
    if bytes.len() != key.size() || number >= **key.n() {
        return None;
    }
    let params = rsa::traits::PublicKeyParts::n_params(&key).clone();
    let power = rsa_power(&number, key.d(), &params);
    let bytes = power.to_be_bytes();
    Some(bytes[bytes.len() - key.size()..].to_vec())
}

fn rsa_power(
    base: &BoxedUint,
    exponent: &BoxedUint,
    params: &crypto_bigint::modular::BoxedMontyParams,
) -> BoxedUint {
    crypto_bigint::modular::BoxedMontyForm::new(base.clone(), params).pow(exponent).retrieve()
}

/// The stand-in.
#[derive(Clone, Default)]
pub(crate) struct TestRsa {
    /// Whether it never comes back.
    pub(crate) hangs: Rc<Cell<bool>>,
    /// Whether it is still at work: it answers once this is over, whenever it is asked anew.
    pub(crate) slow: Rc<Cell<bool>>,
}

impl TestRsa {
    async fn answers(&self) {
        if self.hangs.get() {
            std::future::pending::<()>().await;
        }
        std::future::poll_fn(|_| if self.slow.get() { Poll::Pending } else { Poll::Ready(()) })
            .await;
    }
}

impl RsaEngine for TestRsa {
    fn generate(&self, modulus_bits: u32) -> LocalFuture<'_, Result<RsaPair, PortError>> {
        Box::pin(async move {
            self.answers().await;
            if modulus_bits != 2_048 {
                return Err(PortError::new("the stand-in makes no such key"));
            }
            let key = PrivateKey::from_pkcs8_der(&TEST_KEY).unwrap();
            let public_key = key.as_public_key().to_public_key_der().unwrap().into_vec();
            Ok(RsaPair { private_key: KeyMaterial::from(TEST_KEY.clone()), public_key })
        })
    }

    fn private_key(&self, pkcs8: KeyMaterial) -> Rc<dyn RsaPrivateKey> {
        Rc::new(TestKey { pkcs8, engine: self.clone() })
    }

    fn encrypt_oaep<'a>(
        &'a self,
        public_key: &'a [u8],
        hash: Hash,
        plaintext: &'a [u8],
    ) -> LocalFuture<'a, Result<Vec<u8>, PortError>> {
        Box::pin(async move {
            let key = PublicKey::from_public_key_der(public_key).unwrap();
            let rng = &mut UnwrapErr(getrandom::SysRng);
            let sealed = match hash {
                Hash::Sha1 => key.encrypt(rng, Oaep::<sha1::Sha1>::new(), plaintext),
                Hash::Sha256 => key.encrypt(rng, Oaep::<Sha256>::new(), plaintext),
                Hash::Sha384 => key.encrypt(rng, Oaep::<Sha384>::new(), plaintext),
                Hash::Sha512 => key.encrypt(rng, Oaep::<Sha512>::new(), plaintext),
                Hash::Sm3 | Hash::Shake256 => panic!("no OAEP of {hash:?}"),
            };
            sealed.map_err(|error| PortError(error.to_string()))
        })
    }
}

struct TestKey {
    pkcs8: KeyMaterial,
    engine: TestRsa,
}

impl RsaPrivateKey for TestKey {
    fn sign_encoded<'a>(
        &'a self,
        encoded: &'a [u8],
    ) -> LocalFuture<'a, Result<Vec<u8>, PortError>> {
        Box::pin(async move {
            self.engine.answers().await;
            if PrivateKey::from_pkcs8_der(self.pkcs8.expose_secret()).is_err() {
                return Err(PortError::new("DataError"));
            }
            Ok(sign_encoded(self.pkcs8.expose_secret(), encoded))
        })
    }

    fn decrypt_raw<'a>(
        &'a self,
        ciphertext: &'a [u8],
    ) -> LocalFuture<'a, Result<Option<Zeroizing<Vec<u8>>>, PortError>> {
        Box::pin(async move {
            self.engine.answers().await;
            Ok(power(self.pkcs8.expose_secret(), ciphertext).map(Zeroizing::new))
        })
    }

    fn decrypt_oaep<'a>(
        &'a self,
        hash: Hash,
        ciphertext: &'a [u8],
    ) -> LocalFuture<'a, Result<Option<Zeroizing<Vec<u8>>>, PortError>> {
        Box::pin(async move {
            self.engine.answers().await;
            let key = PrivateKey::from_pkcs8_der(self.pkcs8.expose_secret()).unwrap();
            let opened = match hash {
                Hash::Sha1 => key.decrypt(Oaep::<sha1::Sha1>::new(), ciphertext),
                Hash::Sha256 => key.decrypt(Oaep::<Sha256>::new(), ciphertext),
                Hash::Sha384 => key.decrypt(Oaep::<Sha384>::new(), ciphertext),
                Hash::Sha512 => key.decrypt(Oaep::<Sha512>::new(), ciphertext),
                Hash::Sm3 | Hash::Shake256 => panic!("no OAEP of {hash:?}"),
            };
            Ok(opened.ok().map(Zeroizing::new))
        })
    }
}
