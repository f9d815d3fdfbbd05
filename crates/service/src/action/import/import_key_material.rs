// SPDX-License-Identifier: Apache-2.0
//! ImportKeyMaterial: a key takes one material for ever, and takes that as often as it comes. A key that
//! waited for it is enabled; a disabled one stays disabled.

use edgekms_api::{
    action::{Empty, ImportKeyMaterial},
    error::{ApiError, ErrorCode},
    key::{KeyState, import::Unwrapping},
    kms::import_key_material::expiry_refused,
    quota::Quota,
};
use subtle::ConstantTimeEq;

use super::super::{Decision, KeyringContext, KeyringRule};
use crate::{
    keyring::{
        import::{agenda, check_external, replaced},
        prepared::{Prepared, PreparedImport, Preparing, Ready},
        record::{ImportedMaterial, KeyRecord},
        roots,
        state::Use,
        store::Change,
        stored,
    },
    material::import::token::Token,
};

impl KeyringRule for ImportKeyMaterial {
    async fn prepare(&self, preparing: &Preparing<'_>) -> Result<Option<Prepared>, ApiError> {
        preparing.import(&self.key, &self.import_token, &self.encrypted_key_material).await
    }

    fn decide(self, context: &KeyringContext<'_>) -> Result<Decision<Empty>, ApiError> {
        let key = context.key_for(&self.key, Use::Import)?;
        check_external(key.origin)?;
        let token =
            Token::open(&self.import_token, context.host.roots, context.place(), &key.key_id);
        let token = token.ok_or_else(token_refused)?;
        if token.expires <= context.now_secs {
            return Err(token_expired());
        }
        let expires = self.expires();
        if expires.is_some_and(|expires| expires <= context.now_secs) {
            return Err(expiry_refused(
                "It must be a time to come, or 0 for never (with AWS absent).",
            ));
        }
        let import = accepted(&key, token.algorithm.steps(), context.prepared.as_ref())?;
        let material = ImportedMaterial { check: import.check.clone(), expires, held: true };
        let mut changes = place_version(&key, import, context)?;
        let had_material = key.has_material();
        let key = key.changed(|key| {
            key.imported = Some(material);
            if key.state == KeyState::PendingImport {
                key.state = KeyState::Enabled;
            }
            if !had_material {
                key.last_rotation = context.now_secs;
            }
        });
        changes.push(Change::PutKey(Box::new(key.clone())));
        let job = agenda(&key);
        Ok(Decision::change(Empty {}, key.key_id, changes).with_job(job))
    }
}

/// What was prepared, if it is this key's material. RSAES-PKCS1-v1_5 has one refusal for whatever is
/// wrong: badly padded bytes must not be told from other material than before.
fn accepted<'a>(
    key: &KeyRecord,
    wrapping: Unwrapping,
    prepared: Option<&'a Prepared>,
) -> Result<&'a PreparedImport, ApiError> {
    let Some(Prepared { ready: Ready::Import(import), .. }) = prepared else {
        return Err(material_refused());
    };
    let version = &import.version;
    if version.key_id != key.key_id
        || version.version_id != key.primary_version
        || version.spec != key.spec
    {
        return Err(ApiError::internal("an import was prepared for another key"));
    }
    let same = |known: &ImportedMaterial| {
        bool::from(known.check.as_bytes().ct_eq(import.check.as_bytes()))
    };
    let known = key.imported.as_ref().is_none_or(same);
    match (import.genuine, known) {
        (true, true) => Ok(import),
        (true, false) if wrapping != Unwrapping::Pkcs1 => Err(ApiError::with_message(
            ErrorCode::IncorrectKeyMaterial,
            "key material is invalid. The key takes the material that it had before, and no other. \
             For other material make a new key.",
        )),
        _ => Err(material_refused()),
    }
}

/// The version with its material: the key's first, or in the place of one whose material is deleted.
/// Material that is here stays as it is wrapped.
fn place_version(
    key: &KeyRecord,
    import: &PreparedImport,
    context: &KeyringContext<'_>,
) -> Result<Vec<Change>, ApiError> {
    let (host, place) = (&context.host, context.place());
    if key.has_material() {
        return Ok(Vec::new());
    }
    let version = import.version.clone();
    let version = version.into_record(context.now_secs, place, host.roots, host.store)?;
    let noted = roots::note_of(&version, host.roots, place, host.store)?;
    let mut changes = match host.store.version(&version.version_id).map_err(stored)? {
        Some(before) if before.key_id == key.key_id => replaced(version),
        Some(_) => return Err(ApiError::internal("an imported version's id is another's")),
        None => {
            let held = host.store.count_versions().map_err(stored)?;
            host.quotas.check(Quota::KeyVersions, held, 1)?;
            vec![Change::PutVersion(Box::new(version))]
        }
    };
    changes.extend(noted);
    Ok(changes)
}

fn token_refused() -> ApiError {
    ApiError::with_message(
        ErrorCode::InvalidImportToken,
        "import token is invalid. ImportToken must be what GetParametersForImport gave for this key, \
         unchanged.",
    )
}

fn token_expired() -> ApiError {
    ApiError::with_message(
        ErrorCode::ExpiredImportToken,
        "import token is expired. Ask GetParametersForImport for another, and wrap the material anew.",
    )
}

/// The one answer to material that is not right, whatever the reason.
fn material_refused() -> ApiError {
    ApiError::with_message(
        ErrorCode::InvalidKeyMaterial,
        "key material is invalid. EncryptedKeyMaterial must be material of the key's spec, the same as the \
         key had before, wrapped by the algorithm and under the public key of GetParametersForImport.",
    )
}
