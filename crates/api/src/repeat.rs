// SPDX-License-Identifier: Apache-2.0
//! A list that a request holds as one parameter an entry, numbered from 1: `ResourceId.1`, `Tag.2.Key`
//! (wire reference, section 1.2).

use std::fmt;
use std::marker::PhantomData;

use serde::de::{self, DeserializeOwned};
use serde::{Deserialize, Deserializer, Serialize};

/// At most `MAX` entries, in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(transparent)]
pub struct Repeat<T, const MAX: usize>(pub Vec<T>);

impl<T, const MAX: usize> Default for Repeat<T, MAX> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T, const MAX: usize> Repeat<T, MAX> {
    /// Whether there is no entry.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<'de, T: DeserializeOwned, const MAX: usize> Deserialize<'de> for Repeat<T, MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor<T, const MAX: usize>(PhantomData<T>);

        impl<'de, T: DeserializeOwned, const MAX: usize> de::Visitor<'de> for Visitor<T, MAX> {
            type Value = Repeat<T, MAX>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "a list of at most {MAX}, one parameter an entry, numbered from 1")
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<Self::Value, A::Error> {
                let mut entries = Vec::new();
                while let Some(entry) = seq.next_element()? {
                    if entries.len() == MAX {
                        let remedy = format!("It must have at most {MAX} entries.");
                        return Err(de::Error::custom(remedy));
                    }
                    entries.push(entry);
                }
                Ok(Repeat(entries))
            }
        }

        deserializer.deserialize_seq(Visitor(PhantomData))
    }
}

/// As its entries: how they are numbered is the wire's and not a caller's. `format` says so.
#[cfg(feature = "schema")]
impl<T: schemars::JsonSchema, const MAX: usize> schemars::JsonSchema for Repeat<T, MAX> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Repeat".into()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        let entry = generator.subschema_for::<T>();
        schemars::json_schema!({
            "type": "array", "format": "repeat", "items": entry, "maxItems": MAX
        })
    }
}
