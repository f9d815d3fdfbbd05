// SPDX-License-Identifier: Apache-2.0
//! Another header for a message that exists ([`edgekms_core::rewrap`]).

use edgekms_core::{
    Error,
    commitment::CommitmentPolicy,
    context::EncryptionContext,
    format::header::HeaderLimits,
    header::{OpenOptions, ParsedHeader},
    key::DataKey,
    rewrap,
};
use getrandom::SysRng;
use wasm_bindgen::prelude::*;

use crate::error::to_js;

/// The new header of a message with this header and data key. `context` is the whole one, names and values in turn;
/// `stays` has a byte for each old encrypted data key, 0 if it goes; `added` is a header of the same data key, whose
/// encrypted data keys are added, or empty; `limit` is the most of all.
///
/// Whether the message's policy allows to open it is decided by who opened it.
///
/// # Errors
/// `SignedMessage`, `HeaderNotAuthentic`, `TooManyEncryptedDataKeys`, `RandomnessUnavailable`; `InvalidArgument` if no
/// encrypted data key is left; as reading the headers.
#[wasm_bindgen(js_name = rewriteHeader)]
#[allow(clippy::needless_pass_by_value, reason = "what is bound comes by value")]
pub fn rewrite_header(
    header: &[u8],
    data_key: Vec<u8>,
    context: Vec<String>,
    stays: &[u8],
    added: &[u8],
    limit: Option<u16>,
) -> Result<Vec<u8>, JsValue> {
    let data_key = DataKey::from_box(data_key.into_boxed_slice());
    rewritten(header, data_key, &context, stays, added, limit).map_err(|error| to_js(&error))
}

fn rewritten(
    header: &[u8],
    data_key: DataKey,
    context: &[String],
    stays: &[u8],
    added: &[u8],
    limit: Option<u16>,
) -> Result<Vec<u8>, Error> {
    let (pairs, _) = context.as_chunks::<2>();
    let pairs = pairs.iter().map(|[name, value]| (name.as_str(), value.as_str()));
    let mut options = OpenOptions::with_context(EncryptionContext::from_any_pairs(pairs)?);
    options.commitment_policy = CommitmentPolicy::RequireEncryptAllowDecrypt;
    let limits = HeaderLimits::default();
    let prepared = ParsedHeader::read_whole(header, limits)?.prepare(&options)?;
    let (header, mut materials) = rewrap::begin(prepared, data_key)?;
    if !added.is_empty() {
        let added = ParsedHeader::read_whole(added, limits)?;
        for key in &added.body().encrypted_data_keys {
            materials.push(key.clone());
        }
    }
    let keep = |at: usize, _: &_| stays.get(at).is_some_and(|stays| *stays != 0);
    rewrap::finish(header, materials, keep, limit, &mut SysRng)
}
