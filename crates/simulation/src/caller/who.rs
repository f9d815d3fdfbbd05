// SPDX-License-Identifier: Apache-2.0
//! Who calls: root, a user or a session, and whether an answer is right for whom it was given to.

use std::collections::BTreeSet;

use edgekms_api::{
    dialect::signature::{AccessKeySecret, Credentials, SecurityToken},
    product::Product,
};
use edgekms_service::copies::knowledge::bounds;
use serde_json::Value;

use super::{Answered, Caller, text_at};
use crate::{
    truth::account::Span,
    world::{ACCESS_KEY_ID, ACCESS_KEY_SECRET},
};

/// How long a session is, and how much earlier or later than that clocks may end it.
const SESSION_MILLIS: i64 = 3_600_000;
const CLOCKS_MILLIS: i64 = 24 * 60_000 + 2_000;

/// Somebody who calls.
#[derive(Clone)]
pub(super) enum Who {
    Root,
    User(User),
    Session(Session),
}

/// A user, by one of its access keys.
#[derive(Clone)]
pub(super) struct User {
    pub(super) name: String,
    pub(super) id: String,
    pub(super) key: AccessKey,
}

/// A session of a role.
#[derive(Clone)]
pub(super) struct Session {
    pub(super) key: AccessKey,
    role_id: String,
    /// The generations that the role was of when the session was made: it is of one of them.
    generations: BTreeSet<u64>,
    /// From when to when it was made.
    made: Span,
}

/// What requests are signed with.
#[derive(Clone)]
pub(super) struct AccessKey {
    pub(super) id: String,
    secret: String,
    token: Option<String>,
}

impl AccessKey {
    /// What a caller was told, at this place of an answer.
    pub(super) fn told(body: &Value, at: &str) -> Self {
        let text = |name: &str| text_at(body, &format!("{at}/{name}")).to_owned();
        let token = Some(text("SecurityToken")).filter(|token| !token.is_empty());
        Self { id: text("AccessKeyId"), secret: text("AccessKeySecret"), token }
    }
}

impl Who {
    pub(super) fn credentials(&self) -> Credentials {
        let key = match self {
            Self::Root => {
                return Credentials {
                    access_key_id: ACCESS_KEY_ID.to_owned(),
                    access_key_secret: AccessKeySecret::new(ACCESS_KEY_SECRET),
                    security_token: None,
                };
            }
            Self::User(User { key, .. }) | Self::Session(Session { key, .. }) => key,
        };
        Credentials {
            access_key_id: key.id.clone(),
            access_key_secret: AccessKeySecret::new(key.secret.as_str()),
            security_token: key.token.as_deref().map(SecurityToken::new),
        }
    }

    pub(super) fn name(&self) -> &str {
        match self {
            Self::Root => "root",
            Self::User(User { name, .. }) => name,
            Self::Session(_) => "a session",
        }
    }
}

impl Caller {
    /// The moments at which an isolate may have read what it answered this by: it may believe what was so
    /// within the bound before the call came, and nothing older.
    pub(super) fn read_within(&self, answered: &Answered) -> Span {
        (answered.sent - bounds(self.world.settings.consistency).1, answered.done)
    }

    /// Whether who called was let in; takes note if that was wrong.
    pub(super) fn let_in(&self, who: &Who, answered: &Answered) -> bool {
        if answered.status == 503 {
            return false;
        }
        let span = self.read_within(answered);
        let (is_right, is_let_in) = match who {
            Who::Root => (true, true),
            Who::User(user) => self.judge_user(user, answered, span),
            Who::Session(session) => self.judge_session(session, answered, span),
        };
        if !is_right {
            let (name, code) = (who.name(), answered.code());
            self.violate(|| {
                format!(
                    "{name} was answered {} {code}: revoked or granted for longer",
                    answered.status
                )
            });
        }
        is_let_in
    }

    fn judge_user(&self, user: &User, answered: &Answered, span: Span) -> (bool, bool) {
        let truth = &self.world.account.truth;
        let holder = format!("user/{}", user.id);
        let key = |is| truth.key_was(&user.key.id, span, is);
        let is_there = truth.user_was(&user.id, span, true);
        match answered.code() {
            "InvalidAccessKeyId.NotFound" => {
                (key(None) || truth.user_was(&user.id, span, false), false)
            }
            "InvalidAccessKeyId.Inactive" => (key(Some(false)), false),
            "Forbidden.NoPermission" | "NoPermission" => {
                (key(Some(true)) && is_there && truth.may_have_not(&holder, span), false)
            }
            _ => (key(Some(true)) && is_there && truth.may_have(&holder, span), true),
        }
    }

    fn judge_session(&self, session: &Session, answered: &Answered, span: Span) -> (bool, bool) {
        let truth = &self.world.account.truth;
        let holder = format!("role/{}", session.role_id);
        let lives =
            |held: Option<u64>| held.is_some_and(|held| session.generations.contains(&held));
        let lived = truth.role_was(&session.role_id, span, lives);
        let (first, last) = session.made;
        let may_be_over = span.1 > first + SESSION_MILLIS - CLOCKS_MILLIS;
        let is_over = answered.sent > last + SESSION_MILLIS + CLOCKS_MILLIS;
        match answered.code() {
            "InvalidSecurityToken.Expired" => {
                let ended = truth.role_was(&session.role_id, span, |held| {
                    !lives(held) || session.generations.len() > 1
                });
                (may_be_over || ended, false)
            }
            "Forbidden.NoPermission" | "NoPermission" => {
                (lived && !is_over && truth.may_have_not(&holder, span), false)
            }
            _ => (lived && !is_over && truth.may_have(&holder, span), true),
        }
    }

    /// A user takes on a role.
    pub(super) async fn assume_role(&self) {
        let (Some(user), Some(role)) = (self.any_user(), self.any_role()) else { return };
        let arn = format!("acs:ram::{}:role/{role}", self.world.account.place.account);
        let params = [("RoleArn", &*arn), ("RoleSessionName", "simulated")];
        let who = Who::User(user);
        let Some(answered) = self.call_as(&who, Product::Sts, "AssumeRole", &params).await else {
            return;
        };
        let (truth, span) = (&self.world.account.truth, self.read_within(&answered));
        let absent = truth.role_was_absent(&role, span);
        let is_told_absent = answered.code() == "EntityNotExist.Role";
        // Whether there is such a role is not told to whom it does not let in.
        if answered.code() == "NoPermission" && absent {
            return;
        }
        if !self.let_in(&who, &answered) {
            return;
        }
        if answered.status != 200 {
            if !(is_told_absent && absent) {
                self.violate(|| format!("AssumeRole of {role} answered {}", answered.body));
            }
            return;
        }
        let key = AccessKey::told(&answered.body, "/Credentials");
        for secret in [Some(&key.secret), key.token.as_ref()].into_iter().flatten() {
            self.world.keep_secret(secret);
        }
        let id = text_at(&answered.body, "/AssumedRoleUser/AssumedRoleId");
        let role_id = id.split(':').next().unwrap_or_default().to_owned();
        let generations = truth.generations(&role_id, span);
        if generations.is_empty() {
            self.violate(|| format!("role {role} was taken on after it was deleted"));
        }
        let made = (answered.sent, self.world.executor.now());
        self.keep_session(Session { key, role_id, generations, made });
    }
}
