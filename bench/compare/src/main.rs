//! Measures Tidings and its peers; `cargo xtask compare` builds them all and starts this.

#[cfg(target_os = "linux")]
fn main() -> std::process::ExitCode {
    tidings_compare::main()
}

#[cfg(not(target_os = "linux"))]
fn main() -> std::process::ExitCode {
    eprintln!("error: figures come from /proc, so this runs on Linux only");
    std::process::ExitCode::FAILURE
}
