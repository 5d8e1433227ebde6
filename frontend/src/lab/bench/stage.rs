//! Setting up the Lab as a step of the tour needs it.

use std::{rc::Rc, time::Duration};

use wasm_bindgen_futures::spawn_local;

use super::Bench;
use crate::{
    lab::{
        pace::{Pace, Pattern},
        pane::State,
        setup::PaneSetup,
        tour::Scene,
    },
    net::sleep,
};

/// How long the publisher waits at most for panes to listen.
const TO_LISTEN: Duration = Duration::from_secs(5);
/// How often it looks whether they do.
const LOOK: Duration = Duration::from_millis(100);

impl Bench {
    /// Takes all panes away, puts the scene's in their place, and sends once they listen, for as long
    /// as the scene says.
    pub fn stage(self: &Rc<Self>, scene: &Scene) {
        self.run(false);
        for pane in self.panes() {
            self.remove(pane.id);
        }
        self.set_pace(Pace { rate: scene.rate, pattern: Pattern::Steady, ..self.publisher.pace() });
        for &(mode, every) in &scene.panes {
            let mut setup = PaneSetup::new(mode);
            setup.every = every.unwrap_or(setup.every);
            self.add(setup, None);
        }
        let panes = self.panes();
        let (bench, seconds) = (self.clone(), scene.seconds);
        let turn = self.stagings.get() + 1;
        self.stagings.set(turn);
        spawn_local(async move {
            let listens = || panes.iter().all(|pane| !matches!(pane.state(), State::Opening));
            let mut waited = Duration::ZERO;
            while !listens() && waited < TO_LISTEN {
                sleep(LOOK).await;
                waited += LOOK;
            }
            if bench.stagings.get() == turn {
                bench.run(true);
                sleep(Duration::from_secs(seconds.into())).await;
            }
            if bench.stagings.get() == turn {
                bench.run(false);
            }
        });
    }

    /// A scene is over: its panes listen no more, so that their figures stay what was measured.
    pub fn rest(&self) {
        self.panes().iter().for_each(|pane| pane.rest());
        self.changed.emit(());
    }
}
