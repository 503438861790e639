//! What the primary judgement costs: how many a second one core works, and that memory stays flat.
//!
//! `cargo bench --bench judge` judges a million random surveys, each in two ways: the bare arithmetic, and
//! a smaller number of them as the shell does it, from a line of JSON to one with the whole working.

use std::collections::BTreeMap;
use std::hint::black_box;
use std::io::Write;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow};
use chrono::NaiveDate;
use madoguchi::cli::rules::{Asked, stream};
use madoguchi::domain::tables::{Tables, load};
use madoguchi::programs::kaigo::model::Model;
use madoguchi::programs::kaigo::questions::QUESTIONS;
use madoguchi::programs::kaigo::sheet::Sheet;
use madoguchi::programs::kaigo::{RULES, compile};
use serde_json::{Map, Value, json};

const SURVEYS: usize = 1_000_000;
const LINES: usize = 20_000;
/// Surveys made at a time, outside the clock.
const BATCH: usize = 4096;
/// Resident memory may grow by so many kibibytes while it judges.
const GROWTH: u64 = 1024;

fn main() -> anyhow::Result<()> {
    let tables = tables()?;
    let today = NaiveDate::from_ymd_opt(2026, 11, 22).context("a day")?;
    let begun = Instant::now();
    let model = compile::model(&tables, today).map_err(|problems| anyhow!("{problems:?}"))?;
    println!("the tables are worked up in {:.1} ms, once", begun.elapsed().as_secs_f64() * 1e3);
    let bytes: usize = model.trees.iter().map(|tree| size_of_val(tree.nodes.as_slice())).sum();
    println!("the nodes of all trees take {bytes} bytes");
    arithmetic(&model);
    lines(&model, &tables, today)
}

fn tables() -> anyhow::Result<Tables> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("forms").join(RULES.program).join("tables");
    let mut files = BTreeMap::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path.file_name().context("a name")?.to_string_lossy().into_owned();
        files.insert(format!("tables/{name}"), std::fs::read_to_string(&path)?);
    }
    load(&files).map_err(|problems| anyhow!("{problems:?}"))
}

fn arithmetic(model: &Model) {
    let (mut random, mut spent, mut done) = (Random(1), Duration::ZERO, 0);
    judge(model, &sheets(model, &mut random));
    let before = resident();
    while done < SURVEYS {
        let sheets = sheets(model, &mut random);
        let begun = Instant::now();
        judge(model, &sheets);
        spent += begun.elapsed();
        done += sheets.len();
    }
    println!("{done} surveys: {:.0} judgements a second and core", done as f64 / spent.as_secs_f64());
    match (before, resident()) {
        (Some(before), Some(after)) => {
            let grown = after.saturating_sub(before);
            let flat = if grown <= GROWTH { "flat" } else { "NOT flat" };
            println!("memory grew by {grown} KiB meanwhile: {flat}");
        }
        _ => println!("this system does not tell how much memory is in use"),
    }
}

fn judge(model: &Model, sheets: &[Sheet]) {
    for sheet in sheets {
        black_box(model.judge(black_box(sheet)));
    }
}

fn lines(model: &Model, tables: &Tables, today: NaiveDate) -> anyhow::Result<()> {
    let mut random = Random(2);
    let mut input = Vec::new();
    for _ in 0..LINES {
        writeln!(input, "{}", line(model, &sheet(model, &mut random)))?;
    }
    let question = QUESTIONS.first().context("a question")?;
    let begun = Instant::now();
    let sound = stream(&Asked { question, tables, on: Some(today) }, input.as_slice(), std::io::sink())?;
    let rate = LINES as f64 / begun.elapsed().as_secs_f64();
    println!("{LINES} lines of JSON: {rate:.0} a second with the whole working, all answered: {sound}");
    Ok(())
}

fn sheets(model: &Model, random: &mut Random) -> Vec<Sheet> {
    (0..BATCH).map(|_| sheet(model, random)).collect()
}

/// A random survey of somebody who has all limbs.
fn sheet(model: &Model, random: &mut Random) -> Sheet {
    let mut sheet =
        Sheet { treatments: random.below(1 << 12) as u16 & random.below(1 << 12) as u16, ..Sheet::default() };
    for (place, item) in model.survey.items.iter().enumerate() {
        let options = item.options.len() as u64 - u64::from(item.multi);
        let first = 1 + random.below(options) as usize;
        sheet.choose(place, first);
        let second = 1 + random.below(options) as usize;
        if item.multi && first > 1 && second > 1 {
            sheet.choose(place, second);
        }
    }
    sheet
}

fn line(model: &Model, sheet: &Sheet) -> Value {
    let answers = model.survey.items.iter().enumerate().map(|(place, item)| {
        let chosen: Vec<usize> = sheet.chosen(place).collect();
        (item.id.clone(), if item.multi { json!(chosen) } else { json!(chosen.first()) })
    });
    json!({ "answers": answers.collect::<Map<_, _>>() })
}

/// Resident memory in kibibytes, where the system tells.
fn resident() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.split_whitespace().next()?.parse().ok())
}

/// Numbers that look random and are the same in every run (xorshift).
struct Random(u64);

impl Random {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}
