//! Whether what is written can be read: the colours of `style/tokens.css` against the grounds on which
//! they stand, by the formula of WCAG 2.2 (<https://www.w3.org/TR/WCAG22/#dfn-contrast-ratio>).

use std::collections::BTreeMap;

const TOKENS: &str = include_str!("../style/tokens.css");

/// Text, and the grounds it stands on: at least 4.5:1.
const TEXT: [(&str, &[&str]); 5] = [
    ("ink", &["ground", "surface", "sunken", "own"]),
    ("ink-soft", &["ground", "surface", "sunken", "own"]),
    ("accent", &["ground", "surface", "sunken", "own"]),
    ("on-accent", &["accent", "accent-strong"]),
    ("danger", &["ground", "surface", "danger-ground"]),
];

/// Marks and the borders of fields: at least 3:1.
const SHAPES: [(&str, &[&str]); 6] = [
    ("poll", &["ground", "surface"]),
    ("long-poll", &["ground", "surface"]),
    ("sse", &["ground", "surface"]),
    ("websocket", &["ground", "surface"]),
    ("lines", &["ground", "surface"]),
    ("line-strong", &["ground", "surface"]),
];

type Colours<'a> = BTreeMap<&'a str, [u8; 3]>;

/// The colours of a scheme, by name.
fn colours(css: &str) -> Colours<'_> {
    let lines = css.lines().filter_map(|line| line.trim().strip_prefix("--")?.split_once(": #"));
    let colours = lines.map(|(name, hex)| {
        let byte = |at: usize| u8::from_str_radix(&hex[at..at + 2], 16).expect("two digits");
        (name, [byte(0), byte(2), byte(4)])
    });
    colours.collect()
}

/// Light as it stands, dark with what it leaves as it is.
fn schemes() -> [(&'static str, Colours<'static>); 2] {
    let (light, dark) = TOKENS.split_once("@media (prefers-color-scheme: dark)").expect("two");
    let light = colours(light);
    let mut both = light.clone();
    both.extend(colours(dark));
    [("light", light), ("dark", both)]
}

fn luminance(colour: [u8; 3]) -> f64 {
    let [red, green, blue] = colour.map(|part| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    });
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn contrast(a: [u8; 3], b: [u8; 3]) -> f64 {
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

fn hold_to(pairs: &[(&str, &[&str])], least: f64) {
    for (scheme, colours) in schemes() {
        for (colour, grounds) in pairs {
            for ground in *grounds {
                let ratio = contrast(colours[colour], colours[ground]);
                assert!(ratio >= least, "{scheme}: {colour} on {ground} has {ratio:.2}:1");
            }
        }
    }
}

#[test]
fn every_text_can_be_read() {
    hold_to(&TEXT, 4.5);
}

#[test]
fn every_mark_and_field_can_be_seen() {
    hold_to(&SHAPES, 3.0);
}

#[test]
fn black_on_white_has_the_most_contrast_there_is() {
    assert!((contrast([0; 3], [255; 3]) - 21.0).abs() < 1e-9);
}
