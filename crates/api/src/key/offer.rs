// SPDX-License-Identifier: Apache-2.0
//! Which of the documented kinds of key this server makes. To offer another, add a row.

use super::{KeySpec, KeyUsage, Origin, ProtectionLevel};
use crate::error::{ApiError, ErrorCode};

/// A kind of key that CreateKey can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyKind {
    /// Algorithm and size.
    pub spec: KeySpec,
    /// What the key is for.
    pub usage: KeyUsage,
    /// Who makes its material.
    pub origin: Origin,
    /// What guards its material.
    pub protection_level: ProtectionLevel,
}

/// Every kind that the server makes.
pub const OFFERED: &[KeyKind] = &[KeyKind {
    spec: KeySpec::Aes256,
    usage: KeyUsage::EncryptDecrypt,
    origin: Origin::AliyunKms,
    protection_level: ProtectionLevel::Software,
}];

impl KeyKind {
    /// The kind itself, if it is documented and in the table.
    ///
    /// # Errors
    /// `InvalidParameter` if keys of the spec never have the usage; `Unsupported.Origin` or
    /// `Unsupported.ProtectionLevel` if no row has that one; else `UnsupportedOperation`.
    pub fn offered(self) -> Result<Self, ApiError> {
        let any = |same: &dyn Fn(&Self) -> bool| OFFERED.iter().any(same);
        if !self.spec.usages().contains(&self.usage) {
            let remedy =
                format!("A key of spec {} cannot have the usage {}.", self.spec, self.usage);
            return Err(ApiError::invalid_parameter("KeyUsage", remedy));
        }
        if !any(&|row| row.origin == self.origin) {
            return Err(refused(ErrorCode::UnsupportedOrigin, "Origin", self.origin.as_str()));
        }
        if !any(&|row| row.protection_level == self.protection_level) {
            let level = self.protection_level.as_str();
            return Err(refused(ErrorCode::UnsupportedProtectionLevel, "ProtectionLevel", level));
        }
        if !any(&|row| *row == self) {
            return Err(refused(ErrorCode::UnsupportedOperation, "KeySpec", self.spec.as_str()));
        }
        Ok(self)
    }
}

fn refused(code: ErrorCode, name: &str, value: &str) -> ApiError {
    let offered: Vec<_> = OFFERED
        .iter()
        .map(|row| {
            format!(
                "KeySpec {} for {}, Origin {}, ProtectionLevel {}",
                row.spec, row.usage, row.origin, row.protection_level
            )
        })
        .collect();
    let message = format!(
        "{} {name} {value} is not offered by this server, which makes: {}.",
        code.default_message().trim_end_matches('.').to_owned() + ".",
        offered.join("; ")
    );
    ApiError::with_message(code, message)
}

#[cfg(test)]
mod tests {
    use super::*;

    const AES: KeyKind = OFFERED[0];

    #[test]
    fn what_is_not_in_the_table_is_refused_by_what_is_missing() {
        assert_eq!(AES.offered().unwrap(), AES);
        let cases = [
            (KeyKind { origin: Origin::External, ..AES }, ErrorCode::UnsupportedOrigin),
            (
                KeyKind { protection_level: ProtectionLevel::Hsm, ..AES },
                ErrorCode::UnsupportedProtectionLevel,
            ),
            (KeyKind { spec: KeySpec::Sm4, ..AES }, ErrorCode::UnsupportedOperation),
            (KeyKind { spec: KeySpec::Rsa2048, ..AES }, ErrorCode::UnsupportedOperation),
            (KeyKind { usage: KeyUsage::SignVerify, ..AES }, ErrorCode::InvalidParameter),
            (KeyKind { spec: KeySpec::EcP256, ..AES }, ErrorCode::InvalidParameter),
        ];
        for (kind, code) in cases {
            let error = kind.offered().unwrap_err();
            assert_eq!(error.code(), code, "{kind:?}: {}", error.message());
        }
    }
}
