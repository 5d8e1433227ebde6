//! What a client may do. For now: which pages may write.

mod origin;

pub use origin::{check_origin, may_write};
