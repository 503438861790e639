//! The rules of the house, read off the sources themselves.
//!
//! Each rule is one test here with a message that says how to mend what it found; the rule's own
//! tests, beside it, show that it can find something.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod clock;
mod crates;
mod floors;
mod glossary;
mod pages;
mod schema;
mod source;
mod texts;
mod words;

use std::path::{Path, PathBuf};

use source::Source;

/// Longest source file that is still read in one sitting.
const LINES: usize = 400;

/// One broken rule: where, and what to do.
type Findings = Vec<String>;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every file below a folder with this ending, by its path from the project's root.
fn files(folder: &str, ending: &str) -> Vec<(String, String)> {
    let mut found = Vec::new();
    collect(&root().join(folder), ending, &mut found);
    found.sort();
    found
}

fn collect(folder: &Path, ending: &str, found: &mut Vec<(String, String)>) {
    for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, ending, found);
        } else if path.extension().is_some_and(|extension| extension == ending) {
            let text = std::fs::read_to_string(&path).expect("a text file");
            let name = path.strip_prefix(root()).expect("below the root").display().to_string();
            found.push((name, text));
        }
    }
}

fn sources() -> Vec<Source> {
    let sources: Vec<Source> =
        files("src", "rs").iter().map(|(path, text)| Source::read(path, text)).collect();
    assert!(!sources.is_empty(), "no sources found");
    sources
}

fn none(what: &str, findings: &[String]) {
    assert!(findings.is_empty(), "{what}\n{}", findings.join("\n"));
}

#[test]
fn arrows_never_run_back_up() {
    none("A floor may only name the floors below it (docs/architecture.md):", &floors::check(&sources()));
}

#[test]
fn each_crate_stays_in_its_room() {
    let manifest = std::fs::read_to_string(root().join("Cargo.toml")).expect("a manifest");
    let names = crates::dependencies(&manifest);
    none("A crate is used outside its room:", &crates::check(&sources(), &names));
}

#[test]
fn programs_are_named_only_in_their_folders() {
    let slugs = words::programs(&sources());
    none(
        "Rust outside src/programs/ must not know a program; use its folder's data:",
        &words::check(&sources(), &slugs),
    );
}

#[test]
fn the_clock_is_read_in_one_place() {
    none("Take the time as an argument, or from the clock port:", &clock::check(&sources()));
}

#[test]
fn files_stay_short() {
    let all = ["src", "tests", "benches"].into_iter().flat_map(|folder| files(folder, "rs"));
    let long = all.filter_map(|(path, text)| too_long(&path, &text));
    none("Split these files by subject:", &long.collect::<Findings>());
}

fn too_long(path: &str, text: &str) -> Option<String> {
    let lines = text.lines().count();
    (lines >= LINES).then(|| format!("{path} has {lines} lines, {} at most", LINES - 1))
}

#[test]
fn both_databases_have_the_same_shape() {
    let (sqlite, postgres) = (files("migrations/sqlite", "sql"), files("migrations/postgres", "sql"));
    assert!(!sqlite.is_empty(), "no migrations found");
    none("migrations/sqlite and migrations/postgres differ:", &schema::check(&sqlite, &postgres));
}

#[test]
fn pages_need_nothing_from_elsewhere() {
    let pages = files("templates", "html");
    assert!(!pages.is_empty(), "no templates found");
    let mut findings: Findings =
        pages.iter().flat_map(|(path, text)| pages::check_page(path, text)).collect();
    for ending in ["js", "css"] {
        let assets = files("static", ending);
        findings.extend(assets.iter().flat_map(|(path, text)| pages::check_asset(path, text)));
    }
    none("The content security policy allows only our own files:", &findings);
}

#[test]
fn every_text_exists_in_every_language() {
    let files_of = files("templates/texts", "toml");
    let catalogues = texts::LANGUAGES.map(|lang| texts::read(lang, &files_of));
    let mut findings = texts::compare(&catalogues);
    let pages = files("templates", "html");
    findings.extend(texts::check_pages(&pages, &catalogues[0]));
    findings.extend(texts::check_refusals(&sources(), &catalogues[0]));
    none("Add these texts to templates/texts/:", &findings);
}

#[test]
fn the_glossary_is_about_this_code() {
    let glossary = std::fs::read_to_string(root().join("docs/glossary.md")).expect("a glossary");
    none("Bring the glossary up to date:", &glossary::check(&glossary, &sources()));
}

#[test]
fn a_long_file_is_found() {
    assert_eq!(too_long("a.rs", &"x\n".repeat(LINES - 1)), None);
    assert!(too_long("a.rs", &"x\n".repeat(LINES)).is_some());
}
