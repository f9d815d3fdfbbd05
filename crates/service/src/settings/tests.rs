// SPDX-License-Identifier: Apache-2.0
use super::*;
use crate::testing::variables;

fn read_with(changes: &[(&str, &str)]) -> Result<Settings, SettingsError> {
    let mut all = variables();
    for (name, value) in changes {
        all.insert((*name).to_owned(), (*value).to_owned());
    }
    Settings::read(|name| all.get(name).cloned())
}

#[test]
fn only_the_four_secrets_are_needed() {
    let settings = read_with(&[]).unwrap();
    assert_eq!(settings.regions, ["cn-hangzhou".parse().unwrap()]);
    assert_eq!(settings.consistency, StateConsistency::Eventual);
    assert_eq!(settings.limits, Limits::default());
    for name in ["ROOT_KEYS", "ACCOUNT_ID", "ACCESS_KEY_ID", "ACCESS_KEY_SECRET"] {
        let error = read_with(&[(name, "")]).unwrap_err().to_string();
        assert!(error.contains(name) && error.contains("Set it"), "{error}");
    }
}

#[test]
fn a_wrong_value_names_its_variable_and_is_not_repeated() {
    let wrong = [
        ("ACCOUNT_ID", "42"),
        ("ACCESS_KEY_ID", "a b"),
        ("ACCESS_KEY_SECRET", "hunter2"),
        ("REGIONS", "cn-hangzhou,,"),
        ("REGIONS", "a,a"),
        ("STATE_CONSISTENCY", "weak"),
        ("ALLOWED_ORIGINS", "*"),
        ("MAX_PLAINTEXT_BYTES", "6145"),
        ("MAX_KEYS", "0"),
        ("MAX_ALIASES", "many"),
        ("MAX_KEYS", "100001"),
        ("MAX_KEY_VERSIONS", "-1"),
        ("MAX_ASYMMETRIC_KEY_VERSIONS", "1001"),
        ("MAX_KEY_TAGS", "51"),
        ("SYMMETRIC_RATE", "0"),
        ("SOFTWARE_GATEWAY_RATE", "3000"),
        ("THROTTLE", "yes"),
        ("USAGE", "daily"),
        ("AUDIT", "on"),
        ("AUDIT_RETENTION_DAYS", "0"),
        ("AUDIT_RETENTION_DAYS", "3651"),
        ("AUDIT_LOG", "loud"),
        ("AUDIT_FAILURE", "ajar"),
        ("IMPORT_PKCS1_V1_5", "maybe"),
        ("OIDC_HTTP_LOOPBACK", "true"),
        ("ENVIRONMENT", "prod"),
        ("METRICS_TOKEN", "hunter2"),
        ("METRICS_TOKEN", "hunter2 hunter2 hunter2"),
        ("BACKUP_KEY", "hunter2"),
        ("BACKUP_KEY", "AAEC"),
        ("BACKUP_KEY", "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA="),
        ("OPERATOR_ACCESS_KEY_ID", "a b"),
        ("OPERATOR_ACCESS_KEY_ID", "testid"),
        ("FIPS", "yes"),
        ("UNAUDITED_KEY_SPECS", "SM2"),
        ("UNAUDITED_KEY_SPECS", "EC_P256"),
        ("UNAUDITED_KEY_SPECS", "Aliyun_AES_128"),
        ("UNAUDITED_KEY_SPECS", "EC_SM2,"),
        ("UNAUDITED_KEY_SPECS", "EC_SM2,EC_SM2"),
        ("PRODUCTS", "oss"),
        ("PRODUCTS", "oss=id"),
        ("PRODUCTS", "oss=id:hunter2"),
        ("PRODUCTS", "OSS=id:0123456789abcdef"),
        ("PRODUCTS", "default=id:0123456789abcdef"),
        ("PRODUCTS", "oss=i d:0123456789abcdef"),
        ("PRODUCTS", "oss=id:0123456789abcdef,"),
        ("PRODUCTS", "oss=id:0123456789abcdef,oss=id2:0123456789abcdef"),
        ("PRODUCTS", "oss=id:0123456789abcdef,rds=id:0123456789abcdef"),
        ("PRODUCTS", "oss=testid:0123456789abcdef"),
        ("PRODUCT_KEY_ROTATION_DAYS", "6"),
        ("PRODUCT_KEY_ROTATION_DAYS", "731"),
        ("PRODUCT_KEY_ROTATION_DAYS", "often"),
    ];
    for (name, value) in wrong {
        let error = read_with(&[(name, value)]).unwrap_err().to_string();
        assert!(error.contains(name), "{error}");
        assert!(!error.contains("hunter2") && !error.contains("0123456789"), "{error}");
    }
}

#[test]
fn what_is_offered_is_the_operator_s_choice() {
    assert_eq!(read_with(&[]).unwrap().offer, OfferPolicy::DEFAULT);
    let every = OFFERED.iter().filter(|row| row.review == Review::Unaudited);
    let every = every.fold(SpecSet::NONE, |set, row| set.with(row.spec));
    let names = "EC_SM2, ECC_NIST_P521,ML_DSA_44,ML_DSA_65 ,ML_DSA_87,Aliyun_SM4,HMAC_SM3";
    let settings = read_with(&[("UNAUDITED_KEY_SPECS", names), ("FIPS", "on")]).unwrap();
    assert_eq!(settings.offer, OfferPolicy { unaudited: every, approved_only: true });
}

#[test]
fn products_have_access_keys_of_their_own() {
    let products = " oss=oss.id:0123456789abc:def, rds-1=other:0123456789abcdef";
    let changes = [("PRODUCTS", products), ("PRODUCT_KEY_ROTATION_DAYS", "365")];
    let settings = read_with(&changes).unwrap();
    let days = settings.product_key_rotation.map(RotationInterval::days);
    assert_eq!(days, Some(365));
    let text = format!("{settings:?}");
    assert!(!text.contains("0123456789abc"), "{text}");
}

#[test]
fn the_examples_root_keys_are_for_development_alone() {
    let error = read_with(&[("ENVIRONMENT", "production")]).unwrap_err();
    assert_eq!(error, SettingsError::PublishedRootKey { version: "1".to_owned() });
    assert!(error.to_string().contains("ENVIRONMENT"), "{error}");
    assert!(read_with(&[("ENVIRONMENT", "")]).is_err(), "production is the default");
    let roots = r#"{"current":"1","keys":{"1":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHiA="}}"#;
    let published = ("BACKUP_KEY", "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=");
    assert!(read_with(&[published]).unwrap().backup_key.is_some());
    let loopback = [("ENVIRONMENT", ""), ("ROOT_KEYS", roots), ("OIDC_HTTP_LOOPBACK", "on")];
    assert!(read_with(&loopback).unwrap_err().to_string().contains("OIDC_HTTP_LOOPBACK"));
    assert!(read_with(&loopback[2..]).unwrap().loopback_issuers);
    let production = [("ENVIRONMENT", ""), ("ROOT_KEYS", roots), published];
    assert_eq!(read_with(&production).unwrap_err(), BACKUP_KEY_PUBLISHED);
    assert!(read_with(&production[..2]).unwrap().backup_key.is_none());
}

#[test]
fn settings_do_not_print_their_secrets() {
    let settings = read_with(&[("METRICS_TOKEN", "token-token-token")]).unwrap();
    let text = format!("{settings:?}");
    assert!(!text.contains("dev-secret-dev-secret-dev-1234"), "{text}");
    assert!(!text.contains("token-token-token"), "{text}");
}
