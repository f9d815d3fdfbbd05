// SPDX-License-Identifier: Apache-2.0
//! JSON Schemas as the files need them: fields, each with the shape of its value.

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::name::camel;

/// Where schemars has its definitions, in front of a type's name.
pub(crate) const DEFINITIONS: &str = "#/$defs/";

/// What a value is.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Shape {
    Text,
    Words(Vec<String>),
    Integer {
        min: Option<u64>,
        max: Option<u64>,
    },
    Number,
    Bool,
    /// Base64 on the wire, bytes to a caller.
    Secret,
    /// Base64 everywhere.
    Blob,
    /// An object of texts.
    Context,
    /// An object that is described elsewhere.
    Object,
    Array(Box<Shape>),
    /// An array to a caller; with Alibaba, inside an object on the wire.
    List(Box<Shape>),
    /// An array to a caller; with Alibaba, one parameter an entry.
    Repeat(Box<Shape>),
    /// One of the cloud's types.
    Named(String),
}

/// A field of a request, an answer or a type.
#[derive(Clone, Debug)]
pub(crate) struct Field {
    pub(crate) wire: String,
    pub(crate) name: String,
    pub(crate) shape: Shape,
    pub(crate) is_required: bool,
    pub(crate) comment: String,
}

impl Shape {
    pub(crate) fn read(schema: &Value) -> Result<Self> {
        if let Some(target) = schema["$ref"].as_str() {
            let name = target.strip_prefix(DEFINITIONS).context("a reference to a type")?;
            return Ok(Self::Named(name.to_owned()));
        }
        // An option of a type; absent and null are the same to a caller.
        if let Some(all) = schema["anyOf"].as_array() {
            let [one] = all.iter().filter(|one| one["type"] != "null").collect::<Vec<_>>()[..]
            else {
                bail!("neither a type nor an option of one: {schema}")
            };
            return Self::read(one);
        }
        let types = schema["type"].as_array().map(Vec::as_slice);
        let types = types.unwrap_or_else(|| std::slice::from_ref(&schema["type"]));
        let Some(kind) = types.iter().filter_map(Value::as_str).find(|kind| *kind != "null") else {
            bail!("a schema without a type: {schema}")
        };
        let inner = || Self::read(&schema["items"]).map(Box::new);
        Ok(match (kind, schema["format"].as_str()) {
            (_, Some("secret-bytes")) => Self::Secret,
            (_, Some("ciphertext-blob")) => Self::Blob,
            (_, Some("encryption-context")) => Self::Context,
            (_, Some("any-object")) => Self::Object,
            (_, Some("list")) => Self::List(inner()?),
            (_, Some("repeat")) => Self::Repeat(inner()?),
            ("array", _) => Self::Array(inner()?),
            ("string", _) => match schema["enum"].as_array() {
                Some(words) => {
                    Self::Words(words.iter().filter_map(Value::as_str).map(str::to_owned).collect())
                }
                None => Self::Text,
            },
            ("integer", _) => Self::Integer {
                min: schema["minimum"].as_u64(),
                max: schema["maximum"].as_u64().filter(|max| *max < u64::from(u32::MAX)),
            },
            ("number", _) => Self::Number,
            ("boolean", _) => Self::Bool,
            _ => bail!("a shape that nothing here knows: {schema}"),
        })
    }
}

/// The fields of an object: those that must be there, then the others, each by name.
pub(crate) fn fields(schema: &Value) -> Result<Vec<Field>> {
    let Some(properties) = schema["properties"].as_object() else { return Ok(Vec::new()) };
    let required = schema["required"].as_array();
    let fields: Result<Vec<Field>> = properties
        .iter()
        .map(|(wire, property)| {
            Ok(Field {
                wire: wire.clone(),
                name: camel(wire),
                shape: Shape::read(property).with_context(|| format!("the field {wire}"))?,
                is_required: required.is_some_and(|names| names.iter().any(|name| name == wire)),
                comment: comment(property).to_owned(),
            })
        })
        .collect();
    let mut fields = fields?;
    fields.sort_by_key(|field| !field.is_required);
    Ok(fields)
}

/// What a schema says of itself.
pub(crate) fn comment(schema: &Value) -> &str {
    schema["description"].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn an_option_is_what_it_may_hold() {
        let read = |schema| Shape::read(&schema).unwrap();
        assert_eq!(read(json!({ "type": ["string", "null"] })), Shape::Text);
        assert_eq!(
            read(json!({ "type": ["string", "null"], "enum": ["a", null] })),
            Shape::Words(vec!["a".into()])
        );
        let option = json!({ "anyOf": [{ "$ref": "#/$defs/Tag" }, { "type": "null" }] });
        assert_eq!(read(option), Shape::Named("Tag".into()));
        let limit = json!({ "type": ["integer", "null"], "minimum": 1, "maximum": 100 });
        assert_eq!(read(limit), Shape::Integer { min: Some(1), max: Some(100) });
    }

    #[test]
    fn what_nothing_knows_is_no_text() {
        for schema in [json!({}), json!(true), json!({ "type": "object" }), json!({ "$ref": "x" })]
        {
            assert!(Shape::read(&schema).is_err(), "{schema}");
        }
    }

    #[test]
    fn what_must_be_there_comes_first() {
        let schema = json!({ "required": ["Za"], "properties": {
            "Ab": { "type": "boolean" }, "Za": { "type": "string", "description": "Last." },
        } });
        let fields = fields(&schema).unwrap();
        let told: Vec<_> =
            fields.iter().map(|field| (&*field.name, field.is_required, &*field.comment)).collect();
        assert_eq!(told, [("za", true, "Last."), ("ab", false, "")]);
    }
}
