//! What helps while one writes: completion, the keys of formatting, replies, pasted code.

use tidings_shared::Username;

use super::{
    complete::{self, Begun, Kind},
    edit::{self, Edit},
    parse,
    reply::reply,
};
use crate::state::Room;

fn begun(text: &str) -> Option<(Kind, usize, &str)> {
    complete::begun(text, text.len()).map(|Begun { kind, at, word }| (kind, at, word))
}

#[test]
fn a_word_is_begun_by_its_sign_and_not_within_another() {
    assert_eq!(begun("hi @le"), Some((Kind::Name, 3, "le")));
    assert_eq!(begun("@"), Some((Kind::Name, 0, "")));
    assert_eq!(begun("(#op"), Some((Kind::Room, 1, "op")));
    assert_eq!(begun("so :ta"), Some((Kind::Emoji, 3, "ta")));
    assert_eq!(begun(":+1"), Some((Kind::Emoji, 0, "+1")));
    for text in ["", "a@b", "#", ":", ":t", "10:30", "`@le", "@le x", "std::ta"] {
        assert_eq!(begun(text), None, "{text:?}");
    }
    assert_eq!(complete::begun("@le and more", 3).map(|b| b.word), Some("le"));
    assert_eq!(complete::begun("é", 1), None, "a caret in the midst of a character is none");
}

#[test]
fn what_begins_so_is_offered_before_what_holds_it() {
    let known: Vec<String> = ["malena", "Leo", "leandro", "le"].map(String::from).to_vec();
    let begun = Begun { kind: Kind::Name, at: 0, word: "le" };
    let labels: Vec<_> = complete::offers(&begun, &known).into_iter().map(|o| o.label).collect();
    assert_eq!(labels, ["Leo", "leandro", "malena"], "what is written already is no offer");
    let begun = Begun { kind: Kind::Emoji, at: 0, word: "tada" };
    let offers = complete::offers(&begun, &[]);
    assert_eq!((offers[0].text.as_str(), offers[0].label.as_str()), ("🎉", "tada"));
    let begun = Begun { kind: Kind::Emoji, at: 0, word: "a" };
    assert_eq!(complete::offers(&begun, &[]).len(), 8);
    let begun = Begun { kind: Kind::Name, at: 0, word: "jose" };
    assert_eq!(complete::offers(&begun, &["Maria-JOSÉ".into()])[0].text, "@Maria-JOSÉ");
}

#[test]
fn an_empty_room_knows_who_is_elsewhere() {
    assert!(complete::names(&Room::default(), &[], &Username::from_log("ana")).is_empty());
    let elsewhere = ["leo", "ana", Username::SERVER]
        .map(|name| (Username::from_log(name), "ops".parse().unwrap()));
    let names = complete::names(&Room::default(), &elsewhere, &Username::from_log("ana"));
    assert_eq!(names, ["leo"], "who is elsewhere may be called");
}

/// Does to the text what the browser would.
fn apply(text: &str, edit: &Edit) -> (String, String) {
    let units: Vec<u16> = text.encode_utf16().collect();
    let (start, end) = (edit.start as usize, edit.end as usize);
    let new: Vec<u16> =
        [&units[..start], &edit.text.encode_utf16().collect::<Vec<_>>(), &units[end..]].concat();
    let (from, to) = (edit.select.0 as usize, edit.select.1 as usize);
    let selected = String::from_utf16(&new[from..to]).unwrap();
    (String::from_utf16(&new).unwrap(), selected)
}

#[test]
fn a_sign_is_put_around_what_is_selected_and_taken_off_again() {
    let wrap = |text: &str, start, end, sign| apply(text, &edit::wrap(text, start, end, sign));
    let is = |text: &str, selected: &str| (text.to_owned(), selected.to_owned());
    assert_eq!(wrap("a b c", 2, 3, "**"), is("a **b** c", "b"));
    assert_eq!(wrap("a **b** c", 4, 5, "**"), is("a b c", "b"));
    assert_eq!(wrap("**b**", 2, 3, "*"), is("***b***", "b"));
    assert_eq!(wrap("***b***", 3, 4, "*"), is("**b**", "b"));
    assert_eq!(wrap("🎉 é", 3, 4, "`"), is("🎉 `é`", "é"));
    assert_eq!(wrap("", 0, 0, "**"), is("****", ""));
    let typed = edit::wrap("**b**", 3, 3, "**");
    assert_eq!((apply("**b**", &typed), typed.select), (is("**b**", ""), (5, 5)), "and on");
    assert_eq!(wrap("a **b**", 2, 2, "**"), is("a ******b**", ""), "nothing was begun");
}

#[test]
fn a_long_paste_can_become_a_block_of_code() {
    let pasted = "fn main() {\n\n    let x = 1;\n\n\n\n\n\n}";
    assert!(edit::looks_like_code(pasted));
    assert!(edit::looks_like_code(&"a long line of words\n".repeat(30)));
    for short in ["one line", &"x".repeat(4_000), "a\nb\nc", &["```\n", pasted, "\n```"].concat()] {
        assert!(!edit::looks_like_code(short));
    }
    let text = format!("look 🎉: {pasted} there");
    let (fenced, _) = apply(&text, &edit::fence(&text, pasted).unwrap());
    assert_eq!(fenced, format!("look 🎉: \n```\n{pasted}\n```\n there"));
    let (alone, _) = apply(pasted, &edit::fence(pasted, pasted).unwrap());
    assert_eq!(alone, format!("```\n{pasted}\n```\n"));
    assert_eq!(edit::fence("something else", pasted), None);
}

#[test]
fn a_reply_quotes_the_first_line_and_links_back() {
    let link = "/r/ops#57";
    let quote = |text: &str| reply("leo", link, text);
    assert_eq!(quote("oi"), format!("> [leo]({link}): oi\n"));
    assert_eq!(
        quote("> ana: what?\n\nthat **one**\nand more"),
        format!("> [leo]({link}): that one…\n")
    );
    assert_eq!(quote("```\nlet x;\n```"), format!("> [leo]({link}): `let x;`\n"));
    assert_eq!(quote("> only a quote"), format!("> [leo]({link}): \n"));
    let long = quote(&"words and words ".repeat(20));
    assert_eq!(long, format!("> [leo]({link}): words and words words and words…\n"));
    // Long names leave room for some words.
    let long = reply(&"name ".repeat(12), link, &"words and words ".repeat(20));
    assert!(long.ends_with("words and words…\n"), "{long}");
    // Whatever somebody is called, the quote is a quote with a link.
    for name in ["a](b", "[", "`x`", "]]"] {
        let blocks = parse(&reply(name, link, "oi"), "ana");
        assert!(format!("{blocks:?}").contains(&format!("href: {link:?}")), "{name}: {blocks:?}");
    }
}
