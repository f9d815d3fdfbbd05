// SPDX-License-Identifier: Apache-2.0
//! What a request of AWS's dialect says: the action in a header, all else in a JSON body.

use std::sync::OnceLock;

use super::sigv4::read as sigv4;
use super::{JSON_MEDIA_TYPE, TARGET_PREFIX, kms};
use crate::action::{ActionName, Command, Limits};
use crate::dialect::fields::Tree;
use crate::dialect::headers::incomplete;
use crate::dialect::request::RawRequest;
use crate::dialect::signature::SecurityToken;
use crate::dialect::signature::claim::{Claim, Sender};
use crate::error::{ApiError, ErrorCode};
use crate::id::Region;

/// Most fields of a body. Each that an action may have is looked for among all; the longest request has
/// some ten.
const FIELDS_MAX: usize = 256;

/// What a request asks for. The body is read when it is asked for, which is after its signature was
/// checked: as a tree it is many times its length.
pub(crate) struct Content {
    action: String,
    region: String,
    body: Vec<u8>,
    fields: OnceLock<Option<Vec<(String, Tree)>>>,
}

/// Whose request it says it is, at the least cost.
pub(crate) fn access_key_id(
    raw: &RawRequest<'_>,
) -> Result<(String, Option<SecurityToken>), ApiError> {
    let id = sigv4::access_key_id(authorization(raw)?)?.to_owned();
    Ok((id, raw.headers().one("x-amz-security-token")?.map(SecurityToken::new)))
}

/// Whether a request, good or bad, is one of this dialect's: it is signed in one of AWS's ways, or is not
/// signed in Alibaba's and names an action in AWS's.
pub(crate) fn is_one(raw: &RawRequest<'_>) -> bool {
    let headers = raw.headers();
    let authorization = headers.first("authorization").unwrap_or_default();
    let query = raw.target.split_once('?').map_or("", |(_, query)| query);
    let is_presigned = || query.split('&').any(|pair| pair.starts_with("X-Amz-Algorithm="));
    authorization.starts_with(sigv4::ALGORITHMS)
        || (!authorization.starts_with("ACS")
            && (headers.first("x-amz-target").is_some() || is_presigned()))
}

fn authorization<'a>(raw: &RawRequest<'a>) -> Result<&'a str, ApiError> {
    let headers = raw.headers();
    if !raw.query()?.is_empty() {
        return Err(incomplete(
            "Presigned URLs are not accepted: sign by an Authorization header.",
        ));
    }
    headers.one("authorization")?.ok_or_else(|| {
        ApiError::with_message(
            ErrorCode::NotSigned,
            "Missing Authentication Token. Sign the request by an Authorization header.",
        )
    })
}

/// Reads the request, and which signature it carries.
pub(crate) fn parse<'a>(raw: &RawRequest<'a>) -> Result<(Sender, Claim<'a>, Content), ApiError> {
    let headers = raw.headers();
    if raw.method != "POST" {
        return Err(unknown_operation("The method is POST."));
    }
    let other = ["x-acs-action", "x-acs-date", "x-acs-version", "x-acs-security-token"];
    if let Some(name) = other.iter().find(|name| headers.first(name).is_some()) {
        return Err(incomplete(&format!("The header {name} belongs to another protocol.")));
    }
    let (sender, claim, region) = sigv4::read(headers, authorization(raw)?, raw.body)?;
    let target = headers.one_word("x-amz-target")?.unwrap_or_default();
    let action = target.strip_prefix(TARGET_PREFIX).unwrap_or_default().to_owned();
    let media_type = headers.one("content-type")?.unwrap_or_default();
    if !media_type
        .split(';')
        .next()
        .unwrap_or_default()
        .trim()
        .eq_ignore_ascii_case(JSON_MEDIA_TYPE)
    {
        return Err(malformed_body("The Content-Type must be application/x-amz-json-1.1."));
    }
    let (region, body) = (region.to_owned(), raw.body.to_owned());
    Ok((sender, claim, Content { action, region, body, fields: OnceLock::new() }))
}

fn malformed_body(remedy: &'static str) -> ApiError {
    ApiError::with_message(ErrorCode::MalformedBody, remedy)
}

fn unknown_operation(remedy: &'static str) -> ApiError {
    ApiError::with_message(ErrorCode::InvalidApiNotFound, remedy)
}

impl Content {
    /// The action asked for.
    pub(crate) fn action(&self) -> Result<ActionName, ApiError> {
        if let Some(action) = ActionName::of_aws(&self.action).next() {
            return Ok(action);
        }
        if kms::OTHER_ACTIONS.contains(&self.action.as_str()) {
            let message = format!("The action {} is not supported by this server.", self.action);
            return Err(ApiError::with_message(ErrorCode::UnsupportedOperation, message));
        }
        Err(unknown_operation(
            "X-Amz-Target must be TrentService.<action>, with an action of AWS KMS.",
        ))
    }

    /// All that is asked.
    pub(crate) fn command(&self, action: ActionName, limits: &Limits) -> Result<Command, ApiError> {
        let fields = self.fields().ok_or_else(|| {
            malformed_body("The body must be a JSON object of at most 256 fields.")
        })?;
        kms::read(action, fields, limits)
    }

    /// The body's fields, if it is an object. The parser's own error would quote the body, so none is
    /// kept.
    fn fields(&self) -> Option<&[(String, Tree)]> {
        let read = || match serde_json::from_slice(&self.body) {
            Ok(Tree::Object(fields)) if fields.len() <= FIELDS_MAX => Some(fields),
            _ => None,
        };
        self.fields.get_or_init(read).as_deref()
    }

    /// The region called: the one that the credential is for.
    pub(crate) fn region<'a>(&self, served: &'a [Region]) -> Result<&'a Region, ApiError> {
        served.iter().find(|region| region.as_str() == self.region).ok_or_else(|| {
            ApiError::with_message(
                ErrorCode::SignatureDoesNotMatch,
                "Credential should be scoped to a region that this server serves.",
            )
        })
    }

    /// Those of the fields `names` that are there and are no lists or objects, as their caller wrote
    /// them.
    pub(crate) fn parameters(&self, names: &[&'static str]) -> Vec<(&'static str, String)> {
        let found = |name: &&'static str| {
            let (_, value) = self.fields()?.iter().find(|(held, _)| held == name)?;
            let text = match value {
                Tree::Text(text) => text.clone(),
                Tree::Whole(number) => number.to_string(),
                Tree::Bool(value) => value.to_string(),
                Tree::Null | Tree::Number(_) | Tree::List(_) | Tree::Object(_) => return None,
            };
            Some((*name, text))
        };
        names.iter().filter_map(found).collect()
    }
}
