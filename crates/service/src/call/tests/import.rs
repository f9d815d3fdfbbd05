// SPDX-License-Identifier: Apache-2.0
//! Import of key material in both dialects: what is wrapped by others is the key, and what is not right
//! changes nothing. The wrapping is done by the crates `rsa` and `aes-kw`.

mod material;
mod states;
mod tokens;

use aes_kw::{AesKwp, KeyInit, aes::Aes256};
use base64::{Engine as _, engine::general_purpose::STANDARD};
use edgekms_api::context::EncryptionContext;
use rsa::{Oaep, Pkcs1v15Encrypt, PublicKey, pkcs8::DecodePublicKey, rand_core::UnwrapErr};
use serde_json::json;

use super::*;
use crate::{
    keyring::store::KeyringStore,
    material::{
        blob::additional_data,
        stores::{aes::AesKey, sealing::SealingKey},
    },
    object::ObjectStore,
    port::key_store::KeyMaterial,
};

const MATERIAL: [u8; 32] = *b"thirty-two bytes of my very own!";
const OTHER: [u8; 32] = *b"thirty-two bytes of another's...";
const HOUR: i64 = 60 * 60 * 1000;

fn encoded(bytes: impl AsRef<[u8]>) -> String {
    STANDARD.encode(bytes)
}

/// Wraps as somebody else's program does.
fn wrap(algorithm: &str, public_key: &str, material: &[u8]) -> Vec<u8> {
    if algorithm == "SM2PKE" {
        let key = STANDARD.decode(public_key).unwrap();
        let key = sm2::PublicKey::from_public_key_der(&key).unwrap();
        let key = sm2::pke::EncryptingKey::new_with_mode(key, sm2::pke::Mode::C1C3C2);
        return key.encrypt(&mut UnwrapErr(getrandom::SysRng), material).unwrap();
    }
    let key = PublicKey::from_public_key_der(&STANDARD.decode(public_key).unwrap()).unwrap();
    let rng = &mut UnwrapErr(getrandom::SysRng);
    match algorithm {
        "RSAES_OAEP_SHA_256" => key.encrypt(rng, Oaep::<sha2::Sha256>::new(), material).unwrap(),
        "RSAES_OAEP_SHA_1" => key.encrypt(rng, Oaep::<sha1::Sha1>::new(), material).unwrap(),
        "RSAES_PKCS1_V1_5" => key.encrypt(rng, Pkcs1v15Encrypt, material).unwrap(),
        _ => {
            let aes = [0xa5; 32];
            let mut wrapped = vec![0; material.len().div_ceil(8) * 8 + 8];
            AesKwp::<Aes256>::new(&aes.into()).wrap_key(material, &mut wrapped).unwrap();
            let hash = algorithm.strip_prefix("RSA_AES_KEY_WRAP_").unwrap();
            [wrap(&format!("RSAES_OAEP_{hash}"), public_key, &aes), wrapped].concat()
        }
    }
}

/// What GetParametersForImport told.
struct Parameters {
    algorithm: String,
    token: String,
    public_key: String,
}

impl Parameters {
    fn wrap(&self, material: &[u8]) -> String {
        encoded(wrap(&self.algorithm, &self.public_key, material))
    }
}

impl Service {
    fn new_external(&self, params: &[(&str, &str)]) -> String {
        let params = [params, &[("Origin", "EXTERNAL")]].concat();
        let created = self.call("CreateKey", &params);
        let metadata = &created["KeyMetadata"];
        assert_eq!(
            (&metadata["Origin"], &metadata["KeyState"]),
            (&json!("EXTERNAL"), &json!("PendingImport"))
        );
        assert_eq!(metadata.get("PrimaryKeyVersion"), None, "there is no material yet");
        assert_eq!(metadata["MaterialExpireTime"], "");
        metadata["KeyId"].as_str().unwrap().to_owned()
    }

    fn parameters(&self, key: &str, algorithm: &str) -> Parameters {
        let params =
            [("KeyId", key), ("WrappingAlgorithm", algorithm), ("WrappingKeySpec", "RSA_2048")];
        let told = self.call("GetParametersForImport", &params);
        assert_eq!(told["KeyId"], key);
        Parameters {
            algorithm: algorithm.to_owned(),
            token: told["ImportToken"].as_str().unwrap().to_owned(),
            public_key: told["PublicKey"].as_str().unwrap().to_owned(),
        }
    }

    /// The error of an import, if it is one, and its message.
    fn try_import(
        &self,
        key: &str,
        token: &str,
        wrapped: &str,
        expires: &str,
    ) -> Result<(), (String, String)> {
        let params = [
            ("KeyId", key),
            ("ImportToken", token),
            ("EncryptedKeyMaterial", wrapped),
            ("KeyMaterialExpireUnix", expires),
        ];
        let (status, value) = self.signed("ImportKeyMaterial", &params, &self.nonce());
        if status == 200 {
            assert_eq!(value.as_object().unwrap().len(), 1, "nothing but the request's id");
            return Ok(());
        }
        Err((code(&value), value["Message"].as_str().unwrap().to_owned()))
    }

    /// Imports by RSAES_OAEP_SHA_256 under fresh parameters.
    pub(super) fn import(
        &self,
        key: &str,
        material: &[u8],
        expires: &str,
    ) -> Result<(), (String, String)> {
        let parameters = self.parameters(key, "RSAES_OAEP_SHA_256");
        self.try_import(key, &parameters.token, &parameters.wrap(material), expires)
    }

    /// A key with imported material, and what imports it again.
    pub(super) fn imported_key(&self) -> (String, (String, String)) {
        let key = self.new_external(&[]);
        let parameters = self.parameters(&key, "RSAES_OAEP_SHA_256");
        let wrapped = parameters.wrap(&MATERIAL);
        self.try_import(&key, &parameters.token, &wrapped, "0").unwrap();
        (key, (parameters.token, wrapped))
    }

    fn refused_import(&self, key: &str, token: &str, wrapped: &str) -> String {
        let before = truth(self);
        let (code, _) = self.try_import(key, token, wrapped, "0").unwrap_err();
        assert_eq!(truth(self), before, "a refused import changes nothing");
        code
    }

    fn state_of(&self, key: &str) -> String {
        let described = self.call("DescribeKey", &[("KeyId", key)]);
        described["KeyMetadata"]["KeyState"].as_str().unwrap().to_owned()
    }

    fn sealed_hello(&self, key: &str) -> String {
        blob(&self.call("Encrypt", &[("KeyId", key), ("Plaintext", "aGVsbG8=")])).to_owned()
    }

    fn opens(&self, sealed: &str) {
        assert_eq!(self.call("Decrypt", &[("CiphertextBlob", sealed)])["Plaintext"], "aGVsbG8=");
    }
}

/// All that a keyring holds but its events and nonces.
fn truth(service: &Service) -> String {
    let store = service.world.store(&place());
    let keys = store.keys(None, 0, u64::MAX).unwrap();
    let of = |key: &crate::keyring::record::KeyRecord| {
        store.versions_of(&key.key_id, 0, u64::MAX).unwrap()
    };
    let versions: Vec<_> = keys.iter().map(of).collect();
    let jobs = store.jobs(u64::MAX).unwrap();
    let jobs: Vec<_> =
        jobs.iter().map(|job| &job.name).filter(|name| *name != "deliver-events").collect();
    format!("{keys:?} {versions:?} {jobs:?} {:?}", store.revision().unwrap())
}

/// Whether a blob opens with this material, by it alone.
fn opened_by(material: &[u8], sealed: &str) -> bool {
    let bytes = STANDARD.decode(sealed).unwrap();
    let (version, sealed) = bytes.split_at(36);
    let version = std::str::from_utf8(version).unwrap().parse().unwrap();
    let aad = additional_data(&version, &EncryptionContext::default().to_canonical_bytes());
    let key = AesKey::new(&KeyMaterial::from(material.to_vec())).unwrap();
    key.open(&aad, sealed).is_some_and(|opened| &opened[..] == b"hello")
}
