// SPDX-License-Identifier: Apache-2.0
//! From a name to a key that is ready for use: cache, then published copy, then keyring.
//!
//! A call uses a key only in one go: everything it needs is in the cache, and what is known of
//! changes is fresh, at one and the same moment. Whatever had to be waited for, all of it is looked
//! at again afterwards.
//!
//! A key that another account shares is looked for in that account's copies, by its own changes. Until it
//! is known that the caller may use it, whatever is wrong there is one answer ([`Site::veil`]).

use std::rc::Rc;

use edgekms_api::{
    error::{ApiError, ErrorCode},
    id::{KeyId, KeyVersionId},
    key::{KeyReference, reference::Local},
    place::Place,
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

/// A key that a call is about, and where it is.
#[derive(Clone, Copy)]
pub struct Site<'a, 't> {
    /// Which.
    pub target: Target<'t>,
    /// The copies of the place that has it, and the ways to more.
    pub source: Source<'a>,
    /// Whether that is another account's than the caller's.
    pub is_foreign: bool,
}

impl Site<'_, '_> {
    /// What a caller is told of another account's key that is not there or that he may not use: the same,
    /// which is also what is told of a blob that does not open. Where something failed, that is told.
    #[must_use]
    pub fn veil(&self, error: ApiError) -> ApiError {
        match (self.is_foreign && error.status() < 500, self.target) {
            (false, _) => error,
            (true, Target::Blob { .. }) => blob_refused(),
            (true, Target::Key { .. }) => ErrorCode::ForbiddenNoPermission.into(),
        }
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

    /// All of them.
    pub fn iter(&self) -> impl Iterator<Item = &T> {
        std::iter::once(&self.key).chain(&self.source)
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
    /// What makes material ready for use.
    pub stores: &'a KeyStores,
}

/// Whether the call may use keys, in the states that they are in at one moment.
pub trait Admit {
    /// Whether the caller has leave to use another account's key, asked as soon as it is found.
    ///
    /// # Errors
    /// Of whatever kind: the caller is told one thing.
    fn permit(&self, is_source: bool, key: &KeyView, place: &Place) -> Result<(), ApiError>;

    /// Whether it may use them all, once all are found.
    ///
    /// # Errors
    /// What the caller is told.
    fn admit(&self, keys: &Keys<(Rc<KeyView>, &Place)>) -> Result<(), ApiError>;
}

/// Why a call does not go on yet.
enum Halt<'s> {
    /// This is not in the cache of the site that it is needed for.
    Missing(ViewName, &'s Site<'s, 's>),
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
struct Found<'s> {
    key: Rc<KeyView>,
    version_id: KeyVersionId,
    site: &'s Site<'s, 's>,
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
        sites: &Keys<Site<'_, '_>>,
        admit: &dyn Admit,
    ) -> Result<Keys<Rc<LoadedVersion>>, ApiError> {
        'rounds: for _ in 0..ROUNDS {
            for Site { source, .. } in sites.iter() {
                if source.freshness() == Freshness::Stale {
                    source.freshen_or_join().await?;
                    // An answer that was long on the way is stale when it comes.
                    continue 'rounds;
                }
            }
            match self.look(sites, admit) {
                Ok(ready) => return Ok(ready),
                Err(Halt::Missing(name, site)) => {
                    if !site.source.fetch(&name).await? {
                        return Err(missing(&name, site));
                    }
                }
                Err(Halt::Refused(error)) => return Err(error),
            }
        }
        Err(stored(PortError::new("views changed faster than they could be read")))
    }

    /// Goes as far as the cache allows, without waiting. No material is touched before every key is
    /// admitted.
    fn look<'s>(
        &self,
        sites: &'s Keys<Site<'s, 's>>,
        admit: &dyn Admit,
    ) -> Result<Keys<Rc<LoadedVersion>>, Halt<'s>> {
        let source = sites.source.as_ref().map(|site| find(site, true, admit)).transpose()?;
        let found = Keys { key: find(&sites.key, false, admit)?, source };
        admit.admit(&found.map(|found| (found.key.clone(), &found.site.source.copies.place)))?;
        found.try_map(|found| self.load(found))
    }

    /// A version with its material unwrapped.
    fn load<'s>(&self, found: &Found<'s>) -> Result<Rc<LoadedVersion>, Halt<'s>> {
        let Found { key, version_id, site } = found;
        let mut cache = site.source.copies.cache.borrow_mut();
        let now = site.source.clock.now_millis();
        if let Some(loaded) = cache.loaded(version_id, now) {
            is_of(&loaded.key_id, key)?;
            return Ok(loaded);
        }
        let Some(record) = cache.version(version_id) else {
            return Err(Halt::Missing(ViewName::Version(version_id.clone()), site));
        };
        let loaded = self.unwrap(&record, key, &site.source)?;
        cache.keep_loaded(&loaded, now);
        Ok(loaded)
    }

    fn unwrap(
        &self,
        record: &VersionRecord,
        key: &KeyView,
        source: &Source<'_>,
    ) -> Result<Rc<LoadedVersion>, ApiError> {
        is_of(&record.key_id, key)?;
        if record.material == StoredMaterial::Deleted {
            // Of the two views one is later than the other: either way there is no material here.
            return Err(ErrorCode::RejectedPendingImport.into());
        }
        let (place, public_key) = (&source.copies.place, record.public_key());
        let version = record.version();
        let loaded = self.stores.load(version, &record.material, public_key, place, source.roots);
        Ok(Rc::new(LoadedVersion {
            version_id: record.version_id.clone(),
            key_id: record.key_id.clone(),
            place: place.clone(),
            spec: key.spec,
            usage: key.usage,
            public_key: public_key.map(<[u8]>::to_vec),
            key: loaded.map_err(ApiError::internal)?,
        }))
    }
}

/// The key and version that a site's target is. Another account's is one that the caller has leave for.
fn find<'s>(
    site: &'s Site<'s, 's>,
    is_source: bool,
    admit: &dyn Admit,
) -> Result<Found<'s>, Halt<'s>> {
    let look = || {
        let found = find_any(site)?;
        if site.is_foreign {
            admit.permit(is_source, &found.key, &site.source.copies.place)?;
        }
        Ok(found)
    };
    look().map_err(|halt| match halt {
        Halt::Refused(error) => Halt::Refused(site.veil(error)),
        missing @ Halt::Missing(..) => missing,
    })
}

fn find_any<'s>(site: &'s Site<'s, 's>) -> Result<Found<'s>, Halt<'s>> {
    let mut cache = site.source.copies.cache.borrow_mut();
    let missing = |name| Halt::Missing(name, site);
    match site.target {
        Target::Blob { blob, under } => {
            let under = under.map(|key| key_id_of(key, site, &mut cache)).transpose()?;
            let blob = ParsedBlob::parse(blob).map_err(|_| blob_refused())?;
            let version_id = blob.version_id().clone();
            let version = cache.version(&version_id);
            let version = version.ok_or_else(|| missing(ViewName::Version(version_id.clone())))?;
            let key = cache.key(&version.key_id);
            let key = key.ok_or_else(|| missing(ViewName::Key(version.key_id.clone())))?;
            if let Some(under) = under.filter(|under| *under != key.key_id) {
                // One that is not there is another answer than one that did not make the blob.
                return Err(match cache.key(&under) {
                    Some(_) => ErrorCode::IncorrectKey.into(),
                    None => missing(ViewName::Key(under)),
                });
            }
            Ok(Found { key, version_id, site })
        }
        Target::Key { key: reference, version } => {
            let key_id = key_id_of(reference, site, &mut cache)?;
            let key = cache.key(&key_id).ok_or_else(|| missing(ViewName::Key(key_id)))?;
            let version_id = version.unwrap_or(&key.primary_version).clone();
            Ok(Found { key, version_id, site })
        }
    }
}

/// The id behind any way of naming a key of a site's place.
fn key_id_of<'s>(
    reference: &KeyReference,
    site: &'s Site<'s, 's>,
    cache: &mut ViewCache,
) -> Result<KeyId, Halt<'s>> {
    let name = match reference.within(&site.source.copies.place)? {
        Local::Key(id) => return Ok(id.clone()),
        Local::Alias(name) => name,
    };
    let missing = || Halt::Missing(ViewName::Alias(name.clone()), site);
    cache.alias(name).ok_or_else(missing)
}

/// Whether a version is one of this key.
fn is_of(key_id: &KeyId, key: &KeyView) -> Result<(), ApiError> {
    if *key_id == key.key_id { Ok(()) } else { Err(ErrorCode::KeyVersionNotFound.into()) }
}

/// The keyring says that there is no such thing.
fn missing(name: &ViewName, site: &Site<'_, '_>) -> ApiError {
    let error = match (name, site.target) {
        (ViewName::Alias(_), _) => ErrorCode::AliasNotFound.into(),
        (ViewName::Key(_), _) => ErrorCode::KeyNotFound.into(),
        (ViewName::Version(_), Target::Blob { .. }) => blob_refused(),
        // Looked for once its key may be used.
        (ViewName::Version(_), Target::Key { .. }) => return ErrorCode::KeyVersionNotFound.into(),
        (ViewName::Share(_) | ViewName::Entity(_), _) => {
            ApiError::internal("no key is looked for by that")
        }
    };
    site.veil(error)
}
