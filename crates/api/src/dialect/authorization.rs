// SPDX-License-Identifier: Apache-2.0
//! What both dialects' `Authorization` headers have in common: three fields, one of which lists the
//! headers that are signed.

use super::headers::{Headers, incomplete};

/// Most headers that a request may sign. Each is looked for among all, before anyone is known to
/// have signed anything; SDKs sign about ten.
const MAX_SIGNED_HEADERS: usize = 64;

/// `Credential=..,SignedHeaders=..,Signature=..`: each once, in this order, none empty.
pub(crate) struct Authorization<'a> {
    pub(crate) credential: &'a str,
    pub(crate) signed_headers: &'a str,
    pub(crate) signature: &'a str,
}

/// The algorithm that an `Authorization` header names, and its fields.
pub(crate) fn split(text: &str) -> (&str, &str) {
    let text = text.trim();
    text.split_once(' ').unwrap_or((text, ""))
}

impl<'a> Authorization<'a> {
    pub(crate) fn parse(fields: &'a str) -> Option<Self> {
        let mut fields = fields.split(',').map(str::trim);
        let mut field = |name: &str| {
            let value = fields.next()?.strip_prefix(name)?.strip_prefix('=')?;
            (!value.is_empty()).then_some(value)
        };
        let (credential, signed_headers) = (field("Credential")?, field("SignedHeaders")?);
        let signature = field("Signature")?;
        fields.next().is_none().then_some(Self { credential, signed_headers, signature })
    }

    /// The names of the headers that are signed, if all of `required` are, and those of
    /// `if_present` that are there.
    pub(crate) fn signed_headers(
        &self,
        headers: Headers<'_>,
        required: &[&'static str],
        if_present: &[&'static str],
    ) -> Result<Vec<&'a str>, crate::error::ApiError> {
        if self.signed_headers.split(';').nth(MAX_SIGNED_HEADERS).is_some() {
            return Err(incomplete("SignedHeaders must name at most 64 headers."));
        }
        let signed: Vec<&str> = self.signed_headers.split(';').collect();
        let is_name =
            |name: &&str| !name.is_empty() && !name.bytes().any(|byte| byte.is_ascii_uppercase());
        if !signed.iter().all(is_name) || !signed.is_sorted_by(|one, next| one < next) {
            return Err(incomplete("SignedHeaders must be lowercase names in order, each once."));
        }
        let present = if_present.iter().filter(|name| headers.first(name).is_some());
        match required.iter().chain(present).find(|name| !signed.contains(name)) {
            None => Ok(signed),
            Some(name) => Err(incomplete(&format!("The header {name} must be sent and signed."))),
        }
    }
}
