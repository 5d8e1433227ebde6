//! The order of the functions in the wasm. What compresses it looks for what it has seen before, and
//! spends less on a thing that stood just now: so each function follows the one that is most like it.
//! wasm-opt does the moving, by names that say the order; it knows what else names a function.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::names::{number, section, take, text, write_number, write_text};

/// So many bytes in a row make two functions alike where both have them: an instruction with what it
/// works on. Other lengths were tried, and this one is the smallest in brotli.
const RUN: usize = 3;
/// How many bits say which runs a function has.
const BITS: usize = 8192;

/// What is added to the runs of two functions together before it is said what part of them both have: the
/// more, the less alike are small ones. Each makes another order, and which is the smallest in brotli
/// changes with every change of the program, by a few hundred bytes: so all are tried.
pub(super) const DOUBTS: [u32; 8] = [0, 1, 2, 4, 8, 16, 32, 64];

/// What a function has: the runs of bytes in it, each as one of so many bits.
struct Traits {
    bits: Vec<u64>,
    count: u32,
}

impl Traits {
    fn of(body: &[u8]) -> Self {
        let mut bits = vec![0; BITS / 64];
        for run in body.windows(RUN) {
            let mut hasher = DefaultHasher::new();
            run.hash(&mut hasher);
            let bit = hasher.finish() as usize % BITS;
            bits[bit / 64] |= 1 << (bit % 64);
        }
        let count = bits.iter().map(|word: &u64| word.count_ones()).sum();
        Self { bits, count }
    }

    /// How much they have in common, from 0 to 1.
    fn likeness(&self, other: &Self, doubt: u32) -> f64 {
        let shared = self.bits.iter().zip(&other.bits).map(|(a, b)| (a & b).count_ones());
        f64::from(shared.sum::<u32>() + 1) / f64::from(self.count + other.count + doubt)
    }
}

/// The wasm with a name for each function by which they are to be sorted; `None` when it is not of
/// the form that is known here.
pub(super) fn named(wasm: &[u8], doubt: u32) -> Option<Vec<u8>> {
    let mut rest = wasm.get(8..)?;
    let (mut imported, mut bodies) = (0, Vec::new());
    while let Some((&id, after)) = rest.split_first() {
        rest = after;
        let length = number(&mut rest)?;
        let mut content = take(&mut rest, length)?;
        match id {
            2 => imported = functions(content)?,
            10 => {
                for _ in 0..number(&mut content)? {
                    let length = number(&mut content)?;
                    bodies.push(take(&mut content, length)?);
                }
            }
            _ => {}
        }
    }
    let mut names = Vec::new();
    write_number(&mut names, bodies.len());
    let mut places = vec![0; bodies.len()];
    for (place, function) in order(&bodies, doubt).into_iter().enumerate() {
        places[function] = place;
    }
    for (function, place) in places.into_iter().enumerate() {
        write_number(&mut names, imported + function);
        write_text(&mut names, &format!("{place:06}"));
    }
    let mut content = Vec::new();
    write_text(&mut content, "name");
    // The names of functions.
    section(&mut content, 1, &names);
    let mut named = wasm.to_vec();
    section(&mut named, 0, &content);
    Some(named)
}

/// The largest first, and behind each the one of the others that is most like it.
fn order(bodies: &[&[u8]], doubt: u32) -> Vec<usize> {
    let traits: Vec<_> = bodies.iter().map(|body| Traits::of(body)).collect();
    let mut left: Vec<_> = (0..bodies.len()).collect();
    let mut order = Vec::new();
    let mut next = left.iter().copied().max_by_key(|&n| bodies[n].len());
    while let Some(last) = next {
        order.push(last);
        left.retain(|&n| n != last);
        let likeness = |n: usize| traits[last].likeness(&traits[n], doubt);
        let alike = left.iter().rev().map(|&n| (likeness(n), n)).max_by(|a, b| a.0.total_cmp(&b.0));
        next = alike.map(|(_, n)| n);
    }
    order
}

/// How many functions are imported.
pub(super) fn functions(mut imports: &[u8]) -> Option<usize> {
    let mut functions = 0;
    for _ in 0..number(&mut imports)? {
        text(&mut imports)?;
        text(&mut imports)?;
        functions += usize::from(imports.first() == Some(&0));
        super::names::import(&mut imports)?;
    }
    Some(functions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn like_follows_like() {
        let bodies: [&[u8]; 4] = [b"abcdefgh", b"12345678", b"abcdefgh and more", b"12345679"];
        for doubt in DOUBTS {
            assert_eq!(order(&bodies, doubt), [2, 0, 1, 3]);
        }
    }

    #[test]
    fn a_name_says_the_place_of_each_function_behind_the_imported_ones() {
        let mut wasm = b"\0asm\x01\0\0\0".to_vec();
        section(&mut wasm, 2, b"\x02\x01a\x01f\0\x03\x01a\x01m\x02\x01\0\x05");
        section(&mut wasm, 10, b"\x02\x01\x0b\x03\0\x01\x0b");
        let named = named(&wasm, 8).unwrap();
        let names = named.strip_prefix(&wasm[..]).unwrap();
        assert_eq!(names, b"\0\x18\x04name\x01\x11\x02\x01\x06000001\x02\x06000000");
        assert_eq!(super::named(b"\0asm\x01\0\0\0\x02\xff", 8), None);
    }
}
