// SPDX-License-Identifier: Apache-2.0
//! GCM, CBC and CTR of AES and SM4, by RustCrypto. Key schedules are wiped when dropped.

use aes_gcm::{
    AesGcm,
    aead::{AeadInOut, KeyInit, consts::U12},
    aes::{Aes128, Aes256},
};
use cbc::cipher::{
    BlockModeDecrypt, KeyIvInit, StreamCipher,
    block_padding::{NoPadding, Pkcs7},
};
use sm4::Sm4;

use crate::{
    algorithm::{BLOCK_LEN, BlockCipher, GCM_IV_LEN, TAG_LEN},
    error::Error,
    key::DataKey,
};

const KEY_LENGTH: Error = Error::InvalidArgument {
    reason: "the data key is not as long as the algorithm's keys; it was made for another algorithm",
};

/// Calls a generic function for the block cipher.
macro_rules! by_cipher {
    ($cipher:expr, $function:ident($($argument:expr),*)) => {
        match $cipher {
            BlockCipher::Aes128 => $function::<Aes128>($($argument),*),
            BlockCipher::Aes256 => $function::<Aes256>($($argument),*),
            BlockCipher::Sm4 => $function::<Sm4>($($argument),*),
        }
    };
}

/// Encrypts `buffer` in place; gives the tag.
pub(crate) fn gcm_seal(
    cipher: BlockCipher,
    key: &DataKey,
    iv: &[u8; GCM_IV_LEN],
    aad: &[u8],
    buffer: &mut [u8],
) -> Result<[u8; TAG_LEN], Error> {
    fn with<C>(
        key: &DataKey,
        iv: &[u8; GCM_IV_LEN],
        aad: &[u8],
        buffer: &mut [u8],
    ) -> Result<[u8; TAG_LEN], Error>
    where
        AesGcm<C, U12>: KeyInit + AeadInOut<NonceSize = U12, TagSize = aes_gcm::aead::consts::U16>,
    {
        let cipher = gcm::<C>(key)?;
        let tag = cipher.encrypt_inout_detached(iv.into(), aad, buffer.into());
        tag.map(Into::into).map_err(|_| Error::MessageTooLong)
    }
    by_cipher!(cipher, with(key, iv, aad, buffer))
}

/// Checks the tag, then decrypts `buffer` in place.
pub(crate) fn gcm_open(
    cipher: BlockCipher,
    key: &DataKey,
    iv: &[u8; GCM_IV_LEN],
    aad: &[u8],
    buffer: &mut [u8],
    tag: &[u8; TAG_LEN],
) -> Result<(), Error> {
    fn with<C>(
        key: &DataKey,
        iv: &[u8; GCM_IV_LEN],
        aad: &[u8],
        buffer: &mut [u8],
        tag: &[u8; TAG_LEN],
    ) -> Result<(), Error>
    where
        AesGcm<C, U12>: KeyInit + AeadInOut<NonceSize = U12, TagSize = aes_gcm::aead::consts::U16>,
    {
        let opened =
            gcm::<C>(key)?.decrypt_inout_detached(iv.into(), aad, buffer.into(), tag.into());
        opened.map_err(|_| Error::FrameNotAuthentic)
    }
    by_cipher!(cipher, with(key, iv, aad, buffer, tag))
}

// Boxed: a schedule has hundreds of bytes, and moving it would leave copies that no drop wipes.
fn gcm<C>(key: &DataKey) -> Result<Box<AesGcm<C, U12>>, Error>
where
    AesGcm<C, U12>: KeyInit,
{
    Ok(Box::new(KeyInit::new_from_slice(key.expose_secret()).map_err(|_| KEY_LENGTH)?))
}

/// Decrypts whole blocks in place.
pub(crate) fn cbc_open(
    cipher: BlockCipher,
    key: &DataKey,
    iv: &[u8; BLOCK_LEN],
    buffer: &mut [u8],
) -> Result<(), Error> {
    fn with<C>(key: &DataKey, iv: &[u8; BLOCK_LEN], buffer: &mut [u8]) -> Result<(), Error>
    where
        cbc::Decryptor<C>: KeyIvInit + BlockModeDecrypt,
        C: cbc::cipher::BlockCipherDecrypt,
    {
        let cipher = <cbc::Decryptor<C>>::new_from_slices(key.expose_secret(), iv);
        let opened = cipher.map_err(|_| KEY_LENGTH)?.decrypt_padded::<NoPadding>(buffer);
        opened.map(|_| ()).map_err(|_| Error::MalformedFrame {
            reason: "content under CBC is not a whole number of blocks of 16 bytes",
        })
    }
    by_cipher!(cipher, with(key, iv, buffer))
}

/// Length of the content without its padding (RFC 5652, section 6.3).
pub(crate) fn unpadded_len(content: &[u8]) -> Result<usize, Error> {
    use cbc::cipher::{array::Array, block_padding::Padding, consts::U16};
    const WRONG: Error = Error::MalformedFrame { reason: "the padding is not that of PKCS#7" };
    let (blocks, rest) = Array::<u8, U16>::slice_as_chunks(content);
    if !rest.is_empty() {
        return Err(WRONG);
    }
    Pkcs7::unpad_blocks(blocks).map(<[u8]>::len).map_err(|_| WRONG)
}

/// Decrypts in place.
pub(crate) fn ctr_open(
    cipher: BlockCipher,
    key: &DataKey,
    iv: &[u8; BLOCK_LEN],
    buffer: &mut [u8],
) -> Result<(), Error> {
    fn with<C>(key: &DataKey, iv: &[u8; BLOCK_LEN], buffer: &mut [u8]) -> Result<(), Error>
    where
        ctr::Ctr128BE<C>: KeyIvInit + StreamCipher,
        C: cbc::cipher::BlockCipherEncrypt<BlockSize = cbc::cipher::consts::U16>,
    {
        let cipher = <ctr::Ctr128BE<C>>::new_from_slices(key.expose_secret(), iv);
        cipher
            .map_err(|_| KEY_LENGTH)?
            .try_apply_keystream(buffer)
            .map_err(|_| Error::MessageTooLong)
    }
    by_cipher!(cipher, with(key, iv, buffer))
}
