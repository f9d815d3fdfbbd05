// SPDX-License-Identifier: Apache-2.0
//! What users and sessions of roles may: a request as policies see it.

use edgekms_api::{policy::PolicyKind, product::Product, time::Timestamp};

use super::{Access, Circumstances, KeyFacts, Resource, Role, Verdict};
use crate::{
    identity::{
        Principal,
        granted::{Granted, GrantedPolicy},
    },
    policy::{
        self, NamedPolicy, Permission, Policies, Request, Rule, Subject, Values, Vocabulary, decide,
    },
};
use edgekms_api::action::Used;

/// What is known of a resource besides its name.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    /// Of a key that was found.
    pub(super) key: Option<&'a KeyFacts<'a>>,
    /// How it is used.
    pub(super) used: Used<'a>,
    /// When and whence.
    pub(super) at: Circumstances<'a>,
    /// In which region.
    pub(super) region: &'a str,
    /// What it is to the command.
    pub(super) role: Role,
    /// Whose action it is.
    pub(super) product: Product,
}

/// The name that a key policy has in explanations.
const KEY_POLICY: &str = "default";

/// Decides by the caller's policies and, of a key that was found, by the key's.
pub(super) fn weigh(granted: &Granted, access: &Access<'_>, known: &Known<'_>) -> Verdict {
    let refused = Verdict::ExplicitDeny;
    let name = name_of(access.resource);
    let Some((subject, permission)) = subject_of(access).zip(permission_of(access, known)) else {
        return refused;
    };
    let mut identity = Vec::with_capacity(granted.identity.len());
    for policy in &granted.identity {
        // What one that cannot be read would deny, nobody knows.
        let Some(policy) = named(policy, PolicyKind::Identity) else { return refused };
        identity.push(policy);
    }
    let session = match &granted.session {
        None => None,
        Some(policy) => match named(policy, PolicyKind::Session) {
            None => return refused,
            session => session,
        },
    };
    let resource = match known.key.and_then(|key| key.policy) {
        None => None,
        Some(policy) => match policy.compiled(PolicyKind::Key) {
            None => return refused,
            Some(policy) => Some(NamedPolicy { name: KEY_POLICY, policy }),
        },
    };
    let request = Request {
        subject,
        permission,
        resource: policy::Resource {
            service: known.product.prefix(),
            region: if known.product.row().is_regional { known.region } else { "" },
            owner: access.owner,
            name: &name,
        },
        rule: match known.key {
            Some(key) if !key.kept.is_customer() => Rule::StaysHome,
            _ => Rule::Ordinary,
        },
        values: values(known),
    };
    decide(&request, &Policies { identity: &identity, session, resource }).verdict
}

fn named(policy: &GrantedPolicy, kind: PolicyKind) -> Option<NamedPolicy<'_>> {
    let compiled = policy.document.compiled(kind)?;
    Some(NamedPolicy { name: &policy.name, policy: compiled })
}

/// Whether what the policies say can change once the key is known: they ask for its tags.
pub(super) fn asks_of_key(granted: &Granted) -> bool {
    let identity = granted.identity.iter().map(|policy| (policy, PolicyKind::Identity));
    let session = granted.session.iter().map(|policy| (policy, PolicyKind::Session));
    identity
        .chain(session)
        .filter_map(|(policy, kind)| policy.document.compiled(kind))
        .any(crate::policy::CompiledPolicy::asks_for_tags)
}

fn subject_of<'a>(access: &Access<'a>) -> Option<Subject<'a>> {
    let (account, name) = (&access.caller.account, access.caller.name.as_deref()?);
    match access.caller.principal {
        Principal::RamUser => Some(Subject::User { account, name }),
        Principal::AssumedRole => Some(Subject::Role { account, name }),
        _ => None,
    }
}

fn permission_of(access: &Access<'_>, known: &Known<'_>) -> Option<Permission> {
    let names = Vocabulary::of_table();
    let source = || names.source_permission(access.action);
    match known.role {
        Role::Source => source().or_else(|| names.permission(access.action)),
        Role::Key => names.permission(access.action),
    }
}

/// The relative name, as the end of an ARN (wire reference, section 3.2).
fn name_of(resource: Resource<'_>) -> String {
    match resource {
        Resource::Keys | Resource::NewKept(..) => "key".to_owned(),
        Resource::Aliases => "alias".to_owned(),
        Resource::Key(id) => format!("key/{id}"),
        Resource::Alias(name) => name.to_string(),
        Resource::Entity(entity) => entity.to_string(),
        Resource::Service => "*".to_owned(),
    }
}

fn values<'a>(known: &Known<'a>) -> Values<'a> {
    let facts = known.at.facts;
    Values {
        source_ip: facts.source_ip_address.as_deref(),
        secure_transport: facts.secure_transport,
        tags: known.key.map_or(&[], |key| key.tags),
        encryption_context: known.used.context,
        encryption_algorithm: known.used.algorithm,
        ..Values::at(Timestamp::from_unix_secs(known.at.now_secs))
    }
}

/// Whether something is one thing that can be looked up, and has policies of its own.
pub(super) const fn is_key(resource: Resource<'_>) -> bool {
    matches!(resource, Resource::Key(_) | Resource::Alias(_))
}
