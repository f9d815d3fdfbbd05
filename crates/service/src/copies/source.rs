// SPDX-License-Identifier: Apache-2.0
//! The ways to a view: an isolate's cache, the published copy, and the object that decides. What is in the
//! cache is the reader's to look for, and [`Source::fetch`] brings what is not.

use std::rc::Rc;

use edgekms_api::error::ApiError;

use super::{
    Copies,
    cache::Held,
    talk::{Talk, misplaced},
    tally::{Found, add},
    view::View,
};
use crate::object::name::ViewName;
use crate::{
    account::view::EntityView,
    keyring::{
        message::{Answer, Ask, Done, ViewAnswer, ViewQuestion},
        record::{AliasRecord, KeyView, VersionRecord},
    },
    material::root_keys::RootKeys,
    port::{Clock, Entropy, Objects, PortError, PublishedViews, Timers, timer::within},
    settings::StateConsistency,
};

/// How long a published copy is waited for before the truth is asked.
pub(crate) const LOAD_LIMIT_MILLIS: u32 = 1_000;

/// One isolate's copies of one place, and the ways to more.
#[derive(Clone, Copy)]
pub struct Source<'a> {
    /// This isolate's copies.
    pub copies: &'a Copies,
    /// What views are sealed under, and material wrapped.
    pub roots: &'a RootKeys,
    /// How soon changes are seen.
    pub consistency: StateConsistency,
    /// What time it is.
    pub clock: &'a dyn Clock,
    /// Randomness.
    pub entropy: &'a dyn Entropy,
    /// Timers.
    pub timers: &'a dyn Timers,
    /// The published copies.
    pub published: &'a dyn PublishedViews,
    /// The truth.
    pub objects: &'a dyn Objects,
}

impl<'a> Source<'a> {
    /// Takes in what an object has just said of the views that a change altered.
    pub fn learn(&self, done: &Done) {
        for (name, text) in &done.views {
            self.copies.knowledge.borrow_mut().note(&done.epoch, name, done.revision);
            self.copies.cache.borrow_mut().drop_older(name, done.revision);
            // A view that does not parse is not kept; reading it anew will say why.
            if let Some(held) = text.as_ref().and_then(|text| read(name, text).ok()) {
                self.take(name, &done.epoch, done.revision, held);
            }
        }
    }

    /// How this isolate talks to the object.
    pub(crate) fn talk(&self) -> Talk<'a> {
        Talk {
            place: &self.copies.place,
            speech: &self.copies.speech,
            objects: self.objects,
            timers: self.timers,
        }
    }

    /// Gets a view into the cache: from KV if what is there is to be believed, else from the object. False
    /// if that says that there is no such thing.
    ///
    /// # Errors
    /// `ServiceUnavailableTemporary` if the object cannot be asked.
    pub async fn fetch(&self, name: &ViewName) -> Result<bool, ApiError> {
        let published_key = name.published_key(&self.copies.place);
        let load = self.published.load(&published_key);
        let text = within(self.timers, LOAD_LIMIT_MILLIS, load).await;
        // A copy that cannot be had, or not in time, is a copy that is not there: the truth is.
        let text = text.and_then(Result::ok);
        if text.is_none() {
            add(&self.copies.tally.kv_read_errors, 1);
        }
        let text = text.flatten();
        let view = text.as_deref().and_then(|text| self.open(name, text));
        if let Some(view) = &view
            && self.copies.knowledge.borrow().believes(name, &view.epoch, view.revision)
            && let Some(held) = view.body.as_ref().and_then(|body| read(name, body).ok())
        {
            self.copies.cache.borrow_mut().store(name, held, view.revision);
            self.copies.tally.count_fetch(name, Found::Kv);
            return Ok(true);
        }
        // What is not to be believed is to be published again, unless it is ahead of this isolate.
        // That there is no such thing is for the object alone to say, whatever lies in KV.
        let is_ahead =
            |view: &View| self.copies.knowledge.borrow().is_behind(&view.epoch, view.revision);
        let missed = !view.as_ref().is_some_and(is_ahead);
        let question = ViewQuestion { name: name.clone(), missed };
        let Answer::View(answer) = self.talk().question(Ask::View(question)).await? else {
            return Err(misplaced());
        };
        let ViewAnswer { epoch, revision, body } = answer;
        let found = if body.is_some() { Found::Object } else { Found::None };
        self.copies.tally.count_fetch(name, found);
        let Some(body) = body else { return Ok(false) };
        let held = read(name, &body).map_err(ApiError::internal)?;
        self.take(name, &epoch, revision, held);
        Ok(true)
    }

    fn open(&self, name: &ViewName, text: &str) -> Option<View> {
        View::open(text, self.roots, &self.copies.place, name, self.clock.now_millis())
    }

    /// Takes in what the object itself says of a name as of `revision`, if that is still the last
    /// word on it.
    fn take(&self, name: &ViewName, epoch: &str, revision: u64, held: Held) {
        let mut knowledge = self.copies.knowledge.borrow_mut();
        let mut cache = self.copies.cache.borrow_mut();
        if knowledge.is_of_another_life(epoch) {
            // Nothing that is held of the object's earlier life is known to be good.
            knowledge.forget();
            cache.clear();
        } else if knowledge.accepts(name, epoch, revision) {
            cache.store(name, held, revision);
        }
    }
}

/// Reads a record as what `name` says it is, and checks that it is that very thing's.
fn read(name: &ViewName, body: &str) -> Result<Held, PortError> {
    let (held, is_its_own) = match name {
        ViewName::Key(id) => {
            let view = KeyView::decode(body)?;
            let is_its_own = view.key_id == *id;
            (Held::Key(Rc::new(view)), is_its_own)
        }
        ViewName::Version(id) => {
            let record = VersionRecord::decode(body)?;
            let is_its_own = record.version_id == *id;
            (Held::Version(Rc::new(record)), is_its_own)
        }
        ViewName::Alias(alias) => {
            let record = AliasRecord::decode(body)?;
            (Held::Alias(record.key_id), record.name == *alias)
        }
        ViewName::Share(_) => return Err(PortError::new("whose a version is, is no view to hold")),
        // The seal is over its name.
        ViewName::Entity(name) => (Held::Entity(Rc::new(EntityView::read(name, body)?)), true),
    };
    if is_its_own { Ok(held) } else { Err(PortError::new("a view is another name's")) }
}
