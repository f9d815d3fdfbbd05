// SPDX-License-Identifier: Apache-2.0
//! The key hierarchy above a ciphertext: root key, account key, key material.
//!
//! ```text
//! account key = HKDF-SHA-256(ikm = root key version, salt = none, info = framed("edgekms/v1/wrap", account, region))
//! view key    = the same with "edgekms/v1/view"; check value = 16 bytes with "edgekms/v1/check";
//! import key  = the same with "edgekms/v1/import"; audit key = the same with "edgekms/v1/audit"
//! session key = HKDF-SHA-256(ikm = root key version, salt = none, info = framed("edgekms/v1/session"))
//! wrapped     = nonce(24) || XAES-256-GCM(account key, nonce, AAD, material) || tag(16)
//! AAD         = framed(account, region, key id, version id, key spec[, public key])
//! known again = HMAC-SHA-256(key = material, framed("edgekms/v1/material-check", AAD))
//! ```
//!
//! A wrapped material moved to another account, region, key, version or spec does not unwrap, and
//! neither does a private key beside another public key than its own.
//! XAES-256-GCM takes random 24-byte nonces: safe for 2^80 wrappings under one account key
//! (C2SP XAES-256-GCM). See `encoding` for `framed`.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use hkdf::Hkdf;
use hmac::{Hmac, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;
use xaes_256_gcm::{
    Key, Nonce, Xaes256Gcm,
    aead::{Aead, KeyInit, Payload},
};

use super::{
    root_keys::RootKeys,
    secret::{AccountKey, AuditKey, ImportKey, KEY_LEN, SessionKey, ShareKey, ViewKey},
};
use crate::{
    encoding::framed,
    port::{Entropy, EntropyError, entropy::random_bytes, key_store::KeyMaterial},
};
use edgekms_api::place::Place;

const LABEL: &[u8] = b"edgekms/v1/wrap";
const VIEW_LABEL: &[u8] = b"edgekms/v1/view";
const CHECK_LABEL: &[u8] = b"edgekms/v1/check";
const IMPORT_LABEL: &[u8] = b"edgekms/v1/import";
const SESSION_LABEL: &[u8] = b"edgekms/v1/session";
const AUDIT_LABEL: &[u8] = b"edgekms/v1/audit";
const SHARE_LABEL: &[u8] = b"edgekms/v1/share";
const MATERIAL_CHECK_LABEL: &[u8] = b"edgekms/v1/material-check";
const ACCESS_KEY_LABEL: &[u8] = b"edgekms/v1/access-key-id";
/// Bytes of a root key's check value: enough that two keys never have the same.
const CHECK_LEN: usize = 16;
/// Bytes of an XAES-256-GCM nonce.
pub(crate) const NONCE_LEN: usize = 24;
/// Bytes of an AES-GCM tag.
pub(crate) const TAG_LEN: usize = 16;

/// Where key material belongs: all of it is authenticated with the material.
#[derive(Debug, Clone, Copy)]
pub struct MaterialPlace<'a> {
    /// The account that owns the key.
    pub account: &'a str,
    /// The region that holds it.
    pub region: &'a str,
    /// The key.
    pub key_id: &'a str,
    /// The version of the key.
    pub version_id: &'a str,
    /// The key's spec, so that material cannot be used under another algorithm.
    pub key_spec: &'a str,
    /// The public key that is stored beside a private one, as DER.
    pub public_key: Option<&'a [u8]>,
}

impl MaterialPlace<'_> {
    fn additional_data(&self) -> Vec<u8> {
        let mut fields = vec![
            self.account.as_bytes(),
            self.region.as_bytes(),
            self.key_id.as_bytes(),
            self.version_id.as_bytes(),
            self.key_spec.as_bytes(),
        ];
        fields.extend(self.public_key);
        framed(&fields)
    }
}

/// Key material as it is stored: sealed under one root key version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WrappedMaterial {
    /// The root key version whose account key wrapped it.
    #[serde(rename = "root")]
    pub root_version: String,
    /// Base64 of nonce, ciphertext and tag.
    pub sealed: String,
}

/// Why material cannot be made or unwrapped.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum HierarchyError {
    /// The root key version that a record names is not in `ROOT_KEYS`.
    #[error("A record names a root key version that ROOT_KEYS does not hold; put it back")]
    RootVersionMissing,
    /// The wrapped bytes are not what this root key wrapped for this place.
    #[error("Wrapped key material is not authentic under the root keys given")]
    NotAuthentic,
    /// No randomness was to be had.
    #[error(transparent)]
    Entropy(#[from] EntropyError),
}

/// Derives the account key of `root_version`.
fn derive_account_key(
    roots: &RootKeys,
    root_version: &str,
    account: &str,
    region: &str,
) -> Result<AccountKey, HierarchyError> {
    let root = roots.version(root_version).ok_or(HierarchyError::RootVersionMissing)?;
    AccountKey::fill_with(|okm| {
        expand(root.expose_secret(), &[LABEL, account.as_bytes(), region.as_bytes()], okm)
    })
}

/// Derives the key that authenticates the published views of a place.
///
/// # Errors
/// [`HierarchyError::RootVersionMissing`].
pub fn derive_view_key(
    roots: &RootKeys,
    root_version: &str,
    account: &str,
    region: &str,
) -> Result<ViewKey, HierarchyError> {
    let root = roots.version(root_version).ok_or(HierarchyError::RootVersionMissing)?;
    let info = [VIEW_LABEL, account.as_bytes(), region.as_bytes()];
    ViewKey::fill_with(|okm| expand(root.expose_secret(), &info, okm))
}

/// Derives the key that seals the import tokens of a place.
///
/// # Errors
/// [`HierarchyError::RootVersionMissing`].
pub fn derive_import_key(
    roots: &RootKeys,
    root_version: &str,
    account: &str,
    region: &str,
) -> Result<ImportKey, HierarchyError> {
    let root = roots.version(root_version).ok_or(HierarchyError::RootVersionMissing)?;
    let info = [IMPORT_LABEL, account.as_bytes(), region.as_bytes()];
    ImportKey::fill_with(|okm| expand(root.expose_secret(), &info, okm))
}

/// Derives the key that seals the tokens of roles' sessions, whatever the account: who carries a token is
/// not known before it is open.
///
/// # Errors
/// [`HierarchyError::RootVersionMissing`].
pub fn derive_session_key(
    roots: &RootKeys,
    root_version: &str,
) -> Result<SessionKey, HierarchyError> {
    let root = roots.version(root_version).ok_or(HierarchyError::RootVersionMissing)?;
    SessionKey::fill_with(|okm| expand(root.expose_secret(), &[SESSION_LABEL], okm))
}

/// Derives the key that names the entries of shared key versions, whatever the account: whose a version is
/// is what they tell.
///
/// # Errors
/// [`HierarchyError::RootVersionMissing`].
pub fn derive_share_key(roots: &RootKeys, root_version: &str) -> Result<ShareKey, HierarchyError> {
    let root = roots.version(root_version).ok_or(HierarchyError::RootVersionMissing)?;
    ShareKey::fill_with(|okm| expand(root.expose_secret(), &[SHARE_LABEL], okm))
}

/// Derives the key that chains the audit events of a place.
///
/// # Errors
/// [`HierarchyError::RootVersionMissing`].
pub fn derive_audit_key(
    roots: &RootKeys,
    root_version: &str,
    place: &Place,
) -> Result<AuditKey, HierarchyError> {
    let root = roots.version(root_version).ok_or(HierarchyError::RootVersionMissing)?;
    let info = [AUDIT_LABEL, place.account.as_str().as_bytes(), place.region.as_str().as_bytes()];
    AuditKey::fill_with(|okm| expand(root.expose_secret(), &info, okm))
}

/// By what a key's imported material is known again, 64 hexadecimal digits. It hangs on no root key, so
/// that a root key may go while the material is deleted; the material is its key, so it tells nothing of
/// any that is hard to guess, and the place makes it another for every key.
#[must_use]
pub fn material_check(place: &MaterialPlace<'_>, material: &KeyMaterial) -> String {
    let message = framed(&[MATERIAL_CHECK_LABEL, &place.additional_data()]);
    // HMAC takes a key of any length.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(material.expose_secret()) else {
        return String::new();
    };
    mac.update(&message);
    hex::encode(mac.finalize().into_bytes())
}

/// By what a root key version is known again, 32 hexadecimal digits. It tells nothing of the key,
/// and differs from place to place. `None` for a version that this worker was not given.
#[must_use]
pub fn root_check_value(roots: &RootKeys, root_version: &str, place: &Place) -> Option<String> {
    let root = roots.version(root_version)?;
    let info = [CHECK_LABEL, place.account.as_str().as_bytes(), place.region.as_str().as_bytes()];
    let mut value = [0; CHECK_LEN];
    expand(root.expose_secret(), &info, &mut value).ok()?;
    Some(format!("{:032x}", u128::from_be_bytes(value)))
}

/// By what an access key id that was made under a root key version is known again. `None` for a
/// version that this worker was not given.
#[must_use]
pub fn access_key_check<const LEN: usize>(
    roots: &RootKeys,
    root_version: &str,
    body: &[u8],
) -> Option<[u8; LEN]> {
    let root = roots.version(root_version)?;
    let mut value = [0; LEN];
    expand(root.expose_secret(), &[ACCESS_KEY_LABEL, body], &mut value).ok()?;
    Some(value)
}

/// HKDF-SHA-256 of one 32-byte key, without salt, over framed `info`.
pub(crate) fn expand(
    ikm: &[u8; KEY_LEN],
    info: &[&[u8]],
    okm: &mut [u8],
) -> Result<(), HierarchyError> {
    // Far under HKDF-SHA-256's limit of 255 * 32 bytes, so this cannot be refused.
    Hkdf::<Sha256>::new(None, ikm)
        .expand(&framed(info), okm)
        .map_err(|_| HierarchyError::NotAuthentic)
}

/// Wraps `material` under the current root key.
///
/// # Errors
/// [`HierarchyError::Entropy`]; the other variants only if the root keys are inconsistent.
pub fn wrap_material(
    roots: &RootKeys,
    place: &MaterialPlace<'_>,
    material: &KeyMaterial,
    entropy: &dyn Entropy,
) -> Result<WrappedMaterial, HierarchyError> {
    let root_version = roots.current();
    let key = derive_account_key(roots, root_version, place.account, place.region)?;
    let aad = place.additional_data();
    let sealed = seal(key.expose_secret(), &aad, material.expose_secret(), entropy)?;
    Ok(WrappedMaterial { root_version: root_version.to_owned(), sealed: STANDARD.encode(sealed) })
}

/// Nonce, ciphertext and tag under a key of the hierarchy.
pub(crate) fn seal(
    key: &[u8; 32],
    aad: &[u8],
    plaintext: &[u8],
    entropy: &dyn Entropy,
) -> Result<Vec<u8>, HierarchyError> {
    let nonce: [u8; NONCE_LEN] = random_bytes(entropy)?;
    let payload = Payload { msg: plaintext, aad };
    let sealed = cipher(key).encrypt(&Nonce::from(nonce), payload);
    let sealed = sealed.map_err(|_| HierarchyError::NotAuthentic)?;
    Ok([&nonce[..], &sealed].concat())
}

/// Opens what [`seal`] sealed.
pub(crate) fn open(key: &[u8; 32], aad: &[u8], sealed: &[u8]) -> Result<Vec<u8>, HierarchyError> {
    let (nonce, sealed) =
        sealed.split_first_chunk::<NONCE_LEN>().ok_or(HierarchyError::NotAuthentic)?;
    let payload = Payload { msg: sealed, aad };
    let opened = cipher(key).decrypt(&Nonce::from(*nonce), payload);
    opened.map_err(|_| HierarchyError::NotAuthentic)
}

/// Unwraps what [`wrap_material`] wrapped for the same place.
///
/// # Errors
/// [`HierarchyError::RootVersionMissing`] or [`HierarchyError::NotAuthentic`].
pub fn unwrap_material(
    roots: &RootKeys,
    place: &MaterialPlace<'_>,
    wrapped: &WrappedMaterial,
) -> Result<KeyMaterial, HierarchyError> {
    let key = derive_account_key(roots, &wrapped.root_version, place.account, place.region)?;
    let bytes = STANDARD.decode(&wrapped.sealed).map_err(|_| HierarchyError::NotAuthentic)?;
    open(key.expose_secret(), &place.additional_data(), &bytes).map(KeyMaterial::from)
}

/// Wraps material anew, under the current version of other root keys, for the same place.
///
/// # Errors
/// As [`unwrap_material`] and [`wrap_material`].
pub fn rewrap_material(
    from: &RootKeys,
    to: &RootKeys,
    place: &MaterialPlace<'_>,
    wrapped: &WrappedMaterial,
    entropy: &dyn Entropy,
) -> Result<WrappedMaterial, HierarchyError> {
    wrap_material(to, place, &unwrap_material(from, place, wrapped)?, entropy)
}

/// XAES-256-GCM under `key`.
pub(crate) fn cipher(key: &[u8; 32]) -> Xaes256Gcm {
    Xaes256Gcm::new(<&Key>::from(key))
}

#[cfg(test)]
mod vectors;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{CountingEntropy, root_keys};

    const PLACE: MaterialPlace<'_> = MaterialPlace {
        account: "1234567890123456",
        region: "cn-hangzhou",
        key_id: "k",
        version_id: "v",
        key_spec: "Aliyun_AES_256",
        public_key: None,
    };

    fn make_material(entropy: &CountingEntropy) -> Result<KeyMaterial, EntropyError> {
        KeyMaterial::fill_with(32, |bytes| entropy.fill(bytes))
    }

    fn wrapped() -> (RootKeys, KeyMaterial, WrappedMaterial) {
        let (roots, entropy) = (root_keys(), CountingEntropy::default());
        let material = make_material(&entropy).unwrap();
        let wrapped = wrap_material(&roots, &PLACE, &material, &entropy).unwrap();
        (roots, material, wrapped)
    }

    #[test]
    fn material_unwraps_where_it_was_wrapped() {
        let (roots, material, wrapped) = wrapped();
        let again = unwrap_material(&roots, &PLACE, &wrapped).unwrap();
        assert_eq!(again.expose_secret(), material.expose_secret());
        assert_ne!(material.expose_secret(), [0; 32]);
    }

    #[test]
    fn material_does_not_unwrap_in_any_other_place() {
        let (roots, _, wrapped) = wrapped();
        let elsewhere = [
            MaterialPlace { account: "2", ..PLACE },
            MaterialPlace { region: "cn-beijing", ..PLACE },
            MaterialPlace { key_id: "l", ..PLACE },
            MaterialPlace { version_id: "w", ..PLACE },
            MaterialPlace { key_spec: "Aliyun_SM4", ..PLACE },
            MaterialPlace { public_key: Some(b"p"), ..PLACE },
        ];
        for place in elsewhere {
            let error = unwrap_material(&roots, &place, &wrapped).unwrap_err();
            assert_eq!(error, HierarchyError::NotAuthentic, "{place:?}");
        }
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let (roots, _, wrapped) = wrapped();
        let bytes = STANDARD.decode(&wrapped.sealed).unwrap();
        assert_eq!(bytes.len(), NONCE_LEN + 32 + TAG_LEN);
        for index in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[index] ^= 1;
            let changed = WrappedMaterial { sealed: STANDARD.encode(changed), ..wrapped.clone() };
            assert!(unwrap_material(&roots, &PLACE, &changed).is_err(), "byte {index}");
        }
        let cut = WrappedMaterial { sealed: STANDARD.encode(&bytes[..8]), ..wrapped };
        assert!(unwrap_material(&roots, &PLACE, &cut).is_err());
    }

    #[test]
    fn material_under_an_old_root_version_survives_a_rotation() {
        let (roots, material, wrapped) = wrapped();
        assert_eq!(wrapped.root_version, "1");
        let rotated = RootKeys::parse(
            r#"{"current":"2","keys":{"1":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
                "2":"//79/Pv6+fj39vX08/Lx8O/u7ezr6uno5+bl5OPi4eA="}}"#,
        )
        .unwrap();
        let again = unwrap_material(&rotated, &PLACE, &wrapped).unwrap();
        assert_eq!(again.expose_secret(), material.expose_secret());
        let entropy = CountingEntropy::default();
        let anew = wrap_material(&rotated, &PLACE, &material, &entropy).unwrap();
        assert_eq!(anew.root_version, "2");
        let missing = unwrap_material(&roots, &PLACE, &anew).unwrap_err();
        assert_eq!(missing, HierarchyError::RootVersionMissing);
    }

    /// The value was computed with Python's `hmac` from RFC 5869's two steps.
    #[test]
    fn the_account_key_is_plain_hkdf() {
        let key = derive_account_key(&root_keys(), "1", "1234567890123456", "cn-hangzhou").unwrap();
        assert_eq!(hex::encode(key.expose_secret()), ACCOUNT_KEY);
    }

    /// As the account key's.
    #[test]
    fn the_audit_key_is_plain_hkdf() {
        let key = derive_audit_key(&root_keys(), "1", &crate::testing::place()).unwrap();
        assert_eq!(
            hex::encode(key.expose_secret()),
            "8d668af350fbeb26baee38ba7402ed7be525f4f288b39f2750e8f63b7c1ba3b1"
        );
    }

    const ACCOUNT_KEY: &str = "e019cfe4bf1ec62869836a601363761919a10ff9a846e10b8db4a5ff3297c65c";
}
