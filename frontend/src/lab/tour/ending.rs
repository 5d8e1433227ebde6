//! Behind the last step: three questions, the way of listening that they lead to and why, and what was
//! guessed and measured on the way.

use tidings_shared::Mode;
use yew::prelude::*;

use super::{
    guide::{Event as Happens, Guide},
    steps::{STEPS, Step},
    view::{Tell, button},
};
use crate::{
    components::{mark, mode_name},
    lab::chart::eyes,
};

/// What the reader says of what they want to build; nothing where they haven't said yet.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
struct Needs {
    /// Whether a message may come some seconds late.
    late: Option<bool>,
    /// Whether something on the way holds long answers back.
    held: Option<bool>,
    /// Whether listeners write as much as they listen.
    writes: Option<bool>,
}

/// The way of listening, once enough was said.
fn choice(needs: Needs) -> Option<Mode> {
    match needs {
        Needs { late: Some(true), .. } => Some(Mode::Poll),
        Needs { late: Some(false), held: Some(true), .. } => Some(Mode::LongPoll),
        Needs { late: Some(false), held: Some(false), writes } => {
            Some(if writes? { Mode::Websocket } else { Mode::Sse })
        }
        _ => None,
    }
}

/// What to take, why, and what it costs.
fn reason(mode: Mode) -> (&'static str, &'static str) {
    match mode {
        Mode::Poll => (
            "Poll, as seldom as the delay allows.",
            "A delay of about half the interval does no harm here, everything on the way lets a plain question \
             through, and the server keeps nothing between two of them. You pay with answers that say \
             “nothing new”.",
        ),
        Mode::LongPoll => (
            "Long-poll.",
            "Messages come at once, and each answer ends, so that nothing on the way can hold it back. \
             You pay with about a request for each message.",
        ),
        Mode::Websocket => (
            "Take a WebSocket.",
            "Messages come at once, and what your listeners write costs a few bytes more and no request. \
             You pay with an open connection for each listener, and a protocol of its own.",
        ),
        _ => (
            "Take a stream.",
            "Messages come at once, one request is enough, it is plain HTTP, and a browser comes back by itself \
             after a break. You pay with an open connection for each listener.",
        ),
    }
}

/// What the reader measured of it on the tour, in a sentence.
fn seen(mode: Mode, guide: &Guide) -> Option<String> {
    let measured = |step: usize| Some(guide.kept().get(step)?.as_ref()?.measured);
    Some(match mode {
        Mode::Poll => format!(
            "You saw it: asked every 3 s, a typical message took {}.",
            eyes::delay(measured(0)?)
        ),
        Mode::LongPoll => {
            format!("You saw it: a typical message took {}.", eyes::delay(measured(2)?))
        }
        Mode::Websocket => {
            format!("You saw it: it came within {} of the stream.", eyes::delay(measured(4)?.abs()))
        }
        _ => format!("You saw it: all came by {}.", eyes::count(measured(3)? as usize, "request")),
    })
}

/// Props of [`Choice`].
#[derive(Properties, PartialEq)]
struct Props {
    guide: Guide,
}

/// The questions, one after the other, and the answer.
#[component]
fn Choice(props: &Props) -> Html {
    let needs = use_state_eq(Needs::default);
    let ask = |name: &'static str,
               question: &'static str,
               now: Option<bool>,
               answers: [(&'static str, Needs, bool); 2]| {
        html! {
            <fieldset class="tour__question">
                <legend>{ question }</legend>
                <div class="tour__choices">
                    { for answers.map(|(words, then, value)| {
                        let needs = needs.clone();
                        let onchange = Callback::from(move |_: Event| needs.set(then));
                        html! {
                            <label>
                                <input type="radio" {name} value={value.to_string()}
                                    checked={now == Some(value)} {onchange} />
                                { words }
                            </label>
                        }
                    }) }
                </div>
            </fieldset>
        }
    };
    let late = |late| Needs { late: Some(late), ..*needs };
    let held = |held| Needs { held: Some(held), ..*needs };
    let writes = |writes| Needs { writes: Some(writes), ..*needs };
    html! {
        <div class="tour__choice">
            { ask("needs-late", "May a message come some seconds late?", needs.late, [
                ("yes, as for a weather page or a mailbox", late(true), true),
                ("no, as for a chat or a live score", late(false), false),
            ]) }
            if needs.late == Some(false) {
                { ask("needs-held", "Does a proxy on the way hold back answers that don’t end?", needs.held, [
                    ("no, or I don’t know", held(false), false),
                    ("yes, as in some companies", held(true), true),
                ]) }
            }
            if needs.late == Some(false) && needs.held == Some(false) {
                { ask("needs-writes", "Do those who listen write as much as they read?", needs.writes, [
                    ("no, they mostly listen", writes(false), false),
                    ("yes, as in a game or a shared document", writes(true), true),
                ]) }
            }
            <div role="status">
                if let Some(mode) = choice(*needs) {
                    <p class="tour__verdict" data-mode={mode.as_str()}>
                        { mark(mode) }
                        <span>
                            <strong>{ reason(mode).0 }</strong>{ " " }{ reason(mode).1 }
                            if let Some(seen) = seen(mode, &props.guide) { { " " }{ seen } }
                        </span>
                    </p>
                }
            </div>
        </div>
    }
}

/// The end of the tour.
pub fn end(guide: &Guide, tell: &Tell) -> Html {
    html! {
        <div class="tour__step" data-step="end">
            <header class="tour__head">
                <p class="tour__count">{ "The end of the tour" }</p>
                { button("link", "Close", tell, || Happens::Leave) }
            </header>
            <h2 id="tour-title" tabindex="-1">{ "Which would you take?" }</h2>
            <div class="tour__end">
                <Choice guide={guide.clone()} />
                <div class="tour__told">
                    <dl class="tour__advice">
                        { for [
                            (Mode::Poll, "late by half its interval, and most answers are empty; works everywhere"),
                            (Mode::LongPoll, "at once, for a request a message; works nearly everywhere"),
                            (Mode::Sse, "at once, for one request; needs connections that may stay open"),
                            (Mode::Websocket, "at once, both ways; needs connections that may stay open, and its own protocol"),
                        ].map(|(mode, words)| html! {
                            <>
                                <dt data-mode={mode.as_str()}>{ mark(mode) }{ mode_name(mode) }</dt>
                                <dd>{ words }</dd>
                            </>
                        }) }
                    </dl>
                    { kept(guide) }
                </div>
            </div>
            <p>
                { "Now make it hard for them: below, add listeners and disturb their lines. Or see " }
                <a href="/plan">{ "what each would cost for your own audience" }</a>{ "." }
            </p>
            <div class="tour__ways">
                { button("quiet", "Begin again", tell, || Happens::Go(0)) }
                { button("link", "Back", tell, || Happens::Go(STEPS.len() - 1)) }
            </div>
        </div>
    }
}

/// What was guessed and measured.
fn kept(guide: &Guide) -> Html {
    let found = |step: &Step, measured: f64| {
        step.answer.words(step.answer.choice(measured).map_or(measured, |choice| choice as f64))
    };
    let rows = STEPS.iter().zip(guide.kept()).filter_map(|(step, kept)| {
        let kept = (*kept)?;
        Some(html! {
            <tr>
                <th scope="row">{ step.title }</th>
                <td>{ step.answer.words(kept.guess) }</td>
                <td>{ found(step, kept.measured) }</td>
            </tr>
        })
    });
    let rows: Vec<Html> = rows.collect();
    if rows.is_empty() {
        return html! {};
    }
    html! {
        <table class="tour__kept">
            <thead>
                <tr><th scope="col">{ "Step" }</th><th scope="col">{ "You guessed" }</th><th scope="col">{ "Measured" }</th></tr>
            </thead>
            <tbody>{ for rows }</tbody>
        </table>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_questions_lead_to_each_of_the_ways() {
        let said = |late, held, writes| choice(Needs { late, held, writes });
        let (yes, no) = (Some(true), Some(false));
        assert_eq!(said(None, None, None), None);
        assert_eq!(said(yes, None, None), Some(Mode::Poll));
        assert_eq!(said(no, None, yes), None, "what lies between is not known yet");
        assert_eq!(said(no, yes, None), Some(Mode::LongPoll));
        assert_eq!(said(no, no, None), None);
        assert_eq!(said(no, no, no), Some(Mode::Sse));
        assert_eq!(said(no, no, yes), Some(Mode::Websocket));
    }

    #[test]
    fn what_was_measured_is_said_and_what_was_skipped_is_not() {
        let guide = Guide::default();
        for mode in [Mode::Poll, Mode::LongPoll, Mode::Sse, Mode::Websocket] {
            assert_eq!(seen(mode, &guide), None);
        }
    }
}
