// SPDX-License-Identifier: Apache-2.0
//! Keyrings wrap and unwrap as the specification says, and say why they cannot.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use std::{cell::RefCell, rc::Rc};

use edgekms_core::{
    context::EncryptionContext,
    error::{Error, PortError},
    header::OpenOptions,
    key::{DataKey, WrappingKey},
    keyring::{
        GeneratedDataKey, KeyProvider, Keyring, KmsDiscoveryKeyring, KmsKeyring, KmsPort,
        LocalFuture, MultiKeyring, RawAesKeyring, RawRsaKeyring, RsaPadding, RsaPort,
        WrappedDataKey,
    },
    seal::SealOptions,
};
use support::{context, open_with, seal_with};

fn raw_aes(name: &str, key: &[u8]) -> RawAesKeyring {
    RawAesKeyring::new("tests", name, &WrappingKey::from_bytes(key).unwrap()).unwrap()
}

fn opens(message: &[u8], keyring: &dyn Keyring, pairs: &[(&str, &str)]) -> Result<Vec<u8>, Error> {
    open_with(message, keyring, &OpenOptions::with_context(context(pairs)))
}

#[test]
fn raw_aes_wraps_with_each_key_length() {
    for len in [16, 24, 32] {
        let keyring = raw_aes("key", &vec![len; usize::from(len)]);
        let message = seal_with(b"x", &keyring, SealOptions::default()).unwrap();
        assert_eq!(opens(&message, &keyring, &[]).unwrap(), b"x");
    }
}

#[test]
fn raw_aes_opens_only_its_own_name_and_key() {
    let message = seal_with(b"x", &raw_aes("key", &[1; 32]), SealOptions::default()).unwrap();
    for other in [raw_aes("key", &[2; 32]), raw_aes("ke", &[1; 32]), raw_aes("key2", &[1; 32])] {
        assert_eq!(opens(&message, &other, &[]).unwrap_err().code(), "NoDataKey");
    }
}

#[test]
fn names_of_key_services_and_empty_names_are_refused() {
    let key = WrappingKey::from_bytes(&[1; 32]).unwrap();
    for (namespace, name) in [("aliyun-kms", "k"), ("aws-kms", "k"), ("", "k"), ("n", "")] {
        let refused = RawAesKeyring::new(namespace, name, &key).err().unwrap();
        assert_eq!(refused.code(), "InvalidArgument");
    }
}

#[test]
fn required_pairs_are_not_stored_and_must_be_given_again() {
    for keyring in [
        &raw_aes("key", &[1; 32]) as &dyn Keyring,
        &RawRsaKeyring::new("tests", "rsa", RsaPadding::OaepSha1, Xor).unwrap(),
    ] {
        let mut options = SealOptions::with_context(context(&[("stored", "1"), ("secret", "2")]));
        options.required_context_keys = vec!["secret".to_owned()];
        let message = seal_with(b"x", keyring, options).unwrap();
        assert!(!message.windows(6).any(|bytes| bytes == b"secret"));
        assert_eq!(opens(&message, keyring, &[("secret", "2")]).unwrap(), b"x");
        assert_eq!(opens(&message, keyring, &[("secret", "2"), ("stored", "1")]).unwrap(), b"x");
        for wrong in [vec![], vec![("secret", "3")], vec![("secret", "2"), ("more", "4")]] {
            let code = opens(&message, keyring, &wrong).unwrap_err().code().to_owned();
            assert!(code == "NoDataKey" || code == "HeaderNotAuthentic", "{code}");
        }
        let wrong = opens(&message, keyring, &[("secret", "2"), ("stored", "2")]);
        assert_eq!(wrong.unwrap_err().code(), "ContextMismatch");
    }
}

#[test]
fn a_required_key_without_a_value_is_refused() {
    let mut options = SealOptions::default();
    options.required_context_keys = vec!["absent".to_owned()];
    let refused = seal_with(b"x", &raw_aes("key", &[1; 32]), options).unwrap_err();
    assert_eq!(refused.code(), "MissingRequiredContext");
}

#[test]
fn any_keyring_of_a_multi_keyring_opens() {
    let (a, b) = (Rc::new(raw_aes("a", &[1; 32])), Rc::new(raw_aes("b", &[2; 16])));
    let multi = MultiKeyring::new(Some(a.clone()), vec![b.clone()]).unwrap();
    let message = seal_with(b"x", &multi, SealOptions::default()).unwrap();
    for keyring in [a.as_ref() as &dyn Keyring, b.as_ref(), &multi] {
        assert_eq!(opens(&message, keyring, &[]).unwrap(), b"x");
    }
    let other = MultiKeyring::new(None, vec![Rc::new(raw_aes("c", &[1; 32]))]).unwrap();
    assert_eq!(opens(&message, &other, &[]).unwrap_err().code(), "NoDataKey");
    let sealed = seal_with(b"x", &other, SealOptions::default());
    assert_eq!(sealed.unwrap_err().code(), "InvalidArgument");
    assert!(MultiKeyring::new(None, Vec::new()).is_err());
}

#[test]
fn a_cap_on_data_keys_holds_for_sealing() {
    let (a, b) = (Rc::new(raw_aes("a", &[1; 32])), Rc::new(raw_aes("b", &[2; 16])));
    let multi = MultiKeyring::new(Some(a), vec![b]).unwrap();
    let mut options = SealOptions::default();
    options.max_encrypted_data_keys = Some(1);
    let refused = seal_with(b"x", &multi, options).unwrap_err();
    assert_eq!(refused.code(), "TooManyEncryptedDataKeys");
}

/// "RSA" that is a XOR, for what does not depend on RSA. NO SECURITY.
struct Xor;

impl RsaPort for Xor {
    fn encrypt<'a>(&'a self, data: &'a [u8]) -> LocalFuture<'a, Result<Vec<u8>, Error>> {
        Box::pin(async move { Ok(data.iter().map(|byte| byte ^ 0x55).collect()) })
    }

    fn decrypt<'a>(&'a self, data: &'a [u8]) -> LocalFuture<'a, Result<DataKey, Error>> {
        Box::pin(
            async move { Ok(DataKey::from_box(data.iter().map(|byte| byte ^ 0x55).collect())) },
        )
    }
}

#[test]
fn pkcs1_only_opens() {
    let keyring = RawRsaKeyring::new("tests", "rsa", RsaPadding::Pkcs1, Xor).unwrap();
    let refused = seal_with(b"x", &keyring, SealOptions::default()).unwrap_err();
    assert_eq!(refused.code(), "InvalidArgument");
    let oaep = RawRsaKeyring::new("tests", "rsa", RsaPadding::OaepSha256, Xor).unwrap();
    let message = seal_with(b"x", &oaep, SealOptions::default()).unwrap();
    assert_eq!(opens(&message, &keyring, &[]).unwrap(), b"x");
}

const ARN: &str = "acs:kms:cn-hangzhou:1234567890:key/11111111-2222-3333-4444-555555555555";
const OTHER_ARN: &str = "acs:kms:cn-hangzhou:9876543210:key/99999999-2222-3333-4444-555555555555";

/// A key service in memory: blob = ARN || context || key, not encrypted. NO SECURITY.
#[derive(Default)]
struct Service {
    aliases: Vec<(String, String)>,
    refuse: Option<&'static str>,
    lie_about_key: bool,
    decrypted: RefCell<u32>,
    resolved: RefCell<u32>,
}

impl Service {
    fn arn(&self, key_id: &str) -> String {
        let alias = self.aliases.iter().find(|(alias, _)| alias == key_id);
        alias.map_or(key_id, |(_, arn)| arn).to_owned()
    }

    fn blob(&self, key_id: &str, key: &[u8], context: &EncryptionContext) -> WrappedDataKey {
        let arn = self.arn(key_id);
        let ciphertext_blob = [arn.as_bytes(), b"|", &context.to_bytes(), b"|", key].concat();
        WrappedDataKey { key_arn: arn, ciphertext_blob }
    }
}

impl KmsPort for &Service {
    fn generate_data_key<'a>(
        &'a self,
        key_id: &'a str,
        len: usize,
        context: &'a EncryptionContext,
    ) -> LocalFuture<'a, Result<GeneratedDataKey, Error>> {
        let key = vec![0x2a; len];
        let wrapped = self.blob(key_id, &key, context);
        Box::pin(async move {
            Ok(GeneratedDataKey { data_key: DataKey::from_box(key.into()), wrapped })
        })
    }

    fn encrypt<'a>(
        &'a self,
        key_id: &'a str,
        data_key: &'a DataKey,
        context: &'a EncryptionContext,
    ) -> LocalFuture<'a, Result<WrappedDataKey, Error>> {
        Box::pin(async move { Ok(self.blob(key_id, data_key.expose_secret(), context)) })
    }

    fn decrypt<'a>(
        &'a self,
        ciphertext_blob: &'a [u8],
        context: &'a EncryptionContext,
    ) -> LocalFuture<'a, Result<(String, DataKey), Error>> {
        Box::pin(async move {
            *self.decrypted.borrow_mut() += 1;
            if let Some(code) = self.refuse {
                return Err(Error::Port(PortError { code: code.into(), message: "no".into() }));
            }
            let arn = String::from_utf8(ciphertext_blob[..ARN.len()].to_vec()).unwrap();
            let key = &ciphertext_blob[ciphertext_blob.len() - 32..];
            assert!(self.blob(&arn, key, context).ciphertext_blob == ciphertext_blob);
            let key_id = if self.lie_about_key { OTHER_ARN } else { &arn[arn.len() - 36..] };
            Ok((key_id.to_owned(), DataKey::from_box(key.into())))
        })
    }

    fn resolve_arn<'a>(&'a self, key_id: &'a str) -> LocalFuture<'a, Result<String, Error>> {
        Box::pin(async move {
            *self.resolved.borrow_mut() += 1;
            Ok(self.arn(key_id))
        })
    }
}

fn kms<'a>(key_id: &str, others: &[String], service: &'a Service) -> KmsKeyring<&'a Service> {
    KmsKeyring::new(key_id, others, service, KeyProvider::ALIYUN_KMS).unwrap()
}

fn service() -> Service {
    Service { aliases: vec![("alias/a".into(), ARN.into())], ..Service::default() }
}

#[test]
fn a_cmk_named_by_its_alias_seals_and_opens_by_its_arn() {
    let service = service();
    let keyring = kms("alias/a", &[OTHER_ARN.to_owned()], &service);
    let options = SealOptions::with_context(context(&[("k", "v")]));
    let message = seal_with(b"x", &keyring, options).unwrap();
    assert!(message.windows(ARN.len()).any(|bytes| bytes == ARN.as_bytes()));
    assert_eq!(opens(&message, &keyring, &[]).unwrap(), b"x");
    let by_other = kms(OTHER_ARN, &[], &service);
    assert_eq!(opens(&message, &by_other, &[]).unwrap(), b"x");
}

#[test]
fn a_strict_keyring_does_not_even_ask_about_another_cmk() {
    let service = service();
    let message = seal_with(b"x", &kms(ARN, &[], &service), SealOptions::default()).unwrap();
    let other = kms(OTHER_ARN, &[], &service);
    assert_eq!(opens(&message, &other, &[]).unwrap_err().code(), "NoDataKey");
    assert_eq!(*service.decrypted.borrow(), 0);
}

#[test]
fn an_alias_is_resolved_once_however_many_keys_a_message_has() {
    let service = service();
    let others = vec![OTHER_ARN.to_owned(); 20];
    let message = {
        let keyring = kms(OTHER_ARN, &others, &service);
        seal_with(b"x", &keyring, SealOptions::default()).unwrap()
    };
    let mine = kms("alias/a", &[], &service);
    assert_eq!(opens(&message, &mine, &[]).unwrap_err().code(), "NoDataKey");
    assert_eq!((*service.resolved.borrow(), *service.decrypted.borrow()), (1, 0));
}

#[test]
fn discovery_opens_within_its_accounts_and_never_seals() {
    let service = service();
    let message = seal_with(b"x", &kms(ARN, &[], &service), SealOptions::default()).unwrap();
    let any = KmsDiscoveryKeyring::new(Vec::new(), &service);
    assert_eq!(opens(&message, &any, &[]).unwrap(), b"x");
    let mine = KmsDiscoveryKeyring::new(vec!["1234567890".into()], &service);
    assert_eq!(opens(&message, &mine, &[]).unwrap(), b"x");
    let theirs = KmsDiscoveryKeyring::new(vec!["9876543210".into()], &service);
    assert_eq!(opens(&message, &theirs, &[]).unwrap_err().code(), "NoDataKey");
    let sealed = seal_with(b"x", &any, SealOptions::default());
    assert_eq!(sealed.unwrap_err().code(), "InvalidArgument");
}

#[test]
fn a_service_that_used_another_cmk_is_not_believed() {
    let mut service = service();
    service.lie_about_key = true;
    let keyring = kms(ARN, &[], &service);
    let message = seal_with(b"x", &keyring, SealOptions::default()).unwrap();
    assert_eq!(opens(&message, &keyring, &[]).unwrap_err().code(), "NoDataKey");
}

#[test]
fn a_refusal_of_the_service_is_among_the_causes() {
    let mut service = service();
    service.refuse = Some("Rejected.Disabled");
    let keyring = kms(ARN, &[], &service);
    let message = seal_with(b"x", &keyring, SealOptions::default()).unwrap();
    let error = opens(&message, &keyring, &[]).unwrap_err();
    assert_eq!(error.code(), "NoDataKey");
    assert_eq!(error.causes()[0].code(), "Rejected.Disabled");
}
