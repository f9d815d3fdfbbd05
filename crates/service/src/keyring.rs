// SPDX-License-Identifier: Apache-2.0
//! The truth about a place's keys and aliases: records, which state permits what, the database's
//! port, the messages that cross to it, and its jobs.
//!
//! Who decides is [`crate::keyring_object`]; what each action decides is in [`crate::action`].
//!
//! May be imported: [`crate::object`], [`crate::material`], [`crate::port`], view names.

pub mod class;
pub(crate) mod closing;
pub mod group;
pub mod import;
pub mod job;
pub mod message;
pub mod message_v3;
pub mod meter;
pub mod prepared;
pub mod record;
pub mod rewrap;
pub mod roots;
pub mod rotation;
pub mod share;
pub mod state;
pub mod store;
pub mod usage;
pub mod view;

use edgekms_api::{
    error::{ApiError, ErrorCode},
    key::filter::CreatorType,
    place::Place,
};

use crate::{
    material::{root_keys::RootKeys, secret::BackupKey},
    port::{Entropy, PortError},
    quota::Quotas,
};

/// What a decision of the keyring is made with.
pub struct KeyringHost<'a> {
    /// The truth.
    pub store: &'a dyn store::KeyringStore,
    /// Randomness.
    pub entropy: &'a dyn Entropy,
    /// The root keys, which wrap new material.
    pub roots: &'a RootKeys,
    /// What opens backups, if the deployment has it.
    pub backup_key: Option<&'a BackupKey>,
    /// Bounds, of this keyring.
    pub quotas: Quotas,
}

/// The fact that holds the bounds that an operator has set for one keyring.
pub(crate) const QUOTAS: &str = "quotas";

/// The bounds that an operator has set for one keyring.
///
/// # Errors
/// A store's failure.
pub(crate) fn own_quotas(store: &dyn store::KeyringStore) -> Result<Quotas, PortError> {
    let Some(text) = store.fact(QUOTAS)? else { return Ok(Quotas::default()) };
    serde_json::from_str(&text).map_err(|error| PortError(error.to_string()))
}

/// How many keys count to the quota: none that was made at a product's need.
///
/// # Errors
/// A store's failure.
pub(crate) fn customers_keys(store: &dyn store::KeyringStore) -> Result<u64, PortError> {
    let groups = store.key_groups()?.into_iter();
    let own = groups.filter(|(group::KeyGroup(group), _)| group.creator_type == CreatorType::User);
    Ok(own.map(|(_, number)| number).sum())
}

/// The name of a keyring's Durable Object. Stored state hangs on it: never change it.
#[must_use]
pub fn object_name(place: &Place) -> String {
    format!("v1/{}/{}", place.account, place.region)
}

/// A store that fails says so in the log; the caller may try again.
pub(crate) fn stored(error: PortError) -> ApiError {
    ApiError::new(ErrorCode::ServiceUnavailableTemporary).with_detail(error)
}
