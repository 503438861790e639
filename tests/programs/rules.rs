//! docs/rules.md and its neighbours: each example in them is answered as it says. With `MADOGUCHI_WRITE_RULES` set the
//! examples are written anew.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use madoguchi::cli::rules::{Asked, stream};
use madoguchi::domain::program::{is_offered, load, load_law};
use madoguchi::domain::tables::Tables;
use madoguchi::programs::ask::Question;
use madoguchi::programs::{ALL, Rules, rules};
use serde_json::Value;

use super::{files, root, told};

/// The program whose document also explains lines, answers and errors.
const FIRST: &str = "nanbyo";

fn law() -> &'static Rules {
    rules(FIRST).unwrap()
}

/// The document of a program's questions: docs/rules.md, or one of its own such as docs/rules-other.md.
fn path(law: &Rules) -> PathBuf {
    let name = if law.program == FIRST { "rules.md".to_owned() } else { format!("rules-{}.md", law.program) };
    root().join("docs").join(name)
}

fn document(law: &Rules) -> String {
    let path = path(law);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The tables of a program's folder, be it a whole program or law only.
fn tables(law: &Rules) -> Tables {
    let files = files(&format!("forms/{}", law.program));
    let loaded = if is_offered(&files) {
        load(&files).map(|it| it.tables)
    } else {
        load_law(&files).map(|it| it.tables)
    };
    loaded.unwrap_or_else(|problems| panic!("{}", told(&problems)))
}

/// The answer to an input, as the command line prints it.
fn answer(tables: &Tables, question: &Question, input: &str) -> Value {
    let asked = Asked { question, tables, on: None };
    let mut output = Vec::new();
    stream(&asked, input.as_bytes(), &mut output).unwrap();
    serde_json::from_slice(&output).unwrap()
}

fn question(name: &str) -> &'static Question {
    law().question(name).unwrap_or_else(|| panic!("no question {name}"))
}

/// A document in parts: every second one is the inside of a block of JSON.
fn parts(text: &str) -> Vec<String> {
    let opened = text.split("```json\n").map(str::to_owned);
    let pieces = opened.enumerate().flat_map(|(place, part)| match part.split_once("```") {
        Some((block, rest)) if place > 0 => vec![block.to_owned(), rest.to_owned()],
        _ => vec![part],
    });
    pieces.collect()
}

/// The blocks as they should be: in the first document a whole answer and an error, then input and
/// result of each question.
fn expected(law: &Rules) -> Vec<Value> {
    let tables = tables(law);
    let mut blocks = Vec::new();
    if law.program == FIRST {
        let cap = question("cap");
        blocks.extend([cap.example, r#"{"tiers":"top"}"#].map(|input| answer(&tables, cap, input)));
    }
    for question in law.questions {
        blocks.push(serde_json::from_str(question.example).unwrap());
        blocks.push(answer(&tables, question, question.example)["result"].clone());
    }
    blocks
}

fn write(law: &Rules, parts: &[String], expected: &[Value]) {
    let mut text = parts[0].clone();
    for (pair, value) in parts[1..].chunks(2).zip(expected) {
        text += &format!("```json\n{}\n```{}", serde_json::to_string_pretty(value).unwrap(), pair[1]);
    }
    fs::write(path(law), text).unwrap();
}

#[test]
fn every_example_of_the_documents_is_answered_as_it_says() {
    for law in ALL {
        let (parts, expected) = (parts(&document(law)), expected(law));
        if std::env::var_os("MADOGUCHI_WRITE_RULES").is_some() {
            write(law, &parts, &expected);
            continue;
        }
        let blocks: Vec<Value> =
            parts[1..].iter().step_by(2).map(|block| serde_json::from_str(block).unwrap()).collect();
        assert_eq!(blocks, expected, "{}", law.program);
    }
}

#[test]
fn every_question_has_its_section() {
    for law in ALL {
        let text = document(law);
        let sections = text.lines().filter_map(|line| line.strip_prefix("## "));
        let sections: Vec<&str> = sections.skip(usize::from(law.program == FIRST)).collect();
        let names: Vec<&str> = law.questions.iter().map(|question| question.name).collect();
        assert_eq!(sections, names, "{}", law.program);
    }
}

#[test]
fn no_tables_are_at_fault_in_the_eyes_of_their_rules() {
    for law in ALL {
        let problems = (law.check_tables)(&tables(law));
        assert!(problems.is_empty(), "{}", told(&problems));
    }
}

/// Runs the program itself with `rules` and some input.
fn shell(arguments: &[&str], input: &str) -> Output {
    let mut child = Command::new(env!("CARGO_BIN_EXE_madoguchi"))
        .arg("rules")
        .args(arguments)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
    child.wait_with_output().unwrap()
}

fn lines(output: &Output) -> Vec<Value> {
    let text = String::from_utf8(output.stdout.clone()).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

#[test]
fn the_shell_answers_good_lines_and_fails_for_a_bad_one() {
    let good = shell(&["nanbyo", "cap", "--on", "2026-07-01"], "{\"tier\":\"top\"}\n");
    assert!(good.status.success());
    assert_eq!(lines(&good)[0]["result"]["cap"], 30_000);
    let mixed = shell(&["nanbyo", "cap", "--on", "2026-07-01"], "{\"tier\":1}\n{\"tier\":\"low-1\"}");
    assert_eq!(mixed.status.code(), Some(1));
    let answers = lines(&mixed);
    assert_eq!((&answers[0]["error"]["at"], &answers[1]["result"]["cap"]), (&"tier".into(), &2_500.into()));
}

#[test]
fn the_shell_reads_a_file_lists_questions_and_shows_an_example() {
    let listed = String::from_utf8(shell(&["nanbyo"], "").stdout).unwrap();
    assert_eq!(listed.lines().count(), law().questions.len());
    let example = shell(&["nanbyo", "tier", "--example"], "");
    assert_eq!(String::from_utf8(example.stdout).unwrap().trim_end(), question("tier").example);
    let file = tempfile::NamedTempFile::new().unwrap();
    fs::write(file.path(), question("start").example).unwrap();
    let answered = shell(&["nanbyo", "start", file.path().to_str().unwrap()], "");
    assert_eq!(lines(&answered)[0]["result"]["start_on"], "2026-02-10");
    for unknown in [["nanbyo", "shoes"], ["parking", "cap"]] {
        assert_eq!(shell(&unknown, "").status.code(), Some(1));
    }
}
