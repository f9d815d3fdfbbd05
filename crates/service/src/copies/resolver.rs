// SPDX-License-Identifier: Apache-2.0
//! From a name to a key that is ready for use: cache, then published copy, then keyring.
//!
//! A call uses a key only in one go: everything it needs is in the cache, and what is known of
//! changes is fresh, at one and the same moment. Whatever had to be waited for, all of it is looked
//! at again afterwards.

use std::rc::Rc;

use edgekms_api::{
    error::{ApiError, ErrorCode},
    id::{KeyId, KeyVersionId},
    key::{KeyReference, reference::Local},
};

use super::{
    cache::{LoadedVersion, ViewCache},
    knowledge::Freshness,
    source::Source,
};
use crate::object::name::ViewName;
use crate::{
    keyring::{
        record::{KeyView, VersionRecord},
        stored,
    },
    material::{
        blob::{ParsedBlob, blob_refused},
        stores::{KeyStores, StoredMaterial},
    },
    port::PortError,
};

/// How often a call may find that what it waited for has changed meanwhile.
const ROUNDS: u32 = 16;

/// Which key a cryptographic call is about.
#[derive(Clone, Copy)]
pub enum Target<'a> {
    /// A version of the key named so; its primary one, if none is named.
    Key {
        /// The key.
        key: &'a KeyReference,
        /// The version.
        version: Option<&'a KeyVersionId>,
    },
    /// The version that a blob names.
    Blob {
        /// The blob.
        blob: &'a [u8],
        /// The key that must have made it, if its caller says one.
        under: Option<&'a KeyReference>,
    },
}

impl Target<'_> {
    /// Whether a blob says which key it is.
    #[must_use]
    pub const fn is_blob(&self) -> bool {
        matches!(self, Self::Blob { .. })
    }
}

/// One for each key that a call needs.
#[derive(Clone, Copy)]
pub struct Keys<T> {
    /// For the key that it works with.
    pub key: T,
    /// For the key that it reads from besides, if it does.
    pub source: Option<T>,
}

impl<T> Keys<T> {
    /// The same of each.
    pub fn map<U>(&self, mut map: impl FnMut(&T) -> U) -> Keys<U> {
        Keys { key: map(&self.key), source: self.source.as_ref().map(map) }
    }

    /// The same of each, or the error of the first that has none, the source's before the other's.
    fn try_map<U, E>(&self, mut map: impl FnMut(&T) -> Result<U, E>) -> Result<Keys<U>, E> {
        let source = self.source.as_ref().map(&mut map).transpose()?;
        Ok(Keys { key: map(&self.key)?, source })
    }
}

/// What resolving needs.
#[derive(Clone, Copy)]
pub struct Resolver<'a> {
    /// This isolate's copies of the keyring, and the ways to more.
    pub source: Source<'a>,
    /// What makes material ready for use.
    pub stores: &'a KeyStores,
}

/// Whether the call may use these keys, in the states that they are in at one moment.
pub type Admit<'a> = &'a dyn Fn(&Keys<Rc<KeyView>>) -> Result<(), ApiError>;

/// Why a call does not go on yet.
enum Halt<'a> {
    /// This is not in the cache. The target is what it is needed for.
    Missing(ViewName, Target<'a>),
    /// It does not go on at all.
    Refused(ApiError),
}

impl From<ApiError> for Halt<'_> {
    fn from(error: ApiError) -> Self {
        Self::Refused(error)
    }
}

impl From<ErrorCode> for Halt<'_> {
    fn from(code: ErrorCode) -> Self {
        Self::Refused(code.into())
    }
}

/// A key and the version of it that is to be used.
struct Found {
    key: Rc<KeyView>,
    version_id: KeyVersionId,
}

impl Resolver<'_> {
    /// Finds the keys that a call is about, all of them permitted and ready for use at one moment.
    ///
    /// # Errors
    /// `Forbidden.KeyNotFound` or `Forbidden.AliasNotFound` for a name; for a blob
    /// [`blob_refused`], the same as when it does not open. What `admit` refuses with.
    /// `ServiceUnavailableTemporary` if what is known of changes is too old and the keyring cannot
    /// be asked.
    pub async fn ready(
        &self,
        targets: Keys<Target<'_>>,
        admit: Admit<'_>,
    ) -> Result<Keys<Rc<LoadedVersion>>, ApiError> {
        for _ in 0..ROUNDS {
            if self.source.freshness() == Freshness::Stale {
                self.source.freshen_or_join().await?;
                // An answer that was long on the way is stale when it comes.
                continue;
            }
            match self.look(&targets, admit) {
                Ok(ready) => return Ok(ready),
                Err(Halt::Missing(name, target)) => {
                    if !self.source.fetch(&name).await? {
                        return Err(missing(&name, target));
                    }
                }
                Err(Halt::Refused(error)) => return Err(error),
            }
        }
        Err(stored(PortError::new("views changed faster than they could be read")))
    }

    /// Goes as far as the cache allows, without waiting. No material is touched before every key is
    /// admitted.
    fn look<'t>(
        &self,
        targets: &Keys<Target<'t>>,
        admit: Admit<'_>,
    ) -> Result<Keys<Rc<LoadedVersion>>, Halt<'t>> {
        let mut cache = self.source.copies.cache.borrow_mut();
        let found = targets
            .try_map(|target| self.find(*target, &mut cache).map(|found| (found, *target)))?;
        admit(&found.map(|(found, _)| found.key.clone()))?;
        let now = self.source.clock.now_millis();
        found.try_map(|(found, target)| self.load(found, *target, &mut cache, now))
    }

    /// The key and version that a target is.
    fn find<'t>(&self, target: Target<'t>, cache: &mut ViewCache) -> Result<Found, Halt<'t>> {
        let missing = |name| Halt::Missing(name, target);
        match target {
            Target::Blob { blob, under } => {
                let under = under.map(|key| self.key_id_of(key, target, cache)).transpose()?;
                let blob = ParsedBlob::parse(blob).map_err(|_| blob_refused())?;
                let version_id = blob.version_id().clone();
                let version = cache.version(&version_id);
                let version =
                    version.ok_or_else(|| missing(ViewName::Version(version_id.clone())))?;
                let key = cache.key(&version.key_id);
                let key = key.ok_or_else(|| missing(ViewName::Key(version.key_id.clone())))?;
                if let Some(under) = under.filter(|under| *under != key.key_id) {
                    // One that is not there is another answer than one that did not make the blob.
                    return Err(match cache.key(&under) {
                        Some(_) => ErrorCode::IncorrectKey.into(),
                        None => missing(ViewName::Key(under)),
                    });
                }
                Ok(Found { key, version_id })
            }
            Target::Key { key: reference, version } => {
                let key_id = self.key_id_of(reference, target, cache)?;
                let key = cache.key(&key_id).ok_or_else(|| missing(ViewName::Key(key_id)))?;
                let version_id = version.unwrap_or(&key.primary_version).clone();
                Ok(Found { key, version_id })
            }
        }
    }

    /// A version with its material unwrapped.
    fn load<'t>(
        &self,
        Found { key, version_id }: &Found,
        target: Target<'t>,
        cache: &mut ViewCache,
        now: i64,
    ) -> Result<Rc<LoadedVersion>, Halt<'t>> {
        if let Some(loaded) = cache.loaded(version_id, now) {
            is_of(&loaded.key_id, key)?;
            return Ok(loaded);
        }
        let Some(record) = cache.version(version_id) else {
            return Err(Halt::Missing(ViewName::Version(version_id.clone()), target));
        };
        let loaded = self.unwrap(&record, key)?;
        cache.keep_loaded(&loaded, now);
        Ok(loaded)
    }

    /// The id behind any way of naming a key of this place.
    fn key_id_of<'t>(
        &self,
        reference: &KeyReference,
        target: Target<'t>,
        cache: &mut ViewCache,
    ) -> Result<KeyId, Halt<'t>> {
        let name = match reference.within(&self.source.copies.place)? {
            Local::Key(id) => return Ok(id.clone()),
            Local::Alias(name) => name,
        };
        let missing = || Halt::Missing(ViewName::Alias(name.clone()), target);
        cache.alias(name).ok_or_else(missing)
    }

    fn unwrap(&self, record: &VersionRecord, key: &KeyView) -> Result<Rc<LoadedVersion>, ApiError> {
        is_of(&record.key_id, key)?;
        if record.material == StoredMaterial::Deleted {
            // Of the two views one is later than the other: either way there is no material here.
            return Err(ErrorCode::RejectedPendingImport.into());
        }
        let (place, public_key) = (&self.source.copies.place, record.public_key());
        let version = record.version();
        let loaded =
            self.stores.load(version, &record.material, public_key, place, self.source.roots);
        Ok(Rc::new(LoadedVersion {
            version_id: record.version_id.clone(),
            key_id: record.key_id.clone(),
            spec: key.spec,
            usage: key.usage,
            public_key: public_key.map(<[u8]>::to_vec),
            key: loaded.map_err(ApiError::internal)?,
        }))
    }
}

/// Whether a version is one of this key.
fn is_of(key_id: &KeyId, key: &KeyView) -> Result<(), ApiError> {
    if *key_id == key.key_id { Ok(()) } else { Err(ErrorCode::KeyVersionNotFound.into()) }
}

/// The keyring says that there is no such thing.
fn missing(name: &ViewName, target: Target<'_>) -> ApiError {
    match (name, target) {
        (ViewName::Alias(_), _) => ErrorCode::AliasNotFound.into(),
        (ViewName::Key(_), _) => ErrorCode::KeyNotFound.into(),
        (ViewName::Version(_), Target::Blob { .. }) => blob_refused(),
        (ViewName::Version(_), Target::Key { .. }) => ErrorCode::KeyVersionNotFound.into(),
        (ViewName::Entity(_), _) => ApiError::internal("no key is an account's"),
    }
}
