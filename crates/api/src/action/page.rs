// SPDX-License-Identifier: Apache-2.0
//! Pages of a list: `PageNumber` from 1 and `PageSize` within the action's range.

use std::ops::RangeInclusive;

use crate::error::ApiError;
use crate::params::Params;

/// Rows of a page where `PageSize` is absent.
pub const PAGE_SIZE_DEFAULT: u32 = 10;

/// Which part of a list the caller wants.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// From 1.
    pub number: u32,
    /// Rows a page.
    pub size: u32,
}

impl Page {
    /// Reads `PageNumber` and `PageSize`.
    ///
    /// # Errors
    /// `InvalidParameter` naming the one that is not an integer in its range.
    pub fn from_params(params: &Params, sizes: RangeInclusive<u32>) -> Result<Self, ApiError> {
        Ok(Self {
            number: params.integer("PageNumber", 1..=u32::MAX)?.unwrap_or(1),
            size: params.integer("PageSize", sizes)?.unwrap_or(PAGE_SIZE_DEFAULT),
        })
    }

    /// Rows before the page.
    #[must_use]
    pub const fn offset(self) -> u64 {
        (self.number as u64).saturating_sub(1) * self.size as u64
    }

    /// The rows of the page; none beyond the end.
    pub fn of<T>(self, rows: impl Iterator<Item = T>) -> Vec<T> {
        let offset = usize::try_from(self.offset()).unwrap_or(usize::MAX);
        rows.skip(offset).take(self.size as usize).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::ErrorCode;

    fn read(text: &str) -> Result<Page, ApiError> {
        Page::from_params(&Params::decode(text.as_bytes()).unwrap(), 1..=100)
    }

    #[test]
    fn pages_start_at_one_and_default_to_ten_rows() {
        assert_eq!(read("").unwrap(), Page { number: 1, size: 10 });
        for bad in ["PageNumber=0", "PageSize=0", "PageSize=101", "PageNumber=x", "PageSize=-1"] {
            assert_eq!(read(bad).unwrap_err().code(), ErrorCode::InvalidParameter, "{bad}");
        }
    }

    #[test]
    fn a_page_takes_its_rows_and_none_beyond_the_end() {
        let page = |number, size| Page { number, size }.of(0..25);
        assert_eq!(page(1, 10), (0..10).collect::<Vec<_>>());
        assert_eq!(page(3, 10), (20..25).collect::<Vec<_>>());
        assert!(page(4, 10).is_empty());
        assert!(page(u32::MAX, 100).is_empty());
    }
}
