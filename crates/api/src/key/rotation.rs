// SPDX-License-Identifier: Apache-2.0
//! How often a key gets a new version by itself (wire reference, section 2.2).

use std::fmt;
use std::str::FromStr;

use crate::error::ApiError;
use crate::text::TextError;

const SECS_A_DAY: u32 = 24 * 60 * 60;
/// Longest time between two versions in either dialect, in days: AWS's.
const DAYS_MAX: u32 = 2_560;

/// Time between a key's versions: whole seconds, at least one and at most 2,560 days. Each dialect
/// allows less ([`RotationInterval::check_days`]).
///
/// ```
/// use edgekms_api::key::rotation::RotationInterval;
///
/// let interval: RotationInterval = "365d".parse().unwrap();
/// assert_eq!(interval.to_string(), "31536000s");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RotationInterval(u32);

impl RotationInterval {
    /// So many seconds, if that is an interval.
    #[must_use]
    pub const fn from_secs(secs: u32) -> Option<Self> {
        if 1 <= secs && secs <= DAYS_MAX * SECS_A_DAY { Some(Self(secs)) } else { None }
    }

    /// So many days, if that is an interval.
    #[must_use]
    pub const fn from_days(days: u32) -> Option<Self> {
        match days.checked_mul(SECS_A_DAY) {
            Some(secs) => Self::from_secs(secs),
            None => None,
        }
    }

    /// Its seconds.
    #[must_use]
    pub const fn secs(self) -> u32 {
        self.0
    }

    /// Its whole days.
    #[must_use]
    pub const fn days(self) -> u32 {
        self.0 / SECS_A_DAY
    }

    /// Refuses an interval that is shorter than `least` days or longer than `most`.
    ///
    /// # Errors
    /// `InvalidParameter` naming `RotationInterval`.
    pub fn check_days(self, least: u32, most: u32) -> Result<(), ApiError> {
        if (least * SECS_A_DAY..=most * SECS_A_DAY).contains(&self.0) {
            return Ok(());
        }
        let remedy = format!("It must be from {least} to {most} days, such as 365d.");
        Err(ApiError::invalid_parameter("RotationInterval", remedy))
    }
}

/// A whole number and a unit: `d`, `h`, `m` or `s`.
impl FromStr for RotationInterval {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        const UNITS: [(char, u32); 4] = [('d', SECS_A_DAY), ('h', 3_600), ('m', 60), ('s', 1)];
        let parsed = UNITS.iter().find_map(|(unit, secs)| {
            let number = text.strip_suffix(*unit)?;
            // A sign is no part of a number here, though `parse` takes one.
            let digits = number.bytes().all(|byte| byte.is_ascii_digit());
            let number: u32 = number.parse().ok().filter(|_| digits)?;
            number.checked_mul(*secs).and_then(Self::from_secs)
        });
        parsed.ok_or(TextError {
            expected: "It must be a whole number and a unit, d, h, m or s, such as 365d.",
        })
    }
}

impl fmt::Display for RotationInterval {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}s", self.0)
    }
}

crate::text::printed_text!(RotationInterval);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_interval_is_a_number_and_a_unit() {
        for (text, secs) in
            [("7d", 604_800), ("168h", 604_800), ("10080m", 604_800), ("604800s", 604_800)]
        {
            let interval: RotationInterval = text.parse().unwrap();
            assert_eq!(interval.secs(), secs, "{text}");
            assert_eq!(interval.to_string().parse(), Ok(interval), "{text}");
        }
        for bad in ["", "d", "7", "+7d", "-7d", "7 d", "7D", "7.5d", "0d", "2561d", "99999999999s"]
        {
            assert!(bad.parse::<RotationInterval>().is_err(), "{bad}");
        }
    }

    #[test]
    fn the_bounds_of_a_dialect_count() {
        let of = |days| RotationInterval::from_days(days).unwrap().check_days(7, 730);
        assert!(of(7).is_ok() && of(730).is_ok());
        assert!(of(6).is_err() && of(731).is_err());
        let six_and_a_half: RotationInterval = "156h".parse().unwrap();
        assert!(six_and_a_half.check_days(7, 730).is_err());
    }
}
