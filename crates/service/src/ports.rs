// SPDX-License-Identifier: Apache-2.0
//! What the rules need from outside, each as a trait that the worker and the tests implement.

use std::{future::Future, pin::Pin};

use edgekms_api::id::{AliasName, KeyId, KeyVersionId};

use crate::{
    audit::AuditEvent,
    keyring::{KeyringCall, KeyringReply},
    nonce::NonceMark,
    outbox::{OutboxRow, ViewName},
    place::Place,
    record::{AliasRecord, Change, KeyRecord, VersionRecord},
};

/// A future on the one thread of an isolate.
pub type LocalFuture<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// What time it is.
pub trait Clock {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    fn now_millis(&self) -> i64;
}

/// The platform gave no random bytes; nothing may be encrypted without them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("The platform gave no random bytes")]
pub struct EntropyError;

/// A cryptographically secure source of random bytes, as an object.
pub trait Entropy {
    /// Fills all of `bytes`.
    ///
    /// # Errors
    /// [`EntropyError`]; `bytes` must then not be used.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError>;
}

/// `N` random bytes that are no secret, such as a nonce or an id; secrets are filled where they stay.
///
/// # Errors
/// [`EntropyError`].
pub(crate) fn random_bytes<const N: usize>(entropy: &dyn Entropy) -> Result<[u8; N], EntropyError> {
    let mut bytes = [0; N];
    entropy.fill(&mut bytes)?;
    Ok(bytes)
}

/// A port could not do its work. The text is for the log, never for the caller.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct PortError(pub String);

/// The published copies of key views (Workers KV): fast, and up to a minute late.
pub trait PublishedViews {
    /// The text last published under `key`, if any has arrived here.
    fn load<'a>(&'a self, key: &'a str) -> LocalFuture<'a, Result<Option<String>, PortError>>;
}

/// The keyrings: one deciding object per account and region, reached by message.
pub trait Keyrings {
    /// Sends `call` to the keyring of `place`.
    fn call<'a>(
        &'a self,
        place: &'a Place,
        call: &'a KeyringCall,
    ) -> LocalFuture<'a, Result<KeyringReply, PortError>>;
}

/// Where audit events go.
pub trait AuditSink {
    /// Takes one event. An event holds nothing secret; see [`AuditEvent`].
    fn record(&self, event: &AuditEvent);
}

/// The truth of one keyring. Synchronous, as SQLite in a Durable Object is: between a load and the
/// commit that it leads to, nothing else runs.
pub trait KeyringStore {
    /// One key.
    ///
    /// # Errors
    /// [`PortError`] when the store fails or a record does not parse; so for every method here.
    fn key(&self, id: &KeyId) -> Result<Option<KeyRecord>, PortError>;
    /// How many keys there are.
    ///
    /// # Errors
    /// As [`KeyringStore::key`].
    fn count_keys(&self) -> Result<u64, PortError>;
    /// Keys in order of creation, `limit` of them after the first `offset`.
    ///
    /// # Errors
    /// As [`KeyringStore::key`].
    fn keys(&self, offset: u64, limit: u64) -> Result<Vec<KeyRecord>, PortError>;
    /// One key version.
    ///
    /// # Errors
    /// As [`KeyringStore::key`].
    fn version(&self, id: &KeyVersionId) -> Result<Option<VersionRecord>, PortError>;
    /// One alias.
    ///
    /// # Errors
    /// As [`KeyringStore::key`].
    fn alias(&self, name: &AliasName) -> Result<Option<AliasRecord>, PortError>;
    /// How many aliases there are.
    ///
    /// # Errors
    /// As [`KeyringStore::key`].
    fn count_aliases(&self) -> Result<u64, PortError>;
    /// Aliases in order of name, `limit` of them after the first `offset`.
    ///
    /// # Errors
    /// As [`KeyringStore::key`].
    fn aliases(&self, offset: u64, limit: u64) -> Result<Vec<AliasRecord>, PortError>;
    /// Whether a nonce was used by an earlier change.
    ///
    /// # Errors
    /// As [`KeyringStore::key`].
    fn nonce_used(&self, mark: &NonceMark) -> Result<bool, PortError>;
    /// Stores every change, and an outbox row for every view that they alter, or nothing.
    ///
    /// # Errors
    /// As [`KeyringStore::key`]; then nothing has changed.
    fn commit(&self, changes: &[Change]) -> Result<(), PortError>;
    /// Views not yet published, oldest first, at most `limit`.
    ///
    /// # Errors
    /// As [`KeyringStore::key`].
    fn outbox(&self, limit: u64) -> Result<Vec<OutboxRow>, PortError>;
    /// Forgets an outbox row, unless its view has altered again since it was read.
    ///
    /// # Errors
    /// As [`KeyringStore::key`].
    fn published(&self, row: &OutboxRow) -> Result<(), PortError>;
    /// The view of `name` as the truth has it now; `None` if there is no such thing (any more).
    ///
    /// # Errors
    /// As [`KeyringStore::key`].
    fn view(&self, name: &ViewName) -> Result<Option<String>, PortError> {
        Ok(match name {
            ViewName::Key(id) => self.key(id)?.map(|key| key.view().encode()),
            ViewName::Version(id) => self.version(id)?.map(|version| version.encode()),
            ViewName::Alias(name) => self.alias(name)?.map(|alias| alias.encode()),
        })
    }
}
