//! The glossary speaks of what the code really says.

use std::collections::BTreeSet;

use super::Findings;
use super::source::Source;

/// Words in `code type` in the first column that no source file holds.
pub fn check(glossary: &str, sources: &[Source]) -> Findings {
    let known: BTreeSet<&str> = sources.iter().flat_map(|source| identifiers(&source.code)).collect();
    let cells = glossary.lines().filter_map(|line| line.strip_prefix("| ")?.split(" |").next());
    let words = cells.flat_map(|cell| cell.split('`').skip(1).step_by(2));
    words
        .filter(|word| !known.contains(word))
        .map(|word| format!("docs/glossary.md: no code says {word}"))
        .collect()
}

fn identifiers(code: &str) -> impl Iterator<Item = &str> {
    code.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

#[test]
fn a_word_that_is_gone_is_found() {
    let sources = [Source::read("src/x.rs", "pub struct Case; const STATE: &str = \"in_review\";")];
    assert!(check("| `Case`, case | x | `y` |\n| `in_review` | |", &sources).is_empty());
    assert_eq!(check("| `Caes` | x |", &sources), ["docs/glossary.md: no code says Caes"]);
}
