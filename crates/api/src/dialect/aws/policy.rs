// SPDX-License-Identifier: Apache-2.0
//! AWS's policy documents, translated at the edge: a key's (PutKeyPolicy, CreateKey) and a session's
//! (AssumeRole) to the one grammar that is kept and that decides, and back for those who ask by AWS's
//! protocol.
//!
//! | module | translates | by |
//! |---|---|---|
//! | `action` | `Action` | the table of actions, which has AWS's names |
//! | `principal` | `Principal` | ways to name accounts, users and roles |
//! | `resource` | `Resource` | kinds of ARNs |
//! | `condition` | `Condition` | tables of operators and keys |
//! | `glob` | | what texts with wildcards stand for |
//! | `write` | | a document as JSON |
//!
//! Nothing is passed over and nothing is widened: what has no translation is refused, with its statement, its
//! element and the word that nobody here knows the meaning of.

mod action;
mod condition;
mod glob;
mod principal;
mod resource;
mod write;

use crate::error::ApiError;
use crate::id::AccountId;
use crate::policy::document::{Document, Effect, KEY_POLICY_FIRST, Statement};
use crate::policy::{PolicyFault, PolicyKind, PolicyText};

/// In which versions `${..}` in a text is a variable.
const WITH_VARIABLES: &str = "2012-10-17";
/// The version before, in which it is a text like others.
const WITHOUT_VARIABLES: &str = "2008-10-17";
/// How a variable begins.
const VARIABLE: &str = "${";
/// The version of our own grammar in which a key's policy says nothing of its account's own policies.
const OWN_VERSION: &str = "1";

/// Why something has no translation, as a sentence.
type Untranslatable = String;

/// A document of AWS's in our own grammar.
///
/// # Errors
/// `MalformedPolicyDocumentException` (of a session: `MalformedPolicyDocument`, or
/// `PackedPolicyTooLarge`), with the statement, the element and the word that has no translation.
pub fn translate(kind: PolicyKind, text: &PolicyText) -> Result<PolicyText, ApiError> {
    let refused = |fault: PolicyFault| kind.refusal(&fault);
    let own = to_own(kind, text.as_str()).map_err(refused)?;
    let too_long = || refused(PolicyFault::TooLong { max_len: kind.max_len() });
    own.parse().map_err(|_| too_long())
}

/// A document of AWS's in our own grammar, as a text.
///
/// # Errors
/// What has no translation, and why.
pub fn to_own(kind: PolicyKind, text: &str) -> Result<String, PolicyFault> {
    let document = kind.read_aws(text)?;
    let has_variables = document.version == WITH_VARIABLES;
    let statements = document.statements.iter().enumerate().map(|(at, one)| {
        statement_to_own(kind, one, has_variables)
            .map_err(|why| PolicyFault::Malformed(format!("Statement {}: {why}", at + 1)))
    });
    let own = Document {
        version: if kind == PolicyKind::Key { KEY_POLICY_FIRST } else { OWN_VERSION },
        // Only keys' policies are told again, and only they have room for it.
        id: document.id.filter(|_| kind == PolicyKind::Key),
        statements: statements.collect::<Result<_, _>>()?,
    };
    let own = write::document(&own);
    // What is longer once its wildcards are written out, and what only a mistake here could bring about.
    kind.read(&own)?;
    Ok(own)
}

/// What the policy of a key of this account is called in AWS's words. A document that means something for which AWS has no
/// words is given as it stands, in our own grammar: no translation may say more or less than what holds.
#[must_use]
pub fn to_aws(text: String, account: &AccountId) -> String {
    let document = PolicyKind::Key.read_stored(&text);
    document.ok().and_then(|document| document_to_aws(&document, account)).unwrap_or(text)
}

fn document_to_aws(document: &Document, account: &AccountId) -> Option<String> {
    // By Alibaba's rule the account's own policies count whatever the key's says; by AWS's it must say so.
    let lets_account = |one: &Statement| {
        one.effect == Effect::Allow
            && one.conditions.is_empty()
            && action::are_all(&one.actions)
            && one.principals.iter().any(|named| principal::is_account(named, account))
    };
    if document.version != KEY_POLICY_FIRST && !document.statements.iter().any(lets_account) {
        return None;
    }
    let statements = document.statements.iter().map(statement_to_aws);
    let statements = statements.collect::<Option<Vec<_>>>()?;
    let mut values =
        statements.iter().flat_map(|one| &one.conditions).flat_map(|condition| &condition.values);
    let is_text_only = values.any(|value| value.contains(VARIABLE));
    let version = if is_text_only { WITHOUT_VARIABLES } else { WITH_VARIABLES };
    Some(write::document(&Document { version, id: document.id.clone(), statements }))
}

fn statement_to_own(
    kind: PolicyKind,
    statement: &Statement,
    has_variables: bool,
) -> Result<Statement, Untranslatable> {
    let values = statement.conditions.iter().flat_map(|condition| &condition.values);
    if has_variables
        && let Some(text) =
            statement.resources.iter().chain(values).find(|text| text.contains(VARIABLE))
    {
        return Err(format!("policy variables such as {} have no value here.", named(text)));
    }
    Ok(Statement {
        sid: statement.sid.clone(),
        effect: statement.effect,
        principals: each(&statement.principals, principal::to_own)?,
        actions: action::to_own(kind, &statement.actions)?,
        resources: each(&statement.resources, resource::to_own)?,
        conditions: condition::once_each(each(&statement.conditions, condition::to_own)?)?,
    })
}

fn statement_to_aws(statement: &Statement) -> Option<Statement> {
    let conditions = statement.conditions.iter().map(condition::to_aws);
    Some(Statement {
        sid: statement.sid.clone(),
        effect: statement.effect,
        principals: statement.principals.iter().map(principal::to_aws).collect::<Option<_>>()?,
        actions: action::to_aws(&statement.actions)?,
        // Of a key's policy: the key.
        resources: statement.resources.clone(),
        conditions: condition::once_each(conditions.collect::<Option<_>>()?).ok()?,
    })
}

fn each<T>(
    all: &[T],
    to_own: impl Fn(&T) -> Result<T, Untranslatable>,
) -> Result<Vec<T>, Untranslatable> {
    all.iter().map(to_own).collect()
}

/// A word of a document as an answer repeats it: what is short and plain. Names of actions, operators and
/// keys are; a text of another kind is whatever its author wrote.
fn named(text: &str) -> String {
    const SHOWN_MAX_LEN: usize = 128;
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b":*?-_./@$+=,{}".contains(&byte);
    let is_shown = text.len() <= SHOWN_MAX_LEN && text.bytes().all(is_plain);
    if is_shown { format!("\"{text}\"") } else { "a longer text".to_owned() }
}

#[cfg(test)]
mod tests;
