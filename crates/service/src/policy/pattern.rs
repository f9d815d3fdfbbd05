// SPDX-License-Identifier: Apache-2.0
//! Texts with wildcards: `*` is any run of characters, `?` is one (wire reference, section 3.1).
//!
//! A pattern without `?` costs time in proportion to the text and itself. One with `?` is a machine with a
//! bit for each of its bytes and takes one step for each 64 of them and each byte of the text; there is no
//! going back. So n bytes of pattern against t bytes of text cost at most t * (n / 64 + 1) steps, whatever
//! they are.

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
            return Self::Machine(Machine::new(text));
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

/// All places of a pattern that the text so far can have reached, a bit each: bit i is set if the first i
/// bytes (or `?`) of the pattern, with what its `*` stand for, are what was read.
#[derive(Debug)]
pub(super) struct Machine {
    /// How many bytes and `?` the pattern has: the place where it ends.
    places: usize,
    /// How many words a row has.
    words: usize,
    /// Rows: the places where a `*` stands, those behind a `?`, the places that any character leaves, and
    /// for each of `letters` the places that it leaves.
    rows: Box<[u64]>,
    /// The bytes that the pattern has, in order.
    letters: Box<[u8]>,
}

const STARS: usize = 0;
const BEHIND_ANY: usize = 1;
const ANY: usize = 2;
const LETTERS: usize = 3;

/// Words that need no allocation: patterns of up to 255 bytes.
const SMALL: usize = 4;

/// Whether a byte continues a character of UTF-8.
const fn continues(byte: u8) -> bool {
    byte & 0b1100_0000 == 0b1000_0000
}

impl Machine {
    fn new(text: &str) -> Self {
        let places = text.bytes().filter(|&byte| byte != b'*').count();
        let words = places / 64 + 1;
        let mut letters: Vec<u8> = text.bytes().filter(|byte| !b"*?".contains(byte)).collect();
        letters.sort_unstable();
        letters.dedup();
        let mut rows = vec![0; (LETTERS + letters.len()) * words];
        let mut set = |row: usize, place: usize| {
            if let Some(word) = rows.get_mut(row * words + place / 64) {
                *word |= 1 << (place % 64);
            }
        };
        let mut place = 0;
        for byte in text.bytes() {
            match byte {
                b'*' => set(STARS, place),
                b'?' => {
                    set(ANY, place);
                    set(BEHIND_ANY, place + 1);
                    for (at, _) in
                        letters.iter().enumerate().filter(|(_, letter)| !continues(**letter))
                    {
                        set(LETTERS + at, place);
                    }
                    place += 1;
                }
                _ => {
                    if let Ok(at) = letters.binary_search(&byte) {
                        set(LETTERS + at, place);
                    }
                    place += 1;
                }
            }
        }
        Self { places, words, rows: rows.into(), letters: letters.into() }
    }

    fn row(&self, row: usize) -> &[u64] {
        self.rows.chunks_exact(self.words).nth(row).unwrap_or_default()
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
        if let Some(first) = state.first_mut() {
            *first = 1;
        }
        for byte in text.bytes() {
            if !self.step(state, byte) {
                return false;
            }
        }
        state.get(self.places / 64).is_some_and(|word| word >> (self.places % 64) & 1 == 1)
    }

    /// Reads one byte; false if no place is left.
    fn step(&self, state: &mut [u64], byte: u8) -> bool {
        let leaves = match self.letters.binary_search(&byte) {
            Ok(at) => Some(self.row(LETTERS + at)),
            // A `?` is over only with the whole character.
            Err(_) if continues(byte) => None,
            Err(_) => Some(self.row(ANY)),
        };
        let stays = continues(byte).then(|| self.row(BEHIND_ANY));
        let (mut carry, mut left) = (0, 0);
        for (at, (word, star)) in state.iter_mut().zip(self.row(STARS)).enumerate() {
            let of = |row: Option<&[u64]>| row.and_then(|row| row.get(at)).copied().unwrap_or(0);
            let moved = *word & of(leaves);
            *word = (moved << 1) | carry | (*word & (star | of(stays)));
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
        for length in [1, 62, 63, 64, 65, 127, 128, 129, 255, 256, 300] {
            let pattern = Pattern::new(&"?".repeat(length));
            for shift in [0, 1, 2] {
                let text = "é".repeat(length + shift - 1);
                assert_eq!(pattern.matches(&text), shift == 1, "{length} {shift}");
            }
        }
    }
}
