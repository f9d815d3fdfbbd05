// SPDX-License-Identifier: Apache-2.0
//! Whether a request is one that a server takes, asked before it is sent, by the types that the server reads
//! it with, so that a wrong one costs no call; and whether an answer is what the server's types say.
//!
//! Of the key management service alone, which is what the client calls. The server that is called stays the
//! authority: what some deployment allows passes, and so does what an answer has of a later release.

use serde::de::{self, Deserialize, DeserializeOwned, Deserializer};
use zeroize::Zeroize;

use super::asked::{Wrong, check_names};
use super::fields::{self, Kind, Tree};
use super::params::Params;
use super::told::Fault;
use super::{DeploymentLimits, Dialect, alibaba, aws};
use crate::action::{ActionName, Clouds};
use crate::error::{ApiError, ErrorCode};
use crate::key::ProtectionLevel;
use crate::key::offer::{OfferPolicy, SpecSet};
use crate::product::Product;

/// What some deployment allows: `MAX_PLAINTEXT_BYTES` is at most 6,144.
const WIDEST: DeploymentLimits = DeploymentLimits {
    plaintext_max_len: 6_144,
    protection_levels: &[ProtectionLevel::Software, ProtectionLevel::Hsm],
    offer: OfferPolicy { unaudited: SpecSet::ALL, approved_only: false },
};

/// The fields of a request or an answer under the wire's names, with the values that its JSON has. Wiped when
/// dropped: one may be a secret.
pub struct Fields(Vec<(String, Tree)>);

impl Drop for Fields {
    fn drop(&mut self) {
        self.0.iter_mut().for_each(|(_, value)| wipe(value));
    }
}

fn wipe(tree: &mut Tree) {
    match tree {
        Tree::Text(text) => text.zeroize(),
        Tree::List(list) => list.iter_mut().for_each(wipe),
        Tree::Object(object) => object.iter_mut().for_each(|(_, value)| wipe(value)),
        Tree::Null | Tree::Bool(_) | Tree::Whole(_) | Tree::Number(_) => {}
    }
}

impl<'de> Deserialize<'de> for Fields {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match as_json(Tree::deserialize(deserializer)?) {
            Tree::Object(fields) => Ok(Self(fields)),
            _ => Err(de::Error::custom("it must be an object")),
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

/// Checks a request for the action that the wire calls `action`.
///
/// # Errors
/// What the server would answer, and `InvalidArgument` for a field that the action does not have.
pub fn check_request(dialect: Dialect, action: &str, request: &Fields) -> Result<(), Refusal> {
    let limits = dialect.limits(WIDEST);
    let outcome = match dialect {
        Dialect::Alibaba => ActionName::find(Product::Kms, action)
            .filter(|found| found.row().clouds != Clouds::Aws)
            .ok_or_else(|| no_action(action))
            .and_then(|found| {
                let mut params = params(&request.0)?;
                let outcome = alibaba::command::check(found, &params, &limits);
                params.wipe();
                outcome
            }),
        Dialect::Aws => ActionName::of_aws(Product::Kms, action)
            .next()
            .ok_or_else(|| no_action(action))
            .and_then(|found| aws::kms::check(found, &request.0, &limits)),
    };
    outcome.map_err(|wrong| refusal(dialect, action, wrong))
}

/// Reads what is no request of a cloud's by the reader of requests, whose errors name the field. `what` is what
/// the fields are of.
///
/// # Errors
/// `InvalidArgument`, which names the field and says what to give instead.
pub fn read<T: DeserializeOwned>(what: &str, fields: &Fields) -> Result<T, Refusal> {
    let invalid = |message| Refusal { code: "InvalidArgument", message };
    let known = fields::names(|find| drop(fields::read_whole::<T>(find)));
    let given = fields.0.iter().map(|(name, _)| name.as_str());
    check_names(given, known, &[]).map_err(|wrong| refusal(Dialect::Alibaba, what, wrong))?;
    fields::read_whole(&|name| aws::kms::field(&fields.0, name)).map_err(|error| {
        let name = error.name();
        invalid(match error.kind() {
            Kind::Missing => format!("{what}.{name} is missing."),
            Kind::Type | Kind::Value => format!("{what}.{name}: {}", error.remedy()),
        })
    })
}

/// Checks the answer of a server to a call of the action that the wire calls `action`: that what its type needs
/// is there, and that each field is of its JSON type. What the type does not have passes, and the first word or
/// text that it does not know ends the check: they are a later release's to say.
///
/// # Errors
/// A sentence that names the field, and no value.
pub fn check_answer(dialect: Dialect, action: &str, answer: &Fields) -> Result<(), String> {
    let found = match dialect {
        Dialect::Alibaba => ActionName::find(Product::Kms, action)
            .and_then(|found| alibaba::command::check_reply(found, &answer.0)),
        Dialect::Aws => ActionName::of_aws(Product::Kms, action)
            .next()
            .and_then(|found| aws::kms::check_answer(found, &answer.0)),
    };
    match found {
        Some(Err(Fault::Missing(path))) => Err(format!("the answer of {action} has no {path}")),
        Some(Err(Fault::Type(path, expected))) => {
            Err(format!("{path} in the answer of {action} must be {expected}"))
        }
        // Of an action that this release does not have, it can say nothing.
        None | Some(Ok(()) | Err(Fault::Unknown)) => Ok(()),
    }
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
mod tests;
