// SPDX-License-Identifier: Apache-2.0
//! KMS keyrings write what their provider does and open what either provider's wrote.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test fails by panicking"
)]

mod support;

use std::cell::RefCell;

use edgekms_core::{
    context::EncryptionContext,
    error::Error,
    format::{encrypted_data_key::EncryptedDataKey, header::HeaderLimits},
    header::{OpenOptions, ParsedHeader},
    key::{DataKey, Randomness},
    keyring::{
        GeneratedDataKey, KEY_PROVIDERS, KeyProvider, Keyring, KmsDiscoveryKeyring, KmsKeyring,
        KmsPort, LocalFuture, WrappedDataKey,
    },
    materials::{OpenMaterials, SealMaterials},
    seal::SealOptions,
};
use support::{context, open_with, seal_with};

const KEY_ID: &str = "b3537ef1-d8dc-4780-9f5a-55776cbb2f7f";
const ALIYUN_ARN: &str = "acs:kms:us-west-2:658956600833:key/b3537ef1-d8dc-4780-9f5a-55776cbb2f7f";
const AWS_ARN: &str = "arn:aws:kms:us-west-2:658956600833:key/b3537ef1-d8dc-4780-9f5a-55776cbb2f7f";
/// Each provider with the ARN that its protocol gives the one key.
const DIALECTS: [(KeyProvider, &str); 2] =
    [(KeyProvider::ALIYUN_KMS, ALIYUN_ARN), (KeyProvider::AWS_KMS, AWS_ARN)];

/// ARNs of both forms that differ from the key's in one part, or name no key.
fn other_arns() -> Vec<String> {
    let changes = [
        ("us-west-2", "us-east-1"),
        ("658956600833", "658956600834"),
        ("b3537ef1", "b3537ef2"),
        ("key/", "alias/"),
    ];
    let change = |arn: &str| changes.map(|(from, to)| arn.replace(from, to));
    [ALIYUN_ARN, AWS_ARN].iter().flat_map(|arn| change(arn)).collect()
}

/// A key service with one key that wraps nothing: a blob is a data key in clear. NO SECURITY.
struct Service {
    /// The ARN that it gives of its key.
    arn: &'static str,
    /// The key that it says it decrypted with.
    used: String,
    calls: RefCell<Vec<&'static str>>,
}

impl Service {
    fn new(arn: &'static str) -> Self {
        Self { arn, used: KEY_ID.to_owned(), calls: RefCell::default() }
    }

    fn using(arn: &'static str, used: &str) -> Self {
        Self { used: used.to_owned(), ..Self::new(arn) }
    }

    fn wrapped(&self, data_key: &[u8]) -> WrappedDataKey {
        WrappedDataKey { key_arn: self.arn.to_owned(), ciphertext_blob: data_key.to_vec() }
    }
}

impl KmsPort for &Service {
    fn generate_data_key<'a>(
        &'a self,
        _key_id: &'a str,
        len: usize,
        _context: &'a EncryptionContext,
    ) -> LocalFuture<'a, Result<GeneratedDataKey, Error>> {
        let data_key = vec![0x2a; len];
        let wrapped = self.wrapped(&data_key);
        Box::pin(async {
            Ok(GeneratedDataKey { data_key: DataKey::from_box(data_key.into()), wrapped })
        })
    }

    fn encrypt<'a>(
        &'a self,
        _key_id: &'a str,
        data_key: &'a DataKey,
        _context: &'a EncryptionContext,
    ) -> LocalFuture<'a, Result<WrappedDataKey, Error>> {
        Box::pin(async { Ok(self.wrapped(data_key.expose_secret())) })
    }

    fn decrypt<'a>(
        &'a self,
        ciphertext_blob: &'a [u8],
        _context: &'a EncryptionContext,
    ) -> LocalFuture<'a, Result<(String, DataKey), Error>> {
        self.calls.borrow_mut().push("decrypt");
        Box::pin(async { Ok((self.used.clone(), DataKey::from_box(ciphertext_blob.into()))) })
    }

    fn resolve_arn<'a>(&'a self, _key_id: &'a str) -> LocalFuture<'a, Result<String, Error>> {
        self.calls.borrow_mut().push("resolve");
        Box::pin(async { Ok(self.arn.to_owned()) })
    }
}

/// Writes an entry as it is told, which no keyring of this crate would.
struct Told {
    provider_id: &'static str,
    info: String,
}

impl Keyring for Told {
    fn wrap<'a>(
        &'a self,
        mut materials: SealMaterials,
        random: &'a mut dyn Randomness,
    ) -> LocalFuture<'a, Result<SealMaterials, Error>> {
        Box::pin(async {
            let blob = materials.data_key_or_make(random)?.expose_secret().to_vec();
            let info = self.info.clone().into_bytes();
            materials.push(EncryptedDataKey::new(self.provider_id.to_owned(), info, blob));
            Ok(materials)
        })
    }

    fn unwrap<'a>(
        &'a self,
        _materials: &'a OpenMaterials<'a>,
    ) -> LocalFuture<'a, Result<DataKey, Error>> {
        Box::pin(async { Err(Error::NoDataKey { causes: Vec::new() }) })
    }
}

/// A message with one entry.
fn told(provider: KeyProvider, info: &str) -> Vec<u8> {
    let keyring = Told { provider_id: provider.id(), info: info.to_owned() };
    seal_with(b"x", &keyring, SealOptions::default()).unwrap()
}

fn strict<'a>(key_id: &str, service: &'a Service) -> KmsKeyring<&'a Service> {
    KmsKeyring::new(key_id, &[], service, KeyProvider::ALIYUN_KMS).unwrap()
}

fn opens(message: &[u8], keyring: &dyn Keyring) -> Result<Vec<u8>, Error> {
    open_with(message, keyring, &OpenOptions::default())
}

#[test]
fn messages_name_the_keyrings_provider_and_its_arn_of_each_cmk() {
    for (provider, arn) in DIALECTS {
        let service = Service::new(arn);
        let keyring = KmsKeyring::new("alias/a", &[KEY_ID.into()], &service, provider).unwrap();
        let message = seal_with(b"x", &keyring, SealOptions::default()).unwrap();
        let header = ParsedHeader::read_whole(&message, HeaderLimits::default()).unwrap();
        let keys = &header.body().encrypted_data_keys;
        assert_eq!(keys.len(), 2);
        for key in keys {
            assert_eq!(key.provider_id, provider.id());
            assert_eq!(key.provider_info, arn.as_bytes());
        }
    }
}

#[test]
fn nothing_is_sealed_when_the_service_gives_no_key_arn_of_the_providers_form() {
    let other_form = |provider| if provider == KeyProvider::AWS_KMS { ALIYUN_ARN } else { AWS_ARN };
    for provider in KEY_PROVIDERS.iter().copied() {
        for arn in [other_form(provider), KEY_ID, "acs:kms:r:1:alias/a", "arn:aws:kms:r:1:alias/a"]
        {
            let service = Service::new(arn);
            let keyring = KmsKeyring::new("alias/a", &[], &service, provider).unwrap();
            let refused = seal_with(b"x", &keyring, SealOptions::default()).unwrap_err();
            assert_eq!(refused.code(), "InvalidArgument", "{arn}");
            assert!(refused.to_string().contains("gave no ARN"), "{refused}");
        }
    }
}

#[test]
fn what_was_sealed_in_one_dialect_opens_in_the_other_whatever_form_the_service_answers_in() {
    for (sealed_by, sealed_arn) in DIALECTS {
        let message = told(sealed_by, sealed_arn);
        for (provider, arn) in DIALECTS {
            for used in [KEY_ID, ALIYUN_ARN, AWS_ARN] {
                let service = Service::using(arn, used);
                for key_id in [ALIYUN_ARN, AWS_ARN, "alias/a", KEY_ID] {
                    let keyring = KmsKeyring::new(key_id, &[], &service, provider).unwrap();
                    assert_eq!(opens(&message, &keyring).unwrap(), b"x", "{key_id}");
                    let calls = service.calls.take();
                    let known = key_id.ends_with(KEY_ID) && key_id != KEY_ID;
                    let expected: &[_] = if known { &["decrypt"] } else { &["resolve", "decrypt"] };
                    assert_eq!(calls, expected, "an ARN needs no call to be compared: {key_id}");
                }
            }
        }
    }
}

#[test]
fn an_entry_of_another_key_in_either_form_is_not_even_tried() {
    for arn in other_arns() {
        for (provider, _) in DIALECTS {
            let message = told(provider, &arn);
            for key_id in [ALIYUN_ARN, AWS_ARN] {
                let service = Service::new(AWS_ARN);
                let refused = opens(&message, &strict(key_id, &service)).unwrap_err();
                assert_eq!(refused.code(), "NoDataKey", "{arn}");
                assert!(service.calls.take().is_empty(), "{arn}");
            }
        }
    }
}

#[test]
fn an_entry_whose_arn_has_the_other_providers_form_is_passed_over() {
    for (provider, arn) in [(KeyProvider::ALIYUN_KMS, AWS_ARN), (KeyProvider::AWS_KMS, ALIYUN_ARN)]
    {
        let message = told(provider, arn);
        let service = Service::new(arn);
        let discovery = KmsDiscoveryKeyring::new(Vec::new(), &service);
        for keyring in [&strict(arn, &service) as &dyn Keyring, &discovery] {
            assert_eq!(opens(&message, keyring).unwrap_err().code(), "NoDataKey");
        }
        assert!(service.calls.take().is_empty());
    }
}

#[test]
fn a_service_that_used_another_key_is_not_believed_whatever_form_it_answers_in() {
    let mut lies = other_arns();
    lies.extend(["alias/a", "key/b3537ef1-d8dc-4780-9f5a-55776cbb2f7f", ""].map(str::to_owned));
    for (provider, arn) in DIALECTS {
        let message = told(provider, arn);
        for used in &lies {
            let service = Service::using(arn, used);
            let discovery = KmsDiscoveryKeyring::new(Vec::new(), &service);
            for keyring in [&strict(arn, &service) as &dyn Keyring, &discovery] {
                let refused = opens(&message, keyring).unwrap_err();
                let [cause] = refused.causes() else { panic!("{used}: {refused}") };
                assert!(cause.to_string().contains("another CMK"), "{used}: {cause}");
            }
        }
    }
}

#[test]
fn discovery_keeps_to_its_accounts_in_both_forms() {
    for (provider, arn) in DIALECTS {
        let message = told(provider, arn);
        let service = Service::new(arn);
        for (accounts, opened) in [
            (vec![], true),
            (vec!["1", "658956600833"], true),
            (vec!["658956600834"], false),
            (vec!["us-west-2", KEY_ID], false),
        ] {
            let accounts = accounts.into_iter().map(str::to_owned).collect();
            let discovery = KmsDiscoveryKeyring::new(accounts, &service);
            assert_eq!(opens(&message, &discovery).is_ok(), opened);
            assert_eq!(service.calls.take().is_empty(), !opened, "others are not even tried");
        }
    }
}

/// Written by @aws-crypto/client-node 5.0.2: suite 0x0478, one KMS keyring over a key service of
/// the test's own, whose data key was 0, 1, 2 to 31, with [`BLOB`] as its ciphertext.
const FOREIGN: &str = "\
    02047898926debc179725341805ac745156f2193427258d04f0bf2bb17f9bbd3ca3bf50011000100077075\
    72706f7365000474657374000100076177732d6b6d73004b61726e3a6177733a6b6d733a75732d77657374\
    2d323a3635383935363630303833333a6b65792f62333533376566312d643864632d343738302d39663561\
    2d35353737366362623266376600186120626c6f62206f662074686520746573742773206f776e02000010\
    00d668f31ea6a10170db4d849fa5d4e119103131ea661e2c7ac5fd6a426675915f5501f65c7445ee58e3a2\
    d4a9a103d543ffffffff00000001000000000000000000000001000000108ab1f99df561f45462384fc6f8\
    ea7d3c10b3e8f256cf50553d875044caa5434a";
const BLOB: &[u8] = b"a blob of the test's own";

/// The key service of [`FOREIGN`].
struct ForeignService;

impl KmsPort for ForeignService {
    fn generate_data_key<'a>(
        &'a self,
        _key_id: &'a str,
        _len: usize,
        _context: &'a EncryptionContext,
    ) -> LocalFuture<'a, Result<GeneratedDataKey, Error>> {
        panic!("opening generates nothing")
    }

    fn encrypt<'a>(
        &'a self,
        _key_id: &'a str,
        _data_key: &'a DataKey,
        _context: &'a EncryptionContext,
    ) -> LocalFuture<'a, Result<WrappedDataKey, Error>> {
        panic!("opening encrypts nothing")
    }

    fn decrypt<'a>(
        &'a self,
        ciphertext_blob: &'a [u8],
        given: &'a EncryptionContext,
    ) -> LocalFuture<'a, Result<(String, DataKey), Error>> {
        assert_eq!(ciphertext_blob, BLOB);
        assert_eq!(given, &context(&[("purpose", "test")]));
        Box::pin(async { Ok((AWS_ARN.to_owned(), DataKey::from_box((0..32).collect()))) })
    }

    fn resolve_arn<'a>(&'a self, _key_id: &'a str) -> LocalFuture<'a, Result<String, Error>> {
        panic!("an ARN needs no resolving")
    }
}

#[test]
fn a_message_of_the_aws_encryption_sdk_opens_with_the_cmk_that_it_names() {
    let message = hex::decode(FOREIGN).unwrap();
    for key_id in [AWS_ARN, ALIYUN_ARN] {
        let keyring = KmsKeyring::new(key_id, &[], ForeignService, KeyProvider::AWS_KMS).unwrap();
        assert_eq!(opens(&message, &keyring).unwrap(), b"sealed elsewhere");
    }
    let discovery = KmsDiscoveryKeyring::new(vec!["658956600833".into()], ForeignService);
    assert_eq!(opens(&message, &discovery).unwrap(), b"sealed elsewhere");
    let other = KmsKeyring::new(
        &AWS_ARN.replace("us-west-2", "us-east-1"),
        &[],
        ForeignService,
        KeyProvider::AWS_KMS,
    );
    assert_eq!(opens(&message, &other.unwrap()).unwrap_err().code(), "NoDataKey");
}
