//! Lines joined into what stands by itself: quotes, lists, code between fences, running text. It is a
//! file of its own because it alone looks at more than one line.

use minimad::{CompositeStyle, Compound, Line};
use tidings_shared::markdown::{ends_fence, is_fence};

use super::{Block, Item, Span, Style, What, guard, links};

/// Quotes within quotes deeper than this are text.
const DEEPEST: u8 = 4;
/// Lists within lists deeper than this stand at this depth; the parser knows no more.
const DEEPEST_LIST: usize = 3;

/// What a text says. `names` are one a line: the reader's own, and then those known of which a text alone
/// doesn't tell where they end.
#[must_use]
pub fn parse(text: &str, names: &str) -> Vec<Block> {
    let lines: Vec<&str> = text.split('\n').collect();
    blocks(&lines, names, 0)
}

fn blocks(lines: &[&str], names: &str, depth: u8) -> Vec<Block> {
    let mut out = Vec::new();
    let mut at = 0;
    while at < lines.len() {
        let (rest, line) = (&lines[at..], lines[at]);
        let quoted = rest.iter().take_while(|line| unquoted(line).is_some()).count();
        if quoted > 0 && depth < DEEPEST {
            let inner: Vec<&str> =
                rest[..quoted].iter().filter_map(|line| unquoted(line)).collect();
            // It repeats what was said, and calls nobody once more.
            let others = names.find('\n').map_or("", |end| &names[end..]);
            out.push(Block::Quote(blocks(&inner, others, depth + 1)));
            at += quoted;
        } else if is_fence(line) {
            let length = rest[1..].iter().take_while(|line| !ends_fence(line)).count();
            out.push(Block::Code(rest[1..=length].join("\n")));
            at += length + 2;
        } else {
            push_line(&mut out, line, names);
            at += 1;
        }
    }
    for block in &mut out {
        if let Block::Lines(spans) = block {
            trim(spans);
        }
    }
    out.retain(|block| !matches!(block, Block::Lines(spans) if spans.is_empty()));
    out
}

/// A line without the sign of a quote.
fn unquoted<'a>(line: &&'a str) -> Option<&'a str> {
    let rest = line.strip_prefix('>')?;
    // `>:(` and `>>=` are no quotes, `>> deeper` is one.
    let text = rest.trim_start_matches('>');
    (text.is_empty() || text.starts_with(' ')).then(|| rest.strip_prefix(' ').unwrap_or(rest))
}

/// Puts one more line to what there is.
fn push_line(out: &mut Vec<Block>, line: &str, names: &str) {
    let (mut guarded, rest) = lead(line);
    guard::guard(rest, &mut guarded);
    // Tables never come here: `lead` lets no line begin like one.
    let Line::Normal(line) = Line::from(&guarded) else { return out.push(Block::Rule) };
    let spans = spans(&line.compounds, names);
    match line.style {
        CompositeStyle::ListItem(level) => push_item(out, None, Item::new(level, spans)),
        CompositeStyle::OrderedListItem { level, index } => {
            push_item(out, Some(index), Item::new(level, spans));
        }
        CompositeStyle::Header(_) => out.push(Block::Heading(spans)),
        _ => match out.last_mut() {
            Some(Block::Lines(text)) => {
                links::push_text(text, Style::default(), "\n");
                spans.into_iter().for_each(|span| links::push(text, span.style, span.what));
            }
            _ => out.push(Block::Lines(spans)),
        },
    }
}

/// What a line begins with, as the parser shall see it, and what stands behind it. Running text begins
/// with a sign that means nothing, so that the parser takes none of it for anything else: to it, white
/// space would mean code, and a bar a table.
fn lead(line: &str) -> (String, &str) {
    let trimmed = line.trim_start_matches([' ', '\t']);
    let indent = line.len() - trimmed.len();
    let number = trimmed.trim_start_matches(|c: char| c.is_ascii_digit());
    let point = match trimmed.len() - number.len() {
        0 => trimmed.strip_prefix(['-', '+', '*']),
        1..=9 => number.strip_prefix(['.', ')']),
        _ => None,
    };
    if let Some(rest) = point.and_then(|rest| rest.strip_prefix(' '))
        && !rest.trim_start().is_empty()
    {
        let mut lead = " ".repeat((indent / 2).min(DEEPEST_LIST));
        lead.push_str(&trimmed[..trimmed.len() - rest.len()]);
        return (lead, rest.trim_start());
    }
    let title = line.trim_start_matches('#');
    let signs = line.len() - title.len();
    if (1..=6).contains(&signs) && title.starts_with(' ') && !title.trim().is_empty() {
        return (line[..=signs].to_owned(), title.trim_start());
    }
    if line.len() >= 3 && line.bytes().all(|b| b == b'-') {
        return (line.to_owned(), "");
    }
    (guard::NOTHING.into(), line)
}

/// Puts a point into the list that it belongs to: the last one, or one below its last point. Each list
/// below another is of a higher level, and there are four levels, so this ends soon.
fn push_item(out: &mut Vec<Block>, number: Option<u32>, item: Item) {
    if let Some(Block::List { start, items }) = out.last_mut() {
        match items.last_mut() {
            Some(last) if last.level < item.level => {
                return push_item(&mut last.below, number, item);
            }
            _ if start.is_some() == number.is_some() => return items.push(item),
            _ => {}
        }
    }
    out.push(Block::List { start: number, items: vec![item] });
}

/// The parser's pieces, joined where they look alike: it cuts at each sign that was guarded.
fn spans(compounds: &[Compound<'_>], names: &str) -> Vec<Span> {
    let mut out = Vec::new();
    let mut text = String::new();
    let mut pieces = compounds.iter().peekable();
    while let Some(piece) = pieces.next() {
        text.push_str(piece.src);
        if pieces.peek().is_some_and(|next| look(next) == look(piece)) {
            continue;
        }
        let ((strong, emphasis, gone), code) = look(piece);
        let style = Style { strong, emphasis, gone };
        let whole = guard::unguard(&std::mem::take(&mut text), code);
        match code {
            true => out.push(Span { style, what: What::Code(whole) }),
            false => links::scan(&whole, style, names, &mut out),
        }
    }
    out
}

/// How the parser's piece looks, and whether it is code.
fn look(piece: &Compound<'_>) -> ((bool, bool, bool), bool) {
    ((piece.bold, piece.italic, piece.strikeout), piece.code)
}

/// Empty lines beside a block are the page's to leave, not the text's.
fn trim(spans: &mut Vec<Span>) {
    while let Some(Span { what: What::Text(text), .. }) = spans.first_mut() {
        let rest = text.trim_start_matches('\n');
        if rest.is_empty() {
            spans.remove(0);
        } else {
            *text = rest.to_owned();
            break;
        }
    }
    while let Some(Span { what: What::Text(text), .. }) = spans.last_mut() {
        text.truncate(text.trim_end_matches('\n').len());
        if text.is_empty() {
            spans.pop();
        } else {
            break;
        }
    }
}
