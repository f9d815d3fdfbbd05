// SPDX-License-Identifier: Apache-2.0
//! Doing what a call asks for: here with a key's copy, here without a key, or by the keyring.

use std::{cell::Cell, rc::Rc};

use edgekms_api::{
    action::{ActionKind, Command, CreateKey, Reply},
    dialect::Asked,
    error::{ApiError, ErrorCode},
    id::{KeyId, RequestId},
    key::{KeyReference, Origin, kept::Kept, offer::OfferPolicy, reference::Local},
    place::Place,
};

use super::{
    Call, Chore, Ports, Server, find::RoleFinder, make_request_id, shards::ShardReader,
    throttle::Charge,
};
use crate::object::name::ViewName;
use crate::object::since::Since;
use crate::{
    action::{
        self, CryptoCommand, Edge, MAKE_LIMIT_MILLIS, ReadyKey, SessionContext, TrailContext,
        Wanted,
    },
    authorise::{Circumstances, Permit, Role},
    copies::{
        knowledge::Freshness,
        resolver::{Admit, Keys, Resolver, Site, Target},
        talk::{Talk, misplaced},
    },
    defects::{Defect, is_back},
    keyring::{
        class,
        message::{Answer, Ask, CommandCall},
        prepared::{LookUp, Prepared, Preparing},
        record::{AliasRecord, KeyView},
        state::{self, Use},
        stored,
    },
    material::blob::blob_refused,
    port::{
        LocalFuture, PortError,
        timer::{timed, within},
    },
    watch::stages::{Stage, Stages},
};

impl Server {
    /// Reads what is asked, authorises what it names, and does it.
    pub(super) async fn carry_out(
        &self,
        request: &Asked,
        call: &mut Call,
        ports: &Ports<'_>,
        chores: &mut Vec<Chore>,
    ) -> Result<(Command, Reply), ApiError> {
        let command = request.command(call.action, &self.limits(request.dialect()))?;
        // AWS has one name for several actions; what the request says tells which it means.
        call.action = command.action();
        // For the record of a refusal, the key that was named.
        call.key_id = command.key().and_then(|key| key.key_id()).cloned();
        call.source_key_id = command.source_key().and_then(|key| key.key_id()).cloned();
        call.key_ids = command.resources().to_vec();
        let (known, facts) = (call.known.clone(), call.facts.clone());
        let now_secs = ports.clock.now_millis().div_euclid(1000);
        let at = Circumstances { now_secs, facts: &facts };
        if let Some(account) = command.account() {
            Permit::named(known.caller(), &call.place, &command, at)?;
            self.check_registered(account, ports).await?;
            call.place.account = account.clone();
        }
        let place = call.place.clone();
        let permit = Permit::named(known.caller(), &place, &command, at)?;
        call.end(Stage::Authorise, ports.clock);
        for (place, command) in action::before(&command, &self.settings.regions) {
            self.do_beside(&command, &place, call, ports).await?;
        }
        let mut reply = self.act(&command, &permit, call, ports, chores).await;
        if let Some((kept, origin)) = needed(&reply, &command, &permit) {
            self.make_kept(kept, origin, call, ports).await?;
            reply = self.act(&command, &permit, call, ports, chores).await;
        }
        call.end(Stage::Do, ports.clock);
        let reply = reply.map_err(|error| permit.hide(error))?;
        Ok((command, reply))
    }

    /// Does it where its action is done: with a key in this isolate, in the keyring, or without either.
    async fn act(
        &self,
        command: &Command,
        permit: &Permit<'_>,
        call: &mut Call,
        ports: &Ports<'_>,
        chores: &mut Vec<Chore>,
    ) -> Result<Reply, ApiError> {
        if let Some(crypto) = action::as_crypto(command) {
            return self.use_key(crypto, command, permit, call, ports, chores).await;
        }
        let copies = self.copies(&call.place);
        Charge::begin(self, &copies, call, false, ports.clock.now_millis())?;
        let kind = call.action.row().kind;
        if matches!(kind, ActionKind::Change | ActionKind::Read) {
            return self.ask_keyring(command, permit, call, ports).await;
        }
        refuse_dry_run(command)?;
        let now_secs = ports.clock.now_millis().div_euclid(1000);
        match kind {
            ActionKind::Session => {
                let context = SessionContext {
                    caller: permit.caller(),
                    vouched: call.known.vouched(),
                    facts: &call.facts,
                    now_secs,
                    settings: &self.settings,
                    entropy: ports.entropy,
                    roles: &RoleFinder { server: self, ports },
                };
                action::make_session(command, &context).await
            }
            ActionKind::Trail => {
                let context = TrailContext {
                    place: permit.place(),
                    now_secs,
                    settings: &self.settings,
                    shards: &ShardReader { server: self, ports },
                };
                action::read_trail(command, &context).await
            }
            ActionKind::Edge | ActionKind::Crypto | ActionKind::Change | ActionKind::Read => {
                let edge = Edge {
                    caller: permit.caller(),
                    settings: &self.settings,
                    entropy: ports.entropy,
                    protection_levels: self.stores.protection_levels(),
                };
                action::run_at_edge(command, &edge)
            }
        }
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
        let charge = Charge::begin(self, &copies, call, true, ports.clock.now_millis())?;
        crypto.check()?;
        let wanted = crypto.wanted();
        let names_another = names_another(&wanted, permit.place());
        if command.reads_a_blob() || names_another {
            charge.check_misses()?;
        }
        let admission = Admission {
            wanted: &wanted,
            permit,
            command,
            charge: &charge,
            offer: self.settings.offer,
            found: Cell::new(None),
            stages: call.stages.as_ref(),
        };
        let reply = self.run(crypto, &admission, ports, chores).await;
        let found = admission.found.take();
        let is_found = found.is_some();
        if let Some(Keys { key, source }) = found {
            (call.key_id, call.key_place) = (Some(key.0), Some(key.1));
            (call.source_key_id, call.source_place) = source.unzip();
        }
        self.have_material_watched(ports.clock.now_millis(), chores);
        charge.settle();
        let is_miss = |error: &ApiError| {
            let does_not_open = error.code() == ErrorCode::InvalidCiphertext;
            command.reads_a_blob() && does_not_open
                || names_another && !is_found && error.status() < 500
        };
        if reply.as_ref().is_err_and(is_miss) {
            charge.charge_miss();
        }
        reply
    }

    /// Finds the keys and does it. What had to be waited for is told only if the keys may still be used when
    /// it comes.
    async fn run(
        &self,
        crypto: &dyn CryptoCommand,
        admission: &Admission<'_>,
        ports: &Ports<'_>,
        chores: &mut Vec<Chore>,
    ) -> Result<Reply, ApiError> {
        let targets = admission.wanted.map(|wanted| wanted.target);
        let spots = self.spots(&targets, admission.permit, ports).await?;
        let sites = Keys {
            key: spots.key.site(targets.key, self, ports),
            source: spots
                .source
                .as_ref()
                .zip(targets.source)
                .map(|(spot, target)| spot.site(target, self, ports)),
        };
        let reply = self.run_at(crypto, &sites, admission, ports).await;
        for Site { source, .. } in sites.iter() {
            let chore = Chore::Freshen(source.copies.place.clone());
            if source.freshness() == Freshness::Ageing && !chores.contains(&chore) {
                chores.push(chore);
            }
        }
        reply
    }

    async fn run_at(
        &self,
        crypto: &dyn CryptoCommand,
        sites: &Keys<Site<'_, '_>>,
        admission: &Admission<'_>,
        ports: &Ports<'_>,
    ) -> Result<Reply, ApiError> {
        let resolver = Resolver { stores: &self.stores };
        let keys = resolver.ready(sites, admission).await?;
        if let Some(stages) = admission.stages {
            stages.end(Stage::Resolve, ports.clock.now_millis());
        }
        let ready = ReadyKey {
            version: &keys.key,
            source: keys.source.as_deref(),
            entropy: ports.entropy,
            stores: &self.stores,
        };
        let limit = crypto.limit_millis();
        let (reply, waited) = timed(ports.timers, limit, crypto.run(&ready)).await;
        let reply = reply.unwrap_or_else(|| {
            let text = format!("the key store did not answer within {limit} ms");
            Err(stored(PortError(text)))
        })?;
        if waited && !is_back(Defect::SlowStore) {
            resolver.ready(sites, admission).await?;
        }
        Ok(reply)
    }

    /// Makes ready what the command needs, in this isolate.
    async fn prepare(
        &self,
        command: &Command,
        permit: &Permit<'_>,
        call: &Call,
        talk: &Talk<'_>,
        ports: &Ports<'_>,
    ) -> Result<Option<Prepared>, ApiError> {
        let preparing = Preparing {
            stores: &self.stores,
            roots: &self.settings.roots,
            entropy: ports.entropy,
            place: &call.place,
            now_millis: ports.clock.now_millis(),
            pkcs1: self.settings.import_pkcs1,
            offer: self.settings.offer,
            reserve: talk,
            keys: &Truth { talk, permit },
        };
        let prepared = action::prepare(command, &preparing);
        within(ports.timers, MAKE_LIMIT_MILLIS, prepared).await.unwrap_or_else(|| {
            let text = format!("no key was made within {MAKE_LIMIT_MILLIS} ms");
            Err(stored(PortError(text)))
        })
    }

    /// What a keyring is asked with, once what the command needs is ready.
    async fn ask_of(
        &self,
        command: &Command,
        request_id: RequestId,
        permit: &Permit<'_>,
        call: &Call,
        ports: &Ports<'_>,
    ) -> Result<Ask, ApiError> {
        let copies = self.copies(permit.place());
        let talk = self.source(&copies, ports).talk();
        Ok(Ask::Command(Box::new(CommandCall {
            command: command.clone(),
            caller: call.known.caller().clone(),
            nonce: command.action().changes().then(|| call.nonce.clone()),
            request_id,
            facts: call.facts.clone(),
            prepared: self.prepare(command, permit, call, &talk, ports).await?,
        })))
    }

    /// Has the key made that the caller is the first to need. It is a change with an event of its own.
    async fn make_kept(
        &self,
        kept: Kept,
        origin: Origin,
        call: &Call,
        ports: &Ports<'_>,
    ) -> Result<(), ApiError> {
        // Imported material has no successor.
        let rotation_interval =
            self.settings.product_key_rotation.filter(|_| origin == Origin::AliyunKms);
        let command = Command::CreateKey(CreateKey {
            kept,
            origin: Some(origin),
            rotation_interval,
            enable_automatic_rotation: rotation_interval.is_some(),
            ..CreateKey::default()
        });
        self.do_beside(&command, &call.place, call, ports).await
    }

    /// Has a change made that the call needs besides its own, by the same caller, at once. It has an event
    /// of its own.
    async fn do_beside(
        &self,
        command: &Command,
        place: &Place,
        call: &Call,
        ports: &Ports<'_>,
    ) -> Result<(), ApiError> {
        let now_secs = ports.clock.now_millis().div_euclid(1000);
        let at = Circumstances { now_secs, facts: &call.facts };
        let permit = Permit::named(call.known.caller(), place, command, at)?;
        if let Some(account) = command.account() {
            self.check_registered(account, ports).await?;
        }
        let request_id = make_request_id(ports.entropy)?;
        let ask = self.ask_of(command, request_id, &permit, call, ports).await?;
        let copies = self.copies(place);
        let source = self.source(&copies, ports);
        match source.talk().ask(ask).await? {
            Answer::Done(done) => {
                source.learn(&done);
                Ok(())
            }
            Answer::Refused(refused) => Err(refused.into_error()),
            _ => Err(misplaced()),
        }
    }

    async fn ask_keyring(
        &self,
        command: &Command,
        permit: &Permit<'_>,
        call: &mut Call,
        ports: &Ports<'_>,
    ) -> Result<Reply, ApiError> {
        let changes = call.action.changes();
        let ask = self.ask_of(command, call.request_id.clone(), permit, call, ports).await?;
        let copies = self.copies(&call.place);
        let source = self.source(&copies, ports);
        let answer = source.talk().ask(ask).await.inspect_err(|_| call.unknown = changes)?;
        match answer {
            Answer::Done(done) => {
                call.recorded = done.recorded && changes;
                source.learn(&done);
                call.key_id = done.key_id;
                Ok(done.reply)
            }
            Answer::Refused(refused) => {
                call.recorded = refused.recorded && changes;
                Err(refused.into_error())
            }
            _ => Err(misplaced()),
        }
    }
}

/// Keys as the keyring has them, for what is prepared for a command that names one.
struct Truth<'a> {
    talk: &'a Talk<'a>,
    permit: &'a Permit<'a>,
}

impl Truth<'_> {
    async fn find(&self, reference: &KeyReference) -> Result<(KeyView, Since), ApiError> {
        let key_id = match reference.within(self.permit.place())? {
            Local::Key(key_id) => key_id.clone(),
            Local::Alias(name) => {
                let (body, _) = self.talk.view(ViewName::Alias(name.clone())).await?;
                let body = body.ok_or(ErrorCode::AliasNotFound)?;
                AliasRecord::decode(&body).map_err(ApiError::internal)?.key_id
            }
        };
        let (body, since) = self.talk.view(ViewName::Key(key_id)).await?;
        let body = body.ok_or(ErrorCode::KeyNotFound)?;
        let view = KeyView::decode(&body).map_err(ApiError::internal)?;
        self.permit.found(&view.facts())?;
        Ok((view, since))
    }
}

impl LookUp for Truth<'_> {
    fn look_up<'a>(
        &'a self,
        key: &'a KeyReference,
    ) -> LocalFuture<'a, Result<(KeyView, Since), ApiError>> {
        Box::pin(self.find(key))
    }
}

/// Whether keys may be used by a caller, and which they were.
struct Admission<'a> {
    wanted: &'a Keys<Wanted<'a>>,
    permit: &'a Permit<'a>,
    command: &'a Command,
    charge: &'a Charge<'a>,
    offer: OfferPolicy,
    /// The keys and where they are, of another account only once the caller has its leave.
    found: Cell<Option<Keys<(KeyId, Place)>>>,
    stages: Option<&'a Stages>,
}

impl Admission<'_> {
    /// Whether a key may be used by this caller, in its state, and can do what is wanted of it.
    fn admit_one(
        &self,
        role: Role,
        key: &KeyView,
        place: &Place,
        wanted: &Wanted<'_>,
    ) -> Result<(), ApiError> {
        self.permit.found_as(role, &place.account, &key.facts())?;
        class::may_use(key.class(), &key.kept, self.permit.caller(), wanted.need)?;
        state::check(Use::Cryptography, key.state)?;
        self.offer
            .check_use(key.spec, key.usage, wanted.need)
            .map_err(|error| if wanted.target.is_blob() { blob_refused() } else { error })
    }
}

impl Admit for Admission<'_> {
    fn permit(&self, is_source: bool, key: &KeyView, place: &Place) -> Result<(), ApiError> {
        let role = if is_source { Role::Source } else { Role::Key };
        self.permit.found_as(role, &place.account, &key.facts())
    }

    fn admit(&self, keys: &Keys<(Rc<KeyView>, &Place)>) -> Result<(), ApiError> {
        self.found.set(Some(keys.map(|(key, place)| (key.key_id.clone(), (*place).clone()))));
        if let (Some((key, place)), Some(wanted)) = (&keys.source, &self.wanted.source) {
            self.admit_one(Role::Source, key, place, wanted)?;
        }
        let (key, place) = &keys.key;
        self.admit_one(Role::Key, key, place, &self.wanted.key)?;
        self.charge.by_class(key.class())?;
        // Nothing is asked to act for somebody who only wants to know.
        refuse_dry_run(self.command)
    }
}

/// Whether a key is named that is another account's.
fn names_another(wanted: &Keys<Wanted<'_>>, own: &Place) -> bool {
    wanted.iter().any(|wanted| {
        let named = match wanted.target {
            Target::Key { key, .. } => Some(key),
            Target::Blob { under, .. } => under,
        };
        matches!(named, Some(KeyReference::Arn(arn)) if arn.account != own.account)
    })
}

/// The key that this caller is the first to need, by its alias, which does not exist yet: the default
/// master key or its own service key for a product; for the account the default master key, whose material
/// it is about to import.
fn needed(
    reply: &Result<Reply, ApiError>,
    command: &Command,
    permit: &Permit<'_>,
) -> Option<(Kept, Origin)> {
    let is_missing = |error: &ApiError| error.code() == ErrorCode::AliasNotFound;
    if command.dry_run() || !reply.as_ref().is_err_and(is_missing) {
        return None;
    }
    let Ok(Local::Alias(name)) = command.key()?.within(permit.place()) else { return None };
    let is_it = |kept: &Kept| kept.alias().as_ref() == Some(name);
    match (&permit.caller().product, command) {
        (Some(product), _) if action::as_crypto(command).is_some() => {
            let mut kept = [Kept::DefaultMaster, Kept::Service(product.clone())].into_iter();
            kept.find(is_it).map(|kept| (kept, Origin::AliyunKms))
        }
        (None, Command::GetParametersForImport(_)) => {
            Some(Kept::DefaultMaster).filter(is_it).map(|kept| (kept, Origin::External))
        }
        _ => None,
    }
}

/// The one place where a dry run ends: all that would have been asked has been.
fn refuse_dry_run(command: &Command) -> Result<(), ApiError> {
    if command.dry_run() { Err(ErrorCode::DryRunOperationError.into()) } else { Ok(()) }
}
