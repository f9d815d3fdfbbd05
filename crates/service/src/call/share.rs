// SPDX-License-Identifier: Apache-2.0
//! Where the keys are that a call uses: with the caller's account, or with another that shares them. An ARN
//! says itself whose a key is; of a blob that no key of the caller's has made, the entries of shared versions
//! may say it ([`crate::copies::share`]).
//!
//! Finding is no leave to use. What is found is weighed as any key is, by the policies of both sides, and until
//! they have let the caller he is told what he would be told if nothing were there.

use std::rc::Rc;

use edgekms_api::{
    error::{ApiError, ErrorCode},
    id::KeyVersionId,
    key::KeyReference,
    place::Place,
};

use super::{Ports, Server};
use crate::{
    authorise::Permit,
    copies::{
        Copies,
        knowledge::Freshness,
        resolver::{Keys, Site, Target},
    },
    identity::Permissions,
    material::blob::{ParsedBlob, blob_refused},
    object::name::ViewName,
};

/// The copies of a place that has a key.
pub(super) struct Spot {
    copies: Rc<Copies>,
    is_foreign: bool,
}

impl Spot {
    pub(super) fn site<'a, 't>(
        &'a self,
        target: Target<'t>,
        server: &'a Server,
        ports: &Ports<'a>,
    ) -> Site<'a, 't> {
        let source = server.source(&self.copies, ports);
        Site { target, source, is_foreign: self.is_foreign }
    }
}

impl Server {
    /// Where the keys are that a call uses.
    ///
    /// # Errors
    /// What is answered for a key that is not there; `ServiceUnavailableTemporary`.
    pub(super) async fn spots(
        &self,
        targets: &Keys<Target<'_>>,
        permit: &Permit<'_>,
        ports: &Ports<'_>,
    ) -> Result<Keys<Spot>, ApiError> {
        let source = match &targets.source {
            Some(target) => Some(self.spot(target, permit, ports).await?),
            None => None,
        };
        Ok(Keys { key: self.spot(&targets.key, permit, ports).await?, source })
    }

    async fn spot(
        &self,
        target: &Target<'_>,
        permit: &Permit<'_>,
        ports: &Ports<'_>,
    ) -> Result<Spot, ApiError> {
        let named = match target {
            Target::Key { key, .. } => Some(*key),
            Target::Blob { under, .. } => *under,
        };
        let place = match (named, target) {
            (Some(named), _) => self.owner(named, target, permit, ports).await?,
            (None, Target::Blob { blob, .. }) => self.find_shared(blob, permit, ports).await?,
            (None, Target::Key { .. }) => None,
        };
        let is_foreign = place.is_some();
        let copies = self.copies(place.as_ref().unwrap_or(permit.place()));
        Ok(Spot { copies, is_foreign })
    }

    /// The place of a key that is named as another account's.
    async fn owner(
        &self,
        named: &KeyReference,
        target: &Target<'_>,
        permit: &Permit<'_>,
        ports: &Ports<'_>,
    ) -> Result<Option<Place>, ApiError> {
        let own = permit.place();
        let KeyReference::Arn(arn) = named else { return Ok(None) };
        if arn.account == own.account {
            return Ok(None);
        }
        match self.check_registered(&arn.account, ports).await {
            Ok(()) => Ok(Some(Place { account: arn.account.clone(), region: own.region.clone() })),
            Err(error) if error.code() == ErrorCode::AccountNotExist => Err(match target {
                Target::Blob { .. } => blob_refused(),
                Target::Key { .. } => ErrorCode::ForbiddenNoPermission.into(),
            }),
            Err(error) => Err(error),
        }
    }

    /// The place of another account that has made a blob and shares the key; none if it is the caller's own.
    /// Whoever has no policies can have none that names the key, so for him nothing is looked for.
    async fn find_shared(
        &self,
        blob: &[u8],
        permit: &Permit<'_>,
        ports: &Ports<'_>,
    ) -> Result<Option<Place>, ApiError> {
        let Permissions::Policies(_) = permit.caller().permissions else { return Ok(None) };
        let Ok(blob) = ParsedBlob::parse(blob) else { return Ok(None) };
        let id = blob.version_id();
        let own = permit.place();
        if let Some(place) = self.shares.get(id).filter(|place| place.region == own.region) {
            return Ok(Some(place).filter(|place| place.account != own.account));
        }
        if self.is_own(id, own, ports).await? {
            return Ok(None);
        }
        let copies = self.copies(own);
        let found = self.shares.find(id, &self.source(&copies, ports)).await?;
        // Regions have no key in common. That the caller's account has none, its keyring has said.
        let found = found.filter(|place| place.region == own.region && *place != *own);
        found.map(Some).ok_or_else(blob_refused)
    }

    /// Whether a version is one of the caller's account: as the cache has it, else as its keyring says.
    async fn is_own(
        &self,
        id: &KeyVersionId,
        own: &Place,
        ports: &Ports<'_>,
    ) -> Result<bool, ApiError> {
        let copies = self.copies(own);
        if copies.cache.borrow_mut().version(id).is_some() {
            return Ok(true);
        }
        let source = self.source(&copies, ports);
        if source.freshness() == Freshness::Stale {
            source.freshen_or_join().await?;
        }
        source.fetch(&ViewName::Version(id.clone())).await
    }
}
