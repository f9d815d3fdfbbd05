// SPDX-License-Identifier: Apache-2.0
//! What values of conditions mean that are more than texts.

use std::cmp::Ordering;
use std::net::IpAddr;
use std::str::FromStr;

use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use crate::text::TextError;

/// A number that can be compared with every other: never infinite, never "not a number".
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub struct Number(f64);

impl Number {
    /// Which of two is larger.
    #[must_use]
    pub fn compare(self, other: Self) -> Ordering {
        self.0.partial_cmp(&other.0).unwrap_or(Ordering::Equal)
    }
}

impl FromStr for Number {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        text.parse()
            .ok()
            .filter(|number: &f64| number.is_finite())
            .map(Self)
            .ok_or(TextError { expected: "It must be a decimal number." })
    }
}

/// Reads a moment, in seconds since 1970: ISO 8601 with seconds and with `Z` or an offset. Fractions of a
/// second are refused, since a request's time has none.
#[must_use]
pub fn date(text: &str) -> Option<i64> {
    let moment = OffsetDateTime::parse(text, &Rfc3339).ok()?;
    (!text.contains('.')).then(|| moment.unix_timestamp())
}

/// Addresses with the same first bits.
///
/// An IPv4 address in the form of IPv6 (`::ffff:192.0.2.1`) is the IPv4 address, in a range and in a
/// request: which of the two a caller's address comes as is nothing that a policy's author knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct IpRange {
    address: IpAddr,
    bits: u32,
}

impl IpRange {
    /// Whether the address is one of them. Those of the two families are never of each other's.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        match (self.address, address.to_canonical()) {
            (IpAddr::V4(one), IpAddr::V4(other)) => {
                let shift = 32 - self.bits;
                (u32::from(one) ^ u32::from(other)).checked_shr(shift).unwrap_or(0) == 0
            }
            (IpAddr::V6(one), IpAddr::V6(other)) => {
                let shift = 128 - self.bits;
                (u128::from(one) ^ u128::from(other)).checked_shr(shift).unwrap_or(0) == 0
            }
            _ => false,
        }
    }
}

impl FromStr for IpRange {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        read_range(text)
            .ok_or(TextError { expected: "It must be an IP address or a range of them." })
    }
}

fn read_range(text: &str) -> Option<IpRange> {
    const V6_MORE_BITS: u32 = 128 - 32;
    let (address, bits) = text.split_once('/').map_or((text, None), |(a, b)| (a, Some(b)));
    let address: IpAddr = address.parse().ok()?;
    let all = if address.is_ipv4() { 32 } else { 128 };
    let bits = match bits {
        // Not `+8`, which parses as a number.
        Some(bits) if bits.bytes().all(|byte| byte.is_ascii_digit()) => bits.parse().ok()?,
        Some(_) => return None,
        None => all,
    };
    if bits > all {
        return None;
    }
    match address.to_canonical() {
        canonical if canonical.is_ipv4() == address.is_ipv4() => Some(IpRange { address, bits }),
        canonical if bits >= V6_MORE_BITS => {
            Some(IpRange { address: canonical, bits: bits - V6_MORE_BITS })
        }
        // A range of IPv6 that is wider than all of IPv4 in its form.
        _ => Some(IpRange { address, bits }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_hold_the_addresses_with_their_first_bits() {
        for (range, inside, outside) in [
            ("192.0.2.0/24", "192.0.2.255", "192.0.3.0"),
            ("192.0.2.77/24", "192.0.2.1", "192.0.1.255"),
            ("192.0.2.1", "192.0.2.1", "192.0.2.0"),
            ("192.0.2.1/32", "::ffff:192.0.2.1", "192.0.2.3"),
            ("0.0.0.0/0", "255.255.255.255", "::1"),
            ("::/0", "2001:db8::1", "192.0.2.1"),
            ("2001:db8::/33", "2001:db8:7fff::1", "2001:db8:8000::1"),
            ("::ffff:192.0.2.0/120", "192.0.2.9", "192.0.3.9"),
            ("2001:db8::1", "2001:db8:0:0::1", "2001:db8::2"),
        ] {
            let read: IpRange = range.parse().unwrap();
            assert!(read.contains(inside.parse().unwrap()), "{range} {inside}");
            assert!(!read.contains(outside.parse().unwrap()), "{range} {outside}");
        }
        for bad in [
            "",
            "/",
            "1.2.3/8",
            "1.2.3.4/33",
            "::/129",
            "1.2.3.4/+8",
            "1.2.3.4/",
            "a",
            "1.2.3.4/8/8",
        ] {
            assert!(bad.parse::<IpRange>().is_err(), "{bad}");
        }
    }

    #[test]
    fn dates_have_an_offset_and_numbers_are_finite() {
        assert_eq!(date("2019-08-12T17:00:00+08:00"), date("2019-08-12T09:00:00Z"));
        for bad in ["2019-08-12", "2019-08-12T09:00:00", "2019-08-12T09:00:00.5Z", "", "x"] {
            assert_eq!(date(bad), None, "{bad}");
        }
        for bad in ["", "NaN", "inf", "-infinity", "1e999", "x", "1,5"] {
            assert!(bad.parse::<Number>().is_err(), "{bad}");
        }
        let [ten, other]: [Number; 2] = ["10", "9.5e0"].map(|text| text.parse().unwrap());
        assert_eq!(ten.compare(other), Ordering::Greater);
    }
}
