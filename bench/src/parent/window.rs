//! How many messages may be on their way.

/// At most `size` messages that not every listener has got.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Window(pub(crate) u32);

impl Window {
    /// How many more may be posted now, when `sent` were and `complete` of them have been received
    /// by all. Listeners may tell of more than was posted here: then nothing is on its way.
    pub(crate) fn room(self, sent: u32, complete: u32) -> u32 {
        self.0.saturating_sub(sent.saturating_sub(complete))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn never_more_than_the_window_is_on_its_way_and_it_never_stalls() {
        let window = Window(7);
        let (mut sent, mut complete) = (0, 0);
        for step in 0..10_000_u32 {
            let room = window.room(sent, complete);
            assert!(sent + room - complete <= 7);
            assert!(room > 0 || sent > complete, "a stall at step {step}");
            sent += room.min(step % 5);
            complete = sent.min(complete + step % 4);
        }
        assert!(complete > 1000);
    }

    #[test]
    fn a_crew_that_has_all_and_more_leaves_the_whole_window() {
        assert_eq!(Window(64).room(10, u32::MAX), 64);
        assert_eq!(Window(64).room(u32::MAX, 0), 0);
    }
}
