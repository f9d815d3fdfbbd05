// SPDX-License-Identifier: Apache-2.0
//! Texts with wildcards: `*` is any run of characters, `?` is one (wire reference, section 3.1).
//!
//! A pattern without `?` costs time in proportion to the text and itself. One with `?` is a machine with a
//! bit for each of its bytes and takes one step for each 64 of them and each byte of the text; there is no
//! going back. So n bytes of pattern against t bytes of text cost at most t * (n / 64 + 1) steps, whatever
//! they are, and the patterns of one condition together cost no more than one of their length.

/// A text with wildcards, ready to be compared.
#[derive(Debug)]
pub(super) enum Pattern {
    /// Everything.
    Any,
    /// One text.
    Exact(Box<str>),
    /// A beginning, texts that follow in order, an end.
    Parts { first: Box<str>, middle: Box<[Box<str>]>, last: Box<str> },
    /// A form with `?`.
    Machine(Machine),
}

impl Pattern {
    pub(super) fn new(text: &str) -> Self {
        if text.contains('?') {
            return Self::Machine(Machine::new(&[text]));
        }
        let Some((first, rest)) = text.split_once('*') else {
            return Self::Exact(text.into());
        };
        let (middle, last) = rest.rsplit_once('*').unwrap_or(("", rest));
        let middle: Box<[Box<str>]> =
            middle.split('*').filter(|part| !part.is_empty()).map(Into::into).collect();
        if first.is_empty() && middle.is_empty() && last.is_empty() {
            return Self::Any;
        }
        Self::Parts { first: first.into(), middle, last: last.into() }
    }

    pub(super) fn matches(&self, text: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Exact(exact) => **exact == *text,
            Self::Parts { first, middle, last } => text
                .strip_prefix(&**first)
                .and_then(|rest| rest.strip_suffix(&**last))
                // The first place where a part stands leaves the most for those after it.
                .and_then(|rest| {
                    middle.iter().try_fold(rest, |rest, part| Some(rest.split_once(&**part)?.1))
                })
                .is_some(),
            Self::Machine(machine) => machine.matches(text),
        }
    }
}

/// Texts with wildcards, one of which is enough.
#[derive(Debug)]
pub(super) struct Patterns {
    single: Box<[Pattern]>,
    machine: Option<Machine>,
}

/// So many patterns may each look through the whole text by themselves.
const FEW: usize = 8;

impl Patterns {
    /// Puts all into one machine that take time in proportion to the text, if they are more than a few: thousands
    /// of small patterns cost no more than one large one.
    pub(super) fn new<'a>(texts: impl Iterator<Item = &'a str>) -> Self {
        let texts: Vec<&str> = texts.collect();
        let is_slow = |text: &&str| {
            text.contains('?') || (texts.len() > FEW && text.matches('*').nth(1).is_some())
        };
        let (slow, quick): (Vec<&str>, Vec<&str>) = texts.iter().copied().partition(is_slow);
        Self {
            single: quick.into_iter().map(Pattern::new).collect(),
            machine: (!slow.is_empty()).then(|| Machine::new(&slow)),
        }
    }

    pub(super) fn match_any(&self, text: &str) -> bool {
        self.single.iter().any(|pattern| pattern.matches(text))
            || self.machine.as_ref().is_some_and(|machine| machine.matches(text))
    }
}

/// All places of its patterns that the text so far can have reached, a bit each: a pattern has one before
/// each of its bytes and `?`, and one at its end.
#[derive(Debug)]
pub(super) struct Machine {
    /// How many words a row has.
    words: usize,
    /// Rows of places: see the constants below.
    rows: Box<[u64]>,
    /// The bytes that the patterns have, in order.
    letters: Box<[u8]>,
}

/// The places where patterns begin.
const STARTS: usize = 0;
/// Where they end.
const ENDS: usize = 1;
/// Where a `*` stands.
const STARS: usize = 2;
/// Those behind a `?`.
const BEHIND_ANY: usize = 3;
/// Those that any character leaves: before a `?`.
const ANY: usize = 4;
/// Those that the first of `letters` leaves; the others follow.
const LETTERS: usize = 5;

/// Words that need no allocation: 256 places.
const SMALL: usize = 4;

/// Whether a byte continues a character of UTF-8.
const fn continues(byte: u8) -> bool {
    byte & 0b1100_0000 == 0b1000_0000
}

impl Machine {
    fn new(texts: &[&str]) -> Self {
        let is_place = |byte: &u8| *byte != b'*';
        let bytes = || texts.iter().flat_map(|text| text.bytes());
        let words = (bytes().filter(is_place).count() + texts.len()).div_ceil(64);
        let mut letters: Vec<u8> = bytes().filter(|byte| !b"*?".contains(byte)).collect();
        letters.sort_unstable();
        letters.dedup();
        let mut rows = vec![0; (LETTERS + letters.len()) * words];
        let mut set = |row: usize, place: usize| {
            if let Some(word) = rows.get_mut(row * words + place / 64) {
                *word |= 1 << (place % 64);
            }
        };
        let mut place = 0;
        for text in texts {
            set(STARTS, place);
            for byte in text.bytes() {
                match byte {
                    b'*' => set(STARS, place),
                    b'?' => {
                        set(ANY, place);
                        set(BEHIND_ANY, place + 1);
                        let leads =
                            letters.iter().enumerate().filter(|(_, byte)| !continues(**byte));
                        leads.for_each(|(at, _)| set(LETTERS + at, place));
                    }
                    _ => {
                        letters
                            .binary_search(&byte)
                            .into_iter()
                            .for_each(|at| set(LETTERS + at, place));
                    }
                }
                place += usize::from(is_place(&byte));
            }
            set(ENDS, place);
            place += 1;
        }
        Self { words, rows: rows.into(), letters: letters.into() }
    }

    fn row(&self, row: usize) -> &[u64] {
        self.rows.get(row * self.words..(row + 1) * self.words).unwrap_or_default()
    }

    fn matches(&self, text: &str) -> bool {
        let (mut small, mut large) = ([0; SMALL], Vec::new());
        let state = match small.get_mut(..self.words) {
            Some(state) => state,
            None => {
                large.resize(self.words, 0);
                large.as_mut_slice()
            }
        };
        state.copy_from_slice(self.row(STARTS));
        text.bytes().all(|byte| self.step(state, byte))
            && state.iter().zip(self.row(ENDS)).any(|(word, ends)| word & ends != 0)
    }

    /// Reads one byte; false if no place is left.
    fn step(&self, state: &mut [u64], byte: u8) -> bool {
        // A `?` is over only with the whole character.
        let (leaves, stays) = match (self.letters.binary_search(&byte), continues(byte)) {
            (Ok(at), false) => (self.row(LETTERS + at), None),
            (Ok(at), true) => (self.row(LETTERS + at), Some(self.row(BEHIND_ANY))),
            (Err(_), false) => (self.row(ANY), None),
            (Err(_), true) => ([].as_slice(), Some(self.row(BEHIND_ANY))),
        };
        let (mut carry, mut left) = (0, 0);
        let stars = self.row(STARS).iter();
        for (at, (word, star)) in state.iter_mut().zip(stars).enumerate() {
            // An end has nothing that leaves it, so nothing is carried into the next pattern.
            let moved = *word & leaves.get(at).unwrap_or(&0);
            let stay = star | stays.and_then(|row| row.get(at)).unwrap_or(&0);
            *word = (moved << 1) | carry | (*word & stay);
            carry = moved >> 63;
            left |= *word;
        }
        left != 0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wildcards_stand_for_any_run_and_for_one_character() {
        let cases: [(&str, &[&str], &[&str]); 12] = [
            ("*", &["", "a", "é*"], &[]),
            ("a", &["a"], &["", "aa", "A"]),
            ("a*", &["a", "ab", "aa"], &["", "ba", "A"]),
            ("*a", &["a", "ba", "aa"], &["", "ab", "b"]),
            ("a*a", &["aa", "aba", "aaa"], &["a", "ab", "ba"]),
            ("a**b*c", &["abc", "axbxc", "abbc"], &["ac", "acb", "ab"]),
            ("*ab*ba*", &["abba", "xabxbax", "ababba"], &["aba", "ab", "ba"]),
            ("?", &["a", "é", "🔑", "*"], &["", "ab", "éé"]),
            ("?*", &["a", "ab", "é"], &[""]),
            ("*?b", &["ab", "aab", "éb"], &["b", "ba", ""]),
            ("a?c*?", &["abcd", "aécdd", "acc🔑"], &["abc", "ac", "bcd"]),
            ("é?é", &["éaé", "éèé", "ééé"], &["éé", "", "aéé"]),
        ];
        for (pattern, matching, other) in cases {
            let compiled = Pattern::new(pattern);
            for text in matching {
                assert!(compiled.matches(text), "{pattern} {text}");
            }
            for text in other {
                assert!(!compiled.matches(text), "{pattern} {text}");
            }
        }
    }

    #[test]
    fn machines_of_many_words_carry_from_one_to_the_next() {
        let many: Vec<String> = (0..300).map(|length| "?".repeat(length) + "é*").collect();
        let many = Patterns::new(many.iter().skip(1).map(String::as_str));
        for (text, matching) in [("éé", true), ("aé", true), ("é", false), ("aaa", false)] {
            assert_eq!(many.match_any(text), matching, "{text}");
        }
        for length in [1, 62, 63, 64, 65, 127, 128, 129, 255, 256, 300] {
            let pattern = Pattern::new(&"?".repeat(length));
            for shift in [0, 1, 2] {
                let text = "é".repeat(length + shift - 1);
                assert_eq!(pattern.matches(&text), shift == 1, "{length} {shift}");
            }
        }
    }
}
