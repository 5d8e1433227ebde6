//! Posts: queued as they come, and answered when they are on disk.

use std::time::Instant as Clock;

use tokio::time::Instant;

use super::{Answered, Front, framing};
use crate::{lab::Origin, meter::Lane, room::Room, store::Draft};

impl Front {
    /// Appends a message; the request is `size` bytes long. What goes wrong is for the general
    /// server: nothing was appended, so it tries the same again, and says what came of it.
    pub(super) async fn post(
        &mut self,
        room: Room,
        draft: Draft,
        size: usize,
        origin: Option<Origin>,
    ) -> Answered {
        let outlet = &self.link.outlet;
        let tally = outlet.connection.hold(Lane::Post);
        let queued = room.append(draft);
        // Reading it was work on it, too.
        outlet.connection.worked(Lane::Post, self.idle.since());
        let appended = match queued {
            Ok(queued) => queued.await.ok(),
            Err(_) => None,
        };
        let Some((receipt, fresh)) = appended else { return Answered::No };
        let since = Clock::now();
        tally.counted();
        tally.delivered(usize::from(fresh));
        // Whoever is answered finds it ended.
        drop(tally);
        self.link.consume(size);
        let outlet = &self.link.outlet;
        let sent = outlet.send_shared(framing::receipt(fresh, &receipt, origin).into());
        outlet.connection.worked(Lane::Post, since);
        self.idle.begin(Instant::now());
        match sent {
            Ok(()) => Answered::Yes,
            Err(_) => Answered::Gone,
        }
    }
}
