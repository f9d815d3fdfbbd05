// SPDX-License-Identifier: Apache-2.0
//! An answer's JSON, read as the type that the server writes it from, to see whether it has that form.

use std::fmt;

use serde::de::value::BorrowedStrDeserializer;
use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Unexpected, Visitor};
use serde::forward_to_deserialize_any;

use crate::dialect::fields::Tree;

/// What is wrong with an answer.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// This field is not there.
    Missing(String),
    /// This field is of another type than this.
    Type(String, String),
    /// A value that the type does not know, though it has the right form: a later release may.
    Unknown,
}

impl Fault {
    /// The same of the field or the entry `outer`.
    fn within(self, outer: &str) -> Self {
        let path = |inner: String| match inner.as_str() {
            "" => outer.to_owned(),
            entry if entry.starts_with('[') => format!("{outer}{entry}"),
            field => format!("{outer}.{field}"),
        };
        match self {
            Self::Missing(inner) => Self::Missing(path(inner)),
            Self::Type(inner, expected) => Self::Type(path(inner), expected),
            Self::Unknown => Self::Unknown,
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an answer of another form")
    }
}

impl std::error::Error for Fault {}

impl de::Error for Fault {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::Unknown
    }
    fn invalid_type(_: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self::Type(String::new(), expected.to_string())
    }
    fn missing_field(field: &'static str) -> Self {
        Self::Missing(field.to_owned())
    }
}

/// A value of an answer.
#[derive(Clone, Copy)]
pub(crate) enum Told<'a> {
    /// The answer itself.
    Object(&'a [(String, Tree)]),
    /// One in it.
    Value(&'a Tree),
}

/// A client downloads what is compiled here for each type: a type that says what it wants is asked for nothing else.
impl<'de> Deserializer<'de> for Told<'de> {
    type Error = Fault;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self {
            Self::Object(_) | Self::Value(Tree::Object(_)) => self.deserialize_map(visitor),
            Self::Value(Tree::List(_)) => self.deserialize_seq(visitor),
            Self::Value(Tree::Text(_)) => self.deserialize_str(visitor),
            Self::Value(Tree::Whole(_) | Tree::Number(_)) => self.deserialize_u64(visitor),
            Self::Value(Tree::Bool(_)) => self.deserialize_bool(visitor),
            Self::Value(Tree::Null) => visitor.visit_unit(),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self {
            Self::Object(object) => visitor.visit_map(Fields { rest: object, value: None }),
            Self::Value(Tree::Object(object)) => {
                visitor.visit_map(Fields { rest: object, value: None })
            }
            Self::Value(_) => Err(other(&visitor)),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        self.deserialize_map(visitor)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self {
            Self::Value(Tree::List(list)) => visitor.visit_seq(Entries { list, at: 0 }),
            _ => Err(other(&visitor)),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self {
            Self::Value(Tree::Text(text)) => visitor.visit_borrowed_str(text),
            _ => Err(other(&visitor)),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_str(visitor)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self {
            Self::Value(Tree::Bool(value)) => visitor.visit_bool(*value),
            _ => Err(other(&visitor)),
        }
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self {
            Self::Value(Tree::Whole(value)) => match u64::try_from(*value) {
                Ok(value) => visitor.visit_u64(value),
                Err(_) => visitor.visit_i64(*value),
            },
            Self::Value(Tree::Number(value)) => visitor.visit_f64(*value),
            _ => Err(other(&visitor)),
        }
    }

    fn deserialize_u32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_i64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        self.deserialize_u64(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        match self {
            Self::Value(Tree::Null) => visitor.visit_none(),
            other => visitor.visit_some(other),
        }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Fault> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Fault> {
        match self {
            Self::Value(Tree::Text(text)) => visitor.visit_enum(BorrowedStrDeserializer::new(text)),
            _ => Err(other(&visitor)),
        }
    }

    /// An answer without a body may have one by and by.
    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }

    /// What a type passes over.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Fault> {
        visitor.visit_unit()
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i128 u8 u16 u128 f32 f64 char bytes byte_buf unit_struct tuple tuple_struct identifier
    }
}

/// It is of another JSON type than what is wanted.
fn other(wanted: &dyn de::Expected) -> Fault {
    Fault::Type(String::new(), wanted.to_string())
}

struct Fields<'a> {
    rest: &'a [(String, Tree)],
    value: Option<(&'a str, &'a Tree)>,
}

impl<'de> MapAccess<'de> for Fields<'de> {
    type Error = Fault;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, Fault> {
        let Some(((name, value), rest)) = self.rest.split_first() else { return Ok(None) };
        (self.rest, self.value) = (rest, Some((name.as_str(), value)));
        seed.deserialize(BorrowedStrDeserializer::new(name)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Fault> {
        let (name, value) = self.value.take().ok_or(Fault::Unknown)?;
        seed.deserialize(Told::Value(value)).map_err(|fault| fault.within(name))
    }
}

struct Entries<'a> {
    list: &'a [Tree],
    at: usize,
}

impl<'de> SeqAccess<'de> for Entries<'de> {
    type Error = Fault;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, Fault> {
        let Some(value) = self.list.get(self.at) else { return Ok(None) };
        let place = format!("[{}]", self.at);
        self.at += 1;
        seed.deserialize(Told::Value(value)).map(Some).map_err(|fault| fault.within(&place))
    }
}
