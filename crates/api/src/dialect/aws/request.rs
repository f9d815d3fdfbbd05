// SPDX-License-Identifier: Apache-2.0
//! What a request of AWS's dialect says. To KMS: the action in a header, all else in a JSON body. To STS: all
//! in a form.

use std::sync::OnceLock;

use super::service::{Service, is_media};
use super::sigv4::read as sigv4;
use super::{TARGET_PREFIX, kms, sts};
use crate::action::{ActionName, Command, Limits, Proof};
use crate::dialect::fields::Tree;
use crate::dialect::headers::incomplete;
use crate::dialect::params::{Params, peek};
use crate::dialect::request::RawRequest;
use crate::dialect::signature::SecurityToken;
use crate::dialect::signature::claim::{Claim, Sender};
use crate::error::{ApiError, ErrorCode};
use crate::id::Region;
use crate::product::Product;

/// Most fields of a body. Each that an action may have is looked for among all; the longest request has
/// some ten.
const FIELDS_MAX: usize = 256;

/// What a request asks for. The body is read when it is asked for, which is after its signature was
/// checked: as a tree it is many times its length.
pub(crate) struct Content {
    service: Service,
    /// From a header.
    action: String,
    region: String,
    body: Vec<u8>,
    fields: OnceLock<Option<Vec<(String, Tree)>>>,
    form: OnceLock<Result<Params, ApiError>>,
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
///
/// STS's version tells a form of AWS's, signed or not, from one of Alibaba's.
pub(crate) fn is_one(raw: &RawRequest<'_>) -> bool {
    let headers = raw.headers();
    let authorization = headers.first("authorization").unwrap_or_default();
    let query = raw.target.split_once('?').map_or("", |(_, query)| query);
    let is_presigned = || query.split('&').any(|pair| pair.starts_with("X-Amz-Algorithm="));
    let is_sts = || {
        Service::of(raw) == Service::Sts
            && peek(raw.body, "Version").as_deref() == Some(sts::VERSION)
    };
    authorization.starts_with(sigv4::ALGORITHMS)
        || (!authorization.starts_with("ACS")
            && (headers.first("x-amz-target").is_some() || is_presigned() || is_sts()))
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
    let service = Service::of(raw);
    let (sender, claim, region) = sigv4::read(service, headers, authorization(raw)?, raw.body)?;
    let target = headers.one_word("x-amz-target")?.unwrap_or_default();
    let action = target.strip_prefix(TARGET_PREFIX).unwrap_or_default().to_owned();
    let media_type = headers.one("content-type")?.unwrap_or_default();
    if !is_media(media_type, service.row().sent) {
        return Err(malformed_body(
            "The Content-Type must be application/x-amz-json-1.1 (STS: application/x-www-form-urlencoded).",
        ));
    }
    let (region, body) = (region.to_owned(), raw.body.to_owned());
    let (fields, form) = (OnceLock::new(), OnceLock::new());
    Ok((sender, claim, Content { service, action, region, body, fields, form }))
}

/// Reads a request without a signature, if its action can be one of those that need none: all in a form.
pub(crate) fn unsigned(raw: &RawRequest<'_>) -> Result<Option<Content>, ApiError> {
    let headers = raw.headers();
    // The cheapest questions first: of nearly every request this is all that is looked at.
    if headers.first("authorization").is_some() || Service::of(raw) != Service::Sts {
        return Ok(None);
    }
    let named = peek(raw.body, "Action").unwrap_or_default();
    let mut actions = ActionName::of_aws(Product::Sts, &named);
    if raw.method != "POST" || !actions.any(|action| action.row().proof == Proof::Token) {
        return Ok(None);
    }
    if !raw.query()?.is_empty() {
        return Err(incomplete("Send all parameters in the body."));
    }
    Ok(Some(Content {
        service: Service::Sts,
        action: String::new(),
        region: String::new(),
        body: raw.body.to_owned(),
        fields: OnceLock::new(),
        form: OnceLock::new(),
    }))
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
        let row = self.service.row();
        let name = match self.service {
            Service::Kms => self.action.as_str(),
            Service::Sts => self.form()?.optional("Action").unwrap_or_default(),
        };
        if self.is_of_another_version()? {
            return Err(unknown_operation(row.remedy));
        }
        if let Some(action) = ActionName::of_aws(row.product, name).next() {
            return Ok(action);
        }
        if row.other_actions.contains(&name) {
            let message = format!("The action {name} is not supported by this server.");
            return Err(ApiError::with_message(ErrorCode::UnsupportedOperation, message));
        }
        Err(unknown_operation(row.remedy))
    }

    /// Whether it asks for an API of which nobody here knows what it means.
    fn is_of_another_version(&self) -> Result<bool, ApiError> {
        Ok(match self.service {
            Service::Kms => false,
            Service::Sts => self.form()?.optional("Version") != Some(sts::VERSION),
        })
    }

    /// All that is asked.
    pub(crate) fn command(&self, action: ActionName, limits: &Limits) -> Result<Command, ApiError> {
        if self.service == Service::Sts {
            return sts::read(action, self.form()?, limits);
        }
        let fields = self.fields().ok_or_else(|| {
            malformed_body("The body must be a JSON object of at most 256 fields.")
        })?;
        kms::read(action, fields, limits)
    }

    fn form(&self) -> Result<&Params, ApiError> {
        self.form.get_or_init(|| Params::decode(&self.body)).as_ref().map_err(Clone::clone)
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

    /// The region called: the one that the credential is for. STS is the same for all of them, whichever
    /// one a client names: those of its global endpoint name one of AWS's.
    pub(crate) fn region<'a>(&self, served: &'a [Region]) -> Result<&'a Region, ApiError> {
        let named = served.iter().find(|region| region.as_str() == self.region);
        let any = served.first().filter(|_| !self.service.row().product.row().is_regional);
        named.or(any).ok_or_else(|| {
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
            if self.service == Service::Sts {
                return Some((*name, self.form().ok()?.optional(name)?.to_owned()));
            }
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
