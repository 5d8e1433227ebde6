//! A figure and the formula that it came by, which can't disagree: the same expression is computed
//! and written.

use std::{
    ops::{Add, Div, Mul, Sub},
    rc::Rc,
};

use super::{range::Range, unit::Unit};

/// A value within its bounds, and how it was made.
#[derive(Clone, PartialEq, Debug)]
pub struct Term {
    value: Range,
    made: Rc<Made>,
}

#[derive(PartialEq, Debug)]
enum Made {
    /// It has a name; and a formula, unless it was given or measured.
    Named {
        name: &'static str,
        unit: Unit,
        by: Option<Term>,
    },
    Binary {
        sign: Sign,
        left: Term,
        right: Term,
    },
    /// e to the power of minus this.
    Decay(Term),
    /// The next whole number, 1 at least.
    Whole(Term),
    Larger(Vec<Term>),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Sign {
    Plus,
    Minus,
    Times,
    By,
}

/// How tightly a formula's parts hold together.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Hold {
    Sum,
    Product,
    Whole,
}

impl Term {
    /// What was given or measured.
    #[must_use]
    pub fn given(name: &'static str, value: Range, unit: Unit) -> Self {
        Self { value, made: Rc::new(Made::Named { name, unit, by: None }) }
    }

    /// A number that stands in a formula as it is.
    #[must_use]
    pub fn number(value: f64) -> Self {
        Self::given("", Range::exact(value), Unit::Plain)
    }

    /// Gives it a name, by which later formulas call it.
    #[must_use]
    pub fn called(self, name: &'static str, unit: Unit) -> Self {
        Self { value: self.value, made: Rc::new(Made::Named { name, unit, by: Some(self) }) }
    }

    /// e to the power of minus it.
    #[must_use]
    pub fn decay(self) -> Self {
        Self { value: self.value.decay(), made: Rc::new(Made::Decay(self)) }
    }

    /// The next whole number, 1 at least.
    #[must_use]
    pub fn whole(self) -> Self {
        // What is a hair above a whole number is arithmetic's doing.
        let value = self.value.map(|x| (x - 1e-9).ceil().max(1.0));
        Self { value, made: Rc::new(Made::Whole(self)) }
    }

    /// The largest of several.
    ///
    /// # Panics
    ///
    /// If there are none.
    #[must_use]
    pub fn largest(of: Vec<Self>) -> Self {
        let value = of.iter().map(|term| term.value).reduce(Range::max).expect("there are some");
        Self { value, made: Rc::new(Made::Larger(of)) }
    }

    /// The value, within its bounds.
    #[must_use]
    pub fn value(&self) -> Range {
        self.value
    }

    /// The value that is to be expected.
    #[must_use]
    pub fn mid(&self) -> f64 {
        self.value.mid
    }

    /// What it is called; empty if it has no name.
    #[must_use]
    pub fn name(&self) -> &'static str {
        match &*self.made {
            Made::Named { name, .. } => name,
            _ => "",
        }
    }

    /// Its unit, if it has one.
    #[must_use]
    pub fn unit(&self) -> Unit {
        match &*self.made {
            Made::Named { unit, .. } => *unit,
            _ => Unit::Plain,
        }
    }

    /// The value to be expected, with its unit.
    #[must_use]
    pub fn shown(&self) -> String {
        self.unit().show(self.value.mid)
    }

    /// The formula in words: "listeners ÷ period". Of what was given or measured, its name.
    #[must_use]
    pub fn symbolic(&self) -> String {
        self.formula().write(false).0
    }

    /// The same with the numbers put in, and what comes of it: "10,000 listeners ÷ 3 s = 3,333
    /// requests/s".
    #[must_use]
    pub fn filled(&self) -> String {
        let formula = self.formula();
        if std::ptr::eq(formula, self) {
            return self.shown();
        }
        format!("{} = {}", formula.write(true).0, self.shown())
    }

    /// The figures that its formula speaks of by name and that have a formula themselves, each once.
    #[must_use]
    pub fn parts(&self) -> Vec<Term> {
        let mut parts = Vec::new();
        self.formula().gather(&mut parts);
        parts
    }

    fn formula(&self) -> &Self {
        match &*self.made {
            Made::Named { by: Some(by), .. } => by,
            _ => self,
        }
    }

    fn gather(&self, parts: &mut Vec<Term>) {
        match &*self.made {
            Made::Named { by: Some(_), .. } if !parts.contains(self) => parts.push(self.clone()),
            Made::Named { .. } => {}
            Made::Binary { left, right, .. } => {
                left.gather(parts);
                right.gather(parts);
            }
            Made::Decay(of) | Made::Whole(of) => of.gather(parts),
            Made::Larger(of) => of.iter().for_each(|term| term.gather(parts)),
        }
    }

    /// As text, and how tightly that holds together.
    fn write(&self, filled: bool) -> (String, Hold) {
        match &*self.made {
            Made::Named { name, .. } => {
                let text = if filled || name.is_empty() { self.shown() } else { (*name).into() };
                (text, Hold::Whole)
            }
            Made::Binary { sign, left, right } => {
                let (hold, sign, right_hold) = match sign {
                    Sign::Plus => (Hold::Sum, '+', Hold::Sum),
                    Sign::Minus => (Hold::Sum, '−', Hold::Product),
                    Sign::Times => (Hold::Product, '×', Hold::Product),
                    Sign::By => (Hold::Product, '÷', Hold::Whole),
                };
                let (left, right) = (left.within(filled, hold), right.within(filled, right_hold));
                (format!("{left} {sign} {right}"), hold)
            }
            Made::Decay(of) => (format!("e^(−{})", of.within(filled, Hold::Product)), Hold::Whole),
            Made::Whole(of) => (format!("{}, rounded up", of.write(filled).0), Hold::Sum),
            Made::Larger(of) => {
                let all: Vec<_> = of.iter().map(|term| term.write(filled).0).collect();
                (format!("the largest of ({})", all.join("; ")), Hold::Whole)
            }
        }
    }

    /// As text that may stand beside what holds so tightly.
    fn within(&self, filled: bool, least: Hold) -> String {
        let (text, hold) = self.write(filled);
        if hold < least { format!("({text})") } else { text }
    }

    fn with(self, sign: Sign, right: Self) -> Self {
        let (a, b) = (self.value, right.value);
        let value = match sign {
            Sign::Plus => a + b,
            Sign::Minus => a - b,
            Sign::Times => a * b,
            Sign::By => a / b,
        };
        Self { value, made: Rc::new(Made::Binary { sign, left: self, right }) }
    }
}

macro_rules! operators {
    ($($operator:ident, $method:ident, $sign:ident;)*) => {$(
        impl $operator for Term {
            type Output = Self;
            fn $method(self, right: Self) -> Self {
                self.with(Sign::$sign, right)
            }
        }
        impl $operator<&Term> for &Term {
            type Output = Term;
            fn $method(self, right: &Term) -> Term {
                self.clone().with(Sign::$sign, right.clone())
            }
        }
        impl $operator<&Term> for Term {
            type Output = Self;
            fn $method(self, right: &Term) -> Self {
                self.with(Sign::$sign, right.clone())
            }
        }
        impl $operator<Term> for &Term {
            type Output = Term;
            fn $method(self, right: Term) -> Term {
                self.clone().with(Sign::$sign, right)
            }
        }
    )*};
}

operators! {
    Add, add, Plus;
    Sub, sub, Minus;
    Mul, mul, Times;
    Div, div, By;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exact(name: &'static str, value: f64, unit: Unit) -> Term {
        Term::given(name, Range::exact(value), unit)
    }

    #[test]
    fn a_formula_is_written_as_it_is_computed() {
        let listeners = exact("listeners", 10_000.0, Unit::Of("listeners"));
        let interval = exact("interval", 3.0, Unit::Seconds);
        let requests = (&listeners / &interval).called("polls", Unit::Of("requests/s"));
        assert_eq!(requests.symbolic(), "listeners ÷ interval");
        assert_eq!(
            requests.filled().replace('\u{202f}', " "),
            "10,000 listeners ÷ 3 s = 3,333 requests/s"
        );
        assert!((requests.mid() - 10_000.0 / 3.0).abs() < 1e-9);
        assert_eq!(requests.parts(), []);
        let twice = (&requests * Term::number(2.0)).called("twice", Unit::Of("requests/s"));
        assert_eq!(twice.symbolic(), "polls × 2");
        assert_eq!(twice.parts(), [requests]);
        assert_eq!(listeners.filled(), "10,000 listeners");
    }

    #[test]
    fn parentheses_stand_where_they_are_needed_and_nowhere_else() {
        let [a, b, c] = ["a", "b", "c"].map(|name| exact(name, 2.0, Unit::Plain));
        for (term, text, value) in [
            ((&a + &b) * &c, "(a + b) × c", 8.0),
            (&a + &b * &c, "a + b × c", 6.0),
            (&a / (&b * &c), "a ÷ (b × c)", 0.5),
            (&a / &b / &c, "a ÷ b ÷ c", 0.5),
            (&a * (&b / &c), "a × b ÷ c", 2.0),
            (&a - (&b - &c), "a − (b − c)", 2.0),
            (&a - &b + &c, "a − b + c", 2.0),
            ((&a * &b).decay(), "e^(−a × b)", (-4.0_f64).exp()),
            ((&a + &b).decay() * &c, "e^(−(a + b)) × c", 2.0 * (-4.0_f64).exp()),
            ((&a / &c).whole(), "a ÷ c, rounded up", 1.0),
            (Term::largest(vec![&a + &b, c.clone()]), "the largest of (a + b; c)", 4.0),
        ] {
            assert_eq!(term.symbolic(), text);
            assert!((term.mid() - value).abs() < 1e-12, "{text} is {}", term.mid());
        }
    }
}
