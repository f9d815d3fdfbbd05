// SPDX-License-Identifier: Apache-2.0
//! Whom an access key stands for. The deployment's own keys are in its secrets; a user's is looked up where
//! its account is; a session is all in its token, but for what its role has.
//!
//! Everything is read from this isolate's copies of the account, at one moment, as keys are
//! ([`crate::copies`]).

use std::rc::Rc;

use edgekms_api::{
    account::{EntityId, OidcProviderName, PolicyType, RoleName},
    dialect::signature::{AccessKeySecret, SecurityToken},
    error::{ApiError, ErrorCode},
    id::{AccessKeyId, AccountId},
    place::Place,
};
use futures_util::future::try_join_all;

use super::{Ports, Server, policy_texts::PolicyTexts};
use crate::object::name::{EntityName, ViewName};
use crate::{
    account::{
        record::{Owner, PolicyRef},
        view::{EntityView, RoleView, system_policy},
    },
    action::Roles,
    copies::{cache::ViewCache, knowledge::Freshness, source::Source},
    defects::{Defect, is_back},
    identity::{
        Caller, KnownKey,
        granted::{Granted, GrantedPolicy},
        minted::Minted,
        session::{Session, TEMPORARY},
    },
    keyring::stored,
    port::{LocalFuture, PortError},
};

/// How often what was waited for may turn out to lead to more: key, user, groups, policies.
const ROUNDS: u32 = 16;

/// Why what is looked for is not to be had yet.
enum Halt {
    /// These views are not in the cache.
    Missing(Vec<EntityName>),
    /// It is not to be had at all.
    Refused(ApiError),
}

impl From<ErrorCode> for Halt {
    fn from(code: ErrorCode) -> Self {
        Self::Refused(code.into())
    }
}

/// An account's views, as far as they are in the cache or known not to exist.
struct Views<'a> {
    texts: &'a PolicyTexts,
    cache: &'a mut ViewCache,
    absent: &'a [EntityName],
    missing: Vec<EntityName>,
}

impl Views<'_> {
    /// A view; `None` for one that does not exist, and for one that is noted as missing.
    fn get(&mut self, name: EntityName) -> Option<Rc<EntityView>> {
        let held = self.cache.entity(&name);
        if held.is_none() && !self.absent.contains(&name) {
            self.missing.push(name);
        }
        held
    }

    /// Goes on if nothing is missing.
    fn check(&mut self) -> Result<(), Halt> {
        let missing = std::mem::take(&mut self.missing);
        if missing.is_empty() { Ok(()) } else { Err(Halt::Missing(missing)) }
    }

    /// What these policies say. One that is no more says nothing.
    fn policies(&mut self, all: &[PolicyRef]) -> Vec<GrantedPolicy> {
        let of = |policy: &PolicyRef| {
            let document = match policy.kind {
                PolicyType::System => self.texts.of(&system_policy(policy).ok()?),
                PolicyType::Custom => match &*self.get(EntityName::Policy(policy.name.clone()))? {
                    EntityView::Policy(view) => view.document.clone(),
                    _ => return None,
                },
            };
            Some(GrantedPolicy { name: policy.name.to_string(), document })
        };
        all.iter().filter_map(of).collect()
    }
}

impl Server {
    /// Finds whom an access key stands for.
    pub(super) async fn find(
        &self,
        id: &AccessKeyId,
        token: Option<&SecurityToken>,
        ports: &Ports<'_>,
    ) -> Result<Rc<KnownKey>, ApiError> {
        if id.as_str().starts_with(TEMPORARY) {
            let token = token.ok_or(ErrorCode::MissingSecurityToken)?;
            return self.find_session(id, token, ports).await;
        }
        if !Minted::has_form(id) {
            return ports.directory.find(id, token).await;
        }
        let minted = Minted::read(id, &self.settings.roots);
        let Minted { account, is_checked } = minted.ok_or(ErrorCode::InvalidAccessKeyIdNotFound)?;
        if token.is_some() {
            return Err(ErrorCode::InvalidSecurityTokenMismatch.into());
        }
        if is_checked {
            self.find_key(id, &account, ports).await
        } else {
            self.find_stranger(id, &account, ports).await
        }
    }

    async fn find_key(
        &self,
        id: &AccessKeyId,
        account: &AccountId,
        ports: &Ports<'_>,
    ) -> Result<Rc<KnownKey>, ApiError> {
        let look = |views: &mut Views<'_>| known_key(id, account, &self.settings.roots, views);
        self.read_account(account, look, ports).await
    }

    /// As [`Self::find_key`], for an id that somebody may have made up.
    async fn find_stranger(
        &self,
        id: &AccessKeyId,
        account: &AccountId,
        ports: &Ports<'_>,
    ) -> Result<Rc<KnownKey>, ApiError> {
        let now = ports.clock.now_millis();
        let is_held = self.holds(account, EntityName::AccessKey(id.clone()));
        if !is_held && self.strangers.are_many(now) {
            return Err(ErrorCode::InvalidAccessKeyIdNotFound.into());
        }
        let found = match self.check_registered(account, ports).await {
            Ok(()) => self.find_key(id, account, ports).await,
            Err(error) if error.code() == ErrorCode::AccountNotExist => {
                Err(ErrorCode::InvalidAccessKeyIdNotFound.into())
            }
            Err(error) => Err(error),
        };
        let is_nobody = |error: &ApiError| error.code() == ErrorCode::InvalidAccessKeyIdNotFound;
        if found.as_ref().is_err_and(is_nobody) {
            self.strangers.count(now);
        }
        found
    }

    async fn find_session(
        &self,
        id: &AccessKeyId,
        token: &SecurityToken,
        ports: &Ports<'_>,
    ) -> Result<Rc<KnownKey>, ApiError> {
        let now_secs = ports.clock.now_millis().div_euclid(1000);
        let session = Session::open(token, id, &self.settings.roots, now_secs)?;
        let look = |views: &mut Views<'_>| known_session(&session, views);
        self.read_account(&session.account, look, ports).await
    }

    /// Whether an account is one of this deployment's: its own, or one that the operator has made. No
    /// object comes into being for any other.
    ///
    /// # Errors
    /// `EntityNotExist.Account`.
    pub(super) async fn check_registered(
        &self,
        account: &AccountId,
        ports: &Ports<'_>,
    ) -> Result<(), ApiError> {
        let own = self.settings.account_id();
        if *account == own {
            return Ok(());
        }
        let look = |views: &mut Views<'_>| {
            let found = views.get(EntityName::Account(account.clone())).is_some();
            views.check()?;
            Ok(found)
        };
        let found = self.read_account(&own, look, ports).await?;
        if found { Ok(()) } else { Err(ErrorCode::AccountNotExist.into()) }
    }

    /// An identity provider as its account has it.
    pub(super) async fn find_oidc_provider(
        &self,
        account: &AccountId,
        name: &OidcProviderName,
        ports: &Ports<'_>,
    ) -> Result<Option<Rc<EntityView>>, ApiError> {
        let look = |views: &mut Views<'_>| {
            let view = views.get(EntityName::OidcProvider(name.clone()));
            views.check()?;
            Ok(view)
        };
        self.read_account(account, look, ports).await
    }

    /// Reads of an account what `look` needs, all of it at one moment.
    async fn read_account<T>(
        &self,
        account: &AccountId,
        look: impl Fn(&mut Views<'_>) -> Result<T, Halt>,
        ports: &Ports<'_>,
    ) -> Result<T, ApiError> {
        let place = Place::global(account.clone());
        let place = place.ok_or_else(|| ApiError::internal("an account has no place"))?;
        let copies = self.copies(&place);
        let source = self.source(&copies, ports);
        let mut absent = Vec::new();
        for _ in 0..ROUNDS {
            if source.freshness() == Freshness::Stale {
                source.freshen_or_join().await?;
                absent.clear();
                continue;
            }
            let missing = {
                let mut cache = copies.cache.borrow_mut();
                let (texts, missing) = (&self.policy_texts, Vec::new());
                let mut views = Views { texts, cache: &mut cache, absent: &absent, missing };
                match look(&mut views) {
                    Ok(found) => return Ok(found),
                    Err(Halt::Refused(error)) => return Err(error),
                    Err(Halt::Missing(missing)) => missing,
                }
            };
            absent.extend(fetch_all(&source, missing).await?);
        }
        Err(stored(PortError::new("an account's views changed faster than they could be read")))
    }
}

/// Roles, from this isolate's copies of their accounts.
pub(super) struct RoleFinder<'a> {
    pub(super) server: &'a Server,
    pub(super) ports: &'a Ports<'a>,
}

impl Roles for RoleFinder<'_> {
    fn find<'a>(
        &'a self,
        account: &'a AccountId,
        role: &'a RoleName,
    ) -> LocalFuture<'a, Result<Option<Rc<EntityView>>, ApiError>> {
        Box::pin(async move {
            if let Err(error) = self.server.check_registered(account, self.ports).await {
                let is_none = error.code() == ErrorCode::AccountNotExist;
                return if is_none { Ok(None) } else { Err(error) };
            }
            let look = |views: &mut Views<'_>| {
                let view = views.get(role_name(role)?);
                views.check()?;
                Ok(view)
            };
            self.server.read_account(account, look, self.ports).await
        })
    }
}

/// Fetches these views, and returns those that do not exist.
async fn fetch_all(
    source: &Source<'_>,
    missing: Vec<EntityName>,
) -> Result<Vec<EntityName>, ApiError> {
    let fetch = |name: EntityName| async move {
        let is_there = source.fetch(&ViewName::Entity(name.clone())).await?;
        Ok::<_, ApiError>((!is_there).then_some(name))
    };
    Ok(try_join_all(missing.into_iter().map(fetch)).await?.into_iter().flatten().collect())
}

fn role_name(role: &RoleName) -> Result<EntityName, Halt> {
    let name = role.as_str().to_ascii_lowercase().parse();
    name.map(EntityName::Role).map_err(|error| Halt::Refused(ApiError::internal(error)))
}

/// Whom a key made here stands for.
fn known_key(
    id: &AccessKeyId,
    account: &AccountId,
    roots: &crate::material::root_keys::RootKeys,
    views: &mut Views<'_>,
) -> Result<Rc<KnownKey>, Halt> {
    let key = views.get(EntityName::AccessKey(id.clone()));
    views.check()?;
    let key = key.ok_or(ErrorCode::InvalidAccessKeyIdNotFound)?;
    let EntityView::AccessKey(key) = &*key else {
        return Err(Halt::Refused(ApiError::internal("a view of a key is another thing's")));
    };
    if !key.is_active() {
        return Err(ErrorCode::InvalidAccessKeyIdInactive.into());
    }
    let secret =
        key.secret(account, roots).map_err(|error| Halt::Refused(ApiError::internal(error)))?;
    let caller = match key.owner() {
        Owner::Root => Caller::root(account.clone(), id.to_string()),
        Owner::User(user_id) => user(id, account, user_id, views)?,
    };
    Ok(Rc::new(KnownKey { caller, secret }))
}

fn user(
    id: &AccessKeyId,
    account: &AccountId,
    user_id: &str,
    views: &mut Views<'_>,
) -> Result<Caller, Halt> {
    let user_id: EntityId =
        user_id.parse().map_err(|error| Halt::Refused(ApiError::internal(error)))?;
    let user = views.get(EntityName::User(user_id.clone()));
    views.check()?;
    // Its user is gone, and the key goes with it.
    let user = user.ok_or(ErrorCode::InvalidAccessKeyIdNotFound)?;
    let EntityView::User(user) = &*user else {
        return Err(Halt::Refused(ApiError::internal("a view of a user is another thing's")));
    };
    let mut identity = views.policies(&user.policies);
    for group in &user.groups {
        if let Some(group) = views.get(EntityName::Group(group.clone()))
            && let EntityView::Group(group) = &*group
        {
            identity.extend(views.policies(&group.policies));
        }
    }
    views.check()?;
    let granted = Granted { identity, session: None };
    Ok(Caller::user(account.clone(), &user.name, &user_id, id.to_string(), granted))
}

/// What a session may do now: its role may have changed, or be gone.
fn known_session(session: &Session, views: &mut Views<'_>) -> Result<Rc<KnownKey>, Halt> {
    let role = views.get(role_name(&session.role)?);
    views.check()?;
    let role = role.ok_or(ErrorCode::InvalidSecurityTokenExpired)?;
    let EntityView::Role(role) = &*role else {
        return Err(Halt::Refused(ApiError::internal("a view of a role is another thing's")));
    };
    if !is_of(session, role) {
        return Err(ErrorCode::InvalidSecurityTokenExpired.into());
    }
    let identity = views.policies(&role.policies);
    views.check()?;
    let session_policy = session.policy.as_ref().map(|text| GrantedPolicy {
        name: session.name.clone(),
        document: views.texts.of(text.as_str()),
    });
    let caller = Caller::session(session, Granted { identity, session: session_policy });
    let secret = AccessKeySecret::new(session.secret.expose_secret());
    Ok(Rc::new(KnownKey { caller, secret }))
}

/// Whether a session is one of this role, and none of those that were ended.
fn is_of(session: &Session, role: &RoleView) -> bool {
    session.role_id == role.role_id
        && (session.generation == role.generation || is_back(Defect::EndlessSession))
}
