//! `madoguchi rules PROGRAM QUESTION`: what the law of a program answers to plain values, a JSON line
//! for each JSON line.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::path::PathBuf;

use anyhow::{Context, anyhow, bail};
use chrono::NaiveDate;
use serde_json::{Value, json};

use crate::app::law_folders;
use crate::config::Config;
use crate::domain::problem::Problem;
use crate::domain::program::{Files, is_offered, load, load_law};
use crate::domain::proposal::Worked;
use crate::domain::tables::Tables;
use crate::programs::ask::{Answer, AskError, Question};
use crate::programs::{Rules, rules};

/// The longest line that is read, in bytes. A longer one is an error and not kept in memory.
pub const LONGEST_LINE: usize = 1 << 20;

/// What is asked.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The program, by the name of its folder.
    program: String,
    /// The question; without it the program's questions are listed.
    question: Option<String>,
    /// A file of JSON lines; without it standard input.
    file: Option<PathBuf>,
    /// The day that counts where a line gives none, such as 2026-07-01.
    #[arg(long)]
    on: Option<NaiveDate>,
    /// Print a line that the question answers, and nothing else.
    #[arg(long, requires = "question")]
    example: bool,
}

/// Answers every line; `false` when one of them had no answer.
///
/// # Errors
/// When there is no such program or question, its folder is faulty, or reading or writing fails.
pub fn run(config: &Config, options: &Options) -> anyhow::Result<bool> {
    let Some(rules) = rules(&options.program) else {
        bail!("no program {} has rules of its own", options.program);
    };
    let mut output = io::stdout().lock();
    let Some(name) = &options.question else {
        list(rules, &mut output)?;
        return Ok(true);
    };
    let Some(question) = rules.question(name) else { bail!("{}", unknown(rules, name)) };
    if options.example {
        writeln!(output, "{}", question.example)?;
        return Ok(true);
    }
    let tables = tables(config, rules)?;
    let asked = Asked { question, tables: &tables, on: options.on };
    let Some(path) = &options.file else { return Ok(stream(&asked, io::stdin().lock(), output)?) };
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    Ok(stream(&asked, BufReader::new(file), output)?)
}

fn list(rules: &Rules, output: &mut impl Write) -> io::Result<()> {
    rules.questions.iter().try_for_each(|it| writeln!(output, "{:<12}{}", it.name, it.about))
}

fn unknown(rules: &Rules, name: &str) -> String {
    let names: Vec<&str> = rules.questions.iter().map(|question| question.name).collect();
    format!("{} has no question {name}; it has {}", rules.program, names.join(", "))
}

/// The tables of the rules' folder, which must be sound.
fn tables(config: &Config, rules: &Rules) -> anyhow::Result<Tables> {
    let (program, folders) = (rules.program, law_folders(config.text("programs_dir"))?);
    let Some(files) = folders.get(program) else { bail!("there is no program folder {program}") };
    sound(rules, files).map_err(|problems| {
        problems.iter().for_each(|problem| eprintln!("{program}/{problem}"));
        anyhow!("the folder {program} has {} problems; `program check` shows them", problems.len())
    })
}

fn sound(rules: &Rules, files: &Files) -> Result<Tables, Vec<Problem>> {
    let tables = if is_offered(files) { load(files)?.tables } else { load_law(files)?.tables };
    let problems = (rules.check_tables)(&tables);
    if problems.is_empty() { Ok(tables) } else { Err(problems) }
}

/// A question with what it reads besides the lines.
pub struct Asked<'a> {
    /// The question.
    pub question: &'a Question,
    /// The tables of its program.
    pub tables: &'a Tables,
    /// The day that counts where a line gives none.
    pub on: Option<NaiveDate>,
}

/// Answers line by line, holding one of them at a time; empty lines are passed over. `false` when
/// one of them had no answer, which says why in its place.
///
/// # Errors
/// When reading or writing fails.
pub fn stream(asked: &Asked, mut input: impl BufRead, mut output: impl Write) -> io::Result<bool> {
    let answers = asked.question.by(asked.tables);
    let (mut line, mut number, mut sound) = (Vec::new(), 0_u64, true);
    while read_line(&mut input, &mut line)? {
        number += 1;
        if line.len() <= LONGEST_LINE && line.trim_ascii().is_empty() {
            continue;
        }
        let answer = answer(&line, &answers, asked.on);
        sound &= answer.is_ok();
        writeln!(output, "{}", shown(number, answer))?;
    }
    output.flush()?;
    Ok(sound)
}

/// Reads the next line without its end; of one that is too long, a byte more than [`LONGEST_LINE`].
/// `false` when there is none.
fn read_line(input: &mut impl BufRead, line: &mut Vec<u8>) -> io::Result<bool> {
    line.clear();
    let most = u64::try_from(LONGEST_LINE + 1).unwrap_or(u64::MAX);
    let read = input.by_ref().take(most).read_until(b'\n', line)?;
    if line.last() == Some(&b'\n') {
        line.pop();
    } else if line.len() > LONGEST_LINE {
        input.skip_until(b'\n')?;
    }
    Ok(read > 0)
}

/// Why a line has no answer.
enum Fault {
    TooLong,
    Json(serde_json::Error),
    Asked(AskError),
}

fn answer(line: &[u8], answers: &Answer<'_>, on: Option<NaiveDate>) -> Result<Worked<Value>, Fault> {
    if line.len() > LONGEST_LINE {
        return Err(Fault::TooLong);
    }
    let value = serde_json::from_slice(line).map_err(Fault::Json)?;
    answers(&value, on).map_err(Fault::Asked)
}

fn shown(line: u64, answer: Result<Worked<Value>, Fault>) -> Value {
    match answer {
        Ok(Worked { value, steps, findings }) => {
            json!({ "line": line, "result": value, "working": steps, "findings": findings })
        }
        Err(fault) => json!({ "line": line, "error": fault.shown() }),
    }
}

impl Fault {
    fn shown(&self) -> Value {
        let (code, at, message) = match self {
            Fault::TooLong => ("too_long", None, format!("the line is longer than {LONGEST_LINE} bytes")),
            Fault::Json(error) => ("json", None, error.to_string()),
            Fault::Asked(error) => (error.code(), error.path(), error.to_string()),
        };
        json!({ "code": code, "at": at, "message": message })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::programs::ask::Answering;

    fn echo(value: &Value, _: &Tables, on: Option<NaiveDate>) -> Result<Worked<Value>, AskError> {
        if value.is_object() {
            return Err(AskError::Missing { path: "a.b".to_owned() });
        }
        Ok(Worked { value: json!([value, on]), steps: Vec::new(), findings: Vec::new() })
    }

    const QUESTION: Question =
        Question { name: "echo", about: "", example: "", answer: Answering::Direct(echo) };

    fn asked(input: &[u8]) -> (bool, Vec<Value>) {
        let (tables, mut output) = (Tables::default(), Vec::new());
        let on = NaiveDate::from_ymd_opt(2026, 7, 1);
        let sound = stream(&Asked { question: &QUESTION, tables: &tables, on }, input, &mut output).unwrap();
        let lines = String::from_utf8(output).unwrap();
        (sound, lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect())
    }

    #[test]
    fn each_line_has_its_answer_and_an_empty_one_none() {
        let (sound, answers) = asked(b"1\n\n\"x\"");
        assert!(sound);
        assert_eq!(answers[0]["result"], json!([1, "2026-07-01"]));
        assert_eq!((&answers[1]["line"], answers.len()), (&json!(3), 2));
    }

    #[test]
    fn a_bad_line_says_what_is_wrong_and_the_rest_goes_on() {
        let (sound, answers) = asked(b"{\n{\"a\":1}\n\xff\n2\n");
        assert!(!sound);
        let codes: Vec<&Value> = answers.iter().map(|answer| &answer["error"]["code"]).collect();
        assert_eq!(codes, [&json!("json"), &json!("missing"), &json!("json"), &Value::Null]);
        assert_eq!((&answers[1]["error"]["at"], &answers[3]["line"]), (&json!("a.b"), &json!(4)));
    }

    #[test]
    fn a_line_without_end_is_not_kept_in_memory() {
        let mut input = vec![b' '; 3 * LONGEST_LINE];
        input.extend(b"1\n2\n");
        input.extend(vec![b' '; LONGEST_LINE - 1]);
        input.extend(b"3\n");
        input.extend(vec![b' '; LONGEST_LINE]);
        input.extend(b"4\n");
        let (sound, answers) = asked(&input);
        assert!(!sound);
        let codes: Vec<&Value> = answers.iter().map(|answer| &answer["error"]["code"]).collect();
        assert_eq!(codes, [&json!("too_long"), &Value::Null, &Value::Null, &json!("too_long")]);
        assert_eq!((&answers[1]["result"][0], &answers[2]["result"][0]), (&json!(2), &json!(3)));
    }
}
