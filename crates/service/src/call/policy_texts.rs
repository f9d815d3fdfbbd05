// SPDX-License-Identifier: Apache-2.0
//! Policies that come with no view to keep them: the system's, and those of sessions.

use std::{cell::RefCell, num::NonZeroUsize};

use lru::LruCache;

use edgekms_policy::LazyPolicy;

/// How many are kept. A session's policy has at most 2,048 characters.
const KEPT: NonZeroUsize = NonZeroUsize::new(256).unwrap();

/// Policies by their text, each compiled once for as long as it is in use.
pub(super) struct PolicyTexts(RefCell<LruCache<String, LazyPolicy>>);

impl Default for PolicyTexts {
    fn default() -> Self {
        Self(RefCell::new(LruCache::new(KEPT)))
    }
}

impl PolicyTexts {
    /// The policy of this text.
    pub(super) fn of(&self, text: &str) -> LazyPolicy {
        self.0.borrow_mut().get_or_insert_ref(text, || LazyPolicy::new(text)).clone()
    }
}

#[cfg(test)]
mod tests {
    use edgekms_api::policy::PolicyKind;

    use super::*;

    const ALLOW: &str =
        r#"{"Version":"1","Statement":[{"Effect":"Allow","Action":"kms:*","Resource":"*"}]}"#;

    #[test]
    fn a_text_is_compiled_once() {
        let texts = PolicyTexts::default();
        let of = |text: &str| {
            let policy = texts.of(text);
            policy.compiled(PolicyKind::Identity).map(std::ptr::from_ref).unwrap()
        };
        let other = ALLOW.replace("Allow", "Deny");
        let first = of(ALLOW);
        assert_ne!(first, of(&other));
        assert_eq!(first, of(ALLOW));
        for number in 0..KEPT.get() {
            texts.of(&number.to_string());
        }
        assert_eq!(texts.0.borrow().len(), KEPT.get(), "no more are kept");
    }
}
