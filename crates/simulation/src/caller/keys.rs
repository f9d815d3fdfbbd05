// SPDX-License-Identifier: Apache-2.0
//! Using and changing keys and aliases, and what their answers must be.

use edgekms_api::key::KeyState;

use super::{ALIASES, Answered, BLOBS, Blob, Caller, SLACK_MILLIS, Told, text_at};
use crate::truth::Timeline;

impl Caller {
    pub(super) async fn describe_otherwise(&self) {
        let Some(key) = self.any_key() else { return };
        let text = self.world.executor.draw(u64::MAX).to_string();
        let params = [("KeyId", key.as_str()), ("Description", text.as_str())];
        if let Some(answered) = self.call("UpdateKeyDescription", &params).await
            && answered.status == 200
        {
            self.acknowledged("UpdateKeyDescription", &answered);
        }
    }

    pub(super) async fn change_key(&self, action: &str, to: KeyState) {
        let Some(key) = self.any_key() else { return };
        self.set_state(&key, action, to).await;
    }

    pub(super) async fn set_state(&self, key: &str, action: &str, to: KeyState) {
        let Some(answered) = self.call(action, &[("KeyId", key)]).await else { return };
        self.changed(action, key, to, &answered);
    }

    pub(super) async fn schedule_deletion(&self) {
        let Some(key) = self.any_key() else { return };
        let params = [("KeyId", key.as_str()), ("PendingWindowInDays", "7")];
        let Some(answered) = self.call("ScheduleKeyDeletion", &params).await else { return };
        self.changed("ScheduleKeyDeletion", &key, KeyState::PendingDeletion, &answered);
    }

    /// What was acknowledged was so at some moment of the call.
    fn changed(&self, action: &str, key: &str, to: KeyState, answered: &Answered) {
        if answered.status != 200 {
            return;
        }
        self.acknowledged(action, answered);
        let told = self.world.executor.now();
        let states = self.state(key);
        let changed =
            states.and_then(|states| states.last(answered.sent, told, |s| *s == Some(to)));
        let Some(changed) = changed else {
            self.violate(|| format!("{action} of {key} was acknowledged and did not happen"));
            return;
        };
        let own = (answered.isolate.number, key.to_owned());
        self.told.own.borrow_mut().insert(own, Told { changed, told });
    }

    fn state(&self, key: &str) -> Option<Timeline<Option<KeyState>>> {
        self.truth.key(key)
    }

    pub(super) async fn describe(&self) {
        let Some(key) = self.any_key() else { return };
        let Some(answered) = self.call("DescribeKey", &[("KeyId", &key)]).await else { return };
        let now = self.world.executor.now();
        let states = self.state(&key);
        let was = |is: &dyn Fn(&Option<KeyState>) -> bool| {
            states.as_ref().is_some_and(|states| states.was(answered.sent, now, is))
        };
        let told = text_at(&answered.body, "/KeyMetadata/KeyState");
        let holds = match answered.status {
            200 => was(&|state| state.is_some_and(|state| state.as_str() == told)),
            404 => was(&Option::is_none),
            _ => true,
        };
        if !holds {
            self.violate(|| format!("DescribeKey of {key} answered {}", answered.body));
        }
    }

    pub(super) async fn change_alias(&self) {
        let (Some(key), Some(alias)) = (self.any_key_that_seals(), self.any(&ALIASES)) else {
            return;
        };
        let (action, named) = match self.world.executor.draw(10) {
            0..=3 => ("CreateAlias", Some(key.as_str())),
            4..=7 => ("UpdateAlias", Some(key.as_str())),
            _ => ("DeleteAlias", None),
        };
        let mut params = vec![("AliasName", alias)];
        params.extend(named.map(|key| ("KeyId", key)));
        let Some(answered) = self.call(action, &params).await else { return };
        if answered.status != 200 {
            return;
        }
        self.acknowledged(action, &answered);
        let (names, now) = (self.truth.alias(alias), self.world.executor.now());
        if !names.was(answered.sent, now, |name| name.as_deref() == named) {
            self.violate(|| format!("{action} of {alias} was acknowledged and did not happen"));
        }
    }

    pub(super) async fn generate(&self) {
        let Some(key) = self.any_key_that_seals() else { return };
        let Some(answered) = self.call("GenerateDataKey", &[("KeyId", &key)]).await else { return };
        self.used("GenerateDataKey", &key, &answered);
    }

    pub(super) async fn generate_by_alias(&self) {
        let Some(alias) = self.any(&ALIASES) else { return };
        let params = [("KeyId", alias)];
        let Some(answered) = self.call("GenerateDataKey", &params).await else { return };
        let (names, now) = (self.truth.alias(alias), answered.done);
        let (key, sent) = (answered.text("KeyId"), answered.sent);
        if answered.status == 200 {
            if !names.was(now - self.bound(), now, |name| name.as_ref() == Some(&key)) {
                self.violate(|| format!("{alias} stood for {key}, as it had not for too long"));
            }
            self.used("GenerateDataKey", &key, &answered);
        } else if answered.code() == "Forbidden.AliasNotFound"
            && !names.was(sent, now, Option::is_none)
        {
            self.violate(|| format!("{alias} was said to be absent, and never was"));
        }
    }

    pub(super) async fn decrypt(&self) {
        let blob = {
            let blobs = self.told.blobs.borrow();
            self.any(&blobs)
        };
        let Some(blob) = blob else { return };
        let params = [("CiphertextBlob", blob.text.as_str())];
        let Some(answered) = self.call("Decrypt", &params).await else { return };
        if answered.status == 200 && answered.text("Plaintext") != blob.plaintext {
            self.violate(|| "a blob opened to another plaintext".to_owned());
        }
        self.used("Decrypt", &blob.key, &answered);
    }

    /// What a cryptographic call answers of a key is what the truth was, within the bound.
    pub(super) fn used(&self, action: &str, key: &str, answered: &Answered) {
        let now = answered.done;
        let Some(states) = self.state(key) else { return };
        let within =
            |is: &dyn Fn(&Option<KeyState>) -> bool| states.was(now - self.bound(), now, is);
        let since_sent =
            |is: &dyn Fn(&Option<KeyState>) -> bool| states.was(answered.sent, now, is);
        let enabled = |state: &Option<KeyState>| *state == Some(KeyState::Enabled);
        let holds = match (answered.status, answered.code()) {
            (200, _) => within(&enabled) && self.heard(key, answered, &states),
            (_, "Rejected.Disabled") => within(&|state| *state == Some(KeyState::Disabled)),
            (_, "Rejected.PendingDeletion") => {
                within(&|state| *state == Some(KeyState::PendingDeletion))
            }
            (_, "Forbidden.KeyNotFound" | "InvalidParameter") => since_sent(&Option::is_none),
            (_, "Forbidden.KeyVersionNotFound") => since_sent(&Option::is_none),
            (status, _) => status == 503,
        };
        if !holds {
            let code = answered.code();
            self.violate(|| {
                format!("{action} with {key} answered {} {code}: {states:?}", answered.status)
            });
        }
        if answered.status == 200 {
            self.keep(key, answered);
        }
    }

    /// An isolate that was told of a change knows it from then on, also of a key that it is just waiting
    /// for.
    fn heard(&self, key: &str, answered: &Answered, states: &Timeline<Option<KeyState>>) -> bool {
        let own = self.told.own.borrow();
        let Some(Told { changed, told }) = own.get(&(answered.isolate.number, key.to_owned()))
        else {
            return true;
        };
        let now = answered.done;
        let enabled = |state: &Option<KeyState>| *state == Some(KeyState::Enabled);
        let knew = answered.sent > *told || now > told + SLACK_MILLIS;
        !knew || states.was(*changed, now, enabled)
    }

    fn keep(&self, key: &str, answered: &Answered) {
        if answered.text("KeyId") != key {
            let used = answered.text("KeyId");
            self.violate(|| format!("a call for {key} used {used}"));
        }
        self.is_version_of(&answered.text("KeyVersionId"), key);
        let (text, plaintext) = (answered.text("CiphertextBlob"), answered.text("Plaintext"));
        self.world.keep_secret(&plaintext);
        if text.is_empty() {
            return;
        }
        let mut blobs = self.told.blobs.borrow_mut();
        if blobs.len() >= BLOBS {
            let index = self.world.executor.draw(BLOBS as u64);
            blobs.swap_remove(usize::try_from(index).unwrap_or(0));
        }
        blobs.push(Blob { text, plaintext, key: key.to_owned() });
    }

    pub(super) fn is_version_of(&self, version: &str, key: &str) {
        if self.truth.version(version).is_none_or(|held| held.key_id.as_str() != key) {
            self.violate(|| format!("a call for {key} used version {version}"));
        }
    }
}
