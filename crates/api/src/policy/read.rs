// SPDX-License-Identifier: Apache-2.0
//! Whether a text is a policy. What cannot be is told with its statement and its element, and never
//! repeated.

use super::grammar::{Rules, STATEMENT};
use crate::tree::Tree;

/// What to write instead, as a sentence.
type Remedy = String;

type Object = [(String, Tree)];

/// Longest Sid and Id, in characters.
const NAME_MAX_CHARS: usize = 128;

pub(super) fn check(text: &str, rules: &Rules) -> Result<(), Remedy> {
    let tree: Tree = serde_json::from_str(text).map_err(|_| "It must be JSON.")?;
    let document = object(&tree, "It", rules.elements)?;
    let version = get(document, "Version").and_then(text_of);
    if !version.is_some_and(|version| rules.versions.contains(&version)) {
        return Err(format!("Version must be {}.", rules.versions.join(" or ")));
    }
    named(document, "Id")?;
    let statements = get(document, "Statement").map(one_or_more).unwrap_or_default();
    if statements.is_empty() {
        return Err("It must have a Statement: an object, or a list of at least one.".into());
    }
    for (at, one) in statements.iter().enumerate() {
        statement(one, rules).map_err(|remedy| format!("Statement {}: {remedy}", at + 1))?;
    }
    Ok(())
}

fn statement(tree: &Tree, rules: &Rules) -> Result<(), Remedy> {
    let statement = object(tree, "It", STATEMENT)?;
    named(statement, "Sid")?;
    if !get(statement, "Effect")
        .and_then(text_of)
        .is_some_and(|word| ["Allow", "Deny"].contains(&word))
    {
        return Err("Effect must be Allow or Deny.".into());
    }
    principal(get(statement, "Principal"), rules)?;
    texts(get(statement, "Action"), is_action)
        .ok_or("Action must be a text, or a list of texts, such as kms:Encrypt or kms:*.")?;
    texts(get(statement, "Resource"), |text| text == "*").ok_or("Resource must be \"*\".")?;
    get(statement, "Condition").map_or(Ok(()), |tree| condition(tree, rules))
}

fn principal(tree: Option<&Tree>, rules: &Rules) -> Result<(), Remedy> {
    let tree = tree.ok_or("Principal must say whom it is about.")?;
    if rules.anybody && text_of(tree) == Some("*") {
        return Ok(());
    }
    let names: Vec<_> = rules.principals.iter().map(|kind| kind.name).collect();
    let held = object(tree, "Principal", &names)?;
    if held.is_empty() {
        return Err(format!("Principal must have {}.", names.join(" or ")));
    }
    for kind in rules.principals {
        if let Some(tree) = get(held, kind.name) {
            texts(Some(tree), kind.names).ok_or(kind.remedy)?;
        }
    }
    Ok(())
}

fn condition(tree: &Tree, rules: &Rules) -> Result<(), Remedy> {
    let Tree::Object(operators) = tree else {
        return Err("Condition must be an object of operators.".into());
    };
    for (operator, keys) in once_each(operators, "Condition")? {
        let bare = rules.quantifiers.iter().find_map(|start| operator.strip_prefix(start));
        let bare = bare.unwrap_or(operator);
        let bare = rules.suffix.and_then(|end| bare.strip_suffix(end)).unwrap_or(bare);
        if !rules.operators.contains(&bare) {
            return Err(format!("In Condition, operators are {}.", rules.operators.join(", ")));
        }
        let Tree::Object(keys) = keys else {
            return Err(format!("In Condition, {bare} must be an object of keys and values."));
        };
        for (key, value) in once_each(keys, "Condition")? {
            let is_value = |value: &Tree| {
                let typed = matches!(value, Tree::Bool(_) | Tree::Whole(_) | Tree::Number(_));
                text_of(value).is_some() || (typed && rules.typed_values)
            };
            let values = one_or_more(value);
            if !key.contains(':') || values.is_empty() || !values.iter().all(is_value) {
                return Err(format!(
                    "In Condition, {bare} must have keys such as acs:SourceIp or kms:tag/<key>, each \
                     with a text or a list of texts."
                ));
            }
        }
    }
    Ok(())
}

/// An object that has none but these elements, each at most once.
fn object<'a>(tree: &'a Tree, what: &str, elements: &[&str]) -> Result<&'a Object, Remedy> {
    let Tree::Object(held) = tree else {
        return Err(format!("{what} must be an object."));
    };
    if held.iter().any(|(name, _)| !elements.contains(&name.as_str())) {
        return Err(format!("{what} must have no other elements than {}.", elements.join(", ")));
    }
    once_each(held, what)
}

fn once_each<'a>(held: &'a Object, what: &str) -> Result<&'a Object, Remedy> {
    let mut names: Vec<_> = held.iter().map(|(name, _)| name).collect();
    names.sort_unstable();
    if names.windows(2).any(|pair| matches!(pair, [one, other] if one == other)) {
        return Err(format!("{what} must have each element once."));
    }
    Ok(held)
}

fn get<'a>(held: &'a Object, name: &str) -> Option<&'a Tree> {
    held.iter().find(|(other, _)| other == name).map(|(_, tree)| tree)
}

const fn text_of(tree: &Tree) -> Option<&str> {
    if let Tree::Text(text) = tree { Some(text.as_str()) } else { None }
}

/// The entries of a list, or what stands for a list of one.
fn one_or_more(tree: &Tree) -> &[Tree] {
    if let Tree::List(list) = tree { list } else { std::slice::from_ref(tree) }
}

/// Whether there is a text or a list of texts, each of which fits.
fn texts(tree: Option<&Tree>, fits: impl Fn(&str) -> bool) -> Option<()> {
    let all = one_or_more(tree?);
    (!all.is_empty() && all.iter().all(|one| text_of(one).is_some_and(&fits))).then_some(())
}

/// Whether an optional name can be one. Spaces, because the default policy's Sid has them.
fn named(held: &Object, name: &str) -> Result<(), Remedy> {
    let fits = |text: &str| {
        text.chars().count() <= NAME_MAX_CHARS
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_/+=.@- ".contains(&byte))
    };
    match get(held, name) {
        Some(tree) if !text_of(tree).is_some_and(fits) => Err(format!(
            "{name} must have at most {NAME_MAX_CHARS} letters, digits, spaces or _ / + = . @ -."
        )),
        _ => Ok(()),
    }
}

fn is_action(text: &str) -> bool {
    text.strip_prefix("kms:").is_some_and(|name| {
        (1..=128).contains(&name.len())
            && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"*?".contains(&byte))
    })
}
