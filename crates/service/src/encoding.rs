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

/// The inverse of [`framed`]; `None` for what it did not make.
#[must_use]
pub(crate) fn unframed(mut bytes: &[u8]) -> Option<Vec<&[u8]>> {
    let mut fields = Vec::new();
    while let Some((length, rest)) = bytes.split_first_chunk::<4>() {
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (field, rest) = rest.split_at_checked(length)?;
        fields.push(field);
        bytes = rest;
    }
    bytes.is_empty().then_some(fields)
}

#[cfg(test)]
mod tests {
    use super::{framed, unframed};

    #[test]
    fn fields_come_back_and_nothing_else_is_taken_for_them() {
        for fields in [&[][..], &[&b"ab"[..]], &[b"", b"c"], &[b"ab", b"", b""]] {
            let bytes = framed(fields);
            assert_eq!(unframed(&bytes).unwrap(), fields);
            for cut in 1..bytes.len() {
                let whole = fields.iter().scan(0, |at, field| {
                    *at += 4 + field.len();
                    Some(*at)
                });
                assert_eq!(
                    unframed(&bytes[..cut]).is_some(),
                    whole.into_iter().any(|at| at == cut)
                );
            }
        }
        assert_eq!(unframed(&[0xff; 8]), None);
    }

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
