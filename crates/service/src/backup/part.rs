// SPDX-License-Identifier: Apache-2.0
//! The parts of a backup.
//!
//! ```text
//! part     = head || nonce(24) || XAES-256-GCM(part key, nonce, AAD, plaintext) || tag(16)
//! head     = "edgekms backup 1" || file id(16) || number, u32be from 0 || flags(1)
//! flags    = 1: a page of rows ends here; 2: the file ends here
//! part key = HKDF-SHA-256(BACKUP_KEY, info = framed("edgekms/v1/backup/part", file id, account, region))
//! AAD      = framed(head, account, region, tag of the part before, nothing for the first)
//! file key = the same with "edgekms/v1/backup/wrap": the root key "backup" that wraps the file's material
//! ```
//!
//! Each part names the one before by its tag, so nothing but the whole file in its order opens to its end.
//! The file id is random, so no two files have a key in common.

use edgekms_api::{kms::backup_keyring::PART_MAX_LEN, place::Place};
use xaes_256_gcm::{
    Nonce,
    aead::{Aead, Payload},
};

use crate::{
    encoding::framed,
    material::{
        hierarchy::{HierarchyError, NONCE_LEN, TAG_LEN, cipher, expand},
        root_keys::RootKeys,
        secret::{BackupKey, PartKey, RootKey},
    },
    port::{Entropy, entropy::random_bytes},
};

const MAGIC: &[u8; 16] = b"edgekms backup 1";
const PART_LABEL: &[u8] = b"edgekms/v1/backup/part";
const WRAP_LABEL: &[u8] = b"edgekms/v1/backup/wrap";
/// What a file's records name as the root key that wraps their material.
pub const FILE_ROOT: &str = "backup";
const HEAD_LEN: usize = MAGIC.len() + 16 + 4 + 1;
/// Longest plaintext of a part, in bytes.
pub const PLAINTEXT_MAX_LEN: usize = PART_MAX_LEN - HEAD_LEN - NONCE_LEN - TAG_LEN;

const ENDS_PAGE: u8 = 1;
const ENDS_FILE: u8 = 2;

/// A file's id, drawn when it is begun.
pub type FileId = [u8; 16];
/// A part's tag, by which the next one names it.
pub type Tag = [u8; TAG_LEN];

/// Which part it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    /// The file's id.
    pub file: FileId,
    /// Its number in the file, from 0.
    pub number: u32,
    /// Whether a page of rows ends with it.
    pub ends_page: bool,
    /// Whether the file ends with it.
    pub ends_file: bool,
}

impl Head {
    /// Reads the head of a part; `None` for what is no part.
    #[must_use]
    pub fn read(part: &[u8]) -> Option<Self> {
        let rest = part.strip_prefix(MAGIC)?;
        let (file, rest) = rest.split_first_chunk::<16>()?;
        let (number, rest) = rest.split_first_chunk::<4>()?;
        let flags = *rest.first()?;
        let (ends_page, ends_file) = (flags & ENDS_PAGE != 0, flags & ENDS_FILE != 0);
        let known = flags <= ENDS_PAGE | ENDS_FILE && (ends_page || !ends_file);
        let number = u32::from_be_bytes(*number);
        known.then_some(Self { file: *file, number, ends_page, ends_file })
    }

    fn write(&self) -> [u8; HEAD_LEN] {
        let flags = u8::from(self.ends_page) * ENDS_PAGE + u8::from(self.ends_file) * ENDS_FILE;
        let fields =
            MAGIC.iter().chain(&self.file).copied().chain(self.number.to_be_bytes()).chain([flags]);
        let mut head = [0; HEAD_LEN];
        head.iter_mut().zip(fields).for_each(|(to, from)| *to = from);
        head
    }
}

/// The key of one file of one place.
pub struct FileKey<'a> {
    key: PartKey,
    place: &'a Place,
}

impl<'a> FileKey<'a> {
    /// Derives it.
    ///
    /// # Errors
    /// [`HierarchyError`], which does not happen for an id of 16 bytes.
    pub fn new(
        backup: &BackupKey,
        file: &FileId,
        place: &'a Place,
    ) -> Result<Self, HierarchyError> {
        let (account, region) = (place.account.as_str(), place.region.as_str());
        let info = [PART_LABEL, file, account.as_bytes(), region.as_bytes()];
        let key = PartKey::fill_with(|okm| expand(backup.expose_secret(), &info, okm))?;
        Ok(Self { key, place })
    }

    /// Seals a part.
    ///
    /// # Errors
    /// [`HierarchyError::Entropy`].
    pub fn seal(
        &self,
        head: &Head,
        before: Option<&Tag>,
        plaintext: &[u8],
        entropy: &dyn Entropy,
    ) -> Result<Vec<u8>, HierarchyError> {
        let nonce: [u8; NONCE_LEN] = random_bytes(entropy)?;
        let head = head.write();
        let payload = Payload { msg: plaintext, aad: &self.additional_data(&head, before) };
        let sealed = cipher(self.key.expose_secret()).encrypt(&Nonce::from(nonce), payload);
        let sealed = sealed.map_err(|_| HierarchyError::NotAuthentic)?;
        Ok([&head[..], &nonce, &sealed].concat())
    }

    /// Opens what [`FileKey::seal`] has sealed after the part `before`. `None` for anything else.
    #[must_use]
    pub fn open(&self, part: &[u8], before: Option<&Tag>) -> Option<Vec<u8>> {
        let (head, rest) = part.split_first_chunk::<HEAD_LEN>()?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_LEN>()?;
        let payload = Payload { msg: sealed, aad: &self.additional_data(head, before) };
        cipher(self.key.expose_secret()).decrypt(&Nonce::from(*nonce), payload).ok()
    }

    fn additional_data(&self, head: &[u8; HEAD_LEN], before: Option<&Tag>) -> Vec<u8> {
        let (account, region) = (self.place.account.as_str(), self.place.region.as_str());
        let before = before.map_or(&[][..], |tag| &tag[..]);
        framed(&[head, account.as_bytes(), region.as_bytes(), before])
    }
}

/// A part's tag.
#[must_use]
pub fn tag_of(part: &[u8]) -> Option<Tag> {
    part.last_chunk::<TAG_LEN>().copied()
}

/// The root keys that wrap a file's material: one, the file's own.
///
/// # Errors
/// [`HierarchyError`], which does not happen for an id of 16 bytes.
pub fn file_roots(backup: &BackupKey, file: &FileId) -> Result<RootKeys, HierarchyError> {
    let info = [WRAP_LABEL, &file[..]];
    let root = RootKey::fill_with(|okm| expand(backup.expose_secret(), &info, okm))?;
    Ok(RootKeys::single(FILE_ROOT, root))
}
