// SPDX-License-Identifier: Apache-2.0
//! The signature that a request carries in its `Authorization` header.

use super::{ALGORITHM, METHOD, TERMINATOR, folded, scheme, string_to_sign};
use crate::dialect::authorization::{Authorization, split};
use crate::dialect::aws::service::Service;
use crate::dialect::headers::{Headers, incomplete};
use crate::dialect::signature::claim::{Claim, Sender, parse_access_key_id};
use crate::dialect::signature::{SecurityToken, canonical_request, hash_hex};
use crate::error::{ApiError, ErrorCode};
use crate::time::Timestamp;

/// How every algorithm of AWS's begins, the ones too that are not taken here.
pub(crate) const ALGORITHMS: &str = "AWS4-";

/// Headers that must be signed if they are there, besides those that every request to a service has.
const MUST_BE_SIGNED_IF_PRESENT: [&str; 2] = ["x-amz-content-sha256", "x-amz-security-token"];

/// Whose request an `Authorization` header says it is, at the least cost.
pub(crate) fn access_key_id(authorization: &str) -> Result<&str, ApiError> {
    let fields = parse(authorization)?;
    fields.credential.split_once('/').map(|(id, _)| id).ok_or_else(malformed)
}

/// Who sent the request to `service`, the region that its credential is for, and the signature that its
/// `Authorization` header carries.
pub(crate) fn read<'a>(
    service: Service,
    headers: Headers<'a>,
    authorization: &'a str,
    body: &'a [u8],
) -> Result<(Sender, Claim<'a>, &'a str), ApiError> {
    let fields = parse(authorization)?;
    let signed =
        fields.signed_headers(headers, service.row().signed, &MUST_BE_SIGNED_IF_PRESENT)?;
    let date = headers.one_word("x-amz-date")?.unwrap_or_default();
    let timestamp = Timestamp::from_basic(date).ok_or_else(|| {
        let message = "The header x-amz-date must be a UTC time such as 20160328T031308Z.";
        ApiError::with_message(ErrorCode::InvalidTimeStampFormat, message)
    })?;
    let (access_key_id, scope) = fields.credential.split_once('/').ok_or_else(malformed)?;
    let links: Vec<&str> = scope.splitn(5, '/').collect();
    let [day, region, scoped, TERMINATOR] = links[..] else { return Err(malformed()) };
    let sender = Sender {
        access_key_id: parse_access_key_id(access_key_id)?,
        security_token: headers.one("x-amz-security-token")?.map(SecurityToken::new),
        timestamp,
        nonce: None,
    };
    // A header that says what the body's hash is, is signed; not every client sends one.
    let claimed = headers.one_word("x-amz-content-sha256")?;
    let hash = claimed.map_or_else(|| hash_hex(body), str::to_owned);
    let strings_to_sign = headers
        .readings(&signed, Headers::in_order, Headers::lines_in_order)?
        .into_iter()
        .map(|mut values| {
            for (_, value) in &mut values {
                // What is neither doubled nor another white space than a space stands as it is signed.
                let is_other = |byte: u8| byte.is_ascii_whitespace() && byte != b' ';
                if value.contains("  ") || value.bytes().any(is_other) {
                    *value = folded(value).into();
                }
            }
            string_to_sign(date, scope, &canonical_request(METHOD, "", &values, &hash))
        })
        .collect();
    let claim = Claim {
        scheme: scheme(links.iter().map(|link| (*link).to_owned()).collect()),
        strings_to_sign,
        signature: fields.signature.to_owned(),
        // A scope of another day or service is none of this request's.
        contradicts_itself: !date.starts_with(day)
            || day.len() != "yyyymmdd".len()
            || scoped != service.row().name,
        body: claimed.map(|hash| (body, hash)),
        is_quoted: false,
    };
    Ok((sender, claim, region))
}

fn malformed() -> ApiError {
    incomplete(
        "Authorization must be: AWS4-HMAC-SHA256 Credential=<access key id>/<yyyymmdd>/<region>/<service>/aws4_request, SignedHeaders=.., Signature=..",
    )
}

fn parse(authorization: &str) -> Result<Authorization<'_>, ApiError> {
    let (algorithm, fields) = split(authorization);
    if algorithm != ALGORITHM {
        return Err(ApiError::with_message(
            ErrorCode::InvalidSignatureMethod,
            "The signature's algorithm is not accepted. Use AWS4-HMAC-SHA256.",
        ));
    }
    Authorization::parse(fields).ok_or_else(malformed)
}
