// SPDX-License-Identifier: Apache-2.0
//! ExportEvents: one shard after the other, as it is chained.

use edgekms_api::{
    account::Marker, action::ExportEvents, error::ApiError, kms::export_events::ExportEventsReply,
};

use super::super::{TrailRule, trail_context::TrailContext};
use crate::audit::search::Shard;

/// Lines of one answer after which no further shard is asked: some 150 KB.
const LINES_ENOUGH: usize = 100;

impl TrailRule for ExportEvents {
    async fn run(&self, context: &TrailContext<'_>) -> Result<ExportEventsReply, ApiError> {
        let all = Shard::all_of(context.place);
        let (mut index, mut after) = match &self.marker {
            None => (0, 0),
            Some(marker) => position(marker, &all)?,
        };
        // Parts of some hundred events are told one by one; of shards with less, all that fits into one.
        let mut lines = Vec::new();
        while let Some(shard) = all.get(index) {
            let part = context.shards.export(shard, after).await?;
            for line in &part.lines {
                lines.push(serde_json::to_string(line).map_err(ApiError::internal)?);
            }
            match part.next {
                Some(next) => after = next,
                None => (index, after) = (index.saturating_add(1), 0),
            }
            if lines.len() >= LINES_ENOUGH {
                break;
            }
        }
        let next = all.get(index).map(|shard| Marker(format!("{}:{after}", shard.name())));
        Ok(ExportEventsReply { lines, next_marker: next })
    }
}

/// Which shard an export goes on with, and after which event of it.
fn position(marker: &Marker, all: &[Shard]) -> Result<(usize, u64), ApiError> {
    let read = || {
        let (name, after) = marker.0.rsplit_once(':')?;
        let index = all.iter().position(|shard| shard.name() == name)?;
        Some((index, after.parse().ok()?))
    };
    read().ok_or_else(|| {
        let remedy = "Give the NextMarker of the call before, or none for a new export.";
        ApiError::invalid_parameter("Marker", remedy)
    })
}
