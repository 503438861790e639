//! Programs live in folders: no other Rust knows one by name.

use std::collections::BTreeSet;

use super::Findings;
use super::floors::program;
use super::source::Source;

/// Names of programs in law and in folders, whether there is a folder yet or not.
const KNOWN: [&str; 6] = ["nanbyo", "kaigo", "yobo", "難病", "要介護", "予防接種"];
/// The only file besides the rooms themselves that lists them.
const REGISTRY: &str = "src/programs/mod.rs";

/// The known names and those of the rooms that exist.
pub fn programs(sources: &[Source]) -> BTreeSet<String> {
    let rooms = sources.iter().filter_map(|source| program(&source.path));
    rooms.chain(KNOWN).map(str::to_owned).collect()
}

/// Every name of a program in code or in a string literal outside the rooms and the registry.
pub fn check(sources: &[Source], names: &BTreeSet<String>) -> Findings {
    let outside = sources.iter().filter(|source| program(&source.path).is_none() && source.path != REGISTRY);
    outside.flat_map(|source| names.iter().flat_map(|name| mentions(source, name))).collect()
}

fn mentions(source: &Source, name: &str) -> Findings {
    let places = source.code.match_indices(name);
    places.map(|(at, _)| source.finding(at, &format!("names the program {name}"))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> usize {
        let sources = [Source::read(path, text), Source::read("src/programs/ikuei/mod.rs", "")];
        check(&sources, &programs(&sources)).len()
    }

    #[test]
    fn a_name_in_code_is_found() {
        assert_eq!(found("src/web/x.rs", "const P: &str = \"nanbyo\";"), 1);
        assert_eq!(found("src/domain/x.rs", "fn f() { label(\"難病医療費\") }"), 1);
        assert_eq!(found("src/web/x.rs", "fn ikuei_page() {}"), 1);
    }

    #[test]
    fn law_in_a_comment_and_names_at_home_are_no_finding() {
        assert_eq!(found("src/domain/x.rs", "/// 難病法7条\nfn f() {}"), 0);
        assert_eq!(found("src/programs/nanbyo/x.rs", "const P: &str = \"nanbyo\";"), 0);
        assert_eq!(found(REGISTRY, "pub mod nanbyo;"), 0);
    }
}
