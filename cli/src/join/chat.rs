//! The conversation: what comes from the room is printed, what comes from the input is sent, until
//! the input has ended and all of it is answered for, or somebody stops it.

use std::{io, process::ExitCode, time::Duration};

use futures_util::{FutureExt, StreamExt, stream};
use tidings_client::{DeliveryError, Follow, Ids, Outbox, Update};
use tidings_shared::{Event, MessageId, NewMessage, Receipt, Text, Username, event::Rejected};

use super::{
    input::{Input, Lines},
    progress::Progress,
    stop,
};
use crate::term::Term;

/// How many lines may be unanswered before no more are read. A bot that says something every
/// second can so outlast a server that is away for hours.
const AHEAD: usize = 20_000;

/// How often it is looked at whether to give up.
const LOOK: Duration = Duration::from_millis(200);

/// Who waits for longer wants to know for what.
const LONG: Duration = Duration::from_secs(1);

/// Interrupted by hand, as shells have it.
const INTERRUPTED: u8 = 130;

/// Where lines come from.
pub(super) enum Source {
    /// Nowhere: to listen is all.
    None,
    /// A program or a file: at its end the chat ends.
    Pipe(Lines),
    /// Somebody who types.
    Keyboard(Lines),
}

/// Everything a conversation needs.
pub(super) struct Chat {
    pub(super) follow: Follow,
    /// Where and as who, for the status.
    pub(super) whereabouts: String,
    pub(super) name: Username,
    pub(super) ids: Ids,
    pub(super) outbox: Outbox,
    pub(super) term: Term,
    pub(super) json: bool,
    pub(super) give_up: Duration,
}

impl Chat {
    /// Talks. The exit code says how it went.
    pub(super) async fn run(mut self, source: Source) -> ExitCode {
        let (mut lines, piped) = match source {
            Source::None => (stream::pending().boxed(), false),
            Source::Pipe(lines) => (lines, true),
            Source::Keyboard(lines) => (lines, false),
        };
        let mut progress = Progress::new(piped);
        let interrupted = self.converse(&mut progress, &mut lines).await;
        self.end(progress, interrupted).await
    }

    /// Until it is over. Answers whether somebody broke it off.
    async fn converse(&mut self, progress: &mut Progress, lines: &mut Lines) -> bool {
        let mut stopped = Box::pin(stop::asked());
        let mut look = tokio::time::interval(LOOK);
        while progress.goes_on() {
            tokio::select! {
                update = self.follow.next(), if progress.listening => match update {
                    Some(update) => self.hear(progress, update),
                    None => progress.listening = false,
                },
                input = lines.next(), if progress.open && progress.fates.len() < AHEAD => {
                    match input.unwrap_or(Input::End) {
                        Input::Line(number, text) => self.say(progress, number, text),
                        Input::Bad(number, why) => {
                            progress.unsent.line();
                            self.not_sent(progress, number, &why);
                        }
                        Input::End => self.input_ended(progress),
                        Input::Interrupt => return true,
                    }
                },
                Some((number, message, fate)) = progress.fates.next() => {
                    self.answered(progress, number, message, fate);
                }
                _ = look.tick() => self.look(progress).await,
                () = &mut stopped => return true,
            }
        }
        false
    }

    /// Something came from the room.
    fn hear(&mut self, progress: &mut Progress, update: Update) {
        let event = match update {
            Update::Connected => {
                progress.reached = true;
                return progress.status.connected(&mut self.term, &self.whereabouts);
            }
            Update::Disconnected { why, retry_in } => {
                return progress.status.disconnected(&mut self.term, &why, retry_in);
            }
            Update::Refused(problem) => {
                progress.failed = true;
                // A bot can still say what it has to say.
                progress.open &= progress.piped;
                progress.listening = false;
                return self.term.complain(format_args!("can't listen: {}", problem.detail));
            }
            Update::Message { message, .. } => {
                // One's own stands on the terminal already.
                if !self.json && progress.printing && !self.ids.is_own(&message.id) {
                    let printed = self.term.message(&message);
                    self.printed(progress, printed);
                }
                Event::Message(message)
            }
            Update::Gap(gap) => {
                self.term.complain(format_args!("messages may be missing here: {}", gap.reason));
                Event::Gap(gap)
            }
            Update::Event(event) => event,
        };
        self.print_json(progress, &event);
    }

    /// A line is to be said.
    fn say(&mut self, progress: &mut Progress, number: u64, text: Text) {
        progress.unsent.line();
        let message = NewMessage { id: self.ids.next(), username: self.name.clone(), text };
        let delivery = self.outbox.push(message.clone());
        let fate = delivery.map(move |answer| (number, message, answer));
        progress.fates.push(fate.boxed());
    }

    /// The server has answered for a line, or it was given up.
    fn answered(
        &mut self,
        progress: &mut Progress,
        number: u64,
        message: NewMessage,
        fate: Result<Receipt, DeliveryError>,
    ) {
        match fate {
            Ok(receipt) => {
                progress.reached = true;
                self.print_json(progress, &Event::Posted(receipt));
            }
            Err(DeliveryError::Refused(problem)) => {
                progress.reached = true;
                self.not_sent(progress, number, &problem.detail);
                self.print_rejected(progress, &message.id, problem.status, problem.detail);
            }
            Err(DeliveryError::Abandoned) => progress.unsent.given_up(number, message.text),
        }
    }

    fn print_rejected(
        &mut self,
        progress: &mut Progress,
        id: &MessageId,
        status: u16,
        detail: String,
    ) {
        let rejected = Rejected { id: Some(id.to_string()), status, detail };
        self.print_json(progress, &Event::Rejected(rejected));
    }

    /// A line that was refused, here or by the server.
    fn not_sent(&mut self, progress: &mut Progress, number: u64, why: &str) {
        if !progress.unsent.refused() && progress.piped {
            return;
        }
        if progress.piped {
            self.term.complain(format_args!("line {number} was not sent: {why}"));
        } else {
            self.term.complain(format_args!("not sent: {why}"));
        }
    }

    fn input_ended(&mut self, progress: &mut Progress) {
        progress.open = false;
        if progress.piped && progress.unsent.is_untouched() {
            self.term.status(format_args!(
                "the input was empty, so there is nothing to say; --listen-only listens without input"
            ));
        }
    }

    /// After the end of the input: if it takes long, says what is waited for; if it takes longer
    /// than patience has been asked for, gives up. A bot that has never reached its server gives up
    /// before the end as well.
    async fn look(&mut self, progress: &mut Progress) {
        let stuck = self.outbox.stuck_for();
        if !progress.open && stuck > LONG && !progress.told_of_waiting {
            progress.told_of_waiting = true;
            let count = progress.fates.len();
            let wait = if count == 1 { "message waits" } else { "messages wait" };
            self.term.status(format_args!("{count} {wait} for the server; Ctrl-C gives up"));
        }
        let impatient = !progress.open || (progress.piped && !progress.reached);
        if impatient && stuck >= self.give_up {
            self.give_up(progress).await;
            if std::mem::take(&mut progress.open) {
                self.term.complain(format_args!(
                    "the server was never reached, and no more of the input was read"
                ));
            }
        }
    }

    /// What is unanswered now counts as not sent.
    async fn give_up(&mut self, progress: &mut Progress) {
        let why = self.outbox.trouble();
        progress.status.gave_up(why);
        self.outbox.abandon();
        // Nothing is on its way any more: each of them has its fate now.
        while let Some((number, message, fate)) = progress.fates.next().await {
            self.answered(progress, number, message, fate);
        }
    }

    fn print_json(&mut self, progress: &mut Progress, event: &Event) {
        if self.json && progress.printing {
            let printed = self.term.print(&serde_json::to_string(event).expect("an event is JSON"));
            self.printed(progress, printed);
        }
    }

    /// Stdout took it, or not. A reader that is gone is no failure: `| head` does that. What is
    /// piped in is sent all the same, and the room is listened to all the same, since a WebSocket
    /// brings the receipts.
    fn printed(&mut self, progress: &mut Progress, result: io::Result<()>) {
        if let Err(error) = result {
            if error.kind() != io::ErrorKind::BrokenPipe {
                progress.failed = true;
                self.term.complain(format_args!("stdout: {error}"));
            }
            progress.printing = false;
            progress.open &= progress.piped;
        }
    }

    /// The last word, and the exit code.
    async fn end(mut self, mut progress: Progress, interrupted: bool) -> ExitCode {
        if !progress.fates.is_empty() {
            self.give_up(&mut progress).await;
        }
        let report = progress.unsent.report(progress.status.trouble());
        for line in &report {
            self.term.complain(format_args!("{line}"));
        }
        self.follow.close().await;
        if !report.is_empty() || progress.failed {
            ExitCode::FAILURE
        } else if interrupted && progress.piped && progress.open {
            ExitCode::from(INTERRUPTED)
        } else {
            ExitCode::SUCCESS
        }
    }
}
