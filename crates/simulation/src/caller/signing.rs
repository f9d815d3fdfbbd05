// SPDX-License-Identifier: Apache-2.0
//! Signing, and having signatures verified.

use edgekms_api::{bytes::Octets, key::KeyState};
use futures_util::future::join;
use serde_json::Value;

use super::{Answered, BLOBS, Caller, Key, text_at};
use crate::stand_in::{masked, rsa_signature};

/// A signature of the service's own software, to be verified.
#[derive(Clone)]
pub(super) struct Signature {
    key: String,
    version: String,
    algorithm: &'static str,
    digest: String,
    value: String,
}

fn base64(bytes: &[u8]) -> String {
    let text = serde_json::to_value(Octets::<512>(bytes.to_vec()));
    text.ok().as_ref().and_then(Value::as_str).unwrap_or_default().to_owned()
}

impl Caller {
    pub(super) async fn sign(&self) {
        let Some(key) = self.any_key_that(|kind| kind.signs()) else { return };
        self.sign_with(key).await;
    }

    /// A store can be slow, and its key be disabled meanwhile. By chance the two would meet too seldom.
    pub(super) async fn sign_while_it_changes(&self) {
        let Some(key) = self.any_key_that(|kind| kind.signs()) else { return };
        let id = key.id.clone();
        let disabled = self.set_state(&id, "DisableKey", KeyState::Disabled);
        join(self.sign_with(key), disabled).await;
    }

    async fn sign_with(&self, key: Key) {
        let Some(version) = self.version_of(&key).await else { return };
        let mut digest = [0; 32];
        self.world.executor.fill(&mut digest);
        let (algorithm, told) = (key.kind.algorithm(), base64(&digest));
        let params = [
            ("KeyId", &*key.id),
            ("KeyVersionId", &*version),
            ("Algorithm", algorithm),
            ("Digest", &*told),
        ];
        let Some(answered) = self.call("AsymmetricSign", &params).await else { return };
        self.used("AsymmetricSign", &key.id, &answered);
        if answered.status != 200 {
            return;
        }
        let (id, value) = (key.id, answered.text("Value"));
        match self.expected(&version, &digest) {
            Some(expected) if base64(&expected) != value => {
                self.violate(|| format!("a signature of {id} is of another key's material"));
            }
            Some(_) => {}
            None => {
                let signature = Signature { key: id, version, algorithm, digest: told, value };
                self.told.signatures.borrow_mut().push(signature);
            }
        }
    }

    /// The signature that a version's material makes, unless that is our own software's to make.
    fn expected(&self, version: &str, digest: &[u8]) -> Option<Vec<u8>> {
        let version = self.truth.version(version)?;
        match version.material.handle() {
            Some(held) => Some(masked(&self.world.remote.secret(&held.version_id)?, digest)),
            None => rsa_signature(version.public_key()?, digest),
        }
    }

    /// The one version of a key, which its keyring is asked for once.
    async fn version_of(&self, key: &Key) -> Option<String> {
        let known = self.told.versions.borrow().get(&key.id).cloned();
        if known.is_some() {
            return known;
        }
        let answered = self.call("ListKeyVersions", &[("KeyId", &key.id)]).await?;
        if answered.status != 200 {
            return None;
        }
        let version = text_at(&answered.body, "/KeyVersions/KeyVersion/0/KeyVersionId").to_owned();
        self.is_version_of(&version, &key.id);
        self.told.versions.borrow_mut().insert(key.id.clone(), version.clone());
        Some(version)
    }

    pub(super) async fn verify(&self) {
        let any = {
            let mut held = self.told.signatures.borrow_mut();
            let more = held.len().saturating_sub(BLOBS);
            held.drain(..more);
            self.any(&held)
        };
        let Some(signature) = any else { return };
        let Signature { key, version, algorithm, digest, value } = signature;
        let is_good = self.world.executor.chance(500);
        let digest = if is_good { digest } else { base64(&[0; 32]) };
        let params = [
            ("KeyId", &*key),
            ("KeyVersionId", &*version),
            ("Algorithm", algorithm),
            ("Digest", &*digest),
            ("Value", &*value),
        ];
        let Some(answered) = self.call("AsymmetricVerify", &params).await else { return };
        self.used("AsymmetricVerify", &key, &answered);
        let Answered { status, body, .. } = answered;
        if status == 200 && body.pointer("/Value").and_then(Value::as_bool) != Some(is_good) {
            self.violate(|| format!("a signature of {key} is good: {is_good}; told was {body}"));
        }
    }
}
