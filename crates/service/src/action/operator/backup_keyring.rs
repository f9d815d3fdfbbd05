// SPDX-License-Identifier: Apache-2.0
//! BackupKeyring: reads a page and seals it. It changes nothing; that a backup was made is recorded with
//! the keyring, whatever the log is set to.

use edgekms_api::{
    action::BackupKeyring,
    bytes::Octets,
    error::{ApiError, ErrorCode},
    kms::backup_keyring::{BackupKeyringReply, BackupPart},
};

use super::super::{Decision, KeyringContext, KeyringRule};
use crate::{
    backup::{
        contents,
        page::{Marker, Source},
        part::{FileKey, Head, PLAINTEXT_MAX_LEN, file_roots, tag_of},
    },
    keyring::stored,
    material::secret::BackupKey,
    port::entropy::random_bytes,
};

impl KeyringRule for BackupKeyring {
    fn decide(
        self,
        context: &KeyringContext<'_>,
    ) -> Result<Decision<BackupKeyringReply>, ApiError> {
        let (store, entropy) = (context.host.store, context.host.entropy);
        let backup = backup_key(context)?;
        let mut marker = match self.marker {
            Some(Octets(text)) => serde_json::from_slice(&text).map_err(|_| {
                let remedy = "Give the NextMarker of the call before, or none for a new backup.";
                ApiError::invalid_parameter("Marker", remedy)
            })?,
            None => {
                let file = random_bytes(entropy).map_err(ApiError::internal)?;
                Marker::begin(file, store).map_err(stored)?
            }
        };
        let file_roots = file_roots(backup, &marker.file).map_err(ApiError::internal)?;
        let (place, roots) = (context.place(), context.host.roots);
        let source = Source { store, place, roots, file_roots: &file_roots, entropy };
        let page = marker.next_page(&source)?;
        let key = FileKey::new(backup, &marker.file, place).map_err(ApiError::internal)?;
        let page_bytes = contents::encode(&page.rows);
        let mut pieces = page_bytes.chunks(PLAINTEXT_MAX_LEN).peekable();
        let mut parts = Vec::new();
        while let Some(piece) = pieces.next() {
            let ends_page = pieces.peek().is_none();
            let ends_file = ends_page && marker.is_at_end();
            let head = Head { file: marker.file, number: marker.part, ends_page, ends_file };
            let part = key.seal(&head, marker.tag.as_ref(), piece, entropy);
            let part = part.map_err(ApiError::internal)?;
            (marker.tag, marker.part) = (tag_of(&part), marker.part.saturating_add(1));
            parts.push(BackupPart { part: Octets(part) });
        }
        let next = (!marker.is_at_end()).then(|| serde_json::to_vec(&marker)).transpose();
        let reply = BackupKeyringReply {
            parts: parts.into_iter().collect(),
            skipped: page.skipped.into_iter().collect(),
            next_marker: next.map_err(ApiError::internal)?.map(Octets),
        };
        Ok(Decision::look(reply, None))
    }
}

/// What opens backups, if the deployment has it.
pub(super) fn backup_key<'a>(context: &KeyringContext<'a>) -> Result<&'a BackupKey, ApiError> {
    context.host.backup_key.ok_or_else(|| {
        ApiError::with_message(
            ErrorCode::UnsupportedOperation,
            "This action is not supported without the secret BACKUP_KEY. Set it to the base64 of 32 random \
             bytes, and keep a copy of it beside the backups' own place.",
        )
    })
}
