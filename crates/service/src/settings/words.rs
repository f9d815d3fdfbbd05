// SPDX-License-Identifier: Apache-2.0
//! The variables that are one of some words, as data.

use std::borrow::Cow;

use super::{AuditFailure, AuditMode, SettingsError, StateConsistency, Text};

/// A variable that is one of some words. The first is the default.
pub(super) struct Words<T, const N: usize = 2> {
    pub(super) name: &'static str,
    pub(super) words: [(&'static str, T); N],
    remedy: &'static str,
}

/// On, unless it is set otherwise.
const fn on_unless_set(name: &'static str) -> Words<bool> {
    let words = [("on", true), ("off", false)];
    Words { name, words, remedy: "Set it to on or off, or remove it for on." }
}

/// Off, unless it is set otherwise.
const fn off_unless_set(name: &'static str) -> Words<bool> {
    let words = [("off", false), ("on", true)];
    Words { name, words, remedy: "Set it to on or off, or remove it for off." }
}

pub(super) const STATE_CONSISTENCY: Words<StateConsistency> = Words {
    name: "STATE_CONSISTENCY",
    words: [("eventual", StateConsistency::Eventual), ("strict", StateConsistency::Strict)],
    remedy: "Set it to eventual or strict, or remove it for eventual.",
};

pub(super) const AUDIT: Words<AuditMode, 3> = Words {
    name: "AUDIT",
    words: [("strict", AuditMode::Strict), ("async", AuditMode::Async), ("off", AuditMode::Off)],
    remedy: "Set it to strict, async or off, or remove it for strict.",
};

pub(super) const AUDIT_LOG: Words<bool> = on_unless_set("AUDIT_LOG");

/// Off unless asked for: whoever develops, tests or measures wants no limit.
pub(super) const THROTTLE: Words<bool> = off_unless_set("THROTTLE");

pub(super) const USAGE: Words<bool> = on_unless_set("USAGE");

/// Whether only what FIPS approves is made and used.
pub(super) const FIPS: Words<bool> = off_unless_set("FIPS");

pub(super) const AUDIT_FAILURE: Words<AuditFailure> = Words {
    name: "AUDIT_FAILURE",
    words: [("closed", AuditFailure::Closed), ("open", AuditFailure::Open)],
    remedy: "Set it to closed or open, or remove it for closed.",
};

pub(super) const IMPORT_PKCS1: Words<bool> = on_unless_set("IMPORT_PKCS1_V1_5");

/// Whether identity providers on the machine itself are taken.
pub(super) const LOOPBACK_ISSUERS: Words<bool> = off_unless_set("OIDC_HTTP_LOOPBACK");

/// Whether this is for development, where public keys do no harm.
pub(super) const ENVIRONMENT: Words<bool> = Words {
    name: "ENVIRONMENT",
    words: [("production", false), ("development", true)],
    remedy: "Set it to production or development, or remove it for production.",
};

pub(super) fn parse_word<T: Copy, const N: usize>(
    text: Option<Text>,
    known: &Words<T, N>,
) -> Result<T, SettingsError> {
    let Words { name, words, remedy } = known;
    let is_it = |word: &str| text.as_ref().is_none_or(|text| word == text.0.trim());
    let found = words.iter().find(|(word, _)| is_it(word));
    found
        .map(|(_, value)| *value)
        .ok_or(SettingsError::Invalid { name, remedy: Cow::Borrowed(remedy) })
}
