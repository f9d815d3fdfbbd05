// SPDX-License-Identifier: Apache-2.0
//! Tags of a key (wire reference, section 2.2).

use std::collections::BTreeSet;
use std::fmt;

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::error::{ApiError, ErrorCode};
use crate::list::Row;
use crate::text::checked_text;

/// Most tags that one key has.
pub const TAGS_OF_A_KEY_MAX: usize = 50;

checked_text!(
    /// A tag's key: 1 to 128 letters, digits, spaces or `/\_-.+=:@`. Each cloud allows fewer: see
    /// [`TagRules`].
    TagKey, is_tag_key,
    "A TagKey must be 1 to 128 letters, digits, spaces or / \\ _ - . + = : @."
);

checked_text!(
    /// A tag's value: 0 to 256 of the same characters.
    TagValue, is_tag_value,
    "A TagValue must be 0 to 256 letters, digits, spaces or / \\ _ - . + = : @."
);

impl Default for TagValue {
    fn default() -> Self {
        Self("".into())
    }
}

/// A label on a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(expecting = "an object with TagKey and TagValue")]
pub struct Tag {
    /// What is unique among a key's tags.
    #[serde(rename = "TagKey")]
    pub key: TagKey,
    /// What it says.
    #[serde(rename = "TagValue", default)]
    pub value: TagValue,
}

/// Tags of one request, each key once.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct Tags(pub Vec<Tag>);

/// What a cloud allows of the tags in one request, besides what every tag must be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TagRules {
    /// Most tags.
    pub max: usize,
    /// Whether letters are those of ASCII and there are no spaces.
    pub plain: bool,
    /// Longest value, in characters.
    pub value_max_chars: usize,
    /// How no key may begin.
    pub reserved: &'static [&'static str],
    /// All of this as a sentence.
    pub remedy: &'static str,
}

impl TagRules {
    /// Whether the tags of a request keep to the rules.
    ///
    /// # Errors
    /// `InvalidParameter` naming `Tags` (AWS: `TagException`).
    pub fn check(&self, tags: &Tags) -> Result<(), ApiError> {
        let keeps = |tag: &Tag| {
            let (key, value) = (tag.key.as_str(), tag.value.as_str());
            let is_plain = |text: &str| text.is_ascii() && !text.contains(' ');
            value.chars().count() <= self.value_max_chars
                && !self.reserved.iter().any(|start| key.starts_with(start))
                && (!self.plain || (is_plain(key) && is_plain(value)))
        };
        if tags.0.len() <= self.max && tags.0.iter().all(keeps) {
            Ok(())
        } else {
            let message = format!("The specified parameter \"Tags\" is not valid. {}", self.remedy);
            Err(ApiError::with_message(ErrorCode::InvalidTag, message))
        }
    }
}

impl<'de> Deserialize<'de> for Tags {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> de::Visitor<'de> for Visitor {
            type Value = Tags;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(r#"a JSON array such as [{"TagKey":"k","TagValue":"v"}]"#)
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<Tags, A::Error> {
                let (mut tags, mut keys) = (Vec::new(), BTreeSet::new());
                while let Some(tag) = seq.next_element::<Tag>()? {
                    if !keys.insert(tag.key.clone()) {
                        return Err(de::Error::custom("Each TagKey must come once."));
                    }
                    tags.push(tag);
                }
                Ok(Tags(tags))
            }
        }

        deserializer.deserialize_seq(Visitor)
    }
}

/// Keys of tags, as UntagResource takes them: at most as many as a key can have.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(transparent)]
pub struct TagKeys(pub Vec<TagKey>);

impl<'de> Deserialize<'de> for TagKeys {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Visitor;

        impl<'de> de::Visitor<'de> for Visitor {
            type Value = TagKeys;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(r#"a JSON array of TagKeys such as ["one","two"]"#)
            }

            fn visit_seq<A: de::SeqAccess<'de>>(self, mut seq: A) -> Result<TagKeys, A::Error> {
                let mut keys = Vec::new();
                while let Some(key) = seq.next_element()? {
                    if keys.len() == TAGS_OF_A_KEY_MAX {
                        return Err(de::Error::custom("It must hold at most 50 TagKeys."));
                    }
                    keys.push(key);
                }
                Ok(TagKeys(keys))
            }
        }

        deserializer.deserialize_seq(Visitor)
    }
}

/// A tag as ListResourceTags tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct TagRow {
    /// The key that has the tag.
    pub key_id: crate::id::KeyId,
    /// The tag's key.
    pub tag_key: TagKey,
    /// The tag's value.
    pub tag_value: TagValue,
}

impl Row for TagRow {
    const NAME: &'static str = "Tag";
}

fn is_tag_text(text: &str) -> bool {
    let fits = |character: char| {
        character.is_alphanumeric()
            || (character.is_whitespace() && !character.is_control())
            || r"/\_-.+=:@".contains(character)
    };
    text.chars().all(fits)
}

fn is_tag_key(text: &str) -> bool {
    !text.is_empty() && text.chars().count() <= 128 && is_tag_text(text)
}

fn is_tag_value(text: &str) -> bool {
    text.chars().count() <= 256 && is_tag_text(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: TagRules = TagRules {
        max: 2,
        plain: true,
        value_max_chars: 128,
        reserved: &["aliyun", "acs:"],
        remedy: "Do this.",
    };

    fn read(json: &str) -> Result<Tags, serde_json::Error> {
        serde_json::from_str(json)
    }

    #[test]
    fn tags_keep_their_order_and_values_may_be_absent() {
        let json = r#"[{"TagKey":"b","TagValue":"1"},{"TagKey":"a","TagValue":""}]"#;
        assert_eq!(serde_json::to_string(&read(json).unwrap()).unwrap(), json);
        assert_eq!(read(r#"[{"TagKey":"a"}]"#).unwrap().0[0].value.as_str(), "");
        assert!(read("[]").unwrap().0.is_empty());
    }

    #[test]
    fn other_shapes_texts_and_repeated_keys_are_refused() {
        let long = format!(r#"[{{"TagKey":"{}","TagValue":"v"}}]"#, "k".repeat(129));
        for bad in [
            "{}",
            "[1]",
            "x",
            &long,
            r#"[{"TagValue":"v"}]"#,
            r#"[{"TagKey":"","TagValue":"v"}]"#,
            r#"[{"TagKey":"k","TagValue":"a\u0001"}]"#,
            r#"[{"TagKey":"k","TagValue":"<"}]"#,
            r#"[{"TagKey":"k","TagValue":"1"},{"TagKey":"k","TagValue":"2"}]"#,
        ] {
            assert!(read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn tag_keys_are_bounded() {
        let many = |count: usize| serde_json::to_string(&vec!["k"; count]).unwrap();
        assert_eq!(serde_json::from_str::<TagKeys>(&many(50)).unwrap().0.len(), 50);
        for bad in [&*many(51), "{}", "[1]", r#"[""]"#] {
            assert!(serde_json::from_str::<TagKeys>(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_cloud_s_rules_are_narrower() {
        let one = |key: &str, value: &str| {
            let tag = Tag { key: key.parse().unwrap(), value: value.parse().unwrap() };
            PLAIN.check(&Tags(vec![tag]))
        };
        assert_eq!(one("k", "v"), Ok(()));
        for (key, value) in
            [("aliyunx", "v"), ("acs:x", "v"), ("k", "a b"), ("é", "v"), ("k", &"v".repeat(129))]
        {
            let error = one(key, value).unwrap_err();
            assert!(error.message().contains("\"Tags\""), "{key} {value}");
        }
        let three = read(r#"[{"TagKey":"a"},{"TagKey":"b"},{"TagKey":"c"}]"#).unwrap();
        assert!(PLAIN.check(&three).is_err());
    }
}
