// SPDX-License-Identifier: Apache-2.0
//! What both dialects check of a request before it is sent.

use crate::action::{Action, Limits};
use crate::error::{ApiError, ErrorCode};
use crate::key::KeyReference;

/// What is wrong with a request, before whose dialect it is in gives it a name.
pub(crate) enum Wrong {
    /// What the server would answer.
    Answer(ApiError),
    /// A field that the action does not have. Servers pass it over; whoever wrote it meant something.
    Unknown { name: String, known: Vec<String> },
}

impl From<ErrorCode> for Wrong {
    fn from(code: ErrorCode) -> Self {
        Self::Answer(code.into())
    }
}

impl From<ApiError> for Wrong {
    fn from(error: ApiError) -> Self {
        Self::Answer(error)
    }
}

/// A command of whichever action, as far as it is checked. What is compiled for each action is then little more
/// than how it is read.
pub(crate) trait Asks {
    fn key(&self) -> Option<&KeyReference>;
    fn source_key(&self) -> Option<&KeyReference>;
    fn check(&self, limits: &Limits) -> Result<(), ApiError>;
}

impl<A: Action> Asks for A {
    fn key(&self) -> Option<&KeyReference> {
        Action::key(self)
    }
    fn source_key(&self) -> Option<&KeyReference> {
        Action::source_key(self)
    }
    fn check(&self, limits: &Limits) -> Result<(), ApiError> {
        Action::check(self, limits)
    }
}

/// Whether all that is given is among the fields `known`, or is documented and refused.
pub(crate) fn check_names<'a>(
    mut given: impl Iterator<Item = &'a str>,
    known: Vec<String>,
    not_offered: &[&str],
) -> Result<(), Wrong> {
    let is_unknown =
        |name: &&str| !known.iter().any(|held| held == name) && !not_offered.contains(name);
    match given.find(is_unknown) {
        None => Ok(()),
        Some(name) => Err(Wrong::Unknown { name: name.to_owned(), known }),
    }
}
