// SPDX-License-Identifier: Apache-2.0
//! Import of key material: what is prepared for it, and what becomes of material that is deleted or has
//! expired.

use edgekms_api::{
    bytes::Octets,
    error::{ApiError, ErrorCode},
    id::{KeyId, KeyVersionId},
    key::{
        KeyReference, KeySpec, KeyState, Origin,
        import::{EncryptedKeyMaterial, ImportAlgorithm, ImportKeySpec, ImportToken},
    },
};

use super::{
    job::KeyringJob,
    prepared::{
        ImportParameters, NewIds, Prepared, PreparedImport, PreparedVersion, Preparing, Ready,
    },
    record::{KeyRecord, VersionRecord},
    state::{self, Use},
    store::{Change, KeyringStore},
    stored,
};
use crate::{
    material::{
        import::{
            token::{LIVES_SECS, Token},
            unwrap,
        },
        stores::Version,
    },
    object::agenda::JobChange,
    port::{PortError, entropy::random_bytes, key_store::StoreError},
};

impl Preparing<'_> {
    /// Ids for a new key, whose material comes later.
    ///
    /// # Errors
    /// `InternalFailure` without randomness.
    pub fn new_external_key(&self) -> Result<Prepared, ApiError> {
        let key_id = random_bytes(self.entropy).map(KeyId::from_random_bytes);
        let version_id = random_bytes(self.entropy).map(KeyVersionId::from_random_bytes);
        let (key_id, version_id) =
            (key_id.map_err(ApiError::internal)?, version_id.map_err(ApiError::internal)?);
        Ok(Prepared { since: None, ready: Ready::Ids(NewIds { key_id, version_id }) })
    }

    /// A pair to wrap a key's material under.
    ///
    /// # Errors
    /// `Unsupported.Origin` for a key whose material is made here; what the operator or the key's spec
    /// rules out; `Forbidden.KeyNotFound`; `ServiceUnavailableTemporary` if no pair can be made now.
    pub async fn import_parameters(
        &self,
        key: &KeyReference,
        algorithm: ImportAlgorithm,
        spec: ImportKeySpec,
    ) -> Result<Prepared, ApiError> {
        let (key, since) = self.keys.look_up(key).await?;
        check_external(key.origin)?;
        self.check_wrapping(algorithm, spec, key.spec)?;
        let pair = self.stores.make_pair(spec.key_spec()).await;
        let pair = pair.map_err(|error| stored(PortError(error.to_string())))?;
        let expires = self.now_millis.div_euclid(1000).saturating_add(LIVES_SECS);
        let token = Token { expires, algorithm, spec, private_key: pair.private_key };
        let sealed = token.seal(self.roots, self.place, &key.key_id, self.entropy);
        let parameters = ImportParameters {
            key_id: key.key_id,
            token: sealed.map_err(ApiError::internal)?,
            public_key: Octets(pair.public_key),
            expires,
        };
        Ok(Prepared { since: Some(since), ready: Ready::Parameters(parameters) })
    }

    /// Unwraps material and wraps it anew for its key; nothing if it does not open or is not of the key's
    /// kind, or if its token does not open: all of that is the keyring's to refuse, by one answer.
    ///
    /// # Errors
    /// `Forbidden.KeyNotFound`; what the key's state or the operator refuses with;
    /// `ServiceUnavailableTemporary` if the runtime cannot do it now.
    pub async fn import(
        &self,
        key: &KeyReference,
        token: &ImportToken,
        wrapped: &EncryptedKeyMaterial,
    ) -> Result<Option<Prepared>, ApiError> {
        let (key, since) = self.keys.look_up(key).await?;
        state::check(Use::Import, key.state)?;
        let Some(token) = Token::open(token, self.roots, self.place, &key.key_id) else {
            return Ok(None);
        };
        self.check_wrapping(token.algorithm, token.spec, key.spec)?;
        let unwrapped = unwrap(&token, &wrapped.0, key.spec, self.stores).await;
        let Some(unwrapped) = unwrapped.map_err(stored)? else { return Ok(None) };
        let (key_id, version_id, spec) = (key.key_id, key.primary_version, key.spec);
        let version = Version { key_id: &key_id, version_id: &version_id, spec };
        let adopted = self.stores.adopt(version, unwrapped.material, self.place, self.roots).await;
        let (material, public_key, check) = match adopted {
            Ok(adopted) => adopted,
            Err(StoreError::Refused) => return Ok(None),
            Err(error) => return Err(stored(PortError(error.to_string()))),
        };
        let public_key = public_key.map(Octets);
        let version = PreparedVersion { key_id, version_id, spec, material, public_key };
        let import = PreparedImport { version, check, genuine: unwrapped.genuine };
        Ok(Some(Prepared { since: Some(since), ready: Ready::Import(import) }))
    }

    /// Whether material of a key of `spec` may be wrapped so in this deployment.
    fn check_wrapping(
        &self,
        algorithm: ImportAlgorithm,
        under: ImportKeySpec,
        spec: KeySpec,
    ) -> Result<(), ApiError> {
        if let Some(encryption) = algorithm.encryption() {
            return self.offer.check_public(under.key_spec(), encryption);
        }
        let remedy = "Wrap with RSAES_OAEP_SHA_256, or with RSA_AES_KEY_WRAP_SHA_256.";
        if !self.pkcs1 || self.offer.approved_only {
            return Err(ApiError::with_message(
                ErrorCode::UnsupportedOperation,
                format!("{algorithm} is switched off in this deployment. {remedy}"),
            ));
        }
        if !spec.is_symmetric() {
            let message = format!("{algorithm} wraps symmetric keys alone. {remedy}");
            return Err(ApiError::with_message(ErrorCode::UnsupportedOperation, message));
        }
        Ok(())
    }
}

/// Whether a key's material is imported.
///
/// # Errors
/// `Unsupported.Origin` for one whose material is made here.
pub fn check_external(origin: Origin) -> Result<(), ApiError> {
    match origin {
        Origin::External => Ok(()),
        Origin::AliyunKms => Err(ErrorCode::UnsupportedOrigin.into()),
    }
}

/// What the agenda holds of a key's imported material: when it expires, if it does.
#[must_use]
pub fn agenda(key: &KeyRecord) -> JobChange {
    let name = KeyringJob::ExpireMaterial(key.key_id.clone()).name();
    match key.material_expires() {
        Some(expires) => JobChange::put(name, expires.saturating_mul(1000)),
        None => JobChange::Remove { name },
    }
}

/// A key without its imported material, and what to store for that. It waits for the same material,
/// unless it waits for its deletion; its version stays known without material, so that its blobs are
/// refused by the key's state.
///
/// # Errors
/// A store's failure.
pub fn without_material(
    key: KeyRecord,
    store: &dyn KeyringStore,
) -> Result<(KeyRecord, Vec<Change>), PortError> {
    let version = store.version(&key.primary_version)?;
    let key = key.changed(|key| {
        if let Some(material) = &mut key.imported {
            (material.held, material.expires) = (false, None);
        }
        if key.state != KeyState::PendingDeletion {
            key.state = KeyState::PendingImport;
        }
    });
    let mut changes = version.map_or_else(Vec::new, |version| replaced(version.without_material()));
    changes.push(Change::PutKey(Box::new(key.clone())));
    Ok((key, changes))
}

/// The changes that put a version in the place of the one that has its id.
#[must_use]
pub fn replaced(version: VersionRecord) -> Vec<Change> {
    vec![Change::DeleteVersion(version.version_id.clone()), Change::PutVersion(Box::new(version))]
}
