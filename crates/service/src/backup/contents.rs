// SPDX-License-Identifier: Apache-2.0
//! What a backup holds: rows, in pages.
//!
//! ```text
//! page = framed(name, body, name, body, ..)
//! name = a view's name inside its keyring, such as "key/<id>"; or "end"
//! body = the record's text as the keyring stores it, empty for what is no more; of "end", JSON
//! ```

use serde::{Deserialize, Serialize};

use crate::object::name::ViewName;
use crate::{
    encoding::{framed, unframed},
    keyring::record::{AliasRecord, KeyRecord, VersionRecord},
    port::PortError,
    quota::Quotas,
};

/// One row.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Row {
    /// A key, in its new state if it was told before.
    Key(Box<KeyRecord>),
    /// A version.
    Version(Box<VersionRecord>),
    /// An alias.
    Alias(AliasRecord),
    /// What was told before, perhaps, is no more.
    Gone(ViewName),
    /// The file is whole.
    End(End),
}

/// The last row of a file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct End {
    /// Rows before this one, in all pages.
    pub rows: u64,
    /// The keyring's revision, of which the file tells the state.
    pub revision: u64,
    /// The bounds that an operator has set for this keyring.
    pub quotas: Quotas,
}

const END: &str = "end";

/// Writes a page.
#[must_use]
pub fn encode(rows: &[Row]) -> Vec<u8> {
    let rows: Vec<_> = rows.iter().map(Row::encode).collect();
    let fields = rows.iter().flat_map(|(name, body)| [name.as_bytes(), body.as_bytes()]);
    framed(&fields.collect::<Vec<_>>())
}

/// Reads a page.
///
/// # Errors
/// [`PortError`] for what is no page, or holds a record that this release does not read.
pub fn decode(page: &[u8]) -> Result<Vec<Row>, PortError> {
    let fields = unframed(page).ok_or_else(|| spoilt("is cut short"))?;
    let row = |pair: &[&[u8]]| match pair {
        [name, body] => Row::decode(read_text(name)?, read_text(body)?),
        _ => Err(spoilt("has a name without a body")),
    };
    fields.chunks(2).map(row).collect()
}

fn spoilt(what: &str) -> PortError {
    PortError(format!("a page of a backup {what}"))
}

fn read_text(bytes: &[u8]) -> Result<&str, PortError> {
    std::str::from_utf8(bytes).map_err(|_| spoilt("holds what is no text"))
}

impl Row {
    fn encode(&self) -> (String, String) {
        match self {
            Self::Key(key) => (ViewName::Key(key.key_id.clone()).local(), key.encode()),
            Self::Version(version) => {
                (ViewName::Version(version.version_id.clone()).local(), version.encode())
            }
            Self::Alias(alias) => (alias.name.to_string(), alias.encode()),
            Self::Gone(name) => (name.local(), String::new()),
            // A struct of numbers has a JSON form; serde_json cannot refuse it.
            Self::End(end) => (END.to_owned(), serde_json::to_string(end).unwrap_or_default()),
        }
    }

    fn decode(name: &str, body: &str) -> Result<Self, PortError> {
        if name == END {
            let end = serde_json::from_str(body).map_err(|error| PortError(error.to_string()))?;
            return Ok(Self::End(end));
        }
        let name = ViewName::from_local(name).ok_or_else(|| spoilt("has an unknown name"))?;
        let (row, is_its_own) = match &name {
            ViewName::Entity(_) | ViewName::Share(_) => {
                return Err(PortError::new("a backup holds keys, versions and aliases alone"));
            }
            _ if body.is_empty() => return Ok(Self::Gone(name)),
            ViewName::Key(id) => {
                let key = KeyRecord::decode(body)?;
                let is_its_own = key.key_id == *id;
                (Self::Key(Box::new(key)), is_its_own)
            }
            ViewName::Version(id) => {
                let version = VersionRecord::decode(body)?;
                let is_its_own = version.version_id == *id;
                (Self::Version(Box::new(version)), is_its_own)
            }
            ViewName::Alias(alias) => {
                let record = AliasRecord::decode(body)?;
                let is_its_own = record.name == *alias;
                (Self::Alias(record), is_its_own)
            }
        };
        if is_its_own { Ok(row) } else { Err(spoilt("holds another's record")) }
    }
}
