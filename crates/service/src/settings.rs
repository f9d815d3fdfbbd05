// SPDX-License-Identifier: Apache-2.0
//! Settings: what an operator may choose, read once an isolate from named variables.
//!
//! A bad value stops the worker at its first request with a sentence that names the variable. A new variable
//! is a row of [`names`] too.

pub mod names;
mod words;

use std::borrow::Cow;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use edgekms_api::{
    id::{AccountId, Region},
    key::{
        KeySpec,
        kept::Product,
        offer::{OFFERED, Offer, OfferPolicy, Review, SpecSet},
        rotation::RotationInterval,
    },
};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use self::words::{
    AUDIT, AUDIT_FAILURE, AUDIT_LOG, ENVIRONMENT, FIPS, IMPORT_PKCS1, LOOPBACK_ISSUERS,
    STATE_CONSISTENCY, THROTTLE, USAGE, parse_word,
};
use crate::{
    cors::AllowedOrigins,
    identity::{Caller, bootstrap::Account},
    material::{
        root_keys::{RootKeys, RootKeysError, is_published},
        secret::{BackupKey, KEY_LEN},
    },
    quota::{QUOTAS, QuotaRow, Quotas},
    watch::token::MetricsToken,
};

/// How soon a change of a key is seen by every isolate.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum StateConsistency {
    /// At most 60 s late: each isolate in use asks its keyring every 30 s what has changed.
    #[default]
    Eventual,
    /// At most 5 s late: it asks every 2 s.
    Strict,
}

/// When the events of calls that are no changes are stored. A change's is always stored with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AuditMode {
    /// Before the call is answered.
    #[default]
    Strict,
    /// Beside the call. One that is answered just before its isolate ends may leave none.
    Async,
    /// Never.
    Off,
}

impl AuditMode {
    /// As it is written in the setting.
    #[must_use]
    pub fn name(self) -> &'static str {
        AUDIT.words.iter().find(|(_, mode)| *mode == self).map_or("", |(word, _)| word)
    }

    /// The event that tells of the change to it.
    #[must_use]
    pub const fn event_name(self) -> &'static str {
        match self {
            Self::Strict => "SetAuditStrict",
            Self::Async => "SetAuditAsync",
            Self::Off => "SetAuditOff",
        }
    }
}

/// What becomes of a call whose audit event cannot be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AuditFailure {
    /// It is refused: nothing is answered that is not recorded.
    #[default]
    Closed,
    /// It is answered, and the log of faults says that an event is missing.
    Open,
}

/// Numbers that bound what an account may do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// What may be there in what number, of every account and region.
    pub quotas: Quotas,
    /// Bytes of `Plaintext` on Encrypt, before base64.
    pub plaintext_bytes: usize,
}

impl Default for Limits {
    /// Alibaba's quotas, and plaintext under 4 KB (wire reference, section 2.2).
    fn default() -> Self {
        Self { quotas: Quotas::default(), plaintext_bytes: 4_096 }
    }
}

/// All settings and secrets of one worker.
#[derive(Debug)]
pub struct Settings {
    /// The regions served, in order; each is a keyring of its own. There is at least one, and a
    /// request that names none means the first.
    pub regions: Vec<Region>,
    /// How soon changes are seen.
    pub consistency: StateConsistency,
    /// Which web pages may call.
    pub origins: AllowedOrigins,
    /// Bounds.
    pub limits: Limits,
    /// Which kinds of key are made, and which may be used.
    pub offer: OfferPolicy,
    /// When the events of calls that are no changes are stored.
    pub audit: AuditMode,
    /// Whether accounts may call no faster than their rates.
    pub throttle: bool,
    /// Whether calls are counted by day, key and action.
    pub usage: bool,
    /// Whether stored events are handed on to the log.
    pub audit_log: bool,
    /// What becomes of a call whose event cannot be written.
    pub audit_failure: AuditFailure,
    /// For how many days events are kept.
    pub audit_retention_days: u16,
    /// Whether identity providers on the machine itself are taken, by `http://`.
    pub loopback_issuers: bool,
    /// Whether key material may be imported under RSAES-PKCS1-v1_5.
    pub import_pkcs1: bool,
    /// The root keys.
    pub roots: RootKeys,
    /// What lets somebody read the metrics; without it there are none, and nothing is counted for them.
    pub metrics_token: Option<MetricsToken>,
    /// What opens backups; without it there are none.
    pub backup_key: Option<BackupKey>,
    /// The account.
    pub account: Account,
    /// Time between the versions of keys that are made at a product's need; none if they get no versions
    /// by themselves.
    pub product_key_rotation: Option<RotationInterval>,
}

/// A variable that is missing or wrong. Says which and what to do; never holds a secret.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
#[non_exhaustive]
pub enum SettingsError {
    /// See [`RootKeysError`].
    #[error(transparent)]
    RootKeys(#[from] RootKeysError),
    /// A secret that must be there is not.
    #[error("The secret {name} is not set. Set it, for example with: wrangler secret put {name}")]
    Missing {
        /// The variable.
        name: &'static str,
    },
    /// A root key that is public, outside development.
    #[error(
        "Version \"{version}\" in the secret ROOT_KEYS is a key from this repository's examples, \
         which everybody can read. Set it to the base64 of 32 random bytes; for development alone, \
         set the variable ENVIRONMENT to development."
    )]
    PublishedRootKey {
        /// The version concerned.
        version: String,
    },
    /// A value that is not of its form.
    #[error("The variable {name} is not valid. {remedy}")]
    Invalid {
        /// The variable.
        name: &'static str,
        /// What it must be.
        remedy: Cow<'static, str>,
    },
}

/// The text of a variable, wiped when dropped since it may be a secret.
#[derive(Zeroize, ZeroizeOnDrop)]
struct Text(String);

/// Smallest access key secret, in characters: Alibaba's have 30.
const MIN_SECRET_CHARS: usize = 16;

impl Settings {
    /// Reads every setting; `variable` gives the text of one, if set.
    ///
    /// # Errors
    /// [`SettingsError`] for the first that is missing or wrong.
    pub fn read(variable: impl Fn(&str) -> Option<String>) -> Result<Self, SettingsError> {
        let read = |name: &str| variable(name).map(Text).filter(|text| !text.0.trim().is_empty());
        let roots = read("ROOT_KEYS").unwrap_or_else(|| Text(String::new()));
        let regions = parse_regions(read("REGIONS").as_ref().map_or("cn-hangzhou", |t| &t.0))?;
        let origins = read("ALLOWED_ORIGINS");
        let mut limits = Limits::default();
        if let Some(text) = read("MAX_PLAINTEXT_BYTES") {
            let value = text.0.trim().parse().ok().filter(|value| (1..=6_144).contains(value));
            limits.plaintext_bytes = value.ok_or(SettingsError::Invalid {
                name: "MAX_PLAINTEXT_BYTES",
                remedy: "Set it to a number from 1 to 6144, or remove it for 4096.".into(),
            })?;
        }
        for row in &QUOTAS {
            if let Some(text) = read(row.variable) {
                limits.quotas = limits.quotas.with(row.quota, parse_quota(&text, row)?);
            }
        }
        let roots = RootKeys::parse(&roots.0)?;
        let development = parse_word(read("ENVIRONMENT"), &ENVIRONMENT)?;
        if let Some(version) = roots.published().filter(|_| !development) {
            return Err(SettingsError::PublishedRootKey { version: version.to_owned() });
        }
        Ok(Self {
            roots,
            account: read_products(&read, read_account(&read)?)?,
            product_key_rotation: read_product_key_rotation(&read)?,
            backup_key: read("BACKUP_KEY")
                .map(|t| parse_backup_key(&t, development))
                .transpose()?,
            metrics_token: read("METRICS_TOKEN").map(|t| parse_metrics_token(&t)).transpose()?,
            consistency: parse_word(read("STATE_CONSISTENCY"), &STATE_CONSISTENCY)?,
            origins: AllowedOrigins::parse(origins.as_ref().map_or("", |t| &t.0))
                .ok_or(ORIGINS_INVALID)?,
            offer: OfferPolicy {
                unaudited: parse_unaudited(read("UNAUDITED_KEY_SPECS"))?,
                approved_only: parse_word(read("FIPS"), &FIPS)?,
            },
            audit: parse_word(read("AUDIT"), &AUDIT)?,
            audit_retention_days: read_retention(&read)?,
            throttle: parse_word(read("THROTTLE"), &THROTTLE)?,
            usage: parse_word(read("USAGE"), &USAGE)?,
            audit_log: parse_word(read("AUDIT_LOG"), &AUDIT_LOG)?,
            audit_failure: parse_word(read("AUDIT_FAILURE"), &AUDIT_FAILURE)?,
            loopback_issuers: read_loopback_issuers(&read, development)?,
            import_pkcs1: parse_word(read("IMPORT_PKCS1_V1_5"), &IMPORT_PKCS1)?,
            regions,
            limits,
        })
    }
}

impl Settings {
    /// The account that is served.
    #[must_use]
    pub fn account_id(&self) -> AccountId {
        self.account.id().clone()
    }
}

impl AsRef<Self> for Settings {
    fn as_ref(&self) -> &Self {
        self
    }
}

const REGIONS_INVALID: SettingsError = SettingsError::Invalid {
    name: "REGIONS",
    remedy: Cow::Borrowed(
        "Set it to region ids parted by commas, such as cn-hangzhou,cn-beijing; the first is the \
         default.",
    ),
};

const ORIGINS_INVALID: SettingsError = SettingsError::Invalid {
    name: "ALLOWED_ORIGINS",
    remedy: Cow::Borrowed(
        "Set it to origins parted by commas, such as https://app.example.com, without path; '*' is \
         not accepted, since any page could then call.",
    ),
};

fn parse_regions(text: &str) -> Result<Vec<Region>, SettingsError> {
    let mut regions: Vec<Region> = Vec::new();
    for part in text.split(',') {
        let region = part.trim().parse().map_err(|_| REGIONS_INVALID)?;
        if regions.contains(&region) {
            return Err(REGIONS_INVALID);
        }
        regions.push(region);
    }
    Ok(regions)
}

const UNAUDITED_INVALID: SettingsError = SettingsError::Invalid {
    name: "UNAUDITED_KEY_SPECS",
    remedy: Cow::Borrowed(
        "Set it to some of EC_SM2, ECC_NIST_P521, ML_DSA_44, ML_DSA_65, ML_DSA_87, Aliyun_SM4 and HMAC_SM3, parted \
         by commas, or remove it; other KeySpecs need not be listed, or are not made.",
    ),
};

fn parse_unaudited(text: Option<Text>) -> Result<SpecSet, SettingsError> {
    let Some(text) = text else { return Ok(SpecSet::NONE) };
    text.0.split(',').try_fold(SpecSet::NONE, |set, part| {
        let spec: KeySpec = part.trim().parse().map_err(|_| UNAUDITED_INVALID)?;
        let is_one = |row: &Offer| row.spec == spec && row.review == Review::Unaudited;
        if OFFERED.iter().any(is_one) && !set.contains(spec) {
            Ok(set.with(spec))
        } else {
            Err(UNAUDITED_INVALID)
        }
    })
}

fn parse_metrics_token(text: &Text) -> Result<MetricsToken, SettingsError> {
    MetricsToken::parse(text.0.trim()).ok_or(SettingsError::Invalid {
        name: "METRICS_TOKEN",
        remedy: Cow::Borrowed(
            "Set it to 16 to 256 random characters without spaces, or remove it to have no metrics.",
        ),
    })
}

const BACKUP_KEY_INVALID: SettingsError = SettingsError::Invalid {
    name: "BACKUP_KEY",
    remedy: Cow::Borrowed(
        "Set it to the base64 of 32 random bytes, or remove it to have no backups.",
    ),
};

const BACKUP_KEY_PUBLISHED: SettingsError = SettingsError::Invalid {
    name: "BACKUP_KEY",
    remedy: Cow::Borrowed(
        "It is a key from this repository's examples, which everybody can read. Set it to the base64 of \
         32 random bytes; for development alone, set the variable ENVIRONMENT to development.",
    ),
};

fn parse_backup_key(text: &Text, development: bool) -> Result<BackupKey, SettingsError> {
    let bytes = Zeroizing::new(STANDARD.decode(text.0.trim()).map_err(|_| BACKUP_KEY_INVALID)?);
    let key: Option<&[u8; KEY_LEN]> = bytes.as_slice().try_into().ok();
    let key = key.filter(|key| key.iter().any(|byte| Some(byte) != key.first()));
    let key = key.ok_or(BACKUP_KEY_INVALID)?;
    if is_published(key) && !development {
        return Err(BACKUP_KEY_PUBLISHED);
    }
    BackupKey::from_slice(key).ok_or(BACKUP_KEY_INVALID)
}

fn parse_quota(text: &Text, row: &QuotaRow) -> Result<u64, SettingsError> {
    let QuotaRow { variable, default, .. } = *row;
    let invalid = |remedy: &str| SettingsError::Invalid {
        name: variable,
        remedy: format!("{remedy} Without it, it is {default}.").into(),
    };
    let value = text.0.trim().parse().map_err(|_| invalid("Set it to a whole number."))?;
    row.allows(value).map_err(|remedy| invalid(&remedy))?;
    Ok(value)
}

fn read_account(read: &impl Fn(&str) -> Option<Text>) -> Result<Account, SettingsError> {
    let required = |name| read(name).ok_or(SettingsError::Missing { name });
    let id: AccountId =
        required("ACCOUNT_ID")?.0.trim().parse().map_err(|_| SettingsError::Invalid {
            name: "ACCOUNT_ID",
            remedy: "Set it to the account's 16 digits.".into(),
        })?;
    let (access_key_id, secret) = read_access_key(read, &ROOT_ACCESS_KEY)?
        .ok_or(SettingsError::Missing { name: ROOT_ACCESS_KEY.id })?;
    let account = Account::new(id.clone(), access_key_id.clone(), secret);
    let Some((operator_id, secret)) = read_access_key(read, &OPERATOR_ACCESS_KEY)? else {
        return Ok(account);
    };
    if operator_id == access_key_id {
        return Err(SettingsError::Invalid {
            name: OPERATOR_ACCESS_KEY.id,
            remedy: "Set it to another id than ACCESS_KEY_ID.".into(),
        });
    }
    Ok(account.with(Caller::operator(id, operator_id), secret))
}

/// The secrets that are an access key.
struct AccessKeyNames {
    id: &'static str,
    secret: &'static str,
}

const ROOT_ACCESS_KEY: AccessKeyNames =
    AccessKeyNames { id: "ACCESS_KEY_ID", secret: "ACCESS_KEY_SECRET" };
/// Where it is not set, nobody can do what is the operator's.
const OPERATOR_ACCESS_KEY: AccessKeyNames =
    AccessKeyNames { id: "OPERATOR_ACCESS_KEY_ID", secret: "OPERATOR_ACCESS_KEY_SECRET" };

/// Without TLS nobody knows whose keys came, so it is for tests on one machine alone.
fn read_loopback_issuers(
    read: &impl Fn(&str) -> Option<Text>,
    development: bool,
) -> Result<bool, SettingsError> {
    let allowed = parse_word(read(LOOPBACK_ISSUERS.name), &LOOPBACK_ISSUERS)?;
    if allowed && !development {
        return Err(SettingsError::Invalid {
            name: LOOPBACK_ISSUERS.name,
            remedy:
                "It can be on in development alone, where the variable ENVIRONMENT is development."
                    .into(),
        });
    }
    Ok(allowed)
}

/// The id and the secret of an access key, if its id is set.
fn read_access_key(
    read: &impl Fn(&str) -> Option<Text>,
    names: &AccessKeyNames,
) -> Result<Option<(String, String)>, SettingsError> {
    let Some(id) = read(names.id) else { return Ok(None) };
    if !is_access_key_id(&id.0) {
        return Err(SettingsError::Invalid {
            name: names.id,
            remedy: "Set it to at most 128 letters, digits, '.', '_' or '-'.".into(),
        });
    }
    let secret = read(names.secret).ok_or(SettingsError::Missing { name: names.secret })?;
    if secret.0.chars().count() < MIN_SECRET_CHARS {
        return Err(SettingsError::Invalid {
            name: names.secret,
            remedy: "Set it to at least 16 random characters; 30 is what Alibaba's have.".into(),
        });
    }
    Ok(Some((id.0.clone(), secret.0.clone())))
}

fn is_access_key_id(text: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || c == '.' || c == '_' || c == '-';
    (1..=128).contains(&text.len()) && text.chars().all(plain)
}

const PRODUCTS_INVALID: SettingsError = SettingsError::Invalid {
    name: "PRODUCTS",
    remedy: Cow::Borrowed(
        "Set it to products parted by commas, each with an access key of its own, such as \
         oss=<access key id>:<secret>. A product is 1 to 32 lowercase letters, digits or '-', a secret has \
         at least 16 characters and no comma, and no two have one name or one access key.",
    ),
};

/// The account with the products that act for it.
fn read_products(
    read: &impl Fn(&str) -> Option<Text>,
    mut account: Account,
) -> Result<Account, SettingsError> {
    let Some(text) = read("PRODUCTS") else { return Ok(account) };
    let mut names: Vec<Product> = Vec::new();
    for part in text.0.split(',') {
        let entry = part.trim().split_once('=').and_then(|(name, key)| {
            let (id, secret) = key.split_once(':')?;
            let good = is_access_key_id(id) && secret.chars().count() >= MIN_SECRET_CHARS;
            Some((name.parse::<Product>().ok().filter(|_| good)?, id, secret))
        });
        let (product, id, secret) = entry.ok_or(PRODUCTS_INVALID)?;
        if names.contains(&product) {
            return Err(PRODUCTS_INVALID);
        }
        names.push(product.clone());
        account = account
            .with_product(product, id.to_owned(), secret.to_owned())
            .map_err(|_| PRODUCTS_INVALID)?;
    }
    Ok(account)
}

fn read_product_key_rotation(
    read: &impl Fn(&str) -> Option<Text>,
) -> Result<Option<RotationInterval>, SettingsError> {
    let Some(text) = read("PRODUCT_KEY_ROTATION_DAYS") else { return Ok(None) };
    let days = text.0.trim().parse().ok().filter(|days| (7..=730).contains(days));
    let interval = days.and_then(RotationInterval::from_days);
    interval.map(Some).ok_or(SettingsError::Invalid {
        name: "PRODUCT_KEY_ROTATION_DAYS",
        remedy: Cow::Borrowed("Set it to a number from 7 to 730, or remove it for no rotation."),
    })
}

fn read_retention(read: &impl Fn(&str) -> Option<Text>) -> Result<u16, SettingsError> {
    const NAME: &str = "AUDIT_RETENTION_DAYS";
    let Some(text) = read(NAME) else { return Ok(90) };
    let days = text.0.trim().parse().ok().filter(|days| (1..=3_650).contains(days));
    days.ok_or(SettingsError::Invalid {
        name: NAME,
        remedy: Cow::Borrowed("Set it to a number from 1 to 3650, or remove it for 90."),
    })
}

#[cfg(test)]
mod tests;
