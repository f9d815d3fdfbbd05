// SPDX-License-Identifier: Apache-2.0
//! The elements of a policy's JSON: objects with known names, each once, and one entry where a list may be.

use crate::tree::Tree;

/// What to write instead, as a sentence.
pub(super) type Remedy = String;

pub(super) type Object = [(String, Tree)];

/// An object that has none but these elements, each at most once.
pub(super) fn object<'a>(
    tree: &'a Tree,
    what: &str,
    elements: &[&str],
) -> Result<&'a Object, Remedy> {
    let Tree::Object(held) = tree else {
        return Err(format!("{what} must be an object."));
    };
    if held.iter().any(|(name, _)| !elements.contains(&name.as_str())) {
        return Err(format!("{what} must have no other elements than {}.", elements.join(", ")));
    }
    once_each(held, what)
}

pub(super) fn once_each<'a>(held: &'a Object, what: &str) -> Result<&'a Object, Remedy> {
    let mut names: Vec<_> = held.iter().map(|(name, _)| name).collect();
    names.sort_unstable();
    if names.windows(2).any(|pair| matches!(pair, [one, other] if one == other)) {
        return Err(format!("{what} must have each element once."));
    }
    Ok(held)
}

pub(super) fn get<'a>(held: &'a Object, name: &str) -> Option<&'a Tree> {
    held.iter().find(|(other, _)| other == name).map(|(_, tree)| tree)
}

pub(super) const fn text_of(tree: &Tree) -> Option<&str> {
    if let Tree::Text(text) = tree { Some(text.as_str()) } else { None }
}

/// The entries of a list, or what stands for a list of one.
pub(super) fn one_or_more(tree: &Tree) -> &[Tree] {
    if let Tree::List(list) = tree { list } else { std::slice::from_ref(tree) }
}
