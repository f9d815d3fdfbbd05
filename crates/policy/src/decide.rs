// SPDX-License-Identifier: Apache-2.0
//! All policies of a request together (wire reference, section 3.3).
//!
//! | who asks | it is allowed if |
//! |---|---|
//! | root, what its own account owns | always |
//! | a user or role, what its own account owns | its own policies or the key's allow it |
//! | the same, under a key's policy of Version 2012-10-17 | the key's allows it, or it lets the account and its own policies allow it |
//! | a user or role, what another account owns | its own policies, by that account's id, and the key's allow it |
//! | a user or role, to assume a role | its own policies and the role's trust policy allow it |
//! | a service or an identity provider's user, to assume a role | the role's trust policy allows it |
//!
//! A session policy must allow it besides. One statement that denies it, in whichever policy, ends it. Keys
//! that stay with their account are nobody else's, whatever policies say.

use edgekms_api::policy::PolicyKind;
use serde::Serialize;

use super::compiled::{Asked, CompiledPolicy, Statement, Verdict};
use super::request::{Request, Rule};

/// A policy with the name that its holder knows it by.
#[derive(Clone, Copy, Debug)]
pub struct NamedPolicy<'p> {
    /// Such as `AliyunKMSReadOnlyAccess`.
    pub name: &'p str,
    /// What it says.
    pub policy: &'p CompiledPolicy,
}

/// Every policy that has a say.
#[derive(Clone, Copy, Debug, Default)]
pub struct Policies<'p> {
    /// Of the user and its groups, or of the role.
    pub identity: &'p [NamedPolicy<'p>],
    /// Of the session, if it has one.
    pub session: Option<NamedPolicy<'p>>,
    /// Of the key, or of the role that is to be assumed.
    pub resource: Option<NamedPolicy<'p>>,
}

/// The outcome of all policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Decision<'p> {
    /// What it is.
    pub verdict: Verdict,
    /// Why.
    pub reason: Reason<'p>,
}

/// Why it was decided so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "because", rename_all = "PascalCase")]
pub enum Reason<'p> {
    /// The account itself asks for its own.
    Owner,
    /// It is another account's, and never leaves it.
    StaysHome,
    /// A name or a value is longer than what is compared.
    TooLong,
    /// This statement denies it.
    Denied(Cited<'p>),
    /// These statements allow it: all that were needed, and the resource's if it does too.
    #[serde(rename_all = "PascalCase")]
    Allowed {
        /// Of the caller's own.
        #[serde(skip_serializing_if = "Option::is_none")]
        identity: Option<Cited<'p>>,
        /// Of the session's.
        #[serde(skip_serializing_if = "Option::is_none")]
        session: Option<Cited<'p>>,
        /// Of the resource's.
        #[serde(skip_serializing_if = "Option::is_none")]
        resource: Option<Cited<'p>>,
    },
    /// Nothing denies it, and nothing here allows it.
    #[serde(rename_all = "PascalCase")]
    Nothing {
        /// Where a statement that allows it is missing.
        missing: Side,
    },
}

/// A set of policies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Side {
    /// The caller's own.
    Identity,
    /// The session's.
    Session,
    /// The resource's.
    Resource,
    /// The caller's own and the resource's, one of which is enough.
    IdentityOrResource,
}

/// A statement, and where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "PascalCase")]
pub struct Cited<'p> {
    /// What kind of policy it is in.
    pub kind: PolicyKind,
    /// The policy's name.
    pub policy: &'p str,
    /// The statement's number in its text, from 1.
    pub statement: usize,
    /// What its author calls it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sid: Option<&'p str>,
}

/// Longest name of a resource that is compared, in bytes. An alias has 261.
const NAME_MAX_LEN: usize = 1_024;

/// Decides.
#[must_use]
pub fn decide<'p>(request: &Request<'_>, policies: &Policies<'p>) -> Decision<'p> {
    if let Some(decision) = without_policies(request) {
        return decision;
    }
    let asked = Asked::new(request);
    let of = |named: &NamedPolicy<'p>| {
        named.policy.first_match(&asked).map(|statement| Found::new(named, statement))
    };
    let mut identity = None;
    for named in policies.identity {
        identity = stronger(identity, of(named));
    }
    combine(
        request,
        &Outcomes {
            identity,
            session: policies.session.as_ref().map(of),
            resource: policies.resource.as_ref().and_then(of),
            account: account_counts(policies, &asked),
        },
    )
}

/// Whether the policies of the account that owns the resource have a say.
pub(super) fn account_counts(policies: &Policies<'_>, asked: &Asked<'_, '_>) -> bool {
    policies.resource.is_none_or(|named| named.policy.leaves_to_account(asked))
}

/// What is decided before any policy is asked.
pub(super) fn without_policies(request: &Request<'_>) -> Option<Decision<'static>> {
    let resource = &request.resource;
    let is_own = request.is_own();
    let deny = |reason| Some(Decision { verdict: Verdict::ImplicitDeny, reason });
    let parts = [resource.service, resource.region, resource.name];
    if parts.iter().any(|part| part.len() > NAME_MAX_LEN) || !request.values.are_bounded() {
        return deny(Reason::TooLong);
    }
    if request.rule == Rule::StaysHome && !is_own {
        return deny(Reason::StaysHome);
    }
    // An account itself cannot assume roles (STS's manual, AssumeRole).
    let is_owner = is_own && request.subject.is_root() && request.rule != Rule::AssumeRole;
    is_owner.then_some(Decision { verdict: Verdict::Allow, reason: Reason::Owner })
}

/// A statement that matches.
#[derive(Clone, Copy)]
pub(super) struct Found<'p> {
    verdict: Verdict,
    cited: Cited<'p>,
}

impl<'p> Found<'p> {
    pub(super) fn new(named: &NamedPolicy<'p>, statement: &'p Statement) -> Self {
        let cited = Cited {
            kind: named.policy.kind(),
            policy: named.name,
            statement: statement.number,
            sid: statement.sid.as_deref(),
        };
        Self { verdict: statement.verdict(), cited }
    }
}

/// What each set of policies says.
pub(super) struct Outcomes<'p> {
    pub(super) identity: Option<Found<'p>>,
    /// None if there is no session policy.
    pub(super) session: Option<Option<Found<'p>>>,
    pub(super) resource: Option<Found<'p>>,
    /// Whether the resource leaves it to its own account's policies.
    pub(super) account: bool,
}

/// Within a set, the first that denies; else the first that allows.
pub(super) fn stronger<'p>(one: Option<Found<'p>>, other: Option<Found<'p>>) -> Option<Found<'p>> {
    match (&one, &other) {
        (Some(first), Some(second))
            if second.verdict == Verdict::ExplicitDeny && first.verdict != second.verdict =>
        {
            other
        }
        (None, _) => other,
        _ => one,
    }
}

/// The rule of section 3.3.
pub(super) fn combine<'p>(request: &Request<'_>, outcomes: &Outcomes<'p>) -> Decision<'p> {
    let Outcomes { identity, session, resource, account } = outcomes;
    let all = [*identity, session.flatten(), *resource];
    let denied = all.into_iter().flatten().find(|found| found.verdict == Verdict::ExplicitDeny);
    if let Some(found) = denied {
        let reason = Reason::Denied(found.cited);
        return Decision { verdict: Verdict::ExplicitDeny, reason };
    }
    let missing = if matches!(session, Some(None)) {
        Some(Side::Session)
    } else {
        missing(request, identity.is_some(), resource.is_some(), *account)
    };
    if let Some(missing) = missing {
        return Decision { verdict: Verdict::ImplicitDeny, reason: Reason::Nothing { missing } };
    }
    let cited = |found: Option<Found<'p>>| found.map(|found| found.cited);
    let reason = Reason::Allowed {
        identity: cited(*identity),
        session: cited(session.flatten()),
        resource: cited(*resource),
    };
    Decision { verdict: Verdict::Allow, reason }
}

/// Whose leave is missing, of the caller's own policies and the resource's.
fn missing(request: &Request<'_>, identity: bool, resource: bool, account: bool) -> Option<Side> {
    let is_own = request.is_own();
    match request.rule {
        Rule::AssumeRole if !request.subject.has_policies() => {
            (!resource).then_some(Side::Resource)
        }
        Rule::Ordinary | Rule::StaysHome if is_own && !account => {
            (!resource).then_some(Side::Resource)
        }
        Rule::Ordinary | Rule::StaysHome if is_own => {
            (!identity && !resource).then_some(Side::IdentityOrResource)
        }
        _ if !identity => Some(Side::Identity),
        _ => (!resource).then_some(Side::Resource),
    }
}
