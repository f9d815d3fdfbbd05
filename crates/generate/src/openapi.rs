// SPDX-License-Identifier: Apache-2.0
//! The OpenAPI 3.1 document. Both dialects send every action to `/`, which OpenAPI has no way to say:
//! as in other such documents of these clouds, what tells the action apart stands in the path as a
//! fragment, which is never sent (`/#Action=Encrypt`, `/#X-Amz-Target=TrentService.Encrypt`). To AWS's STS
//! the action goes in the body, as with Alibaba, and its version tells the two apart.

use anyhow::{Context, Result};
use edgekms_api::action::{ActionName, Proof, Repeat};
use edgekms_api::dialect::aws::{JSON_MEDIA_TYPE, TARGET_PREFIX, sts};
use edgekms_api::dialect::params::FORM_MEDIA_TYPE as FORM;
use edgekms_api::product::Product;
use serde_json::{Map, Value, json};

use crate::File;
use crate::actions::{Call, Cloud, Clouds};
use crate::shape::DEFINITIONS;
use crate::shape::comment;
use crate::text::{prose, sentences};

/// Formats that say something to what else is made of the schemas, and nothing here.
const OURS: [&str; 3] = ["list", "repeat", "any-object"];

pub(crate) fn file(clouds: &Clouds) -> Result<File> {
    let (mut paths, mut schemas) = (Map::new(), Map::new());
    for cloud in clouds.both() {
        for (name, schema) in &cloud.types {
            schemas.insert(format!("{}.{name}", cloud.id), on_the_wire(cloud, schema)?);
        }
        for call in &cloud.calls {
            let operation =
                if cloud.id == "aliyun" { aliyun(cloud, call)? } else { aws(cloud, call)? };
            paths.insert(path(cloud, call), json!({ "post": operation }));
        }
    }
    let failure = |fields: &[&str]| {
        let properties: Map<_, _> =
            fields.iter().map(|name| ((*name).to_owned(), json!({ "type": "string" }))).collect();
        json!({ "type": "object", "required": fields, "properties": properties })
    };
    schemas.insert("aliyun.Error".into(), failure(&["Code", "HostId", "Message", "RequestId"]));
    schemas.insert("aws.Error".into(), failure(&["__type", "message"]));
    schemas
        .insert("aws.ErrorResponse".into(), query_failure(&failure(&["Type", "Code", "Message"])));
    let signature = |about: &str| json!({ "type": "apiKey", "in": "header", "name": "Authorization", "description": about });
    let document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "edgekms",
            "version": env!("CARGO_PKG_VERSION"),
            "license": { "name": "Apache-2.0", "identifier": "Apache-2.0" },
            "description": "Made by `cargo xtask generate` from the table of actions. Every request goes to \
                `/`: what follows the `#` of a path is not sent, and says which action is meant.",
        },
        "servers": [{ "url": "http://127.0.0.1:8787", "description": "cargo xtask serve" }],
        "tags": clouds.both().map(|cloud| json!({
            "name": cloud.id, "description": format!("As the clients of {} call it.", cloud.name)
        })),
        "paths": paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {
                "aliyun": signature("ACS3-HMAC-SHA256; or, without this header, RPC v1 in the parameters."),
                "aws": signature("AWS4-HMAC-SHA256."),
            },
        },
    });
    let text = serde_json::to_string_pretty(&document)? + "\n";
    Ok(File { path: "docs/openapi.json".into(), text })
}

fn path(cloud: &Cloud, call: &Call) -> String {
    match cloud.id {
        "aliyun" => format!("/#Action={}", call.row.name),
        _ if call.row.product == Product::Sts => {
            format!("/#Action={}&Version={}", call.row.aws_name, sts::VERSION)
        }
        _ => {
            let target = format!("/#X-Amz-Target={TARGET_PREFIX}{}", call.row.aws_name);
            // Of actions with one name, what a request says tells which it means.
            let first = ActionName::of_aws(call.row.product, call.row.aws_name).next();
            let is_first = first.is_some_and(|action| action.as_str() == call.row.name);
            if is_first { target } else { format!("{target}&means={}", call.row.name) }
        }
    }
}

/// An error of AWS's query protocol.
fn query_failure(error: &Value) -> Value {
    json!({
        "type": "object",
        "required": ["Error", "RequestId"],
        "properties": { "Error": error, "RequestId": { "type": "string" } },
    })
}

/// An answer of AWS's query protocol: the result under the action's name, and the request's id.
fn query_answer(name: &str, result: &Value) -> Value {
    let id = json!({
        "type": "object", "required": ["RequestId"],
        "properties": { "RequestId": { "type": "string" } },
    });
    let result_name = format!("{name}Result");
    json!({
        "type": "object",
        "required": [result_name, "ResponseMetadata"],
        "properties": { result_name: result, "ResponseMetadata": id },
        "xml": { "name": format!("{name}Response") },
    })
}

/// What both dialects say alike.
fn operation(cloud: &Cloud, call: &Call, parameters: &Value, media: [&str; 2]) -> Result<Value> {
    let row = call.row;
    let [sent, got] = media;
    let mut answer = on_the_wire(cloud, &call.answer)?;
    if cloud.id == "aliyun" {
        insert(&mut answer, "RequestId", json!({ "type": "string" }))?;
    }
    if got == sts::XML_MEDIA_TYPE {
        answer = query_answer(row.aws_name, &answer);
    }
    // Without one the body is empty.
    let has_body = call.answer["type"] == "object";
    let content = has_body.then(|| json!({ got: { "schema": answer } }));
    let mut success = json!({ "description": reply(call) });
    if let (Some(content), Some(success)) = (content, success.as_object_mut()) {
        success.insert("content".into(), content);
    }
    let error = if got == sts::XML_MEDIA_TYPE { "ErrorResponse" } else { "Error" };
    let failure =
        json!({ "schema": { "$ref": format!("#/components/schemas/{}.{error}", cloud.id) } });
    // A token that the request carries proves who calls.
    let security = match row.proof {
        Proof::Signature => json!([{ cloud.id: [] }]),
        Proof::Token => json!([]),
    };
    let mut operation = json!({
        "operationId": format!("{}.{}", cloud.id, row.name),
        "tags": [cloud.id],
        "summary": sentences(comment(&call.request)),
        "security": security,
        "parameters": parameters,
        "requestBody": {
            "required": true,
            "content": { sent: { "schema": on_the_wire(cloud, &call.request)? } },
        },
        "responses": {
            "200": success,
            "default": { "description": "A refusal.", "content": { got: failure } },
        },
        "x-edgekms-permission": row.permission,
        "x-edgekms-audited": row.audited,
        "x-edgekms-repeatable": row.repeat == Repeat::Harmless,
        "x-edgekms-refused-parameters": call.not_offered,
    });
    if let (Some(name), Some(operation)) = (row.source_permission, operation.as_object_mut()) {
        operation.insert("x-edgekms-source-permission".into(), name.into());
    }
    Ok(operation)
}

fn reply(call: &Call) -> String {
    let about = sentences(comment(&call.answer));
    if about.is_empty() || call.answer["properties"].is_null() {
        "It was done.".into()
    } else {
        about
    }
}

fn aliyun(cloud: &Cloud, call: &Call) -> Result<Value> {
    let header = |name: &str, schema: Value| json!({ "in": "header", "name": name, "required": true, "schema": schema });
    let mut parameters = vec![
        header("x-acs-action", json!({ "const": call.row.name })),
        header("x-acs-version", json!({ "const": call.row.product.row().version })),
    ];
    if call.row.proof == Proof::Signature {
        let signed = ["x-acs-date", "x-acs-signature-nonce", "x-acs-content-sha256"];
        parameters.extend(signed.map(|name| header(name, json!({ "type": "string" }))));
    }
    operation(cloud, call, &parameters.into(), [FORM, "application/json"])
}

fn aws(cloud: &Cloud, call: &Call) -> Result<Value> {
    let target = format!("{TARGET_PREFIX}{}", call.row.aws_name);
    if call.row.product == Product::Sts {
        let date = json!({ "in": "header", "name": "X-Amz-Date", "required": true,
            "schema": { "type": "string" } });
        return operation(cloud, call, &json!([date]), [FORM, sts::XML_MEDIA_TYPE]);
    }
    let header = |name: &str, schema: Value| json!({ "in": "header", "name": name, "required": true, "schema": schema });
    let parameters = json!([
        header("X-Amz-Target", json!({ "const": target })),
        header("X-Amz-Date", json!({ "type": "string" })),
    ]);
    operation(cloud, call, &parameters, [JSON_MEDIA_TYPE, JSON_MEDIA_TYPE])
}

fn insert(schema: &mut Value, name: &str, property: Value) -> Result<()> {
    let schema = schema.as_object_mut().context("an answer is an object")?;
    let properties = schema.entry("properties").or_insert_with(|| json!({}));
    properties.as_object_mut().context("properties are an object")?.insert(name.into(), property);
    let required = schema.entry("required").or_insert_with(|| json!([]));
    required.as_array_mut().context("names are an array")?.push(name.into());
    Ok(())
}

/// A schema as the wire has it: references to this document's types, prose, fields that are absent and
/// not null, and Alibaba's lists inside an object of one field.
fn on_the_wire(cloud: &Cloud, schema: &Value) -> Result<Value> {
    if let Some(all) = schema["anyOf"].as_array() {
        let of_type =
            all.iter().find(|one| one["type"] != "null").context("an option of a type")?;
        let mut one = on_the_wire(cloud, of_type)?;
        if let (Some(one), false) = (one.as_object_mut(), comment(schema).is_empty()) {
            one.insert("description".into(), json!(prose(comment(schema))));
        }
        return Ok(one);
    }
    let Value::Object(all) = schema else {
        return Ok(match schema {
            Value::Array(all) => {
                all.iter().map(|inner| on_the_wire(cloud, inner)).collect::<Result<_>>()?
            }
            other => other.clone(),
        });
    };
    let mut made = Map::new();
    for (name, value) in all {
        let value = match (name.as_str(), value) {
            ("$ref", Value::String(target)) => {
                json!(target.replace(DEFINITIONS, &format!("#/components/schemas/{}.", cloud.id)))
            }
            ("description", Value::String(text)) => json!(prose(text)),
            ("x-row", _) => continue,
            ("format", format) if OURS.iter().any(|ours| format == ours) => continue,
            ("type", Value::Array(types)) => {
                types.iter().find(|one| *one != "null").cloned().unwrap_or_default()
            }
            ("enum", Value::Array(words)) => {
                words.iter().filter(|word| !word.is_null()).cloned().collect()
            }
            // A default that says no more than that the field may be absent.
            ("default", Value::Null) => continue,
            _ => on_the_wire(cloud, value)?,
        };
        made.insert(name.clone(), value);
    }
    let Some(row) = schema["x-row"].as_str() else { return Ok(Value::Object(made)) };
    let description = made.remove("description").unwrap_or_default();
    let list = json!({
        "type": "object", "required": [row], "properties": { row: made }, "description": description
    });
    Ok(list)
}
