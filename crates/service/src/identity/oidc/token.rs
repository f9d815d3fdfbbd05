// SPDX-License-Identifier: Apache-2.0
//! A token in the compact form of JWS (RFC 7515, section 3.1), signed under a key that its header names.
//!
//! Of the header, `alg` and `kid` count. Keys and addresses of keys that it may hold (`jwk`, `jku`, `x5c`, `x5u`)
//! are passed over: only the pinned issuer says which keys are its. What changes how a token is read (`crit`,
//! `b64`) is refused, and so is a type that says that it is another kind of token (RFC 8725, section 3.11).

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use edgekms_api::{account::IssuerUrl, error::ApiError};
use serde::{Deserialize, Deserializer, de::IgnoredAny};

use super::{
    algorithm::Algorithm,
    claims::{Claims, Expected, Statement},
    jwk::KeySet,
    refused,
};

/// Longest token read, in bytes. The type of the parameter says the same.
const TOKEN_MAX_LEN: usize = 20_000;
/// Longest name of a key, in bytes.
const KID_MAX_LEN: usize = 512;

/// A token that is well-formed. It shows nothing of what it says until it is verified.
pub(super) struct Token<'t> {
    algorithm: Algorithm,
    kid: String,
    /// What is signed: header and statement as they came.
    signed: &'t str,
    statement: Statement,
    signature: Vec<u8>,
}

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    typ: Option<String>,
    #[serde(default, deserialize_with = "is_there")]
    crit: bool,
    #[serde(default, deserialize_with = "is_there")]
    b64: bool,
}

/// Whatever a field holds, `null` too.
fn is_there<'de, D: Deserializer<'de>>(deserializer: D) -> Result<bool, D::Error> {
    IgnoredAny::deserialize(deserializer).map(|_| true)
}

impl<'t> Token<'t> {
    /// Reads a token.
    ///
    /// # Errors
    /// `AuthenticationFail.OIDCToken.Invalid`.
    pub(super) fn parse(text: &'t str) -> Result<Self, ApiError> {
        if text.len() > TOKEN_MAX_LEN {
            return Err(refused("the token is too long"));
        }
        let parts = || {
            let (signed, signature) = text.rsplit_once('.')?;
            let (header, statement) = signed.split_once('.')?;
            let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).ok();
            // A part too many has a dot, which is no letter of base64url.
            Some((signed, decode(header)?, decode(statement)?, decode(signature)?))
        };
        let (signed, header, statement, signature) =
            parts().ok_or_else(|| refused("the token is not in compact form"))?;
        // A name that comes twice is an error of the reader's; so readers cannot differ on what is meant.
        let header: Header = serde_json::from_slice(&header)
            .map_err(|_| refused("the token's header does not parse"))?;
        if header.crit || header.b64 {
            return Err(refused("the token's header changes how it is read"));
        }
        if header.typ.is_some_and(|typ| !typ.eq_ignore_ascii_case("JWT")) {
            return Err(refused("the token is of another type"));
        }
        let algorithm = Algorithm::find(&header.alg);
        let algorithm = algorithm.ok_or_else(|| refused("the token's algorithm is not taken"))?;
        let kid = header.kid.filter(|kid| (1..=KID_MAX_LEN).contains(&kid.len()));
        let kid = kid.ok_or_else(|| refused("the token does not name its key"))?;
        Ok(Self { algorithm, kid, signed, statement: Statement::parse(&statement)?, signature })
    }

    /// The name of the key that it says to be signed under.
    pub(super) fn kid(&self) -> &str {
        &self.kid
    }

    /// Whether it says to be this issuer's, which nobody has proven yet.
    ///
    /// # Errors
    /// `AuthenticationFail.OIDCToken.Invalid`.
    pub(super) fn check_issuer(&self, issuer: &IssuerUrl) -> Result<(), ApiError> {
        self.statement.check_issuer(issuer)
    }

    /// What it says, if it is signed by its issuer and good for whom it is wanted.
    ///
    /// # Errors
    /// `AuthenticationFail.OIDCToken.Invalid`; `.Expired` for one whose signature is good.
    pub(super) fn verify(self, keys: &KeySet, expected: &Expected<'_>) -> Result<Claims, ApiError> {
        let key = keys.find(&self.kid, self.algorithm);
        let key = key.ok_or_else(|| refused("no key of the issuer is the one that is named"))?;
        if !key.verifies(self.algorithm, self.signed.as_bytes(), &self.signature) {
            return Err(refused("the token's signature is not its issuer's"));
        }
        self.statement.check(expected)
    }
}
