// SPDX-License-Identifier: Apache-2.0
//! Key stores: the remote one, which keeps its keys in the world, and what must hold between it and the
//! keyrings.

mod runtime;

use std::{
    cell::RefCell,
    rc::{Rc, Weak},
};

use edgekms_api::{
    id::KeyVersionId,
    key::{KeySpec, algorithm::SigningAlgorithm},
};
use edgekms_service::{
    keyring::{job::KeyringJob, store::KeyringStore},
    material::stores::KeyStores,
    object::ObjectStore,
    port::{
        PortError,
        key_store::{
            Handle, KeyStore, KeyToLoad, Made, Material, Order, Signed, StoreError, Stored,
            UsableKey,
        },
    },
};
use zeroize::Zeroizing;

use self::runtime::Engine;
use crate::{
    stand_in::{Secret, masked, open, seal},
    world::{Chance, MINUTE, Region, World, draw},
};

/// The remote store's name.
const NAME: &str = "remote";
/// The latest that the store does what it was asked. A keyring waits longer than this before it has
/// destroyed what may have been made; a store that made it even later would leave it for ever.
const LATEST_MILLIS: u64 = 5 * MINUTE;

fn handle(version_id: KeyVersionId) -> Handle {
    Handle { store: NAME.to_owned(), version_id }
}

impl Region {
    /// Whether a key version in its database is of this material.
    fn keeps(&self, handle: &Handle) -> bool {
        let version = self.store.version(&handle.version_id).ok().flatten();
        version.is_some_and(|version| version.material.handle() == Some(handle))
    }

    /// Whether it is on the agenda to be destroyed.
    fn dooms(&self, handle: &Handle) -> bool {
        let name = KeyringJob::DestroyMaterial(handle.clone()).name();
        self.store.job(&name).is_ok_and(|job| job.is_some())
    }
}

impl World {
    /// The key stores, as an isolate or a keyring's object has them.
    pub(crate) fn key_stores(self: &Rc<Self>) -> KeyStores {
        let world = Rc::downgrade(self);
        let entropy = Rc::new(Chance(self.executor.clone()));
        KeyStores::new(entropy, Rc::new(Engine(world.clone())))
            .with_hardware(NAME, Rc::new(Way(world)))
    }

    fn make(&self, version_id: &KeyVersionId) -> Secret {
        self.tell(|| format!("the remote store makes {version_id}"));
        let mut secret = Secret::default();
        self.executor.fill(&mut secret);
        self.remote.keep(version_id, secret)
    }

    fn destroy(&self, handle: &Handle) {
        let there = self.remote.forget(&handle.version_id);
        self.tell(|| format!("the remote store destroys {} ({there})", handle.version_id));
        if let Some(region) = self.regions.iter().find(|region| region.keeps(handle)) {
            let version_id = &handle.version_id;
            region.truth.violate(|| {
                format!("the material of {version_id} was destroyed, and its key lives")
            });
        }
    }

    /// Holds the remote store against the keyrings: a key's material is there, and what is there is a
    /// key's or is to be destroyed.
    pub fn hold_stores(&self) {
        for region in &self.regions {
            for version_id in region.truth.held_versions() {
                let lost = self.remote.secret(&version_id).is_none();
                if lost && region.keeps(&handle(version_id.clone())) {
                    region.truth.violate(|| format!("the material of {version_id} is lost"));
                }
            }
        }
        let forgotten = self.remote.version_ids().into_iter().map(handle).find(|handle| {
            !self.regions.iter().any(|region| region.keeps(handle) || region.dooms(handle))
        });
        if let (Some(handle), Some(region)) = (forgotten, self.regions.first()) {
            let version_id = handle.version_id;
            region.truth.violate(|| {
                format!("the material of {version_id} is forgotten: no key has it, and no job")
            });
        }
    }

    /// What the remote store still keeps although no key is of it: nothing, once it has been calm for long.
    #[must_use]
    pub fn orphan(&self) -> Option<KeyVersionId> {
        let kept = |handle: &Handle| self.regions.iter().any(|region| region.keeps(handle));
        self.remote.version_ids().into_iter().find(|version_id| !kept(&handle(version_id.clone())))
    }
}

/// The way to the remote store.
#[derive(Clone)]
struct Way(Weak<World>);

impl Way {
    /// Has the store do something. It refuses; or it does it, soon or late, whether whoever asked lives or
    /// not, and answers then, later or never.
    async fn ask<T: 'static>(
        &self,
        act: impl FnOnce(&World) -> T + 'static,
    ) -> Result<T, StoreError> {
        let away = || StoreError::from(PortError::new("the remote store is away"));
        let world = self.0.upgrade().ok_or_else(away)?;
        let executor = world.executor.clone();
        if world.goes_wrong(40) {
            executor.sleep(draw(&executor, 100)).await;
            return Err(away());
        }
        let slow = if world.goes_wrong(80) { 8_000 } else { 60 };
        let way = draw(&executor, if world.goes_wrong(30) { LATEST_MILLIS } else { slow });
        let reply: Rc<RefCell<Option<T>>> = Rc::default();
        let (told, timer, there) = (reply.clone(), executor.clone(), world.clone());
        let loses = world.goes_wrong(30);
        executor.spawn(None, async move {
            timer.sleep(way).await;
            let done = act(&there);
            if !loses {
                *told.borrow_mut() = Some(done);
            }
        });
        if world.goes_wrong(15) {
            std::future::pending::<()>().await;
        }
        executor.sleep(way + 1).await;
        executor.sleep(draw(&executor, 60)).await;
        let done = reply.borrow_mut().take();
        done.ok_or_else(|| PortError::new("the remote store's answer was lost").into())
    }
}

impl KeyStore for Way {
    fn make<'a>(&'a self, order: Order<'a>) -> Stored<'a, Made> {
        Box::pin(async move {
            let version_id = order.version_id.clone();
            let secret = self.ask(move |world| world.make(&version_id)).await?;
            let public_key = (order.spec == KeySpec::EcP256).then(|| secret.to_vec());
            Ok(Made { material: Material::Held(handle(order.version_id.clone())), public_key })
        })
    }

    fn load(&self, key: KeyToLoad<'_>) -> Result<Rc<dyn UsableKey>, StoreError> {
        let Material::Held(handle) = key.material else { return Err(StoreError::NotOffered) };
        Ok(Rc::new(HeldKey { way: self.clone(), version_id: handle.version_id.clone() }))
    }

    fn destroy<'a>(&'a self, handle: &'a Handle) -> Stored<'a, ()> {
        let handle = handle.clone();
        Box::pin(self.ask(move |world| world.destroy(&handle)))
    }
}

struct HeldKey {
    way: Way,
    version_id: KeyVersionId,
}

impl HeldKey {
    async fn work<T: 'static>(
        &self,
        act: impl FnOnce(&Secret) -> T + 'static,
    ) -> Result<T, StoreError> {
        let version_id = self.version_id.clone();
        let done = self.way.ask(move |world| world.remote.secret(&version_id).map(|key| act(&key)));
        done.await?.ok_or_else(|| PortError::new("the remote store has no such key").into())
    }
}

impl UsableKey for HeldKey {
    fn seal<'a>(&'a self, aad: &'a [u8], plaintext: &'a [u8]) -> Stored<'a, Vec<u8>> {
        let (aad, plaintext) = (aad.to_vec(), plaintext.to_vec());
        Box::pin(self.work(move |key| seal(key, &aad, &plaintext)))
    }

    fn open<'a>(&'a self, aad: &'a [u8], sealed: &'a [u8]) -> Stored<'a, Zeroizing<Vec<u8>>> {
        let (aad, sealed) = (aad.to_vec(), sealed.to_vec());
        Box::pin(async move {
            let opened = self.work(move |key| open(key, &aad, &sealed)).await?;
            opened.map(Zeroizing::new).ok_or(StoreError::Refused)
        })
    }

    fn sign<'a>(&'a self, algorithm: SigningAlgorithm, signed: Signed<'a>) -> Stored<'a, Vec<u8>> {
        let digest = signed.digest(algorithm.hash()).unwrap_or_default().into_owned();
        Box::pin(self.work(move |key| masked(key, &digest)))
    }
}
