// SPDX-License-Identifier: Apache-2.0
//! The worker as it is, built with the feature `conformance`: `tests/worker/store.test.mjs` runs the
//! cases of `edgekms_service::conformance` in its object `ConformanceObject`.

pub use edgekms_worker::{
    account_do::AccountObject, audit_do::AuditObject, conformance_do::ConformanceObject,
    keyring_do::KeyringObject,
};
