//! The Lab's program: the library has all of it, so that it can be tested natively.

fn main() {
    tidings_frontend::lab::start();
}
