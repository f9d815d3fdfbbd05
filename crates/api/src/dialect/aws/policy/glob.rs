// SPDX-License-Identifier: Apache-2.0
//! What texts with wildcards stand for.

/// Whether a text has wildcards.
pub(super) fn is_pattern(text: &str) -> bool {
    text.contains(['*', '?'])
}

/// Whether the pattern stands for the text, whatever their case. In a time that grows with the product of
/// their lengths, and no faster: of the stars before a mismatch only the last is tried again.
pub(super) fn matches(pattern: &str, text: &str) -> bool {
    let (pattern, text) = (pattern.as_bytes(), text.as_bytes());
    let (mut at, mut seen) = (0, 0);
    // Where to go on after the last star, and what it has stood for so far.
    let mut star = None;
    while let Some(byte) = text.get(seen) {
        match pattern.get(at) {
            Some(b'*') => {
                star = Some((at + 1, seen));
                at += 1;
            }
            Some(other) if *other == b'?' || other.eq_ignore_ascii_case(byte) => {
                (at, seen) = (at + 1, seen + 1);
            }
            _ => match star {
                Some((after, from)) => {
                    star = Some((after, from + 1));
                    (at, seen) = (after, from + 1);
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(at).all(|byte| *byte == b'*')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stand_for_any_text_and_question_marks_for_one_letter() {
        for (pattern, text, expected) in [
            ("", "", true),
            ("*", "", true),
            ("?", "", false),
            ("Enc*", "encrypt", true),
            ("*crypt", "Decrypt", true),
            ("*Data*Key*", "GenerateDataKeyPair", true),
            ("?ncrypt", "Encrypt", true),
            ("Encrypt", "EncryptX", false),
            ("*a*b", "aXbXaXb", true),
            ("*a*b", "aXbX", false),
            ("**", "x", true),
        ] {
            assert_eq!(matches(pattern, text), expected, "{pattern} {text}");
        }
    }
}
