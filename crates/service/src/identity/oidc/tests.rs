// SPDX-License-Identifier: Apache-2.0
//! Tokens of others: the examples of RFC 7515, and those that Node's crypto has made, good ones and attacks.

use edgekms_api::{
    account::{ClientId, IssuerUrl},
    error::ErrorCode,
};
use serde_json::{Value, json};

use super::{
    algorithm::Algorithm,
    claims::{Claims, Expected, Statement},
    jwk::KeySet,
    token::Token,
};
use crate::testing::NOW_SECS;

fn vectors() -> Value {
    let text = include_str!("../../../../../tests/vectors/oidc-tokens.json");
    serde_json::from_str(text).unwrap()
}

fn issuer() -> IssuerUrl {
    "https://login.example.com".parse().unwrap()
}

fn clients() -> Vec<ClientId> {
    ["web", "app"].map(|id| id.parse().unwrap()).into()
}

fn at(now_secs: i64, check: impl FnOnce(&Expected<'_>) -> Outcome) -> Outcome {
    let (issuer, client_ids) = (issuer(), clients());
    let expected =
        Expected { issuer: &issuer, client_ids: &client_ids, issuance_limit_hours: 12, now_secs };
    check(&expected)
}

type Outcome = Result<Claims, ErrorCode>;

fn verify(token: &str, keys: &KeySet, now_secs: i64) -> Outcome {
    at(now_secs, |expected| {
        let token = Token::parse(token).map_err(|error| error.code())?;
        token.verify(keys, expected).map_err(|error| error.code())
    })
}

fn named(vectors: &Value, which: &str) -> Vec<(String, String)> {
    let text = |row: &Value, name: &str| row[name].as_str().unwrap().to_owned();
    let rows = vectors[which].as_array().unwrap().iter();
    rows.map(|row| (text(row, "name"), text(row, "token"))).collect()
}

#[test]
fn tokens_that_another_implementation_has_signed_are_good() {
    let vectors = vectors();
    let keys = KeySet::parse(&vectors["jwks"].to_string()).unwrap();
    for (name, token) in named(&vectors, "good") {
        let claims =
            verify(&token, &keys, NOW_SECS + 1).unwrap_or_else(|code| panic!("{name}: {code:?}"));
        assert_eq!(
            (claims.subject.as_str(), &claims.audience[..]),
            ("alice", &["web".to_owned()][..])
        );
        assert_eq!((claims.issued, claims.expires), (NOW_SECS, NOW_SECS + 600));
    }
}

#[test]
fn attacks_on_the_algorithm_the_key_and_the_form_are_refused_alike() {
    let vectors = vectors();
    let keys = KeySet::parse(&vectors["jwks"].to_string()).unwrap();
    let attacks = named(&vectors, "bad");
    assert!(attacks.len() > 40);
    for (name, token) in attacks {
        assert_eq!(verify(&token, &keys, NOW_SECS + 1), Err(ErrorCode::OidcTokenInvalid), "{name}");
    }
    let long = format!("{}.a.a", "a".repeat(20_000));
    for bad in ["", ".", "..", "a.b.c", "....", &long] {
        assert_eq!(verify(bad, &keys, NOW_SECS), Err(ErrorCode::OidcTokenInvalid), "{bad}");
    }
}

#[test]
fn every_changed_character_of_a_token_makes_it_nothing() {
    let vectors = vectors();
    let keys = KeySet::parse(&vectors["jwks"].to_string()).unwrap();
    let (_, token) = named(&vectors, "good").remove(2);
    for at in (0..token.len()).step_by(7) {
        let mut changed = token.clone().into_bytes();
        changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
        let changed = String::from_utf8(changed).unwrap();
        assert!(verify(&changed, &keys, NOW_SECS + 1).is_err(), "{at}");
    }
}

/// RFC 7515, appendices A.2 and A.3, with names for the keys.
#[test]
fn the_standard_s_examples_are_good() {
    let statement = "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
    let keys = json!({ "keys": [
        { "kid": "a2", "kty": "RSA", "e": "AQAB", "n": RFC_A2_N },
        { "kid": "a3", "kty": "EC", "crv": "P-256",
          "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
          "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" },
    ] });
    let keys = KeySet::parse(&keys.to_string()).unwrap();
    for (kid, header, algorithm, signature) in [
        ("a2", "eyJhbGciOiJSUzI1NiJ9", Algorithm::Rs256, RFC_A2_SIGNATURE),
        ("a3", "eyJhbGciOiJFUzI1NiJ9", Algorithm::Es256, RFC_A3_SIGNATURE),
    ] {
        use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        let signed = format!("{header}.{statement}");
        let key = keys.find(kid, algorithm).unwrap();
        assert!(key.verifies(algorithm, signed.as_bytes(), &signature), "{kid}");
        assert!(!key.verifies(algorithm, format!("{signed} ").as_bytes(), &signature));
    }
}

const RFC_A2_N: &str = "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ";
const RFC_A2_SIGNATURE: &str = "cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
const RFC_A3_SIGNATURE: &str =
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";

/// What claims come to, where these replace those of a good token.
fn claimed(changes: Value) -> Result<(), ErrorCode> {
    let mut claims = vectors()["claims"].clone();
    for (name, value) in changes.as_object().unwrap() {
        claims[name] = value.clone();
        if *value == json!("absent") {
            claims.as_object_mut().unwrap().remove(name);
        }
    }
    let statement =
        Statement::parse(claims.to_string().as_bytes()).map_err(|error| error.code())?;
    let checked = at(NOW_SECS, |expected| statement.check(expected).map_err(|error| error.code()));
    checked.map(|_| ())
}

#[test]
fn a_token_is_for_whom_and_from_whom_and_when_it_says() {
    let (invalid, expired) = (Err(ErrorCode::OidcTokenInvalid), Err(ErrorCode::OidcTokenExpired));
    let now = NOW_SECS;
    for (changes, expected) in [
        (json!({}), Ok(())),
        (json!({ "iss": "https://login.example.com/" }), invalid),
        (json!({ "iss": "https://LOGIN.example.com" }), invalid),
        (json!({ "iss": "absent" }), invalid),
        (json!({ "aud": ["other", "app"] }), Ok(())),
        (json!({ "aud": ["other"] }), invalid),
        (json!({ "aud": "WEB" }), invalid),
        (json!({ "aud": "web," }), invalid),
        (json!({ "aud": [] }), invalid),
        (json!({ "aud": "absent" }), invalid),
        (json!({ "aud": { "web": true } }), invalid),
        (json!({ "aud": ["web", 1] }), invalid),
        (json!({ "aud": vec!["web"; 33] }), invalid),
        (json!({ "aud": ["web", "x".repeat(513)] }), invalid),
        (json!({ "azp": "app" }), Ok(())),
        (json!({ "aud": ["web", "other"], "azp": "other" }), invalid),
        (json!({ "sub": "" }), invalid),
        (json!({ "sub": "x".repeat(1_025) }), invalid),
        (json!({ "sub": "x".repeat(1_024) }), Ok(())),
        (json!({ "sub": 7 }), invalid),
        (json!({ "sub": "absent" }), invalid),
        // Clocks may differ by a minute.
        (json!({ "iat": now - 700, "exp": now - 59 }), Ok(())),
        (json!({ "iat": now - 700, "exp": now - 60 }), expired),
        (json!({ "exp": "absent" }), invalid),
        (json!({ "exp": (now + 600).to_string() }), invalid),
        (json!({ "exp": 1e300 }), invalid),
        (json!({ "exp": -1 }), invalid),
        (json!({ "exp": f64::from(1_700_000_600) + 0.5 }), Ok(())),
        (json!({ "iat": now + 60 }), Ok(())),
        (json!({ "iat": now + 61 }), invalid),
        (json!({ "iat": "absent" }), invalid),
        (json!({ "iat": now, "exp": now }), invalid),
        (json!({ "iat": now - 12 * 3_600 - 60 }), Ok(())),
        (json!({ "iat": now - 12 * 3_600 - 61 }), expired),
        (json!({ "nbf": now + 60 }), Ok(())),
        (json!({ "nbf": now + 61 }), invalid),
        (json!({ "nbf": null }), Ok(())),
    ] {
        let told = changes.to_string();
        assert_eq!(claimed(changes), expected, "{told:.120}");
    }
}

#[test]
fn a_set_is_bounded_and_keys_that_cannot_be_used_are_passed_over() {
    for bad in ["", "{}", "[]", r#"{"keys":{}}"#, r#"{"keys":null}"#] {
        assert!(KeySet::parse(bad).is_none(), "{bad}");
    }
    let key = json!({ "kid": "a", "kty": "EC", "crv": "P-256",
        "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
        "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0" });
    let set = |keys: Vec<Value>| KeySet::parse(&json!({ "keys": keys }).to_string());
    assert!(set(vec![key.clone(); 65]).is_none());
    let usable = |change: &dyn Fn(&mut Value)| {
        let mut changed = key.clone();
        change(&mut changed);
        set(vec![json!(7), changed]).unwrap().find("a", Algorithm::Es256).is_some()
    };
    assert!(usable(&|_| ()));
    assert!(usable(&|key| key["key_ops"] = json!(["verify"])));
    for (name, value) in [
        ("kty", json!("RSA")),
        ("kty", json!("ec")),
        ("crv", json!("P-384")),
        ("crv", json!("secp256k1")),
        ("use", json!("enc")),
        ("key_ops", json!(["sign"])),
        ("alg", json!("RS256")),
        ("alg", json!(null)),
        ("kid", json!(null)),
        ("x", json!("AAAA")),
        ("y", json!("f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU")),
    ] {
        assert!(!usable(&|key| key[name] = value.clone()), "{name} {value}");
    }
    let rsa = |n: &str, e: &str| {
        let key = json!({ "kid": "r", "kty": "RSA", "n": n, "e": e });
        set(vec![key]).unwrap().find("r", Algorithm::Rs256).is_some()
    };
    assert!(rsa(RFC_A2_N, "AQAB"));
    for (n, e) in
        [(RFC_A2_N, "Aw"), (RFC_A2_N, "AQAA"), (RFC_A2_N, ""), ("", "AQAB"), ("AAAA", "AQAB")]
    {
        assert!(!rsa(n, e), "{e}");
    }
    assert!(!rsa(&"_".repeat(700), "AQAB"), "too long to be verified in bounded time");
}
