// SPDX-License-Identifier: Apache-2.0
//! AWS's words for what several actions speak of: keys' names, specs, usages, times.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::arn::{AwsForm, from_aws_form};
use crate::bytes::{Digest, Octets, SecretBytes};
use crate::context::EncryptionContext;
use crate::dialect::fields::Tree;
use crate::error::{ApiError, ErrorCode};
use crate::id::{AliasName, KeyId};
use crate::key::algorithm::{Algorithms, EncryptionAlgorithm, MacAlgorithm, SigningAlgorithm};
use crate::key::data_key::DataKeySpec;
use crate::key::import::{ImportAlgorithm, ImportKeySpec};
use crate::key::offer::algorithms;
use crate::key::signed::SignedForm;
use crate::key::{KeyMetadata, KeyReference, KeySpec, KeyState, KeyUsage, Origin};
use crate::number::Whole;
use crate::place::Place;
use crate::time::Timestamp;

/// A key as AWS's clients name one: its id, its ARN, an alias, an alias's ARN.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AwsKey(pub KeyReference);

impl<'de> Deserialize<'de> for AwsKey {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<'de, str>::deserialize(deserializer)?;
        let form = "It must be a key id, a key ARN, an alias (alias/<name>) or an alias ARN.";
        let reference = if text.starts_with("arn:") {
            let alias = || from_aws_form(&text).map(KeyReference::AliasArn);
            from_aws_form(&text).map(KeyReference::Arn).or_else(|_| alias())
        } else if text.starts_with("alias/") {
            text.parse().map(KeyReference::Alias)
        } else {
            text.parse().map(KeyReference::Id)
        };
        reference.map(Self).map_err(|_| de::Error::custom(form))
    }
}

#[cfg(feature = "schema")]
crate::schema::inline_schema!(AwsKey, { "type": "string" });

/// The ARN of a key, as AWS's clients read it.
pub(super) fn key_arn(key_id: &KeyId, place: &Place) -> String {
    AwsForm(&place.key_arn(key_id)).to_string()
}

/// The ARN of the key that a command has named by its id or ARN.
pub(super) fn named_arn(key: &KeyReference, place: &Place) -> String {
    key.key_id().map_or_else(|| key.to_string(), |key_id| key_arn(key_id, place))
}

/// A moment as AWS's clients read it: seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnixTime(pub Timestamp);

impl Serialize for UnixTime {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_i64(self.0.unix_secs())
    }
}

/// A fraction of a second is left out.
impl<'de> Deserialize<'de> for UnixTime {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Seconds;

        impl de::Visitor<'_> for Seconds {
            type Value = UnixTime;

            fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str("a number of seconds since 1970")
            }
            fn visit_i64<E: de::Error>(self, secs: i64) -> Result<UnixTime, E> {
                Ok(UnixTime(Timestamp::from_unix_secs(secs)))
            }
            fn visit_u64<E: de::Error>(self, secs: u64) -> Result<UnixTime, E> {
                self.visit_i64(i64::try_from(secs).unwrap_or(i64::MAX))
            }
            #[expect(clippy::cast_possible_truncation, reason = "what is meant; it saturates")]
            fn visit_f64<E: de::Error>(self, secs: f64) -> Result<UnixTime, E> {
                self.visit_i64(secs.floor() as i64)
            }
        }

        deserializer.deserialize_any(Seconds)
    }
}

#[cfg(feature = "schema")]
crate::schema::inline_schema!(UnixTime, { "type": "number", "description": "Seconds since 1970." });

/// Specs in AWS's words and ours.
const SPECS: [(&str, KeySpec); 17] = [
    ("SYMMETRIC_DEFAULT", KeySpec::Aes256),
    ("RSA_2048", KeySpec::Rsa2048),
    ("RSA_3072", KeySpec::Rsa3072),
    ("RSA_4096", KeySpec::Rsa4096),
    ("ECC_NIST_P256", KeySpec::EcP256),
    ("ECC_NIST_P384", KeySpec::EcP384),
    ("ECC_SECG_P256K1", KeySpec::EcP256k),
    ("SM2", KeySpec::EcSm2),
    ("HMAC_224", KeySpec::Hmac224),
    ("HMAC_256", KeySpec::Hmac256),
    ("HMAC_384", KeySpec::Hmac384),
    ("HMAC_512", KeySpec::Hmac512),
    ("ECC_NIST_P521", KeySpec::EcP521),
    ("ECC_NIST_EDWARDS25519", KeySpec::Ed25519),
    ("ML_DSA_44", KeySpec::MlDsa44),
    ("ML_DSA_65", KeySpec::MlDsa65),
    ("ML_DSA_87", KeySpec::MlDsa87),
];

/// Specs of AWS's that nothing here can have.
const OTHER_SPECS: [&str; 3] = ["ML_KEM_512", "ML_KEM_768", "ML_KEM_1024"];

/// The one algorithm of symmetric keys.
pub(super) const SYMMETRIC_DEFAULT: &str = "SYMMETRIC_DEFAULT";

/// Our word for AWS's spec, the value of `parameter`.
pub(super) fn spec_of(parameter: &str, text: &str) -> Result<KeySpec, ApiError> {
    if let Some((_, spec)) = SPECS.iter().find(|(word, _)| *word == text) {
        return Ok(*spec);
    }
    if OTHER_SPECS.contains(&text) {
        let message = format!("Keys of spec {text} are not offered by this server.");
        return Err(ApiError::with_message(ErrorCode::UnsupportedOperation, message));
    }
    Err(ApiError::invalid_parameter(parameter, "It must be a documented key spec."))
}

/// AWS's word for our spec; our own where AWS has none.
pub(super) fn spec_word(spec: KeySpec) -> &'static str {
    SPECS.iter().find(|(_, ours)| *ours == spec).map_or(spec.as_str(), |(word, _)| word)
}

/// Our word for AWS's wrapping algorithm.
pub(super) fn wrapping_of(text: &str) -> Result<ImportAlgorithm, ApiError> {
    match text.parse() {
        Ok(ImportAlgorithm::RsaPkcs1V15) => Err(ApiError::with_message(
            ErrorCode::UnsupportedOperation,
            "RSAES_PKCS1_V1_5 is not offered in this protocol. Wrap with RSAES_OAEP_SHA_256.",
        )),
        Ok(algorithm) => Ok(algorithm),
        Err(_) => Err(ApiError::invalid_parameter(
            "WrappingAlgorithm",
            "It must be RSAES_OAEP_SHA_256, RSAES_OAEP_SHA_1, RSA_AES_KEY_WRAP_SHA_256, \
             RSA_AES_KEY_WRAP_SHA_1 or SM2PKE.",
        )),
    }
}

/// Our word for AWS's spec of a wrapping key.
pub(super) fn wrapping_spec_of(text: &str) -> Result<ImportKeySpec, ApiError> {
    match text.parse() {
        _ if text == "SM2" => Ok(ImportKeySpec::EcSm2),
        Ok(ImportKeySpec::EcSm2) | Err(_) => {
            let remedy = "It must be RSA_2048, RSA_3072, RSA_4096 or SM2.";
            Err(ApiError::invalid_parameter("WrappingKeySpec", remedy))
        }
        Ok(spec) => Ok(spec),
    }
}

/// `ExpirationModel` of material that expires, and of material that does not.
pub(super) const EXPIRES: &str = "KEY_MATERIAL_EXPIRES";
pub(super) const DOES_NOT_EXPIRE: &str = "KEY_MATERIAL_DOES_NOT_EXPIRE";

/// Usages in AWS's words and ours.
const USAGES: [(&str, KeyUsage); 3] = [
    ("ENCRYPT_DECRYPT", KeyUsage::EncryptDecrypt),
    ("SIGN_VERIFY", KeyUsage::SignVerify),
    ("GENERATE_VERIFY_MAC", KeyUsage::GenerateVerifyMac),
];
const OTHER_USAGES: [&str; 2] = ["KEY_AGREEMENT", "ENCAPSULATE_DECAPSULATE"];

/// Our word for AWS's usage.
pub(super) fn usage_of(text: &str) -> Result<KeyUsage, ApiError> {
    if let Some((_, usage)) = USAGES.iter().find(|(word, _)| *word == text) {
        return Ok(*usage);
    }
    if OTHER_USAGES.contains(&text) {
        let message = format!("Keys for {text} are not offered by this server.");
        return Err(ApiError::with_message(ErrorCode::UnsupportedOperation, message));
    }
    Err(ApiError::invalid_parameter("KeyUsage", "It must be a documented key usage."))
}

pub(super) fn usage_word(usage: KeyUsage) -> &'static str {
    USAGES.iter().find(|(_, ours)| *ours == usage).map_or(usage.as_str(), |(word, _)| word)
}

/// Signing algorithms in AWS's words and ours.
const SIGNING: [(&str, SigningAlgorithm); 13] = [
    ("RSASSA_PSS_SHA_256", SigningAlgorithm::RsaPssSha256),
    ("RSASSA_PSS_SHA_384", SigningAlgorithm::RsaPssSha384),
    ("RSASSA_PSS_SHA_512", SigningAlgorithm::RsaPssSha512),
    ("RSASSA_PKCS1_V1_5_SHA_256", SigningAlgorithm::RsaPkcs1Sha256),
    ("RSASSA_PKCS1_V1_5_SHA_384", SigningAlgorithm::RsaPkcs1Sha384),
    ("RSASSA_PKCS1_V1_5_SHA_512", SigningAlgorithm::RsaPkcs1Sha512),
    ("ECDSA_SHA_256", SigningAlgorithm::EcdsaSha256),
    ("ECDSA_SHA_384", SigningAlgorithm::EcdsaSha384),
    ("ECDSA_SHA_512", SigningAlgorithm::EcdsaSha512),
    ("SM2DSA", SigningAlgorithm::Sm2Dsa),
    ("ED25519_SHA_512", SigningAlgorithm::Ed25519Sha512),
    ("ED25519_PH_SHA_512", SigningAlgorithm::Ed25519PhSha512),
    ("ML_DSA_SHAKE_256", SigningAlgorithm::MlDsaShake256),
];

/// Our word for AWS's signing algorithm.
pub(super) fn signing_of(text: &str) -> Result<SigningAlgorithm, ApiError> {
    let row = SIGNING.iter().find(|(word, _)| *word == text);
    row.map(|(_, algorithm)| *algorithm).ok_or_else(|| {
        ApiError::invalid_parameter("SigningAlgorithm", "It must be a documented algorithm.")
    })
}

/// AWS's word for our signing algorithm.
pub(super) fn signing_word(algorithm: SigningAlgorithm) -> &'static str {
    let row = SIGNING.iter().find(|(_, ours)| *ours == algorithm);
    row.map_or(algorithm.as_str(), |(word, _)| word)
}

/// The MAC algorithm of this name, if AWS has it.
pub(super) fn mac_of(text: &str) -> Result<MacAlgorithm, ApiError> {
    let algorithm = text.parse().ok().filter(|algorithm| *algorithm != MacAlgorithm::HmacSm3);
    algorithm.ok_or_else(|| {
        let remedy = "It must be HMAC_SHA_224, HMAC_SHA_256, HMAC_SHA_384 or HMAC_SHA_512.";
        ApiError::invalid_parameter("MacAlgorithm", remedy)
    })
}

/// What a body says as its `EncryptionAlgorithm`, if that is one of a public key's.
pub(super) fn encryption_algorithm(body: &[(String, Tree)]) -> Option<EncryptionAlgorithm> {
    let (_, value) = body.iter().find(|(name, _)| name == "EncryptionAlgorithm")?;
    if let Tree::Text(text) = value { text.parse().ok() } else { None }
}

/// The algorithm of a public key that `parameter` names; none for that of symmetric keys.
pub(super) fn public_algorithm(
    parameter: &str,
    text: Option<&str>,
) -> Result<Option<EncryptionAlgorithm>, ApiError> {
    match text {
        None | Some(SYMMETRIC_DEFAULT) => Ok(None),
        Some(text) => match text.parse() {
            Ok(algorithm) => Ok(Some(algorithm)),
            Err(_) => Err(not_an_algorithm(parameter)),
        },
    }
}

/// AWS's word for an algorithm of a public key, or for that of symmetric keys.
pub(super) fn encryption_word(algorithm: Option<EncryptionAlgorithm>) -> &'static str {
    algorithm.map_or(SYMMETRIC_DEFAULT, EncryptionAlgorithm::as_str)
}

fn not_an_algorithm(parameter: &str) -> ApiError {
    let remedy = "It must be SYMMETRIC_DEFAULT, RSAES_OAEP_SHA_256, RSAES_OAEP_SHA_1 or SM2PKE.";
    ApiError::invalid_parameter(parameter, remedy)
}

/// Refuses an algorithm that no symmetric key has.
pub(super) fn check_algorithm(algorithm: Option<&str>) -> Result<(), ApiError> {
    match algorithm {
        None | Some(SYMMETRIC_DEFAULT) => Ok(()),
        Some(_) => Err(not_an_algorithm("EncryptionAlgorithm")),
    }
}

/// A word of AWS's in an answer: one that is told here, or whatever another server told.
pub type Word = Cow<'static, str>;

/// What a key works with, in AWS's words: one list, that of its usage.
#[derive(Debug, Default)]
pub(super) struct AlgorithmWords {
    pub(super) encryption: Option<Vec<Word>>,
    pub(super) signing: Option<Vec<Word>>,
    pub(super) mac: Option<Vec<Word>>,
}

pub(super) fn algorithm_words(spec: KeySpec, usage: KeyUsage) -> AlgorithmWords {
    let mut words = AlgorithmWords::default();
    match algorithms(spec, usage) {
        None => {}
        Some(Algorithms::Symmetric) => words.encryption = Some(vec![SYMMETRIC_DEFAULT.into()]),
        Some(Algorithms::Encryption(all)) => {
            words.encryption = Some(all.iter().map(|each| each.as_str().into()).collect());
        }
        Some(Algorithms::Signing(all)) => {
            words.signing = Some(all.iter().map(|each| signing_word(*each).into()).collect());
        }
        Some(Algorithms::Mac(all)) => {
            words.mac = Some(all.iter().map(|each| each.as_str().into()).collect());
        }
    }
    words
}

/// Refuses a context beside an algorithm that cannot authenticate one.
pub(super) fn no_context(context: &EncryptionContext) -> Result<(), ApiError> {
    if context.is_empty() {
        return Ok(());
    }
    let remedy = "Leave it out: a public key has no way to authenticate it.";
    Err(ApiError::invalid_parameter("EncryptionContext", remedy))
}

/// What a message may be, in AWS's words.
const MESSAGE_TYPES: [(&str, SignedForm); 3] = [
    ("RAW", SignedForm::Message),
    ("DIGEST", SignedForm::Digest),
    ("EXTERNAL_MU", SignedForm::ExternalMu),
];

/// What is to be signed, as a command carries it: a digest or a message.
pub(super) fn signed(
    given: SecretBytes,
    message_type: Option<&str>,
    algorithm: SigningAlgorithm,
) -> Result<(Option<Digest>, Option<SecretBytes>), ApiError> {
    let word = message_type.unwrap_or("RAW");
    let form = MESSAGE_TYPES.iter().find(|(known, _)| *known == word).map(|(_, form)| *form);
    match form.filter(|form| algorithm.forms().contains(form)) {
        Some(SignedForm::Message) => {
            algorithm.check_message(given.expose_secret())?;
            Ok((None, Some(given)))
        }
        Some(SignedForm::Digest | SignedForm::ExternalMu) => {
            algorithm.check_digest("Message", given.expose_secret())?;
            Ok((Some(Octets(given.expose_secret().to_vec())), None))
        }
        None => {
            let taken = MESSAGE_TYPES.iter().filter(|(_, form)| algorithm.forms().contains(form));
            let taken: Vec<_> = taken.map(|(word, _)| *word).collect();
            let algorithm = signing_word(algorithm);
            let remedy = format!("With {algorithm} it must be {}.", taken.join(" or "));
            Err(ApiError::invalid_parameter("MessageType", remedy))
        }
    }
}

/// A key as AWS describes one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct AwsKeyMetadata {
    /// The account that owns the key: 16 digits, where AWS's have 12.
    #[serde(rename = "AWSAccountId")]
    pub aws_account_id: String,
    /// The id.
    pub key_id: String,
    /// The full name.
    pub arn: String,
    /// When it was made.
    pub creation_date: UnixTime,
    /// Whether it can be used.
    pub enabled: bool,
    /// The user's description.
    pub description: String,
    /// What it is for.
    pub key_usage: Word,
    /// Where it is in its life.
    pub key_state: Word,
    /// When it will be deleted, if that is decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub deletion_date: Option<UnixTime>,
    /// Who made its material.
    pub origin: Word,
    /// When imported material expires, if it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub valid_to: Option<UnixTime>,
    /// Whether imported material expires, once there is some.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expiration_model: Option<Word>,
    /// `CUSTOMER`; `AWS` for a key that a product has made.
    pub key_manager: Word,
    /// As `KeySpec`, under its old name.
    pub customer_master_key_spec: Word,
    /// Algorithm and size.
    pub key_spec: Word,
    /// What it encrypts with, if it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub encryption_algorithms: Option<Vec<Word>>,
    /// What it signs with, if it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub signing_algorithms: Option<Vec<Word>>,
    /// What it makes message authentication codes with, if it does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub mac_algorithms: Option<Vec<Word>>,
    /// Always false.
    pub multi_region: bool,
}

impl From<KeyMetadata> for AwsKeyMetadata {
    fn from(key: KeyMetadata) -> Self {
        let spec = spec_word(key.key_spec);
        let words = algorithm_words(key.key_spec, key.key_usage);
        Self {
            aws_account_id: key.arn.account.to_string(),
            arn: AwsForm(&key.arn).to_string(),
            key_id: key.key_id.to_string(),
            creation_date: UnixTime(key.creation_date),
            enabled: key.key_state == KeyState::Enabled,
            description: key.description.to_string(),
            key_usage: usage_word(key.key_usage).into(),
            key_state: key.key_state.as_str().into(),
            deletion_date: key.delete_date.map(UnixTime),
            valid_to: key.material_expire_time.map(UnixTime),
            expiration_model: (key.origin == Origin::External
                && key.key_state != KeyState::PendingImport)
                .then_some(if key.material_expire_time.is_some() {
                    EXPIRES
                } else {
                    DOES_NOT_EXPIRE
                })
                .map(Into::into),
            origin: match key.origin {
                Origin::AliyunKms => "AWS_KMS",
                Origin::External => "EXTERNAL",
            }
            .into(),
            key_manager: if key.creator.is_product() { "AWS" } else { "CUSTOMER" }.into(),
            customer_master_key_spec: spec.into(),
            key_spec: spec.into(),
            encryption_algorithms: words.encryption,
            signing_algorithms: words.signing,
            mac_algorithms: words.mac,
            multi_region: false,
        }
    }
}

/// Refuses an alias that AWS keeps for its own services.
pub(super) fn not_of_aws(name: AliasName) -> Result<AliasName, ApiError> {
    if name.as_str().starts_with("alias/aws/") {
        return Err(ApiError::with_message(
            ErrorCode::InvalidAliasName,
            "Names that begin with alias/aws/ belong to service keys.",
        ));
    }
    Ok(name)
}

/// A data key's length is given in one way.
pub(super) fn one_length(
    spec: Option<DataKeySpec>,
    number: Option<Whole<1, 1024>>,
) -> Result<(), ApiError> {
    if spec.is_some() == number.is_some() {
        let remedy = "Give either KeySpec or NumberOfBytes.";
        return Err(ApiError::invalid_parameter("KeySpec", remedy));
    }
    Ok(())
}
