// SPDX-License-Identifier: Apache-2.0
//! Names of identities as AWS writes them.

use std::str::FromStr;

use crate::account::RoleArn;
use crate::text::TextError;

/// How ours begin.
const OWN: &str = "acs:ram::";
/// How AWS's names of what an account holds begin, and those of sessions.
const IAM: &str = "arn:aws:iam::";
const STS: &str = "arn:aws:sts::";

/// What stands behind the account in our names of those who call, and in AWS's.
const IDENTITIES: [(&str, &str, &str); 3] =
    [("root", IAM, "root"), ("user/", IAM, "user/"), ("assumed-role/", STS, "assumed-role/")];

/// A role's full name in AWS's form.
#[derive(Debug)]
pub struct AwsRoleArn(pub(super) RoleArn);

impl FromStr for AwsRoleArn {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        const FORM: TextError =
            TextError { expected: "It must be a role ARN: arn:aws:iam::<account id>:role/<name>." };
        let rest = text.strip_prefix(IAM).ok_or(FORM)?;
        format!("{OWN}{rest}").parse().map(Self).map_err(|_| FORM)
    }
}

crate::text::parsed_text!(AwsRoleArn);

#[cfg(feature = "schema")]
crate::schema::inline_schema!(AwsRoleArn, { "type": "string" });

/// AWS's name of whoever has this one. What AWS has no name for (the operator, cloud products) keeps ours.
pub(super) fn identity(own: &str) -> String {
    let read = || {
        let (account, who) = own.strip_prefix(OWN)?.split_once(':')?;
        IDENTITIES.iter().find_map(|(start, prefix, aws)| {
            let name = who.strip_prefix(start)?;
            Some(format!("{prefix}{account}:{aws}{name}"))
        })
    };
    read().unwrap_or_else(|| own.to_owned())
}

/// AWS's name of a session, from ours of its role with the session's behind it.
pub(super) fn session(own: &str) -> String {
    identity(&own.replacen(":role/", ":assumed-role/", 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_kind_of_identity_has_aws_s_name() {
        let account = "1234567890123456";
        for (own, aws) in [
            ("acs:ram::A:root", "arn:aws:iam::A:root"),
            ("acs:ram::A:user/alice", "arn:aws:iam::A:user/alice"),
            ("acs:ram::A:assumed-role/web/alice", "arn:aws:sts::A:assumed-role/web/alice"),
            ("acs:ram::A:product/oss", "acs:ram::A:product/oss"),
            ("edgekms::operator", "edgekms::operator"),
        ] {
            let [own, aws] = [own, aws].map(|text| text.replace('A', account));
            assert_eq!(identity(&own), aws);
        }
        let own = format!("acs:ram::{account}:role/web/alice");
        assert_eq!(session(&own), format!("arn:aws:sts::{account}:assumed-role/web/alice"));
    }

    #[test]
    fn a_role_is_named_in_aws_s_form_alone() {
        let arn: AwsRoleArn = "arn:aws:iam::1234567890123456:role/Web".parse().unwrap();
        assert_eq!(arn.0.to_string(), "acs:ram::1234567890123456:role/Web");
        for bad in [
            "",
            "acs:ram::1234567890123456:role/Web",
            "arn:aws:iam::123456789012:role/Web",
            "arn:aws:iam::1234567890123456:role/service-role/Web",
            "arn:aws:iam::1234567890123456:user/Web",
        ] {
            assert!(bad.parse::<AwsRoleArn>().is_err(), "{bad}");
        }
    }
}
