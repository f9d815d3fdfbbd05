// SPDX-License-Identifier: Apache-2.0
//! LookupEvents: asks every shard of the place and of the account, and makes one page of what they say.

use edgekms_api::{
    action::LookupEvents,
    error::ApiError,
    time::Timestamp,
    trail::lookup_events::{LookupEventsReply, TrailEvent},
};

use super::super::{TrailRule, trail_context::TrailContext};
use crate::audit::{
    lookup::{Attribute, Query},
    next_token::{Asked, Position, open, seal},
    search::search,
};

/// How far a look-up goes back that says nothing of it.
const WEEK_SECS: i64 = 7 * 24 * 60 * 60;

impl TrailRule for LookupEvents {
    async fn run(&self, context: &TrailContext<'_>) -> Result<LookupEventsReply, ApiError> {
        let key = context.key()?;
        let attribute = self
            .lookup_attribute
            .0
            .first()
            .map(|wanted| Attribute { key: wanted.key, value: wanted.value.to_string() });
        let asked = Asked { attribute, backward: self.is_backward() };
        let held = self.next_token.as_ref().map(|token| {
            let position = open(&key, &asked, token);
            position.filter(|position| is_about(self, position)).ok_or_else(other_token)
        });
        let (start, end, from) = match held.transpose()? {
            Some(position) => (position.start_secs, position.end_secs, Some(position.cursors)),
            None => {
                let (start, end) = times(self, context.now_secs)?;
                (start, end, None)
            }
        };
        let query = Query {
            from_millis: start.saturating_mul(1000),
            until_millis: end.saturating_add(1).saturating_mul(1000),
            attribute: asked.attribute.clone(),
            backward: asked.backward,
            after: None,
            limit: u64::from(self.page_len()),
        };
        let (found, cursors) = search(context.shards, context.place, &query, from).await?;
        let event = |line: &str| serde_json::from_str(line).map(TrailEvent);
        let events = found.iter().map(|found| event(&found.line));
        let position = Position { start_secs: start, end_secs: end, cursors };
        Ok(LookupEventsReply {
            events: events.collect::<Result<_, _>>().map_err(ApiError::internal)?,
            next_token: seal(&key, &asked, &position),
            start_time: Timestamp::from_unix_secs(start),
            end_time: Timestamp::from_unix_secs(end),
        })
    }
}

/// The first second that is wanted, and the last.
fn times(asked: &LookupEvents, now_secs: i64) -> Result<(i64, i64), ApiError> {
    let end = asked.end_time.map_or(now_secs, Timestamp::unix_secs);
    let start = asked.start_time.map_or(end.saturating_sub(WEEK_SECS), Timestamp::unix_secs);
    if start > end {
        let remedy = "It must not be after EndTime, which is now if absent.";
        return Err(ApiError::invalid_parameter("StartTime", remedy));
    }
    Ok((start, end))
}

/// Whether the times that are given, if any, are those of the page before.
fn is_about(asked: &LookupEvents, position: &Position) -> bool {
    let is = |given: Option<Timestamp>, held| given.is_none_or(|time| time.unix_secs() == held);
    is(asked.start_time, position.start_secs) && is(asked.end_time, position.end_secs)
}

fn other_token() -> ApiError {
    let remedy = "Ask all else as in the call that told it, or begin anew without it.";
    ApiError::invalid_parameter("NextToken", remedy)
}
