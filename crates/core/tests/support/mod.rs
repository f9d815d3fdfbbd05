// SPDX-License-Identifier: Apache-2.0
//! What the tests of this crate share.
#![allow(
    dead_code,
    clippy::mod_module_files,
    missing_docs,
    unreachable_pub,
    reason = "each test file uses a part; a mod.rs keeps cargo from running it as a test"
)]

use edgekms_core::{
    commitment::CommitmentPolicy,
    context::EncryptionContext,
    engine::RustCryptoEngine,
    error::Error,
    format::{
        frame::{FrameKind, FramePrefix},
        header::{ContentType, HeaderLimits},
    },
    header::{OpenOptions, ParsedHeader},
    key::WrappingKey,
    keyring::{Keyring, RawAesKeyring},
    seal::SealOptions,
    signing::Ecdsa,
    simple,
    stream::{Decryptor, Encryptor, HeaderReader},
    suite::{FormatVersion, Suite},
};
use futures::executor::block_on;
use getrandom::SysRng;

pub fn keyring() -> RawAesKeyring {
    RawAesKeyring::new("tests", "key", &WrappingKey::from_bytes(&[7; 32]).unwrap()).unwrap()
}

pub fn context(pairs: &[(&str, &str)]) -> EncryptionContext {
    EncryptionContext::from_pairs(pairs.iter().copied()).unwrap()
}

/// Options for any suite: the older ones need the policy that forbids the newer.
pub fn options(suite: &'static Suite, frame_length: u32) -> SealOptions {
    let mut options = SealOptions::with_context(context(&[("purpose", "test")]));
    options.suite = suite;
    options.frame_length = frame_length;
    if !suite.commits() {
        options.commitment_policy = CommitmentPolicy::ForbidEncryptAllowDecrypt;
    }
    options
}

pub fn open_any() -> OpenOptions {
    let mut options = OpenOptions::default();
    options.commitment_policy = CommitmentPolicy::RequireEncryptAllowDecrypt;
    options
}

pub fn seal(plaintext: &[u8], options: SealOptions) -> Vec<u8> {
    seal_with(plaintext, &keyring(), options).unwrap()
}

pub fn seal_with(
    plaintext: &[u8],
    keyring: &dyn Keyring,
    options: SealOptions,
) -> Result<Vec<u8>, Error> {
    let mut random = SysRng;
    block_on(simple::seal(plaintext, keyring, options, &mut random, &RustCryptoEngine, &Ecdsa))
}

pub fn open(message: &[u8]) -> Result<Vec<u8>, Error> {
    open_with(message, &keyring(), &open_any())
}

pub fn open_with(
    message: &[u8],
    keyring: &dyn Keyring,
    options: &OpenOptions,
) -> Result<Vec<u8>, Error> {
    let limits = HeaderLimits::default();
    let opened = simple::open(message, keyring, options, limits, &RustCryptoEngine, &Ecdsa);
    block_on(opened).map(|(plaintext, _)| plaintext)
}

/// Seals in pieces of the given lengths, the rest in one.
pub fn seal_chunks(plaintext: &[u8], options: SealOptions, lens: &[usize]) -> Vec<u8> {
    let mut out = Vec::new();
    let keyring = keyring();
    let mut random = SysRng;
    let started =
        Encryptor::start(&keyring, options, &mut random, &RustCryptoEngine, &Ecdsa, &mut out);
    let mut encryptor = block_on(started).unwrap();
    for chunk in chunks(plaintext, lens) {
        encryptor.update(chunk, &mut out).unwrap();
    }
    encryptor.finish(&mut out).unwrap();
    out
}

/// Opens in pieces of the given lengths, the rest in one; gives what came out before any error.
pub fn open_chunks(message: &[u8], lens: &[usize]) -> (Vec<u8>, Result<(), Error>) {
    let mut out = Vec::new();
    let result = open_into(message, lens, &mut out);
    (out, result)
}

fn open_into(message: &[u8], lens: &[usize], out: &mut Vec<u8>) -> Result<(), Error> {
    let mut chunks = chunks(message, lens).into_iter();
    let mut reader = HeaderReader::new(HeaderLimits::default());
    let header = loop {
        let chunk = chunks.next().ok_or(Error::TruncatedMessage)?;
        if let Some(header) = reader.push(chunk)? {
            break header;
        }
    };
    let header = block_on(header.authenticate(&keyring(), &open_any()))?;
    let mut decryptor = Decryptor::new(header, &RustCryptoEngine, &Ecdsa)?;
    decryptor.update(&reader.into_rest(), out)?;
    for chunk in chunks {
        decryptor.update(chunk, out)?;
    }
    decryptor.finish()
}

fn chunks<'a>(mut bytes: &'a [u8], lens: &[usize]) -> Vec<&'a [u8]> {
    let mut chunks = Vec::new();
    for &len in lens {
        let (head, rest) = bytes.split_at(len.min(bytes.len()));
        chunks.push(head);
        bytes = rest;
    }
    chunks.push(bytes);
    chunks
}

/// Bytes of the header of `message`.
pub fn header_len(message: &[u8]) -> usize {
    ParsedHeader::read_whole(message, HeaderLimits::default()).unwrap().bytes().len()
}

/// Seals a non-framed message, which this crate reads but never writes: the header of a framed one
/// is changed and authenticated again with the data key that the raw AES keyring gives.
pub fn seal_non_framed(plaintext: &[u8], suite: &'static Suite) -> Vec<u8> {
    use aes_gcm_for_tests::tag;
    let framed = seal(b"", options(suite, 1));
    let header = ParsedHeader::read_whole(&framed, HeaderLimits::default()).unwrap();
    let mut body = header.body().clone();
    let authenticated = block_on(header.authenticate(&keyring(), &open_any())).unwrap();
    let key = authenticated.payload_key().expose_secret();
    body.content = ContentType::NonFramed;
    let mut message = body.to_bytes().unwrap();
    let tag_of_header = tag(key, &[0; 12], &message, &mut []);
    if suite.version == FormatVersion::V1 {
        message.extend_from_slice(&[0; 12]);
    }
    message.extend_from_slice(&tag_of_header);
    let prefix = FramePrefix::new(FrameKind::NonFramed, 1, plaintext.len() as u64);
    let mut content = plaintext.to_vec();
    let tag_of_body = tag(key, &prefix.iv, &prefix.aad(&body.message_id), &mut content);
    message.extend(prefix.to_bytes());
    message.extend(content);
    message.extend(tag_of_body);
    message
}

mod aes_gcm_for_tests {
    use edgekms_core::engine::{AesGcmCipher, FrameCipher};

    pub fn tag(key: &[u8], iv: &[u8; 12], aad: &[u8], content: &mut [u8]) -> [u8; 16] {
        AesGcmCipher::new(key).unwrap().seal(iv, aad, content).unwrap()
    }
}
