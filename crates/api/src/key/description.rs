// SPDX-License-Identifier: Apache-2.0
//! What a user says of a key.

use crate::text::checked_text;

/// Longest description, in characters.
pub const DESCRIPTION_MAX_CHARS: usize = 8192;

checked_text!(
    /// A description: at most 8,192 characters, of control characters only tabs and line breaks. XML
    /// has no way to write the others.
    Description, is_description,
    "It must not be longer than 8192 characters nor hold control characters."
);

impl Description {
    /// A description that was stored, perhaps by a release that took any text: what it may not hold
    /// is replaced (U+FFFD).
    #[must_use]
    pub fn of_stored(text: &str) -> Self {
        let kept = |character| if has_xml_form(character) { character } else { '\u{fffd}' };
        Self(text.chars().take(DESCRIPTION_MAX_CHARS).map(kept).collect::<String>().into())
    }
}

impl Default for Description {
    fn default() -> Self {
        Self("".into())
    }
}

fn is_description(text: &str) -> bool {
    text.chars().count() <= DESCRIPTION_MAX_CHARS && text.chars().all(has_xml_form)
}

/// The characters of XML 1.0 (section 2.2), without the ones that it discourages.
pub(crate) fn has_xml_form(character: char) -> bool {
    match character {
        '\t' | '\n' | '\r' => true,
        '\u{fffe}' | '\u{ffff}' => false,
        other => !other.is_control(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_count_characters_and_hold_no_control_characters() {
        assert!("é".repeat(8192).parse::<Description>().is_ok());
        assert!("é".repeat(8193).parse::<Description>().is_err());
        assert!("one\ttwo\r\nthree 🔑".parse::<Description>().is_ok());
        assert_eq!(Description::of_stored("a\u{1}b").as_str(), "a\u{fffd}b");
        for bad in ["\0", "\u{1}", "\u{b}", "\u{1f}", "\u{7f}", "\u{85}", "\u{fffe}"] {
            assert!(bad.parse::<Description>().is_err(), "{bad:?}");
        }
    }
}
