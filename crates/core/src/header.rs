// SPDX-License-Identifier: Apache-2.0
//! A message's header on its way from bytes to a payload key
//! (specification: client-apis/decrypt.md, Parse the header to Verify the header).
//!
//! [`ParsedHeader`] -> [`PreparedHeader`] -> [`AuthenticatedHeader`]: the last is the only way to the payload key of a
//! message that someone else sealed, and it exists only if the commit key and the header's tag are
//! right.

use alloc::{boxed::Box, vec::Vec};

use base64ct::{Base64, Encoding as _};
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
    layout::BodyLayout,
    materials::OpenMaterials,
    open::FrameOpener,
    range::RangeOpener,
    reason::Reason,
    suite::IV_LEN,
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
    /// As [`ParsedHeader::prepare`] and [`PreparedHeader::authenticate`]; [`Error::NoDataKey`].
    pub async fn authenticate(
        self,
        keyring: &dyn Keyring,
        options: &OpenOptions,
    ) -> Result<AuthenticatedHeader, Error> {
        let prepared = self.prepare(options)?;
        let data_key = keyring.unwrap(&prepared.materials()).await?;
        prepared.authenticate(&data_key)
    }

    /// Checks all that needs no key.
    ///
    /// # Errors
    /// [`Error::CommitmentPolicyViolation`], [`Error::ContextMismatch`],
    /// [`Error::MalformedHeader`] (a verification key is missing or out of place).
    pub fn prepare(self, options: &OpenOptions) -> Result<PreparedHeader, Error> {
        self.body.suite.check_open(options.commitment_policy)?;
        let stored = self.body.context.to_context();
        let verification_key = self.verification_key(&stored)?;
        let (context, required) = stored.merge(&options.context)?;
        Ok(PreparedHeader { header: self, context, required, verification_key })
    }

    /// The verification key that a signing suite's context carries.
    fn verification_key(&self, stored: &EncryptionContext) -> Result<Option<Vec<u8>>, Error> {
        let reason = match (self.body.suite.signature, stored.value(PUBLIC_KEY)) {
            (None, None) => return Ok(None),
            (Some(_), Some(text)) => match Base64::decode_vec(text) {
                Ok(key) => return Ok(Some(key)),
                Err(_) => Reason::VerificationKeyNotBase64,
            },
            (Some(_), None) => Reason::VerificationKeyMissing,
            (None, Some(_)) => Reason::VerificationKeyUnexpected,
        };
        Err(Error::MalformedHeader { reason })
    }
}

/// A header of which all is checked that needs no key: a keyring may now unwrap its data key.
#[derive(Debug)]
pub struct PreparedHeader {
    header: ParsedHeader,
    context: EncryptionContext,
    required: EncryptionContext,
    verification_key: Option<Vec<u8>>,
}

impl PreparedHeader {
    /// What keyrings unwrap.
    #[must_use]
    pub fn materials(&self) -> OpenMaterials<'_> {
        OpenMaterials {
            suite: self.header.body.suite,
            context: &self.context,
            stored: &self.header.body.context,
            encrypted_data_keys: &self.header.body.encrypted_data_keys,
        }
    }

    /// The fields, not authenticated.
    #[must_use]
    pub fn body(&self) -> &HeaderBody {
        &self.header.body
    }

    /// Checks the header with its data key.
    ///
    /// # Errors
    /// [`Error::HeaderNotAuthentic`].
    pub fn authenticate(self, data_key: &DataKey) -> Result<AuthenticatedHeader, Error> {
        let (payload_key, cipher) = self.check(data_key)?;
        let Self { header, context, required, verification_key } = self;
        Ok(AuthenticatedHeader { header, context, required, payload_key, cipher, verification_key })
    }

    /// Derives the payload key and checks the commit key and the tag with it.
    fn check(&self, data_key: &DataKey) -> Result<(PayloadKey, AesGcmCipher), Error> {
        let ParsedHeader { body, authentication, bytes, body_len } = &self.header;
        let derived = kdf::derive(body.suite, data_key, &body.message_id)?;
        let committed = match (&derived.commit_key, &body.commit_key) {
            (Some(derived), Some(stored)) => derived.ct_eq(stored).into(),
            (None, None) => true,
            _ => false,
        };
        if !committed {
            return Err(Error::HeaderNotAuthentic);
        }
        let aad = [bytes.get(..*body_len).unwrap_or_default(), &self.required.to_bytes()].concat();
        let cipher = AesGcmCipher::new(derived.payload_key.expose_secret())?;
        cipher
            .open(&authentication.iv, &aad, &mut [], &authentication.tag)
            .map_err(|_| Error::HeaderNotAuthentic)?;
        Ok((derived.payload_key, cipher))
    }
}

impl HeaderBody {
    /// `header body || authentication`, the tag being over the body and the context that is only authenticated.
    ///
    /// The IV is zeros, but for a version 1 header that another one came before ([`crate::rewrap`]).
    pub(crate) fn authenticated(
        &self,
        iv: &[u8; IV_LEN],
        required: &EncryptionContext,
        cipher: &AesGcmCipher,
    ) -> Result<Vec<u8>, Error> {
        let mut bytes = self.to_bytes()?;
        let aad = [bytes.as_slice(), &required.to_bytes()].concat();
        let tag = cipher.seal(iv, &aad, &mut [])?;
        Authentication { iv: *iv, tag }.write(self.suite.version, &mut bytes);
        Ok(bytes)
    }
}

/// A header that is authentic under its payload key.
#[derive(Debug)]
pub struct AuthenticatedHeader {
    header: ParsedHeader,
    context: EncryptionContext,
    required: EncryptionContext,
    payload_key: PayloadKey,
    cipher: AesGcmCipher,
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

    /// What another header is made of ([`crate::rewrap`]): the fields and what authenticates them, the pairs that are
    /// not stored, and the cipher.
    pub(crate) fn into_parts(
        self,
    ) -> (HeaderBody, Authentication, EncryptionContext, AesGcmCipher) {
        let ParsedHeader { body, authentication, .. } = self.header;
        (body, authentication, self.required, self.cipher)
    }

    /// The pairs that are authenticated but not stored.
    #[must_use]
    pub fn required_context(&self) -> &EncryptionContext {
        &self.required
    }

    /// AES-GCM under the key of the frames.
    #[must_use]
    pub fn cipher(&self) -> &AesGcmCipher {
        &self.cipher
    }

    /// The signer's compressed point, if the suite signs.
    #[must_use]
    pub fn verification_key(&self) -> Option<&[u8]> {
        self.verification_key.as_deref()
    }

    /// The plans to open single frames, in any order.
    #[must_use]
    pub fn range_opener(&self, layout: BodyLayout) -> RangeOpener {
        RangeOpener::new(&self.header.body, layout)
    }

    /// The plans to open the frames.
    #[must_use]
    pub fn opener(&self) -> FrameOpener {
        let HeaderBody { suite, message_id, content, .. } = &self.header.body;
        FrameOpener::new(message_id.clone(), *content, suite.version)
    }
}
