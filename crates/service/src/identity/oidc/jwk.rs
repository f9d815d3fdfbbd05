// SPDX-License-Identifier: Apache-2.0
//! An issuer's keys (RFC 7517; RFC 7518, section 6). Of a set that is well-formed, keys that cannot be used here
//! are passed over: issuers publish keys for encryption and of new kinds beside those for tokens.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use p256::ecdsa::VerifyingKey;
use rsa::{BoxedUint, PublicKey as RsaKey};
use serde::Deserialize;
use serde_json::Value;

use super::algorithm::{Algorithm, PublicKey};

/// Most keys of a set. Those of the largest providers have about ten.
const KEYS_MAX: usize = 64;
/// Bits of an RSA key's modulus: what NIST SP 800-131A asks for, and what is verified in bounded time.
const RSA_BITS: std::ops::RangeInclusive<u32> = 2_048..=4_096;
/// Least public exponent of an RSA key, as for the keys that are imported here.
const EXPONENT_MIN: u64 = 65_537;
/// Bytes of a coordinate on P-256.
const COORDINATE_LEN: usize = 32;

/// The keys of an issuer.
#[derive(Debug)]
pub(super) struct KeySet(Vec<Held>);

#[derive(Debug)]
struct Held {
    kid: String,
    /// The only algorithm that it is for, if it says one.
    algorithm: Option<String>,
    /// None for one that cannot be used here, which yet takes its `kid`.
    key: Option<PublicKey>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    #[serde(rename = "use")]
    usage: Option<String>,
    key_ops: Option<Vec<String>>,
    crv: Option<String>,
    n: Option<String>,
    e: Option<String>,
    x: Option<String>,
    y: Option<String>,
}

impl KeySet {
    /// Reads a set. `None` for what is none, or has more keys than are taken.
    pub(super) fn parse(text: &str) -> Option<Self> {
        #[derive(Deserialize)]
        struct Document {
            keys: Vec<Value>,
        }
        let document: Document = serde_json::from_str(text).ok()?;
        let keys = Some(document.keys).filter(|keys| keys.len() <= KEYS_MAX)?;
        Some(Self(keys.iter().filter_map(Held::read).collect()))
    }

    /// Whether a key has this name.
    pub(super) fn has(&self, kid: &str) -> bool {
        self.0.iter().any(|held| held.kid == kid)
    }

    /// The key of this name, if it is one and for this algorithm.
    pub(super) fn find(&self, kid: &str, algorithm: Algorithm) -> Option<&PublicKey> {
        let mut of_name = self.0.iter().filter(|held| held.kid == kid);
        // Of two keys with one name nobody knows which is meant.
        let held = of_name.next().filter(|_| of_name.next().is_none())?;
        let is_for_it = held.algorithm.as_deref().is_none_or(|name| name == algorithm.name());
        held.key.as_ref().filter(|_| is_for_it)
    }
}

impl Held {
    /// A key with a name; the others can be meant by no token.
    fn read(value: &Value) -> Option<Self> {
        let text = |name: &str| value.get(name).and_then(Value::as_str);
        let jwk: Option<Jwk> = Jwk::deserialize(value).ok();
        Some(Self {
            kid: text("kid")?.to_owned(),
            algorithm: value.get("alg").map(|_| text("alg").unwrap_or_default().to_owned()),
            key: jwk.as_ref().and_then(Jwk::key),
        })
    }
}

impl Jwk {
    fn key(&self) -> Option<PublicKey> {
        let verifies = self.usage.as_deref().is_none_or(|usage| usage == "sig")
            && self.key_ops.as_ref().is_none_or(|all| all.iter().any(|one| one == "verify"));
        match (self.kty.as_str(), self.crv.as_deref()) {
            _ if !verifies => None,
            ("RSA", None) => rsa(bytes(&self.n)?, &bytes(&self.e)?),
            ("EC", Some("P-256")) => p256(&bytes(&self.x)?, &bytes(&self.y)?),
            _ => None,
        }
    }
}

fn bytes(text: &Option<String>) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text.as_ref()?).ok()
}

fn rsa(modulus: Vec<u8>, exponent: &[u8]) -> Option<PublicKey> {
    // Some write the zero in front that DER would need.
    let modulus: Vec<u8> = modulus.into_iter().skip_while(|byte| *byte == 0).collect();
    let first = modulus.first()?;
    let bits = u32::try_from(modulus.len()).ok()?.checked_mul(8)? - first.leading_zeros();
    if !RSA_BITS.contains(&bits) || modulus.last()? % 2 == 0 || exponent.len() > 8 {
        return None;
    }
    let number = exponent.iter().fold(0_u64, |number, byte| (number << 8) | u64::from(*byte));
    if number < EXPONENT_MIN || number % 2 == 0 {
        return None;
    }
    let precision = u32::try_from(modulus.len()).ok()?.checked_mul(8)?;
    let n = BoxedUint::from_be_slice(&modulus, precision).ok()?;
    let key = RsaKey::new(n, BoxedUint::from(number)).ok()?;
    Some(PublicKey::Rsa(Box::new(key)))
}

fn p256(x: &[u8], y: &[u8]) -> Option<PublicKey> {
    if x.len() != COORDINATE_LEN || y.len() != COORDINATE_LEN {
        return None;
    }
    // An uncompressed point (SEC 1, section 2.3.3); one that is not on the curve is none.
    let point = [&[4], x, y].concat();
    Some(PublicKey::P256(Box::new(VerifyingKey::from_sec1_bytes(&point).ok()?)))
}
