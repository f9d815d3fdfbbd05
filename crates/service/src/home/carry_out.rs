// SPDX-License-Identifier: Apache-2.0
//! Carrying out the jobs that every object with copies has.

use edgekms_api::{place::Place, usage::Day};

use super::{Home, Started, job::HomeJob, sweep::sweep};
use crate::{
    audit::{
        deliver::deliver,
        export::Origin,
        link::state_head,
        retention::{Forgotten, Kept, forget as forget_events},
    },
    copies::{
        share::published_keys,
        view::{KV_LIVES_SECS, MAX_SKEW_MILLIS, View},
    },
    object::{
        Batch, Job, Transactor, batch::Forget, name::ViewName, shell::Outcome, truth::TruthStore,
    },
    port::PortError,
    usage::KEPT_DAYS,
};

const HOUR_MILLIS: i64 = 60 * 60 * 1000;
/// How often what is too old is forgotten.
pub(super) const HOUSEKEEPING_MILLIS: i64 = HOUR_MILLIS;
/// How long it is known which names altered: longer than a view lives, by the skew of two clocks.
const ALTERED_KEPT_MILLIS: i64 = 25 * HOUR_MILLIS;
/// How many events an object keeps at the most: about a tenth of what an object of the platform may hold.
const EVENTS_KEPT: u64 = 1_000_000;

impl HomeJob {
    /// Carries it out.
    ///
    /// # Errors
    /// [`PortError`]; it is then tried again.
    pub async fn carry_out<S: TruthStore + ?Sized>(
        &self,
        job: &Job,
        home: &Home,
        started: &Started,
        object: &Transactor<'_, S>,
    ) -> Result<Outcome<S::Change>, PortError> {
        match self {
            Self::Publish(name) => publish(home, name, started, object)
                .await
                .inspect_err(|_| home.count_kv_write_error()),
            Self::DeliverEvents if home.settings().audit_log => {
                deliver(&*home.outlets.log, object).await
            }
            Self::DeliverEvents => Ok(Outcome::done()),
            Self::Sweep => sweep(&job.note, object),
            Self::Housekeeping => housekeeping(home, &started.place, object).await,
        }
    }
}

async fn publish<S: TruthStore + ?Sized>(
    home: &Home,
    name: &ViewName,
    started: &Started,
    object: &Transactor<'_, S>,
) -> Result<Outcome<S::Change>, PortError> {
    // The truth as it is now: several changes of one name are one write.
    let view = View {
        epoch: started.epoch.clone(),
        revision: object.store.revision()?,
        made_millis: object.now_millis(),
        body: object.store.view(name)?,
    };
    let text = view
        .seal(home.roots(), &started.place, name)
        .map_err(|error| PortError(error.to_string()))?;
    let ViewName::Share(id) = name else {
        home.views.put(&name.published_key(&started.place), &text, KV_LIVES_SECS).await?;
        return Ok(Outcome::done());
    };
    let keys = published_keys(home.roots(), id).map_err(|error| PortError(error.to_string()))?;
    if view.body.is_none() {
        // Not a tombstone: without a body it could not say whose it is, and so not be told from a forgery.
        for key in &keys {
            home.views.delete(key).await?;
        }
    } else if let Some(current) = keys.first() {
        home.views.put(current, &text, KV_LIVES_SECS).await?;
    }
    Ok(Outcome::done())
}

async fn housekeeping<S: TruthStore + ?Sized>(
    home: &Home,
    place: &Place,
    object: &Transactor<'_, S>,
) -> Result<Outcome<S::Change>, PortError> {
    let now = object.now_millis();
    let days = i64::from(home.settings().audit_retention_days);
    let kept = Kept { since_millis: now - days * 24 * HOUR_MILLIS, number: EVENTS_KEPT };
    let chain = home.chain(place)?;
    let origin = Origin { place, shard: home.shard, chain: &chain };
    let archive = home.outlets.archive.as_deref();
    let Forgotten { through, facts, more } =
        forget_events(object.store, archive, &origin, kept, now).await?;
    let forget = Forget { altered_before: now - ALTERED_KEPT_MILLIS, events_through: through };
    // Another machine's clock may be behind this one's, and would take an expired mark for good.
    let mut changes = vec![object.store.forget_nonces(now - MAX_SKEW_MILLIS)];
    let today = Day::of_unix_secs(now.div_euclid(1_000));
    changes.extend(object.store.forget_usage(today.before(KEPT_DAYS).number()));
    object.commit(&Batch { changes, facts, forget: Some(forget), ..Batch::default() })?;
    if !more && home.settings().audit_log {
        state_head(object.store, &chain, &*home.outlets.log, now).await?;
    }
    let due_millis = if more { now } else { now + HOUSEKEEPING_MILLIS };
    Ok(Outcome::GoesOn { note: String::new(), due_millis })
}
