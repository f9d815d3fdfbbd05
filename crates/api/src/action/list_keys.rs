// SPDX-License-Identifier: Apache-2.0
//! ListKeys: the CMKs in a region's keyring, filtered, a page at a time.

use serde::{Deserialize, Serialize};

use super::page::Page;
use super::{Action, ActionName, Limits, Request};
use crate::arn::KeyArn;
use crate::error::ApiError;
use crate::id::KeyId;
use crate::key::{KeySpec, KeyState, KeyUsage, ProtectionLevel};
use crate::params::Params;

/// Most entries of `Filters`, and most values of an entry.
const FILTERS_MAX: usize = 10;

/// The action.
#[derive(Clone, Copy, Debug)]
pub struct ListKeys;

/// Which page of which keys.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ListKeysRequest {
    /// Of 1 to 100 rows.
    pub page: Page,
    /// What a key must be to be listed.
    pub filters: Filters,
}

/// A page of keys.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ListKeysResponse {
    /// The rows.
    pub keys: Keys,
    /// Of all keys that pass the filters.
    pub total_count: u64,
    /// As asked.
    pub page_number: u32,
    /// As asked.
    pub page_size: u32,
}

/// The list's inner level.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Keys {
    /// The rows.
    pub key: Vec<KeyRow>,
}

/// One key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct KeyRow {
    /// The id.
    pub key_id: KeyId,
    /// The full name.
    pub key_arn: KeyArn,
}

impl ListKeysResponse {
    /// The page with its rows.
    #[must_use]
    pub fn new(page: Page, total_count: u64, rows: Vec<KeyRow>) -> Self {
        Self { keys: Keys { key: rows }, total_count, page_number: page.number, page_size: page.size }
    }
}

impl Action for ListKeys {
    const NAME: ActionName = ActionName::ListKeys;
    type Request = ListKeysRequest;
    type Response = ListKeysResponse;
}

impl Request for ListKeysRequest {
    fn from_params(params: &Params, _: &Limits) -> Result<Self, ApiError> {
        Ok(Self {
            page: Page::from_params(params, 1..=100)?,
            filters: Filters::from_params(params)?,
        })
    }
}

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

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RawFilter {
    key: String,
    values: Vec<String>,
}

impl Filters {
    /// Reads `Filters`, a JSON array of `{"Key":..,"Values":[..]}`. Values that the property
    /// does not have are ignored, as documented.
    ///
    /// # Errors
    /// `InvalidParameter` naming `Filters` for other JSON, an unknown `Key`, or too many.
    pub fn from_params(params: &Params) -> Result<Self, ApiError> {
        let invalid = |remedy: &str| ApiError::invalid_parameter("Filters", remedy);
        let mut filters = Self::default();
        let Some(json) = params.optional("Filters") else { return Ok(filters) };
        let raw: Vec<RawFilter> = serde_json::from_str(json).map_err(|_| {
            invalid("It must be a JSON array such as [{\"Key\":\"KeyState\",\"Values\":[\"Enabled\"]}].")
        })?;
        if raw.len() > FILTERS_MAX || raw.iter().any(|filter| filter.values.len() > FILTERS_MAX) {
            return Err(invalid("It must hold at most 10 entries, each with at most 10 values."));
        }
        for RawFilter { key, values } in raw {
            match key.as_str() {
                "KeyState" => add_known(&mut filters.key_states, &values),
                "KeySpec" => add_known(&mut filters.key_specs, &values),
                "KeyUsage" => add_known(&mut filters.key_usages, &values),
                "ProtectionLevel" => add_known(&mut filters.protection_levels, &values),
                "CreatorType" => add_known(&mut filters.creator_types, &values),
                _ => return Err(invalid("A Key must be KeyState, KeySpec, KeyUsage, ProtectionLevel or CreatorType.")),
            }
        }
        Ok(filters)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;

    const KEY: Filterable = Filterable {
        key_state: KeyState::Enabled,
        key_spec: KeySpec::Aes256,
        key_usage: KeyUsage::EncryptDecrypt,
        protection_level: ProtectionLevel::Software,
        creator_type: CreatorType::User,
    };

    fn read(json: &str) -> Result<Filters, ApiError> {
        let mut params = Params::new();
        params.insert("Filters", json).unwrap();
        Filters::from_params(&params)
    }

    fn passes(json: &str) -> bool {
        read(json).unwrap().pass(&KEY)
    }

    #[test]
    fn values_are_alternatives_and_properties_add_up() {
        assert!(passes("[]"));
        assert!(passes(r#"[{"Key":"KeyState","Values":["Disabled","Enabled"]}]"#));
        assert!(passes(r#"[{"Key":"KeyState","Values":["Disabled"]},{"Key":"KeyState","Values":["Enabled"]}]"#));
        assert!(!passes(r#"[{"Key":"KeyState","Values":["Enabled"]},{"Key":"KeySpec","Values":["RSA_2048"]}]"#));
        assert!(!passes(r#"[{"Key":"CreatorType","Values":["Service"]}]"#));
        assert!(passes(r#"[{"Key":"KeyState","Values":["Sleepy"]}]"#));
    }

    #[test]
    fn other_shapes_are_refused() {
        let many = format!("[{}]", [r#"{"Key":"KeyState","Values":[]}"#; 11].join(","));
        let long = format!(r#"[{{"Key":"KeyState","Values":[{}]}}]"#, [r#""Enabled""#; 11].join(","));
        for bad in ["{}", "x", r#"[{"Key":"Colour","Values":["red"]}]"#, r#"[{"Key":"KeyState"}]"#, &many, &long] {
            assert_eq!(read(bad).unwrap_err().code(), ErrorCode::InvalidParameter, "{bad}");
        }
    }
}
