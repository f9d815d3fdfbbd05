// SPDX-License-Identifier: Apache-2.0
//! The kinds of asymmetric key beside RSA's and the NIST's small curves, in both dialects: what they take for
//! what is signed, what they answer, and what an operator's settings make of them.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use p256::pkcs8::{SubjectPublicKeyInfoRef, der::Decode};
use serde_json::json;
use sha2::{Digest, Sha256, Sha512};
use shake::{ExtendableOutput, Shake256, Update as _, XofReader};
use sm3::Sm3;

use super::asymmetric::{Pair, encoded, flipped};
use super::*;

const EVERY: [(&str, &str); 1] =
    [("UNAUDITED_KEY_SPECS", "EC_SM2,ECC_NIST_P521,ML_DSA_44,ML_DSA_65,ML_DSA_87")];
const MESSAGE: &[u8] = b"what is signed";

/// A kind that signs by one algorithm.
struct Kind {
    spec: &'static str,
    aws_spec: &'static str,
    /// Of the algorithm in its SubjectPublicKeyInfo.
    oid: &'static str,
    algorithm: &'static str,
    /// AWS's MessageType for what Alibaba's clients call a digest.
    digest_type: &'static str,
    /// Whether AWS's MessageType RAW is taken.
    raw: bool,
}

const EC: &str = "1.2.840.10045.2.1";
const ED25519: &str = "1.3.101.112";

#[rustfmt::skip]
const SIGNING: [Kind; 8] = [
    Kind { spec: "EC_P256K", aws_spec: "ECC_SECG_P256K1", oid: EC, algorithm: "ECDSA_SHA_256", digest_type: "DIGEST", raw: true },
    Kind { spec: "ECC_NIST_P521", aws_spec: "ECC_NIST_P521", oid: EC, algorithm: "ECDSA_SHA_512", digest_type: "DIGEST", raw: true },
    Kind { spec: "EC_SM2", aws_spec: "SM2", oid: EC, algorithm: "SM2DSA", digest_type: "DIGEST", raw: true },
    Kind { spec: "ECC_NIST_EDWARDS25519", aws_spec: "ECC_NIST_EDWARDS25519", oid: ED25519, algorithm: "ED25519_SHA_512", digest_type: "RAW", raw: true },
    Kind { spec: "ECC_NIST_EDWARDS25519", aws_spec: "ECC_NIST_EDWARDS25519", oid: ED25519, algorithm: "ED25519_PH_SHA_512", digest_type: "DIGEST", raw: false },
    Kind { spec: "ML_DSA_44", aws_spec: "ML_DSA_44", oid: "2.16.840.1.101.3.4.3.17", algorithm: "ML_DSA_SHAKE_256", digest_type: "EXTERNAL_MU", raw: true },
    Kind { spec: "ML_DSA_65", aws_spec: "ML_DSA_65", oid: "2.16.840.1.101.3.4.3.18", algorithm: "ML_DSA_SHAKE_256", digest_type: "EXTERNAL_MU", raw: true },
    Kind { spec: "ML_DSA_87", aws_spec: "ML_DSA_87", oid: "2.16.840.1.101.3.4.3.19", algorithm: "ML_DSA_SHAKE_256", digest_type: "EXTERNAL_MU", raw: true },
];

fn shake(parts: &[&[u8]]) -> Vec<u8> {
    let mut hash = Shake256::default();
    parts.iter().for_each(|part| hash.update(part));
    let mut out = vec![0; 64];
    hash.finalize_xof().read(&mut out);
    out
}

/// SM3 of Z and the message (GB/T 32918.2, section 5.5), with the parameters of GB/T 32918.5.
fn sm2_digest(point: &[u8], message: &[u8]) -> Vec<u8> {
    let curve = hex::decode(concat!(
        "fffffffeffffffffffffffffffffffffffffffff00000000fffffffffffffffc",
        "28e9fa9e9d9f5e344d5a9e4bcf6509a7f39789f515ab8f92ddbcbd414d940e93",
        "32c4ae2c1f1981195f9904466a39c9948fe30bbff2660be1715a4589334c74c7",
        "bc3736a2f4f6779c59bdcee36b692153d0a9877cc62a474002df32e52139f0a0",
    ));
    let z = [b"\x00\x80", &b"1234567812345678"[..], &curve.unwrap(), &point[1..]].concat();
    Sm3::digest([&Sm3::digest(z)[..], message].concat()).to_vec()
}

/// What Alibaba's clients give for a message, made here from the standards and the public key.
fn digest_of(algorithm: &str, public_key: &[u8], message: &[u8]) -> Vec<u8> {
    match algorithm {
        "ECDSA_SHA_256" => Sha256::digest(message).to_vec(),
        "ECDSA_SHA_512" | "ED25519_PH_SHA_512" => Sha512::digest(message).to_vec(),
        "SM2DSA" => sm2_digest(public_key, message),
        "ED25519_SHA_512" => message.to_vec(),
        // FIPS 204, algorithms 2 and 7: no context, and the hash of the public key.
        _ => shake(&[&shake(&[public_key]), &[0, 0], message]),
    }
}

impl Service {
    /// The public key's bit string, and the algorithm's identifier; the same in both dialects.
    fn public_key(&self, pair: &Pair) -> (Vec<u8>, String) {
        let pem = self.call("GetPublicKey", &pair.params(&[]))["PublicKey"].clone();
        let told = self.aws("GetPublicKey", &json!({ "KeyId": pair.key })).body;
        let text: String =
            pem.as_str().unwrap().lines().filter(|line| !line.starts_with('-')).collect();
        assert_eq!(told["PublicKey"], *text);
        let der = STANDARD.decode(text).unwrap();
        let parsed = SubjectPublicKeyInfoRef::from_der(&der).unwrap();
        (parsed.subject_public_key.raw_bytes().to_vec(), parsed.algorithm.oid.to_string())
    }

    fn verdict(&self, kind: &Kind, pair: &Pair, digest: &[u8], value: &str) -> Value {
        let digest = encoded(digest);
        let more = [("Algorithm", kind.algorithm), ("Digest", &*digest), ("Value", value)];
        self.call("AsymmetricVerify", &pair.params(&more))["Value"].clone()
    }

    /// Nothing if AWS's clients are told that it is good.
    fn aws_verdict(
        &self,
        kind: &Kind,
        pair: &Pair,
        (message, message_type): (&[u8], &str),
        signature: &str,
    ) -> Option<String> {
        let answer = self.aws(
            "Verify",
            &json!({ "KeyId": pair.key, "Message": encoded(message), "MessageType": message_type,
                "Signature": signature, "SigningAlgorithm": kind.algorithm }),
        );
        assert_eq!(answer.error.is_none(), answer.body["SignatureValid"] == true);
        answer.error
    }
}

const BAD: Option<&str> = Some("KMSInvalidSignatureException");

#[test]
fn a_signature_of_any_kind_is_good_in_both_dialects_and_no_other_is() {
    let service = Service::with(&EVERY);
    for kind in SIGNING {
        let pair = service.new_pair(kind.spec, "SIGN/VERIFY");
        let (public_key, oid) = service.public_key(&pair);
        assert_eq!(oid, kind.oid, "{}", kind.spec);
        let digest = digest_of(kind.algorithm, &public_key, MESSAGE);
        let text = encoded(&digest);
        let more = [("Algorithm", kind.algorithm), ("Digest", &*text)];
        let signed = service.call("AsymmetricSign", &pair.params(&more));
        let mut values = vec![signed["Value"].as_str().unwrap().to_owned()];
        if kind.raw {
            let body = json!({ "KeyId": pair.key, "Message": encoded(MESSAGE),
                "SigningAlgorithm": kind.algorithm });
            let signed = service.aws("Sign", &body).body;
            values.push(signed["Signature"].as_str().unwrap().to_owned());
        }
        for value in values {
            let what = kind.algorithm;
            let verdict = |digest: &[u8], value: &str| service.verdict(&kind, &pair, digest, value);
            let aws = |given, value: &str| service.aws_verdict(&kind, &pair, given, value);
            let as_digest = (&*digest, kind.digest_type);
            assert_eq!(verdict(&digest, &value), true, "{what}");
            assert_eq!(aws(as_digest, &value), None, "{what}");
            let other = vec![0; digest.len()];
            assert_eq!(verdict(&other, &value), false, "{what}");
            assert_eq!(aws((&other, kind.digest_type), &value).as_deref(), BAD, "{what}");
            if kind.raw {
                assert_eq!(aws((MESSAGE, "RAW"), &value), None, "{what}");
                assert_eq!(aws((b"another", "RAW"), &value).as_deref(), BAD, "{what}");
            }
            let whole = STANDARD.decode(&value).unwrap();
            let cut = encoded(&whole[..whole.len() - 1]);
            let longer = encoded([&whole[..], &[0]].concat());
            for bad in [flipped(&value), cut, longer, encoded(vec![0; whole.len()])] {
                assert_eq!(verdict(&digest, &bad), false, "{what}");
                assert_eq!(aws(as_digest, &bad).as_deref(), BAD, "{what}");
            }
        }
    }
}

#[test]
fn what_is_signed_has_the_form_that_the_algorithm_takes() {
    let service = Service::with(&EVERY);
    for kind in SIGNING {
        let pair = service.new_pair(kind.spec, "SIGN/VERIFY");
        let taken = digest_of(kind.algorithm, &[0; 65], MESSAGE).len();
        let lengths = match kind.digest_type {
            "RAW" => vec![4_097],
            _ => vec![1, taken - 1, taken + 1, 4_097],
        };
        let sign = |message_type: &str, len: usize| {
            let body = json!({ "KeyId": pair.key, "Message": encoded(vec![7; len]),
                "MessageType": message_type, "SigningAlgorithm": kind.algorithm });
            service.aws("Sign", &body).error
        };
        for len in lengths {
            let text = encoded(vec![7; len]);
            let more = [("Algorithm", kind.algorithm), ("Digest", &*text)];
            let refused = service.refused("AsymmetricSign", &pair.params(&more));
            assert_eq!(refused, "InvalidParameter", "{}: {len}", kind.algorithm);
            let refused = sign(kind.digest_type, len);
            assert_eq!(refused.as_deref(), Some("ValidationException"), "{}", kind.algorithm);
        }
        for message_type in ["RAW", "DIGEST", "EXTERNAL_MU"] {
            let is_taken = message_type == kind.digest_type || message_type == "RAW" && kind.raw;
            let len = if message_type == "RAW" { 4_096 } else { taken };
            let expected = (!is_taken).then_some("ValidationException");
            assert_eq!(sign(message_type, len).as_deref(), expected, "{message_type}");
        }
    }
}

#[test]
fn the_kinds_are_made_and_described_in_aws_s_words() {
    let service = Service::with(&EVERY);
    for kind in SIGNING {
        let body = json!({ "KeySpec": kind.aws_spec, "KeyUsage": "SIGN_VERIFY" });
        let made = service.aws("CreateKey", &body).body["KeyMetadata"].clone();
        assert_eq!(made["KeySpec"], kind.aws_spec);
        let told = service.aws("GetPublicKey", &json!({ "KeyId": made["KeyId"] })).body;
        assert_eq!(told["KeySpec"], kind.aws_spec);
        assert_eq!(told["SigningAlgorithms"], made["SigningAlgorithms"]);
        let named = made["SigningAlgorithms"].as_array().unwrap();
        assert!(named.contains(&json!(kind.algorithm)), "{named:?}");
        let described = service.call("DescribeKey", &[("KeyId", made["KeyId"].as_str().unwrap())]);
        assert_eq!(described["KeyMetadata"]["KeySpec"], kind.spec);
    }
    let body = json!({ "KeySpec": "SM2", "KeyUsage": "ENCRYPT_DECRYPT" });
    let made = service.aws("CreateKey", &body).body["KeyMetadata"].clone();
    assert_eq!(made["EncryptionAlgorithms"], json!(["SM2PKE"]));
}

#[test]
fn what_sm2_encrypts_opens_in_either_dialect_up_to_the_longest() {
    let service = Service::with(&EVERY);
    let pair = service.new_pair("EC_SM2", "ENCRYPT/DECRYPT");
    let opened = |blob: &str| {
        let more = [("Algorithm", "SM2PKE"), ("CiphertextBlob", blob)];
        let here = service.call("AsymmetricDecrypt", &pair.params(&more))["Plaintext"].clone();
        let body = json!({ "KeyId": pair.key, "CiphertextBlob": blob,
            "EncryptionAlgorithm": "SM2PKE" });
        assert_eq!(service.aws("Decrypt", &body).body["Plaintext"], here);
        here
    };
    for len in [1, 6_047] {
        let plaintext = encoded(vec![7; len]);
        let more = [("Algorithm", "SM2PKE"), ("Plaintext", &*plaintext)];
        let sealed = service.call("AsymmetricEncrypt", &pair.params(&more));
        assert_eq!(STANDARD.decode(blob(&sealed)).unwrap().len(), len + 97);
        assert_eq!(opened(blob(&sealed)), *plaintext);
        let body = json!({ "KeyId": pair.key, "Plaintext": plaintext,
            "EncryptionAlgorithm": "SM2PKE" });
        let sealed = service.aws("Encrypt", &body).body;
        assert_eq!(opened(sealed["CiphertextBlob"].as_str().unwrap()), *plaintext);
    }
    let longer = encoded(vec![7; 6_048]);
    let more = [("Algorithm", "SM2PKE"), ("Plaintext", &*longer)];
    assert_eq!(service.refused("AsymmetricEncrypt", &pair.params(&more)), "InvalidParameter");
    for bad in [vec![4], vec![4; 98], vec![4; 6_145]] {
        let text = encoded(bad);
        let more = [("Algorithm", "SM2PKE"), ("CiphertextBlob", &*text)];
        assert_eq!(service.refused("AsymmetricDecrypt", &pair.params(&more)), "InvalidParameter");
        let body = json!({ "KeyId": pair.key, "CiphertextBlob": text,
            "EncryptionAlgorithm": "SM2PKE" });
        let refused = service.aws("Decrypt", &body).error;
        assert_eq!(refused.as_deref(), Some("InvalidCiphertextException"));
    }
}

#[test]
fn a_key_of_an_unaudited_implementation_is_made_where_the_operator_asks_for_it() {
    let service = Service::with(&[("UNAUDITED_KEY_SPECS", "ML_DSA_65")]);
    service.new_pair("ML_DSA_65", "SIGN/VERIFY");
    for (spec, aws_spec) in
        [("EC_SM2", "SM2"), ("ECC_NIST_P521", "ECC_NIST_P521"), ("ML_DSA_44", "ML_DSA_44")]
    {
        let params = [("KeySpec", spec), ("KeyUsage", "SIGN/VERIFY")];
        let (status, refused) = service.signed("CreateKey", &params, &service.nonce());
        assert_eq!((status, &*code(&refused)), (400, "UnsupportedOperation"));
        let message = refused["Message"].as_str().unwrap();
        assert!(message.contains("UNAUDITED_KEY_SPECS"), "{message}");
        let body = json!({ "KeySpec": aws_spec, "KeyUsage": "SIGN_VERIFY" });
        let refused = service.aws("CreateKey", &body).error;
        assert_eq!(refused.as_deref(), Some("UnsupportedOperationException"));
    }
}

#[test]
fn with_fips_on_only_what_is_approved_is_made_and_used() {
    let mut service = Service::with(&EVERY);
    let secp256k1 = service.new_pair("EC_P256K", "SIGN/VERIFY");
    let rsa = service.new_pair("RSA_2048", "ENCRYPT/DECRYPT");
    let ed25519 = service.new_pair("ECC_NIST_EDWARDS25519", "SIGN/VERIFY");
    let ml_dsa = service.new_pair("ML_DSA_44", "SIGN/VERIFY");
    service.server = Server::new(settings(&[("FIPS", "on")]), service.world.stores());
    let refused = |action: &str, params: &[(&str, &str)]| {
        let (_, refused) = service.signed(action, params, &service.nonce());
        assert_eq!(code(&refused), "UnsupportedOperation", "{action} {params:?}");
        let message = refused["Message"].as_str().unwrap();
        assert!(message.contains("FIPS"), "{message}");
    };
    for spec in ["EC_P256K", "EC_SM2"] {
        refused("CreateKey", &[("KeySpec", spec)]);
    }
    let (digest, plaintext) = (encoded([7; 32]), encoded("a"));
    let sign = [("Algorithm", "ECDSA_SHA_256"), ("Digest", &*digest)];
    refused("AsymmetricSign", &secp256k1.params(&sign));
    refused("GetPublicKey", &secp256k1.params(&[]));
    let seal = |algorithm| [("Algorithm", algorithm), ("Plaintext", &*plaintext)];
    refused("AsymmetricEncrypt", &rsa.params(&seal("RSAES_OAEP_SHA_1")));
    let body = json!({ "KeyId": rsa.key, "Plaintext": plaintext,
        "EncryptionAlgorithm": "RSAES_OAEP_SHA_1" });
    let error = service.aws("Encrypt", &body).error;
    assert_eq!(error.as_deref(), Some("UnsupportedOperationException"));
    // What is approved works, also if keys of it are no longer made: a list does not lock anything up.
    service.call("AsymmetricEncrypt", &rsa.params(&seal("RSAES_OAEP_SHA_256")));
    let more = [("Algorithm", "ED25519_SHA_512"), ("Digest", &*digest)];
    service.call("AsymmetricSign", &ed25519.params(&more));
    let mu = encoded([7; 64]);
    let more = [("Algorithm", "ML_DSA_SHAKE_256"), ("Digest", &*mu)];
    service.call("AsymmetricSign", &ml_dsa.params(&more));
    assert_eq!(service.refused("CreateKey", &[("KeySpec", "ML_DSA_44")]), "UnsupportedOperation");
    let key = service.new_key();
    service.call("Encrypt", &[("KeyId", &key), ("Plaintext", &plaintext)]);
}
