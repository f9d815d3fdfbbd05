// SPDX-License-Identifier: Apache-2.0
//! The jobs that a keyring has besides those that every object has, by name. A name is stored state: never change one.

use edgekms_api::id::KeyId;

use crate::object::name::ViewName;
use crate::port::key_store::Handle;

/// One job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KeyringJob {
    /// Take away a view that the first slice published, which has no seal.
    Retire(ViewName),
    /// Delete a key whose waiting time is over.
    DeleteKey(KeyId),
    /// Give a key a new version, if that is due.
    RotateKey(KeyId),
    /// Delete a key's imported material, if its time is over.
    ExpireMaterial(KeyId),
    /// Destroy material that a store elsewhere keeps, unless a key version is of it.
    DestroyMaterial(Handle),
    /// Wrap everything under the current root key version.
    Rewrap,
    /// Make the keyring of a backup whose parts are all there.
    Restore,
}

/// Job names without a subject.
const PLAIN: [(&str, KeyringJob); 2] =
    [("rewrap", KeyringJob::Rewrap), ("restore", KeyringJob::Restore)];

impl KeyringJob {
    /// Its name in the agenda.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Retire(name) => format!("retire:{}", name.local()),
            Self::DeleteKey(id) => format!("delete-key:{id}"),
            Self::RotateKey(id) => format!("rotate-key:{id}"),
            Self::ExpireMaterial(id) => format!("expire-material:{id}"),
            Self::DestroyMaterial(Handle { store, version_id }) => {
                format!("destroy-material:{store}/{version_id}")
            }
            plain => {
                let row = PLAIN.iter().find(|(_, job)| job == plain);
                row.map_or_else(String::new, |(name, _)| (*name).to_owned())
            }
        }
    }

    /// The inverse of [`KeyringJob::name`].
    #[must_use]
    pub fn from_name(text: &str) -> Option<Self> {
        match text.split_once(':') {
            Some(("retire", name)) => ViewName::from_local(name).map(Self::Retire),
            Some(("delete-key", id)) => id.parse().ok().map(Self::DeleteKey),
            Some(("rotate-key", id)) => id.parse().ok().map(Self::RotateKey),
            Some(("expire-material", id)) => id.parse().ok().map(Self::ExpireMaterial),
            Some(("destroy-material", handle)) => {
                let (store, version_id) = handle.split_once('/')?;
                let (store, version_id) = (store.to_owned(), version_id.parse().ok()?);
                Some(Self::DestroyMaterial(Handle { store, version_id }))
            }
            Some(_) => None,
            None => PLAIN.iter().find(|(name, _)| *name == text).map(|(_, job)| job.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_pinned_and_read_back() {
        let id = "01234567-89ab-cdef-0123-456789abcdef";
        let names = [
            format!("retire:version/{id}"),
            format!("delete-key:{id}"),
            format!("rotate-key:{id}"),
            format!("expire-material:{id}"),
            format!("destroy-material:hsm/{id}"),
            "rewrap".to_owned(),
            "restore".to_owned(),
        ];
        for name in names {
            assert_eq!(KeyringJob::from_name(&name).unwrap().name(), name);
        }
        for unknown in ["", "retire:", "rotate:x", "delete-key:a b"] {
            assert_eq!(KeyringJob::from_name(unknown), None, "{unknown}");
        }
    }
}
