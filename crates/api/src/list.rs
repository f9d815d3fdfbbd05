// SPDX-License-Identifier: Apache-2.0
//! A list of rows as Alibaba writes one: an object with one field, named after the row, that holds
//! the rows. In JSON `{"Keys":{"Key":[..]}}`, in XML `<Keys><Key>..</Key>..</Keys>`.

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, DeserializeOwned, IgnoredAny};
use serde::ser::SerializeStruct;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// What a list can hold.
pub trait Row {
    /// The name of one row inside its list.
    const NAME: &'static str;
}

/// Rows, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List<T>(pub Vec<T>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> FromIterator<T> for List<T> {
    fn from_iter<I: IntoIterator<Item = T>>(rows: I) -> Self {
        Self(rows.into_iter().collect())
    }
}

impl<T: Row + Serialize> Serialize for List<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut list = serializer.serialize_struct("List", 1)?;
        list.serialize_field(T::NAME, &self.0)?;
        list.end()
    }
}

impl<'de, T: Row + DeserializeOwned> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor<T>(PhantomData<T>);

        impl<'de, T: Row + DeserializeOwned> de::Visitor<'de> for Visitor<T> {
            type Value = List<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "an object that holds a list of {}", T::NAME)
            }

            fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<List<T>, A::Error> {
                let mut rows = Vec::new();
                while let Some(name) = map.next_key::<String>()? {
                    if name == T::NAME {
                        rows = map.next_value()?;
                    } else {
                        map.next_value::<IgnoredAny>()?;
                    }
                }
                Ok(List(rows))
            }
        }

        deserializer.deserialize_map(Visitor(PhantomData))
    }
}

/// As its rows: the level between is the wire's and not a caller's. `x-row` names it.
#[cfg(feature = "schema")]
impl<T: Row + schemars::JsonSchema> schemars::JsonSchema for List<T> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "List".into()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let row = generator.subschema_for::<T>();
        schemars::json_schema!({ "type": "array", "format": "list", "items": row, "x-row": T::NAME })
    }
}
