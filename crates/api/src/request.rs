// SPDX-License-Identifier: Apache-2.0
//! From bytes to a request that may be acted on, in three types (wire reference, section 1).
//!
//! ```text
//! RawRequest::parse -> SignedRequest::verify -> AuthenticatedRequest
//! ```
//!
//! A [`SignedRequest`] shows who says to have sent it, so that the secret can be looked up, and
//! nothing of what it asks for. Only an [`AuthenticatedRequest`] gives its parameters.

pub(crate) mod headers;

use self::headers::Headers;
use crate::error::{ApiError, ErrorCode};
use crate::id::{AccessKeyId, Region};
use crate::params::Params;
use crate::signature::{AccessKeySecret, Claim, SecurityToken, WINDOW_SECS, acs, rpc_v1};
use crate::time::Timestamp;

/// How much of a request is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RequestLimits {
    /// Longest request line (method and target), in bytes. SDKs put everything in the URL, so it
    /// must hold the longest context and plaintext, percent-encoded.
    pub request_line_max_len: usize,
    /// Longest body, in bytes.
    pub body_max_len: usize,
}

impl Default for RequestLimits {
    fn default() -> Self {
        Self { request_line_max_len: 128 * 1024, body_max_len: 128 * 1024 }
    }
}

/// A request as the transport gave it.
#[derive(Clone, Copy)]
pub struct RawRequest<'a> {
    /// The HTTP method.
    pub method: &'a str,
    /// Path and query, still encoded: `/?Action=..`.
    pub target: &'a str,
    /// Every header, `host` among them.
    pub headers: &'a [(String, String)],
    /// The body.
    pub body: &'a [u8],
}

/// The form of the answer.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Format {
    /// The default.
    #[default]
    Json,
    /// If asked for by `Format=XML`.
    Xml,
}

/// Who says to have sent a request, and when.
#[derive(Debug)]
pub(crate) struct Sender {
    pub(crate) access_key_id: AccessKeyId,
    pub(crate) security_token: Option<SecurityToken>,
    pub(crate) timestamp: Timestamp,
    pub(crate) nonce: Option<String>,
}

/// A well-formed request whose signature nobody has checked.
#[derive(Debug)]
pub struct SignedRequest {
    content: Content,
    sender: Sender,
    claim: Claim,
}

/// A request that the holder of its access key signed, within the window.
#[derive(Debug)]
pub struct AuthenticatedRequest {
    content: Content,
    sender: Sender,
    signature: String,
}

/// What a request asks for.
#[derive(Debug)]
struct Content {
    action: String,
    version: String,
    format: Format,
    host: Option<String>,
    params: Params,
}

/// What to remember so that a request is not taken twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplayGuard {
    /// Unique to the request within its access key: its nonce or, if it has none, its signature.
    pub token: String,
    /// From then on the window refuses the request, and the token may be forgotten.
    pub expires: Timestamp,
}

impl RawRequest<'_> {
    /// Reads the request: bounds, encoding, form, and which signature it carries.
    ///
    /// # Errors
    /// What is wrong with the form of the request. `MissingParameter` naming `AccessKeyId` if it
    /// is not signed at all.
    pub fn parse(self, limits: &RequestLimits) -> Result<SignedRequest, ApiError> {
        self.check_bounds(limits)?;
        let headers = Headers(self.headers);
        let query = self.query()?;
        let form = self.form(headers)?;
        let mut params = query.clone();
        params.merge(form)?;
        let host = headers.one("host")?.map(str::to_owned);
        let format = parse_format(&params)?;
        match headers.one("authorization")? {
            None => {
                let (sender, claim) = rpc_v1::read(self.method, &params)?;
                let action = params.required("Action")?.to_owned();
                let version = params.required("Version")?.to_owned();
                let content = Content { action, version, format, host, params };
                Ok(SignedRequest { content, sender, claim })
            }
            Some(authorization) => {
                let received =
                    acs::Received { method: self.method, query: &query, headers, body: self.body };
                let (sender, claim) = acs::read(&received, authorization)?;
                let action = headers.one("x-acs-action")?.unwrap_or_default().to_owned();
                let version = headers.one("x-acs-version")?.unwrap_or_default().to_owned();
                let content = Content { action, version, format, host, params };
                Ok(SignedRequest { content, sender, claim })
            }
        }
    }

    fn check_bounds(self, limits: &RequestLimits) -> Result<(), ApiError> {
        let too_long = |what: &str, max: usize, remedy: &str| {
            let message = format!("The {what} is longer than {max} bytes. {remedy}");
            ApiError::with_message(ErrorCode::ParseRequestParameterException, message)
        };
        if !matches!(self.method, "GET" | "POST") {
            return Err(ApiError::with_message(
                ErrorCode::UnsupportedHttpMethod,
                "This http method is not supported. Use POST or GET.",
            ));
        }
        if self.method.len() + self.target.len() > limits.request_line_max_len {
            let remedy = "Send the parameters in a form body.";
            return Err(too_long("request line", limits.request_line_max_len, remedy));
        }
        if self.body.len() > limits.body_max_len {
            return Err(too_long("body", limits.body_max_len, "Send less."));
        }
        Ok(())
    }

    fn query(self) -> Result<Params, ApiError> {
        let (path, query) = self.target.split_once('?').unwrap_or((self.target, ""));
        if !matches!(path, "/" | "") {
            return Err(ApiError::with_message(
                ErrorCode::InvalidApiNotFound,
                "Specified api is not found, please check your url and method. The path is /.",
            ));
        }
        Params::decode(query.as_bytes())
    }

    fn form(self, headers: Headers<'_>) -> Result<Params, ApiError> {
        if self.body.is_empty() {
            return Ok(Params::new());
        }
        let media_type = headers.one("content-type")?.unwrap_or(FORM_MEDIA_TYPE);
        let media_type = media_type.split(';').next().unwrap_or_default().trim();
        if !media_type.eq_ignore_ascii_case(FORM_MEDIA_TYPE) {
            return Err(ApiError::with_message(
                ErrorCode::ParseRequestParameterException,
                "Server parse parameters exception. A body must be application/x-www-form-urlencoded.",
            ));
        }
        Params::decode(self.body)
    }
}

/// The media type of a body of parameters.
pub const FORM_MEDIA_TYPE: &str = "application/x-www-form-urlencoded";

/// `None` is what an old SDK sends where the caller gave no format.
fn parse_format(params: &Params) -> Result<Format, ApiError> {
    match params.optional("Format") {
        None => Ok(Format::Json),
        Some(text) if ["json", "none"].iter().any(|known| text.eq_ignore_ascii_case(known)) => {
            Ok(Format::Json)
        }
        Some(text) if text.eq_ignore_ascii_case("xml") => Ok(Format::Xml),
        Some(_) => Err(ApiError::invalid_parameter("Format", "It must be JSON or XML.")),
    }
}

/// An id that cannot be one is an id that is not found.
pub(crate) fn parse_access_key_id(text: &str) -> Result<AccessKeyId, ApiError> {
    text.parse().map_err(|_| ApiError::new(ErrorCode::InvalidAccessKeyIdNotFound))
}

impl SignedRequest {
    /// Whose secret [`SignedRequest::verify`] needs.
    #[must_use]
    pub fn access_key_id(&self) -> &AccessKeyId {
        &self.sender.access_key_id
    }

    /// The token of a temporary access key, which may hold its secret under a server's seal.
    #[must_use]
    pub fn security_token(&self) -> Option<&SecurityToken> {
        self.sender.security_token.as_ref()
    }

    /// How to answer, errors included.
    #[must_use]
    pub fn format(&self) -> Format {
        self.content.format
    }

    /// Checks that the request is of this quarter of an hour, and that the holder of `secret` signed it.
    ///
    /// # Errors
    /// `InvalidTimeStamp.Expired` or `SignatureDoesNotMatch`.
    pub fn verify(
        self,
        secret: &AccessKeySecret,
        now: Timestamp,
    ) -> Result<AuthenticatedRequest, ApiError> {
        if !self.sender.timestamp.is_within(WINDOW_SECS, now) {
            return Err(ApiError::with_message(
                ErrorCode::InvalidTimeStampExpired,
                format!(
                    "Specified time stamp or date value is expired. It is more than 15 minutes from the \
                     server's clock, which says {now}. Check your clock."
                ),
            ));
        }
        self.claim.check(secret)?;
        Ok(AuthenticatedRequest {
            content: self.content,
            sender: self.sender,
            signature: self.claim.signature,
        })
    }
}

impl AuthenticatedRequest {
    /// The action's name, as sent.
    #[must_use]
    pub fn action(&self) -> &str {
        &self.content.action
    }

    /// The API's version, as sent.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.content.version
    }

    /// How to answer.
    #[must_use]
    pub fn format(&self) -> Format {
        self.content.format
    }

    /// Query and form as one.
    #[must_use]
    pub fn params(&self) -> &Params {
        &self.content.params
    }

    /// Who signed.
    #[must_use]
    pub fn access_key_id(&self) -> &AccessKeyId {
        &self.sender.access_key_id
    }

    /// The token of a temporary access key. It was signed; that it belongs to the key is for the
    /// service to find.
    #[must_use]
    pub fn security_token(&self) -> Option<&SecurityToken> {
        self.sender.security_token.as_ref()
    }

    /// When the caller says to have signed.
    #[must_use]
    pub fn timestamp(&self) -> Timestamp {
        self.sender.timestamp
    }

    /// What to remember against a second use. The service must refuse a token that it remembers,
    /// by `SignatureNonceUsed`.
    #[must_use]
    pub fn replay_guard(&self) -> ReplayGuard {
        let window = i64::try_from(WINDOW_SECS).unwrap_or(i64::MAX);
        ReplayGuard {
            token: self.sender.nonce.as_ref().unwrap_or(&self.signature).clone(),
            expires: Timestamp::from_unix_secs(
                self.sender.timestamp.unix_secs().saturating_add(window).saturating_add(1),
            ),
        }
    }

    /// The region called, of those served: the one in the host name (`kms.<region>.` and its
    /// `kms-vpc` and `kms-intranet` forms), else `RegionId`, else the first.
    ///
    /// # Errors
    /// `InvalidParameter` naming `RegionId` if that region is not served.
    pub fn region<'a>(&self, served: &'a [Region]) -> Result<&'a Region, ApiError> {
        // Host names have no case (RFC 9110, section 4.2.3), and region ids are in lower case.
        let find =
            |name: &str| served.iter().find(|region| region.as_str().eq_ignore_ascii_case(name));
        if let Some(region) = self.content.host.as_deref().and_then(region_label).and_then(find) {
            return Ok(region);
        }
        match self.content.params.optional("RegionId") {
            None => served.first().ok_or_else(|| ApiError::internal("no region is served")),
            Some(name) => find(name).ok_or_else(|| {
                let remedy = "It must be a region that DescribeRegions lists.";
                ApiError::invalid_parameter("RegionId", remedy)
            }),
        }
    }
}

fn region_label(host: &str) -> Option<&str> {
    let mut labels = host.split('.');
    let service = labels.next()?;
    let ours = ["kms", "kms-vpc", "kms-intranet"].iter();
    ours.copied().any(|name| name.eq_ignore_ascii_case(service)).then(|| labels.next()).flatten()
}
