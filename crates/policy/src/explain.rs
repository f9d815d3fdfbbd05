// SPDX-License-Identifier: Apache-2.0
//! Why a request is decided as it is: every statement of every policy, and where it stops.
//!
//! It decides by the same elements and the same rule as [`super::decide()`], without leaving anything out, so
//! it is slower. It tells names of keys of conditions, never the values of a request.

use edgekms_api::policy::PolicyKind;
use edgekms_api::policy::document::Effect;
use serde::Serialize;

use super::compiled::{Asked, Miss, Statement};
use super::decide::{
    Decision, Found, NamedPolicy, Outcomes, Policies, account_counts, combine, stronger,
    without_policies,
};
use super::request::Request;

/// A decision with all that led to it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Explanation<'p> {
    /// The outcome.
    pub decision: Decision<'p>,
    /// Every policy, in the order in which it was given; none where it was decided without them.
    pub policies: Vec<ExplainedPolicy<'p>>,
}

/// One policy.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ExplainedPolicy<'p> {
    /// What kind it is of.
    pub kind: PolicyKind,
    /// Its name.
    pub name: &'p str,
    /// Its statements, in the order of the text.
    pub statements: Vec<ExplainedStatement<'p>>,
}

/// One statement.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct ExplainedStatement<'p> {
    /// Its number, from 1.
    pub number: usize,
    /// What its author calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<&'p str>,
    /// What it does where it matches.
    pub effect: Effect,
    /// The first element that does not match; none if it matches.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stops_at: Option<Miss<'p>>,
}

/// Decides, and says why.
#[must_use]
pub fn explain<'p>(request: &Request<'_>, policies: &Policies<'p>) -> Explanation<'p> {
    if let Some(decision) = without_policies(request) {
        return Explanation { decision, policies: Vec::new() };
    }
    let asked = Asked::new(request);
    let mut explained = Vec::new();
    let mut look = |named: &NamedPolicy<'p>| {
        let (policy, found) = explain_policy(&asked, named);
        explained.push(policy);
        found
    };
    let identity = policies.identity.iter().map(&mut look).fold(None, stronger);
    let session = policies.session.as_ref().map(&mut look);
    let resource = policies.resource.as_ref().and_then(&mut look);
    let account = account_counts(policies, &asked);
    let decision = combine(request, &Outcomes { identity, session, resource, account });
    Explanation { decision, policies: explained }
}

fn explain_policy<'p>(
    asked: &Asked<'_, '_>,
    named: &NamedPolicy<'p>,
) -> (ExplainedPolicy<'p>, Option<Found<'p>>) {
    let kind = named.policy.kind();
    let mut statements: Vec<&'p Statement> = named.policy.statements().iter().collect();
    statements.sort_by_key(|statement| statement.number);
    let mut found = None;
    let statements = statements.into_iter().map(|statement| {
        let stops_at = statement.check(asked, kind).err();
        if stops_at.is_none() {
            found = stronger(found, Some(Found::new(named, statement)));
        }
        ExplainedStatement {
            number: statement.number,
            sid: statement.sid.as_deref(),
            effect: statement.effect,
            stops_at,
        }
    });
    let statements = statements.collect();
    (ExplainedPolicy { kind, name: named.name, statements }, found)
}
