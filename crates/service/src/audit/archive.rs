// SPDX-License-Identifier: Apache-2.0
//! Older events, in a bucket: what an object forgets after its time is put there first, where one is bound, and is
//! found there.
//!
//! ```text
//! v1/<account>/<region>/<shard>/<day>/<number of the first event, 20 digits>.jsonl
//! ```
//!
//! A segment is an export of some events of one day ([`super::export`]): the signed checkpoint after which it
//! begins, the events, and the signed checkpoint of its last. So each can be verified by itself, and several in a
//! row with what the object still has. The path follows from the first event: a segment that is put again, because
//! its object ended before it forgot, takes the place of the first.
//!
//! Numbers go on from the archive to the object, so a page and its cursor are the same wherever events are.

use edgekms_api::{place::Place, usage::Day};

use super::{
    archived::{ARCHIVED, Archived},
    chain::CheckpointKind,
    export::{Exported, ExportedEvent, Origin},
    link::start,
    lookup::{Found, Page, Query},
    verify::{Finding, Wrong, verify},
};
use crate::{
    material::root_keys::RootKeys,
    object::{ObjectStore, store::EventRow, store::EventSpan},
    port::{Archive, PortError},
};

/// Events of one segment at the most: some 2 MB.
const SEGMENT_EVENTS: u64 = 2_000;
/// Segments that one question reads, so that a rare attribute costs bounded time.
const SEGMENTS_READ: u32 = 3;
/// The end of the year 9999, after which days have no names.
const LAST_MILLIS: i64 = 253_402_300_799_999;

/// Puts an object's oldest events into the archive: some of one day, and none after the event `through`. Returns
/// what is handed on then, and the fact that says so, which is to be stored with their being forgotten.
///
/// # Errors
/// [`PortError`] if it cannot be put there: then nothing may be forgotten.
pub async fn hand_on<S: ObjectStore + ?Sized>(
    store: &S,
    archive: &dyn Archive,
    origin: &Origin<'_>,
    through: u64,
    time: &str,
) -> Result<Option<(Archived, (&'static str, String))>, PortError> {
    let span = EventSpan { before: through.saturating_add(1), ..EventSpan::after(0) };
    let mut rows = store.event_rows(span, SEGMENT_EVENTS)?;
    let Some((first, day)) = rows.first().map(|row| (row.seq, day_of(row.at_millis))) else {
        return Ok(None);
    };
    rows.truncate(rows.iter().take_while(|row| day_of(row.at_millis) == day).count());
    let last = rows.last().map(|row| Archived { through: row.seq, until_millis: row.at_millis });
    let Some(last) = last else { return Ok(None) };
    let text = segment(store, origin, rows, time)?;
    let folder = folder(origin.place, origin.shard);
    archive.put(&format!("{folder}{day}/{first:020}.jsonl"), text).await?;
    let fact = serde_json::to_string(&last).map_err(|error| PortError(error.to_string()))?;
    Ok(Some((last, (ARCHIVED, fact))))
}

fn segment<S: ObjectStore + ?Sized>(
    store: &S,
    origin: &Origin<'_>,
    rows: Vec<EventRow>,
    time: &str,
) -> Result<String, PortError> {
    let Origin { place, shard, chain } = origin;
    let mut lines: Vec<_> = start(store)?.map(Exported::Checkpoint).into_iter().collect();
    let events = rows.into_iter().map(|row| ExportedEvent::new(place, shard, row));
    lines.extend(events.map(Exported::Event));
    if let Some(Exported::Event(event)) = lines.last() {
        let head = chain.checkpoint(CheckpointKind::Head, &event.head(), time.to_owned());
        lines.push(Exported::Checkpoint(head));
    }
    let mut text = String::new();
    for line in lines {
        text.push_str(&serde_json::to_string(&line).map_err(|error| PortError(error.to_string()))?);
        text.push('\n');
    }
    Ok(text)
}

fn folder(place: &Place, shard: &str) -> String {
    format!("v1/{}/{}/{shard}/", place.account, place.region)
}

fn day_of(at_millis: i64) -> Day {
    Day::of_unix_secs(at_millis.div_euclid(1_000))
}

/// The archived part of a shard.
#[derive(Clone, Copy)]
pub struct Segments<'a> {
    /// Where it is.
    pub archive: &'a dyn Archive,
    /// What it was signed under.
    pub roots: &'a RootKeys,
    /// Whose it is.
    pub place: &'a Place,
    /// The shard's name.
    pub shard: &'a str,
}

impl Segments<'_> {
    /// The page that a shard has of a query, whose object has answered `page`.
    ///
    /// # Errors
    /// [`PortError`] if the archive does not answer, or has something else than was put there: any event could
    /// be missing then.
    pub async fn complete(&self, query: &Query, mut page: Page) -> Result<Page, PortError> {
        let Some(archived) = page.archived.take() else { return Ok(page) };
        if query.from_millis > archived.until_millis {
            return Ok(page);
        }
        if query.backward {
            self.older(query, page, archived).await
        } else {
            self.before(query, page, archived).await
        }
    }

    /// The object's page, and behind it what is older.
    async fn older(
        &self,
        query: &Query,
        mut page: Page,
        archived: Archived,
    ) -> Result<Page, PortError> {
        if page.next.is_some() {
            return Ok(page);
        }
        let left = query.limit.saturating_sub(page.events.len() as u64);
        let begins = archived.through.saturating_add(1);
        if left == 0 {
            page.next = page.events.last().map(|found| found.seq);
            return Ok(page);
        }
        let after = query.after.map_or(begins, |after| after.min(begins));
        let query = Query { after: Some(after), limit: left, ..query.clone() };
        let found = self.scan(&query, archived).await?;
        page.events.extend(found.events);
        Ok(Page { next: found.next, ..page })
    }

    /// What is older, and behind it the object's page.
    async fn before(
        &self,
        query: &Query,
        page: Page,
        archived: Archived,
    ) -> Result<Page, PortError> {
        if query.after.is_some_and(|after| after >= archived.through) {
            return Ok(page);
        }
        let mut found = self.scan(query, archived).await?;
        if found.next.is_some() {
            return Ok(found);
        }
        let limit = usize::try_from(query.limit).unwrap_or(usize::MAX);
        let room = limit.saturating_sub(found.events.len());
        let is_cut = page.events.len() > room;
        found.events.extend(page.events.into_iter().take(room));
        // The object's begins after all that is archived, whatever of that was wanted.
        let reached =
            found.events.last().map(|found| found.seq).filter(|seq| *seq > archived.through);
        found.next = if is_cut { reached.or(Some(archived.through)) } else { page.next };
        Ok(found)
    }

    /// Goes through segments, in the order wanted. What has come there since the object answered, or has not
    /// been forgotten after all, is in its page.
    async fn scan(&self, query: &Query, archived: Archived) -> Result<Page, PortError> {
        let goes_on =
            |found: &Found| found.seq <= archived.through && query.goes_on_with(found.seq);
        let (mut page, mut read, mut reached) = (Page::default(), 0, None);
        for day in self.days(query).await? {
            for (first, path) in wanted(query, self.segments_of(&day).await?) {
                if read == SEGMENTS_READ {
                    return Ok(Page { next: reached.or(query.after), ..page });
                }
                read += 1;
                let mut events = self.read(first, &path).await?;
                if query.backward {
                    events.reverse();
                }
                for found in events.into_iter().filter(goes_on) {
                    if page.events.len() as u64 == query.limit {
                        return Ok(Page { next: reached, ..page });
                    }
                    reached = Some(found.seq);
                    if query.wants(&found) {
                        page.events.push(found);
                    }
                }
            }
        }
        Ok(page)
    }

    /// Folders of the days that a query goes on with, in the order wanted.
    async fn days(&self, query: &Query) -> Result<Vec<String>, PortError> {
        let folder = folder(self.place, self.shard);
        let (first, last) =
            (day_of(query.from_millis), day_of(query.until_millis.min(LAST_MILLIS)));
        let mut days = self.archive.list(&folder).await?;
        days.retain(|path| {
            let day = path.strip_prefix(&*folder).and_then(|rest| rest.strip_suffix('/'));
            let day = day.and_then(|day| day.parse::<Day>().ok());
            day.is_some_and(|day| (first..=last).contains(&day))
        });
        if let Some(after) = query.after {
            let begun = self.begun(&days, after).await?;
            if query.backward {
                days.truncate(begun);
            } else {
                // The last that has begun may go on.
                days.drain(..begun.saturating_sub(1));
            }
        }
        if query.backward {
            days.reverse();
        }
        Ok(days)
    }

    /// How many of these days begin with an event up to this one.
    async fn begun(&self, days: &[String], event: u64) -> Result<usize, PortError> {
        let (mut low, mut high) = (0, days.len());
        while low < high {
            let middle = usize::midpoint(low, high);
            let Some(day) = days.get(middle) else { break };
            let first = self.segments_of(day).await?.first().map(|(first, _)| *first);
            if first.is_some_and(|first| first <= event) {
                low = middle.saturating_add(1);
            } else {
                high = middle;
            }
        }
        Ok(low)
    }

    /// A day's segments: the number of the first event of each, and its path.
    async fn segments_of(&self, day: &str) -> Result<Vec<(u64, String)>, PortError> {
        let named = |path: String| {
            let first = path.strip_prefix(day)?.strip_suffix(".jsonl")?.parse::<u64>().ok()?;
            Some((first, path))
        };
        Ok(self.archive.list(day).await?.into_iter().filter_map(named).collect())
    }

    /// A segment's events, if it is what was put there.
    async fn read(&self, first: u64, path: &str) -> Result<Vec<Found>, PortError> {
        let altered =
            || PortError(format!("the archived segment {path} is not what was put there"));
        let text = self.archive.get(path).await?.ok_or_else(altered)?;
        let reports = verify(&text, &[], self.roots).map_err(|_| altered())?;
        let [report] = &reports[..] else { return Err(altered()) };
        let is_good = match &report.verdict {
            // What was signed under a root key that is retired cannot be verified here any more.
            Ok(_) | Err(Finding { wrong: Wrong::RootMissing(_), .. }) => true,
            Err(_) => false,
        };
        if !is_good || report.place != *self.place || report.shard != self.shard {
            return Err(altered());
        }
        let found = |line: &str| match serde_json::from_str(line) {
            Ok(Exported::Event(event)) => Some(Found {
                seq: event.seq,
                at_millis: event.at_millis.unwrap_or_default(),
                line: event.line,
            }),
            _ => None,
        };
        let events: Vec<_> = text.lines().filter_map(found).collect();
        // A good one, in another's place.
        if events.first().is_none_or(|found| found.seq != first) {
            return Err(altered());
        }
        Ok(events)
    }
}

/// The segments in which a query goes on, in the order wanted.
fn wanted(query: &Query, mut segments: Vec<(u64, String)>) -> Vec<(u64, String)> {
    match query.after {
        Some(after) if query.backward => segments.retain(|(first, _)| *first < after),
        // The last that has begun may go on.
        Some(after) => {
            let begun = segments.partition_point(|(first, _)| *first <= after);
            segments.drain(..begun.saturating_sub(1));
        }
        None => {}
    }
    if query.backward {
        segments.reverse();
    }
    segments
}

#[cfg(test)]
mod tests;
