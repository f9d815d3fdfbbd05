// SPDX-License-Identifier: Apache-2.0
//! Classes of keys, and what each allows: the comparison table, as data. What a key's *state* permits is
//! in [`super::state`].
//!
//! Rows of hardware and external keys, and columns of what there is none of yet, are data until they are asked for. The shared gateway's rate is a quota's default ([`crate::quota`]).

use edgekms_api::{
    error::{ApiError, ErrorCode},
    id::AccountId,
    key::{ProtectionLevel, algorithm::Need, kept::Kept},
    policy::PolicyKind,
};
use edgekms_policy::LazyPolicy;

use super::state::Use;
use crate::{identity::Caller, throttle::group::Group};

/// A class of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// For every product of an account; made at a product's need.
    DefaultMaster,
    /// For one product; made at its need.
    Service,
    /// A customer's, with material in the service's own software.
    Software,
    /// A customer's, with material in a hardware module.
    Hardware,
    /// A customer's, with material that the customer keeps elsewhere.
    External,
    /// From the 1.0 service.
    CarriedOver,
}

/// A column of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Column {
    /// Cryptographic calls of users.
    DirectUse,
    /// Cryptographic calls of products, for what they keep.
    ProductUse,
    /// New versions.
    Rotation,
    /// ScheduleKeyDeletion and CancelKeyDeletion.
    ScheduleDeletion,
    /// SetDeletionProtection.
    Protection,
    /// Material of the customer's.
    Import,
    /// Part of a backup.
    Backup,
    /// Used by other accounts.
    Sharing,
    /// Aliases and tags.
    AliasesAndTags,
    /// State, description and policy.
    Attributes,
    /// Calls a second through the shared gateway.
    SharedGateway,
    /// Calls a second through a dedicated gateway.
    DedicatedGateway,
}

/// What a class allows in a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cell {
    /// Refused.
    No,
    /// Allowed.
    Yes,
    /// Allowed, and signatures too.
    AndSign,
    /// Allowed, but for signatures.
    NoSign,
    /// Done by the service alone, as the operator has set it.
    BySetting,
    /// Allowed of symmetric keys.
    Symmetric,
    /// Allowed of symmetric keys whose material is kept in the module.
    SymmetricInModule,
    /// Chosen when the key is first enabled, before any product needs it.
    FirstEnable,
    /// So many a second.
    Fixed(u32),
    /// One of these a second, as it is paid for.
    OneOf(&'static [u32]),
    /// There is no such thing.
    Nothing,
}

use Cell::{
    AndSign, BySetting, FirstEnable, Fixed, No, NoSign, Nothing, OneOf, Symmetric,
    SymmetricInModule, Yes,
};
use Column as C;

/// The columns in the order of the table's cells.
const COLUMNS: [Column; 12] = [
    C::DirectUse,
    C::ProductUse,
    C::Rotation,
    C::ScheduleDeletion,
    C::Protection,
    C::Import,
    C::Backup,
    C::Sharing,
    C::AliasesAndTags,
    C::Attributes,
    C::SharedGateway,
    C::DedicatedGateway,
];

const SHARED: Cell = Fixed(1_000);
const SOFTWARE_RATES: Cell = OneOf(&[1_000, 2_000, 4_000]);
const HARDWARE_RATES: Cell = OneOf(&[2_000, 4_000, 6_000]);

#[rustfmt::skip]
const TABLE: [(Class, [Cell; 12]); 6] = [
    //                      direct   product rotation           delete protect import       backup share alias attributes shared   dedicated
    (Class::DefaultMaster, [No,      Yes,    BySetting,         Yes,   Yes,    FirstEnable, No,    No,   Yes,  Yes,       SHARED,  Nothing       ]),
    (Class::Service,       [No,      Yes,    BySetting,         No,    No,     No,          No,    No,   Yes,  No,        SHARED,  Nothing       ]),
    (Class::Software,      [AndSign, Yes,    Symmetric,         Yes,   Yes,    Yes,         Yes,   Yes,  Yes,  Yes,       SHARED,  SOFTWARE_RATES]),
    (Class::Hardware,      [AndSign, Yes,    SymmetricInModule, Yes,   Yes,    Yes,         No,    Yes,  Yes,  Yes,       SHARED,  HARDWARE_RATES]),
    (Class::External,      [NoSign,  Yes,    No,                Yes,   Yes,    No,          No,    Yes,  Yes,  Yes,       SHARED,  Nothing       ]),
    (Class::CarriedOver,   [No,      No,     No,                No,    No,     No,          No,    No,   No,   No,        Nothing, Nothing       ]),
];

impl Class {
    /// A key's class. Material that a customer imports into the service is kept as the service's own is;
    /// an external key's is kept elsewhere, and there are no such keys yet.
    #[must_use]
    pub const fn of(kept: &Kept, level: ProtectionLevel) -> Self {
        match (kept, level) {
            (Kept::DefaultMaster, _) => Self::DefaultMaster,
            (Kept::Service(_), _) => Self::Service,
            (Kept::CarriedOver, _) => Self::CarriedOver,
            (Kept::Customer, ProtectionLevel::Software) => Self::Software,
            (Kept::Customer, ProtectionLevel::Hsm) => Self::Hardware,
        }
    }

    /// What it allows.
    #[must_use]
    pub fn cell(self, column: Column) -> Cell {
        let row = TABLE.iter().find(|(class, _)| *class == self);
        let at = COLUMNS.iter().position(|held| *held == column);
        let cell = row.zip(at).and_then(|((_, cells), at)| cells.get(at));
        cell.copied().unwrap_or(No)
    }

    /// The dedicated gateway through which symmetric calls with a key of this class go, where an account
    /// has one.
    #[must_use]
    pub fn gateway(self) -> Option<Group> {
        let OneOf(_) = self.cell(C::DedicatedGateway) else { return None };
        match self {
            Self::Software => Some(Group::SoftwareGateway),
            Self::Hardware => Some(Group::HardwareGateway),
            _ => None,
        }
    }

    const fn noun(self) -> &'static str {
        match self {
            Self::DefaultMaster => "the default master key",
            Self::Service => "a product's service key",
            Self::Software => "a software key",
            Self::Hardware => "a hardware key",
            Self::External => "an external key",
            Self::CarriedOver => "a key carried over from the 1.0 service",
        }
    }

    /// Whether a key of this class may be managed so.
    ///
    /// # Errors
    /// `UnsupportedOperation`, saying what the class is.
    pub fn check(self, what: Use) -> Result<(), ApiError> {
        let Some(column) = column(what) else { return Ok(()) };
        match self.cell(column) {
            No | BySetting | Nothing => Err(ApiError::with_message(
                ErrorCode::UnsupportedOperation,
                format!("This action is not supported for {}.", self.noun()),
            )),
            // Which keys are symmetric and where their material is, their kind says; that material was to
            // be imported when a key was first enabled, its origin.
            Yes | FirstEnable | AndSign | NoSign | Symmetric | SymmetricInModule | Fixed(_)
            | OneOf(_) => Ok(()),
        }
    }
}

/// Whether a key of this class may be given such a policy: one that lets others use it, only if it may be
/// shared.
///
/// # Errors
/// `UnsupportedOperation`, saying what the class is.
pub fn may_share(class: Class, policy: &LazyPolicy, owner: &AccountId) -> Result<(), ApiError> {
    if class.cell(C::Sharing) == Yes || !lets_others(policy, owner) {
        return Ok(());
    }
    let message = format!(
        "The policy names another account, and {} cannot be shared. Name users and roles of its own account.",
        class.noun()
    );
    Err(ApiError::with_message(ErrorCode::UnsupportedOperation, message))
}

/// Whether a key of this class and policy is shared with other accounts.
#[must_use]
pub fn is_shared(class: Class, policy: Option<&LazyPolicy>, owner: &AccountId) -> bool {
    class.cell(C::Sharing) == Yes && policy.is_some_and(|policy| lets_others(policy, owner))
}

fn lets_others(policy: &LazyPolicy, owner: &AccountId) -> bool {
    // Who holds a policy that cannot be read is refused whatever it says.
    policy.compiled(PolicyKind::Key).is_some_and(|policy| policy.lets_others(owner))
}

/// By which column a use of a key is decided; looking is always allowed. A new version is the only
/// cryptographic use that the keyring itself decides.
const fn column(what: Use) -> Option<Column> {
    match what {
        Use::Cryptography => Some(C::Rotation),
        Use::Switch | Use::Edit => Some(C::Attributes),
        Use::CreateAlias | Use::Annotate => Some(C::AliasesAndTags),
        Use::ScheduleDeletion | Use::CancelDeletion => Some(C::ScheduleDeletion),
        Use::Protect => Some(C::Protection),
        Use::Import | Use::ManageImport => Some(C::Import),
        Use::Look => None,
    }
}

/// Whether a caller may know of the key: no product of another's service key.
///
/// # Errors
/// `Forbidden.NoPermission`.
pub fn may_see(kept: &Kept, caller: &Caller) -> Result<(), ApiError> {
    match (kept.product(), &caller.product) {
        (Some(owner), Some(product)) if owner != product => {
            Err(ErrorCode::ForbiddenNoPermission.into())
        }
        _ => Ok(()),
    }
}

/// Whether a caller may use the key's material for this.
///
/// # Errors
/// `Forbidden.NoPermission`.
pub fn may_use(class: Class, kept: &Kept, caller: &Caller, need: Need) -> Result<(), ApiError> {
    may_see(kept, caller)?;
    let column = if caller.product.is_some() { C::ProductUse } else { C::DirectUse };
    let allowed = match class.cell(column) {
        Yes | AndSign => true,
        NoSign => !matches!(need, Need::Signing(_)),
        _ => false,
    };
    if allowed {
        return Ok(());
    }
    let message = format!(
        "{} It names {}, which {}.",
        ErrorCode::ForbiddenNoPermission.default_message(),
        class.noun(),
        match class.cell(C::ProductUse) {
            Yes => "is used by products on behalf of the account and by nobody else",
            _ => "can be looked at and no longer used",
        }
    );
    Err(ApiError::with_message(ErrorCode::ForbiddenNoPermission, message))
}

#[cfg(test)]
mod tests;
