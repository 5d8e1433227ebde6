//! What outlives a visit: values that this browser keeps for the app, the name among them.

use tidings_shared::Username;

use super::{chance::fill, window};

/// The key under which the name is kept for the next visit.
const NAME_KEY: &str = "tidings.name";

fn storage() -> Option<web_sys::Storage> {
    window().local_storage().ok().flatten()
}

/// Keeps a value beyond this visit, for all tabs of this browser. Answers whether it is kept: a
/// browser may have no room left, or be told to keep nothing.
pub fn keep(key: &str, value: &str) -> bool {
    storage().is_some_and(|storage| storage.set_item(key, value).is_ok())
}

/// The value that is kept under this key.
#[must_use]
pub fn kept(key: &str) -> Option<String> {
    storage()?.get_item(key).ok()?
}

/// All keys that begin so, and their values, in the keys' order.
#[must_use]
pub fn all_kept(prefix: &str) -> Vec<(String, String)> {
    let mut all = Vec::new();
    let Some(storage) = storage() else { return all };
    for key in (0..storage.length().unwrap_or(0)).filter_map(|at| storage.key(at).ok()?) {
        if key.starts_with(prefix)
            && let Some(value) = kept(&key)
        {
            // Few keys, inserted in order: a sorted map, or a sort, would weigh more than it saves.
            let place = all.partition_point(|(other, _)| *other < key);
            all.insert(place, (key, value));
        }
    }
    all
}

/// Keeps it no longer.
pub fn forget(key: &str) {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(key);
    }
}

/// The name of the last visit, or one for a guest, who is the same one the next time.
#[must_use]
pub fn stored_name() -> Username {
    kept(NAME_KEY).and_then(|name| name.parse().ok()).unwrap_or_else(|| {
        let mut bytes = [0u8; 4];
        fill(&mut bytes);
        let letters =
            bytes.map(|b| char::from(b"abcdefghjkmnpqrstuvwxyz23456789"[usize::from(b) % 31]));
        let guest = Username::from_log(&["guest-", &String::from_iter(letters)].concat());
        store_name(&guest);
        guest
    })
}

/// Keeps the name for the next visit. A browser that keeps nothing is no reason to fail.
pub fn store_name(name: &Username) {
    keep(NAME_KEY, name.as_str());
}
