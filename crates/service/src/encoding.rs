// SPDX-License-Identifier: Apache-2.0
//! One unambiguous way to bind several fields into one byte string.
//!
//! `framed(a, b, ..) = u32be(len a) || a || u32be(len b) || b || ..`, so no two different lists of
//! fields give the same bytes. It is what HKDF `info` and every AEAD's additional data are made of.

/// Joins `fields` with each one's length, four bytes big endian, before it.
///
/// A field longer than `u32::MAX` bytes cannot reach this code: every caller bounds its input to
/// kilobytes. Its length would saturate, not wrap.
#[must_use]
pub(crate) fn framed(fields: &[&[u8]]) -> Vec<u8> {
    let total = fields.iter().map(|field| field.len() + 4).sum();
    let mut bytes = Vec::with_capacity(total);
    for field in fields {
        let length = u32::try_from(field.len()).unwrap_or(u32::MAX);
        bytes.extend_from_slice(&length.to_be_bytes());
        bytes.extend_from_slice(field);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::framed;

    #[test]
    fn fields_cannot_flow_into_each_other() {
        assert_ne!(framed(&[b"ab", b"c"]), framed(&[b"a", b"bc"]));
        assert_ne!(framed(&[b"ab"]), framed(&[b"ab", b""]));
    }

    #[test]
    fn the_layout_is_length_then_bytes() {
        assert_eq!(framed(&[b"ab", b""]), b"\0\0\0\x02ab\0\0\0\0");
    }
}
