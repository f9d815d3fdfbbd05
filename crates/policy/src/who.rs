// SPDX-License-Identifier: Apache-2.0
//! Somebody by the name that GetCallerIdentity tells, or that a policy has.

use std::{borrow::Cow, str::FromStr};

use edgekms_api::id::AccountId;
use serde::{Deserialize, Deserializer, de};

use super::principal::Subject;

/// Somebody's name: an ARN in either cloud's form, or a service's name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Who {
    /// An account itself.
    Root(AccountId),
    /// A user, by name.
    User(AccountId, Box<str>),
    /// A role, by name.
    Role(AccountId, Box<str>),
    /// Somebody for whom an identity provider vouches, by the provider's ARN.
    Federated(Box<str>),
    /// A service, by its name.
    Service(Box<str>),
}

/// How names of what an account holds begin, in our words and in AWS's.
const PREFIXES: [&str; 3] = ["acs:ram::", "arn:aws:iam::", "arn:aws:sts::"];

impl FromStr for Who {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, &'static str> {
        const FORM: &str = "It must be an ARN such as acs:ram::<account id>:user/<name>, :role/<name>, :root or \
             :oidc-provider/<name>, or a service such as ecs.aliyuncs.com.";
        let Some(rest) = PREFIXES.iter().find_map(|prefix| text.strip_prefix(prefix)) else {
            let is_service = text.contains('.')
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b".-".contains(&byte));
            return if is_service { Ok(Self::Service(text.into())) } else { Err(FORM) };
        };
        let read = || {
            let (account, who) = rest.split_once(':')?;
            let account = AccountId::of_arn(account)?;
            if who == "root" {
                return Some(Self::Root(account));
            }
            let (class, name) = who.split_once('/').filter(|(_, name)| !name.is_empty())?;
            match class {
                "user" => Some(Self::User(account, name.into())),
                "role" => Some(Self::Role(account, name.into())),
                // A session has its role's name first, and its own behind it.
                "assumed-role" => {
                    let role = name.split('/').next().unwrap_or(name);
                    Some(Self::Role(account, role.into()))
                }
                "oidc-provider" => Some(Self::Federated(text.into())),
                _ => None,
            }
        };
        read().ok_or(FORM)
    }
}

impl<'de> Deserialize<'de> for Who {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Cow::<str>::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

impl<'a> From<&'a Who> for Subject<'a> {
    fn from(who: &'a Who) -> Self {
        match who {
            Who::Root(account) => Self::Root { account },
            Who::User(account, name) => Self::User { account, name },
            Who::Role(account, name) => Self::Role { account, name },
            Who::Federated(provider) => Self::Federated { provider },
            Who::Service(name) => Self::Service { name },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_either_cloud_are_read() {
        let account = || "1111111111111111".parse::<AccountId>().unwrap();
        let user = |name: &str| Who::User(account(), name.into());
        let role = |name: &str| Who::Role(account(), name.into());
        for (text, who) in [
            ("acs:ram::1111111111111111:root", Who::Root(account())),
            ("acs:ram::1111111111111111:user/alice", user("alice")),
            ("arn:aws:iam::1111111111111111:user/alice", user("alice")),
            ("acs:ram::1111111111111111:role/web", role("web")),
            ("acs:ram::1111111111111111:assumed-role/web/session-1", role("web")),
            ("arn:aws:sts::1111111111111111:assumed-role/web/session-1", role("web")),
            ("ecs.aliyuncs.com", Who::Service("ecs.aliyuncs.com".into())),
        ] {
            assert_eq!(text.parse::<Who>().unwrap(), who, "{text}");
        }
        let provider = "acs:ram::1111111111111111:oidc-provider/login";
        assert_eq!(provider.parse::<Who>().unwrap(), Who::Federated(provider.into()));
        for bad in [
            "",
            "alice",
            "user/alice",
            "acs:ram::1111111111111111",
            "acs:ram::1111111111111111:*",
            "acs:ram::1111111111111111:user/",
            "acs:ram::1111111111111111:group/all",
            "acs:ram::111:user/alice",
            "acs:kms::1111111111111111:user/alice",
            "https://ecs.aliyuncs.com",
        ] {
            bad.parse::<Who>().unwrap_err();
        }
    }
}
