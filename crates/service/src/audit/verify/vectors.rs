// SPDX-License-Identifier: Apache-2.0
//! Exports, good and spoilt, with what is said of them: `tests/vectors/audit-exports.json`, which the command line
//! of the npm package answers to as well. `EDGEKMS_WRITE_VECTORS=1` writes it.

use std::{env, fs, path::Path};

use fastrand::Rng;
use serde::Serialize;

use super::*;

const TIME: &str = "2026-11-29T12:00:00Z";
const ROOT_KEYS: &str = r#"{"current":"2","keys":{"1":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=","2":"//79/Pv6+fj39vX08/Lx8O/u7ezr6uno5+bl5OPi4eA="}}"#;
/// Of exports that are spoilt at random.
const DRAWN: u64 = 120;

/// Lines that exports are made of, and exports as lists of these.
#[derive(Default, Serialize)]
#[serde(rename_all = "camelCase")]
struct Vectors {
    about: &'static str,
    root_keys: &'static str,
    lines: Vec<String>,
    cases: Vec<Case>,
}

#[derive(Serialize)]
struct Case {
    name: String,
    export: Vec<usize>,
    anchors: Vec<usize>,
    /// A sentence a shard, or one alone about a line that is none.
    said: Vec<String>,
    whole: bool,
}

impl Vectors {
    fn add(&mut self, name: impl Into<String>, export: &[String], anchors: &[String]) {
        let roots = RootKeys::parse(ROOT_KEYS).unwrap();
        let kept = anchors.iter().filter_map(|line| match serde_json::from_str(line) {
            Ok(Exported::Checkpoint(checkpoint)) => Some(checkpoint),
            _ => None,
        });
        let kept: Vec<_> = kept.collect();
        let (said, whole) = match verify(&export.join("\n"), &kept, &roots) {
            Ok(reports) => (
                reports.iter().map(ToString::to_string).collect(),
                !reports.is_empty() && reports.iter().all(|report| report.verdict.is_ok()),
            ),
            Err(error) => (vec![error.to_string()], false),
        };
        let (export, anchors) = (self.places(export), self.places(anchors));
        self.cases.push(Case { name: name.into(), export, anchors, said, whole });
    }

    fn places(&mut self, lines: &[String]) -> Vec<usize> {
        let place = |line: &String| {
            let held = self.lines.iter().position(|each| each == line);
            held.unwrap_or_else(|| {
                self.lines.push(line.clone());
                self.lines.len() - 1
            })
        };
        lines.iter().map(place).collect()
    }
}

/// A shard that is being written, under one root key version and then the next.
struct Writer {
    place: Place,
    shard: &'static str,
    head: Head,
}

impl Writer {
    fn new(region: &str, shard: &'static str) -> Self {
        let account = "1234567890123456".parse().unwrap();
        let place = Place { account, region: region.parse().unwrap() };
        Self { place, shard, head: Head::default() }
    }

    fn chain(&self, root: &str) -> Chain {
        Chain::new(&RootKeys::parse(ROOT_KEYS).unwrap(), root, &self.place, self.shard).unwrap()
    }

    fn event(&self, root: &str, head: &Head, line: &str) -> ExportedEvent {
        ExportedEvent {
            account: self.place.account.clone(),
            region: self.place.region.clone(),
            shard: self.shard.to_owned(),
            seq: head.seq,
            at_millis: head.seq.is_multiple_of(2).then_some(1_764_417_600_000),
            root: root.to_owned(),
            mac: head.mac.clone(),
            line: line.to_owned(),
        }
    }

    /// An event from before there was a chain.
    fn bare(&mut self) -> ExportedEvent {
        self.head = Head { seq: self.head.seq + 1, mac: String::new() };
        self.event("", &self.head, r#"{"eventId":"before"}"#)
    }

    fn write(&mut self, root: &str) -> ExportedEvent {
        // Text that JSON escapes, and text beyond ASCII.
        let line = format!(r#"{{"eventId":"{}","who":"\"é\" 密"}}"#, self.head.seq + 1);
        self.head = self.chain(root).next(&self.head, &line);
        self.event(root, &self.head, &line)
    }

    fn state(&self, root: &str, kind: CheckpointKind) -> Checkpoint {
        self.chain(root).checkpoint(kind, &self.head, TIME.to_owned())
    }
}

fn json(each: &impl Serialize) -> String {
    serde_json::to_string(each).unwrap()
}

/// Six events of one shard, half under each root key version; the checkpoints at 2, 3 and 6.
fn shard(shard: &'static str) -> (Vec<ExportedEvent>, [Checkpoint; 3]) {
    let mut writer = Writer::new("cn-hangzhou", shard);
    let mut events: Vec<_> = (0..2).map(|_| writer.write("1")).collect();
    let second = writer.state("1", CheckpointKind::Head);
    events.push(writer.write("1"));
    let third = writer.state("1", CheckpointKind::Start);
    events.extend((0..3).map(|_| writer.write("2")));
    let sixth = writer.state("2", CheckpointKind::Head);
    (events, [second, third, sixth])
}

fn lines(events: &[ExportedEvent]) -> Vec<String> {
    events.iter().map(json).collect()
}

fn named(vectors: &mut Vectors) {
    let (events, [second, third, sixth]) = shard("7");
    let all = lines(&events);
    let (second, third, sixth) = (json(&second), json(&third), json(&sixth));
    let mut add =
        |name: &str, lines: &[String], anchors: &[String]| vectors.add(name, lines, anchors);
    add("nothing", &[], &[]);
    add("whole", &all, &[]);
    add("whole, with its head", &[all.clone(), vec![sixth.clone()]].concat(), &[]);
    add("whole, by two checkpoints that were kept", &all, &[second.clone(), sixth.clone()]);
    add("cut off, and nothing was kept", &all[..4], &[]);
    add("cut off", &all[..4], std::slice::from_ref(&sixth));
    add("all of it cut off", &[], std::slice::from_ref(&sixth));
    add(
        "its beginning forgotten on time",
        &[std::slice::from_ref(&third), &all[3..]].concat(),
        &[],
    );
    add("more than that forgotten", &[std::slice::from_ref(&third), &all[4..]].concat(), &[]);
    add("forgotten, with a head alone", &[std::slice::from_ref(&second), &all[2..]].concat(), &[]);
    add("a start among its events", &[all.clone(), vec![third.clone()]].concat(), &[]);
    add("no line of an export", &[all[0].clone(), "{}".to_owned()], &[]);
    add("no JSON", &[all[0].clone(), String::new(), "{".to_owned()], &[]);
    let twice = all[1].replacen("\"shard\"", "\"line\":\"another\",\"shard\"", 1);
    add("a field twice", &[all[0].clone(), twice], &[]);
    let more = all[1].replacen("\"shard\"", "\"more\":1,\"shard\"", 1);
    add("a field too many", &[all[0].clone(), more], &[]);
    let number = all[1].replacen("\"seq\":2", "\"seq\":-2", 1);
    add("a number below none", &[all[0].clone(), number], &[]);
    let account = all[1].replacen("1234567890123456", "12345678901234567", 1);
    add("no account", &[all[0].clone(), account], &[]);
    let far = all[2].replacen("\"seq\":3", "\"seq\":9007199254740993", 1);
    add("a number that is far off", &[all[0].clone(), all[1].clone(), far], &[]);
    let spaced: Vec<_> = all.iter().map(|line| line.replace("\",\"", "\", \"")).collect();
    add("spaces between fields", &spaced, &[]);
    let changed = |change: &dyn Fn(&mut Vec<ExportedEvent>)| {
        let mut events = events.clone();
        change(&mut events);
        lines(&events)
    };
    add("a code in capitals", &changed(&|events| events[2].mac.make_ascii_uppercase()), &[]);
    add("a code that is none", &changed(&|events| events[2].mac = "xy".repeat(32)), &[]);
    add(
        "without codes in the middle",
        &changed(&|events| {
            events[2].mac.clear();
            events[2].root.clear();
        }),
        &[],
    );
    add(
        "a root key version that is not at hand",
        &changed(&|events| events[4].root = "3".to_owned()),
        &[],
    );
    add(
        "of another region",
        &changed(&|events| events[1].region = "cn-beijing".parse().unwrap()),
        &[],
    );
    let forged = sixth.replacen("\"seq\":6", "\"seq\":5", 1);
    add("a forged checkpoint", &all, &[forged]);
    let other = sixth.replacen("\"root\":\"2\"", "\"root\":\"3\"", 1);
    add("a checkpoint under a root key version that is not at hand", &all, &[other]);
    let (others, _) = shard("8");
    let mixed: Vec<_> = all.iter().zip(lines(&others)).flat_map(|(a, b)| [a.clone(), b]).collect();
    add("two shards, mixed", &mixed, &[]);
    add("two shards, one cut short", &mixed[..11], std::slice::from_ref(&sixth));
    let mut writer = Writer::new("cn-hangzhou", "0");
    let mut old = vec![writer.bare(), writer.bare()];
    old.extend((0..3).map(|_| writer.write("1")));
    add("events from before the chain", &lines(&old), &[]);
    old.swap(2, 3);
    add("events from before the chain, and two moved", &lines(&old), &[]);
    old.push(writer.bare());
    add(
        "an event without a code at the end",
        &lines(&old[..2].iter().chain(&old[5..]).cloned().collect::<Vec<_>>()),
        &[],
    );
}

/// Edits at places that a seed draws: removed, moved, changed, doubled, numbered anew.
fn drawn(vectors: &mut Vectors) {
    let (events, [second, _, sixth]) = shard("7");
    for seed in 0..DRAWN {
        let mut random = Rng::with_seed(seed);
        let mut edited = events.clone();
        for _ in 0..random.u8(1..=2) {
            if edited.is_empty() {
                break;
            }
            let at = random.usize(0..edited.len());
            let to = random.usize(0..edited.len());
            match random.u8(0..6) {
                0 => drop(edited.remove(at)),
                1 => {
                    let event = edited.remove(at);
                    edited.insert(to.min(edited.len()), event);
                }
                2 => edited[at].line.push(' '),
                3 => edited.insert(to, edited[at].clone()),
                4 => edited[at].mac = edited[to].mac.clone(),
                _ => (1..).zip(&mut edited).for_each(|(seq, event)| event.seq = seq),
            }
        }
        let anchors = if random.bool() { vec![json(&second), json(&sixth)] } else { Vec::new() };
        vectors.add(format!("drawn, {seed}"), &lines(&edited), &anchors);
    }
}

#[test]
fn what_is_said_of_exports_is_pinned() {
    let about = "Exports of the audit trail and what is said of them; made by crates/service/src/audit/verify/vectors.rs";
    let mut vectors = Vectors { about, root_keys: ROOT_KEYS, ..Vectors::default() };
    named(&mut vectors);
    drawn(&mut vectors);
    let text = serde_json::to_string_pretty(&vectors).unwrap() + "\n";
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/vectors/audit-exports.json");
    if env::var_os("EDGEKMS_WRITE_VECTORS").is_some() {
        fs::write(&file, &text).unwrap();
    }
    assert_eq!(fs::read_to_string(&file).unwrap(), text, "write it with EDGEKMS_WRITE_VECTORS=1");
}
