// SPDX-License-Identifier: Apache-2.0
//! Tags of a key (wire reference, section 2.2).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::error::ApiError;
use crate::params::Params;
use crate::text::checked_text;

/// Most tags that CreateKey takes.
pub const TAGS_MAX: usize = 20;

checked_text!(
    /// A tag's key: 1 to 128 letters, digits or `/\_-.+=:@`, not beginning `aliyun` or `acs:`.
    TagKey, is_tag_key,
    "A TagKey must be 1 to 128 ASCII letters, digits or / \\ _ - . + = : @, not beginning with aliyun or acs:."
);

checked_text!(
    /// A tag's value: 0 to 128 letters, digits or `/\_-.+=:@`.
    TagValue, is_tag_text,
    "A TagValue must be 0 to 128 ASCII letters, digits or / \\ _ - . + = : @."
);

/// A label on a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tag {
    /// What is unique among a key's tags.
    #[serde(rename = "TagKey")]
    pub key: TagKey,
    /// What it says.
    #[serde(rename = "TagValue")]
    pub value: TagValue,
}

/// A tag as it comes, before its texts are checked one by one.
#[derive(Deserialize)]
struct RawTag<'a> {
    #[serde(rename = "TagKey", borrow)]
    key: std::borrow::Cow<'a, str>,
    #[serde(rename = "TagValue", borrow, default)]
    value: std::borrow::Cow<'a, str>,
}

/// Reads `Tags`, a JSON array of `{"TagKey":..,"TagValue":..}`. Absent is none.
///
/// # Errors
/// `InvalidParameter` naming `Tags` for other JSON, more than `max` tags, a key given twice, or a
/// text outside its alphabet and length.
pub fn tags_from_params(params: &Params, max: usize) -> Result<Vec<Tag>, ApiError> {
    let invalid = |remedy: &str| ApiError::invalid_parameter("Tags", remedy);
    let Some(json) = params.optional("Tags") else { return Ok(Vec::new()) };
    let raw: Vec<RawTag<'_>> = serde_json::from_str(json).map_err(|_| {
        invalid("It must be a JSON array such as [{\"TagKey\":\"k\",\"TagValue\":\"v\"}].")
    })?;
    if raw.len() > max {
        return Err(ApiError::invalid_parameter(
            "Tags",
            format!("It must hold at most {max} tags."),
        ));
    }
    let mut keys = BTreeSet::new();
    raw.into_iter()
        .map(|tag| {
            let key: TagKey =
                tag.key.parse().map_err(|error| ApiError::invalid_parameter("Tags", error))?;
            let value =
                tag.value.parse().map_err(|error| ApiError::invalid_parameter("Tags", error))?;
            if !keys.insert(key.clone()) {
                return Err(invalid("Each TagKey must come once."));
            }
            Ok(Tag { key, value })
        })
        .collect()
}

fn is_tag_text(text: &str) -> bool {
    text.len() <= 128
        && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || br"/\_-.+=:@".contains(&byte))
}

fn is_tag_key(text: &str) -> bool {
    is_tag_text(text)
        && !text.is_empty()
        && !text.starts_with("aliyun")
        && !text.starts_with("acs:")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;

    fn read(json: &str) -> Result<Vec<Tag>, ApiError> {
        let mut params = Params::new();
        params.insert("Tags", json).unwrap();
        tags_from_params(&params, TAGS_MAX)
    }

    #[test]
    fn tags_read_from_json_keep_their_order() {
        let json = r#"[{"TagKey":"b","TagValue":"1"},{"TagKey":"a","TagValue":""}]"#;
        let tags = read(json).unwrap();
        assert_eq!(serde_json::to_string(&tags).unwrap(), json);
        assert_eq!(read(r#"[{"TagKey":"a"}]"#).unwrap()[0].value.as_str(), "");
        assert!(read("").unwrap().is_empty());
    }

    #[test]
    fn the_limits_of_tags_hold() {
        let many = |count: usize| {
            let tags: Vec<_> =
                (0..count).map(|n| format!(r#"{{"TagKey":"k{n}","TagValue":"v"}}"#)).collect();
            read(&format!("[{}]", tags.join(",")))
        };
        assert_eq!(many(20).unwrap().len(), 20);
        assert!(many(21).is_err());
        let long = format!(r#"[{{"TagKey":"{}","TagValue":"v"}}]"#, "k".repeat(129));
        for bad in [
            "{}",
            "[1]",
            "x",
            &long,
            r#"[{"TagValue":"v"}]"#,
            r#"[{"TagKey":"","TagValue":"v"}]"#,
            r#"[{"TagKey":"aliyunx","TagValue":"v"}]"#,
            r#"[{"TagKey":"acs:x","TagValue":"v"}]"#,
            r#"[{"TagKey":"k","TagValue":"a b"}]"#,
            r#"[{"TagKey":"k","TagValue":"1"},{"TagKey":"k","TagValue":"2"}]"#,
        ] {
            let error = read(bad).unwrap_err();
            assert_eq!(error.code(), ErrorCode::InvalidParameter, "{bad}");
            assert!(error.message().contains("\"Tags\""), "{bad}");
        }
    }
}
