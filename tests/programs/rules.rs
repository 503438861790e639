//! docs/rules.md: each example in it is answered as it says. With `MADOGUCHI_WRITE_RULES` set the
//! examples are written anew.

use std::fs;

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
