// SPDX-License-Identifier: Apache-2.0
//! The agenda: what an object must still do, each with the time when it is due.
//!
//! A job is written in the transaction of the change that makes it, so none is ever lost. It may be
//! carried out more than once, and must be idempotent. A job that fails waits, by itself.

/// One job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Job {
    /// Which job, such as `publish:alias/photos`. There is at most one of a name.
    pub name: String,
    /// Where a long job has got to; empty for one that has not begun or is done in one go.
    pub note: String,
    /// Milliseconds since 1970, by the object's clock.
    pub due_millis: i64,
    /// Failed attempts in a row.
    pub attempts: u32,
    /// Another number each time that a job of this name is put, so that a job that was put again
    /// while it was carried out is not taken for done.
    pub generation: u64,
}

/// A change of the agenda, part of a transaction.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum JobChange {
    /// A job, in place of one of the same name.
    Put {
        /// Its name.
        name: String,
        /// Where it starts from.
        note: String,
        /// When it is due, in milliseconds since 1970.
        due_millis: i64,
    },
    /// A job, unless there is one of the same name: that keeps its time and its attempts.
    PutIfNone {
        /// Its name.
        name: String,
        /// When it is due, in milliseconds since 1970.
        due_millis: i64,
    },
    /// No job of this name any more.
    Remove {
        /// Its name.
        name: String,
    },
    /// This very job is done; one that was put in its place since stays.
    Done(Job),
    /// This very job failed once more and is due later; one put in its place since stays as it is.
    Postpone(Job),
}

impl Job {
    /// What kind of job, such as `publish`: its name up to the subject.
    #[must_use]
    pub fn kind(&self) -> &str {
        self.name.split_once(':').map_or(&self.name, |(kind, _)| kind)
    }
}

impl JobChange {
    /// A job that starts from the beginning at `due_millis`.
    #[must_use]
    pub fn put(name: impl Into<String>, due_millis: i64) -> Self {
        Self::Put { name: name.into(), note: String::new(), due_millis }
    }
}

const FIRST_RETRY_MILLIS: i64 = 200;
/// Workers KV takes one write a second for a key, and faults pass: a minute is the longest wait.
pub const LAST_RETRY_MILLIS: i64 = 60_000;

/// How long to wait after `failures` failed attempts in a row: 0.2 s, doubling, at most 60 s.
#[must_use]
pub fn retry_after_millis(failures: u32) -> i64 {
    let doubled = FIRST_RETRY_MILLIS.checked_shl(failures.saturating_sub(1).min(16));
    doubled.unwrap_or(LAST_RETRY_MILLIS).min(LAST_RETRY_MILLIS)
}

/// How long a job has waited since it was first due, in milliseconds: at least, as what its failed attempts took
/// themselves is not counted.
#[must_use]
pub fn waited_millis(job: &Job, now_millis: i64) -> u64 {
    // Beyond these, each further one waits for as long as the last.
    let doubling = job.attempts.min(10);
    let waits = (1..=doubling).map(retry_after_millis).sum::<i64>();
    let further =
        i64::from(job.attempts.saturating_sub(doubling)).saturating_mul(LAST_RETRY_MILLIS);
    let since_due = now_millis.saturating_sub(job.due_millis);
    u64::try_from(waits.saturating_add(further).saturating_add(since_due)).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_job_has_waited_for_as_long_as_its_attempts_and_since() {
        let waited = |attempts, due_millis, now| {
            let (name, note) = ("publish:key/k".to_owned(), String::new());
            waited_millis(&Job { name, note, due_millis, attempts, generation: 1 }, now)
        };
        assert_eq!(waited(0, 1_000, 900), 0, "not due yet");
        assert_eq!(waited(0, 1_000, 1_500), 500);
        // Due at 0: it failed at once, after 200 ms and after 400 more, and waits 800 ms from then.
        assert_eq!(waited(3, 1_400, 600), 600);
        let failures = 10 + 60;
        let after_ten: i64 = (1..=10).map(retry_after_millis).sum();
        assert_eq!(waited(failures, 0, 0), u64::try_from(after_ten).unwrap() + 3_600_000);
    }

    #[test]
    fn waiting_doubles_up_to_a_minute() {
        let waits: Vec<_> = [1, 2, 3, 9, 10, 1_000].map(retry_after_millis).into();
        assert_eq!(waits, [200, 400, 800, 51_200, 60_000, 60_000]);
    }
}
