// SPDX-License-Identifier: Apache-2.0
//! Sealing, planned: the header at once, then a plan for each frame
//! (specification: client-apis/encrypt.md).
//!
//! [`SealedHeader::start`] -> [`FrameSealer::next`] for each frame; who waits for keyrings elsewhere takes
//! [`SealDraft::new`] -> [`SealDraft::seal`] in place of the first. A frame's bytes are
//! `plan.prefix || AES-GCM[payload key](plan.iv, plaintext, plan.aad)`; whoever has the fastest
//! AES makes them.

use alloc::{string::String, vec, vec::Vec};

use base64ct::{Base64, Encoding as _};

use crate::{
    commitment::CommitmentPolicy,
    context::{EncryptionContext, PUBLIC_KEY},
    engine::{AesGcmCipher, FrameCipher},
    error::Error,
    format::{
        frame::{FrameKind, FramePrefix},
        header::{ContentType, HeaderBody},
    },
    kdf,
    key::{PayloadKey, Randomness},
    keyring::Keyring,
    materials::SealMaterials,
    reason::Reason,
    suite::{DEFAULT_SUITE, IV_LEN, Suite, TAG_LEN},
};

/// Plaintext bytes of a frame unless the caller says otherwise: 64 KiB.
pub const DEFAULT_FRAME_LENGTH: u32 = 65_536;

/// How to seal a message.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct SealOptions {
    /// The algorithm suite; by default 0x0478.
    pub suite: &'static Suite,
    /// Plaintext bytes of a frame, 1 to 2^32 - 1; by default 64 KiB.
    pub frame_length: u32,
    /// Pairs to authenticate with the message.
    pub context: EncryptionContext,
    /// Keys of the context whose pairs are authenticated but not stored: they must be given again
    /// to open the message (specification: framework/required-encryption-context-cmm.md).
    pub required_context_keys: Vec<String>,
    /// Most encrypted data keys; without it, the format's 65,535.
    pub max_encrypted_data_keys: Option<u16>,
    /// Which suites may seal.
    pub commitment_policy: CommitmentPolicy,
    /// The signer's public key as a compressed point; signing suites need it.
    pub verification_key: Option<Vec<u8>>,
}

impl Default for SealOptions {
    fn default() -> Self {
        Self {
            suite: DEFAULT_SUITE,
            frame_length: DEFAULT_FRAME_LENGTH,
            context: EncryptionContext::default(),
            required_context_keys: Vec::new(),
            max_encrypted_data_keys: None,
            commitment_policy: CommitmentPolicy::default(),
            verification_key: None,
        }
    }
}

impl SealOptions {
    /// The default suite and frame length with this context.
    #[must_use]
    pub fn with_context(context: EncryptionContext) -> Self {
        Self { context, ..Self::default() }
    }

    /// The context with the verification key, if the suite signs.
    fn full_context(&self) -> Result<EncryptionContext, Error> {
        let mut context = self.context.clone();
        match (self.suite.signature, &self.verification_key) {
            (Some(_), Some(key)) => {
                context.insert_reserved(PUBLIC_KEY, Base64::encode_string(key))?
            }
            (None, None) => {}
            (Some(_), None) => {
                return Err(Error::InvalidArgument { reason: Reason::NoSigner });
            }
            (None, Some(_)) => {
                return Err(Error::InvalidArgument { reason: Reason::NotASigningSuite });
            }
        }
        Ok(context)
    }
}

/// A message whose options are checked; what it needs is a data key and its wrapped forms, which keyrings put
/// into its [`SealMaterials`].
#[derive(Debug)]
pub struct SealDraft {
    suite: &'static Suite,
    content: ContentType,
    frame_length: u32,
    stored: EncryptionContext,
    required: EncryptionContext,
    max_encrypted_data_keys: Option<u16>,
}

impl SealDraft {
    /// Checks the options; gives the materials that keyrings work on.
    ///
    /// # Errors
    /// [`Error::CommitmentPolicyViolation`], [`Error::InvalidArgument`], [`Error::InvalidContext`],
    /// [`Error::MissingRequiredContext`].
    pub fn new(options: &SealOptions) -> Result<(Self, SealMaterials), Error> {
        let suite = options.suite;
        suite.check_seal(options.commitment_policy)?;
        let content = ContentType::framed(options.frame_length)?;
        let context = options.full_context()?;
        let (stored, required) = context.split(&options.required_context_keys)?;
        let draft = Self {
            suite,
            content,
            frame_length: options.frame_length,
            stored,
            required,
            max_encrypted_data_keys: options.max_encrypted_data_keys,
        };
        Ok((draft, SealMaterials::new(suite, context)))
    }

    /// Seals the header with the data key that a keyring put into the materials.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if nothing was wrapped or a field is too long,
    /// [`Error::TooManyEncryptedDataKeys`], [`Error::RandomnessUnavailable`].
    pub fn seal(
        self,
        materials: SealMaterials,
        random: &mut dyn Randomness,
    ) -> Result<SealedHeader, Error> {
        let Self { suite, content, frame_length, stored, required, max_encrypted_data_keys } = self;
        let (data_key, encrypted_data_keys, context) = materials.into_parts()?;
        let got = encrypted_data_keys.len();
        if let Some(limit) = max_encrypted_data_keys.filter(|limit| got > usize::from(*limit)) {
            return Err(Error::TooManyEncryptedDataKeys { limit, got });
        }
        let mut message_id = vec![0; suite.version.message_id_len()];
        random.fill(&mut message_id)?;
        let derived = kdf::derive(suite, &data_key, &message_id)?;
        let body = HeaderBody {
            suite,
            message_id,
            context: stored.into(),
            encrypted_data_keys,
            content,
            commit_key: derived.commit_key,
        };
        let cipher = AesGcmCipher::new(derived.payload_key.expose_secret())?;
        let bytes = body.authenticated(&[0; IV_LEN], &required, &cipher)?;
        let sealer = FrameSealer::new(body.message_id, frame_length);
        Ok(SealedHeader { bytes, context, payload_key: derived.payload_key, cipher, sealer })
    }
}

/// A finished header and what seals the frames after it.
#[derive(Debug)]
pub struct SealedHeader {
    bytes: Vec<u8>,
    context: EncryptionContext,
    payload_key: PayloadKey,
    cipher: AesGcmCipher,
    sealer: FrameSealer,
}

impl SealedHeader {
    /// Wraps a new data key and seals the header.
    ///
    /// # Errors
    /// As [`SealDraft::new`] and [`SealDraft::seal`], and whatever the keyring gives.
    pub async fn start(
        keyring: &dyn Keyring,
        options: &SealOptions,
        random: &mut dyn Randomness,
    ) -> Result<Self, Error> {
        let (draft, materials) = SealDraft::new(options)?;
        let materials = keyring.wrap(materials, random).await?;
        draft.seal(materials, random)
    }

    /// The header's bytes with their authentication: the start of the message.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// The whole context, with the format's own pairs.
    #[must_use]
    pub fn context(&self) -> &EncryptionContext {
        &self.context
    }

    /// The key of the frames.
    #[must_use]
    pub fn payload_key(&self) -> &PayloadKey {
        &self.payload_key
    }

    /// AES-GCM under that key.
    #[must_use]
    pub fn cipher(&self) -> &AesGcmCipher {
        &self.cipher
    }

    /// Plaintext bytes of each frame but the last.
    #[must_use]
    pub fn frame_length(&self) -> u32 {
        self.sealer.frame_length
    }

    /// The plans of the frames.
    pub fn sealer(&mut self) -> &mut FrameSealer {
        &mut self.sealer
    }
}

/// How to make one frame.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct FramePlan {
    /// The frame's first bytes.
    pub prefix: Vec<u8>,
    /// The IV.
    pub iv: [u8; IV_LEN],
    /// The additional authenticated data.
    pub aad: Vec<u8>,
}

impl FramePlan {
    /// Makes the frame's bytes with `cipher` and appends them to `out`.
    ///
    /// # Errors
    /// [`Error::MessageTooLong`] if the cipher refuses the length.
    pub fn seal(
        &self,
        cipher: &impl FrameCipher,
        plaintext: &[u8],
        out: &mut Vec<u8>,
    ) -> Result<(), Error> {
        out.reserve(self.prefix.len() + plaintext.len() + TAG_LEN);
        out.extend_from_slice(&self.prefix);
        let start = out.len();
        out.extend_from_slice(plaintext);
        let tag = cipher.seal(&self.iv, &self.aad, out.get_mut(start..).unwrap_or_default())?;
        out.extend_from_slice(&tag);
        Ok(())
    }
}

/// Plans the frames of one message, in order.
#[derive(Debug)]
pub struct FrameSealer {
    message_id: Vec<u8>,
    frame_length: u32,
    next: u32,
    finished: bool,
}

impl FrameSealer {
    pub(crate) fn new(message_id: Vec<u8>, frame_length: u32) -> Self {
        Self { message_id, frame_length, next: 1, finished: false }
    }

    /// The plan of the next frame, of `plaintext_len` bytes: the frame length exactly, or if it is
    /// the last, at most.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for another length or after the last frame;
    /// [`Error::MessageTooLong`] when 2^32 - 1 frames are not enough.
    pub fn next(&mut self, plaintext_len: usize, last: bool) -> Result<FramePlan, Error> {
        if self.finished {
            return Err(Error::InvalidArgument { reason: Reason::LastFrameSealed });
        }
        let len = u32::try_from(plaintext_len).unwrap_or(u32::MAX);
        let fits = if last { len <= self.frame_length } else { len == self.frame_length };
        if !fits || usize::try_from(len) != Ok(plaintext_len) {
            return Err(Error::InvalidArgument { reason: Reason::FrameContentLength });
        }
        // A regular frame's number must differ from the mark of the final frame, ffffffff; when all
        // others are used, only a final frame can follow.
        if self.next == u32::MAX && !last {
            return Err(Error::MessageTooLong);
        }
        let kind = if last { FrameKind::Final } else { FrameKind::Regular };
        let frame = FramePrefix::new(kind, self.next, len.into());
        self.finished = last;
        self.next = self.next.saturating_add(1);
        let plan =
            FramePlan { prefix: frame.to_bytes(), iv: frame.iv, aad: frame.aad(&self.message_id) };
        Ok(plan)
    }
}

#[cfg(test)]
mod tests {
    use alloc::vec;

    use super::*;

    #[test]
    fn frames_of_another_length_are_refused() {
        let mut sealer = FrameSealer::new(vec![7; 32], 10);
        for (len, last) in [(9, false), (11, false), (0, false), (11, true)] {
            assert_eq!(sealer.next(len, last).unwrap_err().code(), "InvalidArgument");
        }
        assert!(sealer.next(10, true).is_ok());
        assert_eq!(sealer.next(10, true).unwrap_err().code(), "InvalidArgument");
    }

    #[test]
    fn the_last_sequence_number_is_for_a_final_frame_only() {
        let mut sealer = FrameSealer::new(vec![7; 32], 1);
        sealer.next = u32::MAX - 1;
        assert_eq!(&sealer.next(1, false).unwrap().prefix[..4], &[255, 255, 255, 254]);
        assert_eq!(sealer.next(1, false).unwrap_err().code(), "MessageTooLong");
        let plan = sealer.next(1, true).unwrap();
        assert_eq!(&plan.prefix[..8], &[255; 8]);
        assert_eq!(plan.iv, [0, 0, 0, 0, 0, 0, 0, 0, 255, 255, 255, 255]);
    }
}
