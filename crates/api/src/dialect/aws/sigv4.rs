// SPDX-License-Identifier: Apache-2.0
//! Signature Version 4 (wire reference, "Transport").
//!
//! ```text
//! CanonicalRequest = POST \n / \n \n (name ":" value \n)* \n names \n hex(SHA-256(body))
//! StringToSign     = algorithm \n date \n scope \n hex(SHA-256(CanonicalRequest))
//! Signature        = hex(HMAC-SHA256(key, StringToSign))
//! key              = a chain of HMACs over day, region, service and terminator
//! ```

#[cfg(feature = "server")]
pub(crate) mod read;

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::{JSON_MEDIA_TYPE, TARGET_PREFIX};
use crate::dialect::signature::{Credentials, Hash, Scheme, canonical_request, hash_hex, names};
use crate::error::{ApiError, ErrorCode};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";
/// The one method, and there is no query.
const METHOD: &str = "POST";
const SERVICE: &str = "kms";
const TERMINATOR: &str = "aws4_request";

/// A value with its white space folded: what is between words counts as one space.
fn folded(value: &str) -> String {
    value.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

fn string_to_sign(date: &str, scope: &str, canonical_request: &str) -> String {
    format!("{ALGORITHM}\n{date}\n{scope}\n{}", hash_hex(canonical_request))
}

const fn scheme(links: Vec<String>) -> Scheme {
    Scheme { hash: Hash::Sha256Hex, prefix: "AWS4", suffix: "", links }
}

/// What a signature is for, besides the request itself.
#[derive(Clone, Copy, Debug)]
pub struct Scope<'a> {
    /// `yyyymmddThhmmssZ`, as the header `x-amz-date` has it.
    pub date: &'a str,
    /// The region that is called.
    pub region: &'a str,
    /// The service that is called.
    pub service: &'a str,
}

/// The value of the `Authorization` header that signs exactly these headers, names in lowercase.
///
/// # Errors
/// `IllegalTimestamp` for a date that is too short to be one.
pub fn authorization(
    scope: &Scope<'_>,
    headers: &BTreeMap<String, String>,
    body: &[u8],
    credentials: &Credentials,
) -> Result<String, ApiError> {
    let no_date = || ApiError::with_message(ErrorCode::IllegalTimestamp, "The date is too short.");
    let day = scope.date.get(.."yyyymmdd".len()).ok_or_else(no_date)?;
    let listed: Vec<(&str, Cow<'_, str>)> =
        headers.iter().map(|(name, value)| (name.as_str(), folded(value).into())).collect();
    let links = [day, scope.region, scope.service, TERMINATOR];
    let scheme = scheme(links.into_iter().map(str::to_owned).collect());
    let links = links.join("/");
    let canonical = canonical_request(METHOD, "", &listed, &hash_hex(body));
    let to_sign = string_to_sign(scope.date, &links, &canonical);
    let signature = scheme.sign(&credentials.access_key_secret, &to_sign)?;
    Ok(format!(
        "{ALGORITHM} Credential={}/{links}, SignedHeaders={}, Signature={signature}",
        credentials.access_key_id,
        names(&listed)
    ))
}

/// A request to be signed by a client.
#[derive(Clone, Copy, Debug)]
pub struct Unsigned<'a> {
    /// The host with its port, as the `Host` header will carry it.
    pub host: &'a str,
    /// The region that is called.
    pub region: &'a str,
    /// The action's name.
    pub action: &'a str,
    /// What goes into the body: JSON.
    pub body: &'a [u8],
    /// `yyyymmddThhmmssZ`.
    pub date: &'a str,
    /// Further headers to sign, names in lowercase.
    pub headers: &'a [(&'a str, &'a str)],
}

/// Signs a request. Gives every header to send, in the order of their names, but `host`, which the
/// transport writes itself and which is signed as given.
///
/// # Errors
/// `IllegalTimestamp` for a date that is too short to be one.
pub fn sign(
    request: &Unsigned<'_>,
    credentials: &Credentials,
) -> Result<Vec<(String, String)>, ApiError> {
    let hash = hash_hex(request.body);
    let target = format!("{TARGET_PREFIX}{}", request.action);
    let always = [
        ("content-type", JSON_MEDIA_TYPE),
        ("host", request.host),
        ("x-amz-content-sha256", &hash),
        ("x-amz-date", request.date),
        ("x-amz-target", &target),
    ];
    let mut headers = BTreeMap::new();
    let mut put = |name: &str, value: &str| headers.insert(name.to_owned(), value.to_owned());
    for (name, value) in always.iter().chain(request.headers) {
        put(name, value);
    }
    if let Some(token) = &credentials.security_token {
        put("x-amz-security-token", token.expose_secret());
    }

    let scope = Scope { date: request.date, region: request.region, service: SERVICE };
    let authorization = authorization(&scope, &headers, request.body, credentials)?;
    headers.insert("authorization".to_owned(), authorization);
    Ok(headers.into_iter().filter(|(name, _)| name != "host").collect())
}
