// SPDX-License-Identifier: Apache-2.0
//! What is told of a keyring under a name, to isolates and in KV.

use super::{share::share_in, store::KeyringStore};
use crate::{object::name::ViewName, port::PortError};

/// The text of a view as a keyring has it now; `None` if there is no such thing (any more).
///
/// # Errors
/// As [`KeyringStore::key`].
pub fn view_in<S: KeyringStore + ?Sized>(
    store: &S,
    name: &ViewName,
) -> Result<Option<String>, PortError> {
    Ok(match name {
        ViewName::Key(id) => store.key(id)?.map(|key| key.view().encode()),
        ViewName::Version(id) => store.version(id)?.map(|version| version.encode()),
        ViewName::Alias(name) => store.alias(name)?.map(|alias| alias.encode()),
        ViewName::Share(id) => share_in(store, id)?,
        ViewName::Entity(_) => None,
    })
}
