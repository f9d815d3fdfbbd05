// SPDX-License-Identifier: Apache-2.0
//! The multi-keyring (specification: framework/multi-keyring.md): any one of several keyrings
//! opens what all of them sealed.

use alloc::{boxed::Box, rc::Rc, vec::Vec};

use super::{Keyring, LocalFuture};
use crate::{
    error::Error,
    key::{DataKey, Randomness},
    materials::{OpenMaterials, SealMaterials},
    reason::Reason,
};

/// A generator, which makes the data key, and children, which wrap the same key too.
pub struct MultiKeyring {
    generator: Option<Rc<dyn Keyring>>,
    children: Vec<Rc<dyn Keyring>>,
}

impl MultiKeyring {
    /// A keyring of several; without a generator it only opens.
    ///
    /// # Errors
    /// [`Error::InvalidArgument`] if there is neither a generator nor a child.
    pub fn new(
        generator: Option<Rc<dyn Keyring>>,
        children: Vec<Rc<dyn Keyring>>,
    ) -> Result<Self, Error> {
        if generator.is_none() && children.is_empty() {
            return Err(Error::InvalidArgument { reason: Reason::EmptyMultiKeyring });
        }
        Ok(Self { generator, children })
    }
}

impl Keyring for MultiKeyring {
    fn wrap<'a>(
        &'a self,
        materials: SealMaterials,
        random: &'a mut dyn Randomness,
    ) -> LocalFuture<'a, Result<SealMaterials, Error>> {
        Box::pin(async move {
            // "If this keyring does not have a generator keyring ... OnEncrypt MUST fail" when
            // there is no data key yet.
            let mut materials = match &self.generator {
                Some(generator) => generator.wrap(materials, random).await?,
                None if materials.data_key().is_some() => materials,
                None => {
                    return Err(Error::InvalidArgument { reason: Reason::NoGenerator });
                }
            };
            for child in &self.children {
                materials = child.wrap(materials, random).await?;
            }
            Ok(materials)
        })
    }

    fn unwrap<'a>(
        &'a self,
        materials: &'a OpenMaterials<'a>,
    ) -> LocalFuture<'a, Result<DataKey, Error>> {
        Box::pin(async move {
            let mut causes = Vec::new();
            for keyring in self.generator.iter().chain(&self.children) {
                match keyring.unwrap(materials).await {
                    Ok(key) => return Ok(key),
                    Err(Error::NoDataKey { causes: inner }) => causes.extend(inner),
                    Err(cause) => causes.push(cause),
                }
            }
            Err(Error::NoDataKey { causes })
        })
    }
}
