// SPDX-License-Identifier: Apache-2.0
//! The operators of conditions in Alibaba's grammar (wire reference, section 3.1), and what their values
//! must be.

use super::value::{IpRange, Number, date};
use crate::text::words;

words! {
    /// How a value of the request is compared with those of a condition.
    Operator, "It must be an operator of conditions.";
    /// Equal, in every letter.
    StringEquals = "StringEquals",
    /// Not so.
    StringNotEquals = "StringNotEquals",
    /// Equal but for case.
    StringEqualsIgnoreCase = "StringEqualsIgnoreCase",
    /// Not so.
    StringNotEqualsIgnoreCase = "StringNotEqualsIgnoreCase",
    /// Of a form with `*` and `?`.
    StringLike = "StringLike",
    /// Not so.
    StringNotLike = "StringNotLike",
    /// The same number.
    NumericEquals = "NumericEquals",
    /// Another.
    NumericNotEquals = "NumericNotEquals",
    /// Smaller.
    NumericLessThan = "NumericLessThan",
    /// Smaller or the same.
    NumericLessThanEquals = "NumericLessThanEquals",
    /// Larger.
    NumericGreaterThan = "NumericGreaterThan",
    /// Larger or the same.
    NumericGreaterThanEquals = "NumericGreaterThanEquals",
    /// The same moment.
    DateEquals = "DateEquals",
    /// Another.
    DateNotEquals = "DateNotEquals",
    /// Earlier.
    DateLessThan = "DateLessThan",
    /// Earlier or the same.
    DateLessThanEquals = "DateLessThanEquals",
    /// Later.
    DateGreaterThan = "DateGreaterThan",
    /// Later or the same.
    DateGreaterThanEquals = "DateGreaterThanEquals",
    /// True or false.
    Bool = "Bool",
    /// An address of a range.
    IpAddress = "IpAddress",
    /// An address outside of it.
    NotIpAddress = "NotIpAddress",
}

/// How the values of a request and of a condition are to each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// The same.
    Equal,
    /// The same but for case.
    EqualIgnoringCase,
    /// Of the form.
    Like,
    /// The request's is smaller.
    Less,
    /// The request's is not larger.
    LessOrEqual,
    /// The request's is larger.
    Greater,
    /// The request's is not smaller.
    GreaterOrEqual,
    /// The request's is in the range.
    Within,
}

/// As what values are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Family {
    /// Texts.
    Text,
    /// Decimal numbers.
    Number,
    /// Moments.
    Date,
    /// `true` or `false`.
    Bool,
    /// Addresses and ranges of them.
    Address,
}

/// An operator taken apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Meaning {
    /// As what its values are read.
    pub family: Family,
    /// What is asked.
    pub relation: Relation,
    /// Whether the answer is turned round: then none of the values may be so.
    pub negated: bool,
}

impl Operator {
    /// What it does.
    #[must_use]
    #[rustfmt::skip]
    pub const fn meaning(self) -> Meaning {
        use Family::{Address, Bool, Date, Number, Text};
        use Relation::{Equal, EqualIgnoringCase, Greater, GreaterOrEqual, Less, LessOrEqual, Like, Within};
        let (family, relation, negated) = match self {
            Self::StringEquals              => (Text,    Equal,             false),
            Self::StringNotEquals           => (Text,    Equal,             true),
            Self::StringEqualsIgnoreCase    => (Text,    EqualIgnoringCase, false),
            Self::StringNotEqualsIgnoreCase => (Text,    EqualIgnoringCase, true),
            Self::StringLike                => (Text,    Like,              false),
            Self::StringNotLike             => (Text,    Like,              true),
            Self::NumericEquals             => (Number,  Equal,             false),
            Self::NumericNotEquals          => (Number,  Equal,             true),
            Self::NumericLessThan           => (Number,  Less,              false),
            Self::NumericLessThanEquals     => (Number,  LessOrEqual,       false),
            Self::NumericGreaterThan        => (Number,  Greater,           false),
            Self::NumericGreaterThanEquals  => (Number,  GreaterOrEqual,    false),
            Self::DateEquals                => (Date,    Equal,             false),
            Self::DateNotEquals             => (Date,    Equal,             true),
            Self::DateLessThan              => (Date,    Less,              false),
            Self::DateLessThanEquals        => (Date,    LessOrEqual,       false),
            Self::DateGreaterThan           => (Date,    Greater,           false),
            Self::DateGreaterThanEquals     => (Date,    GreaterOrEqual,    false),
            Self::Bool                      => (Bool,    Equal,             false),
            Self::IpAddress                 => (Address, Within,            false),
            Self::NotIpAddress              => (Address, Within,            true),
        };
        Meaning { family, relation, negated }
    }
}

impl Family {
    /// Whether a condition can have this value.
    #[must_use]
    pub fn takes(self, value: &str) -> bool {
        match self {
            Self::Text => true,
            Self::Number => value.parse::<Number>().is_ok(),
            Self::Date => date(value).is_some(),
            Self::Bool => boolean(value).is_some(),
            Self::Address => value.parse::<IpRange>().is_ok(),
        }
    }

    /// What a value must be, as the end of a sentence.
    pub(crate) const fn form(self) -> &'static str {
        match self {
            Self::Text => "any text",
            Self::Number => "a decimal number such as 10 or -0.5",
            Self::Date => "a time such as 2030-01-01T00:00:00Z or 2030-01-01T08:00:00+08:00",
            Self::Bool => "true or false",
            Self::Address => "an address or a range such as 192.0.2.0/24 or 2001:db8::/32",
        }
    }
}

/// Reads `true` or `false`, in any case.
#[must_use]
pub fn boolean(text: &str) -> Option<bool> {
    [("true", true), ("false", false)]
        .into_iter()
        .find_map(|(word, value)| text.eq_ignore_ascii_case(word).then_some(value))
}
