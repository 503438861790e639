//! Program folders as whole things: one that no Rust knows, and all forms read by somebody else's engine.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod demo;
mod elsewhere;
mod fourth;
mod rules;
#[path = "../support/mod.rs"]
mod support;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use madoguchi::domain::problem::Problem;
use madoguchi::domain::program::{Files, Program, load};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The files of a folder below the project's root, by path inside the folder.
fn files(folder: &str) -> Files {
    let mut found = Files::new();
    read(&root().join(folder), "", &mut found);
    assert!(!found.is_empty(), "{folder} is empty");
    found
}

fn read(folder: &Path, prefix: &str, files: &mut Files) {
    for entry in std::fs::read_dir(folder).unwrap().flatten() {
        let name = format!("{prefix}{}", entry.file_name().to_str().unwrap());
        if entry.path().is_dir() {
            read(&entry.path(), &format!("{name}/"), files);
        } else {
            files.insert(name, std::fs::read(entry.path()).unwrap());
        }
    }
}

fn program(folder: &str) -> Program {
    load(&files(folder)).unwrap_or_else(|problems| panic!("{folder}\n{}", told(&problems)))
}

/// Every program folder there is: those that are shipped, and the example of the guide.
fn programs() -> BTreeMap<String, Program> {
    let mut found = BTreeMap::new();
    for place in ["forms", "tests/data/programs"] {
        for entry in std::fs::read_dir(root().join(place)).unwrap().flatten() {
            if entry.path().join("program.toml").is_file() {
                let folder = format!("{place}/{}", entry.file_name().to_str().unwrap());
                found.insert(folder.clone(), program(&folder));
            }
        }
    }
    found
}

fn told(problems: &[Problem]) -> String {
    problems.iter().map(Problem::to_string).collect::<Vec<_>>().join("\n")
}
