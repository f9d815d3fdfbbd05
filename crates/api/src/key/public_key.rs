// SPDX-License-Identifier: Apache-2.0
//! A public key as it leaves the service: DER of a SubjectPublicKeyInfo (RFC 5280, section 4.1.2.7).
//! Alibaba writes it as PEM (RFC 7468), AWS as base64.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::text::TextError;

const BEGIN: &str = "-----BEGIN PUBLIC KEY-----";
const END: &str = "-----END PUBLIC KEY-----";
/// Characters of a line of PEM (RFC 7468, section 2).
const LINE_LEN: usize = 64;

/// A SubjectPublicKeyInfo.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey(pub Vec<u8>);

impl PublicKey {
    /// Base64 of its DER, without line breaks.
    #[must_use]
    pub fn to_base64(&self) -> String {
        STANDARD.encode(&self.0)
    }
}

/// PEM, with a line break after each line, the last one too.
impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{BEGIN}")?;
        let mut rest = &*self.to_base64();
        while !rest.is_empty() {
            // Base64 is ASCII, so any place is a boundary.
            let (line, after) = rest.split_at_checked(LINE_LEN).unwrap_or((rest, ""));
            writeln!(f, "{line}")?;
            rest = after;
        }
        writeln!(f, "{END}")
    }
}

impl FromStr for PublicKey {
    type Err = TextError;

    fn from_str(text: &str) -> Result<Self, TextError> {
        let body = text.trim().strip_prefix(BEGIN).and_then(|text| text.strip_suffix(END));
        let body: Option<String> = body.map(|body| body.split_ascii_whitespace().collect());
        let der = body.and_then(|body| STANDARD.decode(body).ok());
        der.map(Self).ok_or(TextError { expected: "It must be a public key in PEM." })
    }
}

crate::text::printed_text!(PublicKey);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pem_has_short_lines_and_reads_back() {
        for len in [1, 47, 48, 49, 294, 550] {
            let key = PublicKey(vec![0xa5; len]);
            let pem = key.to_string();
            assert!(pem.starts_with("-----BEGIN PUBLIC KEY-----\n") && pem.ends_with("-----\n"));
            assert!(pem.lines().all(|line| (1..=64).contains(&line.len())), "{pem}");
            assert_eq!(pem.parse::<PublicKey>().unwrap(), key);
        }
        for bad in ["", "AAAA", "-----BEGIN PUBLIC KEY-----\n!\n-----END PUBLIC KEY-----"] {
            assert!(bad.parse::<PublicKey>().is_err(), "{bad}");
        }
    }
}
