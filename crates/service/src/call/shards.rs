// SPDX-License-Identifier: Apache-2.0
//! An isolate's way to all that holds events: to keyrings and accounts as to their truth, and to the audit
//! objects that calls are recorded in.

use edgekms_api::{error::ApiError, place::Place};

use super::{Ports, Server};
use crate::{
    audit::{
        archive::Segments,
        export::Part,
        lookup::{Page, Query},
        message::{self, Message, VERSION},
        search::{HeldBy, Shard, Shards},
    },
    keyring::{
        message::{Answer, Ask},
        stored,
    },
    port::{LocalFuture, PortError, timer::within},
};

/// How long an audit object may take to answer: a look-up goes through no more than a thousand events.
const REPLY_LIMIT_MILLIS: u32 = 5_000;
/// How long the archive may take: a look-up reads three segments of 2 MB at the most.
const ARCHIVE_LIMIT_MILLIS: u32 = 20_000;

/// The shards of any account.
pub(super) struct ShardReader<'a> {
    pub(super) server: &'a Server,
    pub(super) ports: &'a Ports<'a>,
}

impl ShardReader<'_> {
    /// Asks a keyring or an account.
    async fn ask_own(&self, place: &Place, ask: Ask) -> Result<Answer, ApiError> {
        let copies = self.server.copies(place);
        self.server.source(&copies, self.ports).talk().question(ask).await
    }

    /// Asks an audit object.
    pub(super) async fn ask_audit(
        &self,
        place: &Place,
        shard: u32,
        ask: message::Ask,
    ) -> Result<message::Answer, ApiError> {
        let message = Message { v: VERSION, place: place.clone(), shard, ask };
        let message = serde_json::to_string(&message).map_err(ApiError::internal)?;
        let sent = self.ports.audit_objects.send(place, shard, &message);
        let reply = within(self.ports.timers, REPLY_LIMIT_MILLIS, sent).await;
        let reply = reply.unwrap_or_else(|| {
            let text = format!("an audit object did not reply within {REPLY_LIMIT_MILLIS} ms");
            Err(PortError(text))
        });
        match serde_json::from_str(&reply.map_err(stored)?) {
            Ok(message::Answer::Refused(why)) => Err(stored(PortError(why))),
            Ok(answer) => Ok(answer),
            Err(_) => Err(ApiError::internal("an audit object's reply does not parse")),
        }
    }
}

impl ShardReader<'_> {
    /// Adds what the shard's object has handed on to the archive.
    async fn complete(&self, shard: &Shard, query: &Query, page: Page) -> Result<Page, ApiError> {
        let archive = self.ports.archive;
        let roots = &self.server.settings.roots;
        let segments = Segments { archive, roots, place: &shard.place, shard: &shard.chain() };
        let completed = segments.complete(query, page);
        let completed = within(self.ports.timers, ARCHIVE_LIMIT_MILLIS, completed).await;
        let late = || {
            let text = format!("the archive did not reply within {ARCHIVE_LIMIT_MILLIS} ms");
            Err(PortError(text))
        };
        completed.unwrap_or_else(late).map_err(stored)
    }
}

impl Shards for ShardReader<'_> {
    fn look_up<'a>(
        &'a self,
        shard: &'a Shard,
        query: Query,
    ) -> LocalFuture<'a, Result<Page, ApiError>> {
        Box::pin(async move {
            let page = match shard.held_by {
                HeldBy::Own => {
                    match self.ask_own(&shard.place, Ask::LookUp(query.clone())).await? {
                        Answer::Found(page) => page,
                        _ => return Err(misplaced()),
                    }
                }
                HeldBy::Audit(number) => {
                    let ask = message::Ask::LookUp(query.clone());
                    match self.ask_audit(&shard.place, number, ask).await? {
                        message::Answer::Found(page) => page,
                        _ => return Err(misplaced()),
                    }
                }
            };
            self.complete(shard, &query, page).await
        })
    }

    fn export<'a>(
        &'a self,
        shard: &'a Shard,
        after: u64,
    ) -> LocalFuture<'a, Result<Part, ApiError>> {
        Box::pin(async move {
            match shard.held_by {
                HeldBy::Own => match self.ask_own(&shard.place, Ask::Export(after)).await? {
                    Answer::Exported(part) => Ok(part),
                    _ => Err(misplaced()),
                },
                HeldBy::Audit(number) => {
                    let ask = message::Ask::Export(after);
                    match self.ask_audit(&shard.place, number, ask).await? {
                        message::Answer::Exported(part) => Ok(part),
                        _ => Err(misplaced()),
                    }
                }
            }
        })
    }
}

/// An answer of another kind than was asked for.
fn misplaced() -> ApiError {
    ApiError::internal("an object that holds events answered something else than was asked")
}
