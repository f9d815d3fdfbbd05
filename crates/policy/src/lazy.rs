// SPDX-License-Identifier: Apache-2.0
//! A policy as it is carried: its text, compiled when it is first asked, once for all who hold it.

use std::{cell::OnceCell, fmt, rc::Rc};

use edgekms_api::policy::PolicyKind;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{compiled::CompiledPolicy, vocabulary::Vocabulary};

/// A policy's text. Copies share what it is compiled to.
#[derive(Clone)]
pub struct LazyPolicy(Rc<Inner>);

struct Inner {
    text: Box<str>,
    compiled: OnceCell<Option<CompiledPolicy>>,
}

impl LazyPolicy {
    /// A policy of this text.
    #[must_use]
    pub fn new(text: impl Into<Box<str>>) -> Self {
        Self(Rc::new(Inner { text: text.into(), compiled: OnceCell::new() }))
    }

    /// The text.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0.text
    }

    /// What it says, as a policy of this kind, which is the same each time. `None` for one that cannot be
    /// compiled: what it would have denied is unknown, so that its holder must be refused.
    #[must_use]
    pub fn compiled(&self, kind: PolicyKind) -> Option<&CompiledPolicy> {
        let compile = || CompiledPolicy::compile(kind, &self.0.text, Vocabulary::of_table()).ok();
        self.0.compiled.get_or_init(compile).as_ref()
    }
}

impl PartialEq for LazyPolicy {
    fn eq(&self, other: &Self) -> bool {
        self.0.text == other.0.text
    }
}

impl Eq for LazyPolicy {}

impl fmt::Debug for LazyPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("LazyPolicy").field(&self.0.text).finish()
    }
}

impl Serialize for LazyPolicy {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0.text)
    }
}

impl<'de> Deserialize<'de> for LazyPolicy {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self::new)
    }
}
