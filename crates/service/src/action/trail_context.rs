// SPDX-License-Identifier: Apache-2.0
//! What a trail is read with.

use edgekms_api::{error::ApiError, place::Place};

use crate::{
    audit::search::Shards,
    material::{hierarchy::derive_audit_key, secret::AuditKey},
    settings::Settings,
};

/// What a rule of the trail works with.
pub struct TrailContext<'a> {
    /// Whose events are asked for.
    pub place: &'a Place,
    /// Seconds since 1970.
    pub now_secs: i64,
    /// What the operator chose.
    pub settings: &'a Settings,
    /// The way to what holds the events.
    pub shards: &'a dyn Shards,
}

impl TrailContext<'_> {
    /// What tokens of the place are made under.
    pub(super) fn key(&self) -> Result<AuditKey, ApiError> {
        let roots = &self.settings.roots;
        derive_audit_key(roots, roots.current(), self.place).map_err(ApiError::internal)
    }
}
