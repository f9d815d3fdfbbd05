// SPDX-License-Identifier: Apache-2.0
//! The runtime's RSA as an isolate has it: it takes its time, fails, or never comes back.

use std::rc::{Rc, Weak};

use edgekms_api::key::algorithm::Hash;
use edgekms_service::port::{
    LocalFuture, PortError,
    key_store::KeyMaterial,
    rsa::{RsaEngine, RsaPair, RsaPrivateKey},
};
use zeroize::Zeroizing;

use crate::{
    stand_in::{Secret, rsa_pair, sign_encoded},
    world::{World, draw},
};

/// The runtime's RSA, in one isolate.
pub(super) struct Engine(pub(super) Weak<World>);

struct PrivateKey {
    world: Weak<World>,
    pkcs8: KeyMaterial,
}

impl RsaEngine for Engine {
    fn generate(&self, _: u32) -> LocalFuture<'_, Result<RsaPair, PortError>> {
        Box::pin(async move {
            let world = at_work(&self.0, 400, 45_000).await?;
            let mut secret = Secret::default();
            world.executor.fill(&mut secret);
            let (private_key, public_key) = rsa_pair(&secret);
            Ok(RsaPair { private_key: KeyMaterial::from(private_key), public_key })
        })
    }

    fn private_key(&self, pkcs8: KeyMaterial) -> Rc<dyn RsaPrivateKey> {
        Rc::new(PrivateKey { world: self.0.clone(), pkcs8 })
    }

    fn encrypt_oaep<'a>(
        &'a self,
        _: &'a [u8],
        _: Hash,
        _: &'a [u8],
    ) -> LocalFuture<'a, Result<Vec<u8>, PortError>> {
        Box::pin(async { Err(not_simulated()) })
    }
}

impl RsaPrivateKey for PrivateKey {
    fn sign_encoded<'a>(
        &'a self,
        encoded: &'a [u8],
    ) -> LocalFuture<'a, Result<Vec<u8>, PortError>> {
        Box::pin(async move {
            at_work(&self.world, 5, 8_000).await?;
            sign_encoded(self.pkcs8.expose_secret(), encoded).ok_or_else(not_simulated)
        })
    }

    fn decrypt_raw<'a>(
        &'a self,
        _: &'a [u8],
    ) -> LocalFuture<'a, Result<Option<Zeroizing<Vec<u8>>>, PortError>> {
        Box::pin(async { Err(not_simulated()) })
    }

    fn decrypt_oaep<'a>(
        &'a self,
        _: Hash,
        _: &'a [u8],
    ) -> LocalFuture<'a, Result<Option<Zeroizing<Vec<u8>>>, PortError>> {
        Box::pin(async { Err(not_simulated()) })
    }
}

fn not_simulated() -> PortError {
    PortError::new("the simulated runtime does no such thing")
}

/// Takes its time, which is under `usual` milliseconds nearly always; fails; or never comes back.
async fn at_work(world: &Weak<World>, usual: u64, longest: u64) -> Result<Rc<World>, PortError> {
    let world = world.upgrade().ok_or_else(|| PortError::new("the world is over"))?;
    if world.goes_wrong(5) {
        std::future::pending::<()>().await;
    }
    let below = if world.goes_wrong(50) { longest } else { usual };
    world.executor.sleep(draw(&world.executor, below)).await;
    if world.goes_wrong(20) {
        return Err(PortError::new("OperationError"));
    }
    Ok(world)
}
