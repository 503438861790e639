//! Letters as documents: how many a second on one thread, and how large.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use chrono::NaiveDate;
use madoguchi::adapters::pdf::PdfRenderer;
use madoguchi::adapters::pdf::fonts::FontSet;
use madoguchi::app::{load_programs, program_folders};
use madoguchi::domain::letter::{Letter, LetterTemplate, Slots, compose, uses};
use madoguchi::domain::program::Program;
use madoguchi::ports::render::LetterRenderer;

use super::table::{Table, median};

/// How long letters are drawn.
const LONG: Duration = Duration::from_secs(5);
/// What stands in each slot: a name, an address, a number, in letters that differ.
const SAMPLES: [&str; 4] = [
    "架空　花子",
    "架空県まどか市けやき台2丁目2番2号　窓口ハイツ202",
    "令和8年11月22日（2026年11月22日）",
    "潰瘍性大腸炎",
];
/// Rows of each list.
const ROWS: usize = 12;

/// Draws every letter of every built-in program, over and over.
pub fn measure(table: &mut Table) -> anyhow::Result<()> {
    let programs = load_programs(&program_folders("")?).map_err(|found| anyhow::anyhow!("{found:?}"))?;
    let letters = programs.iter().map(composed).collect::<anyhow::Result<Vec<_>>>()?.concat();
    let renderer = PdfRenderer::new(FontSet::load(&[])?);
    let (mut times, mut largest) = (Vec::new(), (0, ""));
    let began = Instant::now();
    while began.elapsed() < LONG {
        for letter in &letters {
            let one = Instant::now();
            largest = largest.max((renderer.render(letter)?.bytes.len(), letter.kind.as_str()));
            times.push(one.elapsed().as_secs_f64());
        }
    }
    table.at_least("documents", "/s", 1.0 / median(times), 20.0);
    let (bytes, kind) = largest;
    table.at_most(&format!("largest document ({kind})"), "kB", bytes as f64 / 1000.0, 60.0);
    Ok(())
}

fn composed(program: &Program) -> anyhow::Result<Vec<Letter>> {
    let phrases = program.phrases.for_letters();
    let day = NaiveDate::from_ymd_opt(2026, 11, 22).unwrap_or_default();
    let letter =
        |template: &LetterTemplate| Ok(compose(template, &filled(template, &phrases), &phrases, day)?);
    program.letters.values().map(letter).collect()
}

/// Something in every slot that a letter has.
fn filled(template: &LetterTemplate, phrases: &BTreeMap<String, String>) -> Slots {
    let uses = uses(template);
    let sample = |at: usize| SAMPLES.get(at % SAMPLES.len()).copied().unwrap_or_default().to_owned();
    let in_phrases =
        phrases.values().flat_map(|text| text.split('{').skip(1)).filter_map(|rest| rest.split('}').next());
    let names = uses.slots.into_iter().chain(in_phrases.map(str::to_owned));
    let values = names.enumerate().map(|(at, name)| (name, sample(at))).collect();
    let row = |keys: &std::collections::BTreeSet<String>, at: usize| {
        keys.iter().enumerate().map(|(key, name)| (name.clone(), sample(at + key))).collect()
    };
    let lists =
        uses.lists.iter().map(|(list, keys)| (list.clone(), (0..ROWS).map(|at| row(keys, at)).collect()));
    Slots { values, lists: lists.collect() }
}
