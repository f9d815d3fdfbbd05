// SPDX-License-Identifier: Apache-2.0
//! The client's typed methods: an interface, because their one body is written by hand.

use anyhow::{Context, Result};
use edgekms_api::action::{ActionName, Repeat};

use crate::actions::{Cloud, Clouds};
use crate::name::camel;
use crate::shape::comment;
use crate::text::{COLUMNS, doc_comment, sentences};

pub(super) fn text(clouds: &Clouds) -> Result<String> {
    let mut methods = String::new();
    for action in ActionName::of(super::PRODUCT) {
        let row = action.row();
        let found =
            clouds.both().into_iter().filter_map(|cloud| Some((cloud, cloud.call(row.name)?)));
        let having: Vec<_> = found.collect();
        let (first, call) = having.first().context("an action that no cloud has")?;
        let mut doc = sentences(comment(&call.request));
        if having.len() == 1 {
            doc += &format!(" {} alone has it.", first.name);
        }
        if row.repeat == Repeat::Never {
            doc += " Sent again only if the server says that it did nothing.";
        }
        let name = camel(row.name);
        methods += &doc_comment(&doc, 2);
        let (given, answer) =
            (format!("...given: Given<D, \"{name}\">"), format!("AnswerOf<D, \"{name}\">"));
        methods += &match format!("  {name}({given}): Promise<{answer}>;\n") {
            line if line.len() <= COLUMNS + 1 => line,
            _ => format!("  {name}(\n    {given}\n  ): Promise<{answer}>;\n"),
        };
    }
    let actions: String = clouds.both().into_iter().map(of_cloud).collect();
    Ok(format!(
        "/** The client's methods, one an action. */\n\n\
         import type {{ AnswerOf, Dialect, Given }} from \"../kms/dialect.js\";\n\
         import type * as aliyun from \"./aliyun.js\";\n\
         import type * as aws from \"./aws.js\";\n\n\
         /** The request and the answer of each action that a cloud has. */\n\
         export interface Actions {{\n{actions}}}\n\n\
         /** One method an action. One that the cloud does not have cannot be called. */\n\
         export interface Methods<D extends Dialect> {{\n{methods}}}\n"
    ))
}

/// One text, since web pages download it with every client: a list would have quotes around each name.
pub(super) fn names() -> String {
    let mut lines = String::new();
    let mut line = String::new();
    for name in ActionName::of(super::PRODUCT).map(|action| camel(action.row().name)) {
        if line.len() + name.len() + 6 > COLUMNS {
            lines += &format!("  \"{line} \" +\n");
            line.clear();
        }
        line += if line.is_empty() { "" } else { " " };
        line += &name;
    }
    format!(
        "/** The names of the client's methods: its table of actions is loaded when one is called. */\n\n\
         /** In the table's order, with a space between two. */\n\
         export const METHODS =\n{lines}  \"{line}\";\n"
    )
}

fn of_cloud(cloud: &Cloud) -> String {
    let id = cloud.id;
    let lines = cloud.calls.iter().map(|call| {
        let wire = call.row.name;
        let name = camel(wire);
        let on_one_line = format!("    {name}: [{id}.{wire}Request, {id}.{wire}Answer];\n");
        if on_one_line.len() <= COLUMNS + 1 {
            return on_one_line;
        }
        format!("    {name}: [\n      {id}.{wire}Request,\n      {id}.{wire}Answer,\n    ];\n")
    });
    format!("  {id}: {{\n{}  }};\n", lines.collect::<String>())
}
