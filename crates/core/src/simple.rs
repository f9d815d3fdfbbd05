// SPDX-License-Identifier: Apache-2.0
//! Whole messages in memory, in one call.

use alloc::vec::Vec;

use crate::{
    context::EncryptionContext,
    engine::AeadEngine,
    error::Error,
    format::header::HeaderLimits,
    header::{OpenOptions, ParsedHeader},
    key::Randomness,
    keyring::Keyring,
    seal::SealOptions,
    signing::SignatureScheme,
    stream::{Decryptor, Encryptor},
};

/// Seals `plaintext` into a message.
///
/// # Errors
/// As [`Encryptor::start`] and [`Encryptor::update`].
pub async fn seal<E: AeadEngine>(
    plaintext: &[u8],
    keyring: &dyn Keyring,
    options: SealOptions,
    random: &mut dyn Randomness,
    engine: &E,
    signatures: &dyn SignatureScheme,
) -> Result<Vec<u8>, Error> {
    let mut out = Vec::new();
    let mut encryptor =
        Encryptor::start(keyring, options, random, engine, signatures, &mut out).await?;
    encryptor.update(plaintext, &mut out)?;
    encryptor.finish(&mut out)?;
    Ok(out)
}

/// Opens a whole message; gives the plaintext and the context. Nothing comes out unless all of it
/// is authentic.
///
/// # Errors
/// As [`ParsedHeader::read_whole`], [`ParsedHeader::authenticate`], [`Decryptor::update`] and
/// [`Decryptor::finish`].
pub async fn open<E: AeadEngine>(
    message: &[u8],
    keyring: &dyn Keyring,
    options: &OpenOptions,
    limits: HeaderLimits,
    engine: &E,
    signatures: &dyn SignatureScheme,
) -> Result<(Vec<u8>, EncryptionContext), Error> {
    let header = ParsedHeader::read_whole(message, limits)?;
    let body = message.get(header.bytes().len()..).unwrap_or_default();
    let header = header.authenticate(keyring, options).await?;
    let mut decryptor = Decryptor::new(header, engine, signatures)?;
    let mut plaintext = Vec::new();
    decryptor.update(body, &mut plaintext)?;
    let context = decryptor.context().clone();
    decryptor.finish()?;
    Ok((plaintext, context))
}
