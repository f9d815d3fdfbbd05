// SPDX-License-Identifier: Apache-2.0
//! The steps from bytes to a command, the same for every dialect.

use std::fmt;

use super::headers::incomplete;
use super::request::{RawRequest, RequestLimits};
use super::signature::claim::{Claim, Sender, parse_access_key_id};
use super::signature::{AccessKeySecret, SecurityToken, WINDOW_SECS};
use super::{alibaba, aws};
use crate::action::{ActionName, Command, Limits, Proof};
use crate::error::{ApiError, ErrorCode};
use crate::id::{AccessKeyId, Region};
use crate::key::ProtectionLevel;
use crate::key::offer::OfferPolicy;
use crate::time::Timestamp;

/// Whose protocol a request speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// Alibaba Cloud KMS.
    Alibaba,
    /// AWS KMS.
    Aws,
}

impl Dialect {
    /// The protocol of a request, good or bad: AWS's if it is signed in its way, or is not signed in
    /// Alibaba's and names an action in AWS's.
    #[must_use]
    pub fn of(raw: &RawRequest<'_>) -> Self {
        if aws::request::is_one(raw) { Self::Aws } else { Self::Alibaba }
    }

    /// What its requests are bound to in a deployment.
    #[must_use]
    pub const fn limits(self, of: DeploymentLimits) -> Limits {
        match self {
            Self::Alibaba => alibaba::limits(of),
            Self::Aws => aws::limits(of),
        }
    }
}

/// What a deployment binds requests to, in whichever dialect.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DeploymentLimits {
    /// Most bytes of a plaintext.
    pub plaintext_max_len: usize,
    /// What can guard a key.
    pub protection_levels: &'static [ProtectionLevel],
    /// Which kinds of key are made.
    pub offer: OfferPolicy,
}

impl Default for DeploymentLimits {
    /// 4,096 bytes, no hardware, and what is offered unless an operator says otherwise.
    fn default() -> Self {
        Self {
            plaintext_max_len: 4_096,
            protection_levels: &[ProtectionLevel::Software],
            offer: OfferPolicy::DEFAULT,
        }
    }
}

/// A request of which only is known whose it says it is: an id that nobody has checked.
pub struct Claimed<'a> {
    raw: RawRequest<'a>,
    dialect: Dialect,
    access_key_id: AccessKeyId,
    security_token: Option<SecurityToken>,
}

impl<'a> RawRequest<'a> {
    /// Finds whose request it says it is. Costs little, whatever was sent.
    ///
    /// # Errors
    /// What is wrong with the request's size, method or path, or with its `Authorization` header.
    /// `MissingParameter` naming `AccessKeyId` (AWS: `NotSigned`) if it is not signed at all.
    pub fn claim(self, limits: &RequestLimits) -> Result<Claimed<'a>, ApiError> {
        self.check_bounds(limits)?;
        let dialect = Dialect::of(&self);
        let (id, security_token) = match dialect {
            Dialect::Alibaba => alibaba::request::access_key_id(&self),
            Dialect::Aws => aws::request::access_key_id(&self),
        }?;
        Ok(Claimed { raw: self, dialect, access_key_id: parse_access_key_id(&id)?, security_token })
    }

    /// What a request asks for that nobody signed, if its action is one whose callers are proven by a token
    /// ([`Proof::Token`]). Nothing else is ever read of a request without a signature. `None` for any other
    /// request, which is then to be [claimed](Self::claim).
    ///
    /// # Errors
    /// What is wrong with the request's size, method or path, or with the form of its parameters.
    pub fn unsigned(self, limits: &RequestLimits) -> Result<Option<Asked>, ApiError> {
        self.check_bounds(limits)?;
        let content = match Dialect::of(&self) {
            Dialect::Alibaba => alibaba::unsigned::read(&self)?.map(Content::Alibaba),
            Dialect::Aws => aws::request::unsigned(&self)?.map(Content::Aws),
        };
        let Some(asked) = content.map(|content| Asked { content }) else { return Ok(None) };
        let is_proven = asked.action()?.row().proof == Proof::Token;
        Ok(is_proven.then_some(asked))
    }
}

impl<'a> Claimed<'a> {
    /// Whose secret [`SignedRequest::verify`] needs.
    #[must_use]
    pub fn access_key_id(&self) -> &AccessKeyId {
        &self.access_key_id
    }

    /// The token of a temporary access key, which may hold its secret under a server's seal.
    #[must_use]
    pub fn security_token(&self) -> Option<&SecurityToken> {
        self.security_token.as_ref()
    }

    /// Reads the request: encoding, form, and which signature it carries.
    ///
    /// # Errors
    /// What is wrong with the form of the request.
    pub fn parse(self) -> Result<SignedRequest<'a>, ApiError> {
        let signed = parse(&self.raw, self.dialect)?;
        // A name may be percent-encoded, which the first look does not see. Whoever was looked up must
        // be who signed.
        if signed.sender.access_key_id != self.access_key_id
            || signed.sender.security_token.as_ref().map(SecurityToken::expose_secret)
                != self.security_token.as_ref().map(SecurityToken::expose_secret)
        {
            return Err(incomplete("Write AccessKeyId and SecurityToken by their plain names."));
        }
        Ok(signed)
    }
}

fn parse<'a>(raw: &RawRequest<'a>, dialect: Dialect) -> Result<SignedRequest<'a>, ApiError> {
    let (sender, claim, content, form) = match dialect {
        Dialect::Alibaba => {
            let (sender, claim, content, form) = alibaba::request::parse(raw)?;
            (sender, claim, Content::Alibaba(content), form)
        }
        Dialect::Aws => {
            let (sender, claim, content) = aws::request::parse(raw)?;
            (sender, claim, Content::Aws(content), &[][..])
        }
    };
    Ok(SignedRequest { content, sender, claim, form })
}

/// A well-formed request whose signature nobody has checked. It shows nothing of what it asks for.
pub struct SignedRequest<'a> {
    content: Content,
    sender: Sender,
    claim: Claim<'a>,
    /// Parameters that are read once they are known to be signed.
    form: &'a [u8],
}

/// A request that the holder of its access key signed, within the window.
pub struct AuthenticatedRequest {
    asked: Asked,
    sender: Sender,
    signature: String,
}

/// What a request asks for, once it may be looked at: it is signed, or its caller is proven by a token that it
/// carries.
pub struct Asked {
    content: Content,
}

/// In whose dialect.
enum Content {
    Alibaba(alibaba::request::Content),
    Aws(aws::request::Content),
}

/// Whose it is, and nothing of what it asks for: a string to sign may hold a plaintext.
impl fmt::Debug for SignedRequest<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedRequest").field("sender", &self.sender).finish_non_exhaustive()
    }
}

/// Whose it is, and nothing of what it asks for.
impl fmt::Debug for AuthenticatedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthenticatedRequest").field("sender", &self.sender).finish_non_exhaustive()
    }
}

/// What to remember so that a request is not taken twice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReplayGuard {
    /// Unique to the request within its access key: its nonce or, if it has none, its signature.
    pub token: String,
    /// From then on the window refuses the request, and the token may be forgotten.
    pub expires: Timestamp,
    /// Whether an honest client can send the same request twice: where the protocol has no nonce, two
    /// calls that ask for the same within one second are the same bytes.
    pub may_repeat: bool,
}

impl SignedRequest<'_> {
    /// Checks that the request is of this quarter of an hour, and that the holder of `secret` signed it.
    ///
    /// # Errors
    /// `InvalidTimeStamp.Expired` or `SignatureDoesNotMatch`; what is wrong with the encoding of a form
    /// that is signed by its hash.
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
        let mut content = self.content;
        if let Content::Alibaba(content) = &mut content {
            content.add_form(self.form)?;
        }
        Ok(AuthenticatedRequest {
            asked: Asked { content },
            sender: self.sender,
            signature: self.claim.signature,
        })
    }
}

impl Asked {
    /// The action asked for.
    ///
    /// # Errors
    /// `InvalidApi.NotFound` if the dialect has no such action (AWS: `UnknownOperationException`, or
    /// `UnsupportedOperationException` for one that this server has not).
    pub fn action(&self) -> Result<ActionName, ApiError> {
        match &self.content {
            Content::Alibaba(content) => content.action(),
            Content::Aws(content) => content.action(),
        }
    }

    /// All that is asked, for the action that [`Self::action`] says.
    ///
    /// # Errors
    /// An error that names the parameter and says what to send instead.
    pub fn command(&self, action: ActionName, limits: &Limits) -> Result<Command, ApiError> {
        match &self.content {
            Content::Alibaba(content) => content.command(action, limits),
            Content::Aws(content) => content.command(action, limits),
        }
    }

    /// The region called, of those served.
    ///
    /// # Errors
    /// An error that names the parameter if that region is not served, or if the request names two.
    pub fn region<'a>(&self, served: &'a [Region]) -> Result<&'a Region, ApiError> {
        match &self.content {
            Content::Alibaba(content) => content.region(served),
            Content::Aws(content) => content.region(served),
        }
    }

    /// Those of the parameters `names` that the request has, as their caller wrote them.
    #[must_use]
    pub fn parameters(&self, names: &[&'static str]) -> Vec<(&'static str, String)> {
        match &self.content {
            Content::Alibaba(content) => content.parameters(names),
            Content::Aws(content) => content.parameters(names),
        }
    }

    /// Whose protocol it speaks.
    #[must_use]
    pub const fn dialect(&self) -> Dialect {
        match self.content {
            Content::Alibaba(_) => Dialect::Alibaba,
            Content::Aws(_) => Dialect::Aws,
        }
    }
}

/// It may be asked whatever it asks for.
impl std::ops::Deref for AuthenticatedRequest {
    type Target = Asked;

    fn deref(&self) -> &Asked {
        &self.asked
    }
}

impl AuthenticatedRequest {
    /// What it asks for, without who signed.
    #[must_use]
    pub fn into_asked(self) -> Asked {
        self.asked
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
            may_repeat: self.asked.dialect() == Dialect::Aws,
        }
    }
}
