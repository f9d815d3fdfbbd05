// SPDX-License-Identifier: Apache-2.0
//! What is stored and published of one version of a key.

use edgekms_api::{
    bytes::Octets,
    id::{KeyId, KeyVersionId},
    key::KeySpec,
    kms::{list_key_rotations::RotationType, list_key_versions::KeyVersionRow},
    place::Place,
    time::Timestamp,
};
use serde::{Deserialize, Serialize};

use super::{Versioned, decode, parse};
use crate::{
    material::{
        hierarchy::{HierarchyError, WrappedMaterial, rewrap_material, unwrap_material},
        root_keys::RootKeys,
        stores::{StoredMaterial, Version},
    },
    port::{Entropy, PortError},
};

/// The version of key versions' records that this release writes. Version 1 had wrapped material alone;
/// it is still read, and told to isolates of the last release.
const VERSION_VERSION: u8 = 2;

/// One version of a key. The same in the keyring and in Workers KV. Its material is wrapped, and can be wrapped
/// anew under another root key, or elsewhere; it never becomes another. Imported material can be deleted, and
/// come again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionRecord {
    v: u8,
    /// The version.
    pub version_id: KeyVersionId,
    /// The key that it belongs to.
    pub key_id: KeyId,
    /// The key's spec, which the wrapping authenticates.
    pub spec: KeySpec,
    /// Seconds since 1970 when it was made.
    pub created: i64,
    /// Its material.
    pub material: StoredMaterial,
    /// DER of the SubjectPublicKeyInfo, of an asymmetric key; the wrapping authenticates it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_key: Option<Octets<8_192>>,
    /// What made it, if it is not the key's first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rotated: Option<RotationType>,
}

/// Version 1 of [`VersionRecord`].
#[derive(Serialize, Deserialize)]
struct VersionRecordV1 {
    v: u8,
    version_id: KeyVersionId,
    key_id: KeyId,
    spec: KeySpec,
    created: i64,
    material: WrappedMaterial,
}

impl VersionRecord {
    /// The record of a new version.
    #[must_use]
    pub fn new(
        version: Version<'_>,
        created: i64,
        material: StoredMaterial,
        public_key: Option<Octets<8_192>>,
    ) -> Self {
        Self {
            v: VERSION_VERSION,
            version_id: version.version_id.clone(),
            key_id: version.key_id.clone(),
            spec: version.spec,
            created,
            material,
            public_key,
            rotated: None,
        }
    }

    /// Which version it is.
    #[must_use]
    pub const fn version(&self) -> Version<'_> {
        Version { key_id: &self.key_id, version_id: &self.version_id, spec: self.spec }
    }

    /// As lists tell it.
    #[must_use]
    pub fn row(&self) -> KeyVersionRow {
        KeyVersionRow {
            key_id: self.key_id.clone(),
            key_version_id: self.version_id.clone(),
            creation_date: Timestamp::from_unix_secs(self.created),
        }
    }

    /// The same without its material, which is deleted: so it stays known whose a blob is.
    #[must_use]
    pub fn without_material(self) -> Self {
        Self { material: StoredMaterial::Deleted, ..self }
    }

    /// DER of its public key, of an asymmetric one.
    #[must_use]
    pub fn public_key(&self) -> Option<&[u8]> {
        self.public_key.as_ref().map(|key| &*key.0)
    }

    /// Whether its material, if it is here, unwraps under these root keys.
    #[must_use]
    pub fn unwraps(&self, place: &Place, roots: &RootKeys) -> bool {
        let StoredMaterial::Wrapped(wrapped) = &self.material else { return true };
        let place = self.version().material_place(place, self.public_key());
        unwrap_material(roots, &place, wrapped).is_ok()
    }

    /// The same with its material wrapped under other root keys. Material that is elsewhere is under
    /// none, and stays.
    ///
    /// # Errors
    /// [`HierarchyError`] for material that `from` does not unwrap.
    pub fn rewrapped(
        &self,
        place: &Place,
        from: &RootKeys,
        to: &RootKeys,
        entropy: &dyn Entropy,
    ) -> Result<Self, HierarchyError> {
        let StoredMaterial::Wrapped(wrapped) = &self.material else { return Ok(self.clone()) };
        let at = self.version().material_place(place, self.public_key());
        let material = rewrap_material(from, to, &at, wrapped, entropy)?;
        Ok(Self { v: VERSION_VERSION, material: StoredMaterial::Wrapped(material), ..self.clone() })
    }

    /// The text that is stored or published.
    #[must_use]
    pub fn encode(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The text as a release reads it that knows version 1 alone; `None` for what it cannot say.
    #[must_use]
    pub fn encode_v1(&self) -> Option<String> {
        let Self { version_id, key_id, spec, created, .. } = self.clone();
        let StoredMaterial::Wrapped(material) = self.material.clone() else { return None };
        if self.public_key.is_some() {
            return None;
        }
        let record = VersionRecordV1 { v: 1, version_id, key_id, spec, created, material };
        serde_json::to_string(&record).ok()
    }

    /// Reads what [`Self::encode`] and [`Self::encode_v1`] write.
    ///
    /// # Errors
    /// [`PortError`] when it is not a record of a known version.
    pub fn decode(text: &str) -> Result<Self, PortError> {
        let name = "VersionRecord";
        let Versioned { v } = parse(name, text)?;
        if v != 1 {
            return decode(name, text, VERSION_VERSION, |record: &Self| record.v);
        }
        let old: VersionRecordV1 = parse(name, text)?;
        Ok(Self {
            v: VERSION_VERSION,
            version_id: old.version_id,
            key_id: old.key_id,
            spec: old.spec,
            created: old.created,
            material: StoredMaterial::Wrapped(old.material),
            public_key: None,
            rotated: None,
        })
    }
}

#[cfg(test)]
mod tests;
