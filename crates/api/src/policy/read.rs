// SPDX-License-Identifier: Apache-2.0
//! Whether a text is a policy. What cannot be is told with its statement and its element, and never
//! repeated.
//!
//! A text is bounded by [`super::POLICY_MAX_LEN`], and `serde_json` refuses what is nested more than 128
//! deep, so neither the reading nor what is read can be large.

use super::condition;
use super::document::{ANYBODY, Document, PrincipalName, Statement};
use super::element::{Object, Remedy, get, object, one_or_more, text_of};
use super::grammar::{Names, Rules};
use crate::tree::Tree;

/// Longest Sid and Id, in characters.
const NAME_MAX_CHARS: usize = 128;

pub(super) fn read(text: &str, rules: &Rules) -> Result<Document, Remedy> {
    let tree: Tree = serde_json::from_str(text).map_err(|_| "It must be JSON.")?;
    let document = object(&tree, "It", rules.elements)?;
    let version = get(document, "Version").and_then(text_of);
    let version = rules.versions.iter().find(|known| version == Some(**known));
    let version =
        version.ok_or_else(|| format!("Version must be {}.", rules.versions.join(" or ")))?;
    let id = name(document, "Id")?;
    let statements = get(document, "Statement").map(one_or_more).unwrap_or_default();
    if statements.is_empty() {
        return Err("It must have a Statement: an object, or a list of at least one.".into());
    }
    let statements = statements.iter().enumerate().map(|(at, one)| {
        statement(one, rules).map_err(|remedy| format!("Statement {}: {remedy}", at + 1))
    });
    Ok(Document { version, id, statements: statements.collect::<Result<_, _>>()? })
}

fn statement(tree: &Tree, rules: &Rules) -> Result<Statement, Remedy> {
    if let Tree::Object(held) = tree
        && let Some((name, _)) = held.iter().find(|(name, _)| rules.refused.contains(&&**name))
    {
        return Err(format!(
            "{name} has no translation. Say what is meant by an element without Not."
        ));
    }
    let statement = object(tree, "It", rules.statement)?;
    let sid = name(statement, "Sid")?;
    let effect = get(statement, "Effect").and_then(text_of).and_then(|word| word.parse().ok());
    let effect = effect.ok_or("Effect must be Allow or Deny.")?;
    let principals = principals(get(statement, "Principal"), rules)?;
    let actions = texts(get(statement, "Action"), &rules.action)?;
    let resources = match get(statement, "Resource") {
        None if rules.no_resource => Vec::new(),
        tree => texts(tree, &rules.resource)?,
    };
    let conditions = get(statement, "Condition").map(|tree| condition::read(tree, rules));
    let conditions = conditions.transpose()?.unwrap_or_default();
    Ok(Statement { sid, effect, principals, actions, resources, conditions })
}

fn principals(tree: Option<&Tree>, rules: &Rules) -> Result<Vec<PrincipalName>, Remedy> {
    if rules.principals.is_empty() {
        return Ok(Vec::new());
    }
    let tree = tree.ok_or("Principal must say whom it is about.")?;
    if let (true, Some(kind), Some(ANYBODY)) =
        (rules.anybody, rules.principals.first(), text_of(tree))
    {
        return Ok(vec![PrincipalName { class: kind.class, name: ANYBODY.into() }]);
    }
    let fields: Vec<_> = rules.principals.iter().map(|kind| kind.class.as_str()).collect();
    let held = object(tree, "Principal", &fields)?;
    if held.is_empty() {
        return Err(format!("Principal must have {}.", fields.join(" or ")));
    }
    let mut named = Vec::new();
    for kind in rules.principals {
        if let Some(tree) = get(held, kind.class.as_str()) {
            let names = texts(Some(tree), &kind.names)?.into_iter();
            named.extend(names.map(|name| PrincipalName { class: kind.class, name }));
        }
    }
    Ok(named)
}

/// A text or a list of texts, each of which fits.
fn texts(tree: Option<&Tree>, names: &Names) -> Result<Vec<String>, Remedy> {
    let all = tree.map(one_or_more).unwrap_or_default().iter();
    let texts = all.map(|one| text_of(one).filter(|text| (names.fits)(text)).map(str::to_owned));
    let texts: Option<Vec<String>> = texts.collect();
    texts.filter(|texts| !texts.is_empty()).ok_or_else(|| names.remedy.to_owned())
}

/// An optional name. Spaces, because the default policy's Sid has them.
fn name(held: &Object, element: &str) -> Result<Option<String>, Remedy> {
    let fits = |text: &&str| {
        text.chars().count() <= NAME_MAX_CHARS
            && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"_/+=.@- ".contains(&byte))
    };
    let Some(tree) = get(held, element) else { return Ok(None) };
    text_of(tree).filter(fits).map(|text| Some(text.to_owned())).ok_or_else(|| {
        format!(
            "{element} must have at most {NAME_MAX_CHARS} letters, digits, spaces or _ / + = . @ -."
        )
    })
}
