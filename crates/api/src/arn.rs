// SPDX-License-Identifier: Apache-2.0
//! Resource names (wire reference, section 2.1): `acs:kms:<region>:<account>:key/<KeyId>` and
//! `acs:kms:<region>:<account>:alias/<name>`, five parts parted by colons. AWS's names of the same
//! things have one part more in front: `arn:aws:kms:..`.

use std::fmt;
use std::str::FromStr;

use crate::id::{AccountId, AliasName, KeyId, Region};
use crate::text::TextError;

const KEY_ARN_FORM: TextError =
    TextError { expected: "It must be a key ARN: acs:kms:<region>:<account id>:key/<key id>." };
const ALIAS_ARN_FORM: TextError =
    TextError { expected: "It must be an alias ARN: acs:kms:<region>:<account id>:alias/<name>." };

/// The full name of a CMK.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct KeyArn {
    /// The region whose keyring holds the key.
    pub region: Region,
    /// The account that owns the key.
    pub account: AccountId,
    /// The key in that keyring.
    pub key_id: KeyId,
}

/// The full name of an alias.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct AliasArn {
    /// The region whose keyring holds the alias.
    pub region: Region,
    /// The account that owns the alias.
    pub account: AccountId,
    /// The alias, with its `alias/`.
    pub name: AliasName,
}

/// The full name of anything that a policy can be about, of whatever service.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ResourceArn {
    /// Such as `kms`.
    pub service: Box<str>,
    /// Where it is; empty for what no region has.
    pub region: Box<str>,
    /// The account that owns it.
    pub account: AccountId,
    /// Its name there, such as `key/<key id>`. At most 512 bytes.
    pub name: Box<str>,
}

/// Longest name of a resource, in bytes. An alias has 261.
const RESOURCE_NAME_MAX_LEN: usize = 512;

/// How AWS's names of this service begin.
const AWS_PREFIX: &str = "arn:aws:kms:";
/// How Alibaba's do. It is also the form that is stored and sent.
const PREFIX: &str = "acs:kms:";

/// A resource name as AWS writes it.
#[derive(Clone, Copy, Debug)]
pub struct AwsForm<'a, T>(pub &'a T);

impl<T: fmt::Display> fmt::Display for AwsForm<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = self.0.to_string();
        write!(f, "{AWS_PREFIX}{}", text.strip_prefix(PREFIX).unwrap_or(&text))
    }
}

impl<T: fmt::Display> serde::Serialize for AwsForm<'_, T> {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

/// Reads a resource name as AWS writes it.
///
/// # Errors
/// What the name must be.
pub fn from_aws_form<T: FromStr<Err = TextError>>(text: &str) -> Result<T, TextError> {
    const FORM: TextError =
        TextError { expected: "It must be an ARN: arn:aws:kms:<region>:<account id>:<resource>." };
    let rest = text.strip_prefix(AWS_PREFIX).ok_or(FORM)?;
    format!("{PREFIX}{rest}").parse().map_err(|_| FORM)
}

/// Region, account and relative name of any ARN of the service.
fn split(text: &str) -> Option<(&str, &str, &str)> {
    let mut parts = text.strip_prefix(PREFIX)?.split(':');
    let parsed = (parts.next()?, parts.next()?, parts.next()?);
    parts.next().is_none().then_some(parsed)
}

impl FromStr for KeyArn {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let parse = || {
            let (region, account, resource) = split(text)?;
            Some(Self {
                region: region.parse().ok()?,
                account: AccountId::of_arn(account)?,
                key_id: resource.strip_prefix("key/")?.parse().ok()?,
            })
        };
        parse().ok_or(KEY_ARN_FORM)
    }
}

impl FromStr for AliasArn {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let parse = || {
            let (region, account, name) = split(text)?;
            Some(Self {
                region: region.parse().ok()?,
                account: AccountId::of_arn(account)?,
                name: name.parse().ok()?,
            })
        };
        parse().ok_or(ALIAS_ARN_FORM)
    }
}

impl FromStr for ResourceArn {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        const FORM: TextError = TextError {
            expected: "It must be an ARN: acs:<service>:<region>:<account id>:<name>.",
        };
        let is_word = |text: &&str| {
            text.len() <= 64
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        };
        let parse = || {
            let mut parts = text.strip_prefix("acs:")?.splitn(4, ':');
            let service = parts.next().filter(|text| !text.is_empty()).filter(is_word)?;
            // RAM's own names have a wildcard where no region is.
            let region = parts.next()?;
            let region = Some(if region == "*" { "" } else { region }).filter(is_word)?;
            let account = AccountId::of_arn(parts.next()?)?;
            let name = parts.next().filter(|name| {
                (1..=RESOURCE_NAME_MAX_LEN).contains(&name.len())
                    && !name.contains(char::is_control)
            })?;
            Some(Self {
                service: service.into(),
                region: region.into(),
                account,
                name: name.into(),
            })
        };
        parse().ok_or(FORM)
    }
}

impl fmt::Display for ResourceArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "acs:{}:{}:{}:{}", self.service, self.region, self.account, self.name)
    }
}

impl fmt::Display for KeyArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "acs:kms:{}:{}:key/{}", self.region, self.account, self.key_id)
    }
}

impl fmt::Display for AliasArn {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "acs:kms:{}:{}:{}", self.region, self.account, self.name)
    }
}

crate::text::printed_text!(KeyArn, AliasArn, ResourceArn);

#[cfg(test)]
mod tests {
    use super::*;

    const KEY: &str =
        "acs:kms:cn-hangzhou:1234567890123456:key/0b5c1a2d-3e4f-4a5b-8c6d-7e8f9a0b1c2d";

    #[test]
    fn arns_print_as_they_were_read() {
        assert_eq!(KEY.parse::<KeyArn>().unwrap().to_string(), KEY);
        let alias = "acs:kms:cn-hangzhou:1234567890123456:alias/photos/2026";
        assert_eq!(alias.parse::<AliasArn>().unwrap().to_string(), alias);
    }

    #[test]
    fn what_a_policy_is_about_has_any_service_and_any_name() {
        for (text, printed) in [
            (KEY, KEY),
            ("acs:ram:*:1234567890123456:user/alice", "acs:ram::1234567890123456:user/alice"),
            ("acs:kms:cn-hangzhou:1234567890123456:*", "acs:kms:cn-hangzhou:1234567890123456:*"),
        ] {
            assert_eq!(text.parse::<ResourceArn>().unwrap().to_string(), printed);
        }
        let long = format!("acs:kms:cn-hangzhou:1234567890123456:{}", "a".repeat(513));
        for bad in [
            "*",
            "acs::cn-hangzhou:1234567890123456:key/k",
            "acs:kms:cn-hangzhou:*:key/k",
            "acs:kms:cn-hangzhou:1234567890123456:",
            "acs:kms:cn-hangzhou:1234567890123456:key/\n",
            "acs:kms:cn hangzhou:1234567890123456:key/k",
            &long,
        ] {
            assert!(bad.parse::<ResourceArn>().is_err(), "{bad}");
        }
    }

    #[test]
    fn aws_s_form_names_the_same_thing() {
        let arn: KeyArn = KEY.parse().unwrap();
        let text = AwsForm(&arn).to_string();
        assert_eq!(text, KEY.replace("acs:", "arn:aws:"));
        assert_eq!(from_aws_form::<KeyArn>(&text).unwrap(), arn);
        assert!(from_aws_form::<KeyArn>(KEY).is_err());
        assert!(from_aws_form::<AliasArn>(&text).is_err());
    }

    #[test]
    fn a_name_of_aws_s_own_names_a_key_of_another_account() {
        let text = "arn:aws:kms:us-east-1:123456789012:key/mrk-0b5c1a2d3e4f4a5b8c6d7e8f9a0b1c2d";
        let arn: KeyArn = from_aws_form(text).unwrap();
        assert_eq!((arn.account.as_str(), arn.region.as_str()), ("123456789012", "us-east-1"));
        assert_eq!(AwsForm(&arn).to_string(), text);
        // As it is sent to a keyring.
        let sent = serde_json::to_string(&arn).unwrap();
        assert_eq!(serde_json::from_str::<KeyArn>(&sent).unwrap(), arn);
        let alias = "arn:aws:kms:us-east-1:123456789012:alias/a";
        assert_eq!(AwsForm(&from_aws_form::<AliasArn>(alias).unwrap()).to_string(), alias);
        for bad in ["1", "12345678901", "1234567890123", "12345678901a", ""] {
            assert!(from_aws_form::<KeyArn>(&text.replace("123456789012", bad)).is_err(), "{bad}");
        }
        for bad in ["arn:aws-cn:", "arn:aws:s3:", "arn::kms:", "arn:aws:kms:us-east-1:"] {
            assert!(from_aws_form::<KeyArn>(&text.replace("arn:aws:kms:", bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn anything_but_five_good_parts_is_refused() {
        let extra = format!("{KEY}:1");
        let other_service = KEY.replace("kms", "oss");
        let no_region = KEY.replace("cn-hangzhou", "");
        let alias = KEY.replace("key/", "alias/");
        for bad in [
            "",
            "acs:kms",
            &extra,
            &other_service,
            &no_region,
            &alias,
            "acs:kms:cn-hangzhou:123:key/a",
        ] {
            assert!(bad.parse::<KeyArn>().is_err(), "{bad}");
        }
    }
}
