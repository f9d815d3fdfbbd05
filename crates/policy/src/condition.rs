// SPDX-License-Identifier: Apache-2.0
//! One condition, ready to be asked (wire reference, section 3.1).
//!
//! It holds if the request's value fits one of its own; under a negated operator, if it fits none. So where
//! a request has no such value, and where it has one that cannot be compared, a negated operator holds and
//! the others do not.

use std::cell::OnceCell;
use std::cmp::Ordering;
use std::net::IpAddr;

use edgekms_api::policy::PolicyFault;
use edgekms_api::policy::document;
use edgekms_api::policy::operator::{Family, Operator, Relation, boolean};
use edgekms_api::policy::value::{IpRange, Number, date};

use super::key::{Key, Seen, Values};
use super::pattern::Patterns;

#[derive(Debug)]
pub(super) struct Condition {
    pub(super) operator: Operator,
    /// The key as it was written, for explanations.
    pub(super) name: Box<str>,
    key: Key,
    negated: bool,
    test: Test,
}

/// What a value is compared with.
#[derive(Debug)]
enum Test {
    Equal(Box<[Box<str>]>),
    EqualIgnoringCase(Box<[Box<str>]>),
    Like(Patterns),
    Number(Relation, Box<[Number]>),
    Date(Relation, Box<[i64]>),
    Bool(Box<[bool]>),
    Within(Box<[IpRange]>),
}

impl Condition {
    pub(super) const fn asks_for_tags(&self) -> bool {
        matches!(self.key, Key::Tag(_))
    }

    pub(super) fn compile(condition: &document::Condition) -> Result<Self, PolicyFault> {
        let malformed = || PolicyFault::Malformed("A condition cannot be asked.".into());
        let operator: Operator = condition.operator.parse().map_err(|_| malformed())?;
        let meaning = operator.meaning();
        let test = Test::new(meaning.family, meaning.relation, &condition.values);
        Ok(Self {
            operator,
            name: condition.key.as_str().into(),
            key: Key::new(&condition.key),
            negated: meaning.negated,
            test: test.ok_or_else(malformed)?,
        })
    }

    pub(super) fn holds(&self, values: &Values<'_>, address: &OnceCell<Option<IpAddr>>) -> bool {
        let fits = match self.key.see(values, address) {
            Seen::Nothing => false,
            Seen::Text(text) => self.test.fits_text(text),
            Seen::Texts(texts) => texts.iter().any(|text| self.test.fits_text(text)),
            Seen::Moment(moment) => match &self.test {
                Test::Date(relation, dates) => {
                    any(dates, |date| moment.unix_secs().cmp(date), *relation)
                }
                other => other.fits_text(&moment.to_string()),
            },
            Seen::Flag(flag) => match &self.test {
                Test::Bool(wanted) => wanted.contains(&flag),
                other => other.fits_text(if flag { "true" } else { "false" }),
            },
            Seen::Address(text, address) => match &self.test {
                Test::Within(ranges) => within(ranges, address),
                other => other.fits_text(text),
            },
        };
        fits != self.negated
    }
}

impl Test {
    fn new(family: Family, relation: Relation, values: &[String]) -> Option<Self> {
        let texts = || values.iter().map(|value| value.as_str().into()).collect();
        Some(match (family, relation) {
            (Family::Text, Relation::Like) => {
                Self::Like(Patterns::new(values.iter().map(String::as_str)))
            }
            (Family::Text, Relation::EqualIgnoringCase) => Self::EqualIgnoringCase(texts()),
            (Family::Text, _) => Self::Equal(texts()),
            (Family::Number, _) => Self::Number(relation, all(values, |value| value.parse().ok())?),
            (Family::Date, _) => Self::Date(relation, all(values, date)?),
            (Family::Bool, _) => Self::Bool(all(values, boolean)?),
            (Family::Address, _) => Self::Within(all(values, |value| value.parse().ok())?),
        })
    }

    fn fits_text(&self, text: &str) -> bool {
        match self {
            Self::Equal(texts) => texts.iter().any(|one| **one == *text),
            Self::EqualIgnoringCase(texts) => texts.iter().any(|one| equal_but_for_case(one, text)),
            Self::Like(patterns) => patterns.match_any(text),
            Self::Number(relation, numbers) => text.parse().is_ok_and(|number: Number| {
                any(numbers, |other| number.compare(*other), *relation)
            }),
            Self::Date(relation, dates) => {
                date(text).is_some_and(|moment| any(dates, |date| moment.cmp(date), *relation))
            }
            Self::Bool(wanted) => boolean(text).is_some_and(|flag| wanted.contains(&flag)),
            Self::Within(ranges) => within(ranges, text.parse().ok()),
        }
    }
}

fn all<T>(values: &[String], read: impl Fn(&str) -> Option<T>) -> Option<Box<[T]>> {
    values.iter().map(|value| read(value)).collect()
}

fn any<T>(values: &[T], compare: impl Fn(&T) -> Ordering, relation: Relation) -> bool {
    values.iter().map(compare).any(|ordering| match relation {
        Relation::Less => ordering.is_lt(),
        Relation::LessOrEqual => ordering.is_le(),
        Relation::Greater => ordering.is_gt(),
        Relation::GreaterOrEqual => ordering.is_ge(),
        Relation::Equal | Relation::EqualIgnoringCase | Relation::Like | Relation::Within => {
            ordering.is_eq()
        }
    })
}

fn within(ranges: &[IpRange], address: Option<IpAddr>) -> bool {
    address.is_some_and(|address| ranges.iter().any(|range| range.contains(address)))
}

/// By Unicode's simple lower case, without allocating.
fn equal_but_for_case(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
        || one.chars().flat_map(char::to_lowercase).eq(other.chars().flat_map(char::to_lowercase))
}
