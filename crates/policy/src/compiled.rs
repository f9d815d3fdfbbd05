// SPDX-License-Identifier: Apache-2.0
//! A policy, read once and asked often.

use std::cell::OnceCell;
use std::net::IpAddr;

use edgekms_api::id::AccountId;
use edgekms_api::policy::document::{self, Effect, KEY_POLICY_FIRST};
use edgekms_api::policy::operator::Operator;
use edgekms_api::policy::{PolicyFault, PolicyKind};
use serde::Serialize;

use super::condition::Condition;
use super::principal::Named;
use super::request::Request;
use super::resource::ResourcePattern;
use super::vocabulary::{Actions, Vocabulary};

/// A policy that can be evaluated. It is some six times as large as its text, and at worst some thirty times
/// (a `StringLike` of one text of 32 KiB with `?` and every byte in it): who keeps many must count that.
#[derive(Debug)]
pub struct CompiledPolicy {
    kind: PolicyKind,
    /// Those that deny first: the first that matches decides.
    statements: Box<[Statement]>,
    asks_for_tags: bool,
    /// Whether it is a key's that says itself where its account's own policies count.
    leads: bool,
}

/// The outcome, with its reason so that an explicit deny can win over an allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum Verdict {
    /// Something allows it and nothing denies it.
    Allow,
    /// Nothing allows it.
    ImplicitDeny,
    /// Something denies it.
    ExplicitDeny,
}

#[derive(Debug)]
pub(super) struct Statement {
    /// From 1, in the order of the text.
    pub(super) number: usize,
    pub(super) sid: Option<Box<str>>,
    pub(super) effect: Effect,
    actions: Actions,
    principals: Box<[Named]>,
    resources: Box<[ResourcePattern]>,
    conditions: Box<[Condition]>,
}

/// A request, and what was found out about it on the way.
pub(super) struct Asked<'r, 'a> {
    pub(super) request: &'r Request<'a>,
    /// Whether the resource is the caller's own account's.
    is_own: bool,
    address: OnceCell<Option<IpAddr>>,
}

impl<'r, 'a> Asked<'r, 'a> {
    pub(super) fn new(request: &'r Request<'a>) -> Self {
        Self { request, is_own: request.is_own(), address: OnceCell::new() }
    }
}

/// Why a statement does not match: the first element that does not. Values are never told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "element", rename_all = "PascalCase")]
pub enum Miss<'p> {
    /// It is about other actions.
    Action,
    /// It is about others.
    Principal,
    /// It is about other resources.
    Resource,
    /// A condition does not hold.
    #[serde(rename_all = "PascalCase")]
    Condition {
        /// Its operator.
        operator: Operator,
        /// Its key, as the policy has it.
        key: &'p str,
    },
}

impl CompiledPolicy {
    /// Compiles a document that was accepted when it was set.
    ///
    /// # Errors
    /// As [`PolicyKind::read_stored`]. A policy that cannot be compiled permits nothing, and what it would
    /// have denied is unknown: its holder must be refused.
    pub fn compile(
        kind: PolicyKind,
        text: &str,
        vocabulary: &Vocabulary,
    ) -> Result<Self, PolicyFault> {
        let document = kind.read_stored(text)?;
        let statements = document.statements.iter().enumerate();
        let statements = statements.map(|(at, one)| Statement::compile(at + 1, one, vocabulary));
        let mut statements = statements.collect::<Result<Vec<_>, _>>()?;
        statements.sort_by_key(|statement| statement.effect != Effect::Deny);
        let mut conditions = statements.iter().flat_map(|statement| statement.conditions.iter());
        let asks_for_tags = conditions.any(Condition::asks_for_tags);
        let leads = kind == PolicyKind::Key && document.version == KEY_POLICY_FIRST;
        Ok(Self { kind, statements: statements.into(), asks_for_tags, leads })
    }

    /// Whose policy it is.
    #[must_use]
    pub const fn kind(&self) -> PolicyKind {
        self.kind
    }

    /// The statements, those that deny first.
    pub(super) fn statements(&self) -> &[Statement] {
        &self.statements
    }

    /// Whether a condition asks for the tags of a key, which nobody knows before it is found.
    #[must_use]
    pub const fn asks_for_tags(&self) -> bool {
        self.asks_for_tags
    }

    /// Whether it permits anybody outside the account that owns its key anything at all.
    #[must_use]
    pub fn lets_others(&self, owner: &AccountId) -> bool {
        let lets = |statement: &Statement| {
            statement.effect == Effect::Allow
                && statement.principals.iter().any(|named| named.is_of_others(owner))
        };
        self.statements.iter().any(lets)
    }

    /// What this policy alone says of a request.
    #[must_use]
    pub fn evaluate(&self, request: &Request<'_>) -> Verdict {
        self.first_match(&Asked::new(request)).map_or(Verdict::ImplicitDeny, Statement::verdict)
    }

    /// Whether the policies of the key's own account have a say in a request, by this one.
    pub(super) fn leaves_to_account(&self, asked: &Asked<'_, '_>) -> bool {
        !self.leads || self.statements.iter().any(|statement| statement.lets_account(asked))
    }

    pub(super) fn first_match(&self, asked: &Asked<'_, '_>) -> Option<&Statement> {
        self.statements.iter().find(|statement| statement.check(asked, self.kind).is_ok())
    }
}

impl Statement {
    fn compile(
        number: usize,
        statement: &document::Statement,
        vocabulary: &Vocabulary,
    ) -> Result<Self, PolicyFault> {
        Ok(Self {
            number,
            sid: statement.sid.as_deref().map(Into::into),
            effect: statement.effect,
            actions: vocabulary.meant_by(&statement.actions),
            principals: statement
                .principals
                .iter()
                .map(Named::compile)
                .collect::<Result<_, _>>()?,
            resources: statement.resources.iter().map(|text| ResourcePattern::new(text)).collect(),
            conditions: statement
                .conditions
                .iter()
                .map(Condition::compile)
                .collect::<Result<_, _>>()?,
        })
    }

    pub(super) const fn verdict(&self) -> Verdict {
        match self.effect {
            Effect::Allow => Verdict::Allow,
            Effect::Deny => Verdict::ExplicitDeny,
        }
    }

    /// Whether it lets the account that owns the key decide about a request by its own policies.
    fn lets_account(&self, asked: &Asked<'_, '_>) -> bool {
        let (request, owner) = (asked.request, asked.request.resource.owner);
        self.effect == Effect::Allow
            && self.actions.has(request.permission)
            && self.principals.iter().any(|named| named.is_account(owner))
            && self.conditions.iter().all(|one| one.holds(&request.values, &asked.address))
    }

    /// Whether it matches, cheapest element first.
    pub(super) fn check(&self, asked: &Asked<'_, '_>, kind: PolicyKind) -> Result<(), Miss<'_>> {
        let request = asked.request;
        if !self.actions.has(request.permission) {
            return Err(Miss::Action);
        }
        let (subject, resource) = (&request.subject, &request.resource);
        match kind {
            PolicyKind::Identity | PolicyKind::Session => {
                let mut patterns = self.resources.iter();
                if !patterns.any(|pattern| pattern.names(resource, asked.is_own, self.effect)) {
                    return Err(Miss::Resource);
                }
            }
            PolicyKind::Trust | PolicyKind::Key => {
                let mut named = self.principals.iter();
                if !named.any(|named| named.names(subject, resource.owner, kind, self.effect)) {
                    return Err(Miss::Principal);
                }
            }
        }
        let failed = |condition: &&Condition| !condition.holds(&request.values, &asked.address);
        self.conditions.iter().find(failed).map_or(Ok(()), |condition| {
            Err(Miss::Condition { operator: condition.operator, key: &condition.name })
        })
    }
}
