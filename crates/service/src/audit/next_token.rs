// SPDX-License-Identifier: Apache-2.0
//! `NextToken` of a look-up: where each shard goes on, bound to what was asked, under the audit key. A caller
//! can neither read on in another query by it, nor have an object go through anything else.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::lookup::{Cursors, Query};
use crate::{encoding::framed, material::secret::AuditKey};

const LABEL: &[u8] = b"edgekms/v1/audit-next-token";
/// Bytes of a code.
const CODE_LEN: usize = 32;

/// The token by which a query goes on from `cursors`; none where there is nothing more.
#[must_use]
pub fn seal(key: &AuditKey, query: &Query, cursors: &Cursors) -> Option<String> {
    if cursors.is_empty() {
        return None;
    }
    let cursors = serde_json::to_vec(cursors).ok()?;
    let code = code(key, query, &cursors)?.finalize().into_bytes();
    Some(URL_SAFE_NO_PAD.encode([&code[..], &cursors].concat()))
}

/// Where a query goes on by a token; none if it is not one of this query's.
#[must_use]
pub fn open(key: &AuditKey, query: &Query, token: &str) -> Option<Cursors> {
    let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
    let (held, cursors) = bytes.split_first_chunk::<CODE_LEN>()?;
    code(key, query, cursors)?.verify_slice(held).ok()?;
    serde_json::from_slice(cursors).ok()
}

fn code(key: &AuditKey, query: &Query, cursors: &[u8]) -> Option<Hmac<Sha256>> {
    // Where it begins is what the token says.
    let query = serde_json::to_vec(&Query { after: None, ..query.clone() }).ok()?;
    let mut mac = Hmac::new_from_slice(key.expose_secret()).ok()?;
    mac.update(&framed(&[LABEL, &query, cursors]));
    Some(mac)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_its_own_query_alone() {
        let key = AuditKey::from_slice(&[7; 32]).unwrap();
        let query = Query {
            from_millis: 1,
            until_millis: 2,
            attribute: None,
            backward: true,
            after: None,
            limit: 10,
        };
        let cursors = Cursors::from([("0".to_owned(), 7), ("keyring".to_owned(), 3)]);
        let token = seal(&key, &query, &cursors).unwrap();
        assert_eq!(open(&key, &query, &token), Some(cursors.clone()));
        let later = Query { after: Some(5), ..query.clone() };
        assert_eq!(open(&key, &later, &token), Some(cursors));
        let other = Query { backward: false, ..query.clone() };
        assert_eq!(open(&key, &other, &token), None);
        let foreign = AuditKey::from_slice(&[8; 32]).unwrap();
        assert_eq!(open(&foreign, &query, &token), None);
        for at in 0..token.len() {
            let mut spoilt = token.clone().into_bytes();
            spoilt[at] = if spoilt[at] == b'A' { b'B' } else { b'A' };
            assert_eq!(open(&key, &query, &String::from_utf8(spoilt).unwrap()), None, "{at}");
        }
        assert_eq!(open(&key, &query, ""), None);
        assert_eq!(seal(&key, &query, &Cursors::new()), None);
    }
}
