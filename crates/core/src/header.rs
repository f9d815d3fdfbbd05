// SPDX-License-Identifier: Apache-2.0
//! A message's header on its way from bytes to a payload key
//! (specification: client-apis/decrypt.md, Parse the header to Verify the header).
//!
//! [`ParsedHeader`] -> [`AuthenticatedHeader`]: the second is the only way to the payload key of a
//! message that someone else sealed, and it exists only if the commit key and the header's tag are
//! right.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use subtle::ConstantTimeEq;

use crate::{
    commitment::CommitmentPolicy,
    context::{EncryptionContext, PUBLIC_KEY},
    engine::{AesGcmCipher, FrameCipher},
    error::Error,
    format::{
        header::{self, Authentication, HeaderBody, HeaderLimits},
        reader::Stop,
    },
    kdf,
    key::{DataKey, PayloadKey},
    keyring::Keyring,
    materials::OpenMaterials,
    open::FrameOpener,
};

/// What reading a header gave.
#[derive(Debug)]
pub enum HeaderRead {
    /// The header is not at its end yet; the input must have at least this many bytes in all.
    NeedMore(usize),
    /// The header.
    Header(Box<ParsedHeader>),
}

/// A header that is well-formed, and no more than that: nothing in it can be trusted yet.
#[derive(Clone, Debug)]
pub struct ParsedHeader {
    body: HeaderBody,
    authentication: Authentication,
    bytes: Vec<u8>,
    body_len: usize,
}

/// How to open a message.
#[derive(Clone, Debug, Default)]
#[non_exhaustive]
pub struct OpenOptions {
    /// Pairs that must be the message's: those it stores must be equal, the others must be the ones
    /// that were authenticated but not stored.
    pub context: EncryptionContext,
    /// Which suites may be opened.
    pub commitment_policy: CommitmentPolicy,
}

impl OpenOptions {
    /// The default policy with this context.
    #[must_use]
    pub fn with_context(context: EncryptionContext) -> Self {
        Self { context, ..Self::default() }
    }
}

impl ParsedHeader {
    /// Reads the header at the start of `bytes`, which may go on after it.
    ///
    /// # Errors
    /// [`Error::MalformedHeader`], [`Error::UnsupportedSuite`] or
    /// [`Error::TooManyEncryptedDataKeys`], as soon as the bytes show it.
    pub fn read(bytes: &[u8], limits: HeaderLimits) -> Result<HeaderRead, Error> {
        match header::read(bytes, limits) {
            Ok(read) => Ok(HeaderRead::Header(Box::new(Self {
                body: read.body,
                authentication: read.authentication,
                bytes: bytes.get(..read.len).unwrap_or_default().to_vec(),
                body_len: read.body_len,
            }))),
            Err(Stop::More(len)) => Ok(HeaderRead::NeedMore(len)),
            Err(Stop::Refused(error)) => Err(error),
        }
    }

    /// Reads the header of a message that is all there.
    ///
    /// # Errors
    /// As [`ParsedHeader::read`], and [`Error::TruncatedMessage`] if `bytes` end within the header
    /// or cannot hold what it claims to have.
    pub fn read_whole(bytes: &[u8], limits: HeaderLimits) -> Result<Box<Self>, Error> {
        match Self::read(bytes, limits)? {
            HeaderRead::Header(header) => Ok(header),
            HeaderRead::NeedMore(_) => Err(Error::TruncatedMessage),
        }
    }

    /// The fields, not authenticated.
    #[must_use]
    pub fn body(&self) -> &HeaderBody {
        &self.body
    }

    /// The bytes of the header with its authentication.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Unwraps the data key with `keyring` and checks the header with it.
    ///
    /// # Errors
    /// [`Error::CommitmentPolicyViolation`], [`Error::ContextMismatch`],
    /// [`Error::MalformedHeader`] (a verification key is missing or out of place),
    /// [`Error::NoDataKey`], [`Error::HeaderNotAuthentic`].
    pub async fn authenticate(
        self,
        keyring: &dyn Keyring,
        options: &OpenOptions,
    ) -> Result<AuthenticatedHeader, Error> {
        let suite = self.body.suite;
        options.commitment_policy.check_open(suite)?;
        let stored = self.body.context.to_context();
        let verification_key = self.verification_key(&stored)?;
        let (context, required) = stored.merge(&options.context)?;
        let materials = OpenMaterials {
            suite,
            context,
            stored: &self.body.context,
            encrypted_data_keys: &self.body.encrypted_data_keys,
        };
        let data_key = keyring.unwrap(&materials).await?;
        let payload_key = self.check(&data_key, &required)?;
        let context = materials.context;
        Ok(AuthenticatedHeader { header: self, context, payload_key, verification_key })
    }

    /// Derives the payload key and checks the commit key and the tag with it.
    fn check(&self, data_key: &DataKey, required: &EncryptionContext) -> Result<PayloadKey, Error> {
        let derived = kdf::derive(self.body.suite, data_key, &self.body.message_id)?;
        let committed = match (&derived.commit_key, &self.body.commit_key) {
            (Some(derived), Some(stored)) => derived.ct_eq(stored).into(),
            (None, None) => true,
            _ => false,
        };
        if !committed {
            return Err(Error::HeaderNotAuthentic);
        }
        let body = self.bytes.get(..self.body_len).unwrap_or_default();
        let aad = [body, &required.to_bytes()].concat();
        AesGcmCipher::new(derived.payload_key.expose_secret())?
            .open(&self.authentication.iv, &aad, &mut [], &self.authentication.tag)
            .map_err(|_| Error::HeaderNotAuthentic)?;
        Ok(derived.payload_key)
    }

    /// The verification key that a signing suite's context carries.
    fn verification_key(&self, stored: &EncryptionContext) -> Result<Option<Vec<u8>>, Error> {
        let reason = match (self.body.suite.signature, stored.value(PUBLIC_KEY)) {
            (None, None) => return Ok(None),
            (Some(_), Some(text)) => match STANDARD.decode(text) {
                Ok(key) => return Ok(Some(key)),
                Err(_) => "its verification key is not base64",
            },
            (Some(_), None) => "its suite signs but it has no verification key",
            (None, Some(_)) => "its suite does not sign but it has a verification key",
        };
        Err(Error::MalformedHeader { reason })
    }
}

/// A header that is authentic under its payload key.
#[derive(Debug)]
pub struct AuthenticatedHeader {
    header: ParsedHeader,
    context: EncryptionContext,
    payload_key: PayloadKey,
    verification_key: Option<Vec<u8>>,
}

impl AuthenticatedHeader {
    /// The fields.
    #[must_use]
    pub fn body(&self) -> &HeaderBody {
        &self.header.body
    }

    /// The bytes of the header, for the signature.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.header.bytes
    }

    /// The whole context, with the pairs that the caller reproduced.
    #[must_use]
    pub fn context(&self) -> &EncryptionContext {
        &self.context
    }

    /// The key of the frames.
    #[must_use]
    pub fn payload_key(&self) -> &PayloadKey {
        &self.payload_key
    }

    /// The signer's compressed point, if the suite signs.
    #[must_use]
    pub fn verification_key(&self) -> Option<&[u8]> {
        self.verification_key.as_deref()
    }

    /// The plans to open the frames.
    #[must_use]
    pub fn opener(&self) -> FrameOpener {
        let HeaderBody { suite, message_id, content, .. } = &self.header.body;
        FrameOpener::new(message_id.clone(), *content, suite.version)
    }
}
