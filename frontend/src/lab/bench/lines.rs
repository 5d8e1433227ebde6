//! What the workbench does with its panes' lines: watches them, makes faults on them, closes them.

use std::rc::Rc;

use tidings_shared::Mode;
use wasm_bindgen_futures::spawn_local;

use super::Bench;
use crate::{
    lab::{
        fault::Fault,
        lines::{Line, Record},
        net,
        pane::Pane,
        wire_feed,
    },
    net::Failure,
};

impl Bench {
    /// The panes have changed: their lines are watched, connections are shared out, the address says it.
    pub(super) fn arrange(self: &Rc<Self>) {
        let panes = self.panes();
        let lines: Vec<_> = panes.iter().filter_map(|pane| pane.line()).collect();
        let bench = Rc::downgrade(self);
        *self.wire.borrow_mut() = wire_feed::follow(lines, move |records: Vec<Record>| {
            let Some(bench) = bench.upgrade() else { return };
            let panes = bench.panes();
            for record in records {
                if let Some(pane) =
                    panes.iter().find(|pane| pane.line() == Some(record.line.clone()))
                {
                    pane.pass(record);
                }
            }
        });
        self.share_out();
        self.say();
    }

    /// Makes a fault at one pane, or at all.
    pub fn strike(self: &Rc<Self>, target: Option<u32>, fault: Fault) {
        self.disturb(target, fault, true);
    }

    /// Lifts a lasting one.
    pub fn lift(self: &Rc<Self>, target: Option<u32>, fault: Fault) {
        self.disturb(target, fault, false);
    }

    fn disturb(self: &Rc<Self>, target: Option<u32>, fault: Fault, on: bool) {
        let meant =
            |pane: &Rc<Pane>| target.is_none_or(|id| pane.id == id) && pane.line().is_some();
        let panes: Vec<_> = self.panes().into_iter().filter(meant).collect();
        if on {
            // The panes are told first, and say so at once: they may notice before the server answers.
            panes.iter().for_each(|pane| pane.strike(fault));
            self.changed.emit(());
        }
        let bench = self.clone();
        spawn_local(async move {
            let done = if fault == Fault::Restart {
                net::restart().await
            } else {
                let all = panes.iter().map(|pane| disturb(pane, fault, on));
                futures_util::future::try_join_all(all).await.map(drop)
            };
            match done {
                Ok(()) => drop(bench.failure.take()),
                Err(failure) => bench.failed(&failure),
            }
            bench.changed.emit(());
        });
    }
}

/// Makes a fault on one line, or lifts it.
async fn disturb(pane: &Pane, fault: Fault, on: bool) -> Result<(), Failure> {
    let Some(line) = pane.line() else { return Ok(()) };
    match fault {
        Fault::Cut { for_ms } => net::disturb(&line, "cut", for_ms).await,
        Fault::Sleep { for_ms } => net::disturb(&line, "sleep", for_ms).await,
        _ => {
            net::set_faults(&line, &fault.on(pane.faults(), on)).await?;
            // A WebSocket that is open already would stay: what refuses them comes into its way now.
            if on && fault == Fault::Blocked && pane.setup().mode == Mode::Websocket {
                net::disturb(&line, "cut", 1).await?;
            }
            if !on {
                pane.lift(fault);
            }
            Ok(())
        }
    }
}

pub(super) fn close(line: Line) {
    spawn_local(async move {
        // Nobody watches it any more, so that it closes by itself at last.
        let _ = net::close_line(&line.id).await;
    });
}
