// SPDX-License-Identifier: Apache-2.0
//! AES-GCM (NIST SP 800-38D) as an interface, and the RustCrypto implementation of it.
//!
//! The planning level ([`crate::seal`], [`crate::open`]) needs no engine: a host with a faster one
//! (Node's `crypto`, WebCrypto) does each frame itself. The streaming level takes an engine.

use alloc::boxed::Box;

use aes_gcm::{
    Aes128Gcm, Aes256Gcm, AesGcm,
    aead::{AeadInOut, KeyInit, consts::U12},
    aes::Aes192,
};

use crate::{
    error::Error,
    reason::Reason,
    suite::{IV_LEN, TAG_LEN},
};

/// Makes AES-GCM ciphers.
pub trait AeadEngine {
    /// A cipher with its key schedule.
    type Cipher: FrameCipher;

    /// A cipher for a key of 16, 24 or 32 bytes.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a key of another length.
    fn cipher(&self, key: &[u8]) -> Result<Self::Cipher, Error>;
}

/// AES-GCM under one key, in place.
pub trait FrameCipher {
    /// Encrypts `buffer` in place; gives the tag.
    ///
    /// # Security
    /// An IV must never be used twice with one key.
    ///
    /// # Errors
    /// [`Error::MessageTooLong`] if the buffer has more than 2^36 - 32 bytes.
    fn seal(
        &self,
        iv: &[u8; IV_LEN],
        aad: &[u8],
        buffer: &mut [u8],
    ) -> Result<[u8; TAG_LEN], Error>;

    /// Checks the tag, then decrypts `buffer` in place.
    ///
    /// # Errors
    /// [`Error::FrameNotAuthentic`] if the tag is wrong; the buffer is then still ciphertext.
    fn open(
        &self,
        iv: &[u8; IV_LEN],
        aad: &[u8],
        buffer: &mut [u8],
        tag: &[u8; TAG_LEN],
    ) -> Result<(), Error>;
}

/// The RustCrypto engine: constant-time everywhere, with AES instructions where the target has
/// them (WebAssembly has none).
#[derive(Clone, Copy, Debug, Default)]
pub struct RustCryptoEngine;

impl AeadEngine for RustCryptoEngine {
    type Cipher = AesGcmCipher;

    fn cipher(&self, key: &[u8]) -> Result<AesGcmCipher, Error> {
        AesGcmCipher::new(key)
    }
}

/// AES-GCM by RustCrypto; the key schedule is wiped when dropped.
pub struct AesGcmCipher(KeySize);

// Boxed: a schedule has hundreds of bytes, and moving it would leave copies that no drop wipes.
enum KeySize {
    Aes128(Box<Aes128Gcm>),
    Aes192(Box<AesGcm<Aes192, U12>>),
    Aes256(Box<Aes256Gcm>),
}

impl core::fmt::Debug for AesGcmCipher {
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        f.write_str("AesGcmCipher(..)")
    }
}

impl AesGcmCipher {
    /// A cipher for a key of 16, 24 or 32 bytes.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] for a key of another length.
    pub fn new(key: &[u8]) -> Result<Self, Error> {
        const LENGTH: Error = Error::InvalidArgument { reason: Reason::AesKeyLength };
        Ok(Self(match key.len() {
            16 => KeySize::Aes128(Box::new(KeyInit::new_from_slice(key).map_err(|_| LENGTH)?)),
            24 => KeySize::Aes192(Box::new(KeyInit::new_from_slice(key).map_err(|_| LENGTH)?)),
            32 => KeySize::Aes256(Box::new(KeyInit::new_from_slice(key).map_err(|_| LENGTH)?)),
            _ => return Err(LENGTH),
        }))
    }
}

impl FrameCipher for AesGcmCipher {
    fn seal(
        &self,
        iv: &[u8; IV_LEN],
        aad: &[u8],
        buffer: &mut [u8],
    ) -> Result<[u8; TAG_LEN], Error> {
        let (iv, buffer) = (iv.into(), buffer.into());
        match &self.0 {
            KeySize::Aes128(cipher) => cipher.encrypt_inout_detached(iv, aad, buffer),
            KeySize::Aes192(cipher) => cipher.encrypt_inout_detached(iv, aad, buffer),
            KeySize::Aes256(cipher) => cipher.encrypt_inout_detached(iv, aad, buffer),
        }
        .map(Into::into)
        .map_err(|_| Error::MessageTooLong)
    }

    fn open(
        &self,
        iv: &[u8; IV_LEN],
        aad: &[u8],
        buffer: &mut [u8],
        tag: &[u8; TAG_LEN],
    ) -> Result<(), Error> {
        let (iv, buffer, tag) = (iv.into(), buffer.into(), tag.into());
        match &self.0 {
            KeySize::Aes128(cipher) => cipher.decrypt_inout_detached(iv, aad, buffer, tag),
            KeySize::Aes192(cipher) => cipher.decrypt_inout_detached(iv, aad, buffer, tag),
            KeySize::Aes256(cipher) => cipher.decrypt_inout_detached(iv, aad, buffer, tag),
        }
        .map_err(|_| Error::FrameNotAuthentic)
    }
}
