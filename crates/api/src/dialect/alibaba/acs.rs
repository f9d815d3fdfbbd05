// SPDX-License-Identifier: Apache-2.0
//! ACS3-HMAC-SHA256 and the opt-in ACS4-HMAC-SHA256 (wire reference, sections 1.4 and 1.5).
//!
//! ```text
//! CanonicalRequest = METHOD \n path \n canonical query \n (name ":" value \n)* \n names \n hex(SHA-256(body))
//! StringToSign     = algorithm \n hex(SHA-256(CanonicalRequest))
//! Signature        = hex(HMAC-SHA256(key, StringToSign))
//! key              = secret (ACS3) | a chain of HMACs over date, region and product (ACS4)
//! ```

use std::collections::BTreeMap;

use super::params::Params;
use crate::dialect::headers::{Headers, incomplete};
use crate::dialect::signature::{
    Claim, Credentials, Hash, MAX_SIGNED_HEADERS, NONCE_MAX_LEN, Scheme, SecurityToken, Sender,
    hash_hex, parse_access_key_id,
};
use crate::error::{ApiError, ErrorCode};
use crate::time::Timestamp;

const ACS3: &str = "ACS3-HMAC-SHA256";
const ACS4: &str = "ACS4-HMAC-SHA256";

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

/// The request as it came, for reading its signature.
pub(crate) struct Received<'a> {
    pub(crate) method: &'a str,
    /// The canonical query.
    pub(crate) query: &'a str,
    pub(crate) headers: Headers<'a>,
    pub(crate) body: &'a [u8],
}

/// Who sent the request, and the signature that its `Authorization` header carries.
pub(crate) fn read(
    received: &Received<'_>,
    authorization: &str,
) -> Result<(Sender, Claim), ApiError> {
    let headers = received.headers;
    let authorization = Authorization::parse(authorization)?;
    let signed: Vec<&str> = authorization.signed_headers.split(';').collect();
    check_signed_headers(headers, &signed)?;

    let date = headers.one_word("x-acs-date")?.ok_or(ErrorCode::IllegalTimestamp)?;
    let timestamp: Timestamp = date.parse().map_err(|_| ErrorCode::InvalidTimeStampFormat)?;
    let (access_key_id, scheme) = authorization.credential(date)?;
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

    let hash = hash_hex(received.body);
    let to_sign = |canonical: &dyn Fn(&str) -> Option<String>| {
        let values = signed.iter().map(|&name| Some((name, canonical(name)?)));
        let values = values.collect::<Option<Vec<_>>>()?;
        let request = canonical_request(received.method, received.query, &values, &hash);
        Some(string_to_sign(authorization.algorithm, &request))
    };
    let as_it_came = to_sign(&|name| headers.canonical(name))
        .ok_or_else(|| incomplete("SignedHeaders names a header that is not there."))?;
    let mut strings_to_sign = vec![as_it_came];
    // A repeated header cannot be told from one that holds a comma: whoever signed knows which it was.
    if signed.iter().any(|name| headers.first(name).is_some_and(|value| value.contains(", "))) {
        strings_to_sign.extend(to_sign(&|name| headers.canonical_of_lines(name)));
    }
    let claim = Claim {
        strings_to_sign,
        signature: authorization.signature.to_owned(),
        scheme,
        // The header is signed and the body is not: the body is what the header says or it is not
        // what was signed.
        contradicts_itself: headers.one_word("x-acs-content-sha256")? != Some(&hash),
        is_quoted: true,
    };
    Ok((sender, claim))
}

/// Whose request an `Authorization` header says it is, at the least cost.
pub(crate) fn access_key_id(authorization: &str) -> Option<&str> {
    let (_, rest) = authorization.split_once("Credential=")?;
    rest.split([',', '/', ' ']).next()
}

/// The `Authorization` header, taken apart.
struct Authorization<'a> {
    algorithm: &'static str,
    credential: &'a str,
    signed_headers: &'a str,
    signature: &'a str,
}

impl<'a> Authorization<'a> {
    fn parse(text: &'a str) -> Result<Self, ApiError> {
        let malformed = || {
            incomplete(
                "Authorization must be: ACS3-HMAC-SHA256 Credential=..,SignedHeaders=..,Signature=..",
            )
        };
        let (algorithm, fields) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
        let algorithm =
            [ACS3, ACS4].into_iter().find(|known| *known == algorithm).ok_or_else(|| {
                ApiError::with_message(
                    ErrorCode::InvalidSignatureMethod,
                    "Specified signature method is not valid. Use ACS3-HMAC-SHA256.",
                )
            })?;
        let mut fields = fields.split(',').map(str::trim);
        let mut field = |name: &str| {
            let value = fields.next()?.strip_prefix(name)?.strip_prefix('=')?;
            (!value.is_empty()).then_some(value)
        };
        let credential = field("Credential").ok_or_else(malformed)?;
        let signed_headers = field("SignedHeaders").ok_or_else(malformed)?;
        let signature = field("Signature").ok_or_else(malformed)?;
        if fields.next().is_some() {
            return Err(malformed());
        }
        Ok(Self { algorithm, credential, signed_headers, signature })
    }

    /// The access key id, and the scheme with what ACS4 adds to it.
    fn credential(&self, date: &str) -> Result<(&'a str, Scheme), ApiError> {
        if self.algorithm == ACS3 {
            return Ok((self.credential, acs3()));
        }
        let malformed = || {
            incomplete(
                "Credential must be: <access key id>/<yyyymmdd>/<region>/<product>/aliyun_v4_request, of the day of x-acs-date.",
            )
        };
        let (access_key_id, scope) = self.credential.split_once('/').ok_or_else(malformed)?;
        let day: String = date.chars().filter(char::is_ascii_digit).take(8).collect();
        let links: Vec<&str> = scope.split('/').filter(|part| !part.is_empty()).collect();
        match links.as_slice() {
            [of, _region, _product, ACS4_TERMINATOR] if *of == day => {
                let links = links.into_iter().map(str::to_owned).collect();
                Ok((access_key_id, Scheme { prefix: "aliyun_v4", links, ..acs3() }))
            }
            _ => Err(malformed()),
        }
    }
}

/// The last part of every ACS4 scope, and the last link of the key's chain.
const ACS4_TERMINATOR: &str = "aliyun_v4_request";

/// The key is the secret itself.
const fn acs3() -> Scheme {
    Scheme { hash: Hash::Sha256Hex, prefix: "", suffix: "", links: Vec::new() }
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
        MUST_BE_SIGNED_IF_PRESENT.into_iter().filter(|name| headers.canonical(name).is_some());
    match MUST_BE_SIGNED.into_iter().chain(if_present).find(|name| !signed.contains(name)) {
        None => Ok(()),
        Some(name) => Err(incomplete(&format!("The header {name} must be sent and signed."))),
    }
}

fn canonical_request(
    method: &str,
    query: &str,
    headers: &[(&str, String)],
    body_hash: &str,
) -> String {
    let lines: String = headers.iter().flat_map(|(name, value)| [name, ":", value, "\n"]).collect();
    let names: Vec<&str> = headers.iter().map(|(name, _)| *name).collect();
    [method, "/", query, &lines, &names.join(";"), body_hash].join("\n")
}

fn string_to_sign(algorithm: &str, canonical_request: &str) -> String {
    format!("{algorithm}\n{}", hash_hex(canonical_request))
}

/// A request to be signed by a client.
#[derive(Clone, Copy, Debug)]
pub struct Unsigned<'a> {
    /// `POST` or `GET`.
    pub method: &'a str,
    /// The host with its port, as the `Host` header will carry it.
    pub host: &'a str,
    /// The action's name.
    pub action: &'a str,
    /// The API's version.
    pub version: &'a str,
    /// What goes into the URL.
    pub query: &'a Params,
    /// What goes into the body.
    pub body: &'a [u8],
    /// `YYYY-MM-DDThh:mm:ssZ`.
    pub date: &'a str,
    /// New for every request.
    pub nonce: &'a str,
    /// Further headers to sign, names in lowercase.
    pub headers: &'a [(&'a str, &'a str)],
}

/// Signs a request by ACS3-HMAC-SHA256. Gives every header to send, in the order of their names,
/// but `host`, which the transport writes itself and which is signed as given.
///
/// # Errors
/// `InternalFailure` if the MAC cannot be made, which does not happen.
pub fn sign(
    request: &Unsigned<'_>,
    credentials: &Credentials,
) -> Result<Vec<(String, String)>, ApiError> {
    let hash = hash_hex(request.body);
    let always = [
        ("host", request.host),
        ("x-acs-action", request.action),
        ("x-acs-content-sha256", &hash),
        ("x-acs-date", request.date),
        ("x-acs-signature-nonce", request.nonce),
        ("x-acs-version", request.version),
    ];
    let temporary = credentials.security_token.as_ref().map(|token| {
        [
            ("x-acs-accesskey-id", &*credentials.access_key_id),
            ("x-acs-security-token", token.expose_secret()),
        ]
    });
    let all = always.iter().chain(temporary.iter().flatten()).chain(request.headers);
    // A map for their order, filled one by one: the client is downloaded by web pages, and has the
    // code of this map anyway, that of a sort not.
    let mut headers = BTreeMap::new();
    headers.extend(all.map(|(name, value)| ((*name).to_owned(), value.trim().to_owned())));

    let listed: Vec<(&str, String)> =
        headers.iter().map(|(name, value): (&String, &String)| (&**name, value.clone())).collect();
    let canonical = canonical_request(request.method, &request.query.encode(), &listed, &hash);
    let to_sign = string_to_sign(ACS3, &canonical);
    let signature = acs3().sign(&credentials.access_key_secret, &to_sign)?;
    let names: Vec<&str> = listed.iter().map(|(name, _)| *name).collect();
    let authorization = format!(
        "{ACS3} Credential={},SignedHeaders={},Signature={signature}",
        credentials.access_key_id,
        names.join(";")
    );
    headers.insert("authorization".to_owned(), authorization);
    Ok(headers.into_iter().filter(|(name, _)| name != "host").collect())
}
