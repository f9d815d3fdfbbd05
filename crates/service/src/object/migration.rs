// SPDX-License-Identifier: Apache-2.0
//! From the schema that an object's database has to the one that this release needs.

use crate::port::PortError;

/// One step: how the schema of version `to - 1` becomes version `to`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Migration {
    /// The version that it leads to. Versions begin at 1 and leave no gap.
    pub to: u32,
    /// SQL statements, run in one transaction with the note of the new version.
    pub statements: &'static str,
}

/// The steps that a database of version `held` still needs, in order. 0 is an empty one.
///
/// # Errors
/// [`PortError`] for a version that a later release has made: to write to it would spoil it.
pub fn pending(held: u32, all: &[Migration]) -> Result<&[Migration], PortError> {
    let newest = all.last().map_or(0, |migration| migration.to);
    if held > newest {
        return Err(PortError(format!(
            "this object's database has schema version {held}; this release knows {newest}. \
             Deploy the later release again"
        )));
    }
    let done = all.iter().take_while(|migration| migration.to <= held).count();
    Ok(all.get(done..).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Migration; 3] = [
        Migration { to: 1, statements: "a" },
        Migration { to: 2, statements: "b" },
        Migration { to: 3, statements: "c" },
    ];

    #[test]
    fn each_step_is_taken_once_and_in_order() {
        let steps = |held| pending(held, &ALL).unwrap().iter().map(|m| m.to).collect::<Vec<_>>();
        assert_eq!(steps(0), [1, 2, 3]);
        assert_eq!(steps(1), [2, 3]);
        assert!(steps(3).is_empty());
    }

    #[test]
    fn a_schema_from_the_future_is_left_alone() {
        let error = pending(4, &ALL).unwrap_err();
        assert!(error.0.contains("version 4") && error.0.contains("later release"), "{error}");
    }
}
