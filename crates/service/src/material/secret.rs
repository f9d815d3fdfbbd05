// SPDX-License-Identifier: Apache-2.0
//! The kinds of 32-byte key above and beside key material, each a type of its own so that one cannot stand in
//! for another. Material itself is [`crate::port::key_store::KeyMaterial`].
//!
//! Bytes live in a box that is wiped when dropped, never print, and leave only through
//! `expose_secret`.

use std::fmt;

use zeroize::{Zeroize, ZeroizeOnDrop};

/// Bytes in every key of the hierarchy: AES-256.
pub const KEY_LEN: usize = 32;

/// In words of 8 bytes: what the preparation of any key takes of the stack, ML-DSA's excepted, which takes more
/// than the stack could spare twice.
const STACK_WORDS: usize = 2_048;

/// Prepares a key in a frame of its own, then overwrites what is left there: a key that moves to the heap
/// leaves its old place as it was.
pub fn leaving_nothing<K>(prepare: impl FnOnce() -> K) -> K {
    let key = in_a_frame_of_its_own(prepare);
    wipe_stack();
    key
}

/// Inlined, it would put the key above what [`wipe_stack`] reaches.
#[inline(never)]
fn in_a_frame_of_its_own<K>(prepare: impl FnOnce() -> K) -> K {
    prepare()
}

#[inline(never)]
fn wipe_stack() {
    let mut left = [0_u64; STACK_WORDS];
    left.zeroize();
    std::hint::black_box(&left);
}

macro_rules! secret_key {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Zeroize, ZeroizeOnDrop)]
        pub struct $name(Box<[u8; KEY_LEN]>);

        impl $name {
            /// A key whose bytes `fill` writes in place, so that no copy stays on the stack.
            ///
            /// # Errors
            /// Whatever `fill` answers.
            pub fn fill_with<E>(
                fill: impl FnOnce(&mut [u8; KEY_LEN]) -> Result<(), E>,
            ) -> Result<Self, E> {
                let mut key = Self(Box::new([0; KEY_LEN]));
                fill(&mut key.0)?;
                Ok(key)
            }

            /// A key from exactly [`KEY_LEN`] bytes; `None` for any other length.
            #[must_use]
            pub fn from_slice(bytes: &[u8]) -> Option<Self> {
                let mut key = Self(Box::new([0; KEY_LEN]));
                if bytes.len() != KEY_LEN {
                    return None;
                }
                key.0.copy_from_slice(bytes);
                Some(key)
            }

            /// The bytes themselves. Every use of a key is a search for this name away.
            #[must_use]
            pub fn expose_secret(&self) -> &[u8; KEY_LEN] {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(..)"))
            }
        }
    };
}

secret_key! {
    /// One version of the root key, from the Worker secret `ROOT_KEYS`.
    RootKey
}
secret_key! {
    /// Derived from a root key for one account and region; wraps key material.
    AccountKey
}
secret_key! {
    /// Derived from a root key for one account and region; authenticates published views.
    ViewKey
}
secret_key! {
    /// What opens backups, from the Worker secret `BACKUP_KEY`.
    BackupKey
}
secret_key! {
    /// Derived from a backup key for one file, account and region; seals its parts.
    PartKey
}

secret_key! {
    /// Derived from a root key for one account and region; seals import tokens.
    ImportKey
}

secret_key! {
    /// Derived from a root key; seals the tokens of roles' sessions.
    SessionKey
}

secret_key! {
    /// Derived from a root key for one account and region; chains audit events.
    AuditKey
}

secret_key! {
    /// Derived from a root key; names the entries that tell whose a shared key version is.
    ShareKey
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_do_not_print() {
        let key = RootKey::from_slice(&[0xab; 32]).unwrap();
        assert_eq!(format!("{key:?}"), "RootKey(..)");
    }

    #[test]
    fn only_thirty_two_bytes_make_a_key() {
        assert!(RootKey::from_slice(&[0; 31]).is_none());
        assert!(RootKey::from_slice(&[0; 33]).is_none());
        assert!(RootKey::from_slice(&[0; 32]).is_some());
    }
}
