// SPDX-License-Identifier: Apache-2.0
//! Where events are kept that their objects forget: a bucket (R2). It holds text under paths, and is trusted for
//! nothing but to hold it: whoever reads checks that it is what was put there.

use super::{LocalFuture, PortError};

/// A bucket. May never come back; a `put` that failed may have been done.
pub trait Archive {
    /// Puts `text` under `path`, in place of what is there.
    fn put<'a>(&'a self, path: &'a str, text: String) -> LocalFuture<'a, Result<(), PortError>>;

    /// What is under `path`.
    fn get<'a>(&'a self, path: &'a str) -> LocalFuture<'a, Result<Option<String>, PortError>>;

    /// The whole paths of what is right below the folder `path`, which ends with `/`: of folders, with a `/` at
    /// the end, and of texts. In the order of their bytes.
    fn list<'a>(&'a self, path: &'a str) -> LocalFuture<'a, Result<Vec<String>, PortError>>;
}

/// No bucket: nothing is handed on to it, and nothing is there.
pub struct NoArchive;

fn unbound<T>() -> LocalFuture<'static, Result<T, PortError>>
where
    T: 'static,
{
    Box::pin(std::future::ready(Err(PortError::new("no bucket is bound"))))
}

impl Archive for NoArchive {
    fn put<'a>(&'a self, _: &'a str, _: String) -> LocalFuture<'a, Result<(), PortError>> {
        unbound()
    }

    fn get<'a>(&'a self, _: &'a str) -> LocalFuture<'a, Result<Option<String>, PortError>> {
        unbound()
    }

    fn list<'a>(&'a self, _: &'a str) -> LocalFuture<'a, Result<Vec<String>, PortError>> {
        unbound()
    }
}
