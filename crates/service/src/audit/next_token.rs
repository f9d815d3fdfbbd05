// SPDX-License-Identifier: Apache-2.0
//! `NextToken` of a look-up: where each shard goes on, bound to what was asked, under the place's audit key.
//! A caller can neither read on in another query by it, nor have an object go through anything else.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use edgekms_api::trail::lookup_events::NextToken;
use hmac::{Hmac, KeyInit, Mac};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

use super::lookup::{Attribute, Cursors};
use crate::{encoding::framed, material::secret::AuditKey};

const LABEL: &[u8] = b"edgekms/v1/audit-next-token";
/// Bytes of a code.
const CODE_LEN: usize = 32;

/// What every page of one look-up is asked with. The times are in the token: where none is given, they are
/// those of the first page.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Asked {
    /// What events must have.
    pub attribute: Option<Attribute>,
    /// Whether the latest come first.
    pub backward: bool,
}

/// Where a look-up goes on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// The first second that is wanted, since 1970.
    pub start_secs: i64,
    /// The last.
    pub end_secs: i64,
    /// Where each shard goes on.
    pub cursors: Cursors,
}

/// The token by which a look-up goes on from there; none where there is nothing more.
#[must_use]
pub fn seal(key: &AuditKey, asked: &Asked, position: &Position) -> Option<NextToken> {
    if position.cursors.is_empty() {
        return None;
    }
    let position = serde_json::to_vec(position).ok()?;
    let code = code(key, asked, &position)?.finalize().into_bytes();
    URL_SAFE_NO_PAD.encode([&code[..], &position].concat()).parse().ok()
}

/// Where a look-up goes on by a token; none if it is not one of this look-up's.
#[must_use]
pub fn open(key: &AuditKey, asked: &Asked, token: &NextToken) -> Option<Position> {
    let bytes = URL_SAFE_NO_PAD.decode(token.as_str()).ok()?;
    let (held, position) = bytes.split_first_chunk::<CODE_LEN>()?;
    code(key, asked, position)?.verify_slice(held).ok()?;
    serde_json::from_slice(position).ok()
}

fn code(key: &AuditKey, asked: &Asked, position: &[u8]) -> Option<Hmac<Sha256>> {
    let asked = serde_json::to_vec(asked).ok()?;
    let mut mac = Hmac::new_from_slice(key.expose_secret()).ok()?;
    mac.update(&framed(&[LABEL, &asked, position]));
    Some(mac)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_good_for_its_own_look_up_alone() {
        let key = AuditKey::from_slice(&[7; 32]).unwrap();
        let asked = Asked { attribute: None, backward: true };
        let cursors = Cursors::from([("global/0".to_owned(), 7), ("x/keyring".to_owned(), 3)]);
        let position = Position { start_secs: 1, end_secs: 2, cursors };
        let token = seal(&key, &asked, &position).unwrap();
        assert_eq!(open(&key, &asked, &token), Some(position.clone()));
        let other = Asked { backward: false, ..asked.clone() };
        assert_eq!(open(&key, &other, &token), None);
        let foreign = AuditKey::from_slice(&[8; 32]).unwrap();
        assert_eq!(open(&foreign, &asked, &token), None, "of another place");
        let text = token.as_str();
        for at in 0..text.len() {
            let mut spoilt = text.as_bytes().to_vec();
            spoilt[at] = if spoilt[at] == b'A' { b'B' } else { b'A' };
            let spoilt = String::from_utf8(spoilt).unwrap().parse().unwrap();
            assert_eq!(open(&key, &asked, &spoilt), None, "{at}");
        }
        let at_its_end = Position { cursors: Cursors::new(), ..position };
        assert_eq!(seal(&key, &asked, &at_its_end), None);
    }

    #[test]
    fn the_token_of_every_shard_of_a_long_region_is_one_that_is_read() {
        let place = edgekms_api::place::Place {
            region: "ap-southeast-1-finance-1".parse().unwrap(),
            ..crate::testing::place()
        };
        let key = AuditKey::from_slice(&[7; 32]).unwrap();
        let all = crate::audit::search::Shard::all_of(&place);
        assert_eq!(all.len(), 18);
        let cursors = all.iter().map(|shard| (shard.name(), u64::MAX)).collect();
        let position = Position { start_secs: i64::MIN, end_secs: i64::MAX, cursors };
        let asked = Asked { attribute: None, backward: true };
        assert!(seal(&key, &asked, &position).is_some());
    }
}
