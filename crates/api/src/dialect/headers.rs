// SPDX-License-Identifier: Apache-2.0
//! The headers of a request: names in any case, in any order. A header that came on several lines may
//! come as several entries, or as one that the runtime has joined by ", " (Fetch standard, "combine").

use crate::error::{ApiError, ErrorCode};

/// Names and values as the transport gave them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Headers<'a>(pub(crate) &'a [(&'a str, &'a str)]);

impl<'a> Headers<'a> {
    fn all(self, name: &str) -> impl Iterator<Item = &'a str> {
        self.0
            .iter()
            .filter(move |(other, _)| other.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
    }

    pub(crate) fn first(self, name: &str) -> Option<&'a str> {
        self.all(name).next()
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

    /// As [`Headers::one`], where no value that means anything has a comma, so that one with a comma
    /// is two lines joined.
    pub(crate) fn one_word(self, name: &str) -> Result<Option<&'a str>, ApiError> {
        match self.one(name)? {
            Some(value) if value.contains(',') => {
                Err(incomplete(&format!("The header {name} comes twice.")))
            }
            value => Ok(value),
        }
    }

    /// The value as it is signed if it came on one line, or as several entries: those are sorted and
    /// joined by commas.
    pub(crate) fn canonical(self, name: &str) -> Option<String> {
        let mut values: Vec<&str> = self.all(name).collect();
        values.sort_unstable();
        (!values.is_empty()).then(|| values.join(","))
    }

    /// The value as it is signed if the runtime has joined several lines: taken apart at ", ", sorted
    /// and joined by commas.
    pub(crate) fn canonical_of_lines(self, name: &str) -> Option<String> {
        let mut values: Vec<&str> = self.all(name).flat_map(|value| value.split(", ")).collect();
        values.sort_unstable();
        (!values.is_empty()).then(|| values.join(","))
    }
}

/// `IncompleteSignature`, with what to change.
pub(crate) fn incomplete(remedy: &str) -> ApiError {
    let message = format!("{} {remedy}", ErrorCode::IncompleteSignature.default_message());
    ApiError::with_message(ErrorCode::IncompleteSignature, message)
}
