//! Waiting in a browser: tasks that end with their handle, a bell that ends a wait early, limits.

use std::{
    cell::RefCell,
    future::{Future, poll_fn},
    pin::{Pin, pin},
    rc::Rc,
    task::Poll,
    time::Duration,
};

use futures_channel::oneshot;
use futures_util::future::{AbortHandle, abortable};
use gloo_timers::future::TimeoutFuture;

/// A task that runs until it is done or this handle is dropped. Nothing of it runs after that,
/// and what it holds (a socket, a request) is dropped with it.
#[derive(Debug)]
pub struct Task(AbortHandle);

impl Task {
    /// Begins a task.
    pub fn begin(task: impl Future<Output = ()> + 'static) -> Self {
        let task: Pin<Box<dyn Future<Output = ()>>> = Box::pin(task);
        let (task, handle) = abortable(task);
        wasm_bindgen_futures::spawn_local(async {
            let _ = task.await;
        });
        Self(handle)
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// Ends waits early: the network is back, somebody looks at the tab again, "retry now".
#[derive(Clone, Debug, Default)]
pub struct Bell(Rc<RefCell<Vec<oneshot::Sender<()>>>>);

/// Equal when ringing one rings the other.
impl PartialEq for Bell {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Bell {
    /// Wakes all that wait for it now.
    pub fn ring(&self) {
        let waiting = self.0.take();
        for one in waiting {
            let _ = one.send(());
        }
    }

    /// Waits for the bell. It is armed by the call, not by the first poll.
    pub fn rung(&self) -> impl Future<Output = ()> + use<> {
        let (one, rung) = oneshot::channel();
        let mut waiting = self.0.borrow_mut();
        waiting.retain(|one| !one.is_canceled());
        waiting.push(one);
        async {
            let _ = rung.await;
        }
    }
}

/// Waits for `time`; at most 24 days, which is as far as a browser's timer reaches.
pub fn sleep(time: Duration) -> TimeoutFuture {
    // In seconds and milliseconds, for whole milliseconds come as 128 bits.
    let seconds = u32::try_from(time.as_secs()).unwrap_or(u32::MAX);
    TimeoutFuture::new(seconds.min(2_000_000) * 1000 + time.subsec_millis())
}

/// Waits for whichever comes first, and drops the other.
pub async fn first<T>(one: impl Future<Output = T>, other: impl Future<Output = T>) -> T {
    let (mut one, mut other) = (pin!(one), pin!(other));
    poll_fn(|cx| match one.as_mut().poll(cx) {
        Poll::Pending => other.as_mut().poll(cx),
        done => done,
    })
    .await
}

/// What comes within `time`, or `None`.
pub async fn within<T>(time: Duration, what: impl Future<Output = T>) -> Option<T> {
    let (mut what, mut end) = (pin!(what), sleep(time));
    poll_fn(|cx| match what.as_mut().poll(cx) {
        Poll::Pending => Pin::new(&mut end).poll(cx).map(|()| None),
        Poll::Ready(done) => Poll::Ready(Some(done)),
    })
    .await
}
