// SPDX-License-Identifier: Apache-2.0
//! A list that is one text on the wire, its entries parted by commas: `ClientIds=web,app`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use crate::text::TextError;

/// At most `MAX` entries, in order, none of them twice. A text without any is a list without any.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Commas<T, const MAX: usize>(pub Vec<T>);

impl<T, const MAX: usize> Default for Commas<T, MAX> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: fmt::Display, const MAX: usize> fmt::Display for Commas<T, MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut joint = "";
        for entry in &self.0 {
            write!(f, "{joint}{entry}")?;
            joint = ",";
        }
        Ok(())
    }
}

impl<T: fmt::Display, const MAX: usize> Serialize for Commas<T, MAX> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, T: FromStr<Err = TextError> + PartialEq, const MAX: usize> Deserialize<'de>
    for Commas<T, MAX>
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = <std::borrow::Cow<'de, str> as Deserialize>::deserialize(deserializer)?;
        let mut entries = Vec::new();
        for part in text.split(',').filter(|_| !text.is_empty()) {
            let entry: T = part.parse().map_err(de::Error::custom)?;
            if entries.len() == MAX {
                return Err(de::Error::custom(format!("It must have at most {MAX} entries.")));
            }
            if entries.contains(&entry) {
                return Err(de::Error::custom("No entry may be there twice."));
            }
            entries.push(entry);
        }
        Ok(Self(entries))
    }
}

/// As the text that it is.
#[cfg(feature = "schema")]
impl<T, const MAX: usize> schemars::JsonSchema for Commas<T, MAX> {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Commas".into()
    }
    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({ "type": "string" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account::ClientId;

    fn read(text: &str) -> Result<String, String> {
        let json = serde_json::to_string(text).unwrap();
        let read: Result<Commas<ClientId, 2>, _> = serde_json::from_str(&json);
        read.map(|list| list.to_string()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_list_is_told_as_it_was_read_and_holds_nothing_twice() {
        for good in ["", "web", "web,app:1"] {
            assert_eq!(read(good).as_deref(), Ok(good));
        }
        for bad in ["web,web", "a,b,c", "web,", ",", "a b"] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
