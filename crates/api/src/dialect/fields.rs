// SPDX-License-Identifier: Apache-2.0
//! Typed values out of what a request says, by serde, with errors that name the field and say what to
//! send instead, and never repeat what was sent: it may be a secret.
//!
//! A JSON body is a tree whose values have types. A parameter is a text, whose type is what the reader
//! wants: a number or a boolean in its usual spelling, a list or an object as JSON.

use std::cell::RefCell;
use std::collections::{BTreeMap, btree_map::Entry};
use std::fmt;

use serde::de::{
    self, DeserializeSeed, Deserializer, IntoDeserializer, MapAccess, SeqAccess, Unexpected,
    Visitor,
};
use serde::forward_to_deserialize_any;

use crate::error::{ApiError, ErrorCode};
pub(crate) use crate::tree::Tree;

/// Why fields are not what a command needs.
#[derive(Debug)]
pub(crate) struct FieldError {
    /// The field, once it is known.
    name: Option<String>,
    kind: Kind,
    remedy: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A field that must be there is not.
    Missing,
    /// A field of another JSON type.
    Type,
    /// A field whose value cannot be.
    Value,
}

impl FieldError {
    /// A field that cannot be, and what to do about it.
    pub(crate) fn of(name: &str, remedy: &str) -> Self {
        Self { name: Some(name.to_owned()), kind: Kind::Value, remedy: remedy.to_owned() }
    }

    /// What it is.
    pub(crate) const fn kind(&self) -> Kind {
        self.kind
    }

    /// The field concerned.
    pub(crate) fn name(&self) -> &str {
        self.name.as_deref().unwrap_or_default()
    }

    /// What to give instead.
    pub(crate) fn remedy(&self) -> &str {
        &self.remedy
    }

    /// As an error of the contract, whose code for a value that cannot be is `code`.
    pub(crate) fn into_api_error(self, code: ErrorCode) -> ApiError {
        let name = self.name();
        match self.kind {
            Kind::Missing => ApiError::missing_parameter(name),
            Kind::Type | Kind::Value => {
                let message =
                    format!("The specified parameter \"{name}\" is not valid. {}", self.remedy);
                ApiError::with_message(code, message)
            }
        }
    }

    /// An error from inside the field `name`.
    fn within(mut self, name: &str, is_empty: bool) -> Self {
        if let (Kind::Missing, Some(inner)) = (self.kind, &self.name) {
            (self.remedy, self.kind) = (format!("Each entry needs {inner}."), Kind::Value);
        }
        if is_empty {
            // An empty text is how old SDKs leave a parameter out.
            self.kind = Kind::Missing;
        }
        self.name = Some(name.to_owned());
        self
    }
}

impl fmt::Display for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.name(), self.remedy)
    }
}

impl std::error::Error for FieldError {}

impl de::Error for FieldError {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self { name: None, kind: Kind::Value, remedy: message.to_string() }
    }
    fn invalid_type(_: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self { name: None, kind: Kind::Type, remedy: format!("It must be {expected}.") }
    }
    fn invalid_value(_: Unexpected<'_>, expected: &dyn de::Expected) -> Self {
        Self { name: None, kind: Kind::Value, remedy: format!("It must be {expected}.") }
    }
    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::custom(format!("It must be one of {}.", expected.join(", ")))
    }
    fn missing_field(field: &'static str) -> Self {
        Self { name: Some(field.to_owned()), kind: Kind::Missing, remedy: String::new() }
    }
    fn duplicate_field(field: &'static str) -> Self {
        let remedy = "Give it once.".to_owned();
        Self { name: Some(field.to_owned()), kind: Kind::Value, remedy }
    }
}

/// One value, about to be read.
pub(crate) enum Field<'a> {
    /// A value of a JSON body.
    Typed(&'a Tree),
    /// A parameter.
    Text(&'a str),
    /// Several parameters, each by what its name has after the field's and a dot: the entries of an
    /// object (`Purpose`), or of a list (`1`, or `1.Key` of an object in it).
    Pairs(Vec<(&'a str, &'a str)>),
}

impl Field<'_> {
    fn is_empty_text(&self) -> bool {
        matches!(self, Field::Text(""))
            || matches!(self, Field::Typed(Tree::Text(text)) if text.is_empty())
    }

    /// Several parameters as the entries of a list, in order. Each number comes once and none is left
    /// out, so that there are no more entries than parameters.
    fn numbered<'a>(pairs: Vec<(&'a str, &'a str)>) -> Result<Vec<Field<'a>>, FieldError> {
        let refused = || de::Error::custom("Number its entries from 1 on and leave no number out.");
        let mut entries: BTreeMap<usize, Field<'a>> = BTreeMap::new();
        for (name, value) in pairs {
            let (number, inner) = match name.split_once('.') {
                Some((number, inner)) => (number, Some(inner)),
                None => (name, None),
            };
            let is_plain = number.len() <= 3
                && !number.starts_with('0')
                && number.bytes().all(|byte| byte.is_ascii_digit());
            let number = number.parse().ok().filter(|_| is_plain).ok_or_else(refused)?;
            match (entries.entry(number), inner) {
                (Entry::Vacant(entry), None) => {
                    entry.insert(Field::Text(value));
                }
                (Entry::Vacant(entry), Some(inner)) => {
                    entry.insert(Field::Pairs(vec![(inner, value)]));
                }
                (Entry::Occupied(entry), Some(inner)) => match entry.into_mut() {
                    Field::Pairs(held) => held.push((inner, value)),
                    Field::Text(_) | Field::Typed(_) => return Err(refused()),
                },
                (Entry::Occupied(_), None) => return Err(refused()),
            }
        }
        if entries.keys().copied().ne(1..=entries.len()) {
            return Err(refused());
        }
        Ok(entries.into_values().collect())
    }

    /// A list or an object inside a parameter.
    fn json<'de, V: Visitor<'de>>(
        text: &str,
        visitor: V,
        read: impl FnOnce(&Tree, V) -> Result<V::Value, FieldError>,
    ) -> Result<V::Value, FieldError> {
        match serde_json::from_str::<Tree>(text) {
            Ok(tree) => read(&tree, visitor),
            Err(_) => Err(de::Error::invalid_type(Unexpected::Other("text"), &visitor)),
        }
    }
}

/// A type that says what it wants is asked for nothing else: a client downloads what is compiled for each.
impl<'de> Deserializer<'de> for Field<'_> {
    type Error = FieldError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FieldError> {
        match self {
            Field::Text(text) => visitor.visit_str(text),
            Field::Pairs(pairs) => visitor.visit_map(Entries::pairs(pairs)),
            Field::Typed(Tree::Null) => visitor.visit_unit(),
            Field::Typed(Tree::Bool(value)) => visitor.visit_bool(*value),
            Field::Typed(Tree::Whole(value)) => match u64::try_from(*value) {
                Ok(value) => visitor.visit_u64(value),
                Err(_) => visitor.visit_i64(*value),
            },
            Field::Typed(Tree::Number(value)) => visitor.visit_f64(*value),
            Field::Typed(Tree::Text(text)) => visitor.visit_str(text),
            Field::Typed(Tree::List(list)) => visitor.visit_seq(Rows::typed(list)),
            Field::Typed(Tree::Object(object)) => visitor.visit_map(Entries::typed(object)),
        }
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FieldError> {
        match self {
            Field::Text(text) => visitor.visit_str(text),
            Field::Typed(Tree::Text(text)) => visitor.visit_str(text),
            _ => Err(other(&visitor)),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FieldError> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FieldError> {
        match self {
            Field::Text("") | Field::Typed(Tree::Null) => visitor.visit_none(),
            given => visitor.visit_some(given),
        }
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FieldError> {
        match self {
            // SDKs write `true` or `True`.
            Field::Text(text) if text.eq_ignore_ascii_case("true") => visitor.visit_bool(true),
            Field::Text(text) if text.is_empty() || text.eq_ignore_ascii_case("false") => {
                visitor.visit_bool(false)
            }
            Field::Text(_) => Err(de::Error::custom("It must be true or false.")),
            Field::Typed(Tree::Bool(value)) => visitor.visit_bool(*value),
            _ => Err(other(&visitor)),
        }
    }

    fn deserialize_u64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FieldError> {
        match self {
            // `parse` takes a leading plus, which no client writes.
            Field::Text(text) => match text.parse() {
                Ok(number) if !text.starts_with('+') => visitor.visit_u64(number),
                _ => Err(de::Error::invalid_value(Unexpected::Other("text"), &visitor)),
            },
            Field::Typed(Tree::Whole(value)) => match u64::try_from(*value) {
                Ok(value) => visitor.visit_u64(value),
                Err(_) => visitor.visit_i64(*value),
            },
            Field::Typed(Tree::Number(value)) => visitor.visit_f64(*value),
            _ => Err(other(&visitor)),
        }
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FieldError> {
        match self {
            Field::Text("") => visitor.visit_seq(Rows::typed(&[])),
            // The documentation of one list of texts allows commas instead of JSON.
            Field::Text(text) if !text.trim_start().starts_with(['[', '{', '"']) => {
                let texts = text.split(',').map(|part| Tree::Text(part.trim().to_owned()));
                visitor.visit_seq(Rows::typed(&texts.collect::<Vec<_>>()))
            }
            Field::Text(text) => Self::json(text, visitor, list),
            Field::Pairs(pairs) => {
                visitor.visit_seq(Rows(Box::new(Self::numbered(pairs)?.into_iter())))
            }
            Field::Typed(tree) => list(tree, visitor),
        }
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, FieldError> {
        match self {
            Field::Text("") => visitor.visit_map(Entries::pairs(Vec::new())),
            Field::Text(text) => Self::json(text, visitor, object),
            Field::Pairs(pairs) => visitor.visit_map(Entries::pairs(pairs)),
            Field::Typed(tree) => object(tree, visitor),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, FieldError> {
        self.deserialize_map(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, FieldError> {
        visitor.visit_newtype_struct(self)
    }

    forward_to_deserialize_any! {
        i8 i16 i32 i64 i128 u8 u16 u32 u128 f32 f64 char bytes byte_buf unit
        unit_struct tuple tuple_struct enum identifier ignored_any
    }
}

/// It is of another type than what is wanted.
fn other(wanted: &dyn de::Expected) -> FieldError {
    de::Error::invalid_type(Unexpected::Other("value"), wanted)
}

fn list<'de, V: Visitor<'de>>(tree: &Tree, visitor: V) -> Result<V::Value, FieldError> {
    match tree {
        Tree::List(list) => visitor.visit_seq(Rows::typed(list)),
        _ => Err(other(&visitor)),
    }
}

fn object<'de, V: Visitor<'de>>(tree: &Tree, visitor: V) -> Result<V::Value, FieldError> {
    match tree {
        Tree::Object(object) => visitor.visit_map(Entries::typed(object)),
        _ => Err(other(&visitor)),
    }
}

/// The entries of a list. Behind a box, as [`Entries`] are: what is read from one is compiled once, and not for
/// each of its sources. A client downloads this code.
struct Rows<'a>(Box<dyn Iterator<Item = Field<'a>> + 'a>);

impl<'a> Rows<'a> {
    fn typed(list: &'a [Tree]) -> Self {
        Self(Box::new(list.iter().map(Field::Typed)))
    }
}

impl<'de> SeqAccess<'de> for Rows<'_> {
    type Error = FieldError;

    fn next_element_seed<T: DeserializeSeed<'de>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, FieldError> {
        self.0.next().map(|field| seed.deserialize(field)).transpose()
    }
}

/// The fields of a command, or the entries of an object inside one.
struct Entries<'a> {
    entries: Box<dyn Iterator<Item = (&'a str, Field<'a>)> + 'a>,
    value: Option<(&'a str, Field<'a>)>,
}

impl<'a> Entries<'a> {
    fn of(entries: impl Iterator<Item = (&'a str, Field<'a>)> + 'a) -> Self {
        Self { entries: Box::new(entries), value: None }
    }

    fn pairs(pairs: Vec<(&'a str, &'a str)>) -> Self {
        Self::of(pairs.into_iter().map(|(name, value)| (name, Field::Text(value))))
    }

    fn typed(object: &'a [(String, Tree)]) -> Self {
        Self::of(object.iter().map(|(name, value)| (name.as_str(), Field::Typed(value))))
    }
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = FieldError;

    fn next_key_seed<K: DeserializeSeed<'de>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, FieldError> {
        self.value = self.entries.next();
        let Some((name, _)) = self.value else { return Ok(None) };
        seed.deserialize(name.into_deserializer()).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(
        &mut self,
        seed: V,
    ) -> Result<V::Value, FieldError> {
        let Some((name, value)) = self.value.take() else {
            return Err(de::Error::custom("a value without a name"));
        };
        let is_empty = value.is_empty_text();
        seed.deserialize(value).map_err(|error| error.within(name, is_empty))
    }
}

/// What a request has under a name, if it has it.
pub(crate) type Find<'f, 'a> = &'f dyn Fn(&str) -> Result<Option<Field<'a>>, FieldError>;

/// Reads a command, or what stands for one on a wire, by asking for each of its fields. What a request
/// holds besides is passed over.
pub(crate) fn read<T: de::DeserializeOwned>(find: Find<'_, '_>) -> Result<T, FieldError> {
    // A name in lower case is no field of a wire: under it a command holds a meaning that its
    // dialect gives it, and no caller.
    let has = |name: &str| name.starts_with(|first: char| first.is_ascii_uppercase());
    T::deserialize(Request { find, has })
}

/// Reads what is no command, all of whose fields may be given.
pub(crate) fn read_whole<T: de::DeserializeOwned>(find: Find<'_, '_>) -> Result<T, FieldError> {
    T::deserialize(Request { find, has: |_| true })
}

/// The names that `read` asks for: the fields that a command has on its wire.
pub(crate) fn names(read: impl FnOnce(Find<'_, '_>)) -> Vec<String> {
    let asked = RefCell::new(Vec::new());
    // All are asked for before any is read, so whether the command needs some of them is of no matter.
    read(&|name| {
        asked.borrow_mut().push(name.to_owned());
        Ok(None)
    });
    asked.into_inner()
}

struct Request<'f, 'a> {
    find: Find<'f, 'a>,
    /// Whether a caller has a field.
    has: fn(&str) -> bool,
}

impl<'de> Deserializer<'de> for Request<'_, '_> {
    type Error = FieldError;

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, FieldError> {
        let mut given = Vec::new();
        for name in fields.iter().copied().filter(|name| (self.has)(name)) {
            if let Some(field) = (self.find)(name)? {
                given.push((name, field));
            }
        }
        visitor.visit_map(Entries::of(given.into_iter()))
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, FieldError> {
        Err(de::Error::custom("a command is a struct"))
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option
        unit unit_struct newtype_struct seq tuple tuple_struct map enum identifier ignored_any
    }
}
