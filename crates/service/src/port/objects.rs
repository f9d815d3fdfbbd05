// SPDX-License-Identifier: Apache-2.0
//! The deciding objects, reached by message.

use edgekms_api::place::Place;

use super::{LocalFuture, PortError};

/// The audit objects: some for each account and region, by number. Only text crosses to them.
pub trait AuditObjects {
    /// Sends `message` to one of a place's. An error says nothing of whether it was carried out. May
    /// never come back.
    fn send<'a>(
        &'a self,
        place: &'a Place,
        shard: u32,
        message: &'a str,
    ) -> LocalFuture<'a, Result<String, PortError>>;
}

/// The keyrings: one deciding object for each account and region. Only text crosses to it.
pub trait Objects {
    /// Sends `message` to the keyring of `place`. An error says nothing of whether it was carried
    /// out. May never come back.
    fn send<'a>(
        &'a self,
        place: &'a Place,
        message: &'a str,
    ) -> LocalFuture<'a, Result<String, PortError>>;
}
