// SPDX-License-Identifier: Apache-2.0
use super::*;
use crate::{dialect::alibaba, product::Product};

fn read_text(action: ActionName, text: &str) -> Result<Command, ApiError> {
    read(action, &Params::decode(text.as_bytes()).unwrap(), &alibaba::limits(Default::default()))
}

fn code(action: ActionName, text: &str) -> Result<(), ErrorCode> {
    read_text(action, text).map(|_| ()).map_err(|error| error.code())
}

#[test]
fn the_table_says_what_the_commands_accept_as_a_key() {
    let rest = "AliasName=alias/a&Plaintext=aGVsbG8=&CiphertextBlob=aGVsbG8=&Description=\
                &PendingWindowInDays=7&NumberOfBytes=16&Tags=[]&TagKeys=[]&Value=AAAA\
                &Message=aGVsbG8=&Mac=AAAA\
                &KeyVersionId=00000000-0000-4000-8000-000000000000\
                &EnableAutomaticRotation=true&RotationInterval=365d\
                &EnableDeletionProtection=true&Quota=Keys&Number=1&AccountId=1234567890123456&RootKeyVersion=1\
                &KeyPairSpec=EC_P256\
                &EncryptedKeyMaterial=AAAA&ImportToken=AAAA\
                &PublicKeyBlob=AAAA&WrappingKeySpec=RSA_2048&WrappingAlgorithm=RSAES_OAEP_SHA_1\
                &ResourceType=key&ResourceId.1=k&Tag.1.Key=a&TagKey.1=a\
                &Policy={\"Version\":\"1\",\"Statement\":{\"Effect\":\"Allow\",\"Principal\":\
                {\"RAM\":\"acs:ram::1234567890123456:root\"},\"Action\":\"kms:*\",\"Resource\":\"*\"}}\
                &Digest=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
    const ARN: &str = "&KeyId=acs:kms:cn-hangzhou:1234567890123456:key/k";
    for action in ActionName::of(Product::Kms) {
        let algorithm = match action {
            ActionName::AsymmetricEncrypt | ActionName::AsymmetricDecrypt => "RSAES_OAEP_SHA_1",
            ActionName::GenerateMac | ActionName::VerifyMac => "HMAC_SHA_256",
            _ => "ECDSA_SHA_256",
        };
        let outcome = |key: &str| {
            let key = match action {
                ActionName::ReEncrypt => key.replace("KeyId", "DestinationKeyId"),
                _ => key.to_owned(),
            };
            code(action, &format!("{rest}&Algorithm={algorithm}{key}"))
        };
        let (none, alias, arn) = match action.row().key {
            KeyNames::None => (Ok(()), Ok(()), Ok(())),
            KeyNames::Any => (Err(ErrorCode::MissingParameter), Ok(()), Ok(())),
            KeyNames::Arn => {
                (Err(ErrorCode::MissingParameter), Err(ErrorCode::UnsupportedAlias), Ok(()))
            }
            KeyNames::Key | KeyNames::First => (
                Err(ErrorCode::MissingParameter),
                Err(ErrorCode::UnsupportedAlias),
                Err(ErrorCode::InvalidParameter),
            ),
        };
        assert_eq!(outcome("&KeyId=k"), Ok(()), "{action:?}");
        assert_eq!(outcome(""), none, "{action:?}");
        assert_eq!(outcome("&KeyId=alias/a"), alias, "{action:?}");
        let default = if action.row().key == KeyNames::First { Ok(()) } else { alias };
        assert_eq!(outcome("&KeyId=alias/acs/default"), default, "{action:?}");
        assert_eq!(outcome(ARN), arn, "{action:?}");
        let alias_arn = ARN.replace("key/", "alias/");
        assert_eq!(outcome(&alias_arn).is_ok(), action.row().key == KeyNames::None, "{action:?}");
    }
}

#[test]
fn what_is_re_encrypted_is_a_blob_or_a_ciphertext_with_all_that_opens_it() {
    const VERSION: &str = "&SourceKeyVersionId=00000000-0000-4000-8000-000000000000";
    const OAEP: &str = "&SourceEncryptionAlgorithm=RSAES_OAEP_SHA_1";
    const ARN: &str = "acs:kms:cn-hangzhou:1234567890123456";
    for (given, expected) in [
        (String::new(), None),
        (r#"&SourceEncryptionContext={"a":"b"}"#.to_owned(), None),
        ("&SourceKeyId=alias/a&DestinationEncryptionContext.a=b".to_owned(), None),
        (format!("&SourceKeyId={ARN}:key/k{VERSION}{OAEP}"), None),
        (format!("&SourceKeyId={ARN}:alias/k"), Some("\"SourceKeyId\" is not valid")),
        (format!("{VERSION}{OAEP}"), Some("\"SourceKeyId\" is needed")),
        (format!("&SourceKeyId=k{OAEP}"), Some("\"SourceKeyVersionId\" is needed")),
        (format!("&SourceKeyId=k{VERSION}"), Some("Give SourceEncryptionAlgorithm")),
        (
            format!("&SourceKeyId=k{VERSION}{OAEP}&SourceEncryptionContext.a=b"),
            Some("\"SourceEncryptionContext\" is not valid"),
        ),
        (
            format!("&SourceKeyId=k{VERSION}&SourceEncryptionAlgorithm=SYMMETRIC_DEFAULT"),
            Some("\"SourceEncryptionAlgorithm\" is not valid"),
        ),
    ] {
        let text = format!("CiphertextBlob=aGVsbG8=&DestinationKeyId=k{given}");
        match (read_text(ActionName::ReEncrypt, &text), expected) {
            (Ok(_), None) => {}
            (Err(error), Some(part)) => {
                assert!(error.message().contains(part), "{given}: {}", error.message());
            }
            (outcome, _) => panic!("{given}: {outcome:?}"),
        }
    }
}

#[test]
fn a_data_key_is_exported_only_if_the_public_key_can_encrypt_as_much() {
    let read = |rest: &str| {
        let text = format!("KeyId=k&PublicKeyBlob=AAAA&WrappingKeySpec=RSA_2048{rest}");
        code(ActionName::GenerateAndExportDataKey, &text)
    };
    let (sha256, sha1) =
        ("&WrappingAlgorithm=RSAES_OAEP_SHA_256", "&WrappingAlgorithm=RSAES_OAEP_SHA_1");
    assert_eq!(read(sha256), Ok(()));
    assert_eq!(read(&format!("{sha256}&NumberOfBytes=190")), Ok(()));
    assert_eq!(read(&format!("{sha1}&NumberOfBytes=214&KeySpec=AES_128")), Ok(()));
    for bad in [
        &format!("{sha256}&NumberOfBytes=191"),
        &format!("{sha1}&NumberOfBytes=215"),
        &format!("{sha1}&KeySpec=AES_192"),
        "&WrappingAlgorithm=RSAES_PKCS1_V1_5",
        "&WrappingAlgorithm=SM2PKE",
    ] {
        assert_eq!(read(bad), Err(ErrorCode::InvalidParameter), "{bad}");
    }
    assert_eq!(read(""), Err(ErrorCode::MissingParameter));
    let long = "A".repeat(1_368);
    let long = format!("CiphertextBlob=AAAA&PublicKeyBlob={long}&WrappingKeySpec=RSA_2048{sha1}");
    assert_eq!(code(ActionName::ExportDataKey, &long), Err(ErrorCode::InvalidParameter));
    let sm2 = "CiphertextBlob=aGVsbG8=&PublicKeyBlob=AAAA&WrappingKeySpec=EC_SM2";
    let sm2 = format!("{sm2}&WrappingAlgorithm=SM2PKE");
    assert_eq!(code(ActionName::ExportDataKey, &sm2), Err(ErrorCode::UnsupportedOperation));
}

/// A context that a caller gave, in either form.
fn context(text: &str) -> Result<Vec<(String, String)>, ApiError> {
    let text = format!("CiphertextBlob=aGVsbG8=&{text}");
    let Command::Decrypt(command) = read_text(ActionName::Decrypt, &text)? else { panic!() };
    let own = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    Ok(command.context.iter().map(own).collect())
}

#[test]
fn both_forms_of_a_context_are_one() {
    let dotted = context("EncryptionContext.Purpose=test&EncryptionContext.a%20b=c%26d").unwrap();
    let json = r#"EncryptionContext={"Purpose":"test","a b":"c%26d"}"#;
    assert_eq!(dotted, context(json).unwrap());
    assert_eq!(
        context("EncryptionContext.a.b=c").unwrap(),
        context(r#"EncryptionContext={"a.b":"c"}"#).unwrap()
    );
    assert!(context("EncryptionContext=").unwrap().is_empty());
    assert!(context("EncryptionContext={}").unwrap().is_empty());
    assert_eq!(context("EncryptionContext=&EncryptionContext.a=b").unwrap().len(), 1);
    for bad in ["[]", "{", r#"{"a":1}"#, r#"{"a":"b","a":"c"}"#, r#""a""#, "a", r#"{"a":{}}"#] {
        let error = context(&format!("EncryptionContext={bad}")).unwrap_err();
        assert_eq!(error.code(), ErrorCode::InvalidParameter, "{bad}");
        assert!(error.message().contains("\"EncryptionContext\""), "{}", error.message());
        assert!(error.message().contains("JSON object of strings"), "{}", error.message());
    }
    let both = context(r#"EncryptionContext={"a":"b"}&EncryptionContext.a=b"#).unwrap_err();
    assert_eq!(both.code(), ErrorCode::InvalidParameter);
    let long = format!("EncryptionContext.k={}", "x".repeat(8192 - 7));
    assert!(context(&long).is_err());
    assert!(context(&long[..long.len() - 1]).is_ok());
}

/// The ids of keys and the tags that a request names.
type Numbered = (Vec<String>, Vec<(String, String)>);

fn numbered(text: &str) -> Result<Numbered, ApiError> {
    let text = format!("ResourceType=key&{text}");
    let read = read_text(ActionName::TagResources, &text)?;
    let Command::TagResources(command) = read else { panic!() };
    let tag = |tag: &crate::key::Tag| (tag.key.to_string(), tag.value.to_string());
    let ids = command.resource_id.0.iter().map(ToString::to_string).collect();
    Ok((ids, command.tags().iter().map(tag).collect()))
}

#[test]
fn numbered_parameters_are_a_list_in_the_order_of_their_numbers() {
    let ids: Vec<_> = (1..=50).map(|n| format!("&ResourceId.{n}=k{n}")).collect();
    let text = format!("Tag.2.Key=b&Tag.1.Value=v&Tag.1.Key=a{}", ids.concat());
    let (keys, tags) = numbered(&text).unwrap();
    assert_eq!(keys, (1..=50).map(|n| format!("k{n}")).collect::<Vec<_>>());
    let own = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    assert_eq!(tags, [own("a", "v"), own("b", "")]);
    let json = r#"ResourceId=["k"]&Tag=[{"Key":"a","Value":"v"}]"#;
    assert_eq!(numbered(json).unwrap(), (vec!["k".to_owned()], vec![own("a", "v")]));
}

#[test]
fn a_list_that_is_not_numbered_from_1_on_or_too_long_is_refused_by_name() {
    let many = |name: &str, count: usize, value: &str| {
        let entry = |n: usize| format!("{name}={value}{n}&").replace('#', &n.to_string());
        (1..=count).map(entry).collect::<String>()
    };
    let key = "&ResourceId.1=k";
    let tag = "&Tag.1.Key=a";
    for (text, name, remedy) in [
        (format!("ResourceId.0=k{tag}"), "ResourceId", "from 1 on"),
        (format!("ResourceId.2=k{tag}"), "ResourceId", "from 1 on"),
        (format!("ResourceId.1=k&ResourceId.3=k{tag}"), "ResourceId", "from 1 on"),
        (format!("ResourceId.01=k{tag}"), "ResourceId", "from 1 on"),
        (format!("ResourceId.1=k&ResourceId.%2B2=k{tag}"), "ResourceId", "from 1 on"),
        (format!("ResourceId.s3cret=k{tag}"), "ResourceId", "from 1 on"),
        (format!("ResourceId.1=k&ResourceId.99999999999999999999=k{tag}"), "ResourceId", "1 on"),
        (format!("ResourceId.1=k&ResourceId.1.Key=k{tag}"), "ResourceId", "from 1 on"),
        (format!("ResourceId.1.Key=k{tag}"), "ResourceId", ""),
        (format!("ResourceId.1=a+s3cret{tag}"), "ResourceId", "key id"),
        (format!("ResourceId.1=alias/a{tag}"), "ResourceId", "key id"),
        (format!("ResourceId=k&ResourceId.1=k{tag}"), "ResourceId", "not both"),
        (format!("ResourceId={tag}"), "ResourceId", ""),
        (tag.to_owned(), "ResourceId", ""),
        (many("ResourceId.#", 51, "k") + tag, "ResourceId", "at most 50"),
        (key.to_owned(), "Tag", ""),
        (format!("Tag.1.Value=a{key}"), "Tag", "needs Key"),
        (format!("Tag.1=a{key}"), "Tag", "Key and Value"),
        (format!("Tag.0.Key=a{key}"), "Tag", "from 1 on"),
        (format!("Tag.1.Key=a&Tag.2.Key=a{key}"), "Tag", "once"),
        (format!("Tag.1.Key=acs:a{key}"), "Tag", "acs:"),
        (format!("Tag.1.Key=a&Tag.1.Value=s3+cret{key}"), "Tag", "ASCII"),
        (many("Tag.#.Key", 21, "k") + key, "Tag", "at most 20"),
    ] {
        let error = numbered(&text).unwrap_err();
        let message = error.message();
        assert!(message.contains(&format!("\"{name}\"")), "{text}: {message}");
        assert!(message.contains(remedy) && !message.contains("s3"), "{text}: {message}");
    }
}

#[test]
fn what_is_untagged_is_named_or_all() {
    let read = |text: &str| {
        code(ActionName::UntagResources, &format!("ResourceType=key&ResourceId.1=k{text}"))
    };
    assert_eq!(read("&TagKey.1=a"), Ok(()));
    assert_eq!(read("&All=True"), Ok(()));
    assert_eq!(read("&All=false&TagKey.1=a"), Ok(()));
    assert_eq!(read(""), Err(ErrorCode::MissingParameter));
    assert_eq!(read("&All=true&TagKey.1=a"), Err(ErrorCode::InvalidParameter));
    let secret = "ResourceType=secret&ResourceId.1=k&TagKey.1=a&Tag.1.Key=a";
    for action in
        [ActionName::TagResources, ActionName::UntagResources, ActionName::ListTagResources]
    {
        assert_eq!(code(action, secret), Err(ErrorCode::UnsupportedOperation));
    }
    let spoilt = "ResourceType=key&NextToken=s3cret";
    assert_eq!(code(ActionName::ListTagResources, spoilt), Err(ErrorCode::InvalidParameter));
}

#[test]
fn errors_name_the_parameter_and_the_remedy_and_repeat_no_value() {
    use ActionName::{CreateAlias, CreateKey, Encrypt, ListKeys, ScheduleKeyDeletion};
    use ErrorCode::{InvalidParameter, MissingParameter};
    for (action, text, code, remedy) in [
        (Encrypt, "KeyId=k", MissingParameter, "\"Plaintext\""),
        (Encrypt, "KeyId=k&Plaintext=", MissingParameter, "\"Plaintext\""),
        (Encrypt, "KeyId=k&Plaintext=s3cret!", InvalidParameter, "standard base64"),
        (Encrypt, "KeyId=k&Plaintext=aGVsbG8=&DryRun=s3cret", InvalidParameter, "true or false"),
        (ScheduleKeyDeletion, "KeyId=k", MissingParameter, "\"PendingWindowInDays\""),
        (ScheduleKeyDeletion, "KeyId=k&PendingWindowInDays=6", InvalidParameter, "from 7 to 366"),
        (ScheduleKeyDeletion, "KeyId=k&PendingWindowInDays=7.5", InvalidParameter, "from 7 to 366"),
        (
            ScheduleKeyDeletion,
            "KeyId=k&PendingWindowInDays=%2B7",
            InvalidParameter,
            "from 7 to 366",
        ),
        (ScheduleKeyDeletion, "KeyId=k&PendingWindowInDays=-7", InvalidParameter, "from 7 to 366"),
        (CreateAlias, "KeyId=k&AliasName=s3cret", InvalidParameter, "alias/"),
        (CreateAlias, "KeyId=k&AliasName=alias/acs/oss", InvalidParameter, "service keys"),
        (CreateKey, "Tags=s3cret", InvalidParameter, "\"Tags\""),
        (CreateKey, r#"Tags=[{"TagValue":"s3cret"}]"#, InvalidParameter, "TagKey"),
        (CreateKey, r#"Tags=["s3cret"]"#, InvalidParameter, "an object with TagKey"),
        (CreateKey, r#"Tags={"TagKey":"s3cret"}"#, InvalidParameter, "a JSON array such as"),
        (CreateKey, r#"Tags=[{"TagKey":"a%20s3cret"}]"#, InvalidParameter, "TagKey"),
        (CreateKey, r#"Tags=[{"TagKey":"a"},{"TagKey":"a"}]"#, InvalidParameter, "once"),
        (CreateKey, "Description=a%01s3cret", InvalidParameter, "control characters"),
        (CreateKey, "KeySpec=s3cret", InvalidParameter, "\"KeySpec\""),
        (ListKeys, "Filters=s3cret", InvalidParameter, "\"Filters\""),
        (ListKeys, r#"Filters=[{"Key":"s3cret","Values":[]}]"#, InvalidParameter, "CreatorType"),
        (ListKeys, "PageNumber=0", InvalidParameter, "from 1 to 4294967295"),
        (ListKeys, "PageSize=101", InvalidParameter, "from 1 to 100"),
    ] {
        let error = read_text(action, text).unwrap_err();
        // What AWS has a code each for is one here.
        assert_eq!(error.code().as_str(), code.as_str(), "{text}: {}", error.message());
        assert!(error.message().contains(remedy), "{text}: {}", error.message());
        assert!(!error.message().contains("s3cret"), "{text}: {}", error.message());
    }
}

#[test]
fn what_the_sdks_send_is_carried() {
    let text = "Description=h%C3%A9llo&KeySpec=Aliyun_AES_256&KeyUsage=ENCRYPT%2FDECRYPT&Origin=Aliyun_KMS&ProtectionLevel=SOFTWARE&EnableAutomaticRotation=False&RotationInterval=365d&Tags=%5B%7B%22TagKey%22%3A%22k%22%2C%22TagValue%22%3A%22v%22%7D%5D&RegionId=x&KeyId=";
    let Ok(Command::CreateKey(command)) = read_text(ActionName::CreateKey, text) else { panic!() };
    assert_eq!(command.description.unwrap().as_str(), "héllo");
    assert_eq!(command.tags.0[0].key.as_str(), "k");
    let Ok(Command::CreateKey(none)) = read_text(ActionName::CreateKey, "Description=&Tags=")
    else {
        panic!()
    };
    assert_eq!(none, crate::action::CreateKey::default(), "empty is absent");
    let cleared = read_text(ActionName::UpdateKeyDescription, "KeyId=k&Description=");
    assert!(cleared.is_ok(), "but for a description, where it is a value");
    assert_eq!(code(ActionName::UpdateKeyDescription, "KeyId=k"), Err(ErrorCode::MissingParameter));
}

#[test]
fn what_is_not_offered_is_refused_by_its_own_code() {
    for (text, expected) in [
        ("KeySpec=aliyun_aes_256", ErrorCode::InvalidParameter),
        ("KeyUsage=SIGN%2FVERIFY", ErrorCode::InvalidParameter),
        ("KeySpec=ECC_NIST_P521", ErrorCode::UnsupportedOperation),
        ("KeySpec=EC_SM2", ErrorCode::UnsupportedOperation),
        ("KeySpec=RSA_1024", ErrorCode::InvalidParameter),
        ("KeySpec=EC_P256&KeyUsage=ENCRYPT%2FDECRYPT", ErrorCode::InvalidParameter),
        ("Origin=EXTERNAL&ProtectionLevel=HSM", ErrorCode::UnsupportedProtectionLevel),
        ("Origin=external", ErrorCode::InvalidParameter),
        ("ProtectionLevel=HSM", ErrorCode::UnsupportedProtectionLevel),
        ("EnableAutomaticRotation=true&RotationInterval=6d", ErrorCode::InvalidParameter),
        ("RotationInterval=often", ErrorCode::InvalidParameter),
        (
            "EnableAutomaticRotation=True&RotationInterval=365d&KeySpec=RSA_2048",
            ErrorCode::UnsupportedOperation,
        ),
        ("EnableAutomaticRotation=true", ErrorCode::MissingParameter),
        ("EnableAutomaticRotation=yes", ErrorCode::InvalidParameter),
        ("Policy=%7B%7D", ErrorCode::MalformedPolicy),
        ("DKMSInstanceId=kst-x", ErrorCode::UnsupportedOperation),
        ("KeyStorageMechanism=HsmInternal", ErrorCode::UnsupportedOperation),
    ] {
        assert_eq!(code(ActionName::CreateKey, text), Err(expected), "{text}");
    }
}

#[test]
fn no_parameter_reaches_a_meaning_of_another_cloud() {
    let text = "KeyId=k&becomes=disabled&dated=true&PendingWindowInDays=7";
    let cancel = read_text(ActionName::CancelKeyDeletion, text).unwrap();
    let plain = read_text(ActionName::CancelKeyDeletion, "KeyId=k").unwrap();
    assert_eq!(cancel, plain);
    let Ok(Command::ScheduleKeyDeletion(command)) =
        read_text(ActionName::ScheduleKeyDeletion, text)
    else {
        panic!()
    };
    assert!(!command.dated);
}
