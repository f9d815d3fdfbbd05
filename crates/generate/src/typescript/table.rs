// SPDX-License-Identifier: Apache-2.0
//! What the client has to know of the actions when it runs, when one is called that no keyring needs. Web
//! pages download it: data, no code, and nothing that the client can tell from a value or a name.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use edgekms_api::action::{ActionName, KeyNames, Repeat};
use serde_json::Value;

use super::types::odd_names;
use crate::actions::{Call, Cloud, Clouds};
use crate::name::camel;
use crate::shape::{Shape, fields};

/// Fields whose value is not the wire's, and how it is told apart.
type Kinds = BTreeMap<String, &'static str>;

pub(super) fn text(clouds: &Clouds) -> Result<String> {
    let calls = || clouds.both().into_iter().flat_map(|cloud| &cloud.calls);
    let mut actions = String::new();
    for action in ActionName::of(super::PRODUCT) {
        let row = action.row();
        let is_bare = calls()
            .filter(|call| call.row.name == row.name)
            .all(|call| call.request["properties"].is_null() && call.not_offered.is_empty());
        let flags = [
            (row.repeat == Repeat::Never, "once: true".to_owned()),
            (is_bare, "bare: true".to_owned()),
            (row.aws_name != row.name, format!("aws: \"{}\"", row.aws_name)),
        ];
        let flags: Vec<_> = flags.into_iter().filter(|(is, _)| *is).map(|(_, flag)| flag).collect();
        if !flags.is_empty() {
            actions += &format!("  {}: {{ {} }},\n", camel(row.name), flags.join(", "));
        }
    }
    let (mut sent, mut got) = (Kinds::new(), Kinds::new());
    for cloud in clouds.both() {
        cloud.calls.iter().try_for_each(|call| sent_kinds(call, cloud, &mut sent))?;
        let answers = cloud.calls.iter().map(|call| &call.answer);
        answers.chain(cloud.types.values()).try_for_each(|schema| got_kinds(schema, &mut got))?;
    }
    let odd: String =
        odd_names(calls())?.iter().map(|(name, wire)| format!("  {name}: \"{wire}\",\n")).collect();
    Ok(format!(
        "/** What the client knows of the actions when it runs; their types are in the other files. */\n\n\
         import type {{ ActionRow }} from \"../kms/dialect.js\";\n\
         import type {{ GotKind, Kinds, SentKind }} from \"../kms/fields.js\";\n\n\
         /** The actions of which there is something to know; on the wire each begins with a capital. */\n\
         export const ACTIONS: Readonly<Record<string, ActionRow>> = {{\n{actions}}};\n\n\
         /** Fields of requests whose value is not the wire's. */\n\
         export const SENT: Kinds<SentKind> = {{\n{}}};\n\n\
         /** Fields of answers whose value is not the wire's. */\n\
         export const GOT: Kinds<GotKind> = {{\n{}}};\n\n\
         /** Fields of requests whose name on the wire is not just theirs with a capital. */\n\
         export const WIRE_NAMES: Readonly<Record<string, string>> = {{\n{odd}}};\n",
        lines(&sent),
        lines(&got),
    ))
}

/// The actions whose key an alias cannot name, by their names on the wire in either dialect.
pub(super) fn without_alias() -> String {
    let rows = ActionName::of(super::PRODUCT).map(ActionName::row);
    let rows =
        rows.filter(|row| matches!(row.key, KeyNames::Key | KeyNames::First | KeyNames::Arn));
    let mut names: Vec<_> = rows.flat_map(|row| [row.name, row.aws_name]).collect();
    names.dedup();
    let lines: String = names.iter().map(|name| format!("  \"{name}\",\n")).collect();
    format!(
        "/** The actions whose `KeyId` is the id or the ARN of a key and no alias, by their names on the wire. */\n\
         export const WITHOUT_ALIAS: readonly string[] = [\n{lines}];\n"
    )
}

fn lines(kinds: &Kinds) -> String {
    kinds.iter().map(|(name, kind)| format!("  {name}: \"{kind}\",\n")).collect()
}

fn sent_kinds(call: &Call, cloud: &Cloud, kinds: &mut Kinds) -> Result<()> {
    for field in fields(&call.request)? {
        match field.shape {
            Shape::Secret => note(kinds, field.name, "bytes")?,
            Shape::Context => note(kinds, field.name, "context")?,
            Shape::Repeat(_) => note(kinds, field.name, "repeat")?,
            shape if cloud.is_plain(&shape) => {}
            _ => note(kinds, field.name, "json")?,
        }
    }
    // The types do not say what AWS takes there: whatever is given, for its own servers.
    let unknown = call.not_offered.iter().filter(|_| cloud.id == "aws");
    unknown.map(|wire| camel(wire)).try_for_each(|name| note(kinds, name, "json"))
}

fn got_kinds(schema: &Value, kinds: &mut Kinds) -> Result<()> {
    for field in fields(schema)? {
        match field.shape {
            Shape::Secret => note(kinds, field.name, "bytes")?,
            Shape::List(_) => note(kinds, field.name, "list")?,
            _ => {}
        }
    }
    Ok(())
}

/// One name is one kind, whatever the action and the cloud: the client goes by the name alone.
fn note(kinds: &mut Kinds, name: String, kind: &'static str) -> Result<()> {
    match kinds.insert(name.clone(), kind) {
        Some(other) if other != kind => bail!("{name} is {other} in one action, {kind} in another"),
        _ => Ok(()),
    }
}
