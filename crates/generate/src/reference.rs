// SPDX-License-Identifier: Apache-2.0
//! The API reference: `docs/api`, a page a family of actions.

use std::collections::BTreeSet;

use anyhow::Result;
use edgekms_api::action::{
    ActionKind, ActionName, Clouds as Has, KeyNames, Proof, Repeat, Row, Throttle,
};
use edgekms_api::product::Product;

use crate::File;
use crate::actions::{Call, Cloud, Clouds};
use crate::kinds;
use crate::shape::{Field, Shape, comment, fields};
use crate::text::{prose, sentences};

const HEAD: &str =
    "<!-- Made by `cargo xtask generate` from the table of actions: change that, not this. -->\n";

pub(crate) fn files(clouds: &Clouds) -> Result<Vec<File>> {
    let mut families = Vec::new();
    for action in ActionName::ALL {
        let family = action.row().family;
        if !families.contains(&family) {
            families.push(family);
        }
    }
    let file = |name: &str, text: String| File {
        path: format!("docs/api/{name}.md"),
        text: format!("{HEAD}{}\n", text.trim_end()),
    };
    let mut files = vec![file("README", index(clouds)), file("kinds", kinds::page())];
    for family in families {
        files.push(file(family, page(clouds, family)?));
    }
    Ok(files)
}

fn rows() -> impl Iterator<Item = Row> {
    ActionName::ALL.iter().map(|action| action.row())
}

fn index(clouds: &Clouds) -> String {
    let tables = Product::ALL.iter().map(|&product| actions_of(clouds, product));
    format!(
        "# API reference\n\n\
         The same keys answer to two clouds' clients. Alibaba Cloud: the product's version, parameters in the \
         query or in a form body, an object, a list or a context as JSON in one parameter, signed by RPC v1 or \
         ACS3-HMAC-SHA256; every answer has `RequestId` besides what is listed. AWS: `POST /` with \
         `X-Amz-Target: TrentService.<action>`, JSON 1.1, Signature Version 4; the answer's id is in the header \
         `x-amzn-RequestId`. [openapi.json](../openapi.json) says the same to programs; in the npm package a name is \
         written with a small first letter (`KeyId` is `keyId`, `AWSAccountId` is `awsAccountId`).\n\n\
         Bytes are base64 with padding. What is *refused* is documented by that cloud and not offered here. \
         [Kinds of keys](kinds.md) says which keys are made.\n\n\
         {}",
        tables.collect::<String>()
    )
}

/// The table of a product's actions, under its heading.
fn actions_of(clouds: &Clouds, product: Product) -> String {
    let lines = ActionName::of(product).map(|action| {
        let row = action.row();
        let name = row.name;
        let file = format!("{}.md#{}", row.family, name.to_lowercase());
        let call = clouds.both().into_iter().find_map(|cloud| cloud.call(name));
        let about = call.map(|call| sentences(comment(&call.request))).unwrap_or_default();
        format!("| [{name}]({file}) | {} | {about} |\n", having(row))
    });
    format!(
        "\n## {}, version {}\n\n| action | clouds | what it does |\n|---|---|---|\n{}",
        product.row().name,
        product.row().version,
        lines.collect::<String>()
    )
}

fn page(clouds: &Clouds, family: &str) -> Result<String> {
    let mut text = format!("# Actions: {family}\n");
    let mut shared: [BTreeSet<String>; 2] = Default::default();
    for row in rows().filter(|row| row.family == family) {
        let name = row.name;
        let calls = clouds.both().map(|cloud| cloud.call(name).map(|call| (cloud, call)));
        let first =
            calls.iter().flatten().next().map(|(_, call)| sentences(comment(&call.request)));
        let first = first.unwrap_or_default();
        text += &format!("\n## {name}\n\n{first}\n\n{}", facts(row));
        for ((cloud, call), shared) in
            calls.into_iter().zip(&mut shared).filter_map(|(call, shared)| Some((call?, shared)))
        {
            text += &described(cloud, call, &first, shared)?;
        }
    }
    for (cloud, mut left) in clouds.both().into_iter().zip(shared) {
        let mut told = BTreeSet::new();
        while let Some(name) = left.pop_first() {
            if !told.insert(name.clone()) {
                continue;
            }
            text += &type_of(cloud, &name, &mut left)?;
        }
    }
    Ok(text)
}

fn permission(row: Row) -> String {
    match (row.permission, row.source_permission) {
        _ if row.proof == Proof::Token => {
            "that of the role's trust policy: the token proves who calls, and no signature is needed".into()
        }
        (None, _) => "none: any valid signature will do".into(),
        (Some(name), None) => format!("`{name}`"),
        (Some(name), Some(source)) => {
            format!("`{source}` for the key that decrypts, `{name}` for the one that encrypts")
        }
    }
}

fn facts(row: Row) -> String {
    let mut lines = vec![
        ("clouds", having(row).to_owned()),
        ("permission", permission(row)),
        ("audited", if row.audited { "yes" } else { "no" }.into()),
        ("throttle group", throttle(row.throttle).into()),
        ("carried out", kind(row).into()),
        ("may be sent again when its outcome is unknown", repeat(row.repeat).into()),
    ];
    if row.aws_name != row.name {
        lines.push(("AWS's name", format!("`{}`", row.aws_name)));
    }
    match row.key {
        KeyNames::None => {}
        KeyNames::Key => lines.push(("the key", "by its id (Alibaba), its id or ARN (AWS)".into())),
        KeyNames::First => lines.push((
            "the key",
            "by its id (Alibaba), its id or ARN (AWS); the default master key, before its first need, \
             by `alias/acs/default` (Alibaba)"
                .into(),
        )),
        KeyNames::Arn => lines.push(("the key", "by its id or ARN".into())),
        KeyNames::Any => lines.push((
            "the key",
            "by its id, an alias or its ARN (Alibaba), also by an alias's ARN (AWS)".into(),
        )),
    }
    let lines = lines.iter().map(|(name, value)| format!("| {name} | {value} |\n"));
    format!("| | |\n|---|---|\n{}", lines.collect::<String>())
}

const fn having(row: Row) -> &'static str {
    match row.clouds {
        Has::Both => "both",
        Has::Aliyun => "Alibaba",
        Has::Aws => "AWS",
    }
}

const fn throttle(group: Throttle) -> &'static str {
    match group {
        Throttle::CreateKey => "making keys, 10 a second",
        Throttle::Reads => "reads, 50 a second",
        Throttle::Writes => "changes, 30 a second",
        Throttle::TagReads => "reads of tags, 300 a second",
        Throttle::Symmetric => "symmetric cryptography, 1,000 a second",
        Throttle::Account => "the account's own, 1 a second",
        Throttle::Asymmetric => "asymmetric cryptography, 200 a second",
    }
}

fn kind(row: Row) -> &'static str {
    let is_account_s = matches!(row.product, Product::Ram | Product::Ims);
    match row.kind {
        ActionKind::Change if is_account_s => "by the account, which it changes",
        ActionKind::Read if is_account_s => "by the account",
        ActionKind::Change => "by the keyring, which it changes",
        ActionKind::Read => "by the keyring",
        ActionKind::Crypto => "at the edge, with the key's material from a copy",
        ActionKind::Edge => "at the edge, without a key",
        ActionKind::Session => "at the edge, with the role from a copy of its account",
        ActionKind::Trail => "at the edge, from the objects that hold the events",
    }
}

const fn repeat(repeat: Repeat) -> &'static str {
    match repeat {
        Repeat::Harmless => "yes: the second time does no more than the first",
        Repeat::Never => "no: look first",
    }
}

fn described(
    cloud: &Cloud,
    call: &Call,
    said: &str,
    shared: &mut BTreeSet<String>,
) -> Result<String> {
    let mut text = format!("\n### {} of {}\n\n", call.row.name, cloud.name);
    // In what the clouds differ.
    let about = sentences(comment(&call.request));
    if about != said {
        text += &format!("{about}\n\n");
    }
    let request = fields(&call.request)?;
    let refused: String =
        call.not_offered.iter().map(|wire| format!("| `{wire}` | | | refused |\n")).collect();
    if request.is_empty() && refused.is_empty() {
        text += "No parameters.\n";
    } else {
        text += "| parameter | type | | |\n|---|---|---|---|\n";
        text += &(table(&request, "required", shared) + &refused);
    }
    let answer = fields(&call.answer)?;
    if answer.is_empty() {
        return Ok(text + "\nThe answer has no fields.\n");
    }
    text += "\n| answer | type | | |\n|---|---|---|---|\n";
    // What an answer always has is the rule there.
    let lines =
        answer.iter().map(|field| Field { is_required: !field.is_required, ..field.clone() });
    Ok(text + &table(&lines.collect::<Vec<_>>(), "may be absent", shared))
}

fn type_of(cloud: &Cloud, name: &str, shared: &mut BTreeSet<String>) -> Result<String> {
    let Some(schema) = cloud.types.get(name) else { return Ok(String::new()) };
    let about = sentences(comment(schema));
    let head = format!("\n## {name} of {}\n\n", cloud.name);
    let about = if about.is_empty() { about } else { about + "\n\n" };
    if schema["properties"].is_object() {
        let lines = table(&fields(schema)?, "always there", shared);
        return Ok(format!("{head}{about}| field | type | | |\n|---|---|---|---|\n{lines}"));
    }
    Ok(format!("{head}{about}{}\n", sentences(&told(&Shape::read(schema)?, shared))))
}

fn table(fields: &[Field], mark: &str, shared: &mut BTreeSet<String>) -> String {
    let line = |field: &Field| {
        let mark = if field.is_required { mark } else { "" };
        let about = prose(&field.comment).replace("\n\n", " ");
        format!("| `{}` | {} | {mark} | {about} |\n", field.wire, told(&field.shape, shared))
    };
    fields.iter().map(line).collect()
}

/// A shape in words; the types that it names are to be told too.
fn told(shape: &Shape, shared: &mut BTreeSet<String>) -> String {
    match shape {
        Shape::Text => "text".into(),
        Shape::Words(words) => {
            let quoted: Vec<_> = words.iter().map(|word| format!("`{word}`")).collect();
            quoted.join(", ")
        }
        Shape::Integer { min: Some(min), max: Some(max) } => format!("integer, {min} to {max}"),
        Shape::Integer { min: Some(min), .. } if *min > 0 => format!("integer from {min}"),
        Shape::Integer { .. } => "integer".into(),
        Shape::Number => "number".into(),
        Shape::Bool => "boolean".into(),
        Shape::Secret | Shape::Blob => "bytes".into(),
        Shape::Context => "object of texts".into(),
        Shape::Object => "object".into(),
        Shape::Array(inner) | Shape::List(inner) => format!("list of {}", told(inner, shared)),
        Shape::Repeat(inner) => {
            format!("list of {}, one parameter an entry, numbered from 1", told(inner, shared))
        }
        Shape::Named(name) => {
            shared.insert(name.clone());
            name.clone()
        }
    }
}
