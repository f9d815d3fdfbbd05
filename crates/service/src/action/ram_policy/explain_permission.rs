// SPDX-License-Identifier: Apache-2.0
//! ExplainPermission: by the same policies and the same rule as calls are decided, as far as the account
//! knows them.

use edgekms_api::{
    account::RoleName,
    action::ExplainPermission,
    arn::ResourceArn,
    error::{ApiError, ErrorCode},
    policy::{PolicyKind, PolicyText},
    ram::explain_permission::ExplainPermissionReply,
    time::Timestamp,
};
use edgekms_policy::{
    LazyPolicy, NamedPolicy, Permission, Policies, Request, Resource, Rule, Subject, Values,
    Vocabulary, explain, told,
};

use super::super::AccountRule;
use crate::{
    account::{
        context::{AccountContext, Decision, look},
        holder::Holder,
        store::LinkKind,
    },
    identity::granted::GrantedPolicy,
};

/// The name that the policies of a call have that have none.
const UNNAMED: &str = "given";

impl AccountRule for ExplainPermission {
    fn decide(
        self,
        context: &AccountContext<'_>,
    ) -> Result<Decision<ExplainPermissionReply>, ApiError> {
        let names = Vocabulary::of_table();
        let permission = names.find(self.permission.as_str()).ok_or_else(|| {
            ApiError::invalid_parameter("Permission", "There is no such permission here.")
        })?;
        let rule = Rule::of(names, permission);
        let (kind, _) = rule.resource_kinds();
        let held = held(&self, context)?;
        let session = self.session_policy.as_ref().map(given);
        let resource = resource_policy(&self, rule, context)?;
        let identity = held.iter().map(|policy| compiled(policy, PolicyKind::Identity));
        let identity = identity.collect::<Result<Vec<_>, _>>()?;
        let policies = Policies {
            identity: &identity,
            session: session.as_ref().map(|one| compiled(one, PolicyKind::Session)).transpose()?,
            resource: resource.as_ref().map(|one| compiled(one, kind)).transpose()?,
        };
        let address = self.source_ip.map(|address| address.to_string());
        let name = match rule {
            // Roles are asked about in lower case, as calls do.
            Rule::AssumeRole => self.resource.name.to_ascii_lowercase(),
            Rule::Ordinary | Rule::StaysHome => self.resource.name.to_string(),
        };
        let texts = Texts { name: &name, source_ip: address.as_deref() };
        let request = request(&self, permission, rule, texts, context)?;
        Ok(look(told(&explain(&request, &policies))))
    }
}

/// What of a request is written otherwise than the command has it.
#[derive(Clone, Copy)]
struct Texts<'a> {
    name: &'a str,
    source_ip: Option<&'a str>,
}

/// What policies are asked.
fn request<'a>(
    command: &'a ExplainPermission,
    permission: Permission,
    rule: Rule,
    Texts { name, source_ip }: Texts<'a>,
    context: &'a AccountContext<'_>,
) -> Result<Request<'a>, ApiError> {
    let account = context.account();
    let user = command.user_name.as_ref();
    let user = user.map(|name| Subject::User { account, name: name.as_str() });
    let role = command.role_name.as_ref();
    let role = role.map(|name| Subject::Role { account, name: name.as_str() });
    let subject = user.or(role).ok_or_else(|| ApiError::missing_parameter("UserName"))?;
    let now = command.current_time.unwrap_or_else(|| Timestamp::from_unix_secs(context.now_secs));
    let ResourceArn { service, region, account: owner, .. } = &command.resource;
    Ok(Request {
        subject,
        permission,
        resource: Resource { service, region, owner, name },
        rule,
        values: Values {
            source_ip,
            secure_transport: command.secure_transport.unwrap_or(true),
            tags: &command.tags.0,
            encryption_context: Some(&command.context),
            encryption_algorithm: command.encryption_algorithm.as_deref(),
            ..Values::at(now)
        },
    })
}

/// What goes with the user, or with the role.
fn held(
    command: &ExplainPermission,
    context: &AccountContext<'_>,
) -> Result<Vec<GrantedPolicy>, ApiError> {
    let holders = match (&command.user_name, &command.role_name) {
        (Some(user), _) => {
            let user = context.user(user)?.user_id;
            let groups = context.links_from(LinkKind::Member, &user)?;
            let groups = groups.into_iter().map(|link| Holder::Group(link.end));
            std::iter::once(Holder::User(user)).chain(groups).collect()
        }
        (None, Some(role)) => vec![Holder::Role(context.role(role)?.role_id)],
        (None, None) => Vec::new(),
    };
    let mut held = Vec::new();
    for holder in holders {
        for (policy, _) in context.attached(&holder)? {
            let record = context.policy(policy.kind, &policy.name)?;
            held.extend(record.counting().map(|version| GrantedPolicy {
                name: record.name.to_string(),
                document: LazyPolicy::new(version.document.as_str()),
            }));
        }
    }
    Ok(held)
}

fn given(text: &PolicyText) -> GrantedPolicy {
    GrantedPolicy { name: UNNAMED.to_owned(), document: LazyPolicy::new(text.as_str()) }
}

fn compiled(policy: &GrantedPolicy, kind: PolicyKind) -> Result<NamedPolicy<'_>, ApiError> {
    // It was read when it was set.
    let compiled = policy.document.compiled(kind);
    let compiled = compiled.ok_or_else(|| ApiError::internal("a policy does not parse"))?;
    Ok(NamedPolicy { name: &policy.name, policy: compiled })
}

/// The policy that the resource has: as the caller says, or, of a role that is to be assumed, as the account
/// knows.
fn resource_policy(
    command: &ExplainPermission,
    rule: Rule,
    context: &AccountContext<'_>,
) -> Result<Option<GrantedPolicy>, ApiError> {
    if rule != Rule::AssumeRole {
        return Ok(command.resource_policy.as_ref().map(given));
    }
    if command.resource_policy.is_some() {
        return Err(ApiError::invalid_parameter(
            "ResourcePolicy",
            "Leave it out for sts:AssumeRole: the account knows the trust policies of its roles.",
        ));
    }
    let name = command.resource.name.strip_prefix("role/");
    let name: Option<RoleName> = name.and_then(|name| name.parse().ok());
    let Some(name) = name.filter(|_| command.resource.account == *context.account()) else {
        return Ok(None);
    };
    match context.role(&name) {
        Ok(role) => Ok(Some(GrantedPolicy {
            name: role.name.to_string(),
            document: LazyPolicy::new(role.trust),
        })),
        Err(error) if error.code() == ErrorCode::RoleNotExist => Ok(None),
        Err(error) => Err(error),
    }
}
