// SPDX-License-Identifier: Apache-2.0
//! One cloud's requests, answers and what they hold.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;

use anyhow::Result;
use serde_json::Value;

use crate::actions::{Call, Cloud};
use crate::name::camel;
use crate::shape::{Field, Shape, comment, fields};
use crate::text::{COLUMNS, doc_comment, prose};

/// Whose value a type describes: callers hand in any `Uint8Array`, and get one over a buffer of its own.
#[derive(Clone, Copy, PartialEq)]
enum Side {
    Request,
    Answer,
}

pub(super) fn text(cloud: &Cloud) -> Result<String> {
    let answered = answered(cloud)?;
    let mut body = String::new();
    for (name, schema) in &cloud.types {
        body += &shared(name, schema, answered.contains(name))?;
    }
    for call in &cloud.calls {
        body += &request(cloud, call)?;
        body += &answer(call)?;
    }
    let imports: String = [("Bytes", "../bytes.js"), ("EncryptionContext", "../context.js")]
        .into_iter()
        .filter(|(name, _)| body.contains(&format!(": {name};")))
        .map(|(name, from)| format!("import type {{ {name} }} from \"{from}\";\n"))
        .collect();
    let name = cloud.name;
    Ok(format!(
        "/** What the actions of {name} take and give. Names are the wire's, with a small first letter. */\n\n\
         {imports}import type {{ Answered }} from \"../kms/dialect.js\";\n{body}"
    ))
}

/// The types that are in answers.
fn answered(cloud: &Cloud) -> Result<BTreeSet<String>> {
    fn named(shape: &Shape) -> Option<&str> {
        match shape {
            Shape::Named(name) => Some(name),
            Shape::Array(inner) | Shape::List(inner) | Shape::Repeat(inner) => named(inner),
            _ => None,
        }
    }
    let mut found = BTreeSet::new();
    let mut left: Vec<&Value> = cloud.calls.iter().map(|call| &call.answer).collect();
    while let Some(schema) = left.pop() {
        for field in fields(schema)? {
            let Some(name) = named(&field.shape) else { continue };
            if found.insert(name.to_owned()) {
                left.extend(cloud.types.get(name));
            }
        }
    }
    Ok(found)
}

/// A type that several actions share. A cloud may add a word to a list that its answers hold, so that
/// any text must be expected there.
fn shared(name: &str, schema: &Value, in_answers: bool) -> Result<String> {
    let doc = doc_comment(comment(schema), 0);
    if schema["properties"].is_object() {
        let side = if in_answers { Side::Answer } else { Side::Request };
        return Ok(format!(
            "\n{doc}export interface {name} {{\n{}}}\n",
            lines(&fields(schema)?, side)
        ));
    }
    let shape = Shape::read(schema)?;
    let is_open = in_answers && matches!(shape, Shape::Words(_));
    let open = if is_open { " | (string & {})" } else { "" };
    let on_one_line = format!("export type {name} = {}{open};", written(&shape, Side::Request));
    if on_one_line.len() > COLUMNS
        && let Shape::Words(words) = &shape
    {
        let lines = words.iter().map(|word| format!("  | \"{word}\"\n")).collect::<String>();
        let open = if is_open { "  | (string & {})\n" } else { "" };
        return Ok(format!("\n{doc}export type {name} =\n{};\n", (lines + open).trim_end()));
    }
    Ok(format!("\n{doc}{on_one_line}\n"))
}

fn request(cloud: &Cloud, call: &Call) -> Result<String> {
    let name = call.row.name;
    let fields = fields(&call.request)?;
    let doc = doc_comment(comment(&call.request), 0);
    if fields.is_empty() && call.not_offered.is_empty() {
        return Ok(format!("\n{doc}export type {name}Request = object;\n"));
    }
    let mut body = lines(&fields, Side::Request);
    for wire in call.not_offered {
        let comment = format!("{} has it; edgekms refuses it.", cloud.name);
        let shape = if cloud.id == "aliyun" { "string" } else { "unknown" };
        let _ = writeln!(body, "{}  {}?: {shape};", doc_comment(&comment, 2), camel(wire));
    }
    Ok(format!("\n{doc}export interface {name}Request {{\n{body}}}\n"))
}

fn answer(call: &Call) -> Result<String> {
    let name = call.row.name;
    let fields = fields(&call.answer)?;
    if fields.is_empty() {
        let doc = doc_comment("Nothing but the request's id.", 0);
        return Ok(format!("\n{doc}export type {name}Answer = Answered;\n"));
    }
    let doc = doc_comment(&prose(comment(&call.answer)), 0);
    let body = lines(&fields, Side::Answer);
    Ok(format!("\n{doc}export interface {name}Answer extends Answered {{\n{body}}}\n"))
}

fn lines(fields: &[Field], side: Side) -> String {
    let line = |field: &Field| {
        let doc = doc_comment(&field.comment, 2);
        let mark = if field.is_required { "" } else { "?" };
        format!("{doc}  {}{mark}: {};\n", field.name, written(&field.shape, side))
    };
    fields.iter().map(line).collect()
}

fn written(shape: &Shape, side: Side) -> String {
    match shape {
        Shape::Text | Shape::Blob => "string".into(),
        Shape::Words(words) => {
            let quoted: Vec<_> = words.iter().map(|word| format!("\"{word}\"")).collect();
            quoted.join(" | ")
        }
        Shape::Integer { .. } | Shape::Number => "number".into(),
        Shape::Bool => "boolean".into(),
        Shape::Secret if side == Side::Request => "Uint8Array".into(),
        Shape::Secret => "Bytes".into(),
        Shape::Context => "EncryptionContext".into(),
        Shape::Object => "Record<string, unknown>".into(),
        Shape::Array(inner) | Shape::List(inner) | Shape::Repeat(inner) => {
            match written(inner, side) {
                words if words.contains('|') => format!("({words})[]"),
                one => format!("{one}[]"),
            }
        }
        Shape::Named(name) => name.clone(),
    }
}

/// The names of request fields whose name on the wire is not just theirs with a capital.
pub(super) fn odd_names<'a>(
    calls: impl Iterator<Item = &'a Call>,
) -> Result<BTreeMap<String, String>> {
    let mut odd = BTreeMap::new();
    for call in calls {
        let wires = fields(&call.request)?.into_iter().map(|field| field.wire);
        for wire in wires.chain(call.not_offered.iter().map(|wire| (*wire).to_owned())) {
            let name = camel(&wire);
            if crate::name::capitalized(&name) != wire {
                odd.insert(name, wire);
            }
        }
    }
    Ok(odd)
}
