// SPDX-License-Identifier: Apache-2.0
//! What a row of the table of actions says.

use crate::product::Product;

/// Where an action is carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActionKind {
    /// By the keyring, which it changes: decided there, one at a time.
    Change,
    /// By the keyring, which it reads.
    Read,
    /// Anywhere, with a key's material from a copy of the key.
    Crypto,
    /// Anywhere, without a key.
    Edge,
    /// Anywhere, with a role from a copy of its account.
    Session,
    /// Anywhere, with what the objects say that hold the events of a place.
    Trail,
}

/// What an action touches that names neither a key nor an alias.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// All keys of the place.
    Keys,
    /// All aliases of the place, also where it names a key.
    Aliases,
    /// Nothing that is kept.
    Nothing,
}

/// What an action's `KeyId` may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyNames {
    /// The action has none.
    None,
    /// The key itself. Alibaba: its id. AWS: its id or ARN.
    Key,
    /// As `Key`. Alibaba: also the default master key by its alias, as it has no id before its first need.
    First,
    /// The key itself, by its id or ARN.
    Arn,
    /// The key or one of its aliases. Alibaba: id, alias or key ARN. AWS: an alias's ARN too.
    Any,
}

/// Which calls share a rate (wire reference, section 2.2). Nothing here limits rates: the service does, by
/// these groups, at rates that an operator may change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Throttle {
    /// 10 a second.
    CreateKey,
    /// 50 a second.
    Reads,
    /// 30 a second.
    Writes,
    /// 300 a second.
    TagReads,
    /// 1,000 a second.
    Symmetric,
    /// 200 a second.
    Asymmetric,
    /// 1 a second.
    Account,
}

/// Whether a client may send a call again when it does not know what became of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// The second time does no more than the first.
    Harmless,
    /// The second time would do more than the first, or report an error for what the first one did.
    Never,
}

/// What proves who makes a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Proof {
    /// The signature of an access key.
    Signature,
    /// A token that the command itself carries ([`super::Action::identity_token`]), whether anybody signs or not.
    Token,
}

/// The clouds that have an action.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Clouds {
    /// Alibaba and AWS.
    Both,
    /// Alibaba alone.
    Aliyun,
    /// AWS alone.
    Aws,
}

/// A row of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// The name on the wire, and in policies and events.
    pub name: &'static str,
    /// Whose API it belongs to.
    pub product: Product,
    /// AWS's name. Several actions may share one: what a request says tells which it means.
    pub aws_name: &'static str,
    /// The folder of its rule, and its chapter in the reference.
    pub family: &'static str,
    /// Where it is carried out.
    pub kind: ActionKind,
    /// What it touches, if it names neither a key nor an alias.
    pub scope: Scope,
    /// What `KeyId` may be.
    pub key: KeyNames,
    /// The name that a policy allows or denies; none if every authenticated caller may.
    pub permission: Option<&'static str>,
    /// Whether it is for whoever runs the deployment, and for no account's users.
    pub is_operators: bool,
    /// What proves who calls.
    pub proof: Proof,
    /// The name for the key that it reads from, if that is another than the one that it works with.
    pub source_permission: Option<&'static str>,
    /// Whether a call leaves an event.
    pub audited: bool,
    /// Which calls it shares a rate with.
    pub throttle: Throttle,
    /// Whether a client may repeat it.
    pub repeat: Repeat,
    /// Which clouds have it.
    pub clouds: Clouds,
}
