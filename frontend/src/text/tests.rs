//! What a text becomes, as a table: on the left what was written, on the right a short form of what is
//! shown.

use std::time::{Duration, Instant};

use super::{Block, Span, Style, What, is_plain, mentions, parse};

/// The tree in a short form: `<b>`, `<i>`, `<s>`, `<c>` around styled text, `link[label|href]`,
/// `{@name}`, `{@!me}`, `{#room}`; blocks by their names.
fn short(blocks: &[Block]) -> String {
    let spans = |spans: &[Span]| spans.iter().map(one).collect::<String>();
    let list = |blocks: &[Block]| short(blocks);
    let all = blocks.iter().map(|block| match block {
        Block::Lines(text) => spans(text),
        Block::Heading(text) => format!("h({})", spans(text)),
        Block::Code(code) => format!("code({code})"),
        Block::Quote(inner) => format!("quote({})", list(inner)),
        Block::Rule => "rule".into(),
        Block::List { start, items } => {
            let items = items.iter().map(|item| match item.below.is_empty() {
                true => spans(&item.spans),
                false => format!("{} {}", spans(&item.spans), list(&item.below)),
            });
            let items = items.collect::<Vec<_>>().join("; ");
            start.map_or_else(|| format!("ul({items})"), |n| format!("ol{n}({items})"))
        }
    });
    all.collect::<Vec<_>>().join(" / ")
}

fn one(span: &Span) -> String {
    let text = match &span.what {
        What::Text(text) => text.clone(),
        What::Code(code) => format!("<c>{code}</c>"),
        What::Link { href, label } if href == label => format!("link[{label}]"),
        What::Link { href, label } => format!("link[{label}|{href}]"),
        What::Mention { name, me } => format!("{{@{}{name}}}", if *me { "!" } else { "" }),
        What::Room(name) => format!("{{#{name}}}"),
    };
    let Style { strong, emphasis, gone } = span.style;
    let around = |on: bool, tag: &str, text: String| match on {
        true => format!("<{tag}>{text}</{tag}>"),
        false => text,
    };
    around(strong, "b", around(emphasis, "i", around(gone, "s", text)))
}

fn check(table: &[(&str, &str)]) {
    for (text, wanted) in table {
        assert_eq!(short(&parse(text, "ana")), *wanted, "of {text:?}");
    }
}

#[test]
fn emphasis_is_what_was_meant_as_emphasis() {
    check(&[
        ("**bold** and *italic*", "<b>bold</b> and <i>italic</i>"),
        ("__bold__ and _italic_", "<b>bold</b> and <i>italic</i>"),
        ("~~no~~ yes", "<s>no</s> yes"),
        ("***both***", "<b><i>both</i></b>"),
        ("**a *b* c**", "<b>a </b><b><i>b</i></b><b> c</b>"),
        ("*a _b_ c*", "<i>a b c</i>"),
        ("**_~~all~~_**", "<b><i><s>all</s></i></b>"),
        ("2 * 3 * 4", "2 * 3 * 4"),
        ("2*3*4 = 24", "2<i>3</i>4 = 24"),
        ("5 stars *", "5 stars *"),
        ("*unfinished", "*unfinished"),
        ("a ** b ** c", "a ** b ** c"),
        ("snake_case_name and __init__", "snake_case_name and <b>init</b>"),
        ("~/bin and ~5 ~~", "~/bin and ~5 ~~"),
        ("****", "****"),
        ("**a*", "**a*"),
        (r"\*not\* \_this\_", "*not* _this_"),
        (r"C:\new\*.txt and \\server", r"C:\new*.txt and \\server"),
        (r"¯\_(ツ)_/¯", r"¯\_(ツ)_/¯"),
        ("*a\nb*", "*a\nb*"),
        ("**重要**です", "<b>重要</b>です"),
        ("|not|a|table|", "|not|a|table|"),
    ]);
}

#[test]
fn code_is_left_alone() {
    check(&[
        ("`a*b*c` x", "<c>a*b*c</c> x"),
        ("`:tada: @ana #ops https://a.b`", "<c>:tada: @ana #ops https://a.b</c>"),
        ("``a`b``", "<c>a`b</c>"),
        ("`` `x` ``", "<c>`x`</c>"),
        ("`open", "`open"),
        (r"`C:\*\|`", r"<c>C:\*\|</c>"),
        ("**`x`** *`y`*", "<b><c>x</c></b> <i><c>y</c></i>"),
        ("```\nlet a = *b;\n\n  # no :tada:\n```", "code(let a = *b;\n\n  # no :tada:)"),
        ("look:\n```rust\nfn main() {}\n```\nnice", "look: / code(fn main() {}) / nice"),
        ("```\nnever closed", "code(never closed)"),
        ("```ls -la```", "<c>ls -la</c>"),
        ("```\n```", "code()"),
        ("    four spaces", "    four spaces"),
        ("\ttab", "\ttab"),
    ]);
}

#[test]
fn links_lead_where_they_say_and_only_there() {
    check(&[
        ("see https://a.b/c.", "see link[https://a.b/c]."),
        ("(https://a.b/c)", "(link[https://a.b/c])"),
        ("https://a.b/x_(y)_z), ok", "link[https://a.b/x_(y)_z]), ok"),
        ("https://a.b/x_(y)", "link[https://a.b/x_(y)]"),
        ("HTTP://A.B?q=*x*&y=_z_!", "link[HTTP://A.B?q=*x*&y=_z]_!"),
        ("**https://a.b**", "<b>link[https://a.b]</b>"),
        ("<https://a.b>", "<link[https://a.b]>"),
        ("[docs](https://a.b/c) x", "link[docs|https://a.b/c] x"),
        ("[a **b** c](https://a.b)", "link[a **b** c|https://a.b]"),
        ("**[x](https://a.b/(1))**", "<b>link[x|https://a.b/(1)]</b>"),
        ("mailto:ana@a.b.", "link[mailto:ana@a.b]."),
        ("[write](mailto:ana@a.b)", "link[write|mailto:ana@a.b]"),
        ("[x](javascript:alert(1))", "[x](javascript:alert(1))"),
        ("[x](JavaScript:alert(1))", "[x](JavaScript:alert(1))"),
        ("[x](data:text/html,hi)", "[x](data:text/html,hi)"),
        ("[x](//a.b) [y](/lab)", "[x](//a.b) [y](/lab)"),
        ("[ana](/r/a_b#57): /r/ops#57", "link[ana|/r/a_b#57]: /r/ops#57"),
        ("*[ops](/r/ops)* *x*", "<i>link[ops|/r/ops]</i> <i>x</i>"),
        ("[x](/r/) [x](/r)", "[x](/r/) [x](/r)"),
        ("[x](/r/../lab) [x](/r//a.b)", "[x](/r/../lab) [x](/r//a.b)"),
        ("[x](https://)", "[x](https://)"),
        ("javascript:alert(1) data:x ftp://a.b", "javascript:alert(1) data:x ftp://a.b"),
        ("https:// http:/a mailto:nobody", "https:// http:/a mailto:nobody"),
        ("xhttps://a.b", "xhttps://a.b"),
        ("[ ](https://a.b)", "[ ](link[https://a.b])"),
        ("![pic](https://a.b/c.png)", "!link[pic|https://a.b/c.png]"),
        (r"\[x](https://a.b)", "[x](link[https://a.b])"),
        ("\"https://a.b\" 'https://c.d'", "\"link[https://a.b]\" 'link[https://c.d]'"),
        ("https://münchen.de/ö", "link[https://münchen.de/ö]"),
    ]);
}

#[test]
fn names_rooms_and_emoji_are_known_by_their_signs() {
    check(&[
        ("@ana hi @leo.", "{@!ana} hi {@leo}."),
        ("@Ana, @anabel", "{@!Ana}, {@anabel}"),
        ("mail a@b.c", "mail a@b.c"),
        ("(@josé-maria)", "({@josé-maria})"),
        ("@ alone @", "@ alone @"),
        (r"\@ana", "@ana"),
        ("in #ops, #1 #Ops x#ops #-a", "in {#ops}, #1 #Ops x#ops #-a"),
        (":tada: done :+1:", "🎉 done 👍"),
        (":tada::tada:", "🎉🎉"),
        ("std::tada::x 10:100:20 :nope: :", "std::tada::x 10:100:20 :nope: :"),
        ("at 10:30: yes", "at 10:30: yes"),
        ("**:tada: @ana**", "<b>🎉 </b><b>{@!ana}</b>"),
    ]);
    assert_eq!(short(&parse("@Ana Maria! @Ana", "Ana Maria")), "{@!Ana Maria}! {@Ana}");
}

#[test]
fn lines_quotes_and_lists_stand_as_they_were_written() {
    check(&[
        ("one\ntwo\n\nthree", "one\ntwo\n\nthree"),
        ("> said\n> twice\nanswer", "quote(said\ntwice) / answer"),
        ("> a\n>> b\n> > > c", "quote(a / quote(b / quote(c)))"),
        (">:( >>= x", ">:( >>= x"),
        ("> ```\n> code\n> ```", "quote(code(code))"),
        ("- a\n- **b**\n  - c\n    - d\n- e", "ul(a; <b>b</b> ul(c ul(d)); e)"),
        ("* a\n+ b", "ul(a; b)"),
        ("3. a\n4) b", "ol3(a; b)"),
        ("to do:\n\n1. x\n   - y\n\nthen", "to do: / ol1(x ul(y)) / then"),
        ("- a\n1. b", "ul(a) / ol1(b)"),
        ("1986.\n-5 degrees\n- ", "1986.\n-5 degrees\n- "),
        ("# Title\ntext", "h(Title) / text"),
        ("#\n# \n#x y", "#\n# \n{#x} y"),
        ("a\n---\nb", "a / rule / b"),
        ("\n\na\n\n", "a"),
        ("> ", "quote()"),
    ]);
}

#[test]
fn writing_that_runs_from_right_to_left_is_kept_whole() {
    check(&[
        ("**שלום** world", "<b>שלום</b> world"),
        ("مرحبا *بالعالم* @ana", "مرحبا <i>بالعالم</i> {@!ana}"),
        ("\u{202e}abc **d**", "\u{202e}abc <b>d</b>"),
        ("*👩‍👩‍👧‍👦* e\u{301}", "<i>👩‍👩‍👧‍👦</i> e\u{301}"),
    ]);
}

#[test]
fn what_holds_no_sign_is_not_parsed_and_would_come_out_the_same() {
    for plain in
        ["oi", "tudo bem?", "two\nlines", "yes: no", "50% & <b", "a-b (c)", "3 of 4", "  x"]
    {
        assert!(is_plain(plain), "{plain:?}");
        let text = plain.trim_end_matches('\n').to_owned();
        let whole = Span { style: Style::default(), what: What::Text(text) };
        assert_eq!(parse(plain, "ana"), [Block::Lines(vec![whole])]);
    }
    for marked in
        ["*", "a_b", "@ana", "x: :tada:", "http://a.b", "- a", "1. a", "2) b", "> q", "---"]
    {
        assert!(!is_plain(marked), "{marked:?}");
    }
}

#[test]
fn no_text_takes_long_or_nests_deeply() {
    fn depth(blocks: &[Block]) -> usize {
        let below = blocks.iter().map(|block| match block {
            Block::Quote(inner) => depth(inner),
            Block::List { items, .. } => items.iter().map(|i| depth(&i.below)).max().unwrap_or(0),
            _ => 0,
        });
        1 + below.max().unwrap_or(0)
    }
    let patterns = [
        "[",
        "[a](",
        "> ",
        ">",
        "*",
        "**a",
        "_a_",
        "`",
        "``` ",
        "`a``",
        "- ",
        "1. ",
        "(",
        "https://",
        "@",
        "#a",
        ":",
        ":a:",
        "~~",
        "\\",
        "|",
        "    ",
        "\n",
        "> \n",
        "[](https://a)",
        "mailto:",
        "((https://a",
        "*a **b ",
        "\u{1}",
        "é*",
        "-\n",
        "`a`` ```b ",
    ];
    for pattern in patterns {
        for start in ["", "> > > > > > > ", "        - "] {
            let text = start.to_owned() + &pattern.repeat(4_096 / pattern.len());
            let began = Instant::now();
            let blocks = parse(&text, "ana");
            // The real figure is a millisecond; the test only tells linear from not.
            assert!(
                began.elapsed() < Duration::from_millis(500),
                "{pattern:?}: {:?}",
                began.elapsed()
            );
            assert!(depth(&blocks) <= 9, "{pattern:?} is {} deep", depth(&blocks));
        }
    }
    let lines = (0..200).map(|n| format!("{}- x", " ".repeat(n % 20))).collect::<Vec<_>>();
    assert!(depth(&parse(&lines.join("\n"), "ana")) <= 5);
}

#[test]
fn whoever_is_called_by_name_is_found() {
    for yes in [
        "@ana",
        "hey @ana!",
        "(@ANA)",
        "x\n@ana\ny",
        "@anabel @ana",
        "@ana- so",
        "@áná",
        "@a\u{301}na",
        "**@ana**",
        "- one\n  - @ana",
        "> hm?\n@ana",
    ] {
        assert!(mentions(yes, "Ana"), "{yes:?}");
    }
    for no in [
        "ana",
        "@anabel",
        "x@ana",
        "@ana_2",
        "@ana-b",
        "@ana.b",
        "@ an",
        "",
        "@",
        "`@ana`",
        "```\n@ana\n```",
        "> @ana, so?",
        r"\@ana",
        "https://example.org/@ana",
    ] {
        assert!(!mentions(no, "Ana"), "{no:?}");
    }
    assert!(mentions("ask @ana pires.", "Ana Pires") && !mentions("ask @ana", "Ana Pires"));
    assert!(mentions("@jose: @MARIA-JOSÉ", "María-José") && mentions("@ΟΔΟΣ", "ΟΔΟΣ"));
    assert!(!mentions("@\u{301}", ""));
}

#[test]
fn a_known_name_is_called_whole_whoever_reads() {
    let names = |me: &str| [me, "\nMaria Souza\nMaria\nana o'neil"].concat();
    for (text, wanted) in [
        ("hi @Maria Souza!", "hi {@Maria Souza}!"),
        ("@maria souza, @ANA O'Neil", "{@maria souza}, {@ANA O'Neil}"),
        ("@Maria Souzas", "{@Maria} Souzas"),
        ("@Maria and @zoe", "{@Maria} and {@zoe}"),
        ("> @Maria Souza", "quote({@Maria Souza})"),
        ("`@Maria Souza`", "<c>@Maria Souza</c>"),
    ] {
        for me in ["leo", "Souza"] {
            assert_eq!(short(&parse(text, &names(me))), wanted, "of {text:?}");
        }
    }
    let called = |me| short(&parse("@Maria Souza", &names(me)));
    assert_eq!([called("Maria Souza"), called("Maria")], ["{@!Maria Souza}", "{@!Maria Souza}"]);
    assert_eq!(short(&parse("@Maria Souza", "leo")), "{@Maria} Souza", "nobody is known");
}
