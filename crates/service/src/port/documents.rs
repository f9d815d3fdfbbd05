// SPDX-License-Identifier: Apache-2.0
//! Documents that others publish on the web.

use super::{LocalFuture, PortError};

/// Fetches documents.
pub trait Documents {
    /// The text at `url`, if it is there (status 200) and has at most `max_len` bytes. No redirect is followed:
    /// it could lead to where the URL itself must not. May never come back.
    fn fetch<'a>(
        &'a self,
        url: &'a str,
        max_len: usize,
    ) -> LocalFuture<'a, Result<String, PortError>>;
}
