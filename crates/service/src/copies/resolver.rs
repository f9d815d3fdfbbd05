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
    Copies,
    cache::{Held, LoadedVersion, ViewCache},
    knowledge::Freshness,
    talk::{Talk, misplaced},
    view::View,
};
use crate::{
    keyring::{
        message::{Answer, Ask, Done, ViewAnswer, ViewQuestion},
        name::ViewName,
        record::{AliasRecord, KeyView, VersionRecord},
        stored,
    },
    material::{
        blob::{ParsedBlob, blob_refused},
        root_keys::RootKeys,
        stores::{KeyStores, StoredMaterial},
    },
    port::{Clock, Entropy, Objects, PortError, PublishedViews, Timers, timer::within},
    settings::StateConsistency,
};

/// How long a published copy is waited for before the truth is asked.
const LOAD_LIMIT_MILLIS: u32 = 1_000;
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

/// What resolving needs.
#[derive(Clone, Copy)]
pub struct Resolver<'a> {
    /// This isolate's copies.
    pub copies: &'a Copies,
    /// Where the wrapped material's keys come from.
    pub roots: &'a RootKeys,
    /// What makes material ready for use.
    pub stores: &'a KeyStores,
    /// How soon changes are seen.
    pub consistency: StateConsistency,
    /// What time it is.
    pub clock: &'a dyn Clock,
    /// Randomness.
    pub entropy: &'a dyn Entropy,
    /// Timers.
    pub timers: &'a dyn Timers,
    /// The published copies.
    pub published: &'a dyn PublishedViews,
    /// The truth.
    pub objects: &'a dyn Objects,
}

/// Whether the call may use this key, in the state that it is in.
pub type Admit<'a> = &'a dyn Fn(&KeyView) -> Result<(), ApiError>;

/// What is missing to go on.
enum Step {
    Ready(Rc<LoadedVersion>),
    Missing(ViewName),
}

/// What a reference stands for, as far as the cache knows.
enum Named {
    Key(KeyId),
    Missing(ViewName),
}

impl<'a> Resolver<'a> {
    /// Finds the key that a call is about, permitted and ready for use.
    ///
    /// # Errors
    /// `Forbidden.KeyNotFound` or `Forbidden.AliasNotFound` for a name; for a blob
    /// [`blob_refused`], the same as when it does not open. What `admit` refuses with.
    /// `ServiceUnavailableTemporary` if what is known of changes is too old and the keyring cannot
    /// be asked.
    pub async fn ready(
        &self,
        target: Target<'_>,
        admit: Admit<'_>,
    ) -> Result<Rc<LoadedVersion>, ApiError> {
        for _ in 0..ROUNDS {
            if self.freshness() == Freshness::Stale {
                self.freshen_or_join().await?;
                // An answer that was long on the way is stale when it comes.
                continue;
            }
            match self.look(target, admit)? {
                Step::Ready(version) => return Ok(version),
                Step::Missing(name) => self.fetch(&name, target).await?,
            }
        }
        Err(stored(PortError::new("views changed faster than they could be read")))
    }

    /// Takes in what a keyring has just said of the views that a change altered.
    pub fn learn(&self, done: &Done) {
        for (name, text) in &done.views {
            self.copies.knowledge.borrow_mut().note(&done.epoch, name, done.revision);
            self.copies.cache.borrow_mut().drop_older(name, done.revision);
            // A view that does not parse is not kept; reading it anew will say why.
            if let Some(held) = text.as_ref().and_then(|text| read(name, text).ok()) {
                self.take(name, &done.epoch, done.revision, held);
            }
        }
    }

    pub(super) fn talk(&self) -> Talk<'a> {
        Talk {
            place: &self.copies.place,
            speech: &self.copies.speech,
            objects: self.objects,
            timers: self.timers,
        }
    }

    /// Goes as far as the cache allows, without waiting.
    fn look(&self, target: Target<'_>, admit: Admit<'_>) -> Result<Step, ApiError> {
        let mut cache = self.copies.cache.borrow_mut();
        let (version_id, key) = match target {
            Target::Blob { blob, under } => {
                let under = match under.map(|key| self.key_id_of(key, &mut cache)).transpose()? {
                    Some(Named::Missing(name)) => return Ok(Step::Missing(name)),
                    Some(Named::Key(key_id)) => Some(key_id),
                    None => None,
                };
                let blob = ParsedBlob::parse(blob).map_err(|_| blob_refused())?;
                let version_id = blob.version_id().clone();
                let Some(version) = cache.version(&version_id) else {
                    return Ok(Step::Missing(ViewName::Version(version_id)));
                };
                let Some(key) = cache.key(&version.key_id) else {
                    return Ok(Step::Missing(ViewName::Key(version.key_id.clone())));
                };
                if let Some(under) = under.filter(|under| *under != key.key_id) {
                    // One that is not there is another answer than one that did not make the blob.
                    return match cache.key(&under) {
                        Some(_) => Err(ErrorCode::IncorrectKey.into()),
                        None => Ok(Step::Missing(ViewName::Key(under))),
                    };
                }
                admit(&key)?;
                (version_id, key)
            }
            Target::Key { key: reference, version } => {
                let key_id = match self.key_id_of(reference, &mut cache)? {
                    Named::Key(key_id) => key_id,
                    Named::Missing(name) => return Ok(Step::Missing(name)),
                };
                let Some(key) = cache.key(&key_id) else {
                    return Ok(Step::Missing(ViewName::Key(key_id)));
                };
                admit(&key)?;
                (version.unwrap_or(&key.primary_version).clone(), key)
            }
        };
        let now = self.clock.now_millis();
        if let Some(loaded) = cache.loaded(&version_id, now) {
            is_of(&loaded.key_id, &key)?;
            return Ok(Step::Ready(loaded));
        }
        let Some(record) = cache.version(&version_id) else {
            return Ok(Step::Missing(ViewName::Version(version_id)));
        };
        let loaded = self.unwrap(&record, &key)?;
        cache.keep_loaded(&loaded, now);
        Ok(Step::Ready(loaded))
    }

    /// The id behind any way of naming a key of this place.
    fn key_id_of(
        &self,
        reference: &KeyReference,
        cache: &mut ViewCache,
    ) -> Result<Named, ApiError> {
        let name = match reference.within(&self.copies.place)? {
            Local::Key(id) => return Ok(Named::Key(id.clone())),
            Local::Alias(name) => name,
        };
        let missing = || Named::Missing(ViewName::Alias(name.clone()));
        Ok(cache.alias(name).map_or_else(missing, Named::Key))
    }

    fn unwrap(&self, record: &VersionRecord, key: &KeyView) -> Result<Rc<LoadedVersion>, ApiError> {
        is_of(&record.key_id, key)?;
        if record.material == StoredMaterial::Deleted {
            // Of the two views one is later than the other: either way there is no material here.
            return Err(ErrorCode::RejectedPendingImport.into());
        }
        let (place, public_key) = (&self.copies.place, record.public_key());
        let version = record.version();
        let loaded = self.stores.load(version, &record.material, public_key, place, self.roots);
        Ok(Rc::new(LoadedVersion {
            version_id: record.version_id.clone(),
            key_id: record.key_id.clone(),
            spec: key.spec,
            usage: key.usage,
            public_key: public_key.map(<[u8]>::to_vec),
            key: loaded.map_err(ApiError::internal)?,
        }))
    }

    /// Gets a view into the cache: from KV if what is there is to be believed, else from the keyring.
    async fn fetch(&self, name: &ViewName, target: Target<'_>) -> Result<(), ApiError> {
        let published_key = name.published_key(&self.copies.place);
        let load = self.published.load(&published_key);
        let text = within(self.timers, LOAD_LIMIT_MILLIS, load).await;
        // A copy that cannot be had, or not in time, is a copy that is not there: the truth is.
        let text = text.and_then(Result::ok).flatten();
        let view = text.as_deref().and_then(|text| self.open(name, text));
        if let Some(view) = &view
            && self.copies.knowledge.borrow().believes(name, &view.epoch, view.revision)
            && let Some(held) = view.body.as_ref().and_then(|body| read(name, body).ok())
        {
            self.copies.cache.borrow_mut().store(name, held, view.revision);
            return Ok(());
        }
        // What is not to be believed is to be published again, unless it is ahead of this isolate.
        // That there is no such thing is for the keyring alone to say, whatever lies in KV.
        let is_ahead =
            |view: &View| self.copies.knowledge.borrow().is_behind(&view.epoch, view.revision);
        let missed = !view.as_ref().is_some_and(is_ahead);
        let question = ViewQuestion { name: name.clone(), missed };
        let Answer::View(answer) = self.talk().question(Ask::View(question)).await? else {
            return Err(misplaced());
        };
        let ViewAnswer { epoch, revision, body } = answer;
        let body = body.ok_or_else(|| missing(name, target))?;
        let held = read(name, &body).map_err(ApiError::internal)?;
        self.take(name, &epoch, revision, held);
        Ok(())
    }

    fn open(&self, name: &ViewName, text: &str) -> Option<View> {
        View::open(text, self.roots, &self.copies.place, name, self.clock.now_millis())
    }

    /// Takes in what the keyring itself says of a name as of `revision`, if that is still the last
    /// word on it.
    fn take(&self, name: &ViewName, epoch: &str, revision: u64, held: Held) {
        let mut knowledge = self.copies.knowledge.borrow_mut();
        let mut cache = self.copies.cache.borrow_mut();
        if knowledge.is_of_another_life(epoch) {
            // Nothing that is held of the keyring's earlier life is known to be good.
            knowledge.forget();
            cache.clear();
        } else if knowledge.accepts(name, epoch, revision) {
            cache.store(name, held, revision);
        }
    }
}

/// Whether a version is one of this key.
fn is_of(key_id: &KeyId, key: &KeyView) -> Result<(), ApiError> {
    if *key_id == key.key_id { Ok(()) } else { Err(ErrorCode::KeyVersionNotFound.into()) }
}

/// Reads a record as what `name` says it is, and checks that it is that very thing's.
fn read(name: &ViewName, body: &str) -> Result<Held, PortError> {
    let (held, is_its_own) = match name {
        ViewName::Key(id) => {
            let view = KeyView::decode(body)?;
            let is_its_own = view.key_id == *id;
            (Held::Key(Rc::new(view)), is_its_own)
        }
        ViewName::Version(id) => {
            let record = VersionRecord::decode(body)?;
            let is_its_own = record.version_id == *id;
            (Held::Version(Rc::new(record)), is_its_own)
        }
        ViewName::Alias(alias) => {
            let record = AliasRecord::decode(body)?;
            (Held::Alias(record.key_id), record.name == *alias)
        }
    };
    if is_its_own { Ok(held) } else { Err(PortError::new("a view is another name's")) }
}

/// The keyring says that there is no such thing.
fn missing(name: &ViewName, target: Target<'_>) -> ApiError {
    match (name, target) {
        (ViewName::Alias(_), _) => ErrorCode::AliasNotFound.into(),
        (ViewName::Key(_), _) => ErrorCode::KeyNotFound.into(),
        (ViewName::Version(_), Target::Blob { .. }) => blob_refused(),
        (ViewName::Version(_), Target::Key { .. }) => ErrorCode::KeyVersionNotFound.into(),
    }
}
