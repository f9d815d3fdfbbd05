// SPDX-License-Identifier: Apache-2.0
//! From a name to a key that is ready for use: cache, then published copy, then keyring.

use std::{cell::RefCell, rc::Rc};

use edgekms_api::{
    error::{ApiError, ErrorCode},
    id::{KeyId, KeyVersionId},
    key::KeyReference,
};

use crate::{
    action::{Target, blob_refused},
    blob::{BlobKey, ParsedBlob},
    cache::{LoadedVersion, View, ViewCache},
    hierarchy::unwrap_material,
    keyring::{KeyringCall, stored},
    outbox::ViewName,
    place::Place,
    ports::{Clock, Keyrings, PublishedViews},
    record::{AliasRecord, KeyView, VersionRecord},
    root_keys::RootKeys,
    settings::StateConsistency,
};

/// What resolving needs.
#[derive(Clone, Copy)]
pub struct Resolver<'a> {
    /// This isolate's views.
    pub cache: &'a RefCell<ViewCache>,
    /// Where the wrapped material's keys come from.
    pub roots: &'a RootKeys,
    /// Whether published copies will do.
    pub consistency: StateConsistency,
    /// What time it is.
    pub clock: &'a dyn Clock,
    /// The published copies.
    pub published: &'a dyn PublishedViews,
    /// The truth.
    pub keyrings: &'a dyn Keyrings,
}

/// A key's state and the version to use. Not yet permitted, and its state not yet checked.
pub struct Resolved {
    /// The key.
    pub key: Rc<KeyView>,
    /// The version that a blob names; without one, the key's primary is meant.
    version: Option<Rc<LoadedVersion>>,
}

impl Resolver<'_> {
    /// Finds the key that a call is about.
    ///
    /// # Errors
    /// `Forbidden.KeyNotFound` or `Forbidden.AliasNotFound` for a name; for a blob
    /// [`blob_refused`], the same as when it does not open.
    pub async fn resolve(&self, place: &Place, target: Target<'_>) -> Result<Resolved, ApiError> {
        match target {
            Target::Key(reference) => {
                let key_id = self.key_id(place, reference).await?;
                let key = self.key(place, &key_id).await?;
                Ok(Resolved { key, version: None })
            }
            Target::Blob(bytes) => {
                let blob = ParsedBlob::parse(bytes).map_err(|_| blob_refused())?;
                let version = self.version(place, blob.version_id()).await?;
                let version = version.ok_or_else(blob_refused)?;
                let key = self.key(place, &version.key_id).await?;
                Ok(Resolved { key, version: Some(version) })
            }
        }
    }

    /// The material of a resolved key, once the call is permitted.
    ///
    /// # Errors
    /// As [`Resolver::resolve`]; `InternalFailure` if the material cannot be unwrapped.
    pub async fn load(
        &self,
        place: &Place,
        resolved: &Resolved,
    ) -> Result<Rc<LoadedVersion>, ApiError> {
        let Resolved { key, version: named } = resolved;
        let version = match named {
            Some(version) => Some(version.clone()),
            None => self.version(place, &key.primary_version).await?,
        };
        version.filter(|version| version.key_id == key.key_id).ok_or_else(|| match named {
            Some(_) => blob_refused(),
            None => ErrorCode::KeyVersionNotFound.into(),
        })
    }

    async fn key_id(&self, place: &Place, reference: &KeyReference) -> Result<KeyId, ApiError> {
        match reference {
            KeyReference::Id(id) => Ok(id.clone()),
            KeyReference::Arn(arn) if *arn == place.key_arn(&arn.key_id) => Ok(arn.key_id.clone()),
            KeyReference::Arn(_) => Err(ErrorCode::KeyNotFound.into()),
            KeyReference::Alias(name) => {
                match self.view(place, ViewName::Alias(name.clone())).await? {
                    Some(View::Alias(key_id)) => Ok(key_id),
                    _ => Err(ErrorCode::AliasNotFound.into()),
                }
            }
        }
    }

    async fn key(&self, place: &Place, id: &KeyId) -> Result<Rc<KeyView>, ApiError> {
        match self.view(place, ViewName::Key(id.clone())).await? {
            Some(View::Key(key)) => Ok(key),
            _ => Err(ErrorCode::KeyNotFound.into()),
        }
    }

    async fn version(
        &self,
        place: &Place,
        id: &KeyVersionId,
    ) -> Result<Option<Rc<LoadedVersion>>, ApiError> {
        match self.view(place, ViewName::Version(id.clone())).await? {
            Some(View::Version(version)) => Ok(Some(version)),
            _ => Ok(None),
        }
    }

    async fn view(&self, place: &Place, name: ViewName) -> Result<Option<View>, ApiError> {
        let published_key = name.published_key(place);
        let now = self.clock.now_millis();
        if let Some(view) = self.cache.borrow().load(&published_key, now) {
            return Ok(Some(view));
        }
        let published = match self.consistency {
            StateConsistency::Strict => None,
            StateConsistency::Eventual => self.published.load(&published_key).await.unwrap_or(None),
        };
        // A copy that cannot be fetched or read is a copy that is not there: the truth is.
        let copy = published.and_then(|text| self.parse(place, &name, &text).ok());
        let view = match copy {
            Some(view) => view,
            None => match self.ask_keyring(place, &name).await? {
                Some(text) => self.parse(place, &name, &text)?,
                None => return Ok(None),
            },
        };
        self.cache.borrow_mut().store(&published_key, view.clone(), now);
        Ok(Some(view))
    }

    async fn ask_keyring(
        &self,
        place: &Place,
        name: &ViewName,
    ) -> Result<Option<String>, ApiError> {
        let call = KeyringCall::View { place: place.clone(), view: name.clone() };
        self.keyrings.call(place, &call).await.map_err(stored)?.into_view()
    }

    fn parse(&self, place: &Place, name: &ViewName, text: &str) -> Result<View, ApiError> {
        Ok(match name {
            ViewName::Key(_) => {
                View::Key(Rc::new(KeyView::decode(text).map_err(ApiError::internal)?))
            }
            ViewName::Alias(_) => {
                View::Alias(AliasRecord::decode(text).map_err(ApiError::internal)?.key_id)
            }
            ViewName::Version(_) => {
                let record = VersionRecord::decode(text).map_err(ApiError::internal)?;
                let material_place = record.material_place(place);
                let material = unwrap_material(self.roots, &material_place, &record.material)
                    .map_err(ApiError::internal)?;
                View::Version(Rc::new(LoadedVersion {
                    version_id: record.version_id,
                    key_id: record.key_id,
                    blob_key: BlobKey::new(&material),
                }))
            }
        })
    }

    /// Takes in what a keyring has just said of the views that a change altered.
    pub fn learn(&self, place: &Place, views: &[(ViewName, Option<String>)]) {
        let now = self.clock.now_millis();
        for (name, text) in views {
            let view = match text {
                // A view that does not parse is not cached; reading it anew will say why.
                Some(text) => self.parse(place, name, text).ok(),
                None => Some(View::Gone),
            };
            if let Some(view) = view {
                let mut cache = self.cache.borrow_mut();
                cache.store_from_keyring(&name.published_key(place), view, now);
            }
        }
    }
}
