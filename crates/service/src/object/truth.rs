// SPDX-License-Identifier: Apache-2.0
//! The port to the database of an object that isolates have copies of, on top of what every object's has.

use edgekms_api::place::Place;

use super::{name::ViewName, store::ObjectStore};
use crate::{nonce::NonceMark, port::PortError};

/// What an object knows of one root key version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RootCheck {
    /// The version's name in `ROOT_KEYS`.
    pub version: String,
    /// Its check value; none for one that an earlier release wrapped under and that has not been
    /// tried since.
    pub check: Option<String>,
}

/// The fact that says where the object is.
pub const PLACE: &str = "place";

/// The place that an object has noted.
///
/// # Errors
/// [`PortError`] for an object that has not begun.
pub fn place_of(noted: Option<String>) -> Result<Place, PortError> {
    let text = noted.ok_or_else(|| PortError::new("the object does not know where it is"))?;
    serde_json::from_str(&text).map_err(|error| PortError(error.to_string()))
}

/// The truth that views tell of.
pub trait TruthStore: ObjectStore {
    /// The text of a view as the truth has it now; `None` if there is no such thing (any more).
    ///
    /// # Errors
    /// [`PortError`] when the database fails or a record does not parse; so for every method here.
    fn view(&self, name: &ViewName) -> Result<Option<String>, PortError>;

    /// Names of views in an order of their own, at most `limit`, after the name of this text.
    ///
    /// # Errors
    /// As [`TruthStore::view`].
    fn view_names(&self, after: &str, limit: u64) -> Result<Vec<ViewName>, PortError>;

    /// The view that is published beside another, if there is one: [`TruthStore::view_names`] has no name of
    /// it.
    ///
    /// # Errors
    /// As [`TruthStore::view`].
    fn beside(&self, name: &ViewName) -> Result<Option<ViewName>, PortError> {
        let _ = name;
        Ok(None)
    }

    /// Whether a nonce was used by an earlier change.
    ///
    /// # Errors
    /// As [`TruthStore::view`].
    fn nonce_used(&self, mark: &NonceMark) -> Result<bool, PortError>;

    /// Every root key version that a record names or that has a check value, in order of name.
    ///
    /// # Errors
    /// As [`TruthStore::view`].
    fn root_checks(&self) -> Result<Vec<RootCheck>, PortError>;

    /// The change that notes a nonce, so that what it marks cannot be replayed. One of this digest must not be
    /// there yet.
    fn note_nonce(&self, mark: NonceMark) -> Self::Change;

    /// The change that forgets nonces whose time was over before this, in milliseconds since 1970.
    fn forget_nonces(&self, before_millis: i64) -> Self::Change;

    /// The change that forgets how many calls there were before this day (since 1970), if they are counted
    /// here.
    fn forget_usage(&self, before_day: u32) -> Option<Self::Change> {
        let _ = before_day;
        None
    }
}
