// SPDX-License-Identifier: Apache-2.0
//! Argon2id itself, and wrapped data keys made by another implementation.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

use argon2::{Algorithm, Argon2, AssociatedData, ParamsBuilder, Version};
use edgekms_core::{
    context::EncryptionContext,
    error::Error,
    format::encrypted_data_key::EncryptedDataKey,
    key::{DataKey, Randomness},
};
use edgekms_password::{Limits, PROVIDER_ID, Parameters, Password, PasswordKeyring};

/// RFC 9106, section 5.3.
#[test]
fn argon2id_gives_the_tag_of_rfc_9106() {
    let data = AssociatedData::new(&[4; 12]).unwrap();
    let params = ParamsBuilder::new().m_cost(32).t_cost(3).p_cost(4).data(data).build().unwrap();
    let secret = [3; 8];
    let argon2 =
        Argon2::new_with_secret(&secret, Algorithm::Argon2id, Version::V0x13, params).unwrap();
    let mut tag = [0; 32];
    argon2.hash_password_into(&[1; 32], &[2; 16], &mut tag).unwrap();
    assert_eq!(
        hex::encode(tag),
        "0d640df58d78766c08c037a34a8b53c9d01ef0452d75b65eb52520e96b01e659"
    );
}

/// Gives the bytes that the other implementation was given: the salt, then the IV.
struct Scripted(Vec<Vec<u8>>);

impl Randomness for Scripted {
    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), Error> {
        bytes.copy_from_slice(&self.0.remove(0));
        Ok(())
    }
}

/// Made with Argon2id and AESGCM of Python's `cryptography` (OpenSSL), from the definition in `lib.rs`.
#[test]
fn known_answers_of_another_implementation_come_out_and_open() {
    let answers = [
        (
            Parameters { memory_kib: 7168, iterations: 5, parallelism: 1 },
            "0100001c000000000501000102030405060708090a0b0c0d0e0f6465666768696a6b6c6d6e6f156486afb4b2\
             04524292febb7e2cf2d14dcd6e99152bd2157826eeef81c64b53616461",
            "96577610d6b0ad08924d63be0032708be16bbdc5d51608263a421947aade39c24fb97959a7ece1ff2f819f8b\
             b03e1125",
        ),
        (
            Parameters { memory_kib: 8192, iterations: 5, parallelism: 4 },
            "01000020000000000504000102030405060708090a0b0c0d0e0f6465666768696a6b6c6d6e6faed39cfa1e7f\
             17653f41e0fd69581c9ed543bcba30c5a6b542cb5e81fcff697a616461",
            "0593317bc649c2919375c530c666a86392317fbacb0d13f19c3827276494bcc6bcd7e13019b7865b7debdc1b\
             84843871",
        ),
    ];
    let context = EncryptionContext::from_pairs([("row", "42")]).unwrap().to_bytes();
    let data_key: Vec<u8> = (200..232).collect();
    for (parameters, info, ciphertext) in answers {
        let keyring = || {
            let password = Password::from_bytes(b"correct horse".to_vec()).unwrap();
            PasswordKeyring::new(password, "ada", parameters, Limits::default()).unwrap()
        };
        let mut random = Scripted(vec![(0..16).collect(), (100..112).collect()]);
        let wrapped = keyring().wrap_key(&data_key, &context, &mut random).unwrap();
        assert_eq!(wrapped.provider_id, "edgekms-password");
        assert_eq!(hex::encode(&wrapped.provider_info), info);
        assert_eq!(hex::encode(&wrapped.ciphertext), ciphertext);
        let entry = EncryptedDataKey::new(
            PROVIDER_ID.to_owned(),
            hex::decode(info).unwrap(),
            hex::decode(ciphertext).unwrap(),
        );
        let opened: DataKey =
            keyring().unwrap_key([&entry], std::slice::from_ref(&context), Some).unwrap();
        assert_eq!(opened.expose_secret(), data_key);
    }
}
