//! Patience: how long a connection waits for the head of the next request, with one alarm per connection.
//!
//! The limit begins anew with every request. Setting a timer of the runtime and taking it back each time
//! costs more than reading the request, so the alarm of a connection stays set, and only when it rings early
//! is it set again, to the limit of that moment. Nobody is cut off early, nobody waits longer.

use hyper::rt::{Sleep, Timer};
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

type Alarm = Arc<Mutex<Option<Pin<Box<tokio::time::Sleep>>>>>;

/// The timer of one connection. Only one of its waits may be polled at a time, which HTTP/1 keeps.
#[derive(Default)]
pub struct Patience {
    alarm: Alarm,
}

impl Timer for Patience {
    fn sleep(&self, duration: Duration) -> Pin<Box<dyn Sleep>> {
        self.sleep_until(self.now() + duration)
    }

    fn sleep_until(&self, deadline: Instant) -> Pin<Box<dyn Sleep>> {
        Box::pin(Wait { deadline: deadline.into(), alarm: self.alarm.clone() })
    }

    fn now(&self) -> Instant {
        tokio::time::Instant::now().into_std()
    }
}

struct Wait {
    deadline: tokio::time::Instant,
    alarm: Alarm,
}

impl Sleep for Wait {}

impl Future for Wait {
    type Output = ();

    fn poll(self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<()> {
        let mut alarm = self.alarm.lock().unwrap_or_else(PoisonError::into_inner);
        let alarm = alarm.get_or_insert_with(|| Box::pin(tokio::time::sleep_until(self.deadline)));
        if alarm.deadline() > self.deadline {
            alarm.as_mut().reset(self.deadline);
        }
        loop {
            ready!(alarm.as_mut().poll(context));
            if alarm.deadline() >= self.deadline {
                return Poll::Ready(());
            }
            alarm.as_mut().reset(self.deadline);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHORT: Duration = Duration::from_millis(30);
    const HOUR: Duration = Duration::from_secs(3_600);

    #[tokio::test]
    async fn a_limit_that_begins_anew_is_kept_whole() {
        let patience = Patience::default();
        let mut first = patience.sleep(SHORT);
        assert!(futures::poll!(&mut first).is_pending());
        drop(first);
        // The alarm still rings for the first wait, in the middle of the second.
        let began = patience.now();
        patience.sleep(2 * SHORT).await;
        assert!(began.elapsed() >= 2 * SHORT);
    }

    #[tokio::test]
    async fn a_shorter_limit_does_not_wait_for_the_longer_one_before_it() {
        let patience = Patience::default();
        let mut longer = patience.sleep(HOUR);
        assert!(futures::poll!(&mut longer).is_pending());
        drop(longer);
        let began = patience.now();
        patience.sleep(SHORT).await;
        assert!(began.elapsed() >= SHORT);
    }
}
