// SPDX-License-Identifier: Apache-2.0
//! Entering an isolate's counts of calls in the keyring's rows.

use std::collections::BTreeMap;

use edgekms_api::{key::kept::Kept, usage::Day};
use serde::{Deserialize, Serialize};

use super::store::{Change, KeyringStore};
use crate::{
    object::Batch,
    port::PortError,
    usage::{
        report::{UsageCount, UsageReport},
        row::{UsageName, UsageRow, name},
    },
};

/// Rows of one day. Calls beyond them count as being about no key: a day of 10,000 keys with one action
/// each is still told apart, and 400 such days are some 400 MB of the 10 GB that an object may hold.
const ROWS_A_DAY: u64 = 10_000;
/// The fact that says how many rows the day has.
const ROWS: &str = "usage-rows";
/// How many rows a day has.
#[derive(Serialize, Deserialize)]
struct RowsOfDay {
    day: u32,
    rows: u64,
}

/// What a report changes.
///
/// # Errors
/// A store's failure.
pub fn enter(
    report: &UsageReport,
    store: &dyn KeyringStore,
    now_millis: i64,
) -> Result<Batch<Change>, PortError> {
    let today = Day::of_unix_secs(now_millis.div_euclid(1_000)).number();
    let noted = store.fact(ROWS)?.and_then(|text| serde_json::from_str::<RowsOfDay>(&text).ok());
    let rows_today = noted.filter(|noted| noted.day == today).map_or(0, |noted| noted.rows);
    let mut entries = Entries { store, today, rows_today, changed: BTreeMap::new() };
    for count in &report.rows {
        entries.add(count)?;
    }
    let Entries { rows_today: rows, changed, .. } = entries;
    let mut batch = Batch::default();
    if let Ok(text) = serde_json::to_string(&RowsOfDay { day: today, rows }) {
        batch.facts.push((ROWS, text));
    }
    batch.changes.extend(changed.into_values().map(|row| Change::PutUsage(Box::new(row))));
    Ok(batch)
}

struct Entries<'a> {
    store: &'a dyn KeyringStore,
    today: u32,
    rows_today: u64,
    changed: BTreeMap<UsageName, UsageRow>,
}

impl Entries<'_> {
    fn add(&mut self, count: &UsageCount) -> Result<(), PortError> {
        // A clock that is far off must not write history.
        let day = if count.day.abs_diff(self.today) <= 1 { count.day } else { self.today };
        let mut row = self.row(day, count)?;
        row.calls = row.calls.saturating_add(u64::from(count.calls));
        row.throttled = row.throttled.saturating_add(u64::from(count.throttled));
        self.changed.insert(row.name(), row);
        Ok(())
    }

    /// The row that a count is added to, as it is.
    fn row(&mut self, day: u32, count: &UsageCount) -> Result<UsageRow, PortError> {
        let UsageCount { key_id, action, .. } = count;
        if let Some(held) = self.held(name(day, key_id.as_ref(), action))? {
            return Ok(held);
        }
        let key = key_id.as_ref().filter(|_| self.rows_today < ROWS_A_DAY);
        let kept = key.map(|id| self.store.key(id)).transpose()?.flatten().map(|key| key.kept);
        // What the keyring does not know, or has no row left for, is counted without its key.
        let key_id = key.filter(|_| kept.is_some()).cloned();
        if key_id.is_none()
            && let Some(held) = self.held(name(day, None, action))?
        {
            return Ok(held);
        }
        self.rows_today = self.rows_today.saturating_add(1);
        let free = matches!(kept, Some(Kept::DefaultMaster | Kept::Service(_)));
        Ok(UsageRow { day, key_id, action: action.clone(), calls: 0, throttled: 0, free })
    }

    fn held(&self, name: UsageName) -> Result<Option<UsageRow>, PortError> {
        match self.changed.get(&name) {
            Some(row) => Ok(Some(row.clone())),
            None => self.store.usage_row(&name),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{memory::MemoryStore, object::ObjectStore, testing::key_record};

    const NOW: i64 = 20_000 * 24 * 60 * 60 * 1_000;

    fn count(key: Option<&str>, day: u32, calls: u32) -> UsageCount {
        let key_id = key.map(|key| key.parse().unwrap());
        UsageCount { day, key_id, action: "Encrypt".to_owned(), calls, throttled: 0 }
    }

    fn told(store: &MemoryStore) -> Vec<(u32, bool, u64, bool)> {
        let rows = store.usage_rows(0, u32::MAX, None, 100).unwrap();
        rows.iter().map(|row| (row.day, row.key_id.is_some(), row.calls, row.free)).collect()
    }

    fn entered(store: &MemoryStore, rows: Vec<UsageCount>) {
        let report = UsageReport { number: 1, again: false, rows };
        store.commit(&enter(&report, store, NOW).unwrap(), NOW).unwrap();
    }

    #[test]
    fn counts_add_up_and_default_keys_are_free() {
        let store = MemoryStore::default();
        let mut key = key_record();
        for (kept, free) in [(Kept::Customer, false), (Kept::DefaultMaster, true)] {
            key.kept = kept;
            key.key_id = format!("k-{free}").parse().unwrap();
            let put = vec![Change::PutKey(Box::new(key.clone()))];
            store.commit(&Batch { changes: put, ..Batch::default() }, NOW).unwrap();
        }
        entered(&store, vec![count(Some("k-true"), 20_000, 2), count(Some("k-false"), 20_000, 3)]);
        entered(&store, vec![count(Some("k-true"), 20_000, 5), count(Some("unknown"), 20_000, 7)]);
        assert_eq!(
            told(&store),
            [(20_000, false, 7, false), (20_000, true, 3, false), (20_000, true, 7, true)]
        );
    }

    #[test]
    fn rows_of_a_day_are_bounded_and_days_far_away_are_today() {
        let store = MemoryStore::default();
        let full = serde_json::to_string(&RowsOfDay { day: 20_000, rows: ROWS_A_DAY }).unwrap();
        let key = key_record();
        let put = vec![Change::PutKey(Box::new(key.clone()))];
        let batch = Batch { facts: vec![(ROWS, full)], changes: put, ..Batch::default() };
        store.commit(&batch, NOW).unwrap();
        entered(&store, vec![count(Some(key.key_id.as_str()), 20_000, 1), count(None, 5, 1)]);
        assert_eq!(told(&store), [(20_000, false, 2, false)]);
    }
}
