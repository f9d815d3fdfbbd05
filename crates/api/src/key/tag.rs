// SPDX-License-Identifier: Apache-2.0
//! Tags of a key (wire reference, section 2.2).

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, de};

use crate::error::{ApiError, ErrorCode};
use crate::id::KeyId;
use crate::list::Row;
use crate::page::{of_token, token};
use crate::text::{TextError, checked_text, printed_text, words};

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
        self.check_named("Tags", &tags.0)
    }

    /// As [`TagRules::check`], of the tags in the parameter `name`.
    ///
    /// # Errors
    /// `InvalidParameter` naming it.
    pub fn check_named(&self, name: &str, tags: &[Tag]) -> Result<(), ApiError> {
        let keeps = |tag: &Tag| {
            let (key, value) = (tag.key.as_str(), tag.value.as_str());
            let is_plain = |text: &str| text.is_ascii() && !text.contains(' ');
            value.chars().count() <= self.value_max_chars
                && !self.reserved.iter().any(|start| key.starts_with(start))
                && (!self.plain || (is_plain(key) && is_plain(value)))
        };
        if tags.len() <= self.max && tags.iter().all(keeps) {
            Ok(())
        } else {
            let message =
                format!("The specified parameter \"{name}\" is not valid. {}", self.remedy);
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

/// A tag as TagResources and ListTagResources take it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase", expecting = "a tag with Key and Value")]
pub struct NamedTag {
    /// The tag's key.
    pub key: TagKey,
    /// The tag's value. Absent it is empty in TagResources, and any value in ListTagResources.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<TagValue>,
}

/// A tag as ListResourceTags tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct TagRow {
    /// The key that has the tag.
    pub key_id: KeyId,
    /// The tag's key.
    pub tag_key: TagKey,
    /// The tag's value.
    pub tag_value: TagValue,
}

impl Row for TagRow {
    const NAME: &'static str = "Tag";
}

words! {
    /// What a tag can be on.
    ResourceType, "It must be key or secret.";
    /// A CMK.
    Key = "key",
    /// A secret, of which there are none here.
    Secret = "secret",
}

impl ResourceType {
    /// Refuses what there is none of here.
    ///
    /// # Errors
    /// `UnsupportedOperation` naming `ResourceType`.
    pub fn offered(self) -> Result<(), ApiError> {
        match self {
            Self::Key => Ok(()),
            Self::Secret => Err(ApiError::with_message(
                ErrorCode::UnsupportedOperation,
                "This action is not supported with the ResourceType secret: there are no secrets here. \
                 Give key.",
            )),
        }
    }
}

/// A tag as ListTagResources tells it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(rename_all = "PascalCase")]
pub struct TagResourceRow {
    /// The key that has the tag.
    pub resource_id: KeyId,
    /// What it is.
    pub resource_type: ResourceType,
    /// The tag's key.
    pub tag_key: TagKey,
    /// The tag's value.
    pub tag_value: TagValue,
}

impl Row for TagResourceRow {
    const NAME: &'static str = "TagResource";
}

/// The tag after which a list of tags goes on. Its text means nothing to whoever holds it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagPosition {
    /// The key.
    pub key_id: KeyId,
    /// The tag.
    pub tag_key: TagKey,
}

impl FromStr for TagPosition {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let position = of_token(text);
        let halves = position.as_deref().and_then(|position| position.split_once('/'));
        let read = |(key_id, tag_key): (&str, &str)| {
            Some(Self { key_id: key_id.parse().ok()?, tag_key: tag_key.parse().ok()? })
        };
        halves.and_then(read).ok_or(TextError {
            expected: "It must be the NextToken of the page before, or absent for the first page.",
        })
    }
}

impl fmt::Display for TagPosition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // An id has no slash.
        f.write_str(&token(&format!("{}/{}", self.key_id, self.tag_key)))
    }
}

printed_text!(TagPosition);

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
