//! Chance: for jitter, for ids, for a guest's name.

use super::window;

/// A number in 0..1, for jitter.
#[must_use]
pub fn chance() -> f64 {
    js_sys::Math::random()
}

/// Draws a UUIDv4, a message's name for ever. `crypto.randomUUID` would do, but a page that came
/// over plain HTTP from another machine doesn't have it.
#[must_use]
pub fn draw_id() -> String {
    let mut bytes = [0u8; 16];
    fill(&mut bytes);
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let mut id = String::with_capacity(36);
    for (i, byte) in bytes.iter().enumerate() {
        if matches!(i, 4 | 6 | 8 | 10) {
            id.push('-');
        }
        id.push_str(&format!("{byte:02x}"));
    }
    id
}

/// Fills these bytes by chance, with the best that the browser has.
pub(super) fn fill(bytes: &mut [u8]) {
    let filled = window().crypto().and_then(|c| c.get_random_values_with_u8_array(bytes));
    if filled.is_err() {
        bytes.fill_with(|| (chance() * 256.0) as u8);
    }
}
