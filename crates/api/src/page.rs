// SPDX-License-Identifier: Apache-2.0
//! Which part of a list a caller wants. Alibaba counts pages; AWS goes on after the last row that was
//! told. A list is asked for in one way or the other.

use serde::{Deserialize, Serialize};

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

impl Page {
    /// A page by its number and size, each with its default.
    #[must_use]
    pub fn numbered(number: Option<u32>, size: Option<u32>) -> Self {
        Self::Numbered { number: number.unwrap_or(1), size: size.unwrap_or(PAGE_SIZE_DEFAULT) }
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
            Self::After(Cursor { after, limit }) => {
                let is_after = |at: &String| after.as_ref().is_none_or(|after| at > after);
                let mut rest = all.filter(|(at, _)| is_after(at)).peekable();
                let (mut rows, mut last) = (Vec::new(), None);
                while rows.len() < *limit as usize
                    && let Some((at, row)) = rest.next()
                {
                    rows.push(row);
                    last = Some(at);
                }
                (rows, last.filter(|_| rest.peek().is_some()))
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
        let page = |number, size| Page::numbered(Some(number), Some(size)).of(rows()).0;
        assert_eq!(Page::numbered(None, None).of(rows()).0, (0..10).collect::<Vec<_>>());
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
