// SPDX-License-Identifier: Apache-2.0
//! `Condition`: operators and keys, by tables.

use super::{Untranslatable, named};
use crate::policy::document::Condition;
use crate::policy::operator::{Family, Operator};
use crate::time::Timestamp;

/// A key of conditions under its two names.
pub(super) struct Key {
    pub(super) aws: &'static str,
    pub(super) own: &'static str,
    /// Whether every request has a value.
    pub(super) always: bool,
}

/// The keys. One that ends in `/` or `:` goes on with a name of the user's.
#[rustfmt::skip]
pub(super) const KEYS: &[Key] = &[
    Key { aws: "aws:CurrentTime",           own: "acs:CurrentTime",           always: true },
    Key { aws: "aws:SourceIp",              own: "acs:SourceIp",              always: false },
    Key { aws: "aws:SecureTransport",       own: "acs:SecureTransport",       always: true },
    Key { aws: "aws:ResourceTag/",          own: "kms:tag/",                  always: false },
    Key { aws: "kms:EncryptionContext:",    own: "kms:EncryptionContext:",    always: false },
    Key { aws: "kms:EncryptionAlgorithm",   own: "kms:EncryptionAlgorithm",   always: false },
    Key { aws: "sts:ExternalId",            own: "sts:ExternalId",            always: false },
    // These only requests have that nobody makes here: grants, calls by services of AWS, enclaves,
    // replicas. Our grammar has no such keys either, and a key that it does not know is one that no
    // request has, so that their names are kept.
    Key { aws: "kms:GrantIsForAWSResource", own: "kms:GrantIsForAWSResource", always: false },
    Key { aws: "kms:GrantConstraintType",   own: "kms:GrantConstraintType",   always: false },
    Key { aws: "kms:GranteePrincipal",      own: "kms:GranteePrincipal",      always: false },
    Key { aws: "kms:GrantOperations",       own: "kms:GrantOperations",       always: false },
    Key { aws: "kms:RetiringPrincipal",     own: "kms:RetiringPrincipal",     always: false },
    Key { aws: "kms:ViaService",            own: "kms:ViaService",            always: false },
    Key { aws: "kms:RecipientAttestation:", own: "kms:RecipientAttestation:", always: false },
    Key { aws: "kms:ReplicaRegion",         own: "kms:ReplicaRegion",         always: false },
    Key { aws: "kms:PrimaryRegion",         own: "kms:PrimaryRegion",         always: false },
];

/// Operators that ask for nothing but whether there is a value, and ours that say the same.
pub(super) const NULL: &str = "Null";
pub(super) const NULLS: [(&str, Operator); 2] =
    [("true", Operator::StringNotLike), ("false", Operator::StringLike)];
const ANY_TEXT: &str = "*";

/// What may stand behind an operator: it then holds also where a request has no such value.
const IF_EXISTS: &str = "IfExists";

/// All conditions of a statement, if each is one here. Two that are different in one cloud's words and alike
/// in the other's have no form: an object has each name once.
pub(super) fn once_each(all: Vec<Condition>) -> Result<Vec<Condition>, Untranslatable> {
    let mut names: Vec<_> =
        all.iter().map(|one| (one.operator.as_str(), one.key.as_str())).collect();
    names.sort_unstable();
    match names.windows(2).find(|pair| matches!(pair, [one, next] if one == next)) {
        Some([(operator, key), ..]) => {
            Err(format!("Condition: the key {} comes twice under {operator}.", named(key)))
        }
        _ => Ok(all),
    }
}

pub(super) fn to_own(condition: &Condition) -> Result<Condition, Untranslatable> {
    let operator = condition.operator.as_str();
    let (key, always) = key_to_own(&condition.key).ok_or_else(|| {
        format!("Condition: the key {} has no meaning here.", named(&condition.key))
    })?;
    if operator == NULL {
        let own = null_to_own(&condition.values).ok_or("Condition: Null takes true or false.")?;
        return Ok(Condition {
            operator: own.as_str().to_owned(),
            key,
            values: vec![ANY_TEXT.to_owned()],
        });
    }
    let bare = operator.strip_suffix(IF_EXISTS).unwrap_or(operator);
    let own = bare.parse::<Operator>().ok().filter(|own| {
        // Our negated operators hold where there is no value, as AWS's do.
        bare == operator || own.meaning().negated || always
    });
    let own = own.ok_or_else(|| {
        let key = named(&condition.key);
        format!("Condition: the operator {operator} has no translation for the key {key}.")
    })?;
    let family = own.meaning().family;
    let values = condition.values.iter().map(|value| {
        let value = value_to_own(family, value);
        if family.takes(&value) { Ok(value) } else { Err(value_refused(operator, family)) }
    });
    Ok(Condition {
        operator: own.as_str().to_owned(),
        key,
        values: values.collect::<Result<_, _>>()?,
    })
}

fn value_refused(operator: &str, family: Family) -> Untranslatable {
    format!("Condition: each value of {operator} must be {}.", family.form())
}

fn null_to_own(values: &[String]) -> Option<Operator> {
    let [value] = values else { return None };
    NULLS.iter().find(|(word, _)| word.eq_ignore_ascii_case(value)).map(|(_, own)| *own)
}

/// Moments that AWS takes and we do not: seconds since 1970, and days.
fn value_to_own(family: Family, value: &str) -> String {
    const DAY: &str = "yyyy-mm-dd";
    let seconds = || value.parse().ok().filter(|_| family == Family::Date);
    match seconds() {
        Some(seconds) => Timestamp::from_unix_secs(seconds).to_string(),
        None if family == Family::Date && value.len() == DAY.len() => format!("{value}T00:00:00Z"),
        None => value.to_owned(),
    }
}

pub(super) fn to_aws(condition: &Condition) -> Option<Condition> {
    // Each of our operators is one of AWS's by the same name.
    Some(Condition { key: key_to_aws(&condition.key)?, ..condition.clone() })
}

/// Our name of a key, and whether every request has a value.
fn key_to_own(text: &str) -> Option<(String, bool)> {
    KEYS.iter().find_map(|key| Some((renamed(text, key.aws, key.own)?, key.always)))
}

fn key_to_aws(text: &str) -> Option<String> {
    KEYS.iter().find_map(|key| renamed(text, key.own, key.aws))
}

/// Names of keys are the same in any case, as far as they are not the user's.
fn renamed(text: &str, from: &str, to: &str) -> Option<String> {
    let (start, rest) = text.split_at_checked(from.len())?;
    let is_family = from.ends_with([':', '/']);
    (start.eq_ignore_ascii_case(from) && rest.is_empty() != is_family)
        .then(|| format!("{to}{rest}"))
}
