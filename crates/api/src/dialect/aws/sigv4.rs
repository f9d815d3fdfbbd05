// SPDX-License-Identifier: Apache-2.0
//! Signature Version 4 (wire reference, "Transport").
//!
//! ```text
//! CanonicalRequest = POST \n / \n \n (name ":" value \n)* \n names \n hex(SHA-256(body))
//! StringToSign     = algorithm \n date \n scope \n hex(SHA-256(CanonicalRequest))
//! Signature        = hex(HMAC-SHA256(key, StringToSign))
//! key              = a chain of HMACs over day, region, service and terminator
//! ```

use std::collections::BTreeMap;

use super::{JSON_MEDIA_TYPE, TARGET_PREFIX};
use crate::dialect::headers::{Headers, incomplete};
use crate::dialect::signature::{
    Claim, Credentials, Hash, MAX_SIGNED_HEADERS, Scheme, SecurityToken, Sender, hash_hex,
    parse_access_key_id,
};
use crate::error::{ApiError, ErrorCode};
use crate::time::Timestamp;

pub(crate) const ALGORITHM: &str = "AWS4-HMAC-SHA256";
const SERVICE: &str = "kms";
const TERMINATOR: &str = "aws4_request";

/// Headers that must be signed: those that change what the request means.
const MUST_BE_SIGNED: [&str; 3] = ["host", "x-amz-date", "x-amz-target"];
/// Headers that must be signed if they are there.
const MUST_BE_SIGNED_IF_PRESENT: [&str; 2] = ["x-amz-content-sha256", "x-amz-security-token"];

/// Who sent the request, the region that its credential is for, and the signature that its
/// `Authorization` header carries.
pub(crate) fn read<'a>(
    headers: Headers<'a>,
    authorization: &'a str,
    body: &[u8],
) -> Result<(Sender, Claim, &'a str), ApiError> {
    let parsed = Authorization::parse(authorization)?;
    let signed: Vec<&str> = parsed.signed_headers.split(';').collect();
    check_signed_headers(headers, &signed)?;
    let date = headers.one_word("x-amz-date")?.ok_or(ErrorCode::IllegalTimestamp)?;
    let timestamp = Timestamp::from_basic(date).ok_or(ErrorCode::InvalidTimeStampFormat)?;
    let (access_key_id, scope) = parsed.credential.split_once('/').ok_or_else(malformed)?;
    let links: Vec<&str> = scope.split('/').collect();
    let [day, region, service, TERMINATOR] = links[..] else { return Err(malformed()) };
    let sender = Sender {
        access_key_id: parse_access_key_id(access_key_id)?,
        security_token: headers.one("x-amz-security-token")?.map(SecurityToken::new),
        timestamp,
        nonce: None,
    };
    let values = signed.iter().map(|&name| Some((name, folded(&headers.canonical(name)?))));
    let values = values
        .collect::<Option<Vec<_>>>()
        .ok_or_else(|| incomplete("SignedHeaders names a header that is not there."))?;
    let hash = hash_hex(body);
    let claimed_hash = headers.one_word("x-amz-content-sha256")?;
    let canonical = canonical_request(&values, &hash);
    let claim = Claim {
        scheme: scheme(links.into_iter().map(str::to_owned).collect()),
        strings_to_sign: vec![string_to_sign(date, scope, &canonical)],
        signature: parsed.signature.to_owned(),
        // A scope of another day or service is none of this request's.
        contradicts_itself: !date.starts_with(day)
            || day.len() != "yyyymmdd".len()
            || service != SERVICE
            || claimed_hash.is_some_and(|claimed| claimed != hash),
        is_quoted: false,
    };
    Ok((sender, claim, region))
}

/// Whose request an `Authorization` header says it is, at the least cost.
pub(crate) fn access_key_id(authorization: &str) -> Option<&str> {
    let (_, rest) = authorization.split_once("Credential=")?;
    rest.split_once('/').map(|(id, _)| id)
}

/// The `Authorization` header, taken apart.
struct Authorization<'a> {
    credential: &'a str,
    signed_headers: &'a str,
    signature: &'a str,
}

fn malformed() -> ApiError {
    incomplete(
        "Authorization must be: AWS4-HMAC-SHA256 Credential=<access key id>/<yyyymmdd>/<region>/kms/aws4_request, SignedHeaders=.., Signature=..",
    )
}

impl<'a> Authorization<'a> {
    fn parse(text: &'a str) -> Result<Self, ApiError> {
        let fields = text.trim().strip_prefix(ALGORITHM).ok_or_else(malformed)?;
        let mut fields = fields.split(',').map(str::trim);
        let mut field = |name: &str| {
            let value = fields.next()?.strip_prefix(name)?.strip_prefix('=')?;
            (!value.is_empty()).then_some(value)
        };
        let credential = field("Credential").ok_or_else(malformed)?;
        let signed_headers = field("SignedHeaders").ok_or_else(malformed)?;
        let signature = field("Signature").ok_or_else(malformed)?;
        match fields.next() {
            None => Ok(Self { credential, signed_headers, signature }),
            Some(_) => Err(malformed()),
        }
    }
}

fn check_signed_headers(headers: Headers<'_>, signed: &[&str]) -> Result<(), ApiError> {
    if signed.len() > MAX_SIGNED_HEADERS {
        return Err(incomplete("SignedHeaders must name at most 64 headers."));
    }
    let is_name =
        |name: &&str| !name.is_empty() && !name.bytes().any(|byte| byte.is_ascii_uppercase());
    if !signed.iter().all(is_name) || !signed.is_sorted_by(|one, next| one < next) {
        return Err(incomplete("SignedHeaders must be lowercase names in order, each once."));
    }
    let if_present =
        MUST_BE_SIGNED_IF_PRESENT.into_iter().filter(|name| headers.first(name).is_some());
    match MUST_BE_SIGNED.into_iter().chain(if_present).find(|name| !signed.contains(name)) {
        None => Ok(()),
        Some(name) => Err(incomplete(&format!("The header {name} must be sent and signed."))),
    }
}

/// A value with its white space folded: what is between words counts as one space.
fn folded(value: &str) -> String {
    value.split_ascii_whitespace().collect::<Vec<_>>().join(" ")
}

fn canonical_request(headers: &[(&str, String)], body_hash: &str) -> String {
    let lines: String = headers.iter().flat_map(|(name, value)| [name, ":", value, "\n"]).collect();
    let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    ["POST", "/", "", &lines, &names.join(";"), body_hash].join("\n")
}

fn string_to_sign(date: &str, scope: &str, canonical_request: &str) -> String {
    format!("{ALGORITHM}\n{date}\n{scope}\n{}", hash_hex(canonical_request))
}

const fn scheme(links: Vec<String>) -> Scheme {
    Scheme { hash: Hash::Sha256Hex, prefix: "AWS4", suffix: "", links }
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
    let day = request.date.get(.."yyyymmdd".len()).ok_or(ErrorCode::IllegalTimestamp)?;
    let hash = hash_hex(request.body);
    let target = format!("{TARGET_PREFIX}{}", request.action);
    let always = [
        ("content-type", JSON_MEDIA_TYPE),
        ("host", request.host),
        ("x-amz-content-sha256", &hash),
        ("x-amz-date", request.date),
        ("x-amz-target", &target),
    ];
    let token = credentials.security_token.as_ref();
    let token = token.map(|token| ("x-amz-security-token", token.expose_secret()));
    let all = always.iter().chain(token.iter()).chain(request.headers);
    let mut headers = BTreeMap::new();
    headers.extend(all.map(|(name, value)| ((*name).to_owned(), folded(value))));

    let listed: Vec<(&str, String)> =
        headers.iter().map(|(name, value): (&String, &String)| (&**name, value.clone())).collect();
    let links = [day, request.region, SERVICE, TERMINATOR];
    let scope = links.join("/");
    let to_sign = string_to_sign(request.date, &scope, &canonical_request(&listed, &hash));
    let scheme = scheme(links.into_iter().map(str::to_owned).collect());
    let signature = scheme.sign(&credentials.access_key_secret, &to_sign)?;
    let names: Vec<&str> = listed.iter().map(|(name, _)| *name).collect();
    let authorization = format!(
        "{ALGORITHM} Credential={}/{scope}, SignedHeaders={}, Signature={signature}",
        credentials.access_key_id,
        names.join(";")
    );
    headers.insert("authorization".to_owned(), authorization);
    Ok(headers.into_iter().filter(|(name, _)| name != "host").collect())
}
