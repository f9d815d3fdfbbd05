// SPDX-License-Identifier: Apache-2.0
//! A document as JSON.

use serde::{Serialize, Serializer};

use crate::policy::document::{Condition, Document, PrincipalName, Statement};

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct DocumentForm<'a> {
    version: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<&'a str>,
    statement: Vec<StatementForm<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct StatementForm<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<&'a str>,
    effect: &'a str,
    #[serde(skip_serializing_if = "Groups::is_empty")]
    principal: Groups<'a, OneOrMany<'a>>,
    action: OneOrMany<'a>,
    resource: OneOrMany<'a>,
    #[serde(skip_serializing_if = "Groups::is_empty")]
    condition: Groups<'a, Groups<'a, OneOrMany<'a>>>,
}

/// An object whose names keep their order.
struct Groups<'a, T>(Vec<(&'a str, T)>);

impl<T> Groups<'_, T> {
    fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: Serialize> Serialize for Groups<'_, T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
    }
}

/// A list of one is written as what it holds: both clouds take either.
struct OneOrMany<'a>(Vec<&'a str>);

impl Serialize for OneOrMany<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self.0.as_slice() {
            [one] => serializer.serialize_str(one),
            many => serializer.collect_seq(many),
        }
    }
}

pub(super) fn document(document: &Document) -> String {
    let statement = document.statements.iter().map(statement).collect();
    let form = DocumentForm { version: document.version, id: document.id.as_deref(), statement };
    // Texts always serialize.
    serde_json::to_string(&form).unwrap_or_default()
}

fn statement(statement: &Statement) -> StatementForm<'_> {
    StatementForm {
        sid: statement.sid.as_deref(),
        effect: statement.effect.as_str(),
        principal: principals(&statement.principals),
        action: many(&statement.actions),
        resource: many(&statement.resources),
        condition: conditions(&statement.conditions),
    }
}

fn many(texts: &[String]) -> OneOrMany<'_> {
    OneOrMany(texts.iter().map(String::as_str).collect())
}

/// Things by their names, in the order in which each name comes first.
fn by_name<T>(all: &[T], name: fn(&T) -> &str) -> Vec<(&str, Vec<&T>)> {
    let mut names: Vec<&str> = Vec::new();
    for one in all.iter().map(name) {
        if !names.contains(&one) {
            names.push(one);
        }
    }
    let of = |wanted: &&str| all.iter().filter(|one| name(one) == *wanted).collect();
    names.iter().map(|wanted| (*wanted, of(wanted))).collect()
}

fn principals(all: &[PrincipalName]) -> Groups<'_, OneOrMany<'_>> {
    let classes = by_name(all, |principal| principal.class.as_str()).into_iter();
    let names = classes.map(|(class, of)| {
        (class, OneOrMany(of.into_iter().map(|one| one.name.as_str()).collect()))
    });
    Groups(names.collect())
}

fn conditions(all: &[Condition]) -> Groups<'_, Groups<'_, OneOrMany<'_>>> {
    let operators = by_name(all, |condition| condition.operator.as_str()).into_iter();
    let keys = operators.map(|(operator, of)| {
        let keys = of.into_iter().map(|one| (one.key.as_str(), many(&one.values)));
        (operator, Groups(keys.collect()))
    });
    Groups(keys.collect())
}
