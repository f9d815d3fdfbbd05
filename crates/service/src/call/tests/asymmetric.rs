// SPDX-License-Identifier: Apache-2.0
//! Asymmetric keys in both dialects: what they do, and what is refused without a change or an oracle.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::json;
use sha2::{Digest, Sha256};

use super::*;

const MESSAGE: &[u8] = b"what is signed";

pub(super) fn encoded(bytes: impl AsRef<[u8]>) -> String {
    STANDARD.encode(bytes)
}

fn digest() -> String {
    encoded(Sha256::digest(MESSAGE))
}

/// A key with the one version that it has.
pub(super) struct Pair {
    pub(super) key: String,
    pub(super) version: String,
}

impl Service {
    pub(super) fn new_pair(&self, spec: &str, usage: &str) -> Pair {
        let created = self.call("CreateKey", &[("KeySpec", spec), ("KeyUsage", usage)]);
        let metadata = &created["KeyMetadata"];
        assert_eq!(metadata.get("PrimaryKeyVersion"), None, "every call names a version");
        let key = metadata["KeyId"].as_str().unwrap().to_owned();
        let listed = self.call("ListKeyVersions", &[("KeyId", &key)]);
        assert_eq!(listed["TotalCount"], 1);
        let row = &listed["KeyVersions"]["KeyVersion"][0];
        assert_eq!(row["KeyId"], *key);
        Pair { version: row["KeyVersionId"].as_str().unwrap().to_owned(), key }
    }
}

impl Pair {
    pub(super) fn params<'a>(&'a self, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
        let mut params = vec![("KeyId", &*self.key), ("KeyVersionId", &*self.version)];
        params.extend_from_slice(more);
        params
    }
}

/// Timers that never ring: nobody gives up.
pub(super) struct Patient;

impl Timers for Patient {
    fn sleep(&self, _: u32) -> crate::port::LocalFuture<'static, ()> {
        Box::pin(std::future::pending())
    }
}

pub(super) fn flipped(base64: &str) -> String {
    let mut bytes = STANDARD.decode(base64).unwrap();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    encoded(bytes)
}

const SIGNING: [(&str, &[&str]); 2] =
    [("EC_P256", &["ECDSA_SHA_256"]), ("RSA_2048", &["RSA_PSS_SHA_256", "RSA_PKCS1_SHA_256"])];

#[test]
fn what_is_signed_in_one_dialect_is_verified_in_the_other() {
    let service = Service::new();
    for (spec, algorithms) in SIGNING {
        let pair = service.new_pair(spec, "SIGN/VERIFY");
        for algorithm in algorithms {
            let digest = digest();
            let asked = [("Algorithm", *algorithm), ("Digest", &*digest)];
            let asked = pair.params(&asked);
            let signed = service.call("AsymmetricSign", &asked);
            assert_eq!(
                (&signed["KeyId"], &signed["KeyVersionId"]),
                (&json!(pair.key), &json!(pair.version))
            );
            let value = signed["Value"].as_str().unwrap();
            let verify = |value: &str, digest: &str| {
                let more = [("Algorithm", *algorithm), ("Digest", digest), ("Value", value)];
                service.call("AsymmetricVerify", &pair.params(&more))["Value"].clone()
            };
            assert_eq!(verify(value, &digest), true, "{algorithm}");
            assert_eq!(verify(&flipped(value), &digest), false, "{algorithm}");
            assert_eq!(verify(value, &encoded([0; 32])), false, "{algorithm}");
            let short = STANDARD.decode(value).unwrap();
            assert_eq!(verify(&encoded(&short[..short.len() - 1]), &digest), false);
            assert_eq!(verify(&encoded([short, vec![0]].concat()), &digest), false);

            let name = algorithm.replace("RSA_PSS", "RSASSA_PSS");
            let name = name.replace("RSA_PKCS1", "RSASSA_PKCS1_V1_5");
            let aws = |signature: &str| {
                let body = json!({ "KeyId": pair.key, "Message": encoded(MESSAGE),
                    "Signature": signature, "SigningAlgorithm": name });
                service.aws("Verify", &body)
            };
            let good = aws(value);
            assert_eq!((good.status, &good.body["SignatureValid"]), (200, &json!(true)));
            assert_eq!(aws(&flipped(value)).error.as_deref(), Some("KMSInvalidSignatureException"));
            let body = json!({ "KeyId": pair.key, "Message": digest, "MessageType": "DIGEST",
                "SigningAlgorithm": name });
            let signed = service.aws("Sign", &body);
            assert_eq!(verify(signed.body["Signature"].as_str().unwrap(), &digest), true);
        }
    }
}

#[test]
fn what_is_encrypted_under_a_public_key_opens_in_either_dialect_up_to_the_longest() {
    let service = Service::new();
    let pair = service.new_pair("RSA_2048", "ENCRYPT/DECRYPT");
    for (algorithm, max) in [("RSAES_OAEP_SHA_256", 190), ("RSAES_OAEP_SHA_1", 214)] {
        for len in [1, max] {
            let plaintext = encoded(vec![7; len]);
            let more = [("Algorithm", algorithm), ("Plaintext", &*plaintext)];
            let sealed = service.call("AsymmetricEncrypt", &pair.params(&more));
            assert_eq!(STANDARD.decode(blob(&sealed)).unwrap().len(), 256);
            let more = [("Algorithm", algorithm), ("CiphertextBlob", blob(&sealed))];
            let opened = service.call("AsymmetricDecrypt", &pair.params(&more));
            assert_eq!(opened["Plaintext"], *plaintext);
            let body = json!({ "KeyId": pair.key, "CiphertextBlob": blob(&sealed),
                "EncryptionAlgorithm": algorithm });
            let opened = service.aws("Decrypt", &body);
            assert_eq!(opened.body["Plaintext"], *plaintext);
            assert_eq!(opened.body["EncryptionAlgorithm"], algorithm);
        }
        let more = [("Algorithm", algorithm), ("Plaintext", &*encoded(vec![7; max + 1]))];
        assert_eq!(service.refused("AsymmetricEncrypt", &pair.params(&more)), "InvalidParameter");
        let body = json!({ "KeyId": pair.key, "Plaintext": encoded("a"),
            "EncryptionAlgorithm": algorithm });
        let sealed = service.aws("Encrypt", &body);
        let blob = sealed.body["CiphertextBlob"].as_str().unwrap();
        let more = [("Algorithm", algorithm), ("CiphertextBlob", blob)];
        let opened = service.call("AsymmetricDecrypt", &pair.params(&more));
        assert_eq!(opened["Plaintext"], encoded("a"));
    }
}

#[test]
fn whatever_does_not_open_gets_one_answer() {
    let service = Service::new();
    let pair = service.new_pair("RSA_2048", "ENCRYPT/DECRYPT");
    let more = [("Algorithm", "RSAES_OAEP_SHA_256"), ("Plaintext", "aGVsbG8=")];
    let sealed = service.call("AsymmetricEncrypt", &pair.params(&more));
    let sealed = STANDARD.decode(blob(&sealed)).unwrap();
    let mut changed = sealed.clone();
    changed[100] ^= 1;
    let bad = [
        changed,
        sealed[1..].to_vec(),
        [&sealed[..], &[0]].concat(),
        vec![0; 256],
        vec![0xff; 256],
        vec![1],
    ];
    let answer = |algorithm: &str, bytes: &[u8]| {
        let text = encoded(bytes);
        let more = [("Algorithm", algorithm), ("CiphertextBlob", &*text)];
        let nonce = service.nonce();
        let (status, answer) = service.signed("AsymmetricDecrypt", &pair.params(&more), &nonce);
        (status, answer["Code"].clone(), answer["Message"].clone())
    };
    let first = answer("RSAES_OAEP_SHA_256", &bad[0]);
    assert_eq!((first.0, &first.1), (400, &json!("InvalidParameter")));
    for bytes in &bad {
        assert_eq!(answer("RSAES_OAEP_SHA_256", bytes), first);
    }
    assert_eq!(answer("RSAES_OAEP_SHA_1", &sealed), first, "under another hash");
    let body = json!({ "KeyId": pair.key, "CiphertextBlob": encoded(&bad[0]),
        "EncryptionAlgorithm": "RSAES_OAEP_SHA_256" });
    let refused = service.aws("Decrypt", &body);
    assert_eq!(refused.error.as_deref(), Some("InvalidCiphertextException"));
}

#[test]
fn the_public_key_is_told_in_each_cloud_s_form() {
    let service = Service::new();
    for (spec, usage, aws_spec, algorithms) in [
        ("EC_P256", "SIGN/VERIFY", "ECC_NIST_P256", json!(["ECDSA_SHA_256"])),
        ("EC_P384", "SIGN/VERIFY", "ECC_NIST_P384", json!(["ECDSA_SHA_384"])),
        (
            "RSA_2048",
            "ENCRYPT/DECRYPT",
            "RSA_2048",
            json!(["RSAES_OAEP_SHA_256", "RSAES_OAEP_SHA_1"]),
        ),
    ] {
        let pair = service.new_pair(spec, usage);
        let pem = service.call("GetPublicKey", &pair.params(&[]))["PublicKey"].clone();
        let pem = pem.as_str().unwrap();
        assert!(pem.starts_with("-----BEGIN PUBLIC KEY-----\n"), "{pem}");
        let told = service.aws("GetPublicKey", &json!({ "KeyId": pair.key })).body;
        let der = told["PublicKey"].as_str().unwrap();
        assert_eq!(pem.lines().filter(|line| !line.starts_with('-')).collect::<String>(), der);
        assert_eq!(told["KeySpec"], aws_spec);
        let field =
            if usage == "SIGN/VERIFY" { "SigningAlgorithms" } else { "EncryptionAlgorithms" };
        assert_eq!(told[field], algorithms);
        let described = service.aws("DescribeKey", &json!({ "KeyId": pair.key })).body;
        assert_eq!(described["KeyMetadata"][field], algorithms);
    }
}

#[test]
fn a_key_is_used_for_what_it_is_for_and_by_its_own_means() {
    let service = Service::new();
    let aes = service.new_key();
    let version = service.call("ListKeyVersions", &[("KeyId", &aes)]);
    let version = version["KeyVersions"]["KeyVersion"][0]["KeyVersionId"].as_str().unwrap();
    let aes = Pair { key: aes.clone(), version: version.to_owned() };
    let signs = service.new_pair("EC_P256", "SIGN/VERIFY");
    let opens = service.new_pair("RSA_2048", "ENCRYPT/DECRYPT");
    let digest = digest();
    let sign = |algorithm| [("Algorithm", algorithm), ("Digest", &*digest)];
    let seal = [("Algorithm", "RSAES_OAEP_SHA_256"), ("Plaintext", "aGVsbG8=")];
    let usage = "UnsupportedOperation";
    for (action, pair, more, expected) in [
        ("AsymmetricSign", &aes, &sign("ECDSA_SHA_256")[..], usage),
        ("AsymmetricSign", &opens, &sign("RSA_PSS_SHA_256"), usage),
        ("AsymmetricSign", &signs, &sign("RSA_PSS_SHA_256"), "InvalidParameter"),
        ("AsymmetricEncrypt", &signs, &seal, usage),
        ("AsymmetricEncrypt", &aes, &seal, usage),
        ("GetPublicKey", &aes, &[], usage),
        ("Encrypt", &signs, &[("Plaintext", "aGVsbG8=")], usage),
        ("GenerateDataKey", &opens, &[], usage),
    ] {
        let refused = service.refused(action, &pair.params(more));
        assert_eq!(refused, expected, "{action}");
    }
    for (action, body, expected) in [
        (
            "Sign",
            json!({ "KeyId": signs.key, "Message": "aGk=", "SigningAlgorithm": "RSASSA_PSS_SHA_256" }),
            "InvalidKeyUsageException",
        ),
        ("Encrypt", json!({ "KeyId": signs.key, "Plaintext": "aGk=" }), "InvalidKeyUsageException"),
        ("GetPublicKey", json!({ "KeyId": aes.key }), "InvalidKeyUsageException"),
        (
            "Sign",
            json!({ "KeyId": signs.key, "Message": "aGk=", "MessageType": "DIGEST",
                "SigningAlgorithm": "ECDSA_SHA_256" }),
            "ValidationException",
        ),
        (
            "Decrypt",
            json!({ "CiphertextBlob": "aGk=", "EncryptionAlgorithm": "RSAES_OAEP_SHA_256" }),
            "ValidationException",
        ),
    ] {
        let refused = service.aws(action, &body);
        assert_eq!(refused.error.as_deref(), Some(expected), "{action} {body}");
    }
    // A blob that names an asymmetric key's version is a blob that does not open.
    let forged = encoded([signs.version.as_bytes(), &[0; 60]].concat());
    assert_eq!(service.refused("Decrypt", &[("CiphertextBlob", &forged)]), "InvalidParameter");
}

#[test]
fn a_version_is_one_of_its_key_and_must_be_named() {
    let service = Service::new();
    let (one, other) =
        (service.new_pair("EC_P256", "SIGN/VERIFY"), service.new_pair("EC_P256", "SIGN/VERIFY"));
    let digest = digest();
    let more = [("Algorithm", "ECDSA_SHA_256"), ("Digest", &*digest)];
    let mixed = Pair { key: one.key.clone(), version: other.version.clone() };
    // Whether that version's key has been looked at before or not.
    for _ in 0..2 {
        let refused = service.refused("AsymmetricSign", &mixed.params(&more));
        assert_eq!(refused, "Forbidden.KeyVersionNotFound");
        service.call("AsymmetricSign", &other.params(&more));
    }
    let absent = Pair { key: one.key.clone(), version: "no-such-version".to_owned() };
    let refused = service.refused("AsymmetricSign", &absent.params(&more));
    assert_eq!(refused, "InvalidParameter", "no version's id has this form");
    let absent = Pair { version: "00000000-0000-4000-8000-000000000000".into(), ..absent };
    let refused = service.refused("AsymmetricSign", &absent.params(&more));
    assert_eq!(refused, "Forbidden.KeyVersionNotFound");
    let unnamed = [("KeyId", &*one.key), ("Algorithm", "ECDSA_SHA_256"), ("Digest", &*digest)];
    assert_eq!(service.refused("AsymmetricSign", &unnamed), "MissingParameter");
    let short = [("Algorithm", "ECDSA_SHA_256"), ("Digest", "aGk=")];
    assert_eq!(service.refused("AsymmetricSign", &one.params(&short)), "InvalidParameter");
}

#[test]
fn a_key_in_the_wrong_state_does_nothing() {
    let service = Service::new();
    let pair = service.new_pair("EC_P256", "SIGN/VERIFY");
    let digest = digest();
    let more = [("Algorithm", "ECDSA_SHA_256"), ("Digest", &*digest)];
    let signed = service.call("AsymmetricSign", &pair.params(&more));
    service.call("DisableKey", &[("KeyId", &pair.key)]);
    let with_value = [
        ("Algorithm", "ECDSA_SHA_256"),
        ("Digest", &*digest),
        ("Value", signed["Value"].as_str().unwrap()),
    ];
    for (action, more) in
        [("AsymmetricSign", &more[..]), ("AsymmetricVerify", &with_value), ("GetPublicKey", &[])]
    {
        assert_eq!(service.refused(action, &pair.params(more)), "Rejected.Disabled", "{action}");
    }
    let body = json!({ "KeyId": pair.key });
    assert_eq!(service.aws("GetPublicKey", &body).error.as_deref(), Some("DisabledException"));
    service.call("EnableKey", &[("KeyId", &pair.key)]);
    let dry = [&more[..], &[("DryRun", "true")]].concat();
    assert_eq!(service.refused("AsymmetricSign", &pair.params(&dry)), "DryRunOperationError");
    service.call("AsymmetricSign", &pair.params(&more));
}

#[test]
fn a_signature_that_had_to_be_waited_for_is_told_only_if_the_key_may_still_sign() {
    let service = Service::new();
    let pair = service.new_pair("RSA_2048", "SIGN/VERIFY");
    let digest = digest();
    let more = [("Algorithm", "RSA_PSS_SHA_256"), ("Digest", &*digest)];
    service.call("AsymmetricSign", &pair.params(&more));
    // The runtime never answers: the caller is told, and nothing else waits.
    service.world.rsa.hangs.set(true);
    let refused = service.refused("AsymmetricSign", &pair.params(&more));
    assert_eq!(refused, "ServiceUnavailableTemporary");
    assert_eq!(
        service.refused("CreateKey", &[("KeySpec", "RSA_2048")]),
        "ServiceUnavailableTemporary"
    );
    service.world.rsa.hangs.set(false);
    service.call("AsymmetricSign", &pair.params(&more));

    // It answers late, and meanwhile the key is disabled by this very isolate.
    service.world.rsa.slow.set(true);
    let nonce = service.nonce();
    let (target, headers) =
        service.sign(&credentials(), "localhost", "AsymmetricSign", &pair.params(&more), &nonce, 0);
    let headers = borrowed(&headers);
    let request = RawRequest { method: "POST", target: &target, headers: &headers, body: b"" };
    let ports = Ports { timers: &Patient, ..service.ports() };
    let mut waiting = std::pin::pin!(service.server.answer(request, &ports));
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    assert!(waiting.as_mut().poll(&mut context).is_pending());
    service.call("DisableKey", &[("KeyId", &pair.key)]);
    service.world.rsa.slow.set(false);
    let std::task::Poll::Ready(served) = waiting.as_mut().poll(&mut context) else { panic!() };
    let body: Value = serde_json::from_str(&served.response.body).unwrap();
    assert_eq!(code(&body), "Rejected.Disabled");
}
