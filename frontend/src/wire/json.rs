//! A JSON text as a tree.

use std::borrow::Cow;

/// Lists and objects lie at most so deep in one another; nothing that travels here comes near.
const DEEPEST: usize = 32;

/// A JSON value, which borrows from its text what it can.
#[derive(PartialEq, Debug)]
pub enum Json<'a> {
    /// `null`, and what is absent.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A number as it was written: whoever asks for one knows which kind it wants.
    Number(&'a str),
    /// A text.
    Text(Cow<'a, str>),
    /// A list.
    List(Vec<Json<'a>>),
    /// The fields of an object, as they came.
    Object(Vec<(Cow<'a, str>, Json<'a>)>),
}

impl<'a> Json<'a> {
    /// Reads a text. `None` when it is not JSON.
    #[must_use]
    pub fn parse(text: &'a str) -> Option<Self> {
        let mut parser = Parser { text, at: 0 };
        let json = parser.value(DEEPEST)?;
        parser.next().is_none().then_some(json)
    }

    /// The field of this name; [`Json::Null`] when there is none.
    #[must_use]
    pub fn at(&self, name: &str) -> &Json<'a> {
        let Json::Object(fields) = self else { return &Json::Null };
        fields.iter().find(|(field, _)| field == name).map_or(&Json::Null, |(_, json)| json)
    }

    /// It, if it is a text.
    #[must_use]
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }
}

struct Parser<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Parser<'a> {
    /// The byte here, which is passed.
    fn byte(&mut self) -> Option<u8> {
        let byte = self.text.as_bytes().get(self.at).copied();
        self.at += 1;
        byte
    }

    /// The next byte that is no white space; it stays to be read.
    fn next(&mut self) -> Option<u8> {
        while matches!(self.text.as_bytes().get(self.at)?, b' ' | b'\n' | b'\r' | b'\t') {
            self.at += 1;
        }
        self.text.as_bytes().get(self.at).copied()
    }

    fn takes(&mut self, byte: u8) -> bool {
        let is_next = self.next() == Some(byte);
        self.at += usize::from(is_next);
        is_next
    }

    fn word(&mut self, word: &str, json: Json<'a>) -> Option<Json<'a>> {
        let rest = self.text.get(self.at..)?;
        self.at += word.len();
        rest.starts_with(word).then_some(json)
    }

    fn value(&mut self, depth: usize) -> Option<Json<'a>> {
        let depth = depth.checked_sub(1)?;
        match self.next()? {
            b'"' => self.string().map(Json::Text),
            b'{' => {
                let mut fields = Vec::new();
                self.items(b'}', |parser| {
                    let name = (parser.next()? == b'"').then(|| parser.string())??;
                    parser.takes(b':').then_some(())?;
                    fields.push((name, parser.value(depth)?));
                    Some(())
                })?;
                Some(Json::Object(fields))
            }
            b'[' => {
                let mut items = Vec::new();
                self.items(b']', |parser| {
                    items.push(parser.value(depth)?);
                    Some(())
                })?;
                Some(Json::List(items))
            }
            b't' => self.word("true", Json::Bool(true)),
            b'f' => self.word("false", Json::Bool(false)),
            b'n' => self.word("null", Json::Null),
            b'-' | b'0'..=b'9' => {
                let rest = self.text.get(self.at..)?;
                let is_part = |c: char| matches!(c, '0'..='9' | '+' | '-' | '.' | 'e' | 'E');
                let number = rest.get(..rest.find(|c| !is_part(c)).unwrap_or(rest.len()))?;
                self.at += number.len();
                Some(Json::Number(number))
            }
            _ => None,
        }
    }

    /// What stands between a bracket, which is here, and its `end`, with a comma between each two.
    fn items(&mut self, end: u8, mut item: impl FnMut(&mut Self) -> Option<()>) -> Option<()> {
        self.at += 1;
        if self.takes(end) {
            return Some(());
        }
        loop {
            item(self)?;
            if self.takes(end) {
                return Some(());
            }
            self.takes(b',').then_some(())?;
        }
    }

    /// A text, whose opening quote is here.
    fn string(&mut self) -> Option<Cow<'a, str>> {
        self.at += 1;
        let mut whole = Cow::Borrowed("");
        loop {
            let start = self.at;
            let end = loop {
                match self.byte()? {
                    b'"' => break None,
                    b'\\' => break Some(()),
                    0..b' ' => return None,
                    _ => {}
                }
            };
            whole += self.text.get(start..self.at - 1)?;
            if end.is_none() {
                return Some(whole);
            }
            let sign = self.escaped()?;
            whole.to_mut().push(sign);
        }
    }

    /// What a backslash, which is passed, and what follows it stand for.
    fn escaped(&mut self) -> Option<char> {
        Some(match self.byte()? {
            sign @ (b'"' | b'\\' | b'/') => sign.into(),
            b'n' => '\n',
            b't' => '\t',
            b'r' => '\r',
            b'b' => '\u{8}',
            b'f' => '\u{c}',
            b'u' => {
                let mut code = self.unit()?;
                // The first half of a sign beyond the first 65,536; the other half must follow.
                if code & 0xfc00 == 0xd800 {
                    let is_pair = (self.byte()?, self.byte()?) == (b'\\', b'u');
                    let low = self.unit().filter(|low| is_pair && low & 0xfc00 == 0xdc00)?;
                    code = 0x1_0000 + ((code & 0x3ff) << 10) + (low & 0x3ff);
                }
                char::from_u32(code)?
            }
            _ => return None,
        })
    }

    /// Four hexadecimal digits.
    fn unit(&mut self) -> Option<u32> {
        let mut unit = 0;
        for _ in 0..4 {
            unit = unit << 4 | char::from(self.byte()?).to_digit(16)?;
        }
        Some(unit)
    }
}
