// SPDX-License-Identifier: Apache-2.0
//! What root changes of its users and roles, and what they do themselves.

use std::cell::{Cell, RefCell};

use edgekms_api::product::Product;

use super::{
    Answered, Caller,
    who::{AccessKey, Session, User, Who},
};
use crate::truth::account::{ALWAYS, SOMETIMES, Span};

/// Users and sessions that are remembered, those that are gone too: they go on trying.
const PEOPLE: u64 = 8;
const ROLES: [&str; 3] = ["one", "two", "three"];
const POLICIES: [&str; 2] = [ALWAYS, SOMETIMES];

/// What callers have been told of the account.
#[derive(Default)]
pub(super) struct People {
    users: RefCell<Vec<User>>,
    sessions: RefCell<Vec<Session>>,
    has_policies: Cell<bool>,
}

impl Caller {
    /// One thing that has to do with users and roles.
    pub(super) async fn deal_with_people(&self) {
        if !self.known.people.has_policies.get() {
            self.create_policies().await;
        }
        match self.world.executor.draw(100) {
            0..=5 => self.create_user().await,
            6..=11 => self.create_role().await,
            12..=24 => self.attach("Attach").await,
            25..=31 => self.attach("Detach").await,
            32..=37 => self.switch_key().await,
            38..=40 => self.revoke_sessions().await,
            41..=44 => self.delete_someone().await,
            45..=56 => self.assume_role().await,
            57..=59 => self.change_what_counts().await,
            _ => self.use_a_key().await,
        }
    }

    pub(super) fn any_user(&self) -> Option<User> {
        let users = self.known.people.users.borrow();
        self.any(&users)
    }

    pub(super) fn any_role(&self) -> Option<String> {
        self.any(&ROLES).map(str::to_owned)
    }

    pub(super) fn keep_session(&self, session: Session) {
        self.remember(&self.known.people.sessions, session);
    }

    fn remember<T>(&self, list: &RefCell<Vec<T>>, one: T) {
        let mut held = list.borrow_mut();
        if held.len() as u64 >= PEOPLE {
            held.swap_remove(usize::try_from(self.world.executor.draw(PEOPLE)).unwrap_or(0));
        }
        held.push(one);
    }

    /// Root changes something; what comes back is an acknowledgement, which must be true.
    async fn change(&self, action: &str, params: &[(&str, &str)]) -> Option<(Answered, Span)> {
        let answered = self.call_as(&Who::Root, Product::Ram, action, params).await?;
        if answered.status != 200 {
            return None;
        }
        self.acknowledged(action, &answered);
        let span = (answered.sent, self.world.executor.now());
        Some((answered, span))
    }

    fn must_have_happened(&self, action: &str, has: bool) {
        if !has {
            self.violate(|| format!("{action} was acknowledged and did not happen"));
        }
    }

    async fn create_user(&self) {
        let name = format!("u{}", self.world.executor.draw(u64::MAX));
        let params = [("UserName", &*name)];
        let Some((answered, span)) = self.change("CreateUser", &params).await else { return };
        let id = super::text_at(&answered.body, "/User/UserId").to_owned();
        let has = self.world.account.truth.user_was(&id, span, true);
        self.must_have_happened("CreateUser", has);
        let Some((answered, span)) = self.change("CreateAccessKey", &params).await else { return };
        let key = AccessKey::told(&answered.body, "/AccessKey");
        self.world.keep_secret(super::text_at(&answered.body, "/AccessKey/AccessKeySecret"));
        let has = self.world.account.truth.key_was(&key.id, span, Some(true));
        self.must_have_happened("CreateAccessKey", has);
        self.remember(&self.known.people.users, User { name: name.clone(), id, key });
        let params = [("PolicyType", "Custom"), ("PolicyName", ALWAYS), ("UserName", &*name)];
        self.change("AttachPolicyToUser", &params).await;
    }

    async fn create_policies(&self) {
        let what = r#""Action":["kms:*","sts:AssumeRole"],"Resource":"*""#;
        let document = |effect: &str| {
            format!(r#"{{"Version":"1","Statement":[{{"Effect":"{effect}",{what}}}]}}"#)
        };
        for policy in POLICIES {
            let params = [("PolicyName", policy), ("PolicyDocument", &document("Allow"))];
            self.change("CreatePolicy", &params).await;
        }
        // The second version says nothing of what callers try.
        let nothing =
            document("Allow").replace("kms:*", "oss:*").replace("sts:AssumeRole", "oss:Get");
        let params = [("PolicyName", SOMETIMES), ("PolicyDocument", &*nothing)];
        if self.change("CreatePolicyVersion", &params).await.is_some() {
            self.known.people.has_policies.set(true);
        }
    }

    async fn change_what_counts(&self) {
        let version = if self.world.executor.chance(500) { "v1" } else { "v2" };
        let params = [("PolicyName", SOMETIMES), ("VersionId", version)];
        self.change("SetDefaultPolicyVersion", &params).await;
    }

    async fn create_role(&self) {
        let Some(role) = self.any_role() else { return };
        let account = &self.world.account.place.account;
        let trust = format!(
            r#"{{"Version":"1","Statement":[{{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{{"RAM":["acs:ram::{account}:root"]}}}}]}}"#
        );
        let params = [("RoleName", &*role), ("AssumeRolePolicyDocument", &*trust)];
        let Some((answered, span)) = self.change("CreateRole", &params).await else { return };
        let id = super::text_at(&answered.body, "/Role/RoleId").to_owned();
        let has = self.world.account.truth.role_was(&id, span, |held| held.is_some());
        self.must_have_happened("CreateRole", has);
        let params = [("PolicyType", "Custom"), ("PolicyName", ALWAYS), ("RoleName", &*role)];
        self.change("AttachPolicyToRole", &params).await;
    }

    async fn attach(&self, verb: &str) {
        let preposition = if verb == "Attach" { "To" } else { "From" };
        let (kind, name, holder) = if self.world.executor.chance(500) {
            let Some(user) = self.any_user() else { return };
            ("User", user.name, Some(format!("user/{}", user.id)))
        } else {
            let Some(role) = self.any_role() else { return };
            ("Role", role, None)
        };
        let Some(policy) = self.any(&POLICIES) else { return };
        let (action, field) = (format!("{verb}Policy{preposition}{kind}"), format!("{kind}Name"));
        let params = [("PolicyType", "Custom"), ("PolicyName", policy), (&*field, &*name)];
        let Some((_, span)) = self.change(&action, &params).await else { return };
        if let Some(holder) = holder {
            let is = verb == "Attach";
            let has = self.world.account.truth.attached_was(&holder, policy, span, is);
            self.must_have_happened(&action, has);
        }
    }

    async fn switch_key(&self) {
        let Some(user) = self.any_user() else { return };
        let is_on = self.world.executor.chance(600);
        let status = if is_on { "Active" } else { "Inactive" };
        let params =
            [("UserName", &*user.name), ("UserAccessKeyId", &*user.key.id), ("Status", status)];
        let Some((_, span)) = self.change("UpdateAccessKey", &params).await else { return };
        let has = self.world.account.truth.key_was(&user.key.id, span, Some(is_on));
        self.must_have_happened("UpdateAccessKey", has);
    }

    async fn revoke_sessions(&self) {
        let Some(role) = self.any_role() else { return };
        self.change("RevokeRoleSessions", &[("RoleName", &role)]).await;
    }

    async fn delete_someone(&self) {
        if self.world.executor.chance(500) {
            let Some(role) = self.any_role() else { return };
            for policy in POLICIES {
                let params =
                    [("PolicyType", "Custom"), ("PolicyName", policy), ("RoleName", &*role)];
                self.change("DetachPolicyFromRole", &params).await;
            }
            self.change("DeleteRole", &[("RoleName", &role)]).await;
            return;
        }
        let Some(user) = self.any_user() else { return };
        let truth = &self.world.account.truth;
        let params = [("UserName", &*user.name), ("UserAccessKeyId", &*user.key.id)];
        if let Some((_, span)) = self.change("DeleteAccessKey", &params).await {
            self.must_have_happened("DeleteAccessKey", truth.key_was(&user.key.id, span, None));
        }
        for policy in POLICIES {
            let params =
                [("PolicyType", "Custom"), ("PolicyName", policy), ("UserName", &*user.name)];
            self.change("DetachPolicyFromUser", &params).await;
        }
        if let Some((_, span)) = self.change("DeleteUser", &[("UserName", &user.name)]).await {
            self.must_have_happened("DeleteUser", truth.user_was(&user.id, span, false));
            // Some go on trying; if all did, hardly anybody would be let in.
            if self.world.executor.chance(700) {
                self.known.people.users.borrow_mut().retain(|held| held.id != user.id);
            }
        }
    }

    /// A session that is over is soon forgotten.
    pub(super) fn forget_session(&self, session: &Session) {
        if self.world.executor.chance(300) {
            self.known.people.sessions.borrow_mut().retain(|held| held.key.id != session.key.id);
        }
    }

    /// Somebody who is not root uses a key, or looks at one.
    async fn use_a_key(&self) {
        let who = if self.world.executor.chance(500) {
            self.any_user().map(Who::User)
        } else {
            let sessions = self.known.people.sessions.borrow();
            self.any(&sessions).map(Who::Session)
        };
        let (Some(who), Some(key)) = (who, self.any_key_that_seals()) else { return };
        let looks = self.world.executor.chance(150);
        let action = if looks { "DescribeKey" } else { "GenerateDataKey" };
        let params = [("KeyId", &*key)];
        let Some(answered) = self.call_as(&who, Product::Kms, action, &params).await else {
            return;
        };
        let is_let_in = self.let_in(&who, &answered);
        self.known.count_let_in(is_let_in, answered.status);
        if let Who::Session(session) = &who
            && !is_let_in
        {
            self.forget_session(session);
        }
        if is_let_in && !looks {
            self.used(action, &key, &answered);
        }
    }
}
