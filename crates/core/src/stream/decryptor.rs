// SPDX-License-Identifier: Apache-2.0
//! Message in, plaintext out.

use alloc::{boxed::Box, vec::Vec};

use crate::{
    context::EncryptionContext,
    engine::AeadEngine,
    error::Error,
    format::footer::{self, FooterRead},
    header::AuthenticatedHeader,
    open::{FrameOpener, FrameRead},
    signing::{MessageVerifier, SignatureScheme},
    suite::Curve,
};

/// Opens the body and footer of one message, after its header was authenticated.
///
/// Plaintext of a frame comes out as soon as its tag was right. Of a signed message the last frame
/// comes out only when the signature was right; what came before must not be acted on until then.
pub struct Decryptor<E: AeadEngine> {
    header: AuthenticatedHeader,
    opener: FrameOpener,
    cipher: E::Cipher,
    signature: Option<(Curve, Box<dyn MessageVerifier>)>,
    /// Plaintext of the last frame of a signed message.
    held: Vec<u8>,
    pending: Vec<u8>,
}

impl<E: AeadEngine> Decryptor<E> {
    /// A decryptor of the message that `header` starts.
    ///
    /// # Errors
    /// [`Error::MalformedHeader`] if the verification key is none; [`Error::InvalidArgument`] if
    /// the message is signed and `signatures` cannot verify.
    pub fn new(
        header: AuthenticatedHeader,
        engine: &E,
        signatures: &dyn SignatureScheme,
    ) -> Result<Self, Error> {
        let cipher = engine.cipher(header.payload_key().expose_secret())?;
        let signature = match (header.body().suite.signature, header.verification_key()) {
            (Some(curve), Some(key)) => {
                let mut verifier = signatures.verifier(curve, key)?;
                verifier.update(header.bytes());
                Some((curve, verifier))
            }
            _ => None,
        };
        let opener = header.opener();
        Ok(Self { header, opener, cipher, signature, held: Vec::new(), pending: Vec::new() })
    }

    /// The whole context of the message.
    #[must_use]
    pub fn context(&self) -> &EncryptionContext {
        self.header.context()
    }

    /// Takes bytes that follow the header, and appends the plaintext that they give.
    ///
    /// # Errors
    /// [`Error::FrameNotAuthentic`], [`Error::FrameOutOfOrder`], [`Error::MalformedFrame`],
    /// [`Error::MessageTooLong`], [`Error::SignatureNotValid`], [`Error::TrailingBytes`]. After an
    /// error the decryptor must not be used again.
    pub fn update(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<(), Error> {
        if self.pending.is_empty() {
            let used = self.consume(bytes, out)?;
            self.pending.extend_from_slice(bytes.get(used..).unwrap_or_default());
        } else {
            let mut pending = core::mem::take(&mut self.pending);
            pending.extend_from_slice(bytes);
            let used = self.consume(&pending, out)?;
            // `used` counts whole frames found within `pending`, so it is no more than its length.
            pending.drain(..used);
            self.pending = pending;
        }
        Ok(())
    }

    /// Checks that the message is at its end.
    ///
    /// # Errors
    /// [`Error::TruncatedMessage`] if frames or the footer are missing.
    pub fn finish(self) -> Result<(), Error> {
        if self.opener.is_done() && self.signature.is_none() && self.pending.is_empty() {
            Ok(())
        } else {
            Err(Error::TruncatedMessage)
        }
    }

    /// Uses as many whole frames and footers as `bytes` starts with; gives their length.
    fn consume(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<usize, Error> {
        let mut used = 0;
        while let Some(rest) = bytes.get(used..)
            && !rest.is_empty()
        {
            let len = if self.opener.is_done() {
                self.footer(rest, out)?
            } else {
                self.frame(rest, out)?
            };
            if len == 0 {
                break;
            }
            used += len;
        }
        Ok(used)
    }

    /// Opens the frame at the start of `bytes` if it is whole; gives its length, else 0.
    fn frame(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<usize, Error> {
        let FrameRead::Frame(plan) = self.opener.read(bytes)? else { return Ok(0) };
        let Some(frame) = bytes.get(..plan.total_len) else { return Ok(0) };
        let hold = plan.last && self.signature.is_some();
        plan.open(&self.cipher, frame, if hold { &mut self.held } else { out })?;
        if let Some((_, verifier)) = &mut self.signature {
            verifier.update(frame);
        }
        self.opener.opened(&plan)?;
        Ok(plan.total_len)
    }

    /// Verifies the footer at the start of `bytes` if it is whole; gives its length, else 0.
    fn footer(&mut self, bytes: &[u8], out: &mut Vec<u8>) -> Result<usize, Error> {
        let Some((curve, verifier)) = self.signature.take() else {
            return Err(Error::TrailingBytes);
        };
        match footer::read(bytes, curve)? {
            FooterRead::NeedMore(_) => {
                self.signature = Some((curve, verifier));
                Ok(0)
            }
            FooterRead::Footer(signature, len) => {
                verifier.verify(signature)?;
                out.append(&mut self.held);
                Ok(len)
            }
        }
    }
}
