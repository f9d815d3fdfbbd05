// SPDX-License-Identifier: Apache-2.0
//! Which part of a list a caller wants. Alibaba counts pages; AWS goes on after the last row that was
//! told. A list is asked for in one way or the other.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

/// What every token begins with, before base64: what does not is none of ours.
const TOKEN_VERSION: &str = "1:";
/// Longest token read, in bytes; the longest made holds an alias's name.
const TOKEN_MAX_LEN: usize = 1024;

/// Where a list goes on, as a text that means nothing to whoever holds it.
#[must_use]
pub fn token(position: &str) -> String {
    URL_SAFE_NO_PAD.encode(format!("{TOKEN_VERSION}{position}"))
}

/// The position that [`token`] made a text of.
#[must_use]
pub fn of_token(text: &str) -> Option<String> {
    let bytes = (text.len() <= TOKEN_MAX_LEN).then(|| URL_SAFE_NO_PAD.decode(text));
    let text = String::from_utf8(bytes?.ok()?).ok()?;
    text.strip_prefix(TOKEN_VERSION).map(str::to_owned)
}

/// Rows of a page where Alibaba's `PageSize` is absent.
pub const PAGE_SIZE_DEFAULT: u32 = 10;

/// A part of a list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Page {
    /// A page by its number.
    Numbered {
        /// From 1.
        number: u32,
        /// Rows a page.
        size: u32,
    },
    /// The rows after one.
    After(Cursor),
}

/// Where to go on. Rows that come or go meanwhile make no other row come twice or be passed over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cursor {
    /// What the last page said to go on after; the beginning if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<String>,
    /// Most rows to tell.
    pub limit: u32,
}

impl Cursor {
    /// Rows to ask a store for: one more than are told says whether any follow.
    #[must_use]
    pub fn rows_to_ask(&self) -> u64 {
        u64::from(self.limit).saturating_add(1)
    }

    /// Keeps of [`Self::rows_to_ask`] rows those to be told, and says where to go on if more follow.
    pub fn cut<T>(&self, rows: &mut Vec<T>, position: impl Fn(&T) -> String) -> Option<String> {
        let limit = usize::try_from(self.limit).unwrap_or(usize::MAX);
        let more = rows.len() > limit;
        rows.truncate(limit);
        rows.last().filter(|_| more).map(position)
    }
}

impl Page {
    /// The rows after a cursor if there is one, else a page by its number and size, each with its
    /// default.
    #[must_use]
    pub fn asked(cursor: Option<&Cursor>, number: Option<u32>, size: Option<u32>) -> Self {
        match cursor {
            Some(cursor) => Self::After(cursor.clone()),
            None => Self::Numbered {
                number: number.unwrap_or(1),
                size: size.unwrap_or(PAGE_SIZE_DEFAULT),
            },
        }
    }

    /// The number and the size to tell with a page.
    #[must_use]
    pub const fn told(&self) -> (u32, u32) {
        match self {
            Self::Numbered { number, size } => (*number, *size),
            Self::After(cursor) => (1, cursor.limit),
        }
    }

    /// Rows before the page and rows in it, of a page by its number; of another, all.
    #[must_use]
    pub const fn span(&self) -> (u64, u64) {
        match self {
            Self::Numbered { number, size } => {
                ((*number as u64).saturating_sub(1).saturating_mul(*size as u64), *size as u64)
            }
            Self::After(_) => (0, u64::MAX),
        }
    }

    /// The page's rows of `all`, each with its position, and the position to go on after if more
    /// rows follow. Positions are unique and in order, and stay with their rows.
    pub fn of<T>(&self, all: impl Iterator<Item = (String, T)>) -> (Vec<T>, Option<String>) {
        match self {
            Self::Numbered { size, .. } => {
                let before = usize::try_from(self.span().0).unwrap_or(usize::MAX);
                (all.skip(before).take(*size as usize).map(|(_, row)| row).collect(), None)
            }
            Self::After(cursor) => {
                let is_after = |at: &String| cursor.after.as_ref().is_none_or(|after| at > after);
                let rest = all.filter(|(at, _)| is_after(at));
                let ask = usize::try_from(cursor.rows_to_ask()).unwrap_or(usize::MAX);
                let mut rows: Vec<_> = rest.take(ask).collect();
                let next = cursor.cut(&mut rows, |(at, _)| at.clone());
                (rows.into_iter().map(|(_, row)| row).collect(), next)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> impl Iterator<Item = (String, u32)> {
        (0..25).map(|row| (format!("{row:02}"), row))
    }

    #[test]
    fn a_numbered_page_takes_its_rows_and_none_beyond_the_end() {
        let page = |number, size| Page::asked(None, Some(number), Some(size)).of(rows()).0;
        assert_eq!(Page::asked(None, None, None).of(rows()).0, (0..10).collect::<Vec<_>>());
        assert_eq!(page(3, 10), (20..25).collect::<Vec<_>>());
        assert!(page(4, 10).is_empty());
        assert!(page(u32::MAX, 100).is_empty());
        assert!(page(1, 0).is_empty());
    }

    #[test]
    fn a_cursor_goes_through_all_rows_once() {
        let (mut after, mut told) = (None, Vec::new());
        loop {
            let (rows, next) = Page::After(Cursor { after, limit: 10 }).of(rows());
            told.extend(rows);
            after = next;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(told, (0..25).collect::<Vec<_>>());
        let whole = Page::After(Cursor { after: None, limit: 25 }).of(rows());
        assert_eq!(whole.1, None, "nothing follows the last row");
    }
}
