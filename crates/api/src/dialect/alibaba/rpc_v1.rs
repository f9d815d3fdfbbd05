// SPDX-License-Identifier: Apache-2.0
//! RPC v1 (wire reference, section 1.3): everything travels as parameters.
//!
//! ```text
//! StringToSign = METHOD & "%2F" & percentEncode(canonical query of all parameters but Signature)
//! Signature    = base64(HMAC-SHA1(secret || "&", StringToSign))
//! ```

use super::params::{Params, is_unreserved};
use crate::dialect::signature::claim::{Claim, NONCE_MAX_LEN, Sender, parse_access_key_id};
use crate::dialect::signature::{Credentials, Hash, Scheme, SecurityToken};
use crate::error::{ApiError, ErrorCode};
use crate::time::Timestamp;

const METHOD: &str = "HMAC-SHA1";
const VERSION: &str = "1.0";

const fn scheme() -> Scheme {
    Scheme { hash: Hash::Sha1Base64, prefix: "", suffix: "&", links: Vec::new() }
}

/// Who sent the parameters, and the signature they carry.
pub(crate) fn read(method: &str, params: &Params) -> Result<(Sender, Claim<'static>), ApiError> {
    let access_key_id = parse_access_key_id(params.required("AccessKeyId")?)?;
    let signature = params.required("Signature")?.to_owned();
    check_method(params)?;
    let timestamp = params
        .optional("Timestamp")
        .ok_or(ErrorCode::IllegalTimestamp)?
        .parse::<Timestamp>()
        .map_err(|_| ErrorCode::InvalidTimeStampFormat)?;
    // The manual's own example has none.
    let nonce = params.optional("SignatureNonce");
    if nonce.is_some_and(|nonce| nonce.len() > NONCE_MAX_LEN) {
        return Err(ApiError::invalid_parameter("SignatureNonce", "It must have 1 to 256 bytes."));
    }
    let sender = Sender {
        access_key_id,
        security_token: params.optional("SecurityToken").map(SecurityToken::new),
        timestamp,
        nonce: nonce.map(str::to_owned),
    };
    let strings_to_sign = vec![string_to_sign(method, params)];
    let scheme = scheme();
    let claim = Claim {
        scheme,
        strings_to_sign,
        signature,
        contradicts_itself: false,
        body: None,
        is_quoted: true,
    };
    Ok((sender, claim))
}

fn check_method(params: &Params) -> Result<(), ApiError> {
    if params.required("SignatureMethod")? != METHOD {
        return Err(ApiError::with_message(
            ErrorCode::InvalidSignatureMethod,
            "Specified signature method is not valid. Use HMAC-SHA1, or an ACS3-HMAC-SHA256 \
             Authorization header.",
        ));
    }
    if params.required("SignatureVersion")? != VERSION {
        return Err(ApiError::invalid_parameter("SignatureVersion", "It must be 1.0."));
    }
    // BEARERTOKEN and PRIVATEKEY are other kinds of credential.
    match params.optional("SignatureType") {
        None => Ok(()),
        Some(_) => Err(ApiError::invalid_parameter("SignatureType", "It must be empty or absent.")),
    }
}

fn string_to_sign(method: &str, params: &Params) -> String {
    let mut signed = format!("{method}&%2F&");
    let mut joint = "";
    for (name, value) in params.iter().filter(|(name, _)| *name != "Signature") {
        signed.push_str(joint);
        push_encoded_twice(&mut signed, name);
        signed.push_str("%3D");
        push_encoded_twice(&mut signed, value);
        joint = "%26";
    }
    signed
}

/// Appends what percent-encoding makes of its own result: `%` becomes `%25`. In one go, since a caller
/// whom nobody knows yet decides how long it is.
fn push_encoded_twice(to: &mut String, text: &str) {
    let mut rest = text;
    while let Some(at) = rest.bytes().position(|byte| !is_unreserved(byte)) {
        let (plain, after) = rest.split_at(at);
        to.push_str(plain);
        // All bytes of one character are encoded, so this ends between two.
        let len = after.chars().next().map_or(0, char::len_utf8);
        let (encoded, after) = after.split_at(len);
        for byte in encoded.bytes() {
            to.push_str("%25");
            to.extend([byte >> 4, byte & 15].map(hex_digit));
        }
        rest = after;
    }
    to.push_str(rest);
}

fn hex_digit(digit: u8) -> char {
    char::from(if digit < 10 { b'0' + digit } else { b'A' + digit - 10 })
}

/// Adds the common parameters and the signature to an action's parameters (`Action` and `Version`
/// among them), to be sent as a query string or as a form.
///
/// # Errors
/// `InvalidParameter` if `params` has one of the parameters that are added.
pub fn sign(
    method: &str,
    mut params: Params,
    credentials: &Credentials,
    timestamp: &str,
    nonce: &str,
) -> Result<Params, ApiError> {
    params.insert("AccessKeyId", &*credentials.access_key_id)?;
    if let Some(token) = &credentials.security_token {
        params.insert("SecurityToken", token.expose_secret())?;
    }
    params.insert("SignatureMethod", METHOD)?;
    params.insert("SignatureVersion", VERSION)?;
    params.insert("SignatureNonce", nonce)?;
    params.insert("Timestamp", timestamp)?;
    let to_sign = string_to_sign(method, &params);
    let text = scheme().sign(&credentials.access_key_secret, &to_sign)?;
    params.insert("Signature", text)?;
    Ok(params)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::params::percent_encode;
    use super::*;
    use crate::dialect::signature::AccessKeySecret;

    /// The Chinese manual's example: no nonce.
    #[test]
    fn the_manual_s_example_has_its_signature() {
        let query = "AccessKeyId=testid&Action=CreateKey&Format=json&SignatureMethod=HMAC-SHA1\
                     &SignatureVersion=1.0&Timestamp=2016-03-28T03%3A13%3A08Z&Version=2016-01-20";
        let params = Params::decode(query.as_bytes()).unwrap();
        let to_sign = string_to_sign("GET", &params);
        assert_eq!(
            to_sign,
            "GET&%2F&AccessKeyId%3Dtestid%26Action%3DCreateKey%26Format%3Djson%26SignatureMethod%3DHMAC-SHA1\
             %26SignatureVersion%3D1.0%26Timestamp%3D2016-03-28T03%253A13%253A08Z%26Version%3D2016-01-20"
        );
        let secret = AccessKeySecret::new("testsecret");
        assert_eq!(scheme().sign(&secret, &to_sign).unwrap(), "41wk2SSX1GJh7fwnc5eqOfiJPFg=");
    }

    proptest! {
        #[test]
        fn what_is_signed_is_encoded_twice(pairs in prop::collection::btree_map("\\PC{1,6}", ".*", 0..6)) {
            let mut params = Params::new();
            for (name, value) in pairs {
                params.insert(name, value).unwrap();
            }
            let canonical = params.encode_except(&["Signature"]);
            let expected = format!("POST&%2F&{}", percent_encode(&canonical));
            prop_assert_eq!(string_to_sign("POST", &params), expected);
        }
    }
}
