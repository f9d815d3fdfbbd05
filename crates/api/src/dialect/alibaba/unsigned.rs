// SPDX-License-Identifier: Apache-2.0
//! Requests that nobody signed. Official clients send those of AssumeRoleWithOIDC without an access key: all as
//! parameters, in the query, in a form or in both; some name action and version in headers besides, or there
//! alone. A `Timestamp` and a `SignatureNonce` may be there, and mean nothing without a signature.

use super::params::{Params, peek};
use super::request::{Content, check_media_type, parse_format};
use crate::action::{ActionName, Proof};
use crate::dialect::headers::{Headers, incomplete};
use crate::dialect::request::RawRequest;
use crate::error::ApiError;

/// What would have to be proven by a signature.
const SIGNED: [&str; 3] = ["AccessKeyId", "Signature", "SecurityToken"];

/// Reads a request without a signature, if its action can be one of those that need none.
pub(crate) fn read(raw: &RawRequest<'_>) -> Result<Option<Content>, ApiError> {
    let headers = raw.headers();
    let query = raw.query()?.as_bytes();
    let find = |name| peek(query, name).or_else(|| peek(raw.body, name));
    let is_signed =
        headers.first("authorization").is_some() || SIGNED.iter().any(|name| find(name).is_some());
    // The cheapest questions first: of nearly every request this is all that is looked at.
    let named = find("Action").or_else(|| headers.first("x-acs-action").map(str::to_owned));
    if is_signed || !named.is_some_and(|name| may_be_unsigned(&name)) {
        return Ok(None);
    }
    check_media_type(raw, headers)?;
    let mut params = Params::decode(query)?;
    params.merge(Params::decode(raw.body)?)?;
    parse_format(params.optional("Format"))?;
    // A name may be percent-encoded, which the first look does not see.
    if let Some(name) = SIGNED.iter().find(|name| params.optional(name).is_some()) {
        return Err(incomplete(&format!("Write {name} by its plain name.")));
    }
    let action = said(&params, "Action", headers, "x-acs-action")?;
    let version = said(&params, "Version", headers, "x-acs-version")?;
    let host = headers.one_word("host")?.map(str::to_owned);
    Ok(Some(Content { action, version, host, params }))
}

fn may_be_unsigned(name: &str) -> bool {
    let rows = ActionName::ALL.iter().map(|action| action.row());
    rows.filter(|row| row.proof == Proof::Token).any(|row| row.name == name)
}

/// What a parameter says, or a header, or both.
fn said(
    params: &Params,
    parameter: &str,
    headers: Headers<'_>,
    header: &str,
) -> Result<String, ApiError> {
    match (params.optional(parameter), headers.one_word(header)?) {
        (Some(one), Some(other)) if one != other => {
            let remedy = format!("It must be what the header {header} says.");
            Err(ApiError::invalid_parameter(parameter, remedy))
        }
        (Some(text), _) | (None, Some(text)) => Ok(text.to_owned()),
        (None, None) => Err(ApiError::missing_parameter(parameter)),
    }
}
