// SPDX-License-Identifier: Apache-2.0
//! A published view, with the seal that says who made it, when, and for which name.
//!
//! ```text
//! view key = HKDF-SHA-256(root key version, info = framed("edgekms/v1/view", account, region))
//! mac      = HMAC-SHA-256(view key, framed("edgekms/v1/view", published name, epoch, revision, made, body))
//! ```
//!
//! Whoever can write to KV can take views away and put old ones back. The seal keeps them from
//! changing one, from moving one to another name or keyring, and from making one; the revision shows
//! an old one for what it is (see [`super::knowledge`]). A tombstone is a view without a body.
//!
//! # Clocks
//! `made` is read by machines whose clock may differ from the keyring's by [`MAX_SKEW_MILLIS`]. A
//! larger difference makes copies look too old or not yet made; they are then not used, and every
//! first look at a key costs a question to the keyring. Nothing is believed longer for it: how soon
//! a change is seen everywhere does not depend on `made`.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use crate::object::name::ViewName;
use crate::{
    encoding::framed,
    material::{
        hierarchy::{HierarchyError, derive_view_key},
        root_keys::RootKeys,
    },
};
use edgekms_api::place::Place;

/// How long after its making a view is used. Every view is published anew before that.
pub const LIVES_MILLIS: i64 = 24 * 60 * 60 * 1000;
/// The largest difference of two machines' clocks that is allowed for.
pub const MAX_SKEW_MILLIS: i64 = 60 * 60 * 1000;
/// When KV may drop a view, in seconds after it was written.
pub const KV_LIVES_SECS: u32 = 25 * 60 * 60;

/// The version of a published text.
const VIEW_VERSION: u8 = 2;
const LABEL: &[u8] = b"edgekms/v1/view";
/// Longest published text that is read, in bytes; a view has some 500.
const MAX_LEN: usize = 64 * 1024;

/// What a keyring says of one name, as of one revision.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct View {
    /// Which life of the keyring: drawn anew when a keyring begins from nothing.
    pub epoch: String,
    /// The keyring's revision when this was so.
    pub revision: u64,
    /// When it was made, in milliseconds since 1970, by the keyring's clock.
    pub made_millis: i64,
    /// The record's text; none for a name that stands for nothing.
    pub body: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Published {
    v: u8,
    epoch: String,
    revision: u64,
    made: i64,
    root: String,
    body: Option<String>,
    mac: String,
}

impl View {
    /// The text to publish under the name of `name`.
    ///
    /// # Errors
    /// [`HierarchyError`] only if the root keys are inconsistent.
    pub fn seal(
        &self,
        roots: &RootKeys,
        place: &Place,
        name: &ViewName,
    ) -> Result<String, HierarchyError> {
        let mac = self.mac(roots, roots.current(), place, name)?.finalize().into_bytes();
        let published = Published {
            v: VIEW_VERSION,
            epoch: self.epoch.clone(),
            revision: self.revision,
            made: self.made_millis,
            root: roots.current().to_owned(),
            body: self.body.clone(),
            mac: STANDARD.encode(mac),
        };
        // A struct of texts and numbers has a JSON form; serde_json cannot refuse it.
        Ok(serde_json::to_string(&published).unwrap_or_default())
    }

    /// The body that a text claims to have, which nobody may believe before [`View::open`] has said so.
    #[must_use]
    pub fn claimed_body(text: &str) -> Option<String> {
        if text.len() > MAX_LEN {
            return None;
        }
        serde_json::from_str::<Published>(text).ok()?.body
    }

    /// Reads a published text, found under the name of `name` at `now_millis` by this machine's
    /// clock. `None` for whatever was not made by this keyring for this name, is cut short or
    /// changed, or is too old: one answer, since whoever put it there learns nothing.
    #[must_use]
    pub fn open(
        text: &str,
        roots: &RootKeys,
        place: &Place,
        name: &ViewName,
        now_millis: i64,
    ) -> Option<Self> {
        if text.len() > MAX_LEN {
            return None;
        }
        let published: Published = serde_json::from_str(text).ok()?;
        let Published { v, epoch, revision, made, root, body, mac } = published;
        if v != VIEW_VERSION {
            return None;
        }
        let view = Self { epoch, revision, made_millis: made, body };
        let mac = STANDARD.decode(mac).ok()?;
        // Compared in constant time.
        view.mac(roots, &root, place, name).ok()?.verify_slice(&mac).ok()?;
        let age = now_millis.checked_sub(made)?;
        (-MAX_SKEW_MILLIS..=LIVES_MILLIS).contains(&age).then_some(view)
    }

    fn mac(
        &self,
        roots: &RootKeys,
        root: &str,
        place: &Place,
        name: &ViewName,
    ) -> Result<Hmac<Sha256>, HierarchyError> {
        let key = derive_view_key(roots, root, place.account.as_str(), place.region.as_str())?;
        let mut mac = Hmac::<Sha256>::new_from_slice(key.expose_secret())
            .map_err(|_| HierarchyError::NotAuthentic)?;
        let body = self.body.as_ref().map_or(&[][..], |body| body.as_bytes());
        mac.update(&framed(&[
            LABEL,
            name.published_key(place).as_bytes(),
            self.epoch.as_bytes(),
            &self.revision.to_be_bytes(),
            &self.made_millis.to_be_bytes(),
            &[u8::from(self.body.is_some())],
            body,
        ]));
        Ok(mac)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{NOW_SECS, place, root_keys};

    const NOW: i64 = NOW_SECS * 1000;

    fn name() -> ViewName {
        ViewName::from_local("alias/a").unwrap()
    }

    fn view() -> View {
        View { epoch: "e".into(), revision: 7, made_millis: NOW, body: Some("{}".into()) }
    }

    fn sealed() -> String {
        view().seal(&root_keys(), &place(), &name()).unwrap()
    }

    fn open(text: &str) -> Option<View> {
        View::open(text, &root_keys(), &place(), &name(), NOW)
    }

    /// Published texts are stored state; the MAC was computed with Python's `hmac`.
    #[test]
    fn the_text_is_pinned() {
        assert_eq!(
            sealed(),
            r#"{"v":2,"epoch":"e","revision":7,"made":1700000000000,"root":"1","body":"{}","mac":"EdJMBG4QwUV5f7TGwam8lvCVA3mMWQ1oRyY9z5wWE7M="}"#
        );
        assert_eq!(open(&sealed()), Some(view()));
        let tombstone = View { body: None, ..view() };
        let text = tombstone.seal(&root_keys(), &place(), &name()).unwrap();
        assert_eq!(open(&text), Some(tombstone));
    }

    #[test]
    fn every_changed_byte_makes_it_nothing() {
        let text = sealed();
        for index in 0..text.len() {
            let mut bytes = text.clone().into_bytes();
            bytes[index] ^= 1;
            let Ok(changed) = String::from_utf8(bytes) else { continue };
            assert_eq!(open(&changed), None, "byte {index}: {changed}");
        }
        assert_eq!(open(&text[..text.len() - 1]), None);
        assert_eq!(open(""), None);
        assert_eq!(open(&"[".repeat(100_000)), None);
    }

    #[test]
    fn another_name_place_or_root_makes_it_nothing() {
        let text = sealed();
        let elsewhere = Place { region: "cn-beijing".parse().unwrap(), ..place() };
        let other = ViewName::from_local("alias/b").unwrap();
        assert_eq!(View::open(&text, &root_keys(), &elsewhere, &name(), NOW), None);
        assert_eq!(View::open(&text, &root_keys(), &place(), &other, NOW), None);
        let roots =
            r#"{"current":"1","keys":{"1":"//79/Pv6+fj39vX08/Lx8O/u7ezr6uno5+bl5OPi4eA="}}"#;
        let roots = RootKeys::parse(roots).unwrap();
        assert_eq!(View::open(&text, &roots, &place(), &name(), NOW), None);
    }

    #[test]
    fn it_lives_a_day_and_an_hour_of_skew_is_allowed_for() {
        let at = |now| View::open(&sealed(), &root_keys(), &place(), &name(), now).is_some();
        assert!(at(NOW + LIVES_MILLIS) && at(NOW - MAX_SKEW_MILLIS));
        assert!(!at(NOW + LIVES_MILLIS + 1) && !at(NOW - MAX_SKEW_MILLIS - 1));
        assert!(!at(i64::MIN));
    }
}
