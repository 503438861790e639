//! A program that no Rust knows: the folder of docs/adding-a-program.md, loaded and worked as it is.

use madoguchi::domain::program::load;
use madoguchi::domain::program::run::{RuleInputs, run};
use madoguchi::domain::proposal::Proposal;

use super::{files, program, told};

const FOLDER: &str = "tests/data/programs/parking";
/// What Rust would have to write to know the program.
const NAMES: [&str; 3] = ["parking", "思いやり", "利用証"];

#[test]
fn the_folder_is_sound() {
    let warnings = program(FOLDER).warnings;
    assert!(warnings.is_empty(), "{}", told(&warnings));
}

#[test]
fn its_worked_cases_come_out_as_written() {
    let program = program(FOLDER);
    assert!(!program.cases.is_empty());
    // It has no rules of its own: nothing is proposed, and letters print what the clerk decided.
    let nothing = |_: &RuleInputs<'_>| Proposal::default();
    for (name, case) in &program.cases {
        let problems = run(name, case, &program, Some(&nothing));
        assert!(problems.is_empty(), "{}", told(&problems));
    }
}

#[test]
fn what_no_folder_may_drop_stays() {
    for (file, from, to, said) in [
        ("letters/refusal.toml", "{phrase.appeal}", "以上", "教示"),
        ("program.toml", "reasons = [\"need_not_met\"]", "reasons = []", "without reasons"),
        ("program.toml", "approvers = [\"approver\"]", "approvers = []", "nobody approves"),
        ("program.toml", "incompatible = [\"reviewer\"]", "incompatible = []", "not incompatible"),
    ] {
        let mut files = files(FOLDER);
        let text = String::from_utf8(files[file].clone()).unwrap();
        assert!(text.contains(from), "{file} has no {from}");
        files.insert(file.to_owned(), text.replace(from, to).into_bytes());
        let problems = load(&files).map(|_| ()).unwrap_err();
        assert!(problems.iter().any(|it| it.message.contains(said)), "{from}: {}", told(&problems));
    }
}

#[test]
fn no_rust_names_it() {
    let sources = files("src");
    for (path, bytes) in sources.iter().filter(|(path, _)| path.ends_with(".rs")) {
        let text = std::str::from_utf8(bytes).unwrap();
        for name in NAMES {
            assert!(!text.contains(name), "src/{path} names {name}");
        }
    }
}
