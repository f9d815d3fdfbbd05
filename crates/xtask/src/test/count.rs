// SPDX-License-Identifier: Apache-2.0
//! How many tests ran, read from what their runners say.

use std::{fmt, ops::AddAssign};

/// Tests that passed, failed, and were passed over by their own choice.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Count {
    pub(crate) passed: u32,
    pub(crate) failed: u32,
    pub(crate) skipped: u32,
}

impl Count {
    /// A command that is itself the check.
    pub(crate) fn of_check(success: bool) -> Self {
        Self { passed: u32::from(success), failed: u32::from(!success), skipped: 0 }
    }

    /// The sum of cargo's lines `test result: ok. 4 passed; 0 failed; 1 ignored; ...`, of which
    /// each test program writes one, the runner of wasm-bindgen too.
    pub(crate) fn of_cargo(output: &str) -> Self {
        let mut sum = Self::default();
        for line in output.lines() {
            let Some((_, counts)) = line.split_once("test result: ") else { continue };
            for part in counts.split([';', '.']) {
                let mut words = part.split_whitespace();
                let number = words.next().and_then(|word| word.parse().ok()).unwrap_or(0);
                match words.next() {
                    Some("passed") => sum.passed += number,
                    Some("failed") => sum.failed += number,
                    Some("ignored") => sum.skipped += number,
                    _ => {}
                }
            }
        }
        sum
    }

    /// The closing comments of Node's TAP report: `# pass 4`, `# fail 0`, ... The last of a name
    /// counts: what a test prints is a comment as well, but comes before.
    pub(crate) fn of_tap(report: &str) -> Self {
        let last = |name: &str| {
            let values = report.lines().filter_map(|line| line.strip_prefix("# "));
            let values = values.filter_map(|line| line.strip_prefix(name)?.strip_prefix(' '));
            values.filter_map(|value| value.parse().ok()).next_back().unwrap_or(0)
        };
        Self {
            passed: last("pass"),
            failed: last("fail") + last("cancelled"),
            skipped: last("skipped") + last("todo"),
        }
    }

    /// How many really ran.
    pub(crate) fn ran(self) -> u32 {
        self.passed + self.failed
    }
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed", self.passed)?;
        if self.failed > 0 {
            write!(f, ", {} failed", self.failed)?;
        }
        if self.skipped > 0 {
            write!(f, ", {} skipped", self.skipped)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::Count;

    #[test]
    fn cargo_writes_one_result_for_each_program() {
        let output = "running 3 tests\n\
            test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; \
            finished in 0.04s\n\
            test result: FAILED. 7 passed; 2 failed; 0 ignored; 0 measured; 0 filtered out\n";
        assert_eq!(Count::of_cargo(output), Count { passed: 10, failed: 2, skipped: 1 });
    }

    #[test]
    fn what_does_not_compile_ran_nothing() {
        assert_eq!(Count::of_cargo("error: could not compile `x`").ran(), 0);
        assert_eq!(Count::of_tap("").ran(), 0);
    }

    #[test]
    fn a_test_that_prints_a_summary_does_not_count() {
        let report = "TAP version 13\n# pass 100\nok 1 - a\n    # pass 50\n1..1\n# tests 4\n\
            # suites 0\n# pass 2\n# fail 1\n# cancelled 1\n# skipped 1\n# todo 0\n";
        assert_eq!(Count::of_tap(report), Count { passed: 2, failed: 2, skipped: 1 });
    }
}
