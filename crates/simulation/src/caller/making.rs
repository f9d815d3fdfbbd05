// SPDX-License-Identifier: Apache-2.0
//! Making keys, of every kind that some store holds.

use edgekms_service::port::key_store::Handle;

use super::{Caller, KEYS, text_at};

/// A key that a caller was told of.
#[derive(Clone)]
pub(super) struct Key {
    pub(super) id: String,
    pub(super) kind: Kind,
}

/// Who holds a key, and what it does.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Kind {
    Aes,
    Ec,
    Rsa,
    RemoteAes,
    RemoteEc,
}

impl Kind {
    pub(super) const fn signs(self) -> bool {
        matches!(self, Self::Ec | Self::Rsa | Self::RemoteEc)
    }

    pub(super) const fn is_remote(self) -> bool {
        matches!(self, Self::RemoteAes | Self::RemoteEc)
    }

    pub(super) const fn algorithm(self) -> &'static str {
        match self {
            Self::Rsa => "RSA_PKCS1_SHA_256",
            _ => "ECDSA_SHA_256",
        }
    }

    fn params(self) -> Vec<(&'static str, &'static str)> {
        let mut params = match self {
            Self::Aes | Self::RemoteAes => Vec::new(),
            Self::Ec | Self::RemoteEc => vec![("KeySpec", "EC_P256"), ("KeyUsage", "SIGN/VERIFY")],
            Self::Rsa => vec![("KeySpec", "RSA_2048"), ("KeyUsage", "SIGN/VERIFY")],
        };
        params.extend(self.is_remote().then_some(("ProtectionLevel", "HSM")));
        params
    }
}

impl Caller {
    pub(super) async fn create_key(&self) {
        let enough = self.told.keys.borrow().len() >= KEYS;
        if enough && !self.world.executor.chance(200) {
            return;
        }
        let kind = match self.world.executor.draw(10) {
            0..=3 => Kind::Aes,
            4 => Kind::Ec,
            5 => Kind::Rsa,
            6..=8 => Kind::RemoteAes,
            _ => Kind::RemoteEc,
        };
        let description = self.world.executor.draw(u64::MAX).to_string();
        let mut params = kind.params();
        params.push(("Description", &description));
        let Some(answered) = self.call("CreateKey", &params).await else { return };
        if answered.status != 200 {
            return;
        }
        self.acknowledged("CreateKey", &answered);
        let id = text_at(&answered.body, "/KeyMetadata/KeyId").to_owned();
        if self.truth.key(&id).is_none() {
            self.violate(|| format!("key {id} was acknowledged and is not there"));
        }
        self.has_its_material(&id, kind);
        self.told.keys.borrow_mut().push(Key { id, kind });
    }

    /// A key that was acknowledged has one version, and its material is where it was to be.
    fn has_its_material(&self, key: &str, kind: Kind) {
        let versions = self.truth.versions_of(key);
        let [version] = &*versions else {
            self.violate(|| format!("key {key} was acknowledged with {} versions", versions.len()));
            return;
        };
        let is_there = |held: &Handle| self.world.remote.secret(&held.version_id).is_some();
        if version.material.handle().is_some_and(is_there) != kind.is_remote() {
            self.violate(|| format!("key {key} was acknowledged, and its material is elsewhere"));
        }
    }
}
