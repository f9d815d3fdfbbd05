// SPDX-License-Identifier: Apache-2.0
//! Being told by another request of the same isolate.

use super::LocalFuture;

/// Bells. One belongs to the request that hangs it: there it is heard, and what goes on then is that
/// request's own work. Anybody may ring it.
pub trait Bells {
    /// A bell, and the hearing of it. Whoever listens must have a timer beside it, since whoever was to
    /// ring may be gone.
    fn bell(&self) -> (Box<dyn Ringer>, LocalFuture<'static, ()>);
}

/// The end of a bell that is rung.
pub trait Ringer {
    /// Rings it, now or before it is listened to.
    fn ring(&self);
}
