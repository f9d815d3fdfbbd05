// SPDX-License-Identifier: Apache-2.0
//! Tokens, and the one answer to whatever was wrapped badly.

use super::*;

#[test]
fn a_token_is_good_for_its_key_its_algorithm_and_a_day() {
    let service = Service::new();
    let (key, other) = (service.new_external(&[]), service.new_external(&[]));
    let parameters = service.parameters(&key, "RSAES_OAEP_SHA_256");
    let wrapped = parameters.wrap(&MATERIAL);
    assert_eq!(service.refused_import(&other, &parameters.token, &wrapped), "InvalidImportToken");
    // Wrapped by another algorithm than the token's.
    for algorithm in ["RSAES_OAEP_SHA_1", "RSA_AES_KEY_WRAP_SHA_256", "RSAES_PKCS1_V1_5"] {
        let wrapped = encoded(wrap(algorithm, &parameters.public_key, &MATERIAL));
        let code = service.refused_import(&key, &parameters.token, &wrapped);
        assert_eq!(code, "InvalidKeyMaterial", "{algorithm}");
    }
    service.world.pass(24 * HOUR - 1_000);
    service.try_import(&key, &parameters.token, &wrapped, "0").unwrap();
    service.try_import(&key, &parameters.token, &wrapped, "0").unwrap();
    service.world.pass(1_000);
    assert_eq!(service.refused_import(&key, &parameters.token, &wrapped), "ExpiredImportToken");
    service.opens(&service.sealed_hello(&key));
}

#[test]
fn no_byte_of_a_token_can_be_changed() {
    let service = Service::new();
    let key = service.new_external(&[]);
    let parameters = service.parameters(&key, "RSAES_OAEP_SHA_256");
    let token = STANDARD.decode(&parameters.token).unwrap();
    assert!(parameters.token.len() <= 6_144);
    let wrapped = parameters.wrap(&MATERIAL);
    // Form, name of the root key, nonce, expiry, algorithm, private key, tag.
    for at in [0, 1, 2, 10, 28, 40, 500, token.len() - 1] {
        let mut changed = token.clone();
        changed[at] ^= 1;
        let code = service.refused_import(&key, &encoded(&changed), &wrapped);
        assert_eq!(code, "InvalidImportToken", "byte {at}");
        let code = service.refused_import(&key, &encoded(&token[..at.max(1)]), &wrapped);
        assert_eq!(code, "InvalidImportToken", "the first {at} bytes");
    }
    service.try_import(&key, &parameters.token, &wrapped, "0").unwrap();
}

#[test]
fn whatever_was_wrapped_badly_has_one_answer() {
    let service = Service::new();
    for algorithm in ["RSAES_PKCS1_V1_5", "RSAES_OAEP_SHA_256", "RSA_AES_KEY_WRAP_SHA_256"] {
        let key = service.new_external(&[]);
        let parameters = service.parameters(&key, algorithm);
        let good = STANDARD.decode(parameters.wrap(&MATERIAL)).unwrap();
        let mut bad = vec![
            good[1..].to_vec(),
            [&good[..], &[0]].concat(),
            vec![0],
            vec![0; 256],
            vec![0xff; 256],
            vec![1; 6_144],
            STANDARD.decode(parameters.wrap(&MATERIAL[1..])).unwrap(),
        ];
        for at in [0, 100, good.len() - 1] {
            let mut changed = good.clone();
            changed[at] ^= 1;
            bad.push(changed);
        }
        let before = truth(&service);
        let answers: Vec<_> = bad
            .iter()
            .map(|bad| service.try_import(&key, &parameters.token, &encoded(bad), "0").unwrap_err())
            .collect();
        assert_eq!(answers[0].0, "InvalidKeyMaterial");
        assert!(answers.iter().all(|answer| *answer == answers[0]), "{algorithm}: {answers:?}");
        assert_eq!(truth(&service), before);
        service.try_import(&key, &parameters.token, &encoded(&good), "0").unwrap();
        // Other material, wrapped well. Bad padding must not be told from it.
        let other = service.try_import(&key, &parameters.token, &parameters.wrap(&OTHER), "0");
        assert_eq!(other == Err(answers[0].clone()), algorithm == "RSAES_PKCS1_V1_5");
        assert_eq!(other.unwrap_err().0, "InvalidKeyMaterial");
    }
}

/// A badly padded message goes all the way that a good one goes.
#[test]
fn bad_padding_is_refused_by_the_keyring_and_not_before() {
    let service = Service::new();
    let key = service.new_external(&[]);
    let parameters = service.parameters(&key, "RSAES_PKCS1_V1_5");
    let mut bad = STANDARD.decode(parameters.wrap(&MATERIAL)).unwrap();
    bad[200] ^= 1;
    let sent = |wrapped: &str| {
        let before = service.world.messages.borrow().len();
        let outcome = service.try_import(&key, &parameters.token, wrapped, "0");
        let messages = &service.world.messages.borrow()[before..];
        (
            outcome.is_ok(),
            messages
                .iter()
                .map(|message| message.replace("true", "false").len())
                .collect::<Vec<_>>(),
        )
    };
    let (bad, good) = (sent(&encoded(bad)), sent(&parameters.wrap(&MATERIAL)));
    assert_eq!((bad.0, good.0), (false, true));
    assert_eq!(bad.1, good.1, "as many messages, and as long");
}

#[test]
fn an_operator_switches_pkcs1_off() {
    let service = Service::with(&[("IMPORT_PKCS1_V1_5", "off")]);
    let key = service.new_external(&[]);
    let asked = [
        ("KeyId", &*key),
        ("WrappingAlgorithm", "RSAES_PKCS1_V1_5"),
        ("WrappingKeySpec", "RSA_2048"),
    ];
    assert_eq!(service.refused("GetParametersForImport", &asked), "UnsupportedOperation");
    // A token from before it was switched off is good no more.
    let before = Service::new();
    let key = before.new_external(&[]);
    let parameters = before.parameters(&key, "RSAES_PKCS1_V1_5");
    let after = Service { server: service.server, ..before };
    let wrapped = parameters.wrap(&MATERIAL);
    assert_eq!(after.refused_import(&key, &parameters.token, &wrapped), "UnsupportedOperation");
    after.import(&key, &MATERIAL, "0").unwrap();
}

#[test]
fn a_key_whose_material_is_made_here_takes_none() {
    let service = Service::new();
    let (key, external) = (service.new_key(), service.new_external(&[]));
    let asked = [
        ("KeyId", &*key),
        ("WrappingAlgorithm", "RSAES_OAEP_SHA_256"),
        ("WrappingKeySpec", "RSA_2048"),
    ];
    assert_eq!(service.refused("GetParametersForImport", &asked), "Unsupported.Origin");
    assert_eq!(service.refused("DeleteKeyMaterial", &[("KeyId", &key)]), "Unsupported.Origin");
    let parameters = service.parameters(&external, "RSAES_OAEP_SHA_256");
    let code = service.refused_import(&key, &parameters.token, &parameters.wrap(&MATERIAL));
    assert_eq!(code, "Unsupported.Origin");
    let asked = [("KeyId", "no-such-key"), asked[1], asked[2]];
    assert_eq!(service.refused("GetParametersForImport", &asked), "Forbidden.KeyNotFound");
}

#[test]
fn the_runtime_that_is_away_is_no_wrong_material() {
    let service = Service::new();
    let key = service.new_external(&[]);
    let parameters = service.parameters(&key, "RSAES_OAEP_SHA_256");
    service.world.rsa.hangs.set(true);
    let wrapped = parameters.wrap(&MATERIAL);
    let code = service.refused_import(&key, &parameters.token, &wrapped);
    assert_eq!(code, "ServiceUnavailableTemporary");
    service.world.rsa.hangs.set(false);
    service.try_import(&key, &parameters.token, &wrapped, "0").unwrap();
}
