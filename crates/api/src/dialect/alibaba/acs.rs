// SPDX-License-Identifier: Apache-2.0
//! ACS3-HMAC-SHA256 and the opt-in ACS4-HMAC-SHA256 (wire reference, sections 1.4 and 1.5).
//!
//! ```text
//! CanonicalRequest = METHOD \n path \n canonical query \n (name ":" value \n)* \n names \n hex(SHA-256(body))
//! StringToSign     = algorithm \n hex(SHA-256(CanonicalRequest))
//! Signature        = hex(HMAC-SHA256(key, StringToSign))
//! key              = secret (ACS3) | a chain of HMACs over date, region and product (ACS4)
//! ```

#[cfg(feature = "server")]
pub(crate) mod read;

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::params::Params;
use crate::dialect::signature::{Credentials, Hash, Scheme, canonical_request, hash_hex, names};
use crate::error::ApiError;

const ACS3: &str = "ACS3-HMAC-SHA256";

/// The key is the secret itself.
const fn acs3() -> Scheme {
    Scheme { hash: Hash::Sha256Hex, prefix: "", suffix: "", links: Vec::new() }
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
    let mut headers = BTreeMap::new();
    headers.extend(all.map(|(name, value)| ((*name).to_owned(), value.trim().to_owned())));

    let listed: Vec<(&str, Cow<'_, str>)> =
        headers.iter().map(|(name, value)| (name.as_str(), value.as_str().into())).collect();
    let canonical = canonical_request(request.method, &request.query.encode(), &listed, &hash);
    let to_sign = string_to_sign(ACS3, &canonical);
    let signature = acs3().sign(&credentials.access_key_secret, &to_sign)?;
    let authorization = format!(
        "{ACS3} Credential={},SignedHeaders={},Signature={signature}",
        credentials.access_key_id,
        names(&listed)
    );
    headers.insert("authorization".to_owned(), authorization);
    Ok(headers.into_iter().filter(|(name, _)| name != "host").collect())
}
