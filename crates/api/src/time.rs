// SPDX-License-Identifier: Apache-2.0
//! Times on the wire: `YYYY-MM-DDThh:mm:ssZ`, UTC, whole seconds. The crate has no clock: what
//! time it is now is always an argument.

use std::fmt;
use std::str::FromStr;

use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{OffsetDateTime, PrimitiveDateTime};

use crate::text::TextError;

const FORMAT: &[BorrowedFormatItem<'_>] =
    format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");

const BASIC_FORMAT: &[BorrowedFormatItem<'_>] =
    format_description!("[year][month][day]T[hour][minute][second]Z");

/// Length of a time as text, bytes.
const TEXT_LEN: usize = "2016-03-28T03:13:08Z".len();

/// A moment, in whole seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The moment so many seconds after the Unix epoch.
    #[must_use]
    pub const fn from_unix_secs(secs: i64) -> Self {
        Self(secs)
    }

    /// Seconds since the Unix epoch.
    #[must_use]
    pub const fn unix_secs(self) -> i64 {
        self.0
    }

    /// Reads the form without dashes and colons, `20160328T031308Z` (ISO 8601, basic).
    #[must_use]
    pub fn from_basic(text: &str) -> Option<Self> {
        let time = PrimitiveDateTime::parse(text, BASIC_FORMAT).ok()?;
        (text.len() == "20160328T031308Z".len()).then(|| Self(time.assume_utc().unix_timestamp()))
    }

    /// Whether the two moments are at most `secs` apart, whichever comes first.
    #[must_use]
    pub const fn is_within(self, secs: u64, other: Self) -> bool {
        self.0.abs_diff(other.0) <= secs
    }
}

impl FromStr for Timestamp {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        PrimitiveDateTime::parse(text, FORMAT)
            .ok()
            // The length check keeps out a sign before the year.
            .filter(|_| text.len() == TEXT_LEN)
            .map(|time| Self(time.assume_utc().unix_timestamp()))
            .ok_or(TextError { expected: "It must be a UTC time such as 2016-03-28T03:13:08Z." })
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let time = OffsetDateTime::from_unix_timestamp(self.0).map_err(|_| fmt::Error)?;
        f.write_str(&time.format(FORMAT).map_err(|_| fmt::Error)?)
    }
}

crate::text::printed_text!(Timestamp);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_print_as_they_were_read() {
        for (text, secs) in [("1970-01-01T00:00:00Z", 0), ("2016-03-28T03:13:08Z", 1_459_134_788)] {
            let time: Timestamp = text.parse().unwrap();
            assert_eq!(time.unix_secs(), secs);
            assert_eq!(time.to_string(), text);
        }
    }

    #[test]
    fn the_basic_form_is_the_same_moment() {
        let time = Timestamp::from_basic("20160328T031308Z").unwrap();
        assert_eq!(time.to_string(), "2016-03-28T03:13:08Z");
        for bad in ["2016-03-28T03:13:08Z", "20160328T031308", "20160328", "+20160328T031308Z"] {
            assert_eq!(Timestamp::from_basic(bad), None, "{bad}");
        }
    }

    #[test]
    fn other_forms_are_refused() {
        for bad in [
            "",
            "2016-03-28T03:13:08",
            "2016-03-28 03:13:08Z",
            "2016-03-28T03:13:08.000Z",
            "2016-03-28T03:13:08+00:00",
            "2016-13-28T03:13:08Z",
            "2016-02-30T03:13:08Z",
            "+2016-03-28T03:13:08Z",
            "1459134788",
        ] {
            assert!(bad.parse::<Timestamp>().is_err(), "{bad}");
        }
    }

    #[test]
    fn nearness_looks_both_ways_and_cannot_overflow() {
        let noon = Timestamp::from_unix_secs(1_000_000);
        assert!(noon.is_within(900, Timestamp::from_unix_secs(1_000_900)));
        assert!(noon.is_within(900, Timestamp::from_unix_secs(999_100)));
        assert!(!noon.is_within(900, Timestamp::from_unix_secs(1_000_901)));
        assert!(
            !Timestamp::from_unix_secs(i64::MIN)
                .is_within(900, Timestamp::from_unix_secs(i64::MAX))
        );
    }
}
