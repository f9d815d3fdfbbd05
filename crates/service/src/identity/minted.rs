// SPDX-License-Identifier: Apache-2.0
//! Access key ids that the service makes.
//!
//! ```text
//! id = "EKMS" || hex(account, 7 bytes || random, 8 bytes || check value, 6 bytes), in capitals
//! check value = 6 bytes of HKDF-SHA-256(root key, info = framed("edgekms/v1/access-key-id", account || random))
//! ```
//! The account says which directory to ask. The check value says that the service made the id: whoever
//! makes one up is right once in 2^48 tries. It proves nothing of the caller; the secret does. An id outlives
//! the root key that its check value is of: such ids are looked up too, but not without bound.

use edgekms_api::{
    error::ApiError,
    id::{AccessKeyId, AccountId},
};
use subtle::ConstantTimeEq;

use crate::{
    material::{hierarchy::access_key_check, root_keys::RootKeys},
    port::{Entropy, entropy::random_bytes},
};

const PREFIX: &str = "EKMS";
/// 16 decimal digits need 54 bits.
const ACCOUNT_LEN: usize = 7;
const RANDOM_LEN: usize = 8;
const CHECK_LEN: usize = 6;
const BODY_LEN: usize = ACCOUNT_LEN + RANDOM_LEN;
/// Length of an id, in characters.
const ID_LEN: usize = PREFIX.len() + 2 * (BODY_LEN + CHECK_LEN);

/// What an id made here says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Minted {
    /// The account whose directory knows it.
    pub account: AccountId,
    /// Whether the check value is of a root key that is listed. If it is not, the id was made up, or is
    /// from before that root key was retired.
    pub is_checked: bool,
}

impl Minted {
    /// Makes an id.
    ///
    /// # Errors
    /// `InternalFailure` if there is no randomness.
    pub fn make(
        account: &AccountId,
        roots: &RootKeys,
        entropy: &dyn Entropy,
    ) -> Result<AccessKeyId, ApiError> {
        let number: u64 = account.as_str().parse().map_err(ApiError::internal)?;
        let random: [u8; RANDOM_LEN] = random_bytes(entropy).map_err(ApiError::internal)?;
        let number = number.to_be_bytes();
        let body = [&number[8 - ACCOUNT_LEN..], &random].concat();
        let check = access_key_check::<CHECK_LEN>(roots, roots.current(), &body)
            .ok_or_else(|| ApiError::internal("the current root key is not there"))?;
        let text = format!("{PREFIX}{}", hex::encode_upper([body.as_slice(), &check].concat()));
        text.parse().map_err(ApiError::internal)
    }

    /// Whether an id looks like one made here.
    #[must_use]
    pub fn has_form(id: &AccessKeyId) -> bool {
        id.as_str().len() == ID_LEN && id.as_str().starts_with(PREFIX)
    }

    /// What an id says, if it has the form of those made here.
    #[must_use]
    pub fn read(id: &AccessKeyId, roots: &RootKeys) -> Option<Self> {
        let text = id.as_str().strip_prefix(PREFIX)?;
        if text.bytes().any(|byte| byte.is_ascii_lowercase()) {
            return None;
        }
        let bytes = hex::decode(text).ok()?;
        let (body, check) = bytes.split_at_checked(BODY_LEN)?;
        // An id outlives a change of the root key that is current.
        let is_ours = |version: &str| {
            access_key_check::<CHECK_LEN>(roots, version, body)
                .is_some_and(|ours| bool::from(ours.ct_eq(check)))
        };
        if check.len() != CHECK_LEN {
            return None;
        }
        let number = body.get(..ACCOUNT_LEN)?.iter();
        let number = number.fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
        let account = format!("{number:016}").parse().ok()?;
        Some(Self { account, is_checked: roots.versions().any(is_ours) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{CountingEntropy, place, root_keys};

    fn made() -> AccessKeyId {
        Minted::make(&place().account, &root_keys(), &CountingEntropy::default()).unwrap()
    }

    fn is_checked(id: &AccessKeyId, roots: &RootKeys) -> bool {
        Minted::read(id, roots).is_some_and(|minted| minted.is_checked)
    }

    #[test]
    fn an_id_is_pinned_and_tells_its_account() {
        let id = made();
        assert_eq!(id.as_str().len(), ID_LEN);
        assert!(id.as_str().starts_with("EKMS0462D53C8ABAC0"), "{id}");
        assert!(Minted::has_form(&id));
        let read = Minted::read(&id, &root_keys()).unwrap();
        assert_eq!(read.account, place().account);
    }

    #[test]
    fn a_change_of_any_character_makes_it_nobody_s() {
        let id = made();
        for index in PREFIX.len()..ID_LEN {
            let mut text: Vec<char> = id.as_str().chars().collect();
            text[index] = if text[index] == '0' { '1' } else { '0' };
            let forged: AccessKeyId = text.into_iter().collect::<String>().parse().unwrap();
            assert!(!is_checked(&forged, &root_keys()), "{index}");
        }
        let lower = id.as_str().to_lowercase().replacen("ekms", "EKMS", 1);
        assert_eq!(Minted::read(&lower.parse().unwrap(), &root_keys()), None);
        assert!(!Minted::has_form(&"EKMS00".parse().unwrap()));
    }

    #[test]
    fn another_deployment_s_id_is_not_ours_and_an_old_root_key_s_is() {
        let key = |byte: u8| format!("{}8=", char::from(byte).to_string().repeat(42));
        let parse = |text: String| RootKeys::parse(&text).unwrap();
        let old = key(b'a');
        let one = parse(format!(r#"{{"current":"1","keys":{{"1":"x{}"}}}}"#, &old[1..]));
        let both = parse(format!(
            r#"{{"current":"2","keys":{{"1":"x{}","2":"y{}"}}}}"#,
            &old[1..],
            &key(b'b')[1..]
        ));
        let other = parse(format!(r#"{{"current":"1","keys":{{"1":"z{}"}}}}"#, &key(b'c')[1..]));
        let id = Minted::make(&place().account, &one, &CountingEntropy::default()).unwrap();
        assert!(is_checked(&id, &both));
        assert!(!is_checked(&id, &other));
    }
}
