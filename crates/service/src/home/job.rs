// SPDX-License-Identifier: Apache-2.0
//! The jobs that every object with copies has, by name. A name is stored state: never change one. All of them
//! may be carried out twice.

use crate::{audit::deliver::DELIVER_EVENTS, object::name::ViewName};

/// One job.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HomeJob {
    /// Write a view to KV as the truth then has it, or a tombstone.
    Publish(ViewName),
    /// Hand events to the log.
    DeliverEvents,
    /// Publish everything anew, so that copies neither grow too old nor stay away.
    Sweep,
    /// Forget what is too old to matter: nonces, altered names, delivered events, counts of calls.
    Housekeeping,
}

impl HomeJob {
    /// Its name in the agenda.
    #[must_use]
    pub fn name(&self) -> String {
        match self {
            Self::Publish(name) => format!("publish:{}", name.local()),
            Self::DeliverEvents => DELIVER_EVENTS.to_owned(),
            Self::Sweep => "sweep".to_owned(),
            Self::Housekeeping => "housekeeping".to_owned(),
        }
    }

    /// The inverse of [`HomeJob::name`].
    #[must_use]
    pub fn from_name(text: &str) -> Option<Self> {
        match (text, text.split_once(':')) {
            (DELIVER_EVENTS, _) => Some(Self::DeliverEvents),
            ("sweep", _) => Some(Self::Sweep),
            ("housekeeping", _) => Some(Self::Housekeeping),
            (_, Some(("publish", name))) => ViewName::from_local(name).map(Self::Publish),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_pinned_and_read_back() {
        for name in ["publish:alias/photos", "deliver-events", "sweep", "housekeeping"] {
            assert_eq!(HomeJob::from_name(name).unwrap().name(), name);
        }
        for unknown in ["", "publish:", "sweep:x"] {
            assert_eq!(HomeJob::from_name(unknown), None, "{unknown}");
        }
    }
}
