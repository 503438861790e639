//! docs/rules.md: each example in it is answered as it says. With `MADOGUCHI_WRITE_RULES` set the
//! examples are written anew.

use std::fs;
use std::io::Write;
use std::process::{Command, Output, Stdio};

use madoguchi::cli::rules::{Asked, stream};
use madoguchi::programs::ask::Question;
use madoguchi::programs::{Rules, rules};
use serde_json::Value;

use super::{program, root};

const PATH: &str = "docs/rules.md";

fn law() -> &'static Rules {
    rules("nanbyo").unwrap()
}

/// The answer to an input, as the command line prints it.
fn answer(question: &Question, input: &str) -> Value {
    let program = program("forms/nanbyo");
    let asked = Asked { question, tables: &program.tables, on: None };
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

/// The blocks as they should be: the whole answer, an error, then input and result of each question.
fn expected() -> Vec<Value> {
    let mut blocks =
        vec![answer(question("cap"), question("cap").example), answer(question("cap"), r#"{"tiers":"top"}"#)];
    for question in law().questions {
        blocks.push(serde_json::from_str(question.example).unwrap());
        blocks.push(answer(question, question.example)["result"].clone());
    }
    blocks
}

fn write(parts: &[String], expected: &[Value]) {
    let mut text = parts[0].clone();
    for (pair, value) in parts[1..].chunks(2).zip(expected) {
        text += &format!("```json\n{}\n```{}", serde_json::to_string_pretty(value).unwrap(), pair[1]);
    }
    fs::write(root().join(PATH), text).unwrap();
}

#[test]
fn every_example_of_the_document_is_answered_as_it_says() {
    let (parts, expected) = (parts(&fs::read_to_string(root().join(PATH)).unwrap()), expected());
    if std::env::var_os("MADOGUCHI_WRITE_RULES").is_some() {
        return write(&parts, &expected);
    }
    let blocks: Vec<Value> =
        parts[1..].iter().step_by(2).map(|block| serde_json::from_str(block).unwrap()).collect();
    assert_eq!(blocks, expected);
}

#[test]
fn every_question_has_its_section() {
    let text = fs::read_to_string(root().join(PATH)).unwrap();
    let sections: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("## ")).skip(1).collect();
    let names: Vec<&str> = law().questions.iter().map(|question| question.name).collect();
    assert_eq!(sections, names);
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
