// SPDX-License-Identifier: Apache-2.0
//! Plaintext in, message out.

use alloc::{boxed::Box, vec::Vec};

use crate::{
    context::EncryptionContext,
    engine::AeadEngine,
    error::Error,
    format::footer,
    key::Randomness,
    keyring::Keyring,
    seal::{SealOptions, SealedHeader},
    signing::{MessageSigner, SignatureScheme},
};

/// Seals one message.
pub struct Encryptor<E: AeadEngine> {
    header: SealedHeader,
    cipher: E::Cipher,
    signer: Option<Box<dyn MessageSigner>>,
    frame_length: usize,
    /// Less than a frame, or a whole one that may turn out to be the last.
    pending: Vec<u8>,
}

impl<E: AeadEngine> Encryptor<E> {
    /// Wraps a new data key, and appends the header to `out`.
    ///
    /// `options.verification_key` is set here, from a signer that `signatures` makes, if the suite
    /// signs.
    ///
    /// # Errors
    /// As [`SealedHeader::start`]; [`Error::InvalidArgument`] if `signatures` cannot sign.
    pub async fn start(
        keyring: &dyn Keyring,
        options: SealOptions,
        random: &mut dyn Randomness,
        engine: &E,
        signatures: &dyn SignatureScheme,
        out: &mut Vec<u8>,
    ) -> Result<Self, Error> {
        let mut options = options;
        let mut signer = match options.suite.signature {
            Some(curve) => Some(signatures.signer(curve, random)?),
            None => None,
        };
        options.verification_key = signer.as_ref().map(|signer| signer.verification_key());
        let header = SealedHeader::start(keyring, &options, random).await?;
        let cipher = engine.cipher(header.payload_key().expose_secret())?;
        if let Some(signer) = &mut signer {
            signer.update(header.bytes());
        }
        out.extend_from_slice(header.bytes());
        let frame_length = usize::try_from(header.frame_length()).unwrap_or(usize::MAX);
        Ok(Self { header, cipher, signer, frame_length, pending: Vec::new() })
    }

    /// The whole context of the message.
    #[must_use]
    pub fn context(&self) -> &EncryptionContext {
        self.header.context()
    }

    /// Takes plaintext, and appends the frames that are full and not the last.
    ///
    /// # Errors
    /// [`Error::MessageTooLong`] when 2^32 - 1 frames are not enough.
    pub fn update(&mut self, mut plaintext: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        while self.pending.len() + plaintext.len() > self.frame_length {
            if self.pending.is_empty() {
                let (frame, rest) = split(plaintext, self.frame_length);
                self.frame(frame, false, out)?;
                plaintext = rest;
            } else {
                let (head, rest) = split(plaintext, self.frame_length - self.pending.len());
                let mut frame = core::mem::take(&mut self.pending);
                frame.extend_from_slice(head);
                self.frame(&frame, false, out)?;
                frame.clear();
                self.pending = frame;
                plaintext = rest;
            }
        }
        self.pending.extend_from_slice(plaintext);
        Ok(())
    }

    /// Appends the last frame and the footer.
    ///
    /// # Errors
    /// [`Error::SignatureNotValid`] if the signature cannot be made.
    pub fn finish(mut self, out: &mut Vec<u8>) -> Result<(), Error> {
        let frame = core::mem::take(&mut self.pending);
        self.frame(&frame, true, out)?;
        if let Some(signer) = self.signer {
            out.extend_from_slice(&footer::write(&signer.finish()?)?);
        }
        Ok(())
    }

    fn frame(&mut self, plaintext: &[u8], last: bool, out: &mut Vec<u8>) -> Result<(), Error> {
        let start = out.len();
        let plan = self.header.sealer().next(plaintext.len(), last)?;
        plan.seal(&self.cipher, plaintext, out)?;
        if let Some(signer) = &mut self.signer {
            signer.update(out.get(start..).unwrap_or_default());
        }
        Ok(())
    }
}

fn split(bytes: &[u8], at: usize) -> (&[u8], &[u8]) {
    bytes.split_at_checked(at).unwrap_or((bytes, &[]))
}
