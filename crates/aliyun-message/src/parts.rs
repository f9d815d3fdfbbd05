// SPDX-License-Identifier: Apache-2.0
//! A message as both layouts hold it: what they read, and what they write.

use crate::header::Header;

/// Header and body.
#[derive(Clone, Debug)]
pub(crate) struct Parts<'a> {
    pub(crate) header: Header,
    pub(crate) body: Body<'a>,
}

/// Content with what its algorithm needs, each part as long as the algorithm wants it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Body<'a> {
    pub(crate) iv: &'a [u8],
    pub(crate) ciphertext: &'a [u8],
    pub(crate) tag: &'a [u8],
}
