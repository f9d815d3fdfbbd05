// SPDX-License-Identifier: Apache-2.0
//! One run: a world from a seed, so many steps, and then a calm in which everything must come right.

use std::rc::Rc;

use edgekms_api::place::Place;
use edgekms_service::{
    copies::view::View,
    defects::{Defect, put_back},
    object::truth::TruthStore,
    settings::StateConsistency,
};

use crate::{
    caller::{Known, call_on},
    executor::{Executor, Step},
    isolate::Isolates,
    world::{ACCESS_KEY_SECRET, World, settings},
};

const CALLERS: usize = 6;
const START_MILLIS: i64 = 1_700_000_000_000;
const HOUR_MILLIS: i64 = 60 * 60 * 1000;
/// The calm at the end: longer than a sweep takes to come round.
const CALM_MILLIS: i64 = 40 * HOUR_MILLIS;
/// How often the whole database is held against what was acknowledged, and the remote key store against
/// the databases.
const LOOK_STEPS: u64 = 1_000;
/// The calm is over long before this, or something never comes to rest.
const CALM_STEPS: u64 = 2_000_000;

/// What a run came to.
#[derive(Debug, Clone, Copy, Default)]
pub struct Report {
    /// Steps taken.
    pub steps: u64,
    /// Calls answered, and of them by a success.
    pub calls: (u64, u64),
    /// Calls about keys by users and sessions that were let in, and that were not.
    pub others: (u64, u64),
    /// Transactions of the keyrings and the account.
    pub commits: u64,
    /// Simulated time, in milliseconds.
    pub millis: i64,
}

/// What must never be, and was.
#[derive(Debug)]
pub struct Failure {
    /// What it was.
    pub what: String,
    /// At which step.
    pub step: u64,
    /// What led there, oldest first.
    pub lines: Vec<String>,
}

/// How to run.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    /// From what everything is drawn.
    pub seed: u64,
    /// Steps before the calm.
    pub steps: u64,
    /// A defect that is put back.
    pub defect: Option<Defect>,
    /// Whether everything that happens is printed.
    pub loud: bool,
}

/// Runs `plan`.
///
/// # Errors
/// [`Failure`] as soon as something is so that must never be.
pub fn run(plan: Plan) -> Result<Report, Box<Failure>> {
    put_back(plan.defect);
    let outcome = run_with_defect(plan);
    put_back(None);
    outcome
}

fn run_with_defect(plan: Plan) -> Result<Report, Box<Failure>> {
    let fault = |what: String| Box::new(Failure { what, step: 0, lines: Vec::new() });
    let executor = Executor::new(plan.seed, START_MILLIS);
    let strict = executor.chance(300);
    let consistency = if strict { StateConsistency::Strict } else { StateConsistency::Eventual };
    let settings = Rc::new(settings(consistency).map_err(fault)?);
    let world = World::new(executor.clone(), settings);
    let world = world.ok_or_else(|| fault("the account has no place".to_owned()))?;
    world.loud.set(plan.loud);
    world.keep_secret(ACCESS_KEY_SECRET);
    let isolates = Isolates::start(world.clone());
    let known = Rc::new(Known::default());
    for _ in 0..CALLERS {
        executor.spawn(None, call_on(isolates.clone(), known.clone()));
    }
    executor.spawn(None, disturb(isolates.clone(), known.clone()));
    let mut report = Report::default();
    while report.steps < plan.steps {
        step(&world, &mut report)?;
    }
    calm(&world, &known, &mut report)?;
    report.calls = (known.answered.get(), known.succeeded.get());
    report.others = known.others.get();
    let keyrings: u64 = world.regions.iter().map(|region| region.truth.commits()).sum();
    report.commits = keyrings + world.account.truth.commits();
    report.millis = executor.now() - START_MILLIS;
    Ok(report)
}

fn step(world: &Rc<World>, report: &mut Report) -> Result<Step, Box<Failure>> {
    let step = world.executor.step(world.alarm());
    world.ring_if_due();
    report.steps += 1;
    if report.steps.is_multiple_of(LOOK_STEPS) {
        world.regions.iter().for_each(|region| region.truth.hold_against(&*region.store));
        world.hold_stores();
    }
    match world.violation() {
        None => Ok(step),
        Some(what) => Err(failed(world, report, what)),
    }
}

fn failed(world: &World, report: &Report, what: String) -> Box<Failure> {
    Box::new(Failure { what, step: report.steps, lines: world.told() })
}

/// What goes wrong besides: objects and isolates end, somebody writes to KV, nobody calls for days.
async fn disturb(isolates: Rc<Isolates>, known: Rc<Known>) {
    let world = isolates.world.clone();
    let executor = world.executor.clone();
    let between =
        |below: i64| i64::try_from(executor.draw(u64::try_from(below).unwrap_or(1))).unwrap_or(0);
    while !known.over.get() {
        executor.sleep(between(10_000)).await;
        match executor.draw(100) {
            0..=24 => world.end_an_object(),
            25..=39 => isolates.end_one(),
            40..=89 => world.meddle(),
            90..=94 => {
                let longest = between(20_000);
                world.tell(|| format!("the audit objects fail for {longest} ms"));
                world.trail_fails_until.set(executor.now() + longest);
            }
            _ => {
                let longest = if executor.chance(60) { 9 * 24 * HOUR_MILLIS } else { HOUR_MILLIS };
                let quiet = between(longest);
                world.tell(|| format!("nobody calls for {quiet} ms"));
                known.quiet_until.set(executor.now() + quiet);
                executor.sleep(quiet).await;
            }
        }
    }
}

/// Faults end and callers stop: now every copy must become what the truth is.
fn calm(world: &Rc<World>, known: &Known, report: &mut Report) -> Result<(), Box<Failure>> {
    known.over.set(true);
    world.faults.set(false);
    world.tell(|| "it is calm".to_owned());
    let (until, last) = (world.executor.now() + CALM_MILLIS, report.steps + CALM_STEPS);
    while world.executor.now() < until {
        if step(world, report)? == Step::Idle {
            break;
        }
        if report.steps > last {
            return Err(failed(world, report, "it does not come to rest".to_owned()));
        }
    }
    for region in &world.regions {
        region.truth.hold_against(&*region.store);
    }
    all_is_well(world).map_err(|what| failed(world, report, what))?;
    world.look_for_secrets();
    world.hold_stores();
    if let Some(version_id) = world.orphan() {
        let what = format!("the remote store still keeps {version_id}, which is no key's");
        return Err(failed(world, report, what));
    }
    step(world, report).map(drop)
}

/// Every copy is what the truth is, and every chain of events is whole.
fn all_is_well(world: &Rc<World>) -> Result<(), String> {
    for region in &world.regions {
        converged(world, &region.place, &*region.store)?;
    }
    converged(world, &world.account.place, &*world.account.store)?;
    world.verify_chains()
}

fn converged<S: TruthStore>(world: &World, place: &Place, store: &S) -> Result<(), String> {
    let names = store.view_names("", u64::MAX).map_err(|error| error.to_string())?;
    for name in names {
        let key = name.published_key(place);
        let text = world.published(&key).ok_or_else(|| format!("KV has nothing under {key}"))?;
        let now = world.executor.now();
        let view = View::open(&text, &world.settings.roots, place, &name, now)
            .ok_or_else(|| format!("what KV has under {key} is no view of it: {text}"))?;
        let truth = store.view(&name).map_err(|error| error.to_string())?;
        if view.body != truth {
            return Err(format!("the copy under {key} is {:?}, not {truth:?}", view.body));
        }
    }
    Ok(())
}
