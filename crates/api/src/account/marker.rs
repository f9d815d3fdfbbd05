// SPDX-License-Identifier: Apache-2.0
//! Where a list of RAM's goes on.

use std::fmt;
use std::str::FromStr;

use crate::page::{of_token, token};
use crate::text::{TextError, printed_text};

/// The name that the last page ended with. On the wire a text that means nothing to its holder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Marker(pub String);

impl FromStr for Marker {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        const FORM: TextError =
            TextError { expected: "It must be the Marker that the page before has told." };
        of_token(text).map(Self).ok_or(FORM)
    }
}

impl fmt::Display for Marker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&token(&self.0))
    }
}

printed_text!(Marker);
