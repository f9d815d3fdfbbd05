// SPDX-License-Identifier: Apache-2.0
//! Waiting, and giving up.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::Poll,
};

use super::LocalFuture;

/// Timers. On Workers a timer belongs to the request that set it, so whoever waits sets its own.
pub trait Timers {
    /// Done after `millis` milliseconds, or a little later.
    fn sleep(&self, millis: u32) -> LocalFuture<'static, ()>;
}

/// The outcome of `work`, or `None` once `millis` have passed. What `work` had begun outside may
/// still take effect.
pub async fn within<T>(
    timers: &dyn Timers,
    millis: u32,
    work: impl Future<Output = T>,
) -> Option<T> {
    timed(timers, millis, work).await.0
}

/// As [`within`], and whether `work` had to be waited for at all.
pub async fn timed<T>(
    timers: &dyn Timers,
    millis: u32,
    work: impl Future<Output = T>,
) -> (Option<T>, bool) {
    let mut work = pin!(work);
    // What is ready at once costs no timer.
    let first = poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending => Poll::Ready(None),
    });
    if let Some(value) = first.await {
        return (Some(value), false);
    }
    let mut timer = timers.sleep(millis);
    let outcome = poll_fn(|context| match work.as_mut().poll(context) {
        Poll::Ready(value) => Poll::Ready(Some(value)),
        Poll::Pending => timer.as_mut().poll(context).map(|()| None),
    });
    (outcome.await, true)
}

#[cfg(test)]
mod tests {
    use futures::executor::block_on;

    use super::*;

    struct AtOnce;

    impl Timers for AtOnce {
        fn sleep(&self, _: u32) -> LocalFuture<'static, ()> {
            Box::pin(async {})
        }
    }

    #[test]
    fn what_never_ends_is_given_up() {
        assert_eq!(block_on(within(&AtOnce, 1, std::future::pending::<()>())), None);
        assert_eq!(block_on(within(&AtOnce, 1, async { 7 })), Some(7));
        assert_eq!(block_on(timed(&AtOnce, 1, async { 7 })), (Some(7), false));
    }
}
