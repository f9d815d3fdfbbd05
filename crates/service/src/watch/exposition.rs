// SPDX-License-Identifier: Apache-2.0
//! The text of a scrape: OpenMetrics 1.0, section 4.
//!
//! Of our own, since the official library (`prometheus-client`) writes no `_created`, by which a scraper
//! learns that a counter began anew, and takes only what lives in it and not sums that come from elsewhere.

use std::fmt::Write as _;

use super::{
    health::{COMMIT, VERSION},
    latency,
    metric::{Metric, MetricType, Row, Unit},
    report::Sum,
};

/// The text's media type.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Writes every metric of the table, with its samples among `sums`, each family's in one piece.
#[must_use]
pub fn text(sums: &[Sum]) -> String {
    let mut text = Text::default();
    for row in Metric::rows() {
        text.describe(row);
        let samples: Vec<_> = sums.iter().filter(|sum| is_of(row, sum)).collect();
        match row.kind {
            MetricType::Counter => text.counters(row, &samples),
            MetricType::GaugeSum | MetricType::GaugeMost => text.gauges(row, &samples),
            MetricType::Histogram => text.histograms(row, &samples),
            MetricType::Info => text.info(row, &[VERSION, COMMIT]),
        }
    }
    text.0.push_str("# EOF\n");
    text.0
}

/// Whether a sum is of this metric, as this release knows it.
fn is_of(row: &Row, sum: &Sum) -> bool {
    let buckets = usize::from(row.kind == MetricType::Histogram);
    sum.name == row.name && sum.labels.len() == row.labels.len() + buckets
}

#[derive(Default)]
struct Text(String);

impl Text {
    fn line(&mut self, name: &str, ending: &str, labels: &[(&str, &str)], value: &str) {
        self.0.push_str(name);
        self.0.push_str(ending);
        for (index, (label, text)) in labels.iter().enumerate() {
            let open = if index == 0 { '{' } else { ',' };
            self.put(format_args!("{open}{label}=\"{}\"", escaped(text)));
        }
        let close = if labels.is_empty() { "" } else { "}" };
        self.put(format_args!("{close} {value}\n"));
    }

    fn put(&mut self, text: std::fmt::Arguments<'_>) {
        // A string takes everything.
        let _ = self.0.write_fmt(text);
    }

    fn describe(&mut self, row: &Row) {
        let Row { name, kind, unit, help, .. } = row;
        self.put(format_args!("# TYPE {name} {}\n", kind.name()));
        if *unit == Unit::Seconds {
            self.put(format_args!("# UNIT {name} seconds\n"));
        }
        self.put(format_args!("# HELP {name} {help}\n"));
    }

    fn counters(&mut self, row: &Row, samples: &[&Sum]) {
        for sum in samples {
            let labels = labelled(row, sum);
            self.line(row.name, "_total", &labels, &sum.number.to_string());
            self.line(row.name, "_created", &labels, &sum.since.to_string());
        }
    }

    fn gauges(&mut self, row: &Row, samples: &[&Sum]) {
        for sum in samples {
            let value = match row.unit {
                Unit::Seconds => seconds(sum.number),
                Unit::None => sum.number.to_string(),
            };
            self.line(row.name, "", &labelled(row, sum), &value);
        }
    }

    /// A histogram comes as a sum for each bucket, and one of the durations: the last label says which.
    fn histograms(&mut self, row: &Row, samples: &[&Sum]) {
        let mut rest = samples;
        while let Some((first, _)) = rest.split_first() {
            let labels = labelled(row, first);
            let is_same = |sum: &&&Sum| labelled(row, sum) == labels;
            let (own, others) = rest.split_at(rest.iter().take_while(is_same).count().max(1));
            self.histogram(row, &labels, own);
            rest = others;
        }
    }

    fn histogram(&mut self, row: &Row, labels: &[(&str, &str)], own: &[&Sum]) {
        let part = |name: &str| own.iter().find(|sum| sum.labels.last().is_some_and(|l| l == name));
        let number = |name: &str| part(name).map_or(0, |sum| sum.number);
        let mut count = 0_u64;
        for name in latency::names() {
            count = count.saturating_add(number(name));
            let labels = [labels, &[("le", name)]].concat();
            self.line(row.name, "_bucket", &labels, &count.to_string());
        }
        let since = own.iter().map(|sum| sum.since).min().unwrap_or(0);
        self.line(row.name, "_count", labels, &count.to_string());
        self.line(row.name, "_sum", labels, &seconds(number(latency::SUM)));
        self.line(row.name, "_created", labels, &since.to_string());
    }

    fn info(&mut self, row: &Row, values: &[&str]) {
        let labels: Vec<_> = row.labels.iter().copied().zip(values.iter().copied()).collect();
        self.line(row.name, "_info", &labels, "1");
    }
}

/// The labels that the table names, with their values.
fn labelled<'a>(row: &Row, sum: &'a Sum) -> Vec<(&'static str, &'a str)> {
    row.labels.iter().copied().zip(sum.labels.iter().map(String::as_str)).collect()
}

fn seconds(millis: u64) -> String {
    format!("{}.{:03}", millis / 1000, millis % 1000)
}

fn escaped(text: &str) -> String {
    text.replace('\\', "\\\\").replace('\n', "\\n").replace('"', "\\\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sum(metric: Metric, labels: &[&str], number: u64) -> Sum {
        let labels = labels.iter().map(ToString::to_string).collect();
        Sum { name: metric.name().to_owned(), labels, number, since: 1_700_000_000 }
    }

    fn lines_of<'t>(text: &'t str, metric: &str) -> Vec<&'t str> {
        let is_its = |line: &&str| !line.starts_with('#') && line.starts_with(metric);
        text.lines().filter(is_its).collect()
    }

    /// What a scraper of another make reads of it is tested in `tests/worker/metrics.test.mjs`.
    #[test]
    fn each_kind_of_metric_is_written_in_its_form() {
        let duration = |part: &str, number| sum(Metric::CallDuration, &["reads", part], number);
        let mut other = duration("0.01", 2);
        other.labels[0] = "writes".to_owned();
        let sums = [
            sum(Metric::Calls, &["Encrypt", "a\"b\\c\nd", "root"], 7),
            duration("+Inf", 1),
            duration("0.005", 3),
            duration("sum", 30_014),
            other,
            sum(Metric::PublishLag, &["cn-hangzhou"], 1_205),
            sum(Metric::Isolates, &[], 2),
            Sum { name: "edgekms_of_a_later_release".into(), ..sum(Metric::Isolates, &[], 2) },
        ];
        let text = text(&sums);
        assert_eq!(
            lines_of(&text, "edgekms_calls"),
            [
                r#"edgekms_calls_total{action="Encrypt",code="a\"b\\c\nd",caller="root"} 7"#,
                r#"edgekms_calls_created{action="Encrypt",code="a\"b\\c\nd",caller="root"} 1700000000"#,
            ]
        );
        let durations = lines_of(&text, "edgekms_call_duration_seconds");
        assert_eq!(durations.len(), 2 * (latency::BUCKETS + 3));
        let reads: Vec<_> = durations.iter().filter(|line| line.contains("reads")).collect();
        for line in [
            r#"edgekms_call_duration_seconds_bucket{group="reads",le="0.002"} 0"#,
            r#"edgekms_call_duration_seconds_bucket{group="reads",le="0.005"} 3"#,
            r#"edgekms_call_duration_seconds_bucket{group="reads",le="10.0"} 3"#,
            r#"edgekms_call_duration_seconds_bucket{group="reads",le="+Inf"} 4"#,
            r#"edgekms_call_duration_seconds_count{group="reads"} 4"#,
            r#"edgekms_call_duration_seconds_sum{group="reads"} 30.014"#,
            r#"edgekms_call_duration_seconds_created{group="reads"} 1700000000"#,
        ] {
            assert!(reads.iter().any(|held| **held == line), "{line}\n{text}");
        }
        assert_eq!(
            lines_of(&text, "edgekms_publish_lag"),
            [r#"edgekms_publish_lag_seconds{region="cn-hangzhou"} 1.205"#]
        );
        assert_eq!(lines_of(&text, "edgekms_isolates"), ["edgekms_isolates 2"]);
        assert!(text.contains("# UNIT edgekms_publish_lag_seconds seconds\n"));
        assert!(text.contains(&format!("edgekms_build_info{{version=\"{VERSION}\"")));
        assert!(text.ends_with("\n# EOF\n") && !text.contains("later_release"));
        assert_eq!(text.matches("# TYPE ").count(), Metric::rows().count());
    }
}
