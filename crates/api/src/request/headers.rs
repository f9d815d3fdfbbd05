// SPDX-License-Identifier: Apache-2.0
//! The headers of a request: names in any case, in any order, repeated or not.

use crate::error::{ApiError, ErrorCode};

/// Names and values as the transport gave them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Headers<'a>(pub(crate) &'a [(String, String)]);

impl<'a> Headers<'a> {
    fn all(self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    }

    /// The value of a header that means nothing if it comes twice.
    pub(crate) fn one(self, name: &str) -> Result<Option<&'a str>, ApiError> {
        let mut values = self.all(name);
        let value = values.next();
        if values.next().is_some() {
            return Err(incomplete(&format!("The header {name} comes twice.")));
        }
        Ok(value)
    }

    /// The value as it is signed: those of a repeated header sorted and joined by commas.
    pub(crate) fn canonical(self, name: &str) -> Option<String> {
        let mut values: Vec<&str> = self.all(name).collect();
        values.sort_unstable();
        (!values.is_empty()).then(|| values.join(","))
    }
}

/// `IncompleteSignature`, with what to change.
pub(crate) fn incomplete(remedy: &str) -> ApiError {
    let message = format!("{} {remedy}", ErrorCode::IncompleteSignature.default_message());
    ApiError::with_message(ErrorCode::IncompleteSignature, message)
}
