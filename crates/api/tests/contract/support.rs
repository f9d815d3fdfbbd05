// SPDX-License-Identifier: Apache-2.0
//! Requests in owned parts, so that a test can spoil one, and a server with one access key.

use std::path::{Path, PathBuf};

use edgekms_api::dialect::AuthenticatedRequest;
use edgekms_api::dialect::request::{RawRequest, RequestLimits};
use edgekms_api::dialect::signature::AccessKeySecret;
use edgekms_api::error::{ApiError, ErrorCode};
use edgekms_api::time::Timestamp;

#[derive(Clone, Debug)]
pub(crate) struct Parts {
    pub(crate) method: String,
    pub(crate) target: String,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Parts {
    /// Hands the request to `read` as the transport would.
    pub(crate) fn raw<T>(&self, read: impl FnOnce(RawRequest<'_>) -> T) -> T {
        let headers: Vec<(&str, &str)> =
            self.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        read(RawRequest {
            method: &self.method,
            target: &self.target,
            headers: &headers,
            body: &self.body,
        })
    }

    /// What a server does whose access keys all have this secret.
    pub(crate) fn verify(
        &self,
        secret: &str,
        now: Timestamp,
    ) -> Result<AuthenticatedRequest, ApiError> {
        self.raw(|raw| {
            let claimed = raw.claim(&RequestLimits::default())?;
            claimed.parse()?.verify(&AccessKeySecret::new(secret), now)
        })
    }

    /// What a server does that has this one access key.
    pub(crate) fn authenticate(
        &self,
        (id, secret): (&str, &str),
        now: Timestamp,
    ) -> Result<AuthenticatedRequest, ApiError> {
        let claimed = self.raw(|raw| {
            let claimed = raw.claim(&RequestLimits::default())?;
            Ok::<_, ApiError>(claimed.access_key_id().clone())
        })?;
        if claimed.as_str() != id {
            return Err(ErrorCode::InvalidAccessKeyIdNotFound.into());
        }
        self.verify(secret, now)
    }

    pub(crate) fn with(&self, change: impl FnOnce(&mut Self)) -> Self {
        let mut changed = self.clone();
        change(&mut changed);
        changed
    }

    /// The value of the header `name`, which is there.
    pub(crate) fn header(&mut self, name: &str) -> &mut String {
        let mut found =
            self.headers.iter_mut().filter(|(other, _)| other.eq_ignore_ascii_case(name));
        &mut found.next().unwrap_or_else(|| panic!("no {name}")).1
    }

    pub(crate) fn add_header(&mut self, name: &str, value: &str) {
        self.headers.push((name.to_owned(), value.to_owned()));
    }

    /// Every request that differs from this one in one byte of its method, target, body or a header
    /// that `is_signed`, its name and value.
    pub(crate) fn one_byte_changes(&self, is_signed: impl Fn(&str) -> bool) -> Vec<Self> {
        let mut all = Vec::new();
        for index in 0..self.target.len() {
            all.push(self.with(|parts| flip(&mut parts.target, index)));
        }
        for index in 0..self.body.len() {
            all.push(self.with(|parts| parts.body[index] ^= 1));
        }
        for index in 0..self.method.len() {
            all.push(self.with(|parts| flip(&mut parts.method, index)));
        }
        for (position, (name, value)) in self.headers.iter().enumerate() {
            if !is_signed(&name.to_ascii_lowercase()) {
                continue;
            }
            for index in 0..name.len() {
                all.push(self.with(|parts| flip(&mut parts.headers[position].0, index)));
            }
            for index in 0..value.len() {
                all.push(self.with(|parts| flip(&mut parts.headers[position].1, index)));
            }
        }
        all
    }
}

/// Makes a byte another one that is still ASCII.
pub(crate) fn flip(text: &mut String, index: usize) {
    let mut bytes = std::mem::take(text).into_bytes();
    bytes[index] ^= 1;
    *text = String::from_utf8(bytes).unwrap();
}

/// The names in `SignedHeaders`.
pub(crate) fn signed_names(authorization: &str) -> Vec<&str> {
    let list = authorization.split("SignedHeaders=").nth(1).unwrap_or_default();
    list.split(',').next().unwrap_or_default().split(';').collect()
}

/// The files of a folder of `tests/vectors`, with their names, in order.
pub(crate) fn vectors(folder: &str) -> Vec<(String, Vec<u8>)> {
    let folder = repository().join("tests/vectors").join(folder);
    let mut files: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "json"))
        .collect();
    files.sort();
    let name = |path: &Path| path.file_name().unwrap().to_string_lossy().into_owned();
    files.iter().map(|path| (name(path), std::fs::read(path).unwrap())).collect()
}

pub(crate) fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}
