// SPDX-License-Identifier: Apache-2.0
//! A stand-in for a store elsewhere, which keeps its keys: it may be slow, fail, and do what it was asked
//! although nobody hears of it.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    rc::Rc,
};

use edgekms_api::id::KeyVersionId;
use zeroize::Zeroizing;

use super::CountingEntropy;
use crate::{
    material::stores::{aes::AesKey, sealing::SealingKey},
    port::{
        PortError,
        key_store::{
            Handle, KeyMaterial, KeyStore, KeyToLoad, Made, Material, Order, StoreError, Stored,
            UsableKey,
        },
    },
};

/// The stand-in's name.
pub(crate) const NAME: &str = "hardware";

/// How it is today.
#[derive(Clone, Copy, Default, PartialEq)]
pub(crate) enum Mood {
    #[default]
    Well,
    /// It refuses everything.
    Fails,
    /// It does what it is asked, and its answer is lost.
    Mute,
}

/// The stand-in.
#[derive(Default)]
pub(crate) struct TestStore {
    pub(crate) keys: RefCell<BTreeMap<KeyVersionId, u8>>,
    pub(crate) mood: Cell<Mood>,
    /// How often it was asked to destroy something.
    pub(crate) destructions: Cell<u32>,
}

impl TestStore {
    fn answer(&self) -> Result<(), StoreError> {
        if self.mood.get() == Mood::Fails {
            return Err(PortError::new("the hardware is away").into());
        }
        Ok(())
    }

    async fn tell<T>(&self, value: T) -> T {
        if self.mood.get() == Mood::Mute {
            std::future::pending::<()>().await;
        }
        value
    }
}

impl KeyStore for Rc<TestStore> {
    fn make<'a>(&'a self, order: Order<'a>) -> Stored<'a, Made> {
        Box::pin(async move {
            self.answer()?;
            self.keys.borrow_mut().insert(order.version_id.clone(), 7);
            let handle = Handle { store: NAME.to_owned(), version_id: order.version_id.clone() };
            self.tell(Ok(Made { material: Material::Held(handle), public_key: None })).await
        })
    }

    fn load(&self, key: KeyToLoad<'_>) -> Result<Rc<dyn UsableKey>, StoreError> {
        let Material::Held(handle) = key.material else { return Err(StoreError::NotOffered) };
        Ok(Rc::new(HeldKey { store: self.clone(), version_id: handle.version_id.clone() }))
    }

    fn destroy<'a>(&'a self, handle: &'a Handle) -> Stored<'a, ()> {
        Box::pin(async move {
            self.destructions.set(self.destructions.get() + 1);
            self.answer()?;
            self.keys.borrow_mut().remove(&handle.version_id);
            self.tell(Ok(())).await
        })
    }
}

struct HeldKey {
    store: Rc<TestStore>,
    version_id: KeyVersionId,
}

impl HeldKey {
    fn key(&self) -> Result<AesKey, StoreError> {
        self.store.answer()?;
        let held = self.store.keys.borrow().get(&self.version_id).copied();
        let byte = held.ok_or_else(|| PortError::new("there is no such key"))?;
        AesKey::new(&KeyMaterial::from(vec![byte; 32])).ok_or(StoreError::NotOffered)
    }
}

impl UsableKey for HeldKey {
    fn seal<'a>(&'a self, aad: &'a [u8], plaintext: &'a [u8]) -> Stored<'a, Vec<u8>> {
        Box::pin(async move {
            let sealed = self.key()?.seal(aad, plaintext, &CountingEntropy::default());
            self.store.tell(Ok(sealed.map_err(|error| PortError(error.to_string()))?)).await
        })
    }

    fn open<'a>(&'a self, aad: &'a [u8], sealed: &'a [u8]) -> Stored<'a, Zeroizing<Vec<u8>>> {
        Box::pin(async move {
            let opened = self.key()?.open(aad, sealed);
            self.store.tell(opened.ok_or(StoreError::Refused)).await
        })
    }
}
