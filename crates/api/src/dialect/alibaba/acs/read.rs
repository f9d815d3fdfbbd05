// SPDX-License-Identifier: Apache-2.0
//! The signature that a request carries in its `Authorization` header.

use super::{ACS3, acs3, string_to_sign};
use crate::dialect::authorization::{Authorization, split};
use crate::dialect::headers::{Headers, incomplete};
use crate::dialect::signature::claim::{Claim, NONCE_MAX_LEN, Sender, parse_access_key_id};
use crate::dialect::signature::{Scheme, SecurityToken, canonical_request};
use crate::error::{ApiError, ErrorCode};
use crate::time::Timestamp;

const ACS4: &str = "ACS4-HMAC-SHA256";

/// The last part of every ACS4 scope, and the last link of the key's chain.
const ACS4_TERMINATOR: &str = "aliyun_v4_request";

/// Headers that must be signed. The rule of the documentation is wider (every common header that
/// is present), and no SDK keeps it; these are the ones that change what the request means.
const MUST_BE_SIGNED: [&str; 6] = [
    "host",
    "x-acs-action",
    "x-acs-content-sha256",
    "x-acs-date",
    "x-acs-signature-nonce",
    "x-acs-version",
];

/// Headers that must be signed if they are there.
const MUST_BE_SIGNED_IF_PRESENT: [&str; 2] = ["x-acs-accesskey-id", "x-acs-security-token"];

/// The request as it came.
pub(crate) struct Received<'a, 'q> {
    pub(crate) method: &'a str,
    /// The canonical query.
    pub(crate) query: &'q str,
    pub(crate) headers: Headers<'a>,
    pub(crate) body: &'a [u8],
}

/// Whose request an `Authorization` header says it is, at the least cost.
pub(crate) fn access_key_id(authorization: &str) -> Result<&str, ApiError> {
    let (algorithm, fields) = parse(authorization)?;
    match fields.credential.split_once('/') {
        Some((id, _)) if algorithm == ACS4 => Ok(id),
        _ => Ok(fields.credential),
    }
}

/// Who sent the request, and the signature that its `Authorization` header carries.
pub(crate) fn read<'a>(
    received: &Received<'a, '_>,
    authorization: &str,
) -> Result<(Sender, Claim<'a>), ApiError> {
    let headers = received.headers;
    let (algorithm, fields) = parse(authorization)?;
    let signed = fields.signed_headers(headers, &MUST_BE_SIGNED, &MUST_BE_SIGNED_IF_PRESENT)?;

    let date = headers.one_word("x-acs-date")?.ok_or(ErrorCode::IllegalTimestamp)?;
    let timestamp: Timestamp = date.parse().map_err(|_| ErrorCode::InvalidTimeStampFormat)?;
    let (access_key_id, scheme) = credential(algorithm, fields.credential, date)?;
    if headers.one_word("x-acs-accesskey-id")?.is_some_and(|id| id != access_key_id) {
        return Err(incomplete("The header x-acs-accesskey-id and the Credential differ."));
    }
    let nonce = headers.one_word("x-acs-signature-nonce")?.unwrap_or_default();
    if nonce.is_empty() || nonce.len() > NONCE_MAX_LEN {
        return Err(incomplete("The header x-acs-signature-nonce must have 1 to 256 bytes."));
    }
    let sender = Sender {
        access_key_id: parse_access_key_id(access_key_id)?,
        security_token: headers.one("x-acs-security-token")?.map(SecurityToken::new),
        timestamp,
        nonce: Some(nonce.to_owned()),
    };

    // Both are signed: the header that says what the body's hash is, and through it the body.
    let hash = headers.one_word("x-acs-content-sha256")?.unwrap_or_default();
    let strings_to_sign = headers
        .readings(&signed, Headers::sorted, Headers::sorted_lines)?
        .iter()
        .map(|values| {
            let request = canonical_request(received.method, received.query, values, hash);
            string_to_sign(algorithm, &request)
        })
        .collect();
    let claim = Claim {
        strings_to_sign,
        signature: fields.signature.to_owned(),
        scheme,
        contradicts_itself: false,
        body: Some((received.body, hash)),
        is_quoted: true,
    };
    Ok((sender, claim))
}

fn parse(authorization: &str) -> Result<(&'static str, Authorization<'_>), ApiError> {
    let (algorithm, fields) = split(authorization);
    let known = [ACS3, ACS4].into_iter().find(|known| *known == algorithm).ok_or_else(|| {
        ApiError::with_message(
            ErrorCode::InvalidSignatureMethod,
            "Specified signature method is not valid. Use ACS3-HMAC-SHA256.",
        )
    })?;
    let fields = Authorization::parse(fields).ok_or_else(|| {
        incomplete(
            "Authorization must be: ACS3-HMAC-SHA256 Credential=..,SignedHeaders=..,Signature=..",
        )
    })?;
    Ok((known, fields))
}

/// The access key id, and the scheme with what ACS4 adds to it.
fn credential<'a>(
    algorithm: &str,
    credential: &'a str,
    date: &str,
) -> Result<(&'a str, Scheme), ApiError> {
    if algorithm == ACS3 {
        return Ok((credential, acs3()));
    }
    let malformed = || {
        incomplete(
            "Credential must be: <access key id>/<yyyymmdd>/<region>/<product>/aliyun_v4_request, of the day of x-acs-date.",
        )
    };
    let (access_key_id, scope) = credential.split_once('/').ok_or_else(malformed)?;
    let day: String = date.chars().filter(char::is_ascii_digit).take(8).collect();
    let links: Vec<&str> = scope.splitn(5, '/').collect();
    match links[..] {
        [of, region, product, ACS4_TERMINATOR]
            if *of == day && !region.is_empty() && !product.is_empty() =>
        {
            let links = links.into_iter().map(str::to_owned).collect();
            Ok((access_key_id, Scheme { prefix: "aliyun_v4", links, ..acs3() }))
        }
        _ => Err(malformed()),
    }
}
