// SPDX-License-Identifier: Apache-2.0
//! What is made ready before a decision, since it must be waited for: key material. A decision waits for
//! nothing, so what it needs travels to it as data, and it decides again whatever may have changed.

use edgekms_api::{
    bytes::Octets,
    error::{ApiError, ErrorCode},
    id::{KeyId, KeyVersionId},
    key::{KeyReference, KeySpec, ProtectionLevel, import::ImportToken, offer::OfferPolicy},
    place::Place,
};
use serde::{Deserialize, Serialize};

use super::{
    job::KeyringJob,
    record::{KeyView, VersionRecord},
    state::{self, Use},
    store::KeyringStore,
    stored,
};
use crate::object::since::Since;
use crate::{
    material::{
        root_keys::RootKeys,
        stores::{KeyStores, StoredMaterial, Version},
    },
    port::{Entropy, LocalFuture, PortError, entropy::random_bytes, key_store::Handle},
};

/// How long material that is being made elsewhere may wait for its key to be decided about. After that
/// it is destroyed, and the decision refused.
pub const RESERVED_MILLIS: i64 = 10 * 60 * 1000;

/// Prepared for one command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Form", into = "Form")]
pub struct Prepared {
    /// The state of the keyring that was read for it; nothing if nothing was read.
    pub since: Option<Since>,
    /// What is ready.
    pub ready: Ready,
}

/// What is ready for a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ready {
    /// A new key version.
    Version(PreparedVersion),
    /// Ids of a key that waits for its material.
    Ids(NewIds),
    /// A key to wrap material under.
    Parameters(ImportParameters),
    /// Material that has come.
    Import(PreparedImport),
}

/// [`Prepared`] in a message: a field for what is ready, and no other.
#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Form {
    since: Option<Since>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    version: Option<PreparedVersion>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    ids: Option<NewIds>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parameters: Option<ImportParameters>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    import: Option<PreparedImport>,
}

impl From<Prepared> for Form {
    fn from(Prepared { since, ready }: Prepared) -> Self {
        let form = Self { since, ..Self::default() };
        match ready {
            Ready::Version(version) => Self { version: Some(version), ..form },
            Ready::Ids(ids) => Self { ids: Some(ids), ..form },
            Ready::Parameters(parameters) => Self { parameters: Some(parameters), ..form },
            Ready::Import(import) => Self { import: Some(import), ..form },
        }
    }
}

impl TryFrom<Form> for Prepared {
    type Error = &'static str;

    fn try_from(form: Form) -> Result<Self, Self::Error> {
        let Form { since, version, ids, parameters, import } = form;
        let ready = match (version, ids, parameters, import) {
            (Some(version), None, None, None) => Ready::Version(version),
            (None, Some(ids), None, None) => Ready::Ids(ids),
            (None, None, Some(parameters), None) => Ready::Parameters(parameters),
            (None, None, None, Some(import)) => Ready::Import(import),
            _ => return Err("one thing is prepared for a command"),
        };
        Ok(Self { since, ready })
    }
}

/// A key version with its material, of which the keyring knows nothing yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PreparedVersion {
    /// The key that it is to belong to.
    pub key_id: KeyId,
    /// The version.
    pub version_id: KeyVersionId,
    /// Algorithm and size.
    pub spec: KeySpec,
    /// The material, wrapped or elsewhere.
    pub material: StoredMaterial,
    /// DER of the SubjectPublicKeyInfo, of an asymmetric key.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub public_key: Option<Octets<8_192>>,
}

/// Ids of a key that waits for its material.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewIds {
    /// The key.
    pub key_id: KeyId,
    /// The version that its material will be.
    pub version_id: KeyVersionId,
}

/// A wrapping key and its token.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ImportParameters {
    /// The key whose material may be wrapped.
    pub key_id: KeyId,
    /// The token, which holds the private wrapping key.
    pub token: ImportToken,
    /// DER of the SubjectPublicKeyInfo of the wrapping key.
    pub public_key: Octets<8_192>,
    /// Seconds since 1970 when both are good no more.
    pub expires: i64,
}

/// Material that has come, of which the keyring knows nothing yet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PreparedImport {
    /// The version with it.
    pub version: PreparedVersion,
    /// By what it is known again.
    pub check: String,
    /// Whether it is what was wrapped ([`crate::material::import::Unwrapped`]).
    pub genuine: bool,
}

/// Notes with the keyring that material is about to be made elsewhere.
pub trait Reserve {
    /// Notes it. Only then may the store be asked to make it.
    fn reserve(&self, handle: Handle) -> LocalFuture<'_, Result<(), ApiError>>;
}

/// Looks up a key that a command names, for what has to be prepared for it.
pub trait LookUp {
    /// The key as the truth has it now, and which state of the keyring that was. What an alias leads to
    /// is authorised.
    fn look_up<'a>(
        &'a self,
        key: &'a KeyReference,
    ) -> LocalFuture<'a, Result<(KeyView, Since), ApiError>>;
}

/// What preparing is done with.
#[derive(Clone, Copy)]
pub struct Preparing<'a> {
    /// The stores of key material.
    pub stores: &'a KeyStores,
    /// What wraps it.
    pub roots: &'a RootKeys,
    /// Randomness, for ids.
    pub entropy: &'a dyn Entropy,
    /// The keyring's place.
    pub place: &'a Place,
    /// Now, in milliseconds since 1970.
    pub now_millis: i64,
    /// Whether material may come by RSAES-PKCS1-v1_5.
    pub pkcs1: bool,
    /// What is offered in this deployment.
    pub offer: OfferPolicy,
    /// See [`Reserve`].
    pub reserve: &'a dyn Reserve,
    /// See [`LookUp`].
    pub keys: &'a dyn LookUp,
}

impl Preparing<'_> {
    /// A new key's first version.
    ///
    /// # Errors
    /// `ServiceUnavailableTemporary` if a store cannot make it now; then nothing is left of it, or
    /// will be destroyed.
    pub async fn new_key(
        &self,
        spec: KeySpec,
        level: ProtectionLevel,
    ) -> Result<Prepared, ApiError> {
        // 122 bits of a random UUID: ids do not meet.
        let key_id = random_bytes(self.entropy).map(KeyId::from_random_bytes);
        let key_id = key_id.map_err(ApiError::internal)?;
        let version = self.make(key_id, spec, level).await?;
        // Nothing of the keyring was read for it: ids are drawn, and whether there is room is its own
        // to say.
        Ok(Prepared { since: None, ready: Ready::Version(version) })
    }

    /// Another version of a key, if it may be used.
    ///
    /// # Errors
    /// As for [`Preparing::new_key`]; what the key's state refuses with; `Forbidden.KeyNotFound`.
    pub async fn new_version(&self, key: &KeyReference) -> Result<Prepared, ApiError> {
        let (key, since) = self.keys.look_up(key).await?;
        state::check(Use::Cryptography, key.state)?;
        let version = self.make(key.key_id, key.spec, key.protection_level).await?;
        Ok(Prepared { since: Some(since), ready: Ready::Version(version) })
    }

    /// Makes a version's material.
    ///
    /// # Errors
    /// As for [`Preparing::new_key`].
    pub async fn make(
        &self,
        key_id: KeyId,
        spec: KeySpec,
        level: ProtectionLevel,
    ) -> Result<PreparedVersion, ApiError> {
        let version_id = random_bytes(self.entropy).map(KeyVersionId::from_random_bytes);
        let version_id = version_id.map_err(ApiError::internal)?;
        if let Some(handle) = self.stores.handle_for(level, &version_id) {
            self.reserve.reserve(handle).await?;
        }
        let version = Version { key_id: &key_id, version_id: &version_id, spec };
        let made = self.stores.make(version, level, self.place, self.roots).await;
        let (material, public_key) = made.map_err(|error| stored(PortError(error.to_string())))?;
        let public_key = public_key.map(Octets);
        Ok(PreparedVersion { key_id, version_id, spec, material, public_key })
    }
}

impl Prepared {
    /// The new key version, if that is what is ready.
    #[must_use]
    pub const fn version(&self) -> Option<&PreparedVersion> {
        match &self.ready {
            Ready::Version(version) => Some(version),
            Ready::Ids(_) | Ready::Parameters(_) | Ready::Import(_) => None,
        }
    }

    /// Refuses what was prepared for another life of the keyring, or for one that has lost changes
    /// since: it was put back from a copy.
    ///
    /// # Errors
    /// `ServiceUnavailableTemporary`: to be prepared anew.
    pub fn fits(&self, epoch: &str, revision: u64) -> Result<(), ApiError> {
        match &self.since {
            Some(since) if since.epoch != epoch || since.revision > revision => {
                Err(stale("it was prepared for another state of the keyring"))
            }
            _ => Ok(()),
        }
    }
}

impl PreparedVersion {
    /// The version's record, if its material is good for this keyring.
    ///
    /// # Errors
    /// `ServiceUnavailableTemporary` for material that this keyring's root keys do not unwrap, or that
    /// is elsewhere and not reserved (any more).
    pub fn into_record(
        self,
        now_secs: i64,
        place: &Place,
        roots: &RootKeys,
        store: &dyn KeyringStore,
    ) -> Result<VersionRecord, ApiError> {
        if let Some(handle) = self.material.handle() {
            let job = KeyringJob::DestroyMaterial(handle.clone()).name();
            let reserved = store.job(&job).map_err(stored)?;
            // A note says that its destruction has begun.
            if reserved.is_none_or(|job| !job.note.is_empty()) {
                return Err(stale("the material made for it is destroyed"));
            }
        }
        let Self { key_id, version_id, spec, material, public_key } = self;
        let version = Version { key_id: &key_id, version_id: &version_id, spec };
        let record = VersionRecord::new(version, now_secs, material, public_key);
        if record.unwraps(place, roots) {
            Ok(record)
        } else {
            Err(stale("it is wrapped under a root key that this keyring does not have"))
        }
    }
}

fn stale(detail: &str) -> ApiError {
    ApiError::new(ErrorCode::ServiceUnavailableTemporary).with_detail(detail)
}
