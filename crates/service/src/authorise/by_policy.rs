// SPDX-License-Identifier: Apache-2.0
//! What users and sessions of roles may: a request as policies see it.

use edgekms_api::{
    account::{ExternalId, RoleArn},
    action::{ActionName, Used},
    error::{ApiError, ErrorCode},
    policy::PolicyKind,
    product::Product,
    time::Timestamp,
};

use edgekms_policy::{
    self as policy, Decision, LazyPolicy, NamedPolicy, Permission, Policies, Reason, Request, Rule,
    Side, Subject, Values, Vocabulary, decide,
};

use super::{Access, Circumstances, KeyFacts, Resource, Role, Verdict};
use crate::identity::{
    Caller, Permissions, Principal,
    granted::{Granted, GrantedPolicy},
};

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

/// What policies come to.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weighed {
    /// The outcome.
    pub(super) verdict: Verdict,
    /// Whether nothing but the key's own leave is missing.
    pub(super) lacks_key: bool,
}

impl From<Verdict> for Weighed {
    fn from(verdict: Verdict) -> Self {
        Self { verdict, lacks_key: false }
    }
}

/// Decides by the caller's policies and, of a key that was found, by the key's.
pub(super) fn weigh(granted: &Granted, access: &Access<'_>, known: &Known<'_>) -> Weighed {
    let refused = Verdict::ExplicitDeny.into();
    let name = name_of(access.resource);
    let subject = subject_of(access.caller);
    let Some((subject, permission)) = subject.zip(permission_of(access, known)) else {
        return refused;
    };
    let Some(own) = Own::of(granted) else { return refused };
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
    let policies = Policies { identity: &own.identity, session: own.session, resource };
    let Decision { verdict, reason } = decide(&request, &policies);
    Weighed { verdict, lacks_key: matches!(reason, Reason::Nothing { missing: Side::Resource }) }
}

fn named(policy: &GrantedPolicy, kind: PolicyKind) -> Option<NamedPolicy<'_>> {
    let compiled = policy.document.compiled(kind)?;
    Some(NamedPolicy { name: &policy.name, policy: compiled })
}

/// Somebody who wants to take on a role.
#[derive(Clone, Copy)]
pub struct Assumption<'a> {
    /// Who.
    pub caller: &'a Caller,
    /// Which.
    pub role: &'a RoleArn,
    /// Who may, as the role says; none if there is no such role.
    pub trust: Option<&'a LazyPolicy>,
    /// What its owner has told the caller.
    pub external_id: Option<&'a ExternalId>,
    /// When and whence.
    pub at: Circumstances<'a>,
}

/// Whether somebody may take on a role: it takes the leave of both sides. Whether there is such a role is
/// told to those alone whose own policies let them.
///
/// # Errors
/// `NoPermission`; `EntityNotExist.Role`.
pub fn may_assume(asked: &Assumption<'_>) -> Result<(), ApiError> {
    let refused = ErrorCode::NoPermission;
    let permission = Vocabulary::of_table().permission(ActionName::AssumeRole).ok_or(refused)?;
    // An account itself has no policies, and takes on no role.
    let Permissions::Policies(granted) = &asked.caller.permissions else {
        return Err(refused.into());
    };
    let subject = subject_of(asked.caller).ok_or(refused)?;
    let own = Own::of(granted).ok_or(refused)?;
    let trust = match asked.trust {
        None => None,
        Some(trust) => Some(NamedPolicy {
            name: asked.role.role.as_str(),
            policy: trust.compiled(PolicyKind::Trust).ok_or(refused)?,
        }),
    };
    let name = format!("role/{}", asked.role.role.as_str().to_ascii_lowercase());
    let facts = asked.at.facts;
    let request = Request {
        subject,
        permission,
        resource: policy::Resource {
            service: Product::Ram.prefix(),
            region: "",
            owner: &asked.role.account,
            name: &name,
        },
        rule: Rule::AssumeRole,
        values: Values {
            source_ip: facts.source_ip_address.as_deref(),
            secure_transport: facts.secure_transport,
            external_id: asked.external_id.map(ExternalId::as_str),
            ..Values::at(Timestamp::from_unix_secs(asked.at.now_secs))
        },
    };
    let decision = decide(
        &request,
        &Policies { identity: &own.identity, session: own.session, resource: trust },
    );
    match (decision.verdict, decision.reason) {
        (Verdict::Allow, _) => Ok(()),
        (_, Reason::Nothing { missing: Side::Resource }) if asked.trust.is_none() => {
            Err(ErrorCode::RoleNotExist.into())
        }
        _ => Err(refused.into()),
    }
}

/// A caller's own policies, ready to be asked.
struct Own<'p> {
    identity: Vec<NamedPolicy<'p>>,
    session: Option<NamedPolicy<'p>>,
}

impl<'p> Own<'p> {
    /// `None` if one cannot be read: what it would deny, nobody knows.
    fn of(granted: &'p Granted) -> Option<Self> {
        let identity = granted.identity.iter().map(|policy| named(policy, PolicyKind::Identity));
        let session = granted.session.as_ref().map(|policy| named(policy, PolicyKind::Session));
        Some(Self {
            identity: identity.collect::<Option<_>>()?,
            session: match session {
                None => None,
                Some(policy) => Some(policy?),
            },
        })
    }
}

/// Whether what the policies say can change once the key is known: they ask for its tags.
pub(super) fn asks_of_key(granted: &Granted) -> bool {
    let identity = granted.identity.iter().map(|policy| (policy, PolicyKind::Identity));
    let session = granted.session.iter().map(|policy| (policy, PolicyKind::Session));
    identity
        .chain(session)
        .filter_map(|(policy, kind)| policy.document.compiled(kind))
        .any(edgekms_policy::CompiledPolicy::asks_for_tags)
}

fn subject_of(caller: &Caller) -> Option<Subject<'_>> {
    let (account, name) = (&caller.account, caller.name.as_deref()?);
    match caller.principal {
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
