// SPDX-License-Identifier: Apache-2.0
//! Sealing: a draft, which keyrings fill; the header; a plan for each frame.

use alloc::{boxed::Box, vec::Vec};

use edgekms_core::{
    Error,
    commitment::CommitmentPolicy,
    context::EncryptionContext,
    format::encrypted_data_key::EncryptedDataKey,
    key::DataKey,
    seal::{SealDraft, SealOptions, SealedHeader},
    suite::Suite,
};
use wasm_bindgen::prelude::*;

use crate::{
    misused::misused,
    pool::Pool,
    slots::{Slot, put_secret, take_secret},
    state::{State, call},
    wire::{Fields, put_context},
};

/// Most plans of one call: 25 KiB of the area.
const MOST_PLANS: u32 = 256;

/// Begins a message; gives the draft's slot. The area has: suite (u32), policy (u8, its place in
/// [`CommitmentPolicy::ALL`]), frame length (u32), most encrypted data keys (u32, or `ffffffff` for the format's),
/// the context's pairs, the names of the required ones, the verification key (a field, empty without).
#[wasm_bindgen]
#[must_use]
pub fn seal_begin(len: u32) -> i32 {
    call(|state| {
        let options = options(&mut Fields(state.input(len as usize)?))?;
        state.slots.add(Slot::Draft(Box::new(SealDraft::new(&options)?)))
    })
}

fn options(fields: &mut Fields<'_>) -> Result<SealOptions, Error> {
    let mut options = SealOptions::default();
    // The number of a suite that does not exist is told as far as 16 bits show it.
    options.suite = Suite::from_id(u16::try_from(fields.u32()?).unwrap_or(u16::MAX))?;
    options.commitment_policy = policy(fields)?;
    options.frame_length = fields.u32()?;
    options.max_encrypted_data_keys = u16::try_from(fields.u32()?).ok();
    options.context = EncryptionContext::from_pairs(fields.pairs()?)?;
    options.required_context_keys = fields.texts()?;
    let key = fields.field()?;
    options.verification_key = (!key.is_empty()).then(|| key.to_vec());
    Ok(options)
}

pub(crate) fn policy(fields: &mut Fields<'_>) -> Result<CommitmentPolicy, Error> {
    CommitmentPolicy::ALL.get(usize::from(fields.u8()?)).copied().ok_or_else(misused)
}

fn with_draft(
    slot: u32,
    work: impl FnOnce(
        &mut (SealDraft, edgekms_core::materials::SealMaterials),
        &mut Parts<'_>,
    ) -> Result<usize, Error>,
) -> i32 {
    call(|state| {
        let State { slots, area, pool, .. } = state;
        match slots.get(slot)? {
            Slot::Draft(draft) => work(draft, &mut Parts { area, pool }),
            _ => Err(misused()),
        }
    })
}

/// What of the state is not the slot's.
struct Parts<'a> {
    area: &'a mut Vec<u8>,
    pool: &'a mut Pool,
}

/// Puts the whole context of a draft into the area: its pairs, in canonical order.
#[wasm_bindgen]
#[must_use]
pub fn seal_context(slot: u32) -> i32 {
    let mut out = Vec::new();
    let done = with_draft(slot, |(_, materials), _| {
        put_context(&mut out, materials.context());
        Ok(0)
    });
    if done < 0 { done } else { call(|state| state.output(&out)) }
}

/// Makes a draft's data key, if there is none. Needs as many random bytes.
#[wasm_bindgen]
#[must_use]
pub fn seal_make_key(slot: u32) -> i32 {
    with_draft(slot, |(_, materials), parts| {
        materials.data_key_or_make(parts.pool).map(|key| key.expose_secret().len())
    })
}

/// Gives a draft the data key that is the first `len` bytes of the area, which are wiped there.
#[wasm_bindgen]
#[must_use]
pub fn seal_give_key(slot: u32, len: u32) -> i32 {
    with_draft(slot, |(_, materials), parts| {
        materials.set_data_key(DataKey::from_box(take_secret(parts.area, len)?))?;
        Ok(0)
    })
}

/// Puts a draft's data key into the area; 0 if there is none yet. Whoever reads it wipes it there.
#[wasm_bindgen]
#[must_use]
pub fn seal_key(slot: u32) -> i32 {
    with_draft(slot, |(_, materials), parts| match materials.data_key() {
        Some(key) => put_secret(parts.area, key.expose_secret()),
        None => Ok(0),
    })
}

/// Gives a draft a wrapped form of its data key: the area has provider id, provider information and ciphertext
/// (fields).
#[wasm_bindgen]
#[must_use]
pub fn seal_push(slot: u32, len: u32) -> i32 {
    with_draft(slot, |(_, materials), parts| {
        let mut fields = Fields(parts.area.get(..len as usize).ok_or_else(misused)?);
        let id = fields.text()?.into();
        let (info, ciphertext) = (fields.field()?.to_vec(), fields.field()?.to_vec());
        materials.push(EncryptedDataKey::new(id, info, ciphertext));
        Ok(0)
    })
}

/// Seals the header of a draft and puts it into the area. The slot then is the message's, whose frames can be
/// planned. Needs 32 random bytes.
#[wasm_bindgen]
#[must_use]
pub fn seal_header(slot: u32) -> i32 {
    call(|state| {
        let Slot::Draft(draft) = state.slots.take(slot)? else { return Err(misused()) };
        let (draft, materials) = *draft;
        let header = draft.seal(materials, &mut state.pool)?;
        let len = state.output(header.bytes())?;
        *state.slots.get(slot)? = Slot::Sealing(Box::new(header));
        Ok(len)
    })
}

/// Plans the next `count` frames of `len` bytes, the last of which ends the message if `last` is not 0. Puts a
/// record for each into the area: length of the prefix (u8), length of the AAD (u8), IV, prefix, AAD. Gives the
/// length of all.
#[wasm_bindgen]
#[must_use]
pub fn seal_plans(slot: u32, len: u32, count: u32, last: u32) -> i32 {
    call(|state| {
        let State { slots, area, .. } = state;
        let Slot::Sealing(header) = slots.get(slot)? else { return Err(misused()) };
        let mut rest = area.as_mut_slice();
        let room = rest.len();
        for at in 1..=count.min(MOST_PLANS) {
            plan(header, len as usize, last != 0 && at == count, &mut rest)?;
        }
        Ok(room - rest.len())
    })
}

fn plan(
    header: &mut SealedHeader,
    len: usize,
    last: bool,
    area: &mut &mut [u8],
) -> Result<(), Error> {
    let plan = header.sealer().next(len, last)?;
    let lengths =
        [plan.prefix.len(), plan.aad.len()].map(|len| u8::try_from(len).unwrap_or(u8::MAX));
    for part in [&lengths[..], &plan.iv, &plan.prefix, &plan.aad] {
        let (place, rest) =
            core::mem::take(area).split_at_mut_checked(part.len()).ok_or_else(misused)?;
        place.copy_from_slice(part);
        *area = rest;
    }
    Ok(())
}
