// SPDX-License-Identifier: Apache-2.0
//! Backups: all that a keyring keeps, as a file for another deployment.
//!
//! A file is a sequence of parts, each sealed ([`part`]). Their plaintexts are pages of rows
//! ([`contents`]): first every record, then what has changed since the file was begun, then how many rows
//! that were. So the file holds the keyring as it was at one moment, that of its last part, although it is
//! read a page at a time while the keyring goes on ([`page`]).
//!
//! Material is wrapped in its record, as in the keyring, under a root key that is the file's own and is
//! derived from `BACKUP_KEY`. To back up and to restore is to wrap anew, as it is to rotate root keys.
//!
//! May be imported: [`crate::keyring`], [`crate::material`], [`crate::port`].

pub mod contents;
pub mod page;
pub mod part;
pub mod restoring;

#[cfg(test)]
mod tests;
