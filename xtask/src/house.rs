//! The house rules that no other tool checks: every Rust file says what it is for, and none holds
//! two ideas.

use std::fs;

use anyhow::Result;

use crate::{
    files,
    project::Project,
    run::{note, step},
};

/// Above this, a file is probably two.
const LONG: usize = 320;
/// Above this, it certainly is.
const TOO_LONG: usize = 400;

/// Checks all Rust files; answers how many break a rule.
pub(crate) fn check(project: &Project) -> Result<usize> {
    step("house rules");
    let root = project.path("");
    let mut broken = 0;
    for file in files::below(&root)?.iter().filter(|file| files::ends_in(file, &["rs"])) {
        let name = file.strip_prefix(&root).unwrap_or(file).display();
        let text = fs::read_to_string(file)?;
        let lines = text.lines().count();
        for complaint in complaints(&text) {
            note(&format!("{name}: {complaint}"));
            broken += 1;
        }
        if (LONG + 1..=TOO_LONG).contains(&lines) {
            note(&format!("{name}: warning: {lines} lines; does it hold two ideas?"));
        }
    }
    Ok(broken)
}

fn complaints(text: &str) -> Vec<String> {
    let mut complaints = Vec::new();
    if !text.starts_with("//! ") {
        complaints.push("does not open with `//!`, what lives here and why".to_owned());
    }
    let lines = text.lines().count();
    if lines > TOO_LONG {
        complaints.push(format!("{lines} lines; at most {TOO_LONG}"));
    }
    complaints
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_says_what_it_is_for_and_ends_in_time() {
        assert!(complaints("//! The reason.\n").is_empty());
        assert_eq!(complaints("use std::io;\n").len(), 1);
        assert!(complaints(&format!("//! x\n{}", "\n".repeat(399))).is_empty());
        assert_eq!(complaints(&"\n".repeat(401)).len(), 2);
    }
}
