// SPDX-License-Identifier: Apache-2.0
//! Whether a tree is the conditions of a statement.

use super::document::Condition;
use super::element::{Remedy, once_each, one_or_more};
use super::grammar::{Rules, Values};
use super::operator::Operator;
use crate::tree::Tree;

pub(super) fn read(tree: &Tree, rules: &Rules) -> Result<Vec<Condition>, Remedy> {
    let Tree::Object(operators) = tree else {
        return Err("Condition must be an object of operators.".into());
    };
    let mut conditions = Vec::new();
    for (operator, keys) in once_each(operators, "Condition")? {
        let bare = bare(operator, rules).ok_or_else(|| {
            format!("In Condition, operators are {}.", rules.operators.join(", "))
        })?;
        let Tree::Object(keys) = keys else {
            return Err(format!("In Condition, {bare} must be an object of keys and values."));
        };
        for (key, tree) in once_each(keys, "Condition")? {
            let values = one_or_more(tree).iter().map(|value| text_of(value, rules));
            let values: Option<Vec<String>> = values.collect();
            let values = values.filter(|values| key.contains(':') && !values.is_empty());
            let values = values.ok_or_else(|| {
                format!(
                    "In Condition, {bare} must have keys such as acs:SourceIp or kms:tag/<key>, each \
                     with a text or a list of texts."
                )
            })?;
            check_form(bare, &values, rules)?;
            conditions.push(Condition { operator: operator.clone(), key: key.clone(), values });
        }
    }
    Ok(conditions)
}

/// An operator without what may stand before and after it.
fn bare<'a>(operator: &'a str, rules: &Rules) -> Option<&'a str> {
    let bare = rules.quantifiers.iter().find_map(|start| operator.strip_prefix(start));
    let bare = bare.unwrap_or(operator);
    let bare = rules.suffix.and_then(|end| bare.strip_suffix(end)).unwrap_or(bare);
    rules.operators.contains(&bare).then_some(bare)
}

fn text_of(value: &Tree, rules: &Rules) -> Option<String> {
    match value {
        Tree::Text(text) => Some(text.clone()),
        Tree::Bool(value) if rules.values == Values::Typed => Some(value.to_string()),
        Tree::Whole(value) if rules.values == Values::Typed => Some(value.to_string()),
        Tree::Number(value) if rules.values == Values::Typed => Some(value.to_string()),
        _ => None,
    }
}

fn check_form(operator: &str, values: &[String], rules: &Rules) -> Result<(), Remedy> {
    let family = match operator.parse::<Operator>() {
        Ok(operator) if rules.values == Values::Checked => operator.meaning().family,
        _ => return Ok(()),
    };
    if values.iter().all(|value| family.takes(value)) {
        return Ok(());
    }
    Err(format!("In Condition, each value of {operator} must be {}.", family.form()))
}

#[cfg(test)]
mod tests {
    use super::super::grammar::{ALIBABA, IDENTITY, TRUST};
    use super::*;

    #[test]
    fn the_operators_of_alibaba_s_grammar_are_those_that_have_a_meaning() {
        let words: Vec<_> = Operator::ALL.iter().map(|operator| operator.as_str()).collect();
        for rules in [&ALIBABA, &IDENTITY, &TRUST] {
            assert_eq!(rules.operators, words);
        }
    }
}
