// SPDX-License-Identifier: Apache-2.0
//! Opening: a parsed header, which keyrings find the data key of; the authentic one; a plan for each frame.

use alloc::{boxed::Box, vec::Vec};

use edgekms_core::{
    Error, Reason,
    context::EncryptionContext,
    format::header::{ContentType, HeaderLimits},
    header::{HeaderRead, OpenOptions, ParsedHeader},
    key::DataKey,
    open::{FrameOpener, FrameRead, FrameToOpen},
    suite::{Curve, IV_LEN},
};
use wasm_bindgen::prelude::*;

use crate::{
    misused::misused,
    seal::policy,
    slots::{Slot, put_secret, take_secret},
    state::{State, call},
    wire::{Fields, put_context, put_field, put_u32},
};

/// Bytes of a header that is read, at the most: a kilobyte for each of as many data keys as it can have. Without a
/// limit, the lengths that a header claims would have it gathered until there is no memory.
const MOST_HEADER: usize = 64 * 1024 * 1024;
/// Bytes in which every prefix of a frame ends.
const PREFIX: usize = 24;
/// A record of [`open_plans`]' input: how many bytes there are, and they.
const PREFIX_RECORD: usize = 1 + PREFIX;

/// Reads the header at the start of the area's first `len` bytes; gives its slot, or 0 if more bytes are needed:
/// [`crate::core_error_detail`] then gives how many in all. `limit` is the most encrypted data keys (from 65,536:
/// the format's).
#[wasm_bindgen]
#[must_use]
pub fn header_read(len: u32, limit: u32) -> i32 {
    call(|state| {
        let limits = HeaderLimits::max_encrypted_data_keys(u16::try_from(limit).ok());
        match ParsedHeader::read(state.input(len as usize)?, limits)? {
            HeaderRead::Header(header) => state.slots.add(Slot::Parsed(header)),
            HeaderRead::NeedMore(len) if len > MOST_HEADER => {
                Err(Error::MalformedHeader { reason: Reason::HeaderTooLong })
            }
            HeaderRead::NeedMore(len) => {
                state.tell([u32::try_from(len).unwrap_or(u32::MAX), 0]);
                Ok(0)
            }
        }
    })
}

/// Puts what a header says into the area: its length, the suite, the frame length (0: not framed; each u32), the
/// message id (a field), the stored context's pairs, the encrypted data keys as [`open_keys`] has them.
#[wasm_bindgen]
#[must_use]
pub fn header_info(slot: u32) -> i32 {
    call(|state| {
        let mut out = Vec::new();
        let header = match state.slots.get(slot)? {
            Slot::Parsed(header) => header,
            _ => return Err(misused()),
        };
        let body = header.body();
        put_u32(&mut out, header.bytes().len());
        put_u32(&mut out, body.suite.id.into());
        put_u32(&mut out, frame_length(body.content));
        put_field(&mut out, &body.message_id);
        put_context(&mut out, &body.context.to_context());
        put_keys(&mut out, &body.encrypted_data_keys);
        state.output(&out)
    })
}

fn frame_length(content: ContentType) -> usize {
    match content {
        ContentType::Framed(length) => length.get() as usize,
        ContentType::NonFramed => 0,
    }
}

fn put_keys(
    out: &mut Vec<u8>,
    keys: &[edgekms_core::format::encrypted_data_key::EncryptedDataKey],
) {
    put_u32(out, keys.len());
    for key in keys {
        put_field(out, key.provider_id.as_bytes());
        put_field(out, &key.provider_info);
        put_field(out, &key.ciphertext);
    }
}

/// Checks all of a header that needs no key. The area has the policy (u8) and the reproduced context's pairs.
/// Gives the length of the suite's data keys.
#[wasm_bindgen]
#[must_use]
pub fn open_prepare(slot: u32, len: u32) -> i32 {
    call(|state| {
        let mut fields = Fields(state.input(len as usize)?);
        let mut options = OpenOptions::default();
        options.commitment_policy = policy(&mut fields)?;
        options.context = EncryptionContext::from_any_pairs(fields.pairs()?)?;
        let Slot::Parsed(header) = state.slots.take(slot)? else { return Err(misused()) };
        let prepared = header.prepare(&options)?;
        let len = prepared.body().suite.key_len;
        *state.slots.get(slot)? = Slot::Prepared(Box::new((prepared, None)));
        Ok(len)
    })
}

/// Puts the whole context of a prepared or authentic header into the area.
#[wasm_bindgen]
#[must_use]
pub fn open_context(slot: u32) -> i32 {
    call(|state| {
        let mut out = Vec::new();
        match state.slots.get(slot)? {
            Slot::Prepared(prepared) => put_context(&mut out, prepared.0.materials().context()),
            Slot::Opening(opening) => put_context(&mut out, opening.0.context()),
            _ => return Err(misused()),
        }
        state.output(&out)
    })
}

/// Puts the encrypted data keys of a prepared header into the area: their number, and for each provider id,
/// provider information and ciphertext (fields).
#[wasm_bindgen]
#[must_use]
pub fn open_keys(slot: u32) -> i32 {
    call(|state| {
        let mut out = Vec::new();
        match state.slots.get(slot)? {
            Slot::Prepared(prepared) => put_keys(&mut out, &prepared.0.body().encrypted_data_keys),
            _ => return Err(misused()),
        }
        state.output(&out)
    })
}

/// Gives a prepared header the data key that is the first `len` bytes of the area, which are wiped there: 1, or 0
/// if the key has not the suite's length.
#[wasm_bindgen]
#[must_use]
pub fn open_give_key(slot: u32, len: u32) -> i32 {
    call(|state| {
        let key = DataKey::from_box(take_secret(&mut state.area, len)?);
        let Slot::Prepared(prepared) = state.slots.get(slot)? else { return Err(misused()) };
        let accepted = prepared.0.materials().accept(key).ok();
        let taken = accepted.is_some();
        if taken {
            prepared.1 = accepted;
        }
        Ok(usize::from(taken))
    })
}

/// Puts a prepared header's data key into the area, for who wraps it anew; 0 if none was found yet. Whoever reads it
/// wipes it there.
#[wasm_bindgen]
#[must_use]
pub fn open_key(slot: u32) -> i32 {
    call(|state| {
        let State { slots, area, .. } = state;
        let Slot::Prepared(prepared) = slots.get(slot)? else { return Err(misused()) };
        match &prepared.1 {
            Some(key) => put_secret(area, key.expose_secret()),
            None => Ok(0),
        }
    })
}

/// Checks a prepared header with its data key. The slot then is the message's, whose frames can be planned.
/// Gives the header's length; the details are the frame length (0: not framed), and the size in bits of the
/// signature's curve (0: not signed).
#[wasm_bindgen]
#[must_use]
pub fn open_header(slot: u32) -> i32 {
    call(|state| {
        let Slot::Prepared(prepared) = state.slots.take(slot)? else { return Err(misused()) };
        let (prepared, key) = *prepared;
        let key = key.ok_or(Error::NoDataKey { causes: Vec::new() })?;
        let header = prepared.authenticate(&key)?;
        let body = header.body();
        let curve = match body.suite.signature {
            None => 0,
            Some(Curve::P256) => 256,
            Some(Curve::P384) => 384,
        };
        let framed = u32::try_from(frame_length(body.content)).unwrap_or(u32::MAX);
        let (opener, len) = (header.opener(), header.bytes().len());
        state.tell([framed, curve]);
        *state.slots.get(slot)? = Slot::Opening(Box::new((header, opener)));
        Ok(len)
    })
}

/// Puts the signer's compressed point into the area; 0 if the suite does not sign.
#[wasm_bindgen]
#[must_use]
pub fn open_verification_key(slot: u32) -> i32 {
    call(|state| {
        let Slot::Opening(opening) = state.slots.get(slot)? else { return Err(misused()) };
        let key = opening.0.verification_key().unwrap_or_default().to_vec();
        state.output(&key)
    })
}

/// Plans frames whose prefixes the area has: `count` records of a number of bytes that are there (u8, at most 24)
/// and 24 bytes. Stops after the last frame of the body, and at a prefix that is cut short. Puts a record for
/// each planned frame into the area: length of the prefix (u8), length of the AAD (u8), whether it is the last
/// (u8), 0, length of the content (u32), IV, AAD. Gives the length of all.
///
/// A planned frame counts as opened: the caller gives out nothing of a frame, or of one after it, that is not
/// authentic.
#[wasm_bindgen]
#[must_use]
pub fn open_plans(slot: u32, count: u32) -> i32 {
    call(|state| {
        let State { slots, area, .. } = state;
        let Slot::Opening(opening) = slots.get(slot)? else { return Err(misused()) };
        let mut out = Vec::new();
        for record in area.chunks_exact(PREFIX_RECORD).take(count as usize) {
            let Some((available, prefix)) = record.split_first() else { break };
            let prefix = prefix.get(..usize::from(*available)).ok_or_else(misused)?;
            if opening.1.is_done() || !plan(&mut opening.1, prefix, &mut out)? {
                break;
            }
        }
        state.output(&out)
    })
}

/// Plans one frame and moves on; false if its prefix is cut short.
fn plan(opener: &mut FrameOpener, prefix: &[u8], out: &mut Vec<u8>) -> Result<bool, Error> {
    let FrameRead::Frame(frame) = opener.read(prefix)? else { return Ok(false) };
    opener.opened(&frame)?;
    let FrameToOpen { prefix_len, content_len, iv, aad, last, .. } = &frame;
    let byte = |len: usize| u8::try_from(len).unwrap_or(u8::MAX);
    out.extend_from_slice(&[byte(*prefix_len), byte(aad.len()), u8::from(*last), 0]);
    put_u32(out, *content_len);
    out.extend_from_slice(iv);
    out.extend_from_slice(aad);
    Ok(true)
}

const _: () = assert!(IV_LEN == 12, "the records' layout is the package's, too");
