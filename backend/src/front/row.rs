//! A row of a crowd's seats: what one task goes through at a time.

use std::sync::{Arc, Mutex, PoisonError, TryLockError};

use super::{outlet::Outlet, round::Round};
use crate::room::Sight;

/// How many seats a row has. They are written to while it is locked, so that who comes or goes waits for
/// less than about 200 µs.
pub(super) const ROW: usize = 32;

/// The seats, and what those in them were shown last.
#[derive(Default)]
pub(super) struct Row {
    /// Held by the one who goes through it.
    shown: Mutex<Option<Sight>>,
    seats: Mutex<[Option<Arc<Outlet>>; ROW]>,
}

impl Row {
    /// Somebody sits down, or leaves.
    pub(super) fn place(&self, seat: usize, outlet: Option<Arc<Outlet>>) {
        self.seats.lock().unwrap_or_else(PoisonError::into_inner)[seat] = outlet;
    }

    /// Shows everyone here what there is to see: `false` if another is about to. News are left to who
    /// has shown them as well. One who is about to with an older look is woken for this one too, and
    /// comes again.
    pub(super) fn show(&self, round: &mut Round<'_>, is_news: bool) -> bool {
        let mut shown = match self.shown.try_lock() {
            Ok(shown) => shown,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return false,
        };
        if is_news && shown.is_some_and(|shown| shown.covers(&round.sight)) {
            return false;
        }
        let seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        for outlet in seats.iter().flatten() {
            round.visit(outlet);
        }
        *shown = Some(round.sight);
        true
    }

    /// Lets go of everyone: their own tasks go on with them.
    pub(super) fn release(&self) {
        let seats = self.seats.lock().unwrap_or_else(PoisonError::into_inner);
        for outlet in seats.iter().flatten() {
            outlet.release();
        }
    }
}
