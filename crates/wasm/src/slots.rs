// SPDX-License-Identifier: Apache-2.0
//! What outlives a call, by number.

use alloc::{boxed::Box, vec::Vec};

use edgekms_core::{
    Error,
    engine::AesGcmCipher,
    header::{AuthenticatedHeader, ParsedHeader, PreparedHeader},
    key::DataKey,
    keyring::RawAesKeyring,
    materials::SealMaterials,
    open::FrameOpener,
    seal::{SealDraft, SealedHeader},
};
use zeroize::Zeroize;

use crate::misused::misused;

/// One thing; a message's goes from draft to sealing, or from parsed to opening.
pub(crate) enum Slot {
    /// Nothing: what failed while it changed its kind.
    Over,
    /// Nobody's; with the next such number, or 0.
    Free(u32),
    RawAes(Box<RawAesKeyring>),
    Cipher(Box<AesGcmCipher>),
    Draft(Box<(SealDraft, SealMaterials)>),
    Sealing(Box<SealedHeader>),
    Parsed(Box<ParsedHeader>),
    Prepared(Box<(PreparedHeader, Option<DataKey>)>),
    Opening(Box<(AuthenticatedHeader, FrameOpener)>),
}

/// All of them. Numbers begin with 1 and are used again.
pub(crate) struct Slots {
    all: Vec<Slot>,
    /// The number that is given next, or 0. What is free is a list in the slots, so that freeing takes no memory.
    free: u32,
}

impl Slots {
    pub(crate) const fn new() -> Self {
        Self { all: Vec::new(), free: 0 }
    }

    /// Keeps a thing; gives its number.
    pub(crate) fn add(&mut self, slot: Slot) -> Result<usize, Error> {
        if self.free == 0 {
            self.all.push(Slot::Free(0));
            self.free = u32::try_from(self.all.len()).map_err(|_| misused())?;
        }
        let number = self.free;
        let Slot::Free(next) = core::mem::replace(self.get(number)?, slot) else {
            return Err(misused());
        };
        self.free = next;
        Ok(number as usize)
    }

    pub(crate) fn get(&mut self, number: u32) -> Result<&mut Slot, Error> {
        (number as usize).checked_sub(1).and_then(|at| self.all.get_mut(at)).ok_or_else(misused)
    }

    /// Takes a thing out; its number stays its own until it is freed.
    pub(crate) fn take(&mut self, number: u32) -> Result<Slot, Error> {
        self.get(number).map(|slot| core::mem::replace(slot, Slot::Over))
    }

    /// Ends what a slot holds; its keys are wiped. The number must not be used again by whoever frees it.
    pub(crate) fn free(&mut self, number: u32) -> Result<(), Error> {
        let next = Slot::Free(self.free);
        *self.get(number)? = next;
        self.free = number;
        Ok(())
    }
}

/// Puts a secret at the start of the area, which has room for it: every call for one asks for the room before.
pub(crate) fn put_secret(area: &mut [u8], secret: &[u8]) -> Result<usize, Error> {
    area.get_mut(..secret.len()).ok_or_else(misused)?.copy_from_slice(secret);
    Ok(secret.len())
}

/// The first `len` bytes of the area as a secret of their own; wiped in the area.
pub(crate) fn take_secret(area: &mut [u8], len: u32) -> Result<Box<[u8]>, Error> {
    let bytes = area.get_mut(..len as usize).ok_or_else(misused)?;
    let secret = Box::from(&*bytes);
    bytes.zeroize();
    Ok(secret)
}
