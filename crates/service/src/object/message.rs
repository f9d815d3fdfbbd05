// SPDX-License-Identifier: Apache-2.0
//! The version of a message to an object.
//!
//! Isolates and objects of two releases run side by side while a release rolls out. So an object
//! reads the newest version and the one before, and says in each reply which is the newest; an
//! isolate speaks the one before until an object has told it otherwise.

use serde::{Deserialize, Serialize};

/// The newest version. Versions 1 and 2 are read no more.
pub const NEWEST: u32 = 4;
/// The oldest version that is still read.
pub const OLDEST: u32 = NEWEST - 1;

/// A message that this release does not take. Nothing has been done.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MessageError {
    /// A version that a later release speaks, or one long gone.
    #[error(
        "a message of version {got} came; this release reads {OLDEST} and {NEWEST}. Nothing was done"
    )]
    Version {
        /// The version it says it has.
        got: u32,
    },
    /// Not of its version's form, or with a field that its version does not have. The detail names
    /// a field or a position, never a value.
    #[error("not a message of version {version}. Nothing was done")]
    Form {
        /// The version it says it has.
        version: u32,
    },
}

#[derive(Deserialize)]
struct Versioned {
    #[serde(default)]
    v: Option<u32>,
}

/// The version of a message, which is one that this release reads.
///
/// # Errors
/// [`MessageError`].
pub fn version_of(message: &str) -> Result<u32, MessageError> {
    let versioned: Versioned =
        serde_json::from_str(message).map_err(|_| MessageError::Form { version: NEWEST })?;
    match versioned.v {
        Some(known @ (NEWEST | OLDEST)) => Ok(known),
        // The first slice's have no number.
        other => Err(MessageError::Version { got: other.unwrap_or(1) }),
    }
}

/// What every reply says besides its own matter: which messages the object reads.
///
/// What can be left out of a message, and what an object that does not read it would do right without, is
/// no new version: it has a word of its own here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reads {
    /// The newest version.
    pub reads: u32,
    /// Whether it reads what isolates tell of their calls.
    #[serde(default)]
    pub meters: bool,
}

/// How to speak to whoever sent `reply`: in a version of ours.
#[must_use]
pub fn told_by(reply: &str) -> Reads {
    let told = serde_json::from_str(reply).unwrap_or(Reads { reads: OLDEST, meters: false });
    Reads { reads: told.reads.clamp(OLDEST, NEWEST), ..told }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_version_and_the_one_before_are_read() {
        assert_eq!(version_of(r#"{"v":3,"ask":{}}"#), Ok(3));
        assert_eq!(version_of(r#"{"v":4,"ask":{}}"#), Ok(4));
        for got in [0, 1, 2, 5, 99] {
            let newer = version_of(&format!(r#"{{"v":{got}}}"#)).unwrap_err();
            assert_eq!(newer, MessageError::Version { got });
        }
        assert_eq!(version_of(r#"{"ask":"view"}"#), Err(MessageError::Version { got: 1 }));
        assert_eq!(version_of("hello"), Err(MessageError::Form { version: 4 }));
    }

    #[test]
    fn a_reply_says_what_its_object_reads() {
        let told = |reply| {
            let Reads { reads, meters } = told_by(reply);
            (reads, meters)
        };
        assert_eq!(told(r#"{"v":3,"reads":3}"#), (3, false));
        assert_eq!(told(r#"{"v":3,"reads":4}"#), (4, false));
        assert_eq!(told(r#"{"v":3,"reads":4,"meters":true}"#), (4, true));
        assert_eq!(told(r#"{"reads":9}"#), (4, false), "a later release reads ours too");
        assert_eq!(told("hello"), (3, false));
    }
}
