// SPDX-License-Identifier: Apache-2.0
//! Secrets of access keys: drawn here, told once, and stored only wrapped under the root key for the one
//! id that they belong to.

use edgekms_api::{
    account::SecretText,
    dialect::signature::AccessKeySecret,
    error::ApiError,
    id::{AccessKeyId, AccountId},
};
use zeroize::Zeroizing;

use super::{context::AccountContext, record::AccessKeyRecord};
use crate::{
    material::{
        hierarchy::{
            HierarchyError, MaterialPlace, WrappedMaterial, unwrap_material, wrap_material,
        },
        root_keys::RootKeys,
    },
    port::{Entropy, entropy::random_bytes, key_store::KeyMaterial},
};

/// Random bytes of a secret: 180 bits, more than HMAC-SHA-1 makes use of.
const RANDOM_LEN: usize = 24;
/// Characters of a secret: as many as Alibaba's have.
const TEXT_LEN: usize = 30;
/// In place of a key's spec, so that nothing else that is wrapped passes for a secret.
const SPEC: &str = "access-key-secret";

fn place<'a>(account: &'a AccountId, id: &'a AccessKeyId) -> MaterialPlace<'a> {
    MaterialPlace {
        account: account.as_str(),
        // Accounts are the same for all regions.
        region: "",
        key_id: id.as_str(),
        version_id: "",
        key_spec: SPEC,
        public_key: None,
    }
}

/// A new secret, as it is stored and as it is told.
pub(crate) fn make(
    context: &AccountContext<'_>,
    id: &AccessKeyId,
) -> Result<(WrappedMaterial, SecretText), ApiError> {
    let secret = draw(context.entropy)?;
    let material = KeyMaterial::from(secret.expose_secret().as_bytes().to_vec());
    let wrapped =
        wrap_material(context.roots, &place(context.account(), id), &material, context.entropy);
    Ok((wrapped.map_err(ApiError::internal)?, secret))
}

/// A new secret.
///
/// # Errors
/// `InternalFailure` if there is no randomness.
pub(crate) fn draw(entropy: &dyn Entropy) -> Result<SecretText, ApiError> {
    let random: Zeroizing<[u8; RANDOM_LEN]> =
        random_bytes(entropy).map(Zeroizing::new).map_err(ApiError::internal)?;
    Ok(SecretText::new(letters(&random)))
}

/// Base 62 of a number that `random` stands for. Its 192 bits are more than 30 such digits hold, so
/// that every digit is as good as evenly spread.
fn letters(random: &[u8; RANDOM_LEN]) -> String {
    const DIGITS: &[u8; 62] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    let mut number = Zeroizing::new(*random);
    let digit = |number: &mut [u8; RANDOM_LEN]| {
        // Long division by 62, the most significant byte first.
        let rest = number.iter_mut().fold(0_u16, |rest, byte| {
            let part = (rest << 8) | u16::from(*byte);
            *byte = u8::try_from(part / 62).unwrap_or(0);
            part % 62
        });
        char::from(DIGITS.get(usize::from(rest)).copied().unwrap_or(b'A'))
    };
    (0..TEXT_LEN).map(|_| digit(&mut number)).collect()
}

/// The record of an access key with its secret wrapped under the current root key version; `None` if it
/// is so already.
///
/// # Errors
/// [`HierarchyError`] if the secret does not unwrap.
pub fn rewrap(
    context: &AccountContext<'_>,
    key: &AccessKeyRecord,
) -> Result<Option<AccessKeyRecord>, HierarchyError> {
    if key.secret.root_version == context.roots.current() {
        return Ok(None);
    }
    let place = place(context.account(), &key.access_key_id);
    let material = unwrap_material(context.roots, &place, &key.secret)?;
    let secret = wrap_material(context.roots, &place, &material, context.entropy)?;
    Ok(Some(AccessKeyRecord { secret, ..key.clone() }))
}

/// The secret of an access key, to verify signatures with.
///
/// # Errors
/// [`HierarchyError`] if it is not one that these root keys wrapped for this id.
pub fn open(
    roots: &RootKeys,
    account: &AccountId,
    key: &AccessKeyRecord,
) -> Result<AccessKeySecret, HierarchyError> {
    let material = unwrap_material(roots, &place(account, &key.access_key_id), &key.secret)?;
    let text = std::str::from_utf8(material.expose_secret());
    Ok(AccessKeySecret::new(text.map_err(|_| HierarchyError::NotAuthentic)?))
}
