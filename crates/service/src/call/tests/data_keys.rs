// SPDX-License-Identifier: Apache-2.0
//! Data keys of every length, handed out under somebody else's public key, and in pairs.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use p256::ecdsa::signature::hazmat::{PrehashSigner, PrehashVerifier};
use rsa::{
    BoxedUint, Oaep, PrivateKey, PublicKey,
    pkcs8::{DecodePrivateKey, DecodePublicKey, EncodePublicKey},
    traits::PublicKeyParts,
};
use serde_json::json;
use sha1::Sha1;
use sha2::Sha256;

use super::{
    asymmetric::{Patient, encoded},
    aws::arn,
    *,
};
use crate::testing::rsa::TEST_KEY;

fn private_key() -> PrivateKey {
    PrivateKey::from_pkcs8_der(&TEST_KEY).unwrap()
}

fn der(key: &PublicKey) -> Vec<u8> {
    key.to_public_key_der().unwrap().into_vec()
}

/// The public key that tests export under: base64 of its SubjectPublicKeyInfo.
pub(super) fn public_key() -> String {
    encoded(der(private_key().as_public_key()))
}

/// Whoever has the private half opens it.
fn open(exported: &Value, algorithm: &str) -> String {
    let exported = STANDARD.decode(exported.as_str().unwrap()).unwrap();
    let opened = match algorithm {
        "RSAES_OAEP_SHA_256" => private_key().decrypt(Oaep::<Sha256>::new(), &exported),
        _ => private_key().decrypt(Oaep::<Sha1>::new(), &exported),
    };
    encoded(opened.unwrap())
}

const ALGORITHMS: [(&str, usize); 2] = [("RSAES_OAEP_SHA_256", 190), ("RSAES_OAEP_SHA_1", 214)];
const CONTEXT: (&str, &str) = ("EncryptionContext", r#"{"a":"1"}"#);

fn under<'a>(public_key: &'a str, algorithm: &'a str) -> [(&'a str, &'a str); 3] {
    [
        ("PublicKeyBlob", public_key),
        ("WrappingKeySpec", "RSA_2048"),
        ("WrappingAlgorithm", algorithm),
    ]
}

#[test]
fn a_data_key_has_any_length_that_is_asked_for() {
    let service = Service::new();
    let key = service.new_key();
    for len in (1..=1_024).step_by(31).chain([16, 24, 1_024]) {
        let text = len.to_string();
        let made = service.call("GenerateDataKey", &[("KeyId", &key), ("NumberOfBytes", &text)]);
        let plaintext = STANDARD.decode(made["Plaintext"].as_str().unwrap()).unwrap();
        assert_eq!(plaintext.len(), len);
        let body = json!({ "KeyId": key, "NumberOfBytes": len });
        let made = service.aws_call("GenerateDataKey", &body);
        let plaintext = STANDARD.decode(made["Plaintext"].as_str().unwrap()).unwrap();
        assert_eq!(plaintext.len(), len);
        for action in ["GenerateDataKeyWithoutPlaintext", "GenerateDataKey"] {
            let made = service.aws_call(action, &body);
            assert_eq!(STANDARD.decode(blob(&made)).unwrap().len(), len + 76);
        }
        let opened = service.call("Decrypt", &[("CiphertextBlob", blob(&made))]);
        assert_eq!(opened["Plaintext"], made["Plaintext"]);
    }
    for bad in ["0", "1025"] {
        let params = [("KeyId", &*key), ("NumberOfBytes", bad)];
        assert_eq!(service.refused("GenerateDataKey", &params), "InvalidParameter");
    }
}

#[test]
fn an_exported_data_key_is_opened_by_the_private_key_alone() {
    let service = Service::new();
    let (key, public_key) = (service.new_key(), public_key());
    for (algorithm, max) in ALGORITHMS {
        for len in [1, 32, max] {
            let text = len.to_string();
            let asked = [("KeyId", &*key), ("NumberOfBytes", &text), CONTEXT];
            let made = service.call("GenerateDataKey", &asked);
            let params =
                [&[("CiphertextBlob", blob(&made)), CONTEXT][..], &under(&public_key, algorithm)]
                    .concat();
            let exported = service.call("ExportDataKey", &params);
            assert_eq!(
                (&exported["KeyId"], &exported["KeyVersionId"]),
                (&json!(key), &made["KeyVersionId"])
            );
            assert_eq!(exported.get("Plaintext"), None);
            assert_eq!(open(&exported["ExportedDataKey"], algorithm), made["Plaintext"]);

            let params = [&asked[..], &under(&public_key, algorithm)].concat();
            let made = service.call("GenerateAndExportDataKey", &params);
            assert_eq!((&made["KeyId"], made.get("Plaintext")), (&json!(key), None));
            let opened = service.call("Decrypt", &[("CiphertextBlob", blob(&made)), CONTEXT]);
            assert_eq!(open(&made["ExportedDataKey"], algorithm), opened["Plaintext"]);
        }
        // One byte more than the public key takes.
        let text = (max + 1).to_string();
        let asked = [("KeyId", &*key), ("NumberOfBytes", &text)];
        let made = service.call("GenerateDataKey", &asked);
        let long =
            [&[("CiphertextBlob", blob(&made))][..], &under(&public_key, algorithm)].concat();
        let (_, refused) = service.signed("ExportDataKey", &long, &service.nonce());
        assert_eq!(code(&refused), "InvalidParameter");
        let message = refused["Message"].as_str().unwrap();
        assert!(message.contains(&format!("at most {max} bytes")), "{message}");
        let params = [&asked[..], &under(&public_key, algorithm)].concat();
        assert_eq!(service.refused("GenerateAndExportDataKey", &params), "InvalidParameter");
    }
    let made = service.call(
        "GenerateAndExportDataKey",
        &[
            ("KeyId", &*key),
            ("PublicKeyBlob", &public_key),
            ("WrappingKeySpec", "RSA_2048"),
            ("WrappingAlgorithm", "RSAES_OAEP_SHA_1"),
            ("KeySpec", "AES_128"),
        ],
    );
    let opened = open(&made["ExportedDataKey"], "RSAES_OAEP_SHA_1");
    assert_eq!(STANDARD.decode(opened).unwrap().len(), 16);
}

#[test]
fn a_blob_that_does_not_open_is_exported_to_nobody() {
    let service = Service::new();
    let (key, public_key) = (service.new_key(), public_key());
    let made = service.call("GenerateDataKey", &[("KeyId", &key), CONTEXT]);
    let under = under(&public_key, "RSAES_OAEP_SHA_256");
    let answer = |action: &str, params: &[(&str, &str)]| {
        let (status, answer) = service.signed(action, params, &service.nonce());
        (status, answer["Code"].clone(), answer["Message"].clone())
    };
    let decrypt = answer("Decrypt", &[("CiphertextBlob", blob(&made))]);
    for sealed in [blob(&made), "AAAA"] {
        let params = [&[("CiphertextBlob", sealed)][..], &under].concat();
        assert_eq!(answer("ExportDataKey", &params), decrypt);
    }
    let params = [&[("CiphertextBlob", blob(&made)), CONTEXT][..], &under].concat();
    service.call("ExportDataKey", &params);
    service.call("DisableKey", &[("KeyId", &key)]);
    assert_eq!(service.refused("ExportDataKey", &params), "Rejected.Disabled");
    let generate = [&[("KeyId", &*key)][..], &under].concat();
    assert_eq!(service.refused("GenerateAndExportDataKey", &generate), "Rejected.Disabled");
}

/// A public key with this modulus and exponent, whether or not anybody should use it.
fn key_of(modulus: &BoxedUint, exponent: u64) -> Vec<u8> {
    der(&PublicKey::new_unchecked(modulus.clone(), BoxedUint::from(exponent)))
}

#[test]
fn nothing_is_encrypted_under_a_key_that_protects_nothing_or_is_another_one() {
    let service = Service::new();
    let key = service.new_key();
    let good = private_key();
    let modulus = good.n().as_ref();
    let encoded_good = der(good.as_public_key());
    let with = |from: &[u8], to: &[u8]| {
        let at = encoded_good.windows(from.len()).position(|window| window == from).unwrap();
        [&encoded_good[..at], to, &encoded_good[at + from.len()..]].concat()
    };
    let ec = p256::ecdsa::SigningKey::from_slice(&[7; 32]).unwrap();
    let ec = p256::pkcs8::EncodePublicKey::to_public_key_der(ec.verifying_key()).unwrap();
    // RFC 4055, section 1.2: id-RSASSA-PSS without parameters.
    let pss = with(
        b"\x30\x82\x01\x22\x30\x0d\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01\x05\x00",
        b"\x30\x82\x01\x20\x30\x0b\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0a",
    );
    let numbers = modulus.to_be_bytes();
    let tail = &numbers[numbers.len() - 8..];
    let bits = |count: usize| {
        let mut bytes = vec![0xff; count.div_ceil(8)];
        bytes[0] >>= bytes.len() * 8 - count;
        BoxedUint::from_be_slice_vartime(&bytes)
    };
    for (what, bad) in [
        ("nothing like it", b"hello".to_vec()),
        ("cut", encoded_good[..encoded_good.len() - 1].to_vec()),
        ("more behind it", [&encoded_good[..], &[0]].concat()),
        ("of a curve", ec.as_bytes().to_vec()),
        ("for signatures alone", pss),
        ("exponent 1", key_of(modulus, 1)),
        ("exponent 3", key_of(modulus, 3)),
        ("exponent 17", key_of(modulus, 17)),
        ("even exponent", key_of(modulus, 65_538)),
        ("an exponent above 2^33", key_of(modulus, 1 << 40 | 1)),
        ("1,024 bits", key_of(&bits(1_024), 65_537)),
        ("2,047 bits", key_of(&bits(2_047), 65_537)),
        ("2,049 bits", key_of(&bits(2_049), 65_537)),
        ("3,072 bits", key_of(&bits(3_072), 65_537)),
        ("even modulus", with(tail, &[&tail[..7], &[tail[7] ^ 1]].concat())),
        ("PKCS#8", TEST_KEY.clone()),
    ] {
        let bad = encoded(bad);
        let params = [&[("KeyId", &*key)][..], &under(&bad, "RSAES_OAEP_SHA_256")].concat();
        let (_, refused) = service.signed("GenerateAndExportDataKey", &params, &service.nonce());
        assert_eq!(refused["Code"], "InvalidParameter", "{what}");
        let message = refused["Message"].as_str().unwrap();
        assert!(message.contains("PublicKeyBlob"), "{what}: {message}");
        let dry = [&params[..], &[("DryRun", "true")]].concat();
        assert_eq!(service.refused("GenerateAndExportDataKey", &dry), "InvalidParameter", "{what}");
    }
    let good = encoded(encoded_good);
    let with = |spec, algorithm| {
        let params = [
            ("KeyId", &*key),
            ("PublicKeyBlob", &*good),
            ("WrappingKeySpec", spec),
            ("WrappingAlgorithm", algorithm),
        ];
        service.refused("GenerateAndExportDataKey", &params)
    };
    assert_eq!(with("RSA_2048", "SM2PKE"), "InvalidParameter");
    assert_eq!(with("RSA_3072", "RSAES_OAEP_SHA_1"), "InvalidParameter");
    assert_eq!(with("EC_SM2", "SM2PKE"), "UnsupportedOperation");
}

#[test]
fn a_pair_s_private_key_is_what_decrypt_gives_and_fits_the_public_one() {
    let service = Service::new();
    let key = service.new_key();
    service.call("CreateAlias", &[("KeyId", &key), ("AliasName", "alias/pairs")]);
    for spec in ["RSA_2048", "ECC_NIST_P256", "ECC_NIST_P384"] {
        let body = json!({ "KeyId": "alias/pairs", "KeyPairSpec": spec,
            "EncryptionContext": { "a": "1" } });
        let made = service.aws_call("GenerateDataKeyPair", &body);
        assert_eq!(
            (&made["KeyId"], &made["KeyPairSpec"]),
            (&json!(arn(&format!("key/{key}"))), &json!(spec))
        );
        let sealed = made["PrivateKeyCiphertextBlob"].as_str().unwrap();
        let opened = service.call("Decrypt", &[("CiphertextBlob", sealed), CONTEXT]);
        assert_eq!(opened["Plaintext"], made["PrivateKeyPlaintext"], "{spec}");
        let without = [("CiphertextBlob", sealed)];
        assert_eq!(service.refused("Decrypt", &without), "InvalidParameter");
        are_a_pair(spec, &made["PrivateKeyPlaintext"], &made["PublicKey"]);

        let made = service.aws_call("GenerateDataKeyPairWithoutPlaintext", &body);
        assert_eq!(made.get("PrivateKeyPlaintext"), None);
        let sealed = made["PrivateKeyCiphertextBlob"].as_str().unwrap();
        let opened = service.call("Decrypt", &[("CiphertextBlob", sealed), CONTEXT]);
        are_a_pair(spec, &opened["Plaintext"], &made["PublicKey"]);
    }
    assert_eq!(service.call("ListKeys", &[])["TotalCount"], 1, "no pair is kept");
}

/// Whether what one signs or seals the other verifies or opens.
fn are_a_pair(spec: &str, private: &Value, public: &Value) {
    let bytes = |text: &Value| STANDARD.decode(text.as_str().unwrap()).unwrap();
    let (private, public) = (bytes(private), bytes(public));
    let digest = [7; 48];
    match spec {
        "RSA_2048" => {
            let private = PrivateKey::from_pkcs8_der(&private).unwrap();
            assert_eq!(der(private.as_public_key()), public);
        }
        "ECC_NIST_P256" => {
            let private = p256::ecdsa::SigningKey::from_pkcs8_der(&private).unwrap();
            let public = p256::ecdsa::VerifyingKey::from_public_key_der(&public).unwrap();
            let signature: p256::ecdsa::Signature = private.sign_prehash(&digest[..32]).unwrap();
            assert!(public.verify_prehash(&digest[..32], &signature).is_ok());
        }
        _ => {
            let private = p384::ecdsa::SigningKey::from_pkcs8_der(&private).unwrap();
            let public = p384::ecdsa::VerifyingKey::from_public_key_der(&public).unwrap();
            let signature: p384::ecdsa::Signature = private.sign_prehash(&digest).unwrap();
            assert!(public.verify_prehash(&digest, &signature).is_ok());
        }
    }
}

#[test]
fn no_two_pairs_are_alike_and_a_key_in_the_wrong_state_wraps_none() {
    let service = Service::new();
    let key = service.new_aws_key();
    let body = json!({ "KeyId": key, "KeyPairSpec": "ECC_NIST_P256" });
    let make = || service.aws_call("GenerateDataKeyPair", &body)["PublicKey"].clone();
    assert_ne!(make(), make());
    let signs = service.new_pair("EC_P256", "SIGN/VERIFY");
    for (body, name) in [
        (json!({ "KeyId": signs.key, "KeyPairSpec": "RSA_2048" }), "InvalidKeyUsageException"),
        (json!({ "KeyId": "no-such-key", "KeyPairSpec": "RSA_2048" }), "NotFoundException"),
        (json!({ "KeyId": key, "KeyPairSpec": "SM2" }), "UnsupportedOperationException"),
        (json!({ "KeyId": key, "KeyPairSpec": "SYMMETRIC_DEFAULT" }), "ValidationException"),
    ] {
        assert_eq!(service.aws_refused("GenerateDataKeyPair", &body), name, "{body}");
    }
    service.aws_call("DisableKey", &json!({ "KeyId": key }));
    for action in ["GenerateDataKeyPair", "GenerateDataKeyPairWithoutPlaintext"] {
        assert_eq!(service.aws_refused(action, &body), "DisabledException");
        // Alibaba has no such action.
        assert_eq!(service.refused(action, &[("KeyId", &key)]), "InvalidApi.NotFound");
    }
}

#[test]
fn a_pair_may_take_as_long_as_a_key_and_is_told_only_if_its_key_may_still_wrap() {
    let service = Service::new();
    let key = service.new_aws_key();
    let body = json!({ "KeyId": key, "KeyPairSpec": "RSA_2048" });
    service.world.rsa.hangs.set(true);
    let before = service.world.clock.0.get();
    assert_eq!(service.aws_refused("GenerateDataKeyPair", &body), "DependencyTimeoutException");
    assert_eq!(service.world.clock.0.get() - before, 30_000);
    service.world.rsa.hangs.set(false);

    service.world.rsa.slow.set(true);
    let request = service.aws_request("GenerateDataKeyPair", &body);
    let headers = service.aws_signed(&request);
    let headers = borrowed(&headers);
    let raw = RawRequest {
        method: "POST",
        target: "/",
        headers: &headers,
        body: request.body.as_bytes(),
    };
    let ports = Ports { timers: &Patient, ..service.ports() };
    let mut waiting = std::pin::pin!(service.server.answer(raw, &ports));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(waiting.as_mut().poll(&mut context).is_pending());
    service.aws_call("DisableKey", &json!({ "KeyId": key }));
    service.world.rsa.slow.set(false);
    let std::task::Poll::Ready(served) = waiting.as_mut().poll(&mut context) else { panic!() };
    assert!(served.response.body.contains("DisabledException"), "{}", served.response.body);
}
