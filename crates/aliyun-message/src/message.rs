// SPDX-License-Identifier: Apache-2.0
//! A message that is read.

use zeroize::Zeroizing;

use crate::{
    algorithm::{BLOCK_LEN, GCM_IV_LEN, Mode, TAG_LEN},
    cipher, der_form,
    error::{Error, malformed},
    header::{Fields, Limits},
    key::DataKey,
    layout::Layout,
    parts::Parts,
    stream_form,
};

/// Whether content may be released that nothing authenticates.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unauthenticated {
    /// Content under CBC and CTR stays closed.
    Refuse,
    /// It is opened; whoever could change the message has chosen what comes out.
    Release,
}

/// A message, parsed. What it says is not authentic before [`Message::open`] has succeeded.
#[derive(Clone, Debug)]
pub struct Message<'a>(Parts<'a>);

impl<'a> Message<'a> {
    /// Reads a whole message in either layout; its first byte says which. Only the one canonical form is read, so
    /// no two different messages are the same one.
    ///
    /// # Errors
    /// [`Error::MalformedHeader`], [`Error::MalformedFrame`], [`Error::TruncatedMessage`] or
    /// [`Error::TrailingBytes`] for other bytes; [`Error::UnsupportedSuite`] for an unknown algorithm;
    /// [`Error::TooManyEncryptedDataKeys`].
    pub fn parse(bytes: &'a [u8], limits: Limits) -> Result<Self, Error> {
        let parts = match layout_of(bytes)? {
            Layout::Der => der_form::read(bytes, limits)?,
            Layout::Stream => stream_form::read(bytes, limits)?,
        };
        let algorithm = parts.header.fields.algorithm();
        if parts.body.iv.len() != algorithm.iv_len() {
            return Err(Error::MalformedFrame {
                reason: "its initialisation vector is not as long as the algorithm's",
            });
        }
        if parts.body.tag.len() != algorithm.tag_len() {
            return Err(Error::MalformedFrame {
                reason: "its tag is not as long as the algorithm's",
            });
        }
        Ok(Self(parts))
    }

    /// What the header says.
    #[must_use]
    pub fn fields(&self) -> &Fields {
        &self.0.header.fields
    }

    /// Checks that the data key made the header, then opens the content. The plaintext is wiped when dropped.
    ///
    /// # Security
    /// With [`Unauthenticated::Release`], an error about padding tells whoever chose the ciphertext something
    /// about the plaintext: do not let them see which error it was.
    ///
    /// # Errors
    /// [`Error::HeaderNotAuthentic`]; [`Error::FrameNotAuthentic`]; [`Error::UnauthenticatedAlgorithm`] for CBC
    /// and CTR unless their release was asked for; [`Error::MalformedFrame`] for content under CBC that has no
    /// whole blocks or the wrong padding; [`Error::InvalidArgument`] for a data key of the wrong length.
    pub fn open(
        &self,
        key: &DataKey,
        unauthenticated: Unauthenticated,
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        let algorithm = self.fields().algorithm();
        let Parts { header, body } = &self.0;
        header.verify(key)?;
        if !algorithm.authenticates() && unauthenticated == Unauthenticated::Refuse {
            return Err(Error::UnauthenticatedAlgorithm { name: algorithm.name });
        }
        let mut content = Zeroizing::new(body.ciphertext.to_vec());
        match algorithm.mode {
            Mode::Gcm => {
                let aad = self.fields().context().to_bytes()?;
                let (iv, tag) = (part::<GCM_IV_LEN>(body.iv)?, part::<TAG_LEN>(body.tag)?);
                cipher::gcm_open(algorithm.cipher, key, iv, &aad, &mut content, tag)?;
            }
            Mode::Ctr => {
                let iv = part::<BLOCK_LEN>(body.iv)?;
                cipher::ctr_open(algorithm.cipher, key, iv, &mut content)?;
            }
            Mode::CbcNoPadding | Mode::CbcPkcs5 => {
                let iv = part::<BLOCK_LEN>(body.iv)?;
                cipher::cbc_open(algorithm.cipher, key, iv, &mut content)?;
                if algorithm.mode == Mode::CbcPkcs5 {
                    let len = cipher::unpadded_len(&content)?;
                    content.truncate(len);
                }
            }
        }
        Ok(content)
    }
}

/// Which layout the bytes have, if any.
fn layout_of(bytes: &[u8]) -> Result<Layout, Error> {
    match bytes.first() {
        Some(0x30) => Ok(Layout::Der),
        Some(0) => Ok(Layout::Stream),
        Some(_) => Err(malformed("it begins with no SEQUENCE and no version")),
        None => Err(Error::TruncatedMessage),
    }
}

/// A part of a body, whose length `parse` has checked.
fn part<const N: usize>(bytes: &[u8]) -> Result<&[u8; N], Error> {
    bytes.try_into().map_err(|_| Error::MalformedFrame { reason: "a part has the wrong length" })
}
