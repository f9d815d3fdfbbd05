// SPDX-License-Identifier: Apache-2.0
//! Progress lines, on standard error so that `--json` output stays clean.

use std::{
    fmt::Display,
    sync::LazyLock,
    time::{Duration, Instant},
};

static STARTED: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Prints one line with the time since the first one.
pub(crate) fn say(line: impl Display) {
    eprintln!("[{:>7}] {line}", brief(STARTED.elapsed()));
}

/// A duration as people say it: `0.4 s`, `12 s`, `3m 05s`.
pub(crate) fn brief(duration: Duration) -> String {
    let seconds = duration.as_secs();
    match seconds {
        0..10 => format!("{:.1} s", duration.as_secs_f64()),
        10..60 => format!("{seconds} s"),
        _ => format!("{}m {:02}s", seconds / 60, seconds % 60),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::brief;

    #[test]
    fn durations_grow_coarser() {
        assert_eq!(brief(Duration::from_millis(430)), "0.4 s");
        assert_eq!(brief(Duration::from_millis(12_900)), "12 s");
        assert_eq!(brief(Duration::from_secs(185)), "3m 05s");
    }
}
