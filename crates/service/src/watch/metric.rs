// SPDX-License-Identifier: Apache-2.0
//! The table of metrics. What is scraped, what the documentation lists and what the dashboard may ask for are
//! its rows.

/// What kind of metric it is (OpenMetrics, section 5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MetricType {
    /// It only grows.
    Counter,
    /// It is what it is now: of what isolates told within the last minute, their sum.
    GaugeSum,
    /// The same, and the most of them.
    GaugeMost,
    /// How many calls took how long.
    Histogram,
    /// What does not change while the worker runs, as labels.
    Info,
}

/// In what a metric is counted where it is not in what it is told in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// A plain number.
    None,
    /// Seconds, told in milliseconds.
    Seconds,
}

/// A metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Metric {
    /// Calls.
    Calls,
    /// How long they took.
    CallDuration,
    /// Calls that came too fast.
    Throttled,
    /// Views that calls looked at.
    ViewReads,
    /// Views that had to be fetched for it.
    ViewFetches,
    /// Reads and writes of KV that failed.
    KvErrors,
    /// Messages to objects that failed.
    ObjectErrors,
    /// Events of calls that were answered, and could not be stored.
    AuditLost,
    /// Events that wait in isolates to be stored.
    AuditWaiting,
    /// Stored events that were not handed on to the log yet.
    AuditUndelivered,
    /// For how long a view has waited to be published.
    PublishLag,
    /// Views that wait.
    PublishWaiting,
    /// Jobs that failed and are tried again.
    JobsFailing,
    /// Isolates that have told something.
    Isolates,
    /// What is deployed.
    Build,
}

/// A row of the table.
#[derive(Debug)]
pub struct Row {
    /// Which metric.
    pub metric: Metric,
    /// The name of its family: what its samples are called follows from it and its type.
    pub name: &'static str,
    /// What kind.
    pub kind: MetricType,
    /// In what it is counted.
    pub unit: Unit,
    /// The names of its labels.
    pub labels: &'static [&'static str],
    /// What it tells, for whoever reads a scrape.
    pub help: &'static str,
}

/// The name of a label's value beyond those that are told apart.
pub const OTHER: &str = "other";

#[rustfmt::skip]
const ROWS: [Row; 15] = [
    Row { metric: Metric::Calls,            name: "edgekms_calls",                    kind: MetricType::Counter,   unit: Unit::None,    labels: &["action", "code", "caller"], help: "Calls that were answered, by action, error code (OK for none) and kind of caller." },
    Row { metric: Metric::CallDuration,     name: "edgekms_call_duration_seconds",    kind: MetricType::Histogram, unit: Unit::Seconds, labels: &["group"],                    help: "How long calls of callers who are known took, from the end of their body to their answer, by group of actions." },
    Row { metric: Metric::Throttled,        name: "edgekms_throttled_calls",          kind: MetricType::Counter,   unit: Unit::None,    labels: &["group"],                    help: "Calls that were refused since their account called too fast, by group of actions." },
    Row { metric: Metric::ViewReads,        name: "edgekms_view_reads",               kind: MetricType::Counter,   unit: Unit::None,    labels: &["kind"],                     help: "Reads of views that an isolate held, by kind of view." },
    Row { metric: Metric::ViewFetches,      name: "edgekms_view_fetches",             kind: MetricType::Counter,   unit: Unit::None,    labels: &["kind", "source"],           help: "Views that an isolate did not hold, by kind of view and by what had them: kv, the object, or none." },
    Row { metric: Metric::KvErrors,         name: "edgekms_kv_errors",                kind: MetricType::Counter,   unit: Unit::None,    labels: &["operation"],                help: "Reads of KV that failed or took more than a second, and writes that failed." },
    Row { metric: Metric::ObjectErrors,     name: "edgekms_object_errors",            kind: MetricType::Counter,   unit: Unit::None,    labels: &["object"],                   help: "Messages to keyrings and accounts that failed or were not answered in time." },
    Row { metric: Metric::AuditLost,        name: "edgekms_audit_lost_events",        kind: MetricType::Counter,   unit: Unit::None,    labels: &[],                           help: "Calls that were answered and could not be recorded." },
    Row { metric: Metric::AuditWaiting,     name: "edgekms_audit_waiting_events",     kind: MetricType::GaugeSum,  unit: Unit::None,    labels: &[],                           help: "Events that isolates hold and that are not stored yet." },
    Row { metric: Metric::AuditUndelivered, name: "edgekms_audit_undelivered_events", kind: MetricType::GaugeMost, unit: Unit::None,    labels: &["region"],                   help: "Stored events that one keyring or account has not handed on to the log yet: the most of any." },
    Row { metric: Metric::PublishLag,       name: "edgekms_publish_lag_seconds",      kind: MetricType::GaugeMost, unit: Unit::Seconds, labels: &["region"],                   help: "For how long the view that waits longest has waited to be published, at least." },
    Row { metric: Metric::PublishWaiting,   name: "edgekms_publish_waiting_views",    kind: MetricType::GaugeMost, unit: Unit::None,    labels: &["region"],                   help: "Views of one keyring or account that wait to be published: the most of any, of which 128 are counted." },
    Row { metric: Metric::JobsFailing,      name: "edgekms_failing_jobs",             kind: MetricType::GaugeMost, unit: Unit::None,    labels: &["region"],                   help: "Jobs of one keyring or account that failed and are tried again: the most of any, of which 64 are counted." },
    Row { metric: Metric::Isolates,         name: "edgekms_isolates",                 kind: MetricType::GaugeSum,  unit: Unit::None,    labels: &[],                           help: "Isolates that told something within the last minute, the one that is scraped among them." },
    Row { metric: Metric::Build,            name: "edgekms_build",                    kind: MetricType::Info,      unit: Unit::None,    labels: &["version", "commit"],        help: "What is deployed, as the isolate that was scraped knows it." },
];

impl Metric {
    /// Every row, in the order in which they are scraped.
    pub fn rows() -> impl Iterator<Item = &'static Row> {
        ROWS.iter()
    }

    /// The name of its family.
    #[must_use]
    pub fn name(self) -> &'static str {
        ROWS.get(self as usize).map_or("", |row| row.name)
    }
}

impl MetricType {
    /// Its name in a scrape.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::GaugeSum | Self::GaugeMost => "gauge",
            Self::Histogram => "histogram",
            Self::Info => "info",
        }
    }

    /// Whether isolates tell how much it is, and not by how much it grew.
    #[must_use]
    pub const fn is_gauge(self) -> bool {
        matches!(self, Self::GaugeSum | Self::GaugeMost)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_metric_is_at_its_number_and_names_its_unit() {
        for (index, row) in ROWS.iter().enumerate() {
            assert_eq!(row.metric as usize, index);
            assert_eq!(row.name.ends_with("_seconds"), row.unit == Unit::Seconds, "{}", row.name);
            assert!(row.name.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'));
            // The samples' own endings.
            assert!(
                !["_total", "_info", "_bucket", "_count", "_sum"]
                    .iter()
                    .any(|end| row.name.ends_with(end))
            );
        }
    }
}
