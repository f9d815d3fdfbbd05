// SPDX-License-Identifier: Apache-2.0
//! What a rule has decided, before it is stored.

use edgekms_api::id::KeyId;

use super::agenda::JobChange;

/// A reply, and what to store for it: whole or not at all.
#[derive(Debug)]
pub struct Decision<T, C> {
    /// What the caller gets.
    pub reply: T,
    /// The key concerned, if it is about one.
    pub key_id: Option<KeyId>,
    /// What to store.
    pub changes: Vec<C>,
    /// What this leaves to be done later, stored with the changes.
    pub jobs: Vec<JobChange>,
    /// Facts of the object itself that become others.
    pub facts: Vec<(&'static str, String)>,
}

impl<T, C> Decision<T, C> {
    /// To answer, and change nothing.
    pub fn look(reply: T, key_id: Option<KeyId>) -> Self {
        Self { reply, key_id, changes: Vec::new(), jobs: Vec::new(), facts: Vec::new() }
    }

    /// And to do this later.
    #[must_use]
    pub fn with_job(mut self, job: JobChange) -> Self {
        self.jobs.push(job);
        self
    }

    /// And to keep this of the object itself.
    #[must_use]
    pub fn with_fact(mut self, name: &'static str, value: String) -> Self {
        self.facts.push((name, value));
        self
    }

    /// The same with another reply.
    pub fn map<U>(self, reply: impl FnOnce(T) -> U) -> Decision<U, C> {
        let Self { key_id, changes, jobs, facts, .. } = self;
        Decision { reply: reply(self.reply), key_id, changes, jobs, facts }
    }
}
