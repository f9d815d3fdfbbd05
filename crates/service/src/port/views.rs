// SPDX-License-Identifier: Apache-2.0
//! The published copies: Workers KV. It is fast to read everywhere and promises nothing else: what
//! it holds may be late, gone, put back by somebody, or another's. Whoever reads it believes a text
//! only as far as [`crate::copies::view`] says.

use super::{LocalFuture, PortError};

/// Reads published copies.
pub trait PublishedViews {
    /// The text under `key` as this place of the world has it. May never come back.
    fn load<'a>(&'a self, key: &'a str) -> LocalFuture<'a, Result<Option<String>, PortError>>;
}

/// Writes published copies.
pub trait ViewWriter {
    /// Puts `text` under `key`, to vanish after `lives_secs` seconds. May never come back, and may
    /// land after a later write.
    fn put<'a>(
        &'a self,
        key: &'a str,
        text: &'a str,
        lives_secs: u32,
    ) -> LocalFuture<'a, Result<(), PortError>>;

    /// Takes away what is under `key`.
    fn delete<'a>(&'a self, key: &'a str) -> LocalFuture<'a, Result<(), PortError>>;
}
