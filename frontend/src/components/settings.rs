//! What a reader chooses for themselves, on this machine: how loud the room is, and the language.

use tidings_shared::RoomName;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::{
    browser, hooks,
    state::notice::{LOUDNESS, Loudness},
    words::{LANGUAGES, words},
};

/// Props of [`Settings`].
#[derive(Properties, PartialEq)]
pub struct Props {
    /// The room that the notices are of.
    pub room: RoomName,
}

/// The choices.
#[component]
pub fn Settings(props: &Props) -> Html {
    let look_again = use_force_update();
    let (room, words) = (&props.room, words());
    let loudness = Loudness::of(&hooks::loudness(room).unwrap_or_default());
    let permission = browser::notice_permission();
    let choose = {
        let room = room.clone();
        Callback::from(move |event: Event| {
            let name = event.target_unchecked_into::<HtmlSelectElement>().value();
            hooks::keep_loudness(&room, &name);
            look_again.force_update();
            if Loudness::of(&name) != Loudness::Quiet {
                let look_again = look_again.clone();
                // Asked here and nowhere else: upon the reader's own choice.
                spawn_local(async move {
                    browser::ask_notice_permission().await;
                    look_again.force_update();
                });
            }
        })
    };
    let hint = match permission.as_deref() {
        None => Some(words.settings.no_notices),
        Some("denied") if loudness != Loudness::Quiet => Some(words.settings.blocked),
        _ => None,
    };
    let names = [words.settings.quiet, words.settings.mentions, words.settings.all];
    let speak = Callback::from(|event: Event| {
        browser::speak_only(&event.target_unchecked_into::<HtmlSelectElement>().value());
    });
    html! {
        <section class="settings">
            <div class="field">
                <label for="notices">{ words.settings.notices }</label>
                <div class="field__line has-arrow">
                    <select id="notices" onchange={choose} disabled={permission.is_none()}
                        aria-describedby={hint.map(|_| "notices-hint")}>
                        { for LOUDNESS.iter().zip(names).map(|((one, name), words)| html! {
                            <option value={*name} selected={*one == loudness}>{ words }</option>
                        }) }
                    </select>
                </div>
                if let Some(hint) = hint {
                    <p class="hint" id="notices-hint" role="status">{ hint }</p>
                }
            </div>
            <div class="field">
                <label for="language">{ words.settings.language }</label>
                <div class="field__line has-arrow">
                    <select id="language" onchange={speak}>
                        { for LANGUAGES.map(|language| html! {
                            <option value={language.tag} lang={language.tag} selected={language.tag == words.tag}>
                                { language.name }
                            </option>
                        }) }
                    </select>
                </div>
            </div>
        </section>
    }
}
