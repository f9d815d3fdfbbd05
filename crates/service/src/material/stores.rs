// SPDX-License-Identifier: Apache-2.0
//! Who holds which key's material and does its operations: the one place that chooses.
//!
//! | keys | holder |
//! |---|---|
//! | AES-256 | our own software: `aes` |
//! | shorter AES keys, SM4 | our own software: `message_keys` |
//! | HMAC | our own software: `mac` |
//! | ML-DSA, Ed25519, SM2 | our own software: `ml_dsa`, `ed25519`, `sm2` |
//! | other elliptic curves | our own software: `ec`; with the NIST's two the runtime signs whole messages |
//! | RSA | the runtime, with what is no secret in our own software: `rsa` |
//! | of ProtectionLevel HSM | a store elsewhere, if the deployment has one |
//!
//! Material that is kept here is wrapped by [`super::hierarchy`].

pub mod aes;
mod ec;
mod ed25519;
mod mac;
mod message_keys;
mod ml_dsa;
mod pair;
mod rsa;
pub mod sealing;
mod sm2;

use std::{future::ready, rc::Rc};

use edgekms_api::{
    id::{KeyId, KeyVersionId},
    key::{KeySpec, ProtectionLevel, algorithm::EncryptionAlgorithm},
    place::Place,
};

use self::{
    aes::AesKey,
    sealing::{SealingKey, UsableSealing},
};
use super::{
    hierarchy::{
        HierarchyError, MaterialPlace, WrappedMaterial, material_check, unwrap_material,
        wrap_material,
    },
    root_keys::RootKeys,
    secret::leaving_nothing,
};
use crate::port::{
    Entropy, PortError,
    entropy::random_bytes,
    key_store::{
        Handle, KeyMaterial, KeyStore, KeyToLoad, Made, Material, Order, StoreError, Stored,
        UsableKey,
    },
    message::MessageEngine,
    rsa::RsaEngine,
};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// Material as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum StoredMaterial {
    /// Here, wrapped.
    Wrapped(WrappedMaterial),
    /// In a store that does not give it away.
    Held(Handle),
    /// Nowhere: it was imported, and is deleted or has expired.
    Deleted,
}

impl StoredMaterial {
    /// Where it is, if that is not here.
    #[must_use]
    pub const fn handle(&self) -> Option<&Handle> {
        match self {
            Self::Held(handle) => Some(handle),
            Self::Wrapped(_) | Self::Deleted => None,
        }
    }

    /// The root key version that wraps it, if it is here.
    #[must_use]
    pub fn root_version(&self) -> Option<&str> {
        match self {
            Self::Wrapped(wrapped) => Some(&wrapped.root_version),
            Self::Held(_) | Self::Deleted => None,
        }
    }
}

/// Which key version material is for, or of.
#[derive(Debug, Clone, Copy)]
pub struct Version<'a> {
    /// The key.
    pub key_id: &'a KeyId,
    /// Its version.
    pub version_id: &'a KeyVersionId,
    /// Algorithm and size.
    pub spec: KeySpec,
}

impl<'a> Version<'a> {
    /// Where its material belongs.
    #[must_use]
    pub fn material_place(
        &self,
        place: &'a Place,
        public_key: Option<&'a [u8]>,
    ) -> MaterialPlace<'a> {
        MaterialPlace {
            account: place.account.as_str(),
            region: place.region.as_str(),
            key_id: self.key_id.as_str(),
            version_id: self.version_id.as_str(),
            key_spec: self.spec.as_str(),
            public_key,
        }
    }
}

/// A pair of keys that is its caller's, and kept by no store.
pub struct Pair {
    /// PKCS#8 of the private key.
    pub private_key: KeyMaterial,
    /// DER of the SubjectPublicKeyInfo.
    pub public_key: Vec<u8>,
}

/// Why nothing is encrypted under somebody's public key: what such a key must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PublicKeyError(&'static str);

/// Refuses what is not the SubjectPublicKeyInfo of a public key of `spec`, or of one that protects
/// nothing.
///
/// # Errors
/// [`PublicKeyError`], which says what the key must be.
pub fn check_public_key(spec: KeySpec, der: &[u8]) -> Result<(), PublicKeyError> {
    match spec {
        KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096 => rsa::check_public_key(spec, der),
        KeySpec::EcSm2 => sm2::check_public_key(der),
        _ => Err(PublicKeyError("Nothing is encrypted under such keys here.")),
    }
}

/// Every store of a deployment.
#[derive(Clone)]
pub struct KeyStores {
    software: Rc<Software>,
    runtime: Rc<Runtime>,
    hardware: Option<(String, Rc<dyn KeyStore>)>,
}

impl KeyStores {
    /// The software and the runtime, and no hardware.
    #[must_use]
    pub fn new(entropy: Rc<dyn Entropy>, engine: Rc<dyn RsaEngine>) -> Self {
        Self {
            software: Rc::new(Software { entropy: entropy.clone(), messages: None }),
            runtime: Rc::new(Runtime { engine, messages: None, entropy }),
            hardware: None,
        }
    }

    /// With the runtime's signatures of whole messages.
    #[must_use]
    pub fn with_messages(self, messages: Rc<dyn MessageEngine>) -> Self {
        let messages = Some(messages);
        let software = Software { messages: messages.clone(), ..(*self.software).clone() };
        let runtime = Runtime { messages, ..(*self.runtime).clone() };
        Self { software: Rc::new(software), runtime: Rc::new(runtime), ..self }
    }

    /// With a store for keys of ProtectionLevel HSM. Its name is stored with each of them.
    #[must_use]
    pub fn with_hardware(self, name: impl Into<String>, store: Rc<dyn KeyStore>) -> Self {
        Self { hardware: Some((name.into(), store)), ..self }
    }

    /// What can guard a key here.
    #[must_use]
    pub const fn protection_levels(&self) -> &'static [ProtectionLevel] {
        const BOTH: &[ProtectionLevel] = &[ProtectionLevel::Software, ProtectionLevel::Hsm];
        if self.hardware.is_some() { BOTH } else { &[ProtectionLevel::Software] }
    }

    /// Where a new version's material will stay, if its store does not give it away. It must be noted
    /// before the material is made.
    #[must_use]
    pub fn handle_for(&self, level: ProtectionLevel, version_id: &KeyVersionId) -> Option<Handle> {
        let (store, _) = self.hardware.as_ref().filter(|_| level == ProtectionLevel::Hsm)?;
        Some(Handle { store: store.clone(), version_id: version_id.clone() })
    }

    /// Makes a new version's material and wraps it, if it does not stay with its store. Returns it
    /// with DER of the public key of an asymmetric one.
    ///
    /// # Errors
    /// [`StoreError`] of the store; [`StoreError::NotOffered`] for a level that no store has.
    pub async fn make(
        &self,
        version: Version<'_>,
        level: ProtectionLevel,
        place: &Place,
        roots: &RootKeys,
    ) -> Result<(StoredMaterial, Option<Vec<u8>>), StoreError> {
        let order = Order { version_id: version.version_id, spec: version.spec };
        let Made { material, public_key } = self.maker(version.spec, level)?.make(order).await?;
        let stored = match material {
            Material::Held(handle) => StoredMaterial::Held(handle),
            Material::Bytes(material) => {
                let place = version.material_place(place, public_key.as_deref());
                let wrapped = wrap_material(roots, &place, &material, &*self.software.entropy);
                StoredMaterial::Wrapped(wrapped.map_err(|error| PortError(error.to_string()))?)
            }
        };
        Ok((stored, public_key))
    }

    /// Takes material that was made elsewhere, and wraps it. Returns it with DER of the public key of an
    /// asymmetric one, and with what it is known again by ([`material_check`]).
    ///
    /// # Errors
    /// [`StoreError::Refused`] for what is no material of the version's spec.
    pub async fn adopt(
        &self,
        version: Version<'_>,
        material: KeyMaterial,
        place: &Place,
        roots: &RootKeys,
    ) -> Result<(StoredMaterial, Option<Vec<u8>>, String), StoreError> {
        let made = self.of_spec(version.spec).adopt(version.spec, material).await?;
        let Made { material: Material::Bytes(material), public_key } = made else {
            return Err(StoreError::NotOffered);
        };
        let place = version.material_place(place, public_key.as_deref());
        let check = material_check(&place, &material);
        let wrapped = wrap_material(roots, &place, &material, &*self.software.entropy);
        let wrapped = wrapped.map_err(|error| PortError(error.to_string()))?;
        Ok((StoredMaterial::Wrapped(wrapped), public_key, check))
    }

    /// Decrypts by SM2PKE with a private key that nothing here keeps.
    ///
    /// # Errors
    /// [`StoreError::Refused`] for what does not open.
    pub async fn decrypt_sm2(
        &self,
        private_key: KeyMaterial,
        ciphertext: &[u8],
    ) -> Result<Zeroizing<Vec<u8>>, StoreError> {
        let material = Material::Bytes(private_key);
        let key = KeyToLoad { spec: KeySpec::EcSm2, material: &material, public_key: None };
        self.software.load(key)?.decrypt(EncryptionAlgorithm::Sm2Pke, ciphertext).await
    }

    /// The runtime's RSA.
    #[must_use]
    pub fn rsa(&self) -> &dyn RsaEngine {
        &*self.runtime.engine
    }

    /// Makes a pair of keys that nothing here keeps.
    ///
    /// # Errors
    /// [`StoreError`] of the store; [`StoreError::NotOffered`] for a spec of which there are no pairs.
    pub async fn make_pair(&self, spec: KeySpec) -> Result<Pair, StoreError> {
        // A name for the order alone: who is asked here keeps nothing under it.
        let name = random_bytes(&*self.software.entropy).map(KeyVersionId::from_random_bytes);
        let name = name.map_err(|error| PortError(error.to_string()))?;
        let made = self.of_spec(spec).make(Order { version_id: &name, spec }).await?;
        match (made.material, made.public_key) {
            (Material::Bytes(private_key), Some(public_key)) => {
                Ok(Pair { private_key, public_key })
            }
            _ => Err(StoreError::NotOffered),
        }
    }

    /// Encrypts under a public key that is somebody else's and has passed [`check_public_key`].
    ///
    /// # Errors
    /// [`StoreError`] of whoever does it; [`StoreError::NotOffered`] for a spec that nobody does.
    pub async fn encrypt_under(
        &self,
        spec: KeySpec,
        public_key: &[u8],
        algorithm: EncryptionAlgorithm,
        plaintext: &[u8],
    ) -> Result<Vec<u8>, StoreError> {
        match spec {
            KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096 => {
                rsa::encrypt(&*self.runtime.engine, public_key, algorithm, plaintext).await
            }
            KeySpec::EcSm2 => {
                sm2::encrypt(public_key, algorithm, plaintext, &*self.software.entropy)
            }
            _ => Err(StoreError::NotOffered),
        }
    }

    /// Makes stored material ready for use.
    ///
    /// # Errors
    /// [`HierarchyError`] for material that does not unwrap; a [`PortError`] for a store that is not
    /// there or does not take it.
    pub fn load(
        &self,
        version: Version<'_>,
        stored: &StoredMaterial,
        public_key: Option<&[u8]>,
        place: &Place,
        roots: &RootKeys,
    ) -> Result<Rc<dyn UsableKey>, LoadError> {
        let (store, material) = match stored {
            StoredMaterial::Held(handle) => {
                (self.named(&handle.store)?, Material::Held(handle.clone()))
            }
            StoredMaterial::Wrapped(wrapped) => {
                let place = version.material_place(place, public_key);
                let material = Material::Bytes(unwrap_material(roots, &place, wrapped)?);
                (self.of_spec(version.spec), material)
            }
            StoredMaterial::Deleted => return Err(PortError::new("its material is deleted").into()),
        };
        let key = KeyToLoad { spec: version.spec, material: &material, public_key };
        store.load(key).map_err(|error| LoadError::Store(PortError(error.to_string())))
    }

    /// Destroys material that a store keeps.
    ///
    /// # Errors
    /// [`StoreError`] of the store, or that there is none of that name.
    pub async fn destroy(&self, handle: &Handle) -> Result<(), StoreError> {
        self.named(&handle.store)?.destroy(handle).await
    }

    fn maker(&self, spec: KeySpec, level: ProtectionLevel) -> Result<&dyn KeyStore, StoreError> {
        match level {
            ProtectionLevel::Software => Ok(self.of_spec(spec)),
            ProtectionLevel::Hsm => match &self.hardware {
                Some((_, store)) => Ok(&**store),
                None => Err(StoreError::NotOffered),
            },
        }
    }

    /// The store of what is kept here.
    fn of_spec(&self, spec: KeySpec) -> &dyn KeyStore {
        match spec {
            KeySpec::Rsa2048 | KeySpec::Rsa3072 | KeySpec::Rsa4096 => &*self.runtime,
            _ => &*self.software,
        }
    }

    fn named(&self, name: &str) -> Result<&dyn KeyStore, PortError> {
        let store = self.hardware.as_ref().filter(|(held, _)| held == name);
        let store = store.map(|(_, store)| &**store);
        store.ok_or_else(|| PortError(format!("this deployment has no key store {name}")))
    }
}

/// Why stored material cannot be made ready for use.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// It does not unwrap.
    #[error(transparent)]
    Hierarchy(#[from] HierarchyError),
    /// Its store is not there, or does not take it.
    #[error(transparent)]
    Store(#[from] PortError),
}

/// Our own software.
#[derive(Clone)]
struct Software {
    entropy: Rc<dyn Entropy>,
    messages: Option<Rc<dyn MessageEngine>>,
}

impl Software {
    fn sealing(&self, key: Box<dyn SealingKey>) -> Rc<dyn UsableKey> {
        Rc::new(UsableSealing { key, entropy: self.entropy.clone() })
    }

    fn load_symmetric(&self, spec: KeySpec, material: &KeyMaterial) -> Option<Rc<dyn UsableKey>> {
        match spec {
            KeySpec::Aes256 => AesKey::new(material).map(|key| self.sealing(Box::new(key))),
            _ => message_keys::load(spec, material)
                .map(|key| self.sealing(key))
                .or_else(|| mac::load(spec, material)),
        }
    }
}

impl KeyStore for Software {
    fn make<'a>(&'a self, order: Order<'a>) -> Stored<'a, Made> {
        let made = match order.spec {
            spec if spec.is_symmetric() => {
                KeyMaterial::fill_with(spec.size_bytes(), |bytes| self.entropy.fill(bytes))
                    .map(|bytes| Made { material: Material::Bytes(bytes), public_key: None })
                    .map_err(|error| PortError(error.to_string()).into())
            }
            KeySpec::EcSm2 => sm2::make(&*self.entropy),
            KeySpec::Ed25519 => ed25519::make(&*self.entropy),
            spec @ (KeySpec::MlDsa44 | KeySpec::MlDsa65 | KeySpec::MlDsa87) => {
                ml_dsa::make(spec, &*self.entropy)
            }
            spec => ec::make(spec, &*self.entropy),
        };
        Box::pin(ready(made))
    }

    fn adopt<'a>(&'a self, spec: KeySpec, material: KeyMaterial) -> Stored<'a, Made> {
        let adopted = match spec {
            spec if spec.is_symmetric() && material.expose_secret().len() == spec.size_bytes() => {
                Ok(Made { material: Material::Bytes(material), public_key: None })
            }
            spec if spec.is_symmetric() => Err(StoreError::Refused),
            KeySpec::EcSm2 => sm2::adopt(&material),
            KeySpec::Ed25519 => ed25519::adopt(&material),
            spec @ (KeySpec::MlDsa44 | KeySpec::MlDsa65 | KeySpec::MlDsa87) => {
                ml_dsa::adopt(spec, &material)
            }
            spec => ec::adopt(spec, &material),
        };
        Box::pin(ready(adopted))
    }

    fn load(&self, key: KeyToLoad<'_>) -> Result<Rc<dyn UsableKey>, StoreError> {
        let Material::Bytes(material) = key.material else { return Err(StoreError::NotOffered) };
        match key.spec {
            KeySpec::EcSm2 => leaving_nothing(|| sm2::load(material, &self.entropy)),
            KeySpec::Ed25519 => leaving_nothing(|| ed25519::load(material)),
            KeySpec::MlDsa44 | KeySpec::MlDsa65 | KeySpec::MlDsa87 => {
                leaving_nothing(|| ml_dsa::load(&key, material, &self.entropy))
            }
            spec if spec.is_symmetric() => {
                let loaded = leaving_nothing(|| self.load_symmetric(spec, material));
                loaded.ok_or(StoreError::NotOffered)
            }
            _ => leaving_nothing(|| ec::load(&key, material, self.messages.as_deref())),
        }
    }

    fn destroy<'a>(&'a self, _: &'a Handle) -> Stored<'a, ()> {
        keeps_nothing()
    }
}

/// The runtime's RSA.
#[derive(Clone)]
struct Runtime {
    engine: Rc<dyn RsaEngine>,
    messages: Option<Rc<dyn MessageEngine>>,
    entropy: Rc<dyn Entropy>,
}

impl KeyStore for Runtime {
    fn make<'a>(&'a self, order: Order<'a>) -> Stored<'a, Made> {
        Box::pin(rsa::make(order.spec, &*self.engine))
    }

    fn adopt<'a>(&'a self, spec: KeySpec, material: KeyMaterial) -> Stored<'a, Made> {
        Box::pin(rsa::adopt(spec, material, &*self.engine))
    }

    fn load(&self, key: KeyToLoad<'_>) -> Result<Rc<dyn UsableKey>, StoreError> {
        let Material::Bytes(material) = key.material else { return Err(StoreError::NotOffered) };
        rsa::load(&key, material, &self.engine, self.messages.as_deref(), &self.entropy)
    }

    fn destroy<'a>(&'a self, _: &'a Handle) -> Stored<'a, ()> {
        keeps_nothing()
    }
}

/// What is wrapped goes with its record.
fn keeps_nothing<'a>() -> Stored<'a, ()> {
    Box::pin(ready(Ok(())))
}
