// SPDX-License-Identifier: Apache-2.0
//! The table of actions, with what each takes and gives in each cloud.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use edgekms_api::action::{self, Action, Row};
use edgekms_api::dialect::aws::Form;
use edgekms_api::product::Product;
use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::Value;

use crate::shape::{DEFINITIONS, Shape};

/// A cloud's actions, in the order of the table.
pub(crate) struct Cloud {
    /// The dialect's name in the client, and a prefix in the OpenAPI document.
    pub(crate) id: &'static str,
    /// Its name for people.
    pub(crate) name: &'static str,
    pub(crate) calls: Vec<Call>,
    /// The types that several actions share, by name: JSON Schemas.
    pub(crate) types: BTreeMap<String, Value>,
}

/// An action in one cloud.
pub(crate) struct Call {
    pub(crate) row: Row,
    /// JSON Schemas, which refer to the cloud's types.
    pub(crate) request: Value,
    pub(crate) answer: Value,
    /// Documented parameters that nothing made here can have.
    pub(crate) not_offered: &'static [&'static str],
}

/// Both clouds.
pub(crate) struct Clouds {
    pub(crate) aliyun: Cloud,
    pub(crate) aws: Cloud,
}

struct Reader {
    products: &'static [Product],
    requests: SchemaGenerator,
    answers: SchemaGenerator,
    calls: Vec<Call>,
}

impl Reader {
    fn new(products: &'static [Product]) -> Self {
        let settings = SchemaSettings::draft2020_12;
        Self {
            products,
            requests: settings().for_deserialize().into_generator(),
            answers: settings().for_serialize().into_generator(),
            calls: Vec::new(),
        }
    }

    fn read<Q: JsonSchema, A: JsonSchema>(
        &mut self,
        row: Row,
        not_offered: &'static [&'static str],
    ) {
        if !self.products.contains(&row.product) {
            return;
        }
        let request = Q::json_schema(&mut self.requests).to_value();
        let answer = A::json_schema(&mut self.answers).to_value();
        self.calls.push(Call { row, request, answer, not_offered });
    }

    /// A type that requests and answers have in two forms keeps its name for the answers.
    fn finish(mut self, id: &'static str, name: &'static str) -> Result<Cloud> {
        let mut types: BTreeMap<String, Value> =
            self.answers.take_definitions(true).into_iter().collect();
        let mut of_requests = self.requests.take_definitions(true);
        let differ: Vec<String> = of_requests
            .iter()
            .filter(|(name, schema)| types.get(*name).is_some_and(|other| other != *schema))
            .map(|(name, _)| name.clone())
            .collect();
        for name in differ {
            let schema = of_requests.remove(&name).context("a type of requests")?;
            let (from, to) = (format!("{DEFINITIONS}{name}"), format!("{DEFINITIONS}{name}Input"));
            of_requests.insert(format!("{name}Input"), schema);
            let requests = self.calls.iter_mut().map(|call| &mut call.request);
            requests.chain(of_requests.values_mut()).for_each(|schema| refer(schema, &from, &to));
        }
        types.extend(of_requests);
        // The library puts a number behind the name of the second type that has it: a name that nobody chose.
        if let Some(name) =
            types.keys().find(|name| name.ends_with(|end: char| end.is_ascii_digit()))
        {
            bail!("two types of one name: one of them became {name}; give it a name of its own");
        }
        Ok(Cloud { id, name, calls: self.calls, types })
    }
}

/// Makes what refers to one type refer to another.
fn refer(schema: &mut Value, from: &str, to: &str) {
    match schema {
        Value::String(text) if text == from => to.clone_into(text),
        Value::Array(all) => all.iter_mut().for_each(|inner| refer(inner, from, to)),
        Value::Object(all) => all.values_mut().for_each(|inner| refer(inner, from, to)),
        _ => {}
    }
}

macro_rules! read_aliyun {
    (Aws $name:ident $reader:ident) => {};
    ($clouds:ident $name:ident $reader:ident) => {
        $reader.read::<action::$name, <action::$name as Action>::Reply>(
            action::ActionName::$name.row(),
            <action::$name as Action>::NOT_OFFERED,
        );
    };
}

macro_rules! read_aws {
    (Aliyun $name:ident $reader:ident) => {};
    ($clouds:ident $name:ident $reader:ident) => {
        $reader.read::<<action::$name as Form>::Request, <action::$name as Form>::Answer>(
            action::ActionName::$name.row(),
            <action::$name as Form>::NOT_OFFERED,
        );
    };
}

macro_rules! read_all {
    ($($product:ident $family:ident { $($name:ident $module:ident
        $kind:ident $scope:ident $key:ident $permission:ident $audited:ident $throttle:ident
        $repeat:ident $clouds:ident;)+ })+) => {
        impl Clouds {
            /// Reads the table's rows of these products.
            pub(crate) fn read(products: &'static [Product]) -> Result<Self> {
                let (mut aliyun, mut aws) = (Reader::new(products), Reader::new(products));
                $($(read_aliyun!($clouds $name aliyun); read_aws!($clouds $name aws);)+)+
                Ok(Self {
                    aliyun: aliyun.finish("aliyun", "Alibaba Cloud")?,
                    aws: aws.finish("aws", "AWS")?,
                })
            }
        }
    };
}

edgekms_api::with_actions!(read_all);

impl Clouds {
    /// Alibaba first.
    pub(crate) fn both(&self) -> [&Cloud; 2] {
        [&self.aliyun, &self.aws]
    }
}

impl Cloud {
    /// The action by its name, if the cloud has it.
    pub(crate) fn call(&self, name: &str) -> Option<&Call> {
        self.calls.iter().find(|call| call.row.name == name)
    }

    /// Whether the value is one text, number or boolean.
    pub(crate) fn is_plain(&self, shape: &Shape) -> bool {
        match shape {
            Shape::Named(name) => self
                .types
                .get(name)
                .is_some_and(|schema| Shape::read(schema).is_ok_and(|shape| self.is_plain(&shape))),
            Shape::Array(_)
            | Shape::List(_)
            | Shape::Repeat(_)
            | Shape::Context
            | Shape::Object => false,
            _ => true,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_type_with_two_forms_gets_two_names() {
        #[derive(JsonSchema)]
        struct Call {
            _value: Inner,
        }
        struct Inner;
        impl JsonSchema for Inner {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                "Inner".into()
            }
            fn json_schema(generator: &mut SchemaGenerator) -> schemars::Schema {
                let words = [generator.contract().is_serialize().to_string()];
                schemars::json_schema!({ "type": "string", "enum": words })
            }
        }
        let mut reader = Reader::new(Product::ALL);
        reader.read::<Call, Call>(action::ActionName::ALL[0].row(), &[]);
        let cloud = reader.finish("x", "X").unwrap();
        let of = |schema: &Value| schema["properties"]["_value"]["$ref"].clone();
        assert_eq!(of(&cloud.calls[0].request), json!("#/$defs/InnerInput"));
        assert_eq!(of(&cloud.calls[0].answer), json!("#/$defs/Inner"));
        assert_eq!(cloud.types["InnerInput"]["enum"], json!(["false"]));
        assert_eq!(cloud.types["Inner"]["enum"], json!(["true"]));
    }
}
