// SPDX-License-Identifier: Apache-2.0
//! Conditions on the keys that ListKeys tells (wire reference, section 2.6).

use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

use super::{KeySpec, KeyState, KeyUsage, ProtectionLevel};

/// Most entries of `Filters`, and most values of an entry.
const FILTERS_MAX: usize = 10;
const PROPERTIES: &str =
    "A Key must be KeyState, KeySpec, KeyUsage, ProtectionLevel or CreatorType.";
const TOO_MANY: &str = "It must hold at most 10 entries, each with at most 10 values.";

/// Conditions on the rows: values of one property are alternatives, different properties must all
/// hold, and a property without values holds for every key.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filters {
    /// States.
    pub key_states: Vec<KeyState>,
    /// Specs.
    pub key_specs: Vec<KeySpec>,
    /// Usages.
    pub key_usages: Vec<KeyUsage>,
    /// Protection levels.
    pub protection_levels: Vec<ProtectionLevel>,
    /// Who made the key.
    pub creator_types: Vec<CreatorType>,
}

crate::text::words! {
    /// Who made a key: its user, or a cloud service on the user's behalf.
    CreatorType, "It must be User or Service.";
    /// The user.
    User = "User",
    /// A service.
    Service = "Service",
}

/// What of a key the filters look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Filterable {
    /// Its state.
    pub key_state: KeyState,
    /// Its spec.
    pub key_spec: KeySpec,
    /// Its usage.
    pub key_usage: KeyUsage,
    /// Its protection level.
    pub protection_level: ProtectionLevel,
    /// Who made it.
    pub creator_type: CreatorType,
}

/// One condition.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", expecting = "an object with Key and Values")]
pub struct Filter {
    /// The property: KeyState, KeySpec, KeyUsage, ProtectionLevel or CreatorType.
    pub key: String,
    /// What it may be. Values that the property does not have are ignored, as documented.
    pub values: Vec<String>,
}

impl Filters {
    /// Whether every key passes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn add(&mut self, filter: &Filter) -> Result<(), &'static str> {
        let values = &filter.values;
        match filter.key.as_str() {
            "KeyState" => add_known(&mut self.key_states, values),
            "KeySpec" => add_known(&mut self.key_specs, values),
            "KeyUsage" => add_known(&mut self.key_usages, values),
            "ProtectionLevel" => add_known(&mut self.protection_levels, values),
            "CreatorType" => add_known(&mut self.creator_types, values),
            _ => return Err(PROPERTIES),
        }
        Ok(())
    }

    /// Whether a key passes.
    #[must_use]
    pub fn pass(&self, key: &Filterable) -> bool {
        fn one_of<T: PartialEq>(values: &[T], value: &T) -> bool {
            values.is_empty() || values.contains(value)
        }
        one_of(&self.key_states, &key.key_state)
            && one_of(&self.key_specs, &key.key_spec)
            && one_of(&self.key_usages, &key.key_usage)
            && one_of(&self.protection_levels, &key.protection_level)
            && one_of(&self.creator_types, &key.creator_type)
    }
}

fn add_known<T: std::str::FromStr>(to: &mut Vec<T>, values: &[String]) {
    to.extend(values.iter().filter_map(|value| value.parse::<T>().ok()));
}

/// A JSON array of [`Filter`]s. An entry of which no value is known is left out.
impl Serialize for Filters {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        fn entry<T: fmt::Display>(key: &str, values: &[T]) -> Filter {
            Filter { key: key.to_owned(), values: values.iter().map(T::to_string).collect() }
        }
        let entries = [
            entry("KeyState", &self.key_states),
            entry("KeySpec", &self.key_specs),
            entry("KeyUsage", &self.key_usages),
            entry("ProtectionLevel", &self.protection_levels),
            entry("CreatorType", &self.creator_types),
        ];
        serializer.collect_seq(entries.iter().filter(|entry| !entry.values.is_empty()))
    }
}

impl<'de> Deserialize<'de> for Filters {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Filters;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(r#"a JSON array such as [{"Key":"KeyState","Values":["Enabled"]}]"#)
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<Filters, A::Error> {
                let (mut filters, mut entries) = (Filters::default(), 0);
                while let Some(filter) = seq.next_element::<Filter>()? {
                    entries += 1;
                    if entries > FILTERS_MAX || filter.values.len() > FILTERS_MAX {
                        return Err(de::Error::custom(TOO_MANY));
                    }
                    filters.add(&filter).map_err(de::Error::custom)?;
                }
                Ok(filters)
            }
        }

        deserializer.deserialize_seq(Visitor)
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for Filters {
    fn inline_schema() -> bool {
        true
    }
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Filters".into()
    }
    fn json_schema(generator: &mut schemars::SchemaGenerator) -> schemars::Schema {
        <Vec<Filter>>::json_schema(generator)
    }
}
#[cfg(test)]
mod tests {
    use super::*;

    const KEY: Filterable = Filterable {
        key_state: KeyState::Enabled,
        key_spec: KeySpec::Aes256,
        key_usage: KeyUsage::EncryptDecrypt,
        protection_level: ProtectionLevel::Software,
        creator_type: CreatorType::User,
    };

    fn read(json: &str) -> Result<Filters, serde_json::Error> {
        serde_json::from_str(json)
    }

    fn passes(json: &str) -> bool {
        read(json).unwrap().pass(&KEY)
    }

    #[test]
    fn values_are_alternatives_and_properties_add_up() {
        assert!(passes("[]"));
        assert!(passes(r#"[{"Key":"KeyState","Values":["Disabled","Enabled"]}]"#));
        assert!(passes(
            r#"[{"Key":"KeyState","Values":["Disabled"]},{"Key":"KeyState","Values":["Enabled"]}]"#
        ));
        assert!(!passes(
            r#"[{"Key":"KeyState","Values":["Enabled"]},{"Key":"KeySpec","Values":["RSA_2048"]}]"#
        ));
        assert!(!passes(r#"[{"Key":"CreatorType","Values":["Service"]}]"#));
        assert!(passes(r#"[{"Key":"KeyState","Values":["Sleepy"]}]"#));
    }

    #[test]
    fn filters_are_written_as_they_were_read() {
        let json = r#"[{"Key":"KeyState","Values":["Enabled","Disabled"]},{"Key":"KeySpec","Values":["RSA_2048"]}]"#;
        assert_eq!(serde_json::to_string(&read(json).unwrap()).unwrap(), json);
    }

    #[test]
    fn other_shapes_are_refused() {
        let many = format!("[{}]", [r#"{"Key":"KeyState","Values":[]}"#; 11].join(","));
        let long =
            format!(r#"[{{"Key":"KeyState","Values":[{}]}}]"#, [r#""Enabled""#; 11].join(","));
        for bad in [
            "{}",
            "x",
            r#"[{"Key":"Colour","Values":["red"]}]"#,
            r#"[{"Key":"KeyState"}]"#,
            &many,
            &long,
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }
}
