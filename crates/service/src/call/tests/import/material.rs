// SPDX-License-Identifier: Apache-2.0
//! What can be imported, and how it comes.

use p256::pkcs8::{EncodePrivateKey, EncodePublicKey};
use rsa::{PrivateKey, pkcs8::DecodePrivateKey};
use sha2::Digest;

use super::*;
use crate::testing::rsa::TEST_KEY;

const ALGORITHMS: [&str; 5] = [
    "RSAES_OAEP_SHA_256",
    "RSAES_OAEP_SHA_1",
    "RSA_AES_KEY_WRAP_SHA_256",
    "RSA_AES_KEY_WRAP_SHA_1",
    "RSAES_PKCS1_V1_5",
];

#[test]
fn what_others_wrap_by_any_algorithm_is_the_key() {
    let service = Service::new();
    for algorithm in ALGORITHMS {
        let key = service.new_external(&[]);
        let parameters = service.parameters(&key, algorithm);
        let wrapped = parameters.wrap(&MATERIAL);
        service.try_import(&key, &parameters.token, &wrapped, "0").unwrap();
        let described = &service.call("DescribeKey", &[("KeyId", &key)])["KeyMetadata"];
        assert_eq!(
            (&described["KeyState"], &described["MaterialExpireTime"]),
            (&json!("Enabled"), &json!(""))
        );
        let sealed = service.sealed_hello(&key);
        assert!(opened_by(&MATERIAL, &sealed), "{algorithm}");
        assert!(!opened_by(&OTHER, &sealed), "{algorithm}");
        service.opens(&sealed);
        let listed = service.call("ListKeyVersions", &[("KeyId", &key)]);
        assert_eq!(
            listed["KeyVersions"]["KeyVersion"][0]["KeyVersionId"],
            described["PrimaryKeyVersion"]
        );
    }
}

#[test]
fn aws_s_clients_import_and_are_told_when_it_expires() {
    let service = Service::new();
    for algorithm in ["RSAES_OAEP_SHA_256", "RSA_AES_KEY_WRAP_SHA_1"] {
        let made = service.aws("CreateKey", &json!({ "Origin": "EXTERNAL" })).body;
        let metadata = &made["KeyMetadata"];
        assert_eq!(
            (&metadata["KeyState"], &metadata["Enabled"]),
            (&json!("PendingImport"), &json!(false))
        );
        assert_eq!(metadata.get("ExpirationModel"), None);
        let (key, arn) = (&metadata["KeyId"], &metadata["Arn"]);
        let asked =
            json!({ "KeyId": key, "WrappingAlgorithm": algorithm, "WrappingKeySpec": "RSA_2048" });
        let told = service.aws("GetParametersForImport", &asked).body;
        assert_eq!((&told["KeyId"], &told["ParametersValidTo"]), (arn, &json!(NOW_SECS + 86_400)));
        let wrapped = encoded(wrap(algorithm, told["PublicKey"].as_str().unwrap(), &MATERIAL));
        let import = |more: Value| {
            let mut body = json!({ "KeyId": arn, "ImportToken": told["ImportToken"], "EncryptedKeyMaterial": wrapped });
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            service.aws("ImportKeyMaterial", &body)
        };
        for bad in [
            json!({}),
            json!({ "ValidTo": NOW_SECS }),
            json!({ "ValidTo": -1 }),
            json!({ "ValidTo": 0 }),
            json!({ "ValidTo": 1e300 }),
            json!({ "ExpirationModel": "KEY_MATERIAL_EXPIRES" }),
            json!({ "ExpirationModel": "NEVER" }),
            json!({ "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE", "ValidTo": NOW_SECS + 9 }),
        ] {
            let before = truth(&service);
            assert_eq!(import(bad.clone()).error.as_deref(), Some("ValidationException"), "{bad}");
            assert_eq!(truth(&service), before);
        }
        let refused = import(json!({ "ValidTo": "soon" }));
        assert_eq!(refused.error.as_deref(), Some("SerializationException"));
        let refused = import(json!({ "ImportType": "NEW_KEY_MATERIAL", "ValidTo": NOW_SECS + 9 }));
        assert_eq!(refused.error.as_deref(), Some("UnsupportedOperationException"));
        let done = import(json!({ "ValidTo": NOW_SECS as f64 + 3_600.5 }));
        assert_eq!((done.status, &done.body["KeyId"]), (200, arn));
        let told = service.aws("DescribeKey", &json!({ "KeyId": key })).body;
        let told = &told["KeyMetadata"];
        assert_eq!(
            (&told["ExpirationModel"], &told["ValidTo"]),
            (&json!("KEY_MATERIAL_EXPIRES"), &json!(NOW_SECS + 3_600))
        );
        // The same again, for ever.
        let done = import(json!({ "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE" }));
        assert_eq!(done.status, 200);
        let told = service.aws("DescribeKey", &json!({ "KeyId": key })).body;
        assert_eq!(told["KeyMetadata"]["ExpirationModel"], "KEY_MATERIAL_DOES_NOT_EXPIRE");
        assert_eq!(told["KeyMetadata"].get("ValidTo"), None);
        let sealed = service.sealed_hello(key.as_str().unwrap());
        assert!(opened_by(&MATERIAL, &sealed));
        let gone = service.aws("DeleteImportedKeyMaterial", &json!({ "KeyId": key }));
        assert_eq!((gone.status, &gone.body["KeyId"]), (200, arn));
        let refused = service.aws("Decrypt", &json!({ "CiphertextBlob": sealed }));
        assert_eq!(refused.error.as_deref(), Some("KMSInvalidStateException"));
    }
    let asked = json!({ "KeyId": service.new_external(&[]), "WrappingAlgorithm": "RSAES_PKCS1_V1_5",
        "WrappingKeySpec": "RSA_2048" });
    let refused = service.aws("GetParametersForImport", &asked);
    assert_eq!(refused.error.as_deref(), Some("UnsupportedOperationException"));
}

#[test]
fn a_symmetric_key_takes_material_of_its_own_length_alone() {
    let service = Service::with(&[("UNAUDITED_KEY_SPECS", "Aliyun_SM4")]);
    for (spec, len) in
        [("Aliyun_AES_256", 32), ("Aliyun_AES_128", 16), ("Aliyun_SM4", 16), ("HMAC_512", 64)]
    {
        let key = service.new_external(&[("KeySpec", spec)]);
        for algorithm in ALGORITHMS {
            let parameters = service.parameters(&key, algorithm);
            for wrong in [1, len - 1, len + 1, 96] {
                let wrapped = parameters.wrap(&vec![7; wrong]);
                let code = service.refused_import(&key, &parameters.token, &wrapped);
                assert_eq!(code, "InvalidKeyMaterial", "{spec} {algorithm} {wrong}");
            }
        }
        service.import(&key, &vec![7; len], "0").unwrap();
        assert_eq!(service.state_of(&key), "Enabled");
    }
}

#[test]
fn a_private_key_of_a_curve_signs_under_its_own_public_key() {
    let service = Service::new();
    let pair = p256::ecdsa::SigningKey::from_slice(&[9; 32]).unwrap();
    let other = p384::ecdsa::SigningKey::from_slice(&[9; 48]).unwrap();
    let (pkcs8, other) = (pair.to_pkcs8_der().unwrap(), other.to_pkcs8_der().unwrap());
    let spec = [("KeySpec", "EC_P256")];
    for algorithm in ["RSAES_OAEP_SHA_256", "RSA_AES_KEY_WRAP_SHA_256"] {
        let key = service.new_external(&spec);
        let parameters = service.parameters(&key, algorithm);
        let trailing = [pkcs8.as_bytes(), &[0]].concat();
        // The scalar is followed by the public key, whose last byte this changes.
        let mut unlike = pkcs8.as_bytes().to_vec();
        *unlike.last_mut().unwrap() ^= 1;
        let cut = &pkcs8.as_bytes()[1..];
        for bad in [&MATERIAL[..], other.as_bytes(), &trailing, &unlike, cut] {
            let code = service.refused_import(&key, &parameters.token, &parameters.wrap(bad));
            assert_eq!(code, "InvalidKeyMaterial");
        }
        let wrapped = parameters.wrap(pkcs8.as_bytes());
        service.try_import(&key, &parameters.token, &wrapped, "0").unwrap();
        let listed = service.call("ListKeyVersions", &[("KeyId", &key)]);
        let version = listed["KeyVersions"]["KeyVersion"][0]["KeyVersionId"].as_str().unwrap();
        let named = [("KeyId", &*key), ("KeyVersionId", version)];
        let told = service.aws("GetPublicKey", &json!({ "KeyId": key })).body;
        let public = pair.verifying_key().to_public_key_der().unwrap();
        assert_eq!(told["PublicKey"], encoded(public.as_bytes()));
        let digest = encoded(sha2::Sha256::digest(b"m"));
        let asked = [&named[..], &[("Algorithm", "ECDSA_SHA_256"), ("Digest", &digest)]].concat();
        let signed = service.call("AsymmetricSign", &asked);
        let signature = STANDARD.decode(signed["Value"].as_str().unwrap()).unwrap();
        let signature = p256::ecdsa::Signature::from_der(&signature).unwrap();
        use p256::ecdsa::signature::Verifier;
        pair.verifying_key().verify(b"m", &signature).unwrap();
        assert_eq!(service.refused("CreateKeyVersion", &[("KeyId", &key)]), "Unsupported.Origin");
    }
    let key = service.new_external(&spec);
    let asked = [
        ("KeyId", &*key),
        ("WrappingAlgorithm", "RSAES_PKCS1_V1_5"),
        ("WrappingKeySpec", "RSA_2048"),
    ];
    assert_eq!(service.refused("GetParametersForImport", &asked), "UnsupportedOperation");
}

#[test]
fn a_private_key_of_rsa_is_taken_if_its_numbers_fit_each_other_and_the_spec() {
    let service = Service::new();
    let spec = [("KeySpec", "RSA_2048"), ("KeyUsage", "SIGN/VERIFY")];
    let key = service.new_external(&spec);
    let parameters = service.parameters(&key, "RSA_AES_KEY_WRAP_SHA_256");
    let good = &**TEST_KEY;
    // Modulus, private exponent, prime. The stand-in ignores the numbers after them; the runtime does not.
    for at in [60, 400, 700] {
        let mut changed = good.to_vec();
        changed[at] ^= 4;
        let code = service.refused_import(&key, &parameters.token, &parameters.wrap(&changed));
        assert_eq!(code, "InvalidKeyMaterial", "byte {at}");
    }
    let wrapped = parameters.wrap(good);
    service.try_import(&key, &parameters.token, &wrapped, "0").unwrap();
    let told = service.aws("GetPublicKey", &json!({ "KeyId": key })).body;
    let public = PrivateKey::from_pkcs8_der(good).unwrap();
    let public = rsa::pkcs8::EncodePublicKey::to_public_key_der(public.as_public_key()).unwrap();
    assert_eq!(told["PublicKey"], encoded(public.as_bytes()));
    let body =
        json!({ "KeyId": key, "Message": "aGVsbG8=", "SigningAlgorithm": "RSASSA_PSS_SHA_256" });
    assert_eq!(service.aws("Sign", &body).status, 200);
    let larger = service.new_external(&[("KeySpec", "RSA_3072"), ("KeyUsage", "SIGN/VERIFY")]);
    let parameters = service.parameters(&larger, "RSA_AES_KEY_WRAP_SHA_256");
    let code = service.refused_import(&larger, &parameters.token, &parameters.wrap(good));
    assert_eq!(code, "InvalidKeyMaterial", "a key of another size");
}

#[test]
fn a_private_key_of_every_other_kind_is_taken_by_its_own_public_key() {
    let specs = ["ECC_NIST_P521", "EC_P256K", "ECC_NIST_EDWARDS25519", "ML_DSA_44", "EC_SM2"];
    let service = Service::with(&[("UNAUDITED_KEY_SPECS", "ECC_NIST_P521,ML_DSA_44,EC_SM2")]);
    let pairs = specs.map(|spec| {
        let made = service.server.stores().make_pair(spec.parse().unwrap());
        block_on(made).unwrap()
    });
    for (index, spec) in specs.into_iter().enumerate() {
        let key = service.new_external(&[("KeySpec", spec), ("KeyUsage", "SIGN/VERIFY")]);
        let parameters = service.parameters(&key, "RSA_AES_KEY_WRAP_SHA_256");
        let (own, other) = (&pairs[index], &pairs[(index + 1) % pairs.len()]);
        let own_bytes = own.private_key.expose_secret();
        let bad = [other.private_key.expose_secret(), &own_bytes[..own_bytes.len() - 1], &MATERIAL];
        for bad in bad {
            let code = service.refused_import(&key, &parameters.token, &parameters.wrap(bad));
            assert_eq!(code, "InvalidKeyMaterial", "{spec}");
        }
        let wrapped = parameters.wrap(own_bytes);
        service.try_import(&key, &parameters.token, &wrapped, "0").unwrap();
        let listed = service.call("ListKeyVersions", &[("KeyId", &key)]);
        let version = listed["KeyVersions"]["KeyVersion"][0]["KeyVersionId"].as_str().unwrap();
        let told = service.call("GetPublicKey", &[("KeyId", &key), ("KeyVersionId", version)]);
        let pem = told["PublicKey"].as_str().unwrap();
        let base64: String = pem.lines().filter(|line| !line.starts_with("-----")).collect();
        assert_eq!(base64, encoded(&own.public_key), "{spec}");
    }
}

#[test]
fn material_comes_by_sm2pke_where_sm2_is_offered() {
    let asked = |key| {
        let of = [("WrappingAlgorithm", "SM2PKE"), ("WrappingKeySpec", "EC_SM2")];
        [("KeyId", key), of[0], of[1]]
    };
    let service = Service::new();
    let key = service.new_external(&[]);
    assert_eq!(
        service.refused("GetParametersForImport", &asked(&key)),
        "UnsupportedOperation",
        "nobody has audited it"
    );
    let service = Service::with(&[("UNAUDITED_KEY_SPECS", "EC_SM2")]);
    let key = service.new_external(&[]);
    for (algorithm, spec) in [("SM2PKE", "RSA_2048"), ("RSAES_OAEP_SHA_256", "EC_SM2")] {
        let mixed = [("KeyId", &*key), ("WrappingAlgorithm", algorithm), ("WrappingKeySpec", spec)];
        assert_eq!(service.refused("GetParametersForImport", &mixed), "InvalidParameter");
    }
    let told = service.call("GetParametersForImport", &asked(&key));
    let (token, public_key) = (told["ImportToken"].as_str().unwrap(), &told["PublicKey"]);
    let wrapped = wrap("SM2PKE", public_key.as_str().unwrap(), &MATERIAL);
    let mut changed = wrapped.clone();
    *changed.last_mut().unwrap() ^= 1;
    for bad in [&changed, &wrapped[1..], &wrap("SM2PKE", public_key.as_str().unwrap(), &[1; 31])] {
        assert_eq!(service.refused_import(&key, token, &encoded(bad)), "InvalidKeyMaterial");
    }
    service.try_import(&key, token, &encoded(wrapped), "0").unwrap();
    assert!(opened_by(&MATERIAL, &service.sealed_hello(&key)));
    let aws = service.aws(
        "GetParametersForImport",
        &json!({ "KeyId": key,
        "WrappingAlgorithm": "SM2PKE", "WrappingKeySpec": "SM2" }),
    );
    assert_eq!(aws.status, 200);
}

#[test]
fn where_fips_is_on_material_comes_by_what_fips_approves() {
    let service = Service::with(&[("FIPS", "on")]);
    let key = service.new_external(&[]);
    for algorithm in ALGORITHMS {
        let asked =
            [("KeyId", &*key), ("WrappingAlgorithm", algorithm), ("WrappingKeySpec", "RSA_2048")];
        let outcome = service.signed("GetParametersForImport", &asked, &service.nonce());
        assert_eq!(outcome.0 == 200, algorithm.ends_with("SHA_256"), "{algorithm}: {}", outcome.1);
    }
    service.import(&key, &MATERIAL, "0").unwrap();
}
