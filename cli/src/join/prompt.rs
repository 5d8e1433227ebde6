//! Typing at a terminal: a line editor with history, above which messages appear without breaking
//! into what is being typed.

use std::thread;

use futures_util::{StreamExt, stream};
use rustyline::{Config, DefaultEditor, ExternalPrinter, error::ReadlineError};
use tidings_shared::name::NameError;
use tokio::sync::mpsc;

use super::input::{Input, Lines};

/// Reads lines from the terminal behind `prompt`. Answers the lines, what prints above the one that
/// is being typed, and what puts the terminal back when it is dropped.
///
/// # Errors
///
/// If the terminal is one that can't be edited on; plain reading is left then.
pub(super) fn read(
    prompt: String,
) -> rustyline::Result<(Lines, impl ExternalPrinter + Send + 'static, Found)> {
    let found = Found::now();
    let mut editor = DefaultEditor::with_config(Config::builder().auto_add_history(true).build())?;
    let printer = editor.create_external_printer()?;
    // Without a bound: this thread must always come back to the editor, which is what prints.
    let (sender, mut input) = mpsc::unbounded_channel();
    thread::spawn(move || {
        let mut number = 0;
        loop {
            let said = match editor.readline(&prompt) {
                Ok(line) if line.is_empty() => continue,
                Ok(line) => {
                    number += 1;
                    match line.parse() {
                        Ok(text) => Input::Line(number, text),
                        Err(error) => Input::Bad(number, NameError::to_string(&error)),
                    }
                }
                Err(ReadlineError::Interrupted) => Input::Interrupt,
                Err(ReadlineError::Eof) => Input::End,
                Err(error) => {
                    let why = format!("the terminal can't be read: {error}");
                    // Whether somebody still listens shows at the next word.
                    let _ = sender.send(Input::Bad(number + 1, why));
                    Input::End
                }
            };
            let last = matches!(said, Input::End | Input::Interrupt);
            if sender.send(said).is_err() || last {
                return;
            }
        }
    });
    let lines = stream::poll_fn(move |context| input.poll_recv(context)).boxed();
    Ok((lines, printer, found))
}

/// The terminal's settings before editing, which are put back at the end: the program may end
/// while the editor's thread still waits for a key.
pub(super) struct Found {
    #[cfg(unix)]
    settings: Option<nix::sys::termios::Termios>,
}

impl Found {
    #[cfg(unix)]
    fn now() -> Self {
        Self { settings: nix::sys::termios::tcgetattr(std::io::stdin()).ok() }
    }

    #[cfg(not(unix))]
    fn now() -> Self {
        Self {}
    }
}

#[cfg(unix)]
impl Drop for Found {
    fn drop(&mut self) {
        if let Some(settings) = &self.settings {
            // A terminal that is gone needs no putting back.
            let _ = nix::sys::termios::tcsetattr(
                std::io::stdin(),
                nix::sys::termios::SetArg::TCSADRAIN,
                settings,
            );
        }
    }
}
