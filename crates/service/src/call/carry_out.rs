// SPDX-License-Identifier: Apache-2.0
//! Doing what a call asks for: here with a key's copy, here without a key, or by the keyring.

use std::cell::Cell;

use edgekms_api::{
    action::{Command, Reply},
    dialect::AuthenticatedRequest,
    error::{ApiError, ErrorCode},
};

use super::{Call, Chore, Ports, Server};
use crate::{
    action::{self, CryptoCommand, Edge, ReadyKey},
    authorise::Permit,
    copies::{knowledge::Freshness, talk::Talk},
    keyring::{
        message::{Answer, Ask, CommandCall},
        record::KeyView,
        state::{self, Use},
    },
};

impl Server {
    /// Reads what is asked, authorises what it names, and does it.
    pub(super) async fn carry_out(
        &self,
        request: &AuthenticatedRequest,
        call: &mut Call,
        ports: &Ports<'_>,
        chores: &mut Vec<Chore>,
    ) -> Result<(Command, Reply), ApiError> {
        let limits = request.dialect().limits(self.settings.limits.plaintext_bytes);
        let command = request.command(call.action, &limits)?;
        // For the record of a refusal, the key that was named.
        call.key_id = command.key().and_then(|key| key.key_id()).cloned();
        let (known, place) = (call.known.clone(), call.place.clone());
        let permit = Permit::named(&known.caller, &place, &command)?;
        let reply = if let Some(crypto) = action::as_crypto(&command) {
            self.use_key(crypto, &command, &permit, call, ports, chores).await
        } else if call.action.is_for_the_keyring() {
            self.ask_keyring(&command, call, ports).await
        } else {
            refuse_dry_run(&command)?;
            action::run_at_edge(
                &command,
                &Edge { settings: &self.settings, entropy: ports.entropy },
            )
        };
        reply.map(|reply| (command, reply))
    }

    async fn use_key(
        &self,
        crypto: &dyn CryptoCommand,
        command: &Command,
        permit: &Permit<'_>,
        call: &mut Call,
        ports: &Ports<'_>,
        chores: &mut Vec<Chore>,
    ) -> Result<Reply, ApiError> {
        let copies = self.copies(&call.place);
        let resolver = self.resolver(&copies, ports);
        let found = Cell::new(None);
        let admit = |key: &KeyView| {
            found.set(Some(key.key_id.clone()));
            permit.found(&key.key_id)?;
            state::check(Use::Cryptography, key.state)?;
            // Nothing is asked to act for somebody who only wants to know.
            refuse_dry_run(command)
        };
        let ready = resolver.ready(crypto.target(), &admit).await;
        let reply = ready.and_then(|version| {
            crypto.run(&ReadyKey { version: &version, entropy: ports.entropy })
        });
        if let Some(key_id) = found.take() {
            call.key_id = Some(key_id);
        }
        if resolver.freshness() == Freshness::Ageing {
            chores.push(Chore::Freshen(call.place.clone()));
        }
        self.have_material_watched(ports.clock.now_millis(), chores);
        reply
    }

    async fn ask_keyring(
        &self,
        command: &Command,
        call: &mut Call,
        ports: &Ports<'_>,
    ) -> Result<Reply, ApiError> {
        let changes = call.action.changes();
        let ask = Ask::Command(Box::new(CommandCall {
            command: command.clone(),
            caller: call.known.caller.clone(),
            nonce: changes.then(|| call.nonce.clone()),
            request_id: call.request_id.clone(),
            facts: call.facts.clone(),
        }));
        let copies = self.copies(&call.place);
        let talk = Talk {
            place: &call.place,
            speech: &copies.speech,
            objects: ports.objects,
            timers: ports.timers,
        };
        let answer = talk.ask(ask).await.inspect_err(|_| call.unknown = changes)?;
        match answer {
            Answer::Done(done) => {
                call.recorded = done.recorded && changes;
                self.resolver(&copies, ports).learn(&done);
                call.key_id = done.key_id;
                Ok(done.reply)
            }
            Answer::Refused(refused) => {
                call.recorded = refused.recorded && changes;
                Err(refused.into_error())
            }
            Answer::View(_) | Answer::Changes(_) => {
                Err(ApiError::internal("the keyring answered a command by something else"))
            }
        }
    }
}

/// The one place where a dry run ends: all that would have been asked has been.
fn refuse_dry_run(command: &Command) -> Result<(), ApiError> {
    if command.dry_run() { Err(ErrorCode::DryRunOperationError.into()) } else { Ok(()) }
}
