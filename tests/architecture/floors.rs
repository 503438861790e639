//! Which floor may name which.

use std::collections::BTreeSet;

use super::Findings;
use super::source::{Source, words};

/// Each floor with the ones it may name besides itself.
const FLOORS: [(&str, &[&str]); 13] = [
    ("main", &["cli"]),
    (
        "cli",
        &[
            "app", "adapters", "config", "domain", "jobs", "ports", "programs", "sandbox", "store",
            "usecases", "web",
        ],
    ),
    (
        "app",
        &["adapters", "config", "domain", "jobs", "ports", "programs", "sandbox", "store", "usecases", "web"],
    ),
    ("config", &["domain", "store"]),
    ("web", &["config", "domain", "ports", "programs", "usecases"]),
    ("jobs", &["config", "domain", "ports", "programs", "store", "usecases"]),
    ("usecases", &["domain", "ports", "programs", "store"]),
    ("adapters", &["config", "domain", "ports"]),
    ("store", &["domain"]),
    ("ports", &["domain"]),
    ("programs", &["domain"]),
    ("domain", &[]),
    ("sandbox", &["config"]),
];

/// Every mention of a floor by one that may not know it, and of one program by another.
pub fn check(sources: &[Source]) -> Findings {
    let rooms: BTreeSet<&str> = sources.iter().filter_map(|source| program(&source.path)).collect();
    let below_lib = sources.iter().filter(|source| source.floor() != "lib");
    below_lib.flat_map(|source| check_one(source).into_iter().chain(strangers(source, &rooms))).collect()
}

fn check_one(source: &Source) -> Findings {
    let floor = source.floor();
    let Some((_, allowed)) = FLOORS.iter().find(|(name, _)| *name == floor) else {
        return vec![format!(
            "{}: the floor {floor} is new; say in tests/architecture/floors.rs what it may name",
            source.path
        )];
    };
    let mut findings = Findings::new();
    for (at, mentioned) in mentions(&source.bare) {
        if mentioned != floor && is_floor(mentioned) && !allowed.contains(&mentioned) {
            findings.push(source.finding(at, &format!("{floor} must not name {mentioned}")));
        }
    }
    findings
}

fn is_floor(name: &str) -> bool {
    FLOORS.iter().any(|(floor, _)| *floor == name)
}

/// The first name of every path from the crate's root: `crate::a::b`, `crate::{a::b, c}`.
fn mentions(bare: &str) -> Vec<(usize, &str)> {
    let roots =
        ["crate", "madoguchi"].into_iter().flat_map(|root| words(bare, root).map(move |at| at + root.len()));
    roots
        .filter_map(|at| Some((at, bare[at..].strip_prefix("::")?)))
        .flat_map(|(at, rest)| first_names(at, rest))
        .collect()
}

fn first_names(at: usize, rest: &str) -> Vec<(usize, &str)> {
    let Some(group) = rest.strip_prefix('{') else { return vec![(at, name(rest))] };
    let mut names = vec![(at, name(group.trim_start()))];
    let mut depth = 0_usize;
    for (offset, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => names.push((at, name(group[offset + 1..].trim_start()))),
            _ => {}
        }
    }
    names
}

fn name(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    &text[..end]
}

/// Programs share nothing but the domain.
fn strangers(source: &Source, rooms: &BTreeSet<&str>) -> Findings {
    let Some(own) = program(&source.path) else { return Findings::new() };
    let paths = source.bare.match_indices("programs::");
    paths
        .map(|(at, path)| (at, name(&source.bare[at + path.len()..])))
        .filter(|(_, other)| *other != own && rooms.contains(other))
        .map(|(at, other)| source.finding(at, &format!("the program {own} must not name {other}")))
        .collect()
}

/// The program whose room a file is in.
pub fn program(path: &str) -> Option<&str> {
    let (program, _) = path.strip_prefix("src/programs/")?.split_once('/')?;
    Some(program)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> usize {
        check(&[Source::read(path, text)]).len()
    }

    #[test]
    fn an_arrow_up_is_found_however_it_is_written() {
        assert_eq!(found("src/domain/x.rs", "use crate::store::Conn;"), 1);
        assert_eq!(found("src/web/x.rs", "use crate::{domain::x, store::{a, b}, usecases};"), 1);
        assert_eq!(found("src/domain/x.rs", "fn f() { crate::web::g() }"), 1);
        assert_eq!(found("src/sandbox/x.rs", "use crate::domain::lang;"), 1);
        assert_eq!(found("src/usecases/x.rs", "use crate::adapters::pdf;"), 1);
        assert_eq!(found("src/attic/x.rs", ""), 1);
    }

    #[test]
    fn an_arrow_down_is_no_finding() {
        assert_eq!(found("src/web/x.rs", "use crate::{domain::x, usecases::{store, adapters}};"), 0);
        assert_eq!(
            found("src/store/x.rs", "// crate::web\nuse crate::domain::x; const S: &str = \"crate::web\";"),
            0
        );
        assert_eq!(found("src/main.rs", "fn main() { madoguchi::cli::run() }"), 0);
    }

    #[test]
    fn programs_are_strangers() {
        let with = |text: &str| {
            let other = Source::read("src/programs/b/mod.rs", "");
            check(&[Source::read("src/programs/a/x.rs", text), other]).len()
        };
        assert_eq!(with("use crate::programs::b::cap;"), 1);
        assert_eq!(with("use crate::programs::{Inputs, a::cap};"), 0);
        assert_eq!(with("use crate::programs::Inputs;"), 0);
    }
}
