// SPDX-License-Identifier: Apache-2.0
//! The headers of a request: names in any case, in any order. A header that came on several lines may
//! come as several entries, or as one that the runtime has joined by ", " (Fetch standard, "combine").

use std::borrow::Cow;

use crate::error::{ApiError, ErrorCode};

/// Names and values as the transport gave them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Headers<'a>(pub(crate) &'a [(&'a str, &'a str)]);

/// Headers as they are signed: names and values.
pub(crate) type Signed<'n, 'a> = Vec<(&'n str, Cow<'a, str>)>;

impl<'a> Headers<'a> {
    /// The values as they stand.
    fn raw(self, name: &str) -> impl Iterator<Item = &'a str> {
        let held = self.0.iter().filter(move |(other, _)| other.eq_ignore_ascii_case(name));
        held.map(|(_, value)| *value)
    }

    fn all(self, name: &str) -> impl Iterator<Item = &'a str> {
        self.raw(name).map(str::trim)
    }

    /// The lines that the runtime may have joined. An empty last one leaves the joint's space at the
    /// end, which must not be trimmed before.
    fn lines(self, name: &str) -> Vec<&'a str> {
        self.raw(name).flat_map(|value| value.split(", ")).map(str::trim).collect()
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

    /// The value of a header that came once, as nearly all do.
    fn alone(self, name: &str) -> Option<Cow<'a, str>> {
        let mut values = self.all(name);
        let value = values.next()?;
        values.next().is_none().then_some(Cow::Borrowed(value))
    }

    /// The values of a header joined as Alibaba signs them: sorted.
    pub(crate) fn sorted(self, name: &str) -> Option<Cow<'a, str>> {
        self.alone(name).or_else(|| joined_sorted(self.all(name).collect()))
    }

    /// As [`Headers::sorted`], of the lines that the runtime has joined.
    pub(crate) fn sorted_lines(self, name: &str) -> Option<Cow<'a, str>> {
        joined_sorted(self.lines(name))
    }

    /// The values of a header joined as AWS signs them: in their order.
    pub(crate) fn in_order(self, name: &str) -> Option<Cow<'a, str>> {
        self.alone(name).or_else(|| joined(self.all(name).collect()))
    }

    /// As [`Headers::in_order`], of the lines that the runtime has joined.
    pub(crate) fn lines_in_order(self, name: &str) -> Option<Cow<'a, str>> {
        joined(self.lines(name))
    }

    /// What the headers `names` may have been when they were signed: as they came and, since a header
    /// that was joined cannot be told from one that holds a comma, taken apart. Whoever signed knows
    /// which it was.
    pub(crate) fn readings<'n>(
        self,
        names: &[&'n str],
        as_it_came: fn(Self, &str) -> Option<Cow<'a, str>>,
        taken_apart: fn(Self, &str) -> Option<Cow<'a, str>>,
    ) -> Result<Vec<Signed<'n, 'a>>, ApiError> {
        let read = |value: fn(Self, &str) -> Option<Cow<'a, str>>| {
            names.iter().map(|&name| Some((name, value(self, name)?))).collect::<Option<_>>()
        };
        let as_it_came: Signed<'n, 'a> = read(as_it_came)
            .ok_or_else(|| incomplete("SignedHeaders names a header that is not there."))?;
        let is_ambiguous =
            names.iter().any(|name| self.raw(name).any(|value| value.contains(", ")));
        let apart = if is_ambiguous { read(taken_apart) } else { None };
        Ok([Some(as_it_came), apart].into_iter().flatten().collect())
    }
}

fn joined_sorted(mut values: Vec<&str>) -> Option<Cow<'static, str>> {
    values.sort_unstable();
    joined(values)
}

fn joined(values: Vec<&str>) -> Option<Cow<'static, str>> {
    (!values.is_empty()).then(|| values.join(",").into())
}

/// `IncompleteSignature`, with what to change.
pub(crate) fn incomplete(remedy: &str) -> ApiError {
    // Without the code's own sentence, which speaks of one cloud.
    let message = format!("The request's signature is not complete or not well formed. {remedy}");
    ApiError::with_message(ErrorCode::IncompleteSignature, message)
}
