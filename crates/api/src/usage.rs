// SPDX-License-Identifier: Apache-2.0
//! What was called: days, and rows of a count by day, key and action.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use time::format_description::BorrowedFormatItem;
use time::macros::format_description;
use time::{Date, OffsetDateTime};

use crate::id::KeyId;
use crate::list::Row;
use crate::page::{of_token, token};
use crate::text::{TextError, printed_text};

const FORMAT: &[BorrowedFormatItem<'_>] = format_description!("[year]-[month]-[day]");
const DAY_SECS: i64 = 24 * 60 * 60;

/// A day in UTC, such as `2026-11-28`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Day(u32);

impl Day {
    /// The day so many days after 1970-01-01.
    #[must_use]
    pub const fn from_number(number: u32) -> Self {
        Self(number)
    }

    /// Days since 1970-01-01.
    #[must_use]
    pub const fn number(self) -> u32 {
        self.0
    }

    /// The day of a moment, in seconds since 1970.
    #[must_use]
    pub fn of_unix_secs(secs: i64) -> Self {
        Self(u32::try_from(secs.div_euclid(DAY_SECS)).unwrap_or(0))
    }

    /// So many days before it.
    #[must_use]
    pub const fn before(self, days: u32) -> Self {
        Self(self.0.saturating_sub(days))
    }
}

impl FromStr for Day {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let date = Date::parse(text, FORMAT).ok().filter(|_| text.len() == "2026-11-28".len());
        let number = date.map(|date| date.midnight().assume_utc().unix_timestamp() / DAY_SECS);
        number
            .and_then(|number| u32::try_from(number).ok())
            .map(Self)
            .ok_or(TextError { expected: "It must be a day such as 2026-11-28." })
    }
}

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let day = OffsetDateTime::from_unix_timestamp(i64::from(self.0) * DAY_SECS);
        f.write_str(&day.map_err(|_| fmt::Error)?.format(FORMAT).map_err(|_| fmt::Error)?)
    }
}

/// Calls of one action, about one key, on one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct DailyCalls {
    /// The day, in UTC.
    pub date: Day,
    /// The key; empty for calls that are about none.
    pub key_id: String,
    /// The action.
    pub action: String,
    /// How many calls were answered.
    pub calls: u64,
    /// How many were refused for coming too fast. They name no key.
    pub throttled: u64,
    /// Whether they cost nothing: the key is the default master key or a product's service key.
    pub free: bool,
}

impl Row for DailyCalls {
    const NAME: &'static str = "KeyUsage";
}

/// The row after which a list of usage goes on. Its text means nothing to whoever holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UsagePosition {
    /// The day.
    pub day: Day,
    /// The key, if the row is about one.
    pub key_id: Option<KeyId>,
    /// The action.
    pub action: String,
}

impl FromStr for UsagePosition {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let read = |position: &str| {
            let (day, rest) = position.split_once('/')?;
            let (key_id, action) = rest.split_once('/')?;
            let key_id = if key_id.is_empty() { None } else { Some(key_id.parse().ok()?) };
            Some(Self { day: day.parse().ok()?, key_id, action: action.to_owned() })
        };
        of_token(text).as_deref().and_then(read).ok_or(TextError {
            expected: "It must be the NextToken of the page before, or absent for the first page.",
        })
    }
}

impl fmt::Display for UsagePosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { day, key_id, action } = self;
        // An id has no slash.
        let key_id = key_id.as_ref().map_or("", KeyId::as_str);
        f.write_str(&token(&format!("{day}/{key_id}/{action}")))
    }
}

printed_text!(Day, UsagePosition);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_read_back_and_nothing_else_is_one() {
        let day: Day = "2026-11-28".parse().unwrap();
        assert_eq!(day.to_string(), "2026-11-28");
        assert_eq!(day, Day::of_unix_secs(1_795_910_399 / DAY_SECS * DAY_SECS));
        assert_eq!(Day::from_number(0).to_string(), "1970-01-01");
        assert_eq!(day.before(27).to_string(), "2026-11-01");
        for bad in ["", "2026-11-31", "2026-1-1", "28.11.2026", "1969-12-31", "+02026-11-28"] {
            assert!(bad.parse::<Day>().is_err(), "{bad}");
        }
    }

    #[test]
    fn a_position_is_read_back() {
        let day = Day::from_number(20_000);
        for key_id in [None, Some("k-1".parse().unwrap())] {
            let position = UsagePosition { day, key_id, action: "Encrypt".to_owned() };
            assert_eq!(position.to_string().parse(), Ok(position));
        }
        assert!("x".parse::<UsagePosition>().is_err());
    }
}
