// SPDX-License-Identifier: Apache-2.0
//! Which action a key's state permits, as a table (wire reference, section 2.4).

use edgekms_api::{
    error::{ApiError, ErrorCode},
    key::KeyState,
};

/// What an action means to do with a key; actions of one class share a row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Use {
    /// Encrypt, decrypt, make data keys, make versions.
    Cryptography,
    /// EnableKey and DisableKey.
    Switch,
    /// Give the key a new alias.
    CreateAlias,
    /// Change its tags, or make an alias name it.
    Annotate,
    /// Change its description or its policy.
    Edit,
    /// Protect it from deletion, or no longer.
    Protect,
    /// Plan its deletion.
    ScheduleDeletion,
    /// Take that back.
    CancelDeletion,
    /// Give it imported material.
    Import,
    /// Ask how to import material, or take it away.
    ManageImport,
    /// Look at it, or take an alias away.
    Look,
}

use ErrorCode as E;

const PERMITTED: Option<ErrorCode> = None;
const DISABLED: Option<ErrorCode> = Some(E::RejectedDisabled);
const DELETION: Option<ErrorCode> = Some(E::RejectedPendingDeletion);
const IMPORT: Option<ErrorCode> = Some(E::RejectedPendingImport);
const STATE: Option<ErrorCode> = Some(E::RejectedStateModifiedFailed);

/// One row for each use; columns are Enabled, Disabled, PendingDeletion, PendingImport.
#[rustfmt::skip]
const TABLE: [(Use, [Option<ErrorCode>; 4]); 11] = [
    (Use::Cryptography,     [PERMITTED, DISABLED,  DELETION,  IMPORT   ]),
    (Use::Switch,           [PERMITTED, PERMITTED, STATE,     STATE    ]),
    (Use::CreateAlias,      [PERMITTED, PERMITTED, STATE,     PERMITTED]),
    (Use::Annotate,         [PERMITTED, PERMITTED, DELETION,  PERMITTED]),
    (Use::Edit,             [PERMITTED, PERMITTED, DELETION,  PERMITTED]),
    (Use::Protect,          [PERMITTED, PERMITTED, DELETION,  PERMITTED]),
    (Use::ScheduleDeletion, [PERMITTED, PERMITTED, STATE,     PERMITTED]),
    (Use::CancelDeletion,   [STATE,     STATE,     PERMITTED, STATE    ]),
    (Use::Import,           [PERMITTED, PERMITTED, STATE,     PERMITTED]),
    (Use::ManageImport,     [PERMITTED, PERMITTED, PERMITTED, PERMITTED]),
    (Use::Look,             [PERMITTED, PERMITTED, PERMITTED, PERMITTED]),
];

/// Whether a key in `state` may be used so.
///
/// # Errors
/// The table's code, always HTTP 409. A use without a row would be refused.
pub fn check(what: Use, state: KeyState) -> Result<(), ApiError> {
    let row = TABLE.iter().find(|(row, _)| *row == what).map(|(_, row)| row);
    let Some([enabled, disabled, pending_deletion, pending_import]) = row else {
        return Err(ErrorCode::RejectedUnavailable.into());
    };
    let verdict = match state {
        KeyState::Enabled => enabled,
        KeyState::Disabled => disabled,
        KeyState::PendingDeletion => pending_deletion,
        KeyState::PendingImport => pending_import,
    };
    verdict.map_or(Ok(()), |code| Err(code.into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn codes(what: Use) -> Vec<&'static str> {
        let code = |state| check(what, state).map_or_else(|e| e.code().as_str(), |()| "ok");
        KeyState::ALL.iter().copied().map(code).collect()
    }

    #[test]
    fn the_table_is_the_wire_references() {
        assert_eq!(
            codes(Use::Cryptography),
            ["ok", "Rejected.Disabled", "Rejected.PendingDeletion", "Rejected.PendingImport"]
        );
        let modified = "Rejected.StateModifiedFailed";
        assert_eq!(codes(Use::Switch), ["ok", "ok", modified, modified]);
        assert_eq!(codes(Use::CreateAlias), ["ok", "ok", modified, "ok"]);
        assert_eq!(codes(Use::ScheduleDeletion), ["ok", "ok", modified, "ok"]);
        assert_eq!(codes(Use::CancelDeletion), [modified, modified, "ok", modified]);
        for what in [Use::Annotate, Use::Edit, Use::Protect] {
            assert_eq!(codes(what), ["ok", "ok", "Rejected.PendingDeletion", "ok"]);
        }
        assert_eq!(codes(Use::Import), ["ok", "ok", modified, "ok"]);
        assert_eq!(codes(Use::ManageImport), ["ok"; 4]);
        assert_eq!(codes(Use::Look), ["ok"; 4]);
    }

    #[test]
    fn every_refusal_is_a_conflict() {
        for (what, _) in TABLE {
            for state in KeyState::ALL {
                if let Err(error) = check(what, *state) {
                    assert_eq!(error.status(), 409);
                }
            }
        }
    }
}
