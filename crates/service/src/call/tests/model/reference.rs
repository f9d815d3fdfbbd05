// SPDX-License-Identifier: Apache-2.0
//! What keys, aliases and tags ought to do, said as simply as can be: a list of keys, a map of aliases, a
//! day's number. It knows nothing of views, jobs or messages.

use std::collections::BTreeMap;

use serde::Serialize;

/// Quotas of the service that the model is compared with.
pub(super) const MAX_KEYS: usize = 5;
pub(super) const MAX_ALIASES: usize = 4;
pub(super) const MAX_ASYMMETRIC_KEY_VERSIONS: usize = 3;

/// One step. Keys are named by the order in which they were made, whether or not they are still there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) enum Step {
    Create {
        spec: &'static str,
        rotation: Option<u32>,
    },
    Enable(usize),
    Disable(usize),
    ScheduleDeletion(usize, u32),
    CancelDeletion(usize),
    Protect(usize, bool),
    Rotation(usize, Option<u32>),
    CreateVersion(usize),
    CreateAlias(usize, &'static str),
    UpdateAlias(usize, &'static str),
    DeleteAlias(&'static str),
    Tag(usize, &'static str),
    Untag(usize, &'static str),
    Encrypt(usize),
    EncryptByAlias(&'static str),
    /// Decrypts what the so many-th encryption made.
    Decrypt(usize),
    /// So many days pass, and what is due is done.
    Pass(u32),
    /// Isolates and objects end and begin anew.
    Restart,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Enabled,
    Disabled,
    PendingDeletion,
}

#[derive(Debug, Clone)]
struct Key {
    spec: &'static str,
    state: State,
    delete_on: u32,
    protected: bool,
    rotation: Option<u32>,
    last_rotation: u32,
    versions: usize,
    tags: Vec<&'static str>,
}

/// A key's number, state, rotation, versions, tags, and whether it is protected.
pub(super) type ListedKey = (usize, String, String, usize, Vec<&'static str>, bool);

/// What lists and descriptions must tell.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Listed {
    /// Keys that are there, in order.
    pub(super) keys: Vec<ListedKey>,
    /// Aliases, in order, with the number of the key that they name.
    pub(super) aliases: Vec<(&'static str, usize)>,
}

/// Everything that there is.
#[derive(Debug, Clone, Default)]
pub(super) struct Reference {
    today: u32,
    keys: Vec<Option<Key>>,
    aliases: BTreeMap<&'static str, usize>,
    /// The key of each blob.
    blobs: Vec<usize>,
}

const OK: &str = "ok";
const NOT_FOUND: &str = "Forbidden.KeyNotFound";
const MODIFIED: &str = "Rejected.StateModifiedFailed";
const LIMIT: &str = "Rejected.LimitExceeded";
const UNSUPPORTED: &str = "UnsupportedOperation";

impl Reference {
    /// How many keys were ever made.
    pub(super) fn made(&self) -> usize {
        self.keys.len()
    }

    /// How many blobs were ever made.
    pub(super) fn sealed(&self) -> usize {
        self.blobs.len()
    }

    fn usable(&self, number: usize) -> Result<&Key, &'static str> {
        let key = self.keys.get(number).and_then(Option::as_ref).ok_or(NOT_FOUND)?;
        match key.state {
            State::Enabled => Ok(key),
            State::Disabled => Err("Rejected.Disabled"),
            State::PendingDeletion => Err("Rejected.PendingDeletion"),
        }
    }

    fn key(&mut self, number: usize) -> Result<&mut Key, &'static str> {
        self.keys.get_mut(number).and_then(Option::as_mut).ok_or(NOT_FOUND)
    }

    /// A key that is not to be deleted; else `refusal`.
    fn kept(&mut self, number: usize, refusal: &'static str) -> Result<&mut Key, &'static str> {
        let key = self.key(number)?;
        if key.state == State::PendingDeletion { Err(refusal) } else { Ok(key) }
    }

    /// Takes a step; the code that it is answered with.
    pub(super) fn take(&mut self, step: &Step) -> &'static str {
        self.outcome(step).err().unwrap_or(OK)
    }

    fn outcome(&mut self, step: &Step) -> Result<(), &'static str> {
        let today = self.today;
        match step {
            Step::Create { spec, rotation } => self.create(spec, *rotation)?,
            Step::Enable(number) => {
                self.kept(*number, MODIFIED)?.state = State::Enabled;
                self.rotate();
            }
            Step::Disable(number) => self.kept(*number, MODIFIED)?.state = State::Disabled,
            Step::ScheduleDeletion(number, days) => {
                let key = self.kept(*number, MODIFIED)?;
                if key.protected {
                    return Err(MODIFIED);
                }
                (key.state, key.delete_on) = (State::PendingDeletion, today + days);
            }
            Step::CancelDeletion(number) => {
                let key = self.key(*number)?;
                if key.state != State::PendingDeletion {
                    return Err(MODIFIED);
                }
                key.state = State::Enabled;
                self.rotate();
            }
            Step::Protect(number, on) => {
                self.kept(*number, "Rejected.PendingDeletion")?.protected = *on;
            }
            Step::Rotation(number, interval) => {
                if self.usable(*number)?.spec != "Aliyun_AES_256" {
                    return Err(UNSUPPORTED);
                }
                self.key(*number)?.rotation = *interval;
                self.rotate();
            }
            Step::CreateVersion(number) => self.create_version(*number)?,
            Step::CreateAlias(number, alias) => {
                self.kept(*number, MODIFIED)?;
                if self.aliases.contains_key(alias) {
                    return Err("AliasAlreadyExists");
                }
                if self.aliases.len() >= MAX_ALIASES {
                    return Err(LIMIT);
                }
                self.aliases.insert(alias, *number);
            }
            Step::UpdateAlias(number, alias) => {
                self.kept(*number, "Rejected.PendingDeletion")?;
                *self.aliases.get_mut(alias).ok_or("Forbidden.AliasNotFound")? = *number;
            }
            Step::DeleteAlias(alias) => {
                self.aliases.remove(alias).ok_or("Forbidden.AliasNotFound")?;
            }
            Step::Tag(number, tag) => {
                let key = self.kept(*number, "Rejected.PendingDeletion")?;
                if !key.tags.contains(tag) {
                    key.tags.push(tag);
                    key.tags.sort_unstable();
                }
            }
            Step::Untag(number, tag) => {
                self.kept(*number, "Rejected.PendingDeletion")?.tags.retain(|held| held != tag);
            }
            Step::Encrypt(number) => self.encrypt(*number)?,
            Step::EncryptByAlias(alias) => {
                self.encrypt(*self.aliases.get(alias).ok_or("Forbidden.AliasNotFound")?)?;
            }
            Step::Decrypt(blob) => {
                let number = self.blobs.get(*blob).copied().unwrap_or(usize::MAX);
                // What no key opens (any more) has one answer, whatever the reason.
                let is_there = self.keys.get(number).is_some_and(Option::is_some);
                if !is_there {
                    return Err("InvalidParameter");
                }
                self.usable(number)?;
            }
            Step::Pass(days) => self.pass(*days),
            Step::Restart => {}
        }
        Ok(())
    }

    fn create(&mut self, spec: &'static str, rotation: Option<u32>) -> Result<(), &'static str> {
        if rotation.is_some() && spec != "Aliyun_AES_256" {
            return Err(UNSUPPORTED);
        }
        if self.keys.iter().flatten().count() >= MAX_KEYS {
            return Err(LIMIT);
        }
        self.keys.push(Some(Key {
            spec,
            state: State::Enabled,
            delete_on: 0,
            protected: false,
            rotation,
            last_rotation: self.today,
            versions: 1,
            tags: Vec::new(),
        }));
        Ok(())
    }

    fn create_version(&mut self, number: usize) -> Result<(), &'static str> {
        let today = self.today;
        let key = self.usable(number)?;
        if key.spec != "EC_P256" {
            return Err(UNSUPPORTED);
        }
        if today - key.last_rotation < 7 || key.versions >= MAX_ASYMMETRIC_KEY_VERSIONS {
            return Err(LIMIT);
        }
        let key = self.key(number)?;
        (key.versions, key.last_rotation) = (key.versions + 1, today);
        Ok(())
    }

    fn pass(&mut self, days: u32) {
        self.today += days;
        self.rotate();
        let today = self.today;
        for key in &mut self.keys {
            let is_doomed =
                |key: &Key| key.state == State::PendingDeletion && key.delete_on <= today;
            if key.as_ref().is_some_and(is_doomed) {
                *key = None;
            }
        }
    }

    fn encrypt(&mut self, number: usize) -> Result<(), &'static str> {
        if self.usable(number)?.spec != "Aliyun_AES_256" {
            return Err(UNSUPPORTED);
        }
        self.blobs.push(number);
        Ok(())
    }

    /// Each key whose rotation is due gets one version, however long ago that was.
    fn rotate(&mut self) {
        for key in self.keys.iter_mut().flatten() {
            let due = key.rotation.is_some_and(|days| key.last_rotation + days <= self.today);
            if due && key.state == State::Enabled {
                (key.versions, key.last_rotation) = (key.versions + 1, self.today);
            }
        }
    }

    /// What lists and descriptions must tell now.
    pub(super) fn listed(&self) -> Listed {
        let row = |(number, key): (usize, &Option<Key>)| {
            let key = key.as_ref()?;
            let rotation = match (key.rotation, key.state) {
                (None, _) => "Disabled",
                (Some(_), State::Enabled) => "Enabled",
                (Some(_), _) => "Suspended",
            };
            let (state, tags) = (format!("{:?}", key.state), key.tags.clone());
            Some((number, state, rotation.to_owned(), key.versions, tags, key.protected))
        };
        Listed {
            keys: self.keys.iter().enumerate().filter_map(row).collect(),
            aliases: self.aliases.iter().map(|(name, key)| (*name, *key)).collect(),
        }
    }
}
