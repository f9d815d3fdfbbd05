// SPDX-License-Identifier: Apache-2.0
//! Whether a request is one that a server takes, asked before it is sent: by the types that the server reads
//! it with, so that a wrong one costs no call.
//!
//! Of the key management service alone, which is what the client calls. Whatever some deployment allows passes:
//! what the one called allows, only it can say.

use serde::de::{self, Deserialize, Deserializer};

use super::fields::Tree;
use super::params::Params;
use super::{DeploymentLimits, Dialect, alibaba, aws};
use crate::action::{Action, ActionName, Clouds, Limits};
use crate::error::{ApiError, ErrorCode};
use crate::key::offer::{OfferPolicy, SpecSet};
use crate::key::{KeyReference, ProtectionLevel};
use crate::product::Product;

/// What some deployment allows: `MAX_PLAINTEXT_BYTES` is at most 6,144.
const WIDEST: DeploymentLimits = DeploymentLimits {
    plaintext_max_len: 6_144,
    protection_levels: &[ProtectionLevel::Software, ProtectionLevel::Hsm],
    offer: OfferPolicy { unaudited: SpecSet::ALL, approved_only: false },
};

/// A request's fields under the wire's names, with the values that its JSON has.
pub struct RequestFields(Vec<(String, Tree)>);

impl<'de> Deserialize<'de> for RequestFields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match as_json(Tree::deserialize(deserializer)?) {
            Tree::Object(fields) => Ok(Self(fields)),
            _ => Err(de::Error::custom("a request is an object")),
        }
    }
}

/// JavaScript has one kind of number, and writes one without a fraction as a whole number.
fn as_json(tree: Tree) -> Tree {
    #[expect(clippy::cast_possible_truncation, reason = "it stops at the ends, as `Tree` does")]
    match tree {
        // From 1e21 on it writes an exponent.
        Tree::Number(value) if value.fract() == 0.0 && value.abs() < 1e21 => {
            Tree::Whole(value as i64)
        }
        Tree::List(list) => Tree::List(list.into_iter().map(as_json).collect()),
        Tree::Object(object) => {
            Tree::Object(object.into_iter().map(|(name, value)| (name, as_json(value))).collect())
        }
        other => other,
    }
}

/// Why a request would be refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The server's code in the dialect; `InvalidArgument` for what a server passes over.
    pub code: &'static str,
    /// The server's sentence, which names the parameter and says what to send instead.
    pub message: String,
}

/// What is wrong with a request, before whose dialect it is in gives it a name.
pub(crate) enum Wrong {
    /// What the server would answer.
    Answer(ApiError),
    /// A field that the action does not have. Servers pass it over; whoever wrote it meant something.
    Unknown { name: String, known: Vec<String> },
}

impl From<ErrorCode> for Wrong {
    fn from(code: ErrorCode) -> Self {
        Self::Answer(code.into())
    }
}

impl From<ApiError> for Wrong {
    fn from(error: ApiError) -> Self {
        Self::Answer(error)
    }
}

/// Checks a request for the action that the wire calls `action`.
///
/// # Errors
/// What the server would answer, and `InvalidArgument` for a field that the action does not have.
pub fn check(dialect: Dialect, action: &str, request: &RequestFields) -> Result<(), Refusal> {
    let limits = dialect.limits(WIDEST);
    let outcome = match dialect {
        Dialect::Alibaba => ActionName::find(Product::Kms, action)
            .filter(|found| found.row().clouds != Clouds::Aws)
            .ok_or_else(|| no_action(action))
            .and_then(|found| alibaba::command::check(found, &params(&request.0)?, &limits)),
        Dialect::Aws => ActionName::of_aws(Product::Kms, action)
            .next()
            .ok_or_else(|| no_action(action))
            .and_then(|found| aws::kms::check(found, &request.0, &limits)),
    };
    outcome.map_err(|wrong| refusal(dialect, action, wrong))
}

fn no_action(action: &str) -> Wrong {
    let message = format!("The dialect has no action {action}.");
    ApiError::with_message(ErrorCode::InvalidApiNotFound, message).into()
}

fn refusal(dialect: Dialect, action: &str, wrong: Wrong) -> Refusal {
    match wrong {
        Wrong::Answer(error) => {
            let code = match dialect {
                Dialect::Alibaba => error.code().as_str(),
                Dialect::Aws => aws::error_name(error.code()),
            };
            Refusal { code, message: error.message().to_owned() }
        }
        Wrong::Unknown { name, known } if known.is_empty() => Refusal {
            code: "InvalidArgument",
            message: format!("{action} has no field {name}: it has none."),
        },
        Wrong::Unknown { name, known } => Refusal {
            code: "InvalidArgument",
            message: format!("{action} has no field {name}. It has {}.", known.join(", ")),
        },
    }
}

/// A command of whichever action, as far as it is checked. What is compiled for each action is then little more
/// than how it is read.
pub(crate) trait Asks {
    fn key(&self) -> Option<&KeyReference>;
    fn source_key(&self) -> Option<&KeyReference>;
    fn check(&self, limits: &Limits) -> Result<(), ApiError>;
}

impl<A: Action> Asks for A {
    fn key(&self) -> Option<&KeyReference> {
        Action::key(self)
    }
    fn source_key(&self) -> Option<&KeyReference> {
        Action::source_key(self)
    }
    fn check(&self, limits: &Limits) -> Result<(), ApiError> {
        Action::check(self, limits)
    }
}

/// Whether all that is given is among the fields `known`, or is documented and refused.
pub(crate) fn check_names<'a>(
    mut given: impl Iterator<Item = &'a str>,
    known: Vec<String>,
    not_offered: &[&str],
) -> Result<(), Wrong> {
    let is_unknown =
        |name: &&str| !known.iter().any(|held| held == name) && !not_offered.contains(name);
    match given.find(is_unknown) {
        None => Ok(()),
        Some(name) => Err(Wrong::Unknown { name: name.to_owned(), known }),
    }
}

/// As parameters, which are texts: a list or an object is JSON.
fn params(request: &[(String, Tree)]) -> Result<Params, ApiError> {
    let mut params = Params::new();
    for (name, value) in request {
        let text = match value {
            Tree::Text(text) => text.clone(),
            other => serde_json::to_string(other).map_err(ApiError::internal)?,
        };
        params.insert(name, text)?;
    }
    Ok(params)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outcome(
        dialect: Dialect,
        action: &str,
        request: &str,
    ) -> Result<(), (&'static str, String)> {
        let request = serde_json::from_str(request).unwrap();
        check(dialect, action, &request).map_err(|refusal| (refusal.code, refusal.message))
    }

    fn refused(dialect: Dialect, action: &str, request: &str) -> (&'static str, String) {
        outcome(dialect, action, request).unwrap_err()
    }

    #[test]
    fn each_dialect_has_its_codes_and_names_the_field() {
        for (dialect, missing, invalid) in [
            (Dialect::Alibaba, "MissingParameter", "InvalidParameter"),
            (Dialect::Aws, "ValidationException", "ValidationException"),
        ] {
            let (code, message) = refused(dialect, "ScheduleKeyDeletion", "{}");
            assert_eq!(code, missing);
            assert!(message.contains("\"KeyId\""), "{message}");
            let long = r#"{"KeyId":"k","PendingWindowInDays":4000}"#;
            let (code, message) = refused(dialect, "ScheduleKeyDeletion", long);
            assert_eq!(code, invalid);
            assert!(message.contains("\"PendingWindowInDays\""), "{message}");
            let good = r#"{"KeyId":"k","PendingWindowInDays":7}"#;
            assert_eq!(outcome(dialect, "ScheduleKeyDeletion", good), Ok(()));
        }
    }

    #[test]
    fn a_field_that_the_action_does_not_have_is_named_with_those_that_it_has() {
        for dialect in [Dialect::Alibaba, Dialect::Aws] {
            let (code, message) = refused(dialect, "DescribeKey", r#"{"KeyID":"alias/a"}"#);
            assert_eq!(code, "InvalidArgument");
            assert!(
                message.starts_with("DescribeKey has no field KeyID. It has KeyId"),
                "{message}"
            );
        }
        let (code, message) = refused(Dialect::Alibaba, "DescribeRegions", r#"{"Place":"here"}"#);
        assert_eq!(
            (code, &*message),
            ("InvalidArgument", "DescribeRegions has no field Place: it has none.",)
        );
    }

    #[test]
    fn a_documented_field_that_is_not_offered_has_the_server_s_code() {
        let request = r#"{"DKMSInstanceId":"kst-1"}"#;
        assert_eq!(refused(Dialect::Alibaba, "CreateKey", request).0, "UnsupportedOperation");
        let request = r#"{"MultiRegion":true}"#;
        assert_eq!(refused(Dialect::Aws, "CreateKey", request).0, "UnsupportedOperationException");
    }

    #[test]
    fn lists_and_objects_are_read_as_either_dialect_has_them() {
        for request in [
            r#"{"KeyId":"k","Tags":[{"TagKey":"a","TagValue":"b"}]}"#,
            r#"{"KeyId":"k","Tags":"[{\"TagKey\":\"a\",\"TagValue\":\"b\"}]"}"#,
        ] {
            assert_eq!(outcome(Dialect::Alibaba, "TagResource", request), Ok(()), "{request}");
        }
        let typed = r#"{"KeyId":"k","Tags":[{"TagKey":"a","TagValue":"b"}]}"#;
        assert_eq!(outcome(Dialect::Aws, "TagResource", typed), Ok(()));
        let untyped = r#"{"KeyId":"k","Tags":"a"}"#;
        assert_eq!(refused(Dialect::Aws, "TagResource", untyped).0, "SerializationException");
        let dotted = r#"{"ResourceType":"key","ResourceId.1":"k","Tag.1.Key":"a"}"#;
        assert_eq!(outcome(Dialect::Alibaba, "TagResources", dotted), Ok(()));
    }

    #[test]
    fn a_number_without_a_fraction_is_whole() {
        let days = |text: &str| format!(r#"{{"KeyId":"k","PendingWindowInDays":{text}}}"#);
        for dialect in [Dialect::Alibaba, Dialect::Aws] {
            assert_eq!(outcome(dialect, "ScheduleKeyDeletion", &days("7.0")), Ok(()));
            assert!(outcome(dialect, "ScheduleKeyDeletion", &days("7.5")).is_err());
            assert!(outcome(dialect, "ScheduleKeyDeletion", &days("-7.0")).is_err());
        }
        let large = refused(Dialect::Aws, "ScheduleKeyDeletion", &days("1e19"));
        let written = refused(Dialect::Aws, "ScheduleKeyDeletion", &days("10000000000000000000"));
        assert_eq!(large, written);
    }

    #[test]
    fn an_action_of_the_other_cloud_is_none() {
        assert_eq!(refused(Dialect::Alibaba, "RotateKeyOnDemand", "{}").0, "InvalidApi.NotFound");
        assert_eq!(refused(Dialect::Aws, "OpenKmsService", "{}").0, "UnknownOperationException");
        assert_eq!(refused(Dialect::Alibaba, "CreateUser", "{}").0, "InvalidApi.NotFound");
    }

    #[test]
    fn what_only_some_deployments_offer_passes() {
        for row in crate::key::offer::OFFERED {
            let (spec, usage) = (row.spec, row.usage);
            let request = format!(r#"{{"KeySpec":"{spec}","KeyUsage":"{usage}"}}"#);
            assert_eq!(outcome(Dialect::Alibaba, "CreateKey", &request), Ok(()), "{request}");
        }
        let hsm = r#"{"ProtectionLevel":"HSM"}"#;
        assert_eq!(outcome(Dialect::Alibaba, "CreateKey", hsm), Ok(()));
        let other = r#"{"KeySpec":"RSA_2048","KeyUsage":"GENERATE_VERIFY_MAC"}"#;
        assert_eq!(refused(Dialect::Alibaba, "CreateKey", other).0, "InvalidParameter");
    }
}
